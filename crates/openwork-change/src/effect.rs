//! What a change sets off, as data.
//!
//! A person who is asked reads diffs, but consents to effects: a command that
//! runs, a host that is sent something, a rule that no longer holds. Each is
//! one [`Effect`]. The server weighs, and everybody else only shows.
//!
//! [`weigh`] reads the effects off the edits of a plan, so they speak of what
//! will be written, by whatever request. What no rule knows is grave.
//!
//! | module | what it knows |
//! | --- | --- |
//! | `weigh`, `findings`, `title` | all effects of a change, its level and its title |
//! | `edit`, `deletion` | which rules one file falls under |
//! | `config`, `openwork` | what settings do |
//! | `text`, `template`, `header`, `agent` | what texts do that agents read |
//! | `workspace_file`, `as_prompt` | what files of the workspace do, whatever they are |
//! | `reference`, `outside` | what is read from this machine |

use std::fmt;
use std::iter;

use serde::{Serialize, Serializer};

mod agent;
mod as_prompt;
mod config;
mod deletion;
mod edit;
mod findings;
mod header;
mod openwork;
mod outside;
mod reference;
mod template;
mod text;
mod title;
mod weigh;
mod workspace_file;

pub use self::outside::leads_outside;
pub use self::weigh::{Weight, weigh};

/// How much is at stake. What nobody has weighed is `High`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Level {
    /// Harmless, by a written list, or a deletion that can be undone.
    Low,
    /// Text that agents read as instructions, and nothing beyond that.
    Medium,
    /// Code may run, safeguards may go, data may leave, files outside may be
    /// read, or nobody knows.
    #[default]
    High,
}

impl Level {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What kind of thing is set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EffectKind {
    /// A program starts on this machine.
    RunsCommand,
    /// Code is loaded into the engine: a plugin, a package.
    LoadsCode,
    /// A variable that programs take code or settings from is set.
    SetsEnvironment,
    /// What the engine may do without asking changes.
    Permission,
    /// Data is sent to a host.
    SendsData,
    /// A file is read, and its text put into a setting or sent to the model.
    ReadsFile,
    /// An environment variable is read and put into a setting.
    ReadsEnvironment,
    /// Agents read a text as instructions.
    Instructions,
    /// A server that is set up elsewhere is switched on.
    SwitchesOn,
    /// A setting of the written list changes.
    Setting,
    /// Something is deleted that can be brought back.
    Deletes,
    /// What the engine is doing is interrupted.
    Interrupts,
    /// A setting, a form or a field that this server does not know.
    Unknown,
}

impl EffectKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RunsCommand => "command",
            Self::LoadsCode => "code",
            Self::SetsEnvironment => "environment",
            Self::Permission => "permission",
            Self::SendsData => "sends",
            Self::ReadsFile => "reads-file",
            Self::ReadsEnvironment => "reads-environment",
            Self::Instructions => "instructions",
            Self::SwitchesOn => "switches-on",
            Self::Setting => "setting",
            Self::Deletes => "deletes",
            Self::Interrupts => "interrupts",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for EffectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for EffectKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One thing that a change sets off.
///
/// Texts are those of the change: whoever displays them escapes them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// What kind of thing.
    pub kind: EffectKind,
    /// How much is at stake.
    pub level: Level,
    /// It in one plain sentence, nothing in it left out.
    pub text: String,
    /// The setting that sets it off, with dots between the keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What was there, where something takes its place; `unset` for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What takes its place; `unset` for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The whole command that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The host that is sent something, as a browser would show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The file that is read, or the file of the workspace that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl Effect {
    /// An effect of which there is no more to say than one sentence.
    pub fn new(kind: EffectKind, level: Level, text: impl Into<String>) -> Self {
        Self {
            kind,
            level,
            text: text.into(),
            path: None,
            from: None,
            to: None,
            command: None,
            host: None,
            file: None,
        }
    }

    /// All that it says in texts, for whoever measures them.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        // Every field by its name, so that none is left out that is yet to come.
        let Self {
            kind: _,
            level: _,
            text,
            path,
            from,
            to,
            command,
            host,
            file,
        } = self;
        let optional = [path, from, to, command, host, file];
        let optional = optional.into_iter().flatten();
        iter::once(text).chain(optional).map(String::as_str)
    }

    /// The same with the setting that sets it off.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The same with what was there and what takes its place.
    #[must_use]
    pub fn changing(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.from = Some(from.into());
        self.to = Some(to.into());
        self
    }

    /// The same with the command that runs.
    #[must_use]
    pub fn running(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }

    /// The same with the host that is sent something, if that is known.
    #[must_use]
    pub fn sending_to(mut self, host: Option<impl Into<String>>) -> Self {
        self.host = host.map(Into::into);
        self
    }

    /// The same with the file that is meant.
    #[must_use]
    pub fn about(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }
}
