//! What the id of a command may be: for a shell that completes it.

use openwork_api::approval::{AgentRequest, ApprovalItem, RuleItem};
use openwork_api::client::ApiClient;
use openwork_api::token::TokenItem;
use openwork_api::workspace::WorkspaceItem;

use crate::audit;
use crate::error::Result;
use crate::escape;
use crate::server::ServerSearch;

/// A thing that a command names by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompletableId {
    /// A request that waits.
    Request,
    /// What an agent waits for.
    AgentRequest,
    /// A timed allowance.
    Rule,
    /// A token that was made for others, or the device that holds it.
    Token,
    /// A workspace that is served.
    Workspace,
    /// A change that was made.
    Change {
        /// The workspace: its id, its name or its path; needed where several are served.
        workspace: Option<String>,
        /// Whether only those are meant that can be undone and are not.
        undoable: bool,
    },
}

/// An id, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdCandidate {
    /// The id, whole. It is safe to be written on a command line as it is.
    pub id: String,
    /// What it stands for, in a line without hidden characters.
    pub about: String,
}

impl IdCandidate {
    fn new(id: &str, about: &str) -> Self {
        Self {
            id: id.to_owned(),
            about: escape::line(about).into_owned(),
        }
    }
}

/// The ids that there are, from the server that the command itself would ask. None
/// where it cannot say: whoever completes a word is told no errors.
pub async fn candidates(what: &CompletableId, search: &ServerSearch) -> Vec<IdCandidate> {
    let mut found = ask(what, search).await.unwrap_or_default();
    found.retain(|candidate| is_plain(&candidate.id));
    found
}

async fn ask(what: &CompletableId, search: &ServerSearch) -> Result<Vec<IdCandidate>> {
    let client = search.find()?.client();
    Ok(match what {
        CompletableId::Request => all(&client.approvals().await?.body.items, request),
        CompletableId::AgentRequest => {
            let waiting = client.approvals_and_agents().await?.body.agents;
            all(&waiting.items, agent_request)
        }
        CompletableId::Rule => all(&client.rules().await?.body.items, rule),
        CompletableId::Token => all(&client.tokens().await?.body.items, token),
        CompletableId::Workspace => all(&audit::served(&client).await?, workspace),
        CompletableId::Change {
            workspace,
            undoable,
        } => changes(&client, workspace.as_deref(), *undoable).await?,
    })
}

async fn changes(
    client: &ApiClient,
    workspace: Option<&str>,
    undoable: bool,
) -> Result<Vec<IdCandidate>> {
    let known = audit::summaries(client, workspace).await?;
    let wanted = known.iter().filter(|one| one.can_be_undone || !undoable);
    Ok(wanted
        .map(|one| IdCandidate::new(&one.id, &one.summary))
        .collect())
}

fn all<T>(items: &[T], candidate: fn(&T) -> IdCandidate) -> Vec<IdCandidate> {
    items.iter().map(candidate).collect()
}

fn request(item: &ApprovalItem<'_>) -> IdCandidate {
    // The short form of the list tells no more, and is the same however much waits.
    IdCandidate::new(&item.id, &item.summary)
}

fn agent_request(request: &AgentRequest<'_>) -> IdCandidate {
    let about = format!("{}, {}", request.heading(), request.workspace_name);
    IdCandidate::new(&request.id, &about)
}

fn rule(rule: &RuleItem<'_>) -> IdCandidate {
    let about = format!("{} in {}: {}", rule.action, rule.workspace(), rule.covers);
    IdCandidate::new(&rule.id, &about)
}

fn token(item: &TokenItem<'_>) -> IdCandidate {
    let name = item.label.as_deref().unwrap_or("without a name");
    IdCandidate::new(&item.id, &format!("{name}, {}", item.scope))
}

fn workspace(item: &WorkspaceItem<'_>) -> IdCandidate {
    let name = item.display_name.as_ref().unwrap_or(&item.name);
    IdCandidate::new(&item.id, &format!("{name}, {}", item.path))
}

/// Whether a shell takes a text as one word that means itself. A candidate becomes a
/// part of the command line as it stands, and ids may come from other people.
fn is_plain(id: &str) -> bool {
    let mut characters = id.chars();
    let is_plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | '.');
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphanumeric())
        && characters.all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_mean_themselves_are_offered() {
        for (id, plain) in [
            ("7d3088e2-5c1f", true),
            ("ws_7d30", true),
            ("per.1", true),
            ("", false),
            ("-rf", false),
            ("$(reboot)", false),
            ("a b", false),
            ("a;b", false),
            ("a\u{7}", false),
        ] {
            assert_eq!(is_plain(id), plain, "{id}");
        }
    }
}
