//! What an answer depends on, and whether all of it is unchanged.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::fs::disk::{Disk, DiskDir, FileKind, FileStat, NodeId};

/// A place that an answer depends on.
#[derive(Debug)]
pub(crate) enum Dependency {
    /// Below an open directory.
    Below(Arc<dyn DiskDir>, String),
    /// An open directory itself.
    Itself(Arc<dyn DiskDir>),
    /// At an absolute path, links followed.
    At(PathBuf),
}

/// What was seen there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExpectedState {
    /// Nothing.
    Absent,
    /// A file or directory in exactly this state.
    Same(FileVersion),
    /// This directory, whatever it holds.
    Is(NodeId),
}

/// The state of a file or directory: any change to it changes its stamp, but
/// for changes within one tick of the file system's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileVersion {
    kind: FileKind,
    id: NodeId,
    size: u64,
    // Mode and owner are not compared: to change them changes the last of these
    // times.
    modified: i64,
    changed: i64,
}

impl FileVersion {
    /// Whether a later change could not go unnoticed: the last one lies
    /// longer back than a tick, seen from `now` (ns since 1970). Times ahead
    /// of `now` do not count either: the clock may come by again.
    pub(crate) fn is_settled(&self, now: i64) -> bool {
        /// Ticks are 10 ms at most (Linux at 100 Hz); the rest is margin.
        const MARGIN: i64 = 50_000_000;
        self.changed < now.saturating_sub(MARGIN)
    }
}

impl From<FileStat> for FileVersion {
    fn from(stat: FileStat) -> Self {
        let FileStat {
            kind,
            id,
            size,
            modified,
            changed,
            ..
        } = stat;
        Self {
            kind,
            id,
            size,
            modified,
            changed,
        }
    }
}

impl Dependency {
    fn is_as(&self, expected: ExpectedState, disk: &dyn Disk) -> bool {
        let found = match self {
            Self::Below(dir, path) => dir.stat(path),
            Self::Itself(dir) => dir.stat_self(),
            Self::At(path) => disk.stat(path),
        };
        match (found, expected) {
            (Ok(stat), ExpectedState::Same(version)) => FileVersion::from(stat) == version,
            (Ok(stat), ExpectedState::Is(id)) => stat.kind == FileKind::Dir && stat.id == id,
            (Err(error), ExpectedState::Absent) => error.kind() == io::ErrorKind::NotFound,
            _ => false,
        }
    }
}

/// Everything that an answer depends on, each in its state.
#[derive(Debug, Default)]
pub(crate) struct Validators(Vec<(Dependency, ExpectedState)>);

impl Validators {
    pub(crate) fn add(&mut self, dependency: Dependency, expected: ExpectedState) {
        self.0.push((dependency, expected));
    }

    /// How many places have to be checked.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether everything is as it was.
    pub(crate) fn holds(&self, disk: &dyn Disk) -> bool {
        self.0
            .iter()
            .all(|(dependency, expected)| dependency.is_as(*expected, disk))
    }
}
