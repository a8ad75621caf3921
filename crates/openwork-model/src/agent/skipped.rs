//! What looks like an agent and is not listed.

use super::AgentScope;
use crate::skip::{FileRule, SkipFault, SkippedItem};

/// Something that looks like an agent and is not listed.
pub type SkippedAgent = SkippedItem<AgentScope, AgentRule>;

/// Why something that looks like an agent is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentRule {
    /// It cannot be read.
    Unreadable,
    /// It is or leads through a link that is not followed.
    Link,
    /// There is more than is looked at.
    Limit,
    /// It is switched off.
    Off,
    /// The engine drops it without a word.
    Lost,
}

impl AgentRule {
    /// The word that clients see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Link => "link",
            Self::Limit => "limit",
            Self::Off => "disabled",
            Self::Lost => "lost",
        }
    }
}

impl AsRef<str> for AgentRule {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<FileRule> for AgentRule {
    fn from(rule: FileRule) -> Self {
        match rule {
            FileRule::Unreadable => Self::Unreadable,
            FileRule::Link => Self::Link,
            FileRule::Limit => Self::Limit,
        }
    }
}

/// A rule that is broken.
pub(super) type AgentFault = SkipFault<AgentRule>;

impl AgentFault {
    /// An agent that is switched off.
    pub(super) fn off(name: &str) -> Self {
        Self::new(AgentRule::Off, "it is switched off").of(name)
    }

    /// An entry of the newer form that the engine does not take.
    pub(super) fn lost(name: &str) -> Self {
        let message =
            "a field of it has a value that the engine does not take there, so it is left out";
        Self::new(AgentRule::Lost, message).of(name)
    }
}
