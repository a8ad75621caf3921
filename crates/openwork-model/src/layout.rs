//! The files and folders that the engine reads, as one table.
//!
//! Whatever has to know where the engine (1.18) looks asks this module: lists,
//! plans, the watcher, what an effect says of a file. A new folder is a row of
//! [`FOLDERS`]; a new kind of file is a variant of [`FolderContent`] besides.
//!
//! | what | where it is said |
//! | --- | --- |
//! | configuration files | [`CONFIG_NAMES`], [`GLOBAL_CONFIG_NAMES`] |
//! | directories that hold configuration | [`CONFIG_DIRECTORIES`], in the engine's order |
//! | folders of a directory | [`FOLDERS`] |
//! | folders of the user's own skills | [`USER_SKILL_FOLDERS`] |
//! | what a path of the workspace is | [`is_config_file`], [`FolderFile`] |
//! | where this server writes | [`WorkspacePlace`] |
//!
//! ```
//! use openwork_model::layout::{FolderContent, FolderFile};
//! use openwork_model::path::RelPath;
//!
//! let path = RelPath::new(".opencode/commands/team/daily.md")?;
//! let file = FolderFile::of_path(&path).filter(FolderFile::is_loaded);
//! assert_eq!(file.as_ref().map(|file| file.folder.content), Some(FolderContent::Commands));
//! assert_eq!(file.and_then(|file| file.stem()).as_deref(), Some("team/daily"));
//! # Ok::<(), openwork_model::path::PathError>(())
//! ```

use crate::files::{FileRoot, Location};
use crate::layer::LayerScope;
use crate::path::RelPath;

mod folder_file;
mod workspace_place;

pub use self::folder_file::{FolderFile, config_files, is_config_file};
pub use self::workspace_place::WorkspacePlace;

/// The configuration files of a directory. The engine reads all of them, each
/// over those before it.
pub const CONFIG_NAMES: [&str; 2] = ["opencode.json", "opencode.jsonc"];

/// The configuration files of the user's global directory, likewise.
pub const GLOBAL_CONFIG_NAMES: [&str; 3] = ["config.json", "opencode.json", "opencode.jsonc"];

/// The file that makes a folder a skill.
pub const SKILL_FILE: &str = "SKILL.md";

/// The ending of files that are a prompt: commands, agents and modes.
pub const PROMPT_ENDING: &str = ".md";

/// The endings of plugin files, which the engine takes in lower case only.
pub const PLUGIN_ENDINGS: [&str; 2] = [".js", ".ts"];

/// A directory that agents keep their files in, in a workspace, above it or in
/// the user's home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgentDirectory {
    /// The engine's own: `.opencode`.
    Opencode,
    /// `.claude`, of which the engine reads skills.
    Claude,
    /// `.agents`, of which the engine reads skills.
    Agents,
}

impl AgentDirectory {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Opencode, Self::Claude, Self::Agents];

    /// The directory's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opencode => ".opencode",
            Self::Claude => ".claude",
            Self::Agents => ".agents",
        }
    }

    /// The directory below a root.
    pub fn path(self) -> RelPath {
        RelPath::of_components(&[self.name()])
    }

    /// Whether the engine enters hidden directories in its folders.
    // It finds the files of its own directory by a pattern that leaves them
    // out, and those of the others by one that does not.
    pub const fn includes_hidden(self) -> bool {
        !matches!(self, Self::Opencode)
    }
}

/// What the engine takes the files of a folder for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FolderContent {
    /// Plugins: code files directly in the folder.
    Plugins,
    /// Skills: folders with a [`SKILL_FILE`], at any depth.
    Skills,
    /// Commands: prompts at any depth.
    Commands,
    /// Agents: prompts at any depth.
    Agents,
    /// Modes, the older name of agents.
    Modes,
}

impl FolderContent {
    /// The names of its folders in a directory of the engine, in their order.
    pub fn folder_names(self) -> impl Iterator<Item = &'static str> {
        let own = FOLDERS.iter().filter(move |folder| {
            folder.content == self && folder.directory == AgentDirectory::Opencode
        });
        own.map(|folder| folder.name)
    }

    /// Whether the engine loads a file that lies in these folders of its own.
    pub fn takes(self, folders: &[&str], name: &str) -> bool {
        match self {
            Self::Skills => name == SKILL_FILE,
            Self::Plugins => {
                folders.is_empty() && PLUGIN_ENDINGS.iter().any(|ending| name.ends_with(ending))
            }
            Self::Commands | Self::Agents | Self::Modes => name.ends_with(PROMPT_ENDING),
        }
    }
}

/// A folder of the workspace that the engine reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineFolder {
    /// The directory that it is in.
    pub directory: AgentDirectory,
    /// Its name.
    pub name: &'static str,
    /// What lies in it.
    pub content: FolderContent,
    /// Whether lists name what lies directly in it before anything that lies
    /// deeper or elsewhere, because the OpenWork API knows the folder.
    pub listed_first: bool,
}

impl EngineFolder {
    /// The folder below the workspace.
    pub fn path(&self) -> RelPath {
        RelPath::of_components(&[self.directory.name(), self.name])
    }
}

