//! What may keep a change from having the effect that was wanted.

use std::path::PathBuf;

use crate::change::Fields;
use openwork_model::files::Files;
use openwork_model::name::{CommandName, SkillName};
use openwork_model::path::RelPath;

mod command;
mod setting;
mod skill;

/// What a change says, in the places where other files may say otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WrittenKeys {
    /// Settings, and the file that has them.
    pub(super) settings: Option<(RelPath, Fields)>,
    pub(super) commands: Vec<CommandName>,
    /// Skills, and the file of each.
    pub(super) skills: Vec<(SkillName, RelPath)>,
}

impl WrittenKeys {
    pub(super) fn warnings(&self, files: &dyn Files) -> Vec<Warning> {
        let settings = match &self.settings {
            Some((path, settings)) => setting::of_settings(path, settings, files),
            None => Vec::new(),
        };
        let commands = command::of_commands(&self.commands, files);
        let skills = skill::of_skills(&self.skills, files);
        [settings, commands, skills].concat()
    }
}

/// Something that a client should know of a change that was made all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
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
