//! The request that a person has on the screen.

use openwork_api::approval::{ApprovalItem, RiskLevel};
use tokio::time::Instant;

use super::READING;
use crate::level;
use crate::style::{TerminalStyle, TextTone};

/// A request on the screen, and how far its answer has come.
pub(super) struct AskedRequest {
    pub(super) item: ApprovalItem<'static>,
    /// When something about it was last shown.
    since: Instant,
    /// Whether it was shown to its end.
    all_is_shown: bool,
    /// Whether a second word is waited for.
    is_confirming: bool,
    /// Whether masked values are shown.
    is_revealed: bool,
}

/// What a yes leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum YesStep {
    /// It came too soon.
    Early,
    /// There is more to be seen first.
    Unseen,
    /// It has to be said once more, in full.
    Again,
    /// It is allowed.
    Meant,
}

impl AskedRequest {
    /// A request that has just been shown, as far as the server sent it.
    pub(super) fn new(item: ApprovalItem<'static>) -> Self {
        Self {
            all_is_shown: !item.has_rest(),
            item,
            since: Instant::now(),
            is_confirming: false,
            is_revealed: false,
        }
    }

    /// The same request with what was masked in it.
    pub(super) fn reveal(&mut self, item: ApprovalItem<'static>) {
        // Whether all of it was shown stays as it is: a value takes the line of its mask.
        self.item = item;
        self.is_revealed = true;
        self.is_confirming = false;
        self.since = Instant::now();
    }

    /// Whether masked values are shown.
    pub(super) fn is_revealed(&self) -> bool {
        self.is_revealed
    }

    /// Whether a second word is waited for.
    pub(super) fn is_confirming(&self) -> bool {
        self.is_confirming
    }

    /// The files were shown to their end.
    pub(super) fn mark_files_shown(&mut self) {
        // Effects that were left out are on no page of a file.
        self.all_is_shown = self.item.more_effects == 0;
        self.since = Instant::now();
    }

    /// Whether something is still to be shown.
    pub(super) fn has_rest(&self) -> bool {
        !self.all_is_shown
    }

    /// Takes a yes, said by its first letter or in full.
    pub(super) fn say_yes(&mut self, in_full: bool) -> YesStep {
        if self.since.elapsed() < READING {
            return YesStep::Early;
        }
        if self.has_rest() {
            return YesStep::Unseen;
        }
        if self.item.risk_level() < RiskLevel::High || (self.is_confirming && in_full) {
            return YesStep::Meant;
        }
        self.is_confirming = true;
        // The second word has to wait as well, or one paste would say both.
        self.since = Instant::now();
        YesStep::Again
    }

    /// Takes back a yes that waits for its second word.
    pub(super) fn take_back(&mut self) -> bool {
        std::mem::take(&mut self.is_confirming)
    }

    /// What is asked.
    pub(super) fn question(&self, style: TerminalStyle) -> String {
        let strong = |text: &str| style.paint(TextTone::Strong, text);
        if self.has_rest() {
            return strong("[f]ull [d]eny [s]kip");
        }
        if !self.is_confirming {
            return strong("[a]llow [d]eny [s]kip");
        }
        let level = self.item.risk_level();
        let level = style.paint(level::tone(level), level::label(level));
        format!("{level}  {}", strong("type `allow` to allow it"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn asked(level: &str, changes: &Value) -> AskedRequest {
        let item = json!({
            "id": "1", "action": "", "summary": "", "level": level, "changes": changes,
        });
        AskedRequest::new(serde_json::from_value(item).unwrap())
    }

    async fn read() {
        tokio::time::advance(READING).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_high_takes_a_second_word_in_full() {
        let mut asked = asked("high", &json!([]));
        assert_eq!(asked.say_yes(true), YesStep::Early);
        read().await;
        assert_eq!(asked.say_yes(true), YesStep::Again);
        assert_eq!(asked.say_yes(true), YesStep::Early);
        read().await;
        assert_eq!(asked.say_yes(false), YesStep::Again);
        read().await;
        assert_eq!(asked.say_yes(true), YesStep::Meant);
        assert!(asked.take_back());
        assert_eq!(asked.say_yes(true), YesStep::Again);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_high_takes_one() {
        for level in ["low", "medium"] {
            let mut asked = asked(level, &json!([]));
            read().await;
            assert_eq!(asked.say_yes(false), YesStep::Meant, "{level}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_a_rest_is_seen_first() {
        let change = json!([{ "path": "a", "truncated": true, "full": "/approvals/1/files/0" }]);
        let mut asked = asked("low", &change);
        read().await;
        assert_eq!(asked.say_yes(true), YesStep::Unseen);
        asked.mark_files_shown();
        assert_eq!(asked.say_yes(true), YesStep::Early);
        read().await;
        assert_eq!(asked.say_yes(true), YesStep::Meant);
    }
}
