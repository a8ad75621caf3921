//! What a store is opened with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use openwork_change::store::StoreError;
use openwork_model::clock::{Clock, Ids, RandomIds, SystemClock};
use openwork_model::workspace::Workspace;

use crate::audit::home::{RecordHome, RecordHomes};
use crate::fs::disk::{Disk, NativeDisk};
use crate::history::HistoryBounds;

/// The size from which the audit log starts a new segment, in bytes.
pub const AUDIT_SEGMENT: u64 = 16 << 20;

/// How many directories are held open for one answer, unless more are allowed.
pub const HELD_DIRECTORIES: usize = 64;

/// Where a store records what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordPlace {
    /// In the workspace, below `.opencode/openwork`.
    #[default]
    Workspace,
    /// In [`FsOptions::record_directory`]; without one, in the workspace.
    Elsewhere,
}

/// What a store works on, and with what.
#[derive(Clone)]
pub struct FsOptions {
    /// The workspace.
    pub workspace: Workspace,
    /// The directories that may be served: the workspace must lie in one of
    /// them, and links may be followed into them on reading.
    pub authorized_roots: Vec<PathBuf>,
    /// The engine's global configuration directory, where there is one.
    pub global: Option<PathBuf>,
    /// The user's home directory, where there is one.
    pub home: Option<PathBuf>,
    /// The directory that the engine is told to read besides
    /// (`OPENCODE_CONFIG_DIR`), where there is one.
    pub custom: Option<PathBuf>,
    /// Files and directories at which the store gives and takes nothing, wherever in
    /// the workspace they are: what whoever serves it keeps for himself.
    pub withheld: Vec<PathBuf>,
    /// The time that is recorded.
    pub clock: Arc<dyn Clock>,
    /// The ids that are recorded.
    pub ids: Arc<dyn Ids>,
    /// The disk.
    pub disk: Arc<dyn Disk>,
    /// The size from which the audit log starts a new segment, in bytes.
    pub audit_segment: u64,
    /// Where the audit log and what files were lie.
    pub records: RecordPlace,
    /// The directory outside of the workspace that they may lie in, where there
    /// is one: of this workspace alone, and absolute. What was recorded there or in
    /// the workspace under other settings is read in any case.
    pub record_directory: Option<PathBuf>,
    /// How much of what files were before and after changes is kept.
    pub history: HistoryBounds,
    /// How many directories may be held open for one answer that is kept. Each
    /// is a file handle, and makes it cheaper to see that the answer is still
    /// true; what lies in further directories is looked at by its path.
    pub held_directories: usize,
}

impl FsOptions {
    /// The options of [`new`](Self::new) for the workspace at a path. A
    /// relative path counts from the working directory of this moment, so a
    /// later change of it does not lead elsewhere.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] if the path is empty, or relative while the working
    /// directory is not known.
    pub fn at(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let absolute = std::path::absolute(path)
            .map_err(|source| StoreError::io("make absolute", path.to_owned(), source))?;
        Ok(Self::new(Workspace::at(&absolute)))
    }

    /// A workspace that is its own authorised root, on this machine's disk,
    /// without global directories.
    pub fn new(workspace: Workspace) -> Self {
        Self {
            authorized_roots: vec![workspace.path.clone()],
            workspace,
            global: None,
            home: None,
            custom: None,
            withheld: Vec::new(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            disk: Arc::new(NativeDisk),
            audit_segment: AUDIT_SEGMENT,
            records: RecordPlace::default(),
            record_directory: None,
            history: HistoryBounds::default(),
            held_directories: HELD_DIRECTORIES,
        }
    }

    /// Where things are recorded, and were.
    pub(crate) fn record_homes(&self) -> RecordHomes {
        let elsewhere = self.record_directory.as_ref();
        let elsewhere = elsewhere.map(|path| RecordHome::Elsewhere {
            disk: Arc::clone(&self.disk),
            path: path.clone(),
        });
        match (self.records, elsewhere) {
            (RecordPlace::Elsewhere, Some(elsewhere)) => RecordHomes {
                current: elsewhere,
                former: Some(RecordHome::Workspace),
            },
            (_, former) => RecordHomes {
                current: RecordHome::Workspace,
                former,
            },
        }
    }
}
