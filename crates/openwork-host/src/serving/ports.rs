//! The ports of what is kept of workspaces, and of opening one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use openwork_model::workspace::Workspace;

use crate::registry::ServedWorkspace;
use crate::state::StateError;

/// Where the list of workspaces is kept that the server starts with. All
/// methods may block, keep what they keep durably, and on an error leave the
/// list as it was.
pub trait WorkspaceList: Send + Sync {
    /// Puts the workspace of a directory first in what is kept.
    ///
    /// # Errors
    ///
    /// [`StateError`] if the list cannot be read or written.
    fn put_first(&self, workspace: &Path) -> Result<ListOutcome, StateError>;

    /// Keeps one workspace more, as the first, and that its directory may be
    /// served. Nothing is kept of its engine.
    ///
    /// # Errors
    ///
    /// [`StateError`] if the list cannot be read or written.
    fn add(&self, workspace: &Workspace) -> Result<ListOutcome, StateError>;

    /// Keeps what people call the workspace of a directory; `None` for nothing
    /// of its own.
    ///
    /// # Errors
    ///
    /// [`StateError`] if the list cannot be read or written.
    fn rename(&self, workspace: &Path, name: Option<&str>) -> Result<ListOutcome, StateError>;

    /// Keeps the workspace of a directory no more, nor that exactly this
    /// directory may be served, unless one of the `others` lies in it.
    ///
    /// # Errors
    ///
    /// [`StateError`] if the list cannot be read or written.
    fn remove(&self, workspace: &Path, others: &[PathBuf]) -> Result<ListOutcome, StateError>;
}

/// What became of the list that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListOutcome {
    /// Whether it says now what was asked for.
    pub persisted: bool,
    /// Why the next start may know nothing of it.
    pub warnings: Vec<String>,
}

/// How the directory of a further workspace is opened.
pub trait WorkspaceOpener: Send + Sync {
    /// Opens a directory so that it can be served, without writing to it; its
    /// engine is that of the workspace `beside` it. May block.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if it cannot be served.
    fn open(
        &self,
        wanted: &NewWorkspace,
        beside: Option<&Workspace>,
    ) -> Result<ServedWorkspace, OpenError>;
}

/// A workspace that somebody wants served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWorkspace {
    /// Its directory, as it was sent.
    pub path: String,
    /// What it is called; without, as its directory.
    pub name: Option<String>,
    /// What it is made from; without, [`Workspace::PRESET`].
    pub preset: Option<String>,
}

/// Why a directory cannot be served.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OpenError {
    /// Its path begins nowhere.
    #[error("the path of a workspace must be absolute")]
    Relative,
    /// There is none.
    #[error("there is no directory at this path")]
    Missing,
    /// The server keeps its tokens or settings there.
    #[error("the server keeps files of its own in this directory")]
    HoldsServer,
    /// The system does not let it be looked at.
    #[error("{path}: {source}")]
    Io {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: Arc<io::Error>,
    },
}
