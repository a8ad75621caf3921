//! What a person answers.

use std::net::IpAddr;
use std::time::Duration;

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may happen.
    Allow,
    /// It must not happen.
    Deny,
}

/// A person's answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Yes or no.
    pub decision: Decision,
    /// A word to whoever asked.
    pub message: Option<String>,
    /// For how long the same asker needs not ask again for the same kind of
    /// thing in the same scope. Only a yes can be remembered.
    pub remember: Option<Remember>,
    /// Who answers.
    pub answerer: Answerer,
}

/// Who gave an answer, for the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Answerer {
    /// From where.
    pub address: Option<IpAddr>,
    /// By what means.
    pub means: AnswerMeans,
}

/// By what means an answer was given. It is what whoever answers says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AnswerMeans {
    /// Nothing was said of it.
    #[default]
    Unsaid,
    /// On a page.
    Page,
    /// In a terminal.
    Terminal,
    /// By an answer that a notification carried.
    Notification,
}

impl Reply {
    /// Yes, this once.
    pub fn allow() -> Self {
        Decision::Allow.into()
    }

    /// Yes, and for a while to whatever is alike.
    pub fn allow_for(remember: Remember) -> Self {
        Self {
            remember: Some(remember),
            ..Self::allow()
        }
    }

    /// No, with a word to whoever asked. [`Decision::Deny`] alone makes an
    /// answer without one.
    ///
    /// ```
    /// use openwork_approval::{Decision, Reply};
    ///
    /// assert_eq!(Reply::deny("not today").message.as_deref(), Some("not today"));
    /// assert_eq!(Reply::from(Decision::Deny).message, None);
    /// ```
    pub fn deny(message: impl Into<String>) -> Self {
        Self::from(Decision::Deny).saying(message)
    }

    /// The same answer, given by somebody.
    #[must_use]
    pub fn by(self, answerer: Answerer) -> Self {
        Self { answerer, ..self }
    }

    /// The same answer with a word to whoever asked.
    #[must_use]
    pub fn saying(self, message: impl Into<String>) -> Self {
        Self {
            message: Some(message.into()),
            ..self
        }
    }
}

/// The answer that says so and nothing else.
impl From<Decision> for Reply {
    fn from(decision: Decision) -> Self {
        Self {
            decision,
            message: None,
            remember: None,
            answerer: Answerer::default(),
        }
    }
}

/// For how long an answer is remembered: 5, 10 or 60 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remember(u8);

impl Remember {
    /// Five minutes.
    pub const FIVE_MINUTES: Self = Self(5);
    /// Ten minutes.
    pub const TEN_MINUTES: Self = Self(10);
    /// An hour, and never longer.
    pub const AN_HOUR: Self = Self(60);

    /// The choice of this many minutes, if there is one.
    pub const fn from_minutes(minutes: u64) -> Option<Self> {
        match minutes {
            5 => Some(Self::FIVE_MINUTES),
            10 => Some(Self::TEN_MINUTES),
            60 => Some(Self::AN_HOUR),
            _ => None,
        }
    }

    /// How many minutes that is.
    pub const fn minutes(self) -> u64 {
        self.0 as u64
    }

    /// How long that is.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.minutes() * 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_spans_can_be_remembered() {
        let accepted: Vec<u64> = (0..=10_000)
            .filter_map(Remember::from_minutes)
            .map(Remember::minutes)
            .collect();
        assert_eq!(accepted, [5, 10, 60]);
        assert_eq!(Remember::from_minutes(u64::MAX), None);
        assert_eq!(Remember::from_minutes(256 + 5), None);
        assert_eq!(Remember::AN_HOUR.duration(), Duration::from_secs(3600));
    }
}
