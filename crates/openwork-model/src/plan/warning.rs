//! What may keep a change from having the effect that was wanted.

use std::path::PathBuf;

mod command;
mod setting;
mod skill;

pub(super) use self::command::of_commands;
pub(super) use self::setting::of_settings;
pub(super) use self::skill::of_skills;

/// Something that a client should know of a change that was made all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Its kind.
    pub code: WarningCode,
    /// What is the matter, for people.
    pub message: String,
    /// The file that causes it.
    pub path: PathBuf,
}

/// The kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCode {
    /// Another file decides what was written.
    Shadowed,
    /// Another file says something of the same name, and it is open which
    /// one the engine takes.
    Ambiguous,
    /// The engine refuses the workspace over a file.
    Broken,
}

impl WarningCode {
    /// The word that clients see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shadowed => "shadowed",
            Self::Ambiguous => "ambiguous",
            Self::Broken => "broken_layer",
        }
    }
}
