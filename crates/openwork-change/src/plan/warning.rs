//! What may keep a change from having the effect that was wanted.

use std::path::PathBuf;

use crate::change::Fields;
use openwork_model::agent::AgentName;
use openwork_model::files::Files;
use openwork_model::name::{CommandName, SkillName};
use openwork_model::path::RelPath;

mod agent;
mod command;
mod setting;
mod skill;

/// What a change says, in the places where other files may say otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WrittenKeys {
    /// Settings, each with the file that has them.
    pub(super) settings: Vec<(RelPath, Fields)>,
    /// What is to be said in any case.
    pub(super) notes: Vec<Warning>,
    pub(super) commands: Vec<CommandName>,
    /// Skills, and the file of each.
    pub(super) skills: Vec<(SkillName, RelPath)>,
    pub(super) agents: Vec<AgentName>,
}

impl WrittenKeys {
    pub(super) fn warnings(&self, files: &dyn Files) -> Vec<Warning> {
        let settings = setting::of_all(&self.settings, files);
        let commands = command::of_commands(&self.commands, files);
        let skills = skill::of_skills(&self.skills, files);
        let agents = agent::of_agents(&self.agents, files);
        [self.notes.clone(), settings, commands, skills, agents].concat()
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
    /// The plugin is there in another version, and stays in it.
    AlreadyPresent,
    /// A file comes to have the older and the newer form of one kind.
    MixedForms,
    /// The workspace's engine is too old for what was written.
    EngineVersion,
    /// The engine does not know a key that stands for one it knows.
    UnknownKey,
    /// A rule of somebody else stays, in the place of the one that was wanted.
    RuleKept,
}

impl WarningCode {
    /// The word that clients see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shadowed => "shadowed",
            Self::Ambiguous => "ambiguous",
            Self::Broken => "broken_layer",
            Self::AlreadyPresent => "already_present",
            Self::MixedForms => "mixed_forms",
            Self::EngineVersion => "engine_version",
            Self::UnknownKey => "unknown_key",
            Self::RuleKept => "rule_kept",
        }
    }
}
