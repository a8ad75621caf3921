//! How a request ended, in one line.

use openwork_approval::{
    AnswerMeans, EndedBy, EndedRequest, Event, Gate, HISTORY, RequestId, RequestOutcome,
};
use openwork_host::Subject;
use openwork_terminal::escape;

use super::short;

/// Which request an event ends. What was allowed ends once it is known what came of it.
pub(super) fn ends(event: &Event<Subject>) -> Option<RequestId> {
    match event {
        Event::Replied {
            id, allowed: false, ..
        }
        | Event::Expired { id, .. }
        | Event::Withdrawn { id }
        | Event::Aborted { id }
        | Event::Applied { id }
        | Event::Conflicted { id }
        | Event::Failed { id, .. } => Some(*id),
        Event::Asked(_)
        | Event::Replied { allowed: true, .. }
        | Event::Rescheduled { .. }
        | Event::RulesChanged => None,
    }
}

/// How grave it was, how it ended and by whom, and what it was; `None` if so many
/// have ended since that it is forgotten.
pub(super) fn line(gate: &Gate<Subject>, id: RequestId) -> Option<String> {
    let history = gate.history(HISTORY);
    let ended = history.iter().find(|ended| ended.request.id == id)?;
    let subject = &ended.request.subject;
    Some(format!(
        "approval {} ended ({}): {}{}: {} ({}, {})",
        short(id),
        subject.preview.level,
        ended.outcome.as_str(),
        by(ended),
        escape::line(&subject.preview.title),
        subject.action,
        escape::line(&subject.workspace_name),
    ))
}

/// Who or what ended it, where the outcome does not say so.
fn by(ended: &EndedRequest<Subject>) -> String {
    match (&ended.outcome, ended.by) {
        (RequestOutcome::Failed(error), _) => format!(" ({})", escape::line(error)),
        (_, EndedBy::Host(answerer)) => {
            let means = match answerer.means {
                AnswerMeans::Unsaid => "by the host",
                AnswerMeans::Page => "by the page",
                AnswerMeans::Terminal => "by the terminal",
                AnswerMeans::Notification => "by a notification",
            };
            answerer.address.map_or_else(
                || format!(" {means}"),
                |address| format!(" {means} at {address}"),
            )
        }
        (_, EndedBy::Rule(_)) => " by an answer given before".to_owned(),
        (_, EndedBy::Timeout | EndedBy::Client | EndedBy::Shutdown) => String::new(),
    }
}
