//! What is told.

use serde_json::Value;

use crate::answer::SignedAnswer;

/// Something that people elsewhere are told.
///
/// Its texts are shown on locked screens and pass through the hands of others:
/// they name things and hold no contents, no secrets and no tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The request's id. A later notice of the same id takes the place of this one.
    pub id: String,
    /// It in a few words.
    pub title: String,
    /// How much is at stake, where that was weighed.
    pub level: Option<NoticeLevel>,
    /// What people call the workspace.
    pub workspace: Option<String>,
    /// Who asks.
    pub who: Option<String>,
    /// Where it can be looked at and answered, if that is known.
    pub link: Option<String>,
    /// When nobody waits for an answer any more, in ms since 1970.
    pub expires_at: Option<u64>,
    /// How it ended, in one word.
    pub outcome: Option<String>,
    /// The answers that can be given without a look. They are for those messages
    /// that have buttons, and no part of the JSON.
    pub answers: Option<AnswerButtons>,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A request waits for an answer.
    Asked,
    /// An agent at work asks something.
    AgentAsked,
    /// A request waits no more.
    Ended,
    /// More wait than are told one by one.
    More,
}

/// How much is at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeLevel {
    /// Harmless, or easily undone.
    Low,
    /// Worth a look.
    Medium,
    /// Never to be allowed without a look.
    High,
}

/// Answers that can be given by one press of a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerButtons {
    /// Where they are sent to, by `POST` as `{ "answer": "…" }`.
    pub url: String,
    /// Yes.
    pub allow: SignedAnswer,
    /// No.
    pub deny: SignedAnswer,
}

impl Notice {
    /// A notice of which nothing more is known.
    pub fn new(kind: NoticeKind, id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            title: title.into(),
            level: None,
            workspace: None,
            who: None,
            link: None,
            expires_at: None,
            outcome: None,
            answers: None,
        }
    }

    /// The notice as a JSON object on one line: `event`, `id`, `title` and, where
    /// they are known, `level`, `workspace`, `who`, `link`, `expiresAt` and
    /// `outcome`.
    ///
    /// ```
    /// use openwork_notify::{Notice, NoticeKind};
    ///
    /// let notice = Notice::new(NoticeKind::Asked, "7", "Run a plugin: x");
    /// assert_eq!(
    ///     notice.json(),
    ///     r#"{"event":"approval.asked","id":"7","title":"Run a plugin: x"}"#
    /// );
    /// ```
    pub fn json(&self) -> String {
        let text = |text: &Option<String>| text.clone().map(Value::from);
        let fields = [
            ("event", Some(self.kind.as_str().into())),
            ("id", Some(self.id.clone().into())),
            ("title", Some(self.title.clone().into())),
            ("level", self.level.map(|level| level.as_str().into())),
            ("workspace", text(&self.workspace)),
            ("who", text(&self.who)),
            ("link", text(&self.link)),
            ("expiresAt", self.expires_at.map(Value::from)),
            ("outcome", text(&self.outcome)),
        ];
        let known = fields.into_iter();
        let known = known.filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(known.collect()).to_string()
    }

    /// What stands below the title: how it ended, how grave it is, where, and who
    /// asks.
    #[cfg(any(feature = "deliver", test))]
    pub(crate) fn body(&self) -> String {
        let level = self.level.map(|level| format!("{}-risk", level.as_str()));
        let workspace = self.workspace.as_ref().map(|name| format!("in {name}"));
        let who = self.who.as_ref().map(|who| format!("from {who}"));
        let parts = [self.outcome.clone(), level, workspace, who];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            // Some apps have words of their own for a message without text.
            "It waits for your answer.".to_owned()
        } else {
            parts.join(", ")
        }
    }
}

impl NoticeKind {
    /// The name of the event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "approval.asked",
            Self::AgentAsked => "agent.asked",
            Self::Ended => "approval.ended",
            Self::More => "approval.more",
        }
    }
}

impl NoticeLevel {
    /// The level in one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{AnswerDesk, AnswerVerdict};

    #[test]
    fn programs_are_told_what_is_known_and_no_answers() {
        let desk = AnswerDesk::new().unwrap();
        let sign = |verdict| desk.sign(verdict, uuid::Uuid::nil(), [0; 32]);
        let notice = Notice {
            level: Some(NoticeLevel::Medium),
            workspace: Some("Finance".into()),
            who: Some("\"phone\" at 192.0.2.7".into()),
            link: Some("https://box/console#request=7".into()),
            expires_at: Some(9),
            outcome: Some("denied".into()),
            answers: Some(AnswerButtons {
                url: "https://box/approvals/answer".into(),
                allow: sign(AnswerVerdict::Allow),
                deny: sign(AnswerVerdict::Deny),
            }),
            ..Notice::new(NoticeKind::Ended, "7", "Add a skill")
        };
        assert_eq!(
            notice.json(),
            r#"{"event":"approval.ended","id":"7","title":"Add a skill","level":"medium","workspace":"Finance","who":"\"phone\" at 192.0.2.7","link":"https://box/console#request=7","expiresAt":9,"outcome":"denied"}"#
        );
    }
}
