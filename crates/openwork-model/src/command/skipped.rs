//! What looks like a command and is not listed.

use super::CommandScope;
use crate::skip::{FileRule, SkipFault, SkippedItem};

/// Something that looks like a command and is not listed.
pub type SkippedCommand = SkippedItem<CommandScope, CommandRule>;

/// Why something that looks like a command is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommandRule {
    /// It cannot be read.
    Unreadable,
    /// It is or leads through a link that is not followed.
    Link,
    /// There is more than is looked at.
    Limit,
    /// Its name is none that a request could carry.
    Name,
    /// It has no template.
    Template,
}

impl CommandRule {
    /// The word that clients see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Link => "link",
            Self::Limit => "limit",
            Self::Name => "name",
            Self::Template => "template",
        }
    }
}

impl AsRef<str> for CommandRule {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<FileRule> for CommandRule {
    fn from(rule: FileRule) -> Self {
        match rule {
            FileRule::Unreadable => Self::Unreadable,
            FileRule::Link => Self::Link,
            FileRule::Limit => Self::Limit,
        }
    }
}

/// A rule that is broken.
pub(super) type CommandFault = SkipFault<CommandRule>;

impl CommandFault {
    /// A name that is none here; the engine takes any.
    pub(super) fn name(name: &str) -> Self {
        let message =
            "its name is too long, or has parts that are empty, dots alone or no plain text";
        Self::new(CommandRule::Name, message).loaded().of(name)
    }

    /// A setting without a text.
    pub(super) fn no_template(name: &str) -> Self {
        Self::new(CommandRule::Template, "it has no template that is text").of(name)
    }
}
