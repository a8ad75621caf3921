//! What looks like a skill, a command or an agent and is not listed, and why a
//! file or a folder is left out before anybody reads what it says. The three
//! kinds are left out for the same reasons, in the same words.

use std::path::PathBuf;

use crate::files::{DEPTH, DIRECTORIES, FileError};

/// Something that looks like a skill, a command or an agent and is not listed.
/// `S` are the scopes of what it looks like, `R` its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedItem<S, R> {
    /// The name that it has for the engine, if it has one.
    pub name: Option<String>,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it belongs to the workspace's project or to the user.
    pub scope: S,
    /// The rule that it breaks.
    pub rule: R,
    /// What is wrong, for people.
    pub message: String,
    /// Whether the engine loads it all the same, as far as that can be told.
    pub loaded: bool,
}

/// The reasons that have nothing to do with what a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileRule {
    /// It cannot be read.
    Unreadable,
    /// It is or leads through a link that is not followed.
    Link,
    /// There is more than is looked at.
    Limit,
}

/// A rule that something breaks, so that it is not listed. `R` are the rules of
/// what it looks like.
#[derive(Debug)]
pub(crate) struct SkipFault<R> {
    pub(crate) rule: R,
    /// The name that the engine gives it, if it has one.
    pub(crate) name: Option<String>,
    /// What is wrong, for people.
    pub(crate) message: String,
    /// Whether the engine loads it all the same, as far as that can be told.
    pub(crate) loaded: bool,
}

impl<R> SkipFault<R> {
    /// Something that the engine does not load either.
    pub(crate) fn new(rule: R, message: impl Into<String>) -> Self {
        Self {
            rule,
            name: None,
            message: message.into(),
            loaded: false,
        }
    }

    /// The same of something that the engine loads all the same.
    pub(crate) fn loaded(self) -> Self {
        let loaded = true;
        Self { loaded, ..self }
    }

    /// The same of something that has a name.
    pub(crate) fn of(self, name: &str) -> Self {
        let name = Some(name.to_owned());
        Self { name, ..self }
    }

    /// The report of the rule for something.
    pub(crate) fn skipped<S>(self, path: PathBuf, scope: S) -> SkippedItem<S, R> {
        SkippedItem {
            name: self.name,
            path,
            scope,
            rule: self.rule,
            message: self.message,
            loaded: self.loaded,
        }
    }
}

impl<R: From<FileRule>> SkipFault<R> {
    /// A file or directory that cannot be looked at.
    pub(crate) fn unreadable(error: &FileError) -> Self {
        match error {
            FileError::Link { .. } => Self::not_followed(),
            FileError::NotRegular { .. } => Self::closed("it is no regular file"),
            FileError::Withheld { .. } => Self::closed("it belongs to the server itself"),
            // The engine has no such limit.
            FileError::TooLarge { limit, .. } => Self::closed(format!(
                "it is larger than the {limit} bytes that are read here"
            ))
            .loaded(),
            FileError::Io { source, .. } => Self::closed(source.to_string()),
        }
    }

    /// A file that is there and then is not.
    pub(crate) fn gone() -> Self {
        Self::closed("it went away while it was looked at")
    }

    /// A file that is not UTF-8.
    pub(crate) fn not_text() -> Self {
        Self::closed("it is not UTF-8")
    }

    /// A link that leads nowhere, or out of what may be read.
    pub(crate) fn not_followed() -> Self {
        let message = "it is or passes a link that leads out of what this server may read; the engine follows it";
        Self::new(FileRule::Link.into(), message).loaded()
    }

    /// A folder with too much in it.
    pub(crate) fn too_many() -> Self {
        let message =
            format!("there are more than {DIRECTORIES} directories; the rest is not looked at");
        Self::new(FileRule::Limit.into(), message).loaded()
    }

    /// A directory whose own directories lie too deep.
    pub(crate) fn too_deep() -> Self {
        let message = format!(
            "directories in it lie more than {DEPTH} deep and are not looked at; the engine looks there"
        );
        Self::new(FileRule::Limit.into(), message).loaded()
    }

    fn closed(message: impl Into<String>) -> Self {
        Self::new(FileRule::Unreadable.into(), message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::AgentRule;
    use crate::command::CommandRule;
    use crate::skill::SkillRule;

    #[test]
    fn the_three_lists_have_the_same_words() {
        let words = |rule: FileRule| {
            let (agent, command) = (AgentRule::from(rule), CommandRule::from(rule));
            [
                agent.as_str(),
                command.as_str(),
                SkillRule::from(rule).as_str(),
            ]
        };
        assert_eq!(words(FileRule::Unreadable), ["unreadable"; 3]);
        assert_eq!(words(FileRule::Link), ["link"; 3]);
        assert_eq!(words(FileRule::Limit), ["limit"; 3]);
    }

    #[test]
    fn what_the_engine_loads_all_the_same_is_said() {
        let path = "a".into();
        let large = FileError::TooLarge { path, limit: 9 };
        let faults: [SkipFault<AgentRule>; 6] = [
            SkipFault::unreadable(&large),
            SkipFault::gone(),
            SkipFault::not_text(),
            SkipFault::not_followed(),
            SkipFault::too_many(),
            SkipFault::too_deep(),
        ];
        let said = faults.map(|fault| (fault.rule, fault.message, fault.loaded));
        let expected = [
            (
                AgentRule::Unreadable,
                "it is larger than the 9 bytes that are read here",
                true,
            ),
            (
                AgentRule::Unreadable,
                "it went away while it was looked at",
                false,
            ),
            (AgentRule::Unreadable, "it is not UTF-8", false),
            (
                AgentRule::Link,
                "it is or passes a link that leads out of what this server may read; the engine follows it",
                true,
            ),
            (
                AgentRule::Limit,
                "there are more than 20000 directories; the rest is not looked at",
                true,
            ),
            (
                AgentRule::Limit,
                "directories in it lie more than 32 deep and are not looked at; the engine looks there",
                true,
            ),
        ];
        assert_eq!(
            said,
            expected.map(|(rule, text, loaded)| (rule, text.to_owned(), loaded))
        );
    }
}
