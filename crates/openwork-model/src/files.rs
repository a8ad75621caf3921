//! What the model sees of a disk: a read-only port that others implement.
//!
//! Plans and views are pure functions of a [`Files`]. The fs store lends a
//! confined look at real directories, [`MemoryFiles`] one at a map,
//! and [`CachedFiles`] one that asks others for each thing once.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::AuditLine;
use crate::digest::FileDigest;
use crate::file_name::NameRules;
use crate::path::RelPath;

mod cached;
mod lookup;
mod memory;
mod names;
mod walk;

pub use cached::CachedFiles;
pub use lookup::entries;
pub use memory::MemoryFiles;
pub use names::names_below;
pub use walk::{DEPTH, DIRECTORIES, WalkSight, walk};

/// The largest configuration file that is read, in bytes.
pub const CONFIG_LIMIT: u64 = 4 << 20;
/// The largest skill or command file that is read, in bytes.
pub const TEXT_LIMIT: u64 = 1 << 20;

/// A directory that paths are relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileRoot {
    /// The workspace.
    Workspace,
    /// A directory above the workspace: 1 is its parent.
    Ancestor(usize),
    /// The engine's global configuration directory (`~/.config/opencode`).
    Global,
    /// The user's home directory.
    Home,
    /// The further directory that `OPENCODE_CONFIG_DIR` names.
    Custom,
}

/// Where a file or directory is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The directory that `path` is relative to.
    pub root: FileRoot,
    /// The path below it.
    pub path: RelPath,
}

impl Location {
    /// A path below a root.
    pub fn new(root: FileRoot, path: RelPath) -> Self {
        Self { root, path }
    }

    /// A path below the workspace.
    pub fn workspace(path: RelPath) -> Self {
        Self::new(FileRoot::Workspace, path)
    }

    /// An entry of this directory; `None` if that is no name of one.
    pub fn join(&self, name: &str) -> Option<Self> {
        Some(Self::new(self.root, self.path.join(name).ok()?))
    }
}

/// The bytes of a file.
pub type FileContents = Arc<[u8]>;

/// What an entry of a directory is, links resolved where they may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// Anything else: a special file, or a link that leads nowhere allowed.
    Other,
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirEntry {
    /// Its name, one path component.
    pub name: String,
    /// What it is; for a link whose target may be read, what the target is.
    pub kind: EntryKind,
    /// Whether it is a symbolic link.
    pub is_link: bool,
}

/// A read-only, confined look at the files around one workspace.
pub trait Files {
    /// The bytes of a regular file; `None` if nothing is there.
    ///
    /// Links are followed only where they stay within what may be read.
    fn read(&self, at: &Location, limit: u64) -> Result<Option<FileContents>, FileError>;

    /// Which contents a regular file of any size has; `None` if nothing is
    /// there. Whoever can holds no more of it than a small buffer.
    fn digest(&self, at: &Location) -> Result<Option<FileDigest>, FileError> {
        let contents = self.read(at, u64::MAX)?;
        Ok(contents.as_deref().map(FileDigest::of))
    }

    /// Whether a regular file may be run as a program; not where nothing is
    /// there, or where the system has no such mark.
    fn is_executable(&self, _at: &Location) -> Result<bool, FileError> {
        Ok(false)
    }

    /// When the contents of a regular file last changed, in ms since 1970; `None`
    /// where nothing is there, or that is not known.
    fn modified(&self, _at: &Location) -> Result<Option<u64>, FileError> {
        Ok(None)
    }

    /// The entries of a directory, sorted by name (code units); `None` if
    /// nothing is there. Names that are not UTF-8 are left out.
    fn list(&self, at: &Location) -> Result<Option<Vec<DirEntry>>, FileError>;

    /// How many directories above the workspace belong to its git worktree:
    /// 0 when the workspace is the worktree's root or is in none.
    fn ancestors(&self) -> Result<usize, FileError>;

    /// The absolute path of a location, as configured (links not resolved).
    fn absolute(&self, at: &Location) -> PathBuf;

    /// Fails where a write to `path` would be refused: a link, a directory or
    /// a special file on the way or in its place.
    fn check_target(&self, path: &RelPath) -> Result<(), FileError>;

    /// How the workspace's file system takes names. By default every name is
    /// its own, and any will do.
    fn name_rules(&self) -> NameRules {
        NameRules::EXACT
    }

    /// When the newest entry of the audit log was written, in ms since 1970.
    fn last_write(&self) -> Result<Option<u64>, FileError>;

    /// The newest entries of the audit log, newest first.
    fn newest_entries(&self, limit: usize) -> Result<Vec<AuditLine>, FileError>;
}

/// Why a file could not be read.
///
/// Errors can be cloned, as one of them may answer several callers.
// Not `non_exhaustive`: `openwork-http` matches it without a wildcard, so
// that a new error cannot be left without a status of its own.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FileError {
    /// A directory, a FIFO or a device stands where a file belongs, or a file
    /// where a directory belongs.
    #[error("{} is not a regular file", path.display())]
    NotRegular {
        /// Where.
        path: PathBuf,
    },
    /// A link leads out of what may be read, or stands where none may be.
    #[error("{} is or passes a link that is not followed", path.display())]
    Link {
        /// Where.
        path: PathBuf,
    },
    /// Whoever serves the files keeps it for himself.
    #[error("{} belongs to the server itself, which gives and takes nothing there", path.display())]
    Withheld {
        /// Where.
        path: PathBuf,
    },
    /// The file is larger than what is read.
    #[error("{} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// Where.
        path: PathBuf,
        /// What is read at most, in bytes.
        limit: u64,
    },
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
}

impl FileError {
    /// The path of the file.
    pub fn path(&self) -> &Path {
        match self {
            Self::NotRegular { path }
            | Self::Link { path }
            | Self::Withheld { path }
            | Self::TooLarge { path, .. }
            | Self::Io { path, .. } => path,
        }
    }

    /// An error of the system at a path.
    pub fn io(path: PathBuf, source: io::Error) -> Self {
        let source = Arc::new(source);
        Self::Io { path, source }
    }
}
