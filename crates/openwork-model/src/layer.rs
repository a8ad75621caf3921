//! The layers of the engine's configuration and what comes of them together.
//!
//! The engine (1.18) reads many files and lays each over those before it. In
//! rising order of precedence these are the global files, then `opencode.json`
//! and `opencode.jsonc` of every directory from the worktree's root down to
//! the workspace, then those of the `.opencode` directories from the workspace
//! *up*, and last those of `~/.opencode` and of the directory that
//! `OPENCODE_CONFIG_DIR` names.
//!
//! What the engine's own process is given (`OPENCODE_CONFIG`,
//! `OPENCODE_CONFIG_CONTENT`, managed and remote configuration) lies above all
//! of these and cannot be seen from here.
//!
//! | module | what it does |
//! | --- | --- |
//! | `sources` | finds the directories and reads the files |
//! | `merge` | layers → the effective configuration |
//! | `shadow` | which settings of a layer a higher one decides |
//! | `standing_path` | where a setting stands that the engine has elsewhere |
//! | `locate` | absolute path → location, where that may be looked at |

use std::path::PathBuf;

use crate::config::ReadError;
use crate::fields::Fields;
use crate::files::Files;
use openwork_jsonc::JsoncError;

mod locate;
mod merge;
mod shadow;
mod sources;
mod standing_path;

pub use self::locate::locate;
pub use self::merge::lay_over;
pub use self::shadow::ShadowedSetting;
pub use self::sources::{ConfigDirectory, ConfigFile, ConfigScope, ConfigSources, LoadItem};

/// One file of the engine's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigLayer {
    /// Where the file is.
    pub path: PathBuf,
    /// Whose file it is.
    pub scope: LayerScope,
    /// What it says, `{env:…}` and `{file:…}` as written.
    pub content: Result<Fields, LayerError>,
    /// Its settings that a higher layer decides.
    pub shadowed: Vec<ShadowedSetting>,
}

/// Whose file a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerScope {
    /// The engine's global configuration directory.
    Global,
    /// A directory above the workspace in the same worktree.
    Ancestor,
    /// The workspace itself.
    Project,
    /// The `.opencode` directory of the workspace or of a directory above it.
    Dir,
    /// `~/.opencode`.
    Home,
    /// The directory that `OPENCODE_CONFIG_DIR` names.
    Custom,
}

impl LayerScope {
    /// The word that clients see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Ancestor => "ancestor",
            Self::Project => "project",
            Self::Dir => "dir",
            Self::Home => "home",
            Self::Custom => "custom",
        }
    }

    /// Whether it is the user's own, for all workspaces.
    pub fn is_global(self) -> bool {
        matches!(self, Self::Global | Self::Home | Self::Custom)
    }
}

/// Why a layer has no content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayerError {
    /// It does not parse. The engine refuses the whole workspace over it.
    #[error("{0}")]
    Broken(JsoncError),
    /// It holds nothing but white space or comments, which the engine refuses.
    #[error("the file has no value")]
    Blank,
    /// It cannot be looked at.
    #[error("{0}")]
    Unreadable(String),
}

/// The layers of a workspace and what comes of them.
#[derive(Debug, Clone, PartialEq)]
pub struct LayersView {
    /// The files that are there, in rising order of precedence.
    pub layers: Vec<ConfigLayer>,
    /// What the engine makes of those that can be read.
    pub effective: Fields,
}

/// Reads the layers around a workspace.
pub fn read_layers(files: &dyn Files) -> Result<LayersView, ReadError> {
    let sources = ConfigSources::read(files, ConfigScope::All)?;
    let effective = sources.effective(files);
    let shadowed = shadow::shadowed_of_all(&sources, files);
    let layer = |(read, shadowed): (ConfigFile, Vec<ShadowedSetting>)| ConfigLayer {
        path: read.path,
        scope: read.scope,
        content: read.content,
        shadowed,
    };
    let layers = sources.into_layers().into_iter().zip(shadowed).map(layer);
    Ok(LayersView {
        layers: layers.collect(),
        effective,
    })
}
