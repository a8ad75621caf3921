//! What agents wait for: listed beside the requests of clients, and answered.

use openwork_api::approval::{
    AgentAsk, AgentInbox, AgentQuestion, AgentReplyRequest, AgentRequest,
};
use openwork_api::client::{ApiAnswer, ApiClient};
use openwork_api::receipt::DoneResponse;
use serde_json::Map;

use crate::command::AgentReply;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::screen::{OutputForm, Screen};
use crate::table::TextTable;

/// The lines about what agents wait for, on a screen of so many columns; none where none waits.
pub(super) fn section(agents: &AgentInbox<'_>, screen: Option<usize>) -> Vec<String> {
    let mut lines = Vec::new();
    if !agents.items.is_empty() {
        lines.push(String::new());
        lines.push("Agents wait for these; the words are theirs:".to_owned());
        let rows: Vec<_> = agents.items.iter().map(row).collect();
        let table = TextTable::new(["ID", "WORKSPACE", "AGENT"], &rows);
        lines.extend(table.lines(screen));
    }
    if agents.more_items > 0 {
        lines.push(format!("and {} more.", agents.more_items));
    }
    for workspace in &agents.unreachable {
        let workspace = escape::line(workspace);
        lines.push(format!(
            "The engine of {workspace} does not say what its agents ask."
        ));
    }
    lines
}

/// What an agent is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AgentDecision {
    /// It may, this once.
    Once,
    /// It may, and may do the like.
    Always,
    /// It may not.
    Reject {
        /// What it is told.
        message: Option<String>,
    },
    /// Answers to its questions, in their order.
    Choose {
        /// For each the labels chosen.
        answers: Vec<Vec<String>>,
    },
}

impl AgentDecision {
    /// What came of it, in a word.
    pub(crate) fn done(&self) -> &'static str {
        match self {
            Self::Once => "allowed once",
            Self::Always => "allowed from now on",
            Self::Reject { .. } => "rejected",
            Self::Choose { .. } => "answered",
        }
    }
}

impl From<&AgentReply> for AgentDecision {
    fn from(reply: &AgentReply) -> Self {
        match reply {
            AgentReply::Once => Self::Once,
            AgentReply::Always => Self::Always,
            AgentReply::Reject { message } => Self::Reject {
                message: message.clone(),
            },
            AgentReply::Choose { labels } => Self::Choose {
                answers: labels.iter().map(|label| vec![label.clone()]).collect(),
            },
        }
    }
}

/// Whether an agent waits under this id. That it cannot be told is a no: nothing
/// is decided by it.
pub(super) async fn waits_under(client: &ApiClient, id: &str) -> bool {
    let listed = client.approvals_and_agents().await;
    listed.is_ok_and(|answer| answer.body.agents.items.iter().any(|one| one.id == id))
}

/// Shows what an agent asks, all of it, and answers it.
pub(super) async fn answer(
    client: &ApiClient,
    id: &str,
    reply: &AgentReply,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let agents = client.approvals_and_agents().await?.body.agents;
    let mut all = agents.items.iter();
    let request = all.find(|request| request.id == id);
    let request = request.ok_or_else(|| TerminalError::NoRequest { id: id.to_owned() })?;
    if screen.form == OutputForm::Text {
        screen.lines(details(request))?;
    }
    let answered = send(client, request, &reply.into()).await?;
    match screen.form {
        OutputForm::Json => screen.json(&answered.document),
        OutputForm::Text => screen.line("Answered."),
    }
}

/// Sends an answer to what was shown.
pub(crate) async fn send(
    client: &ApiClient,
    request: &AgentRequest<'_>,
    answer: &AgentDecision,
) -> Result<ApiAnswer<DoneResponse>> {
    let body = body(request, answer);
    let sent = client.answer_agent(&request.workspace_id, &request.id, &body);
    Ok(sent.await?)
}

fn body<'a>(request: &'a AgentRequest<'_>, answer: &'a AgentDecision) -> AgentReplyRequest<'a> {
    let (word, answers, message) = match answer {
        AgentDecision::Once => (Some("once"), None, None),
        AgentDecision::Always => (Some("always"), None, None),
        AgentDecision::Reject { message } => (Some("reject"), None, message.as_deref()),
        AgentDecision::Choose { answers } => {
            let labels = |labels: &'a Vec<String>| {
                labels.iter().map(|label| label.as_str().into()).collect()
            };
            (None, Some(answers.iter().map(labels).collect()), None)
        }
    };
    AgentReplyRequest {
        reply: word.map(Into::into),
        answers,
        digest: Some((&*request.digest).into()),
        message: message.map(Into::into),
        via: Some("terminal".into()),
    }
}

fn row(request: &AgentRequest<'_>) -> [String; 3] {
    [
        request.id.clone().into_owned(),
        request.workspace_name.clone().into_owned(),
        request.heading(),
    ]
}

fn details(request: &AgentRequest<'_>) -> Vec<String> {
    let mut lines = vec![escape::line(&request.heading()).into_owned()];
    lines.extend(permission_lines(request));
    if let AgentAsk::Question { questions } = &request.ask {
        lines.extend(questions.iter().flat_map(question));
    }
    if request.truncated {
        lines.push("  Something is left out, as it is too long to be shown.".to_owned());
    }
    lines
}

/// What exactly an agent asks leave for; nothing where it asks for no leave.
pub(crate) fn permission_lines(request: &AgentRequest<'_>) -> Vec<String> {
    let AgentAsk::Permission {
        patterns,
        always,
        metadata,
        ..
    } = &request.ask
    else {
        return Vec::new();
    };
    let patterns = patterns.iter().map(|one| ("for   ", one));
    let always = always.iter().map(|one| ("always", one));
    let mut lines: Vec<String> = patterns
        .chain(always)
        .map(|(what, one)| format!("  {what}  {}", escape::line(one)))
        .collect();
    let is_filled = |metadata: &Map<_, _>| !metadata.is_empty();
    if metadata.as_object().is_some_and(is_filled) {
        lines.push(format!("  with    {}", escape::line(&metadata.to_string())));
    }
    lines
}

fn question(asked: &AgentQuestion<'_>) -> Vec<String> {
    let mut lines = vec![format!("  {}", escape::line(&asked.question))];
    for option in &asked.options {
        let (label, meaning) = (
            escape::line(&option.label),
            escape::line(&option.description),
        );
        lines.push(format!("    {label}: {meaning}"));
    }
    lines
}
