//! From what waits to what is told of it.

use std::sync::Arc;

use openwork_approval::Request;
use openwork_change::effect::Level;
use openwork_host::Subject;
use openwork_http::WaitingAgent;
use openwork_notify::{AnswerButtons, AnswerDesk, AnswerVerdict, Notice, NoticeKind, NoticeLevel};
use openwork_terminal::{PublicUrl, escape};

use crate::notify;

/// The most characters of a title: what is longer is cut by phones.
const TITLE: usize = 120;
/// The most characters of a name.
const NAME: usize = 60;

/// Makes notices of what waits.
pub(super) struct NoticeMaker {
    public_url: Option<PublicUrl>,
    desk: Option<Arc<AnswerDesk>>,
}

impl NoticeMaker {
    /// Links lead below this URL; answers are signed here.
    pub(super) fn new(public_url: Option<PublicUrl>, desk: Option<Arc<AnswerDesk>>) -> Self {
        Self { public_url, desk }
    }

    pub(super) fn desk(&self) -> Option<Arc<AnswerDesk>> {
        self.desk.clone()
    }

    /// Where other devices reach the server.
    #[cfg(feature = "tls")]
    pub(super) fn public_url(&self) -> Option<&PublicUrl> {
        self.public_url.as_ref()
    }

    /// A request that waits.
    pub(super) fn asked(&self, request: &Request<Subject>) -> Notice {
        let subject = &request.subject;
        let id = request.id.to_string();
        Notice {
            level: Some(level(subject.preview.level)),
            workspace: Some(brief(&subject.workspace_name, NAME)),
            who: Some(brief(&notify::origin(subject), NAME)),
            link: self.link(&format!("#request={id}")),
            expires_at: Some(request.expires_at()),
            answers: self.answers(request),
            ..Notice::new(NoticeKind::Asked, id, brief(&subject.preview.title, TITLE))
        }
    }

    /// Something that an agent asks.
    pub(super) fn agent_asked(&self, agent: &WaitingAgent) -> Notice {
        Notice {
            workspace: Some(brief(&agent.workspace_name, NAME)),
            link: self.link(""),
            ..Notice::new(
                NoticeKind::AgentAsked,
                agent.id.clone(),
                brief(&agent.title, TITLE),
            )
        }
    }

    /// That more wait than are told.
    pub(super) fn more(&self) -> Notice {
        Notice {
            link: self.link(""),
            ..Notice::new(NoticeKind::More, "more", "More requests wait")
        }
    }

    /// The end of something that was told.
    pub(super) fn ended(told: Notice, outcome: &str) -> Notice {
        Notice {
            kind: NoticeKind::Ended,
            outcome: Some(outcome.to_owned()),
            expires_at: None,
            answers: None,
            ..told
        }
    }

    fn link(&self, fragment: &str) -> Option<String> {
        let url = self.public_url.as_ref()?;
        Some(format!("{url}/console{fragment}"))
    }

    /// The answers to a request that can be given without a look. To a high one
    /// there is none: whoever allows it has to have seen what it does.
    fn answers(&self, request: &Request<Subject>) -> Option<AnswerButtons> {
        let (desk, url) = (self.desk.as_ref()?, self.public_url.as_ref()?);
        if request.subject.preview.level == Level::High {
            return None;
        }
        let digest = request.subject.shown_digest();
        let sign = |verdict| desk.sign(verdict, request.id.into(), digest);
        Some(AnswerButtons {
            url: format!("{url}/approvals/answer"),
            allow: sign(AnswerVerdict::Allow),
            deny: sign(AnswerVerdict::Deny),
        })
    }
}

fn level(level: Level) -> NoticeLevel {
    match level {
        Level::Low => NoticeLevel::Low,
        Level::Medium => NoticeLevel::Medium,
        Level::High => NoticeLevel::High,
    }
}

/// The beginning of a text, hidden characters spelt out: it comes from others, and
/// is shown where nobody can look closer.
fn brief(text: &str, most: usize) -> String {
    let shown = escape::line(text);
    if shown.chars().count() <= most {
        return shown.into_owned();
    }
    let begin: String = shown.chars().take(most - 1).collect();
    format!("{begin}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_are_short_and_hide_nothing() {
        assert_eq!(brief("a\u{202e}b\n", 60), r"a\u{202e}b\u{a}");
        assert_eq!(brief(&"ä".repeat(60), 60), "ä".repeat(60));
        let cut = brief(&"ä".repeat(61), 60);
        assert_eq!((cut.chars().count(), cut.ends_with("ä…")), (60, true));
    }
}
