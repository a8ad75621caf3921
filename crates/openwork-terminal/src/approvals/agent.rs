//! What agents wait for: listed beside the requests of clients, and answered.

use openwork_api::approval::{
    AgentAsk, AgentInbox, AgentQuestion, AgentReplyRequest, AgentRequest,
};
use openwork_api::client::ApiClient;

use crate::command::AgentReply;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::screen::{OutputForm, Screen};
use crate::table;

/// The lines about what agents wait for; none where none waits.
pub(super) fn section(agents: &AgentInbox<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if !agents.items.is_empty() {
        lines.push(String::new());
        lines.push("Agents wait for these; the words are theirs:".to_owned());
        let rows: Vec<_> = agents.items.iter().map(row).collect();
        lines.extend(table::render(["ID", "WORKSPACE", "AGENT"], &rows));
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

/// What is told of a request as it comes, and how it is answered.
pub(crate) fn news(request: &AgentRequest<'_>) -> String {
    let (heading, id) = (request.heading(), &request.id);
    let how = match &request.ask {
        AgentAsk::Permission { .. } => "once, always or reject",
        AgentAsk::Question { .. } => "--choose LABEL or reject",
    };
    format!(
        "{}: {}\n  answer with: openwork-server approvals answer {} {how}",
        escape::line(&request.workspace_name),
        escape::line(&heading),
        escape::line(id),
    )
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
    let answered = client
        .answer_agent(&request.workspace_id, &request.id, &body(request, reply))
        .await?;
    match screen.form {
        OutputForm::Json => screen.json(&answered.document),
        OutputForm::Text => screen.line("Answered."),
    }
}

fn body<'a>(request: &'a AgentRequest<'_>, reply: &'a AgentReply) -> AgentReplyRequest<'a> {
    let (word, answers, message) = match reply {
        AgentReply::Once => (Some("once"), None, None),
        AgentReply::Always => (Some("always"), None, None),
        AgentReply::Reject { message } => (Some("reject"), None, message.as_deref()),
        AgentReply::Choose { labels } => {
            let labels = labels.iter().map(|label| vec![label.as_str().into()]);
            (None, Some(labels.collect()), None)
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
    match &request.ask {
        AgentAsk::Permission {
            patterns,
            always,
            metadata,
            ..
        } => {
            lines.extend(
                patterns
                    .iter()
                    .map(|one| format!("  for     {}", escape::line(one))),
            );
            lines.extend(
                always
                    .iter()
                    .map(|one| format!("  always  {}", escape::line(one))),
            );
            if metadata
                .as_object()
                .is_some_and(|metadata| !metadata.is_empty())
            {
                lines.push(format!("  with    {}", escape::line(&metadata.to_string())));
            }
        }
        AgentAsk::Question { questions } => lines.extend(questions.iter().flat_map(question)),
    }
    if request.truncated {
        lines.push("  Something is left out, as it is too long to be shown.".to_owned());
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
