//! What looks like an agent and is not listed.

use std::path::PathBuf;

use super::AgentScope;
use crate::files::{DEPTH, DIRECTORIES, FileError};

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

/// A rule that is broken.
#[derive(Debug)]
pub(super) struct AgentFault {
    rule: AgentRule,
    name: Option<String>,
    message: String,
    loaded: bool,
}

impl AgentFault {
    /// A file or directory that cannot be looked at.
    pub(super) fn unreadable(error: &FileError) -> Self {
        match error {
            FileError::Link { .. } => Self::not_followed(),
            FileError::NotRegular { .. } => {
                Self::new(AgentRule::Unreadable, "it is no regular file")
            }
            // The engine has no such limit.
            FileError::TooLarge { limit, .. } => Self {
                loaded: true,
                ..Self::new(
                    AgentRule::Unreadable,
                    format!("it is larger than the {limit} bytes that are read here"),
                )
            },
            FileError::Io { source, .. } => Self::new(AgentRule::Unreadable, source.to_string()),
        }
    }

    /// A file that is there and then is not.
    pub(super) fn gone() -> Self {
        Self::new(AgentRule::Unreadable, "it went away while it was looked at")
    }

    /// A file that is not UTF-8.
    pub(super) fn not_text() -> Self {
        Self::new(AgentRule::Unreadable, "it is not UTF-8")
    }

    /// A link that leads nowhere, or out of what may be read.
    pub(super) fn not_followed() -> Self {
        let message = "it is or passes a link that leads out of what this server may read; the engine follows it";
        Self {
            loaded: true,
            ..Self::new(AgentRule::Link, message)
        }
    }

    /// A folder with too much in it.
    pub(super) fn too_many() -> Self {
        let message =
            format!("there are more than {DIRECTORIES} directories; the rest is not looked at");
        Self {
            loaded: true,
            ..Self::new(AgentRule::Limit, message)
        }
    }

    /// A directory whose own directories lie too deep.
    pub(super) fn too_deep() -> Self {
        let message = format!(
            "directories in it lie more than {DEPTH} deep and are not looked at; the engine looks there"
        );
        Self {
            loaded: true,
            ..Self::new(AgentRule::Limit, message)
        }
    }

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

    fn new(rule: AgentRule, message: impl Into<String>) -> Self {
        Self {
            rule,
            name: None,
            message: message.into(),
            loaded: false,
        }
    }

    fn of(self, name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..self
        }
    }
}
