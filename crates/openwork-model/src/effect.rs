//! What a change sets off, as data.
//!
//! A person who is asked reads diffs, but consents to effects: a command that
//! runs, a host that is sent something, a rule that no longer holds. Each is
//! one [`Effect`]. The server weighs, and everybody else only shows.

use std::fmt;

use serde::{Serialize, Serializer};

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
    /// What was there, where something takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What takes its place.
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
}
