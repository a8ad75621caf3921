//! What looks like an agent and is not listed.

use std::path::PathBuf;

use super::AgentScope;
use crate::skip::{FileRule, SkipFault};

/// Something that looks like an agent and is not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedAgent {
    /// The name that the engine gives it, if it has one.
    pub name: Option<String>,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it belongs to the workspace or to the user.
    pub scope: AgentScope,
    /// The rule that it breaks.
    pub rule: AgentRule,
    /// What is the matter, for people.
    pub message: String,
    /// Whether the engine loads it all the same, as far as that can be told.
    pub loaded: bool,
}

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

    /// The report of the rule for something.
    pub(super) fn skipped(self, path: PathBuf, scope: AgentScope) -> SkippedAgent {
        SkippedAgent {
            name: self.name,
            path,
            scope,
            rule: self.rule,
            message: self.message,
            loaded: self.loaded,
        }
    }
}
