//! What looks like a command and is not listed.

use std::path::PathBuf;

use super::CommandScope;
use crate::files::{DEPTH, DIRECTORIES, FileError};

/// Something that looks like a command and is not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedCommand {
    /// The name that the engine gives it, if it has one.
    pub name: Option<String>,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it belongs to the workspace or to the user.
    pub scope: CommandScope,
    /// The rule that it breaks.
    pub rule: CommandRule,
    /// What is wrong, for people.
    pub message: String,
    /// Whether the engine loads it all the same, as far as that can be told.
    pub loaded: bool,
}

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

/// A rule that is broken.
#[derive(Debug)]
pub(super) struct CommandFault {
    rule: CommandRule,
    name: Option<String>,
    message: String,
    loaded: bool,
}

impl CommandFault {
    /// A file or directory that cannot be looked at.
    pub(super) fn unreadable(error: &FileError) -> Self {
        match error {
            FileError::Link { .. } => Self::not_followed(),
            FileError::NotRegular { .. } => {
                Self::new(CommandRule::Unreadable, "it is no regular file")
            }
            FileError::TooLarge { limit, .. } => Self::new(
                CommandRule::Unreadable,
                format!("it is larger than the {limit} bytes that are read here"),
            )
            // The engine has no such limit.
            .loaded(),
            FileError::Io { source, .. } => Self::new(CommandRule::Unreadable, source.to_string()),
        }
    }

    /// A file that is there and then is not.
    pub(super) fn gone() -> Self {
        Self::new(
            CommandRule::Unreadable,
            "it went away while it was looked at",
        )
    }

    /// A file that is not UTF-8.
    pub(super) fn not_text() -> Self {
        Self::new(CommandRule::Unreadable, "it is not UTF-8")
    }

    /// A link that leads nowhere, or out of what may be read.
    pub(super) fn not_followed() -> Self {
        let message = "it is or passes a link that leads out of what this server may read; the engine follows it";
        Self::new(CommandRule::Link, message).loaded()
    }

    /// A folder with too much in it.
    pub(super) fn too_many() -> Self {
        let message =
            format!("there are more than {DIRECTORIES} directories; the rest is not looked at");
        Self::new(CommandRule::Limit, message).loaded()
    }

    /// A directory whose own directories lie too deep.
    pub(super) fn too_deep() -> Self {
        let message = format!(
            "directories in it lie more than {DEPTH} deep and are not looked at; the engine looks there"
        );
        Self::new(CommandRule::Limit, message).loaded()
    }

    /// A name that is none here; the engine takes any.
    pub(super) fn name(name: &str) -> Self {
        let message =
            "its name is too long, or has parts that are empty, dots alone or no plain text"
                .to_owned();
        Self::new(CommandRule::Name, message).loaded().of(name)
    }

    /// A setting without a text.
    pub(super) fn no_template(name: &str) -> Self {
        Self::new(CommandRule::Template, "it has no template that is text").of(name)
    }

    /// The report of the rule for something.
    pub(super) fn skipped(self, path: PathBuf, scope: CommandScope) -> SkippedCommand {
        SkippedCommand {
            name: self.name,
            path,
            scope,
            rule: self.rule,
            message: self.message,
            loaded: self.loaded,
        }
    }

    fn new(rule: CommandRule, message: impl Into<String>) -> Self {
        Self {
            rule,
            name: None,
            message: message.into(),
            loaded: false,
        }
    }

    fn loaded(self) -> Self {
        Self {
            loaded: true,
            ..self
        }
    }

    fn of(self, name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..self
        }
    }
}