/// The folders of a workspace and of each directory above it in the worktree.
///
/// Of one content they stand in the order in which they count.
pub const FOLDERS: [EngineFolder; 12] = [
    own("plugins", FolderContent::Plugins),
    own("plugin", FolderContent::Plugins),
    EngineFolder {
        listed_first: true,
        ..own("skills", FolderContent::Skills)
    },
    EngineFolder {
        directory: AgentDirectory::Claude,
        listed_first: true,
        ..own("skills", FolderContent::Skills)
    },
    own("skill", FolderContent::Skills),
    EngineFolder {
        directory: AgentDirectory::Agents,
        ..own("skills", FolderContent::Skills)
    },
    // Which of the two the engine takes where both hold a command is open. The
    // second wins here, because it is the one that this server writes to.
    own("command", FolderContent::Commands),
    own("commands", FolderContent::Commands),
    own("agent", FolderContent::Agents),
    own("agents", FolderContent::Agents),
    own("mode", FolderContent::Modes),
    own("modes", FolderContent::Modes),
];

const fn own(name: &'static str, content: FolderContent) -> EngineFolder {
    EngineFolder {
        directory: AgentDirectory::Opencode,
        name,
        content,
        listed_first: false,
    }
}

/// A folder of skills that are the user's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserSkillFolder {
    /// Which of the user's directories it is in.
    pub root: FileRoot,
    /// The directory in between; `None` where the root is the engine's own.
    pub directory: Option<AgentDirectory>,
    /// Its name.
    pub name: &'static str,
    /// As [`EngineFolder::listed_first`].
    pub listed_first: bool,
}

/// The folders of the user's own skills, in the order of lists.
pub const USER_SKILL_FOLDERS: [UserSkillFolder; 8] = [
    UserSkillFolder {
        listed_first: true,
        ..users(FileRoot::Global, None, "skills")
    },
    UserSkillFolder {
        listed_first: true,
        ..users(FileRoot::Home, Some(AgentDirectory::Claude), "skills")
    },
    users(FileRoot::Global, None, "skill"),
    users(FileRoot::Home, Some(AgentDirectory::Opencode), "skills"),
    users(FileRoot::Home, Some(AgentDirectory::Opencode), "skill"),
    users(FileRoot::Home, Some(AgentDirectory::Agents), "skills"),
    users(FileRoot::Custom, None, "skills"),
    users(FileRoot::Custom, None, "skill"),
];

const fn users(
    root: FileRoot,
    directory: Option<AgentDirectory>,
    name: &'static str,
) -> UserSkillFolder {
    UserSkillFolder {
        root,
        directory,
        name,
        listed_first: false,
    }
}

/// Roots of which each has a directory of configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootGroup {
    /// One of the user's roots.
    User(FileRoot),
    /// The workspace alone.
    Workspace,
    /// Every directory above it in the worktree, from the nearest up.
    Ancestors,
}

impl RootGroup {
    /// The roots, where so many directories are above the workspace.
    pub fn roots(self, ancestors: usize) -> Vec<FileRoot> {
        match self {
            Self::User(root) => vec![root],
            Self::Workspace => vec![FileRoot::Workspace],
            Self::Ancestors => (1..=ancestors).map(FileRoot::Ancestor).collect(),
        }
    }
}

/// A directory that holds configuration, plugins, skills, commands and agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigDirectoryRow {
    /// The roots that it is in.
    pub roots: RootGroup,
    /// Its name there; `None` where it is the root itself.
    pub directory: Option<AgentDirectory>,
    /// Whose it is.
    pub scope: LayerScope,
}

impl ConfigDirectoryRow {
    /// Where the directory is in a root.
    pub fn location(&self, root: FileRoot) -> Location {
        let path = self
            .directory
            .map_or_else(RelPath::root, AgentDirectory::path);
        Location::new(root, path)
    }
}

/// The directories in the order in which the engine reads them, in rising
/// order of precedence. The configuration files of the project itself (see
/// [`LayerScope::Ancestor`] and [`LayerScope::Project`]) come after the first.
pub const CONFIG_DIRECTORIES: [ConfigDirectoryRow; 5] = [
    ConfigDirectoryRow {
        roots: RootGroup::User(FileRoot::Global),
        directory: None,
        scope: LayerScope::Global,
    },
    ConfigDirectoryRow {
        roots: RootGroup::Workspace,
        directory: Some(AgentDirectory::Opencode),
        scope: LayerScope::Dir,
    },
    ConfigDirectoryRow {
        roots: RootGroup::Ancestors,
        directory: Some(AgentDirectory::Opencode),
        scope: LayerScope::Dir,
    },
    ConfigDirectoryRow {
        roots: RootGroup::User(FileRoot::Home),
        directory: Some(AgentDirectory::Opencode),
        scope: LayerScope::Home,
    },
    ConfigDirectoryRow {
        roots: RootGroup::User(FileRoot::Custom),
        directory: None,
        scope: LayerScope::Custom,
    },
];

/// The folders of the workspace that are there for skills.
pub fn skill_folders() -> impl Iterator<Item = RelPath> {
    let skills = FOLDERS
        .iter()
        .filter(|folder| folder.content == FolderContent::Skills);
    skills.map(EngineFolder::path)
}
