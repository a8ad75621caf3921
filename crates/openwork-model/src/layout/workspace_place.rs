//! The places of a workspace that this server writes to.

use super::{AgentDirectory, PROMPT_ENDING, SKILL_FILE};
use crate::name::{CommandName, SkillName};
use crate::path::RelPath;

const OPENCODE: &str = AgentDirectory::Opencode.name();

/// The fixed places of a workspace's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspacePlace {
    /// The engine's configuration with comments: `opencode.jsonc`.
    OpencodeJsonc,
    /// The engine's configuration by its other name: `opencode.json`.
    OpencodeJson,
    /// The same in the engine's own directory: `.opencode/opencode.jsonc`.
    InnerOpencodeJsonc,
    /// And by its other name: `.opencode/opencode.json`.
    InnerOpencodeJson,
    /// OpenWork's settings: `.opencode/openwork.json`.
    OpenworkJson,
    /// Plugin files: `.opencode/plugins`.
    Plugins,
    /// Skill folders: `.opencode/skills`.
    Skills,
    /// Command files: `.opencode/commands`.
    Commands,
    /// What this server keeps for itself, the audit log and its journal:
    /// `.opencode/openwork`.
    Openwork,
    /// What clients bring: `.opencode/openwork/inbox`.
    Inbox,
    /// What agents make for clients: `.opencode/openwork/outbox`.
    Outbox,
}

impl WorkspacePlace {
    /// The engine's configuration files of a workspace. The first that is there
    /// is the main file: new things go there.
    pub const CONFIGURATION: [Self; 4] = [
        Self::OpencodeJsonc,
        Self::OpencodeJson,
        Self::InnerOpencodeJsonc,
        Self::InnerOpencodeJson,
    ];

    /// Whether it is a configuration file in the engine's own directory.
    pub fn is_inner(self) -> bool {
        matches!(self, Self::InnerOpencodeJsonc | Self::InnerOpencodeJson)
    }

    /// The place as a path below the workspace.
    pub fn path(self) -> RelPath {
        let components: &[&str] = match self {
            Self::OpencodeJsonc => &["opencode.jsonc"],
            Self::OpencodeJson => &["opencode.json"],
            Self::InnerOpencodeJsonc => &[OPENCODE, "opencode.jsonc"],
            Self::InnerOpencodeJson => &[OPENCODE, "opencode.json"],
            Self::OpenworkJson => &[OPENCODE, "openwork.json"],
            Self::Plugins => &[OPENCODE, "plugins"],
            Self::Skills => &[OPENCODE, "skills"],
            Self::Commands => &[OPENCODE, "commands"],
            Self::Openwork => &[OPENCODE, "openwork"],
            Self::Inbox => &[OPENCODE, "openwork", "inbox"],
            Self::Outbox => &[OPENCODE, "openwork", "outbox"],
        };
        RelPath::of_components(components)
    }
}

impl SkillName {
    /// Where the text of a skill is written.
    pub fn path(&self) -> RelPath {
        RelPath::of_components(&[OPENCODE, "skills", self.as_str(), SKILL_FILE])
    }
}

impl CommandName {
    /// Where the file of a new command is written.
    pub fn path(&self) -> RelPath {
        self.path_of("")
    }

    /// Where it is written if the file of its own name is another command.
    /// There is an end to such places.
    pub fn numbered_path(&self, number: u32) -> Option<RelPath> {
        (number <= 1_000).then(|| self.path_of(&format!("-{number}")))
    }

    fn path_of(&self, suffix: &str) -> RelPath {
        let file = format!("{self}{suffix}{PROMPT_ENDING}");
        let mut components = vec![OPENCODE, "commands"];
        components.extend(file.split('/'));
        RelPath::of_components(&components)
    }
}
