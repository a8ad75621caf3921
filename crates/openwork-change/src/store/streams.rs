//! Files of a workspace that are read and written in pieces.
//!
//! They are what clients bring and fetch, of any size: nobody holds one whole,
//! and none of them is planned. No link is followed anywhere below the workspace.

use openwork_model::files::{EntryKind, Files};
use openwork_model::path::RelPath;

use super::StoreError;

/// How many files of one folder are listed.
pub const MOST_LISTED: usize = 10_000;

/// What a store can do with files in pieces; one that cannot says so by
/// [`Store::streams`](super::Store::streams).
///
/// All calls block.
pub trait FileStreams: Send + Sync {
    /// The regular files below a folder, at most [`MOST_LISTED`] of them, in no
    /// order; none where the folder is not there. Links are left out, and so are
    /// files that are still being written.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the folder cannot be read, or a link leads to it.
    fn list(&self, folder: &RelPath) -> Result<Vec<StreamedFile>, StoreError>;

    /// What stands at a path; `None` for nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a link stands there or on the way.
    fn facts(&self, path: &RelPath) -> Result<Option<FileFacts>, StoreError>;

    /// Opens a regular file for reading; `None` if none is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a link or anything else stands there or on the way.
    fn open(&self, path: &RelPath) -> Result<Option<Box<dyn FileReading>>, StoreError>;

    /// Begins a file that will lie below a folder, which is made if needed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it cannot be written there.
    fn create(&self, folder: &RelPath) -> Result<Box<dyn FileWriting>, StoreError>;
}

/// A file that is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamedFile {
    /// Where, below the folder.
    pub path: RelPath,
    /// What is known of it.
    pub facts: FileFacts,
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFacts {
    /// What it is.
    pub kind: EntryKind,
    /// Its size in bytes.
    pub size: u64,
    /// When its contents last changed, in ms since 1970.
    pub modified: u64,
}

/// A file that is read in pieces. It stays the same file, whatever is put in its
/// place meanwhile.
pub trait FileReading: Send + Sync {
    /// What was known of it when it was opened.
    fn facts(&self) -> FileFacts;

    /// Reads at an offset; 0 at the end.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] if the disk does not do it.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, StoreError>;
}

/// Asked right before a file is put in its place: whether it may be there, by the
/// files as they are then. These are held until it is, so that no commit comes in
/// between.
pub type PlacingCheck<'c> = &'c dyn Fn() -> Result<Box<dyn Files + 'c>, StoreError>;

/// A file that is written in pieces, and is not there before it is whole. Dropped
/// before that, nothing of it is left.
pub trait FileWriting: Send {
    /// Writes what follows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] if the disk does not do it.
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError>;

    /// Puts the file, durably, at a path below its folder, in the place of one
    /// that is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if something else than a file stands there, a link on the
    /// way, or the disk does not do it, and what the check fails with.
    fn place(self: Box<Self>, path: &RelPath, check: PlacingCheck<'_>) -> Result<(), StoreError>;
}
