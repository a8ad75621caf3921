//! A file on its way to its place.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use openwork_change::plan::PlanError;
use openwork_change::store::{FileWriting, PlacingCheck, StoreError};
use openwork_model::config::ReadError;
use openwork_model::file_name::NameRules;
use openwork_model::files::FileError;
use openwork_model::invalid::Invalid;
use openwork_model::path::RelPath;

use super::what_blocks;
use crate::fs::disk::{DiskDir, DiskFile, FileAccess, FileKind, write_all};
use crate::fs::tree;
use crate::fs::withheld::WithheldPlaces;

/// How much is copied at a time.
const COPIED: usize = 64 << 10;

/// A file that is being brought.
pub(super) struct DiskWriting {
    pub(super) dir: Arc<dyn DiskDir>,
    /// Directories that others were made in, and are not durable yet.
    pub(super) made: Vec<Arc<dyn DiskDir>>,
    pub(super) name: String,
    /// Gone once the file is in its place.
    pub(super) file: Option<Box<dyn DiskFile>>,
    pub(super) folder: PathBuf,
    pub(super) rules: NameRules,
    /// The places where it may not be.
    pub(super) withheld: WithheldPlaces,
}

impl FileWriting for DiskWriting {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let written = write_all(&mut **file, bytes);
        written.map_err(|error| StoreError::io("write", self.folder.clone(), error))
    }

    fn place(
        mut self: Box<Self>,
        path: &RelPath,
        check: PlacingCheck<'_>,
    ) -> Result<(), StoreError> {
        for name in path.components() {
            self.rules.check(name).map_err(|fault| {
                let name = name.to_owned();
                PlanError::from(Invalid::FileName { name, fault })
            })?;
        }
        let at = || path.below(&self.folder);
        let is_withheld = self.withheld.cover(&self.dir, path);
        if is_withheld.map_err(|error| StoreError::io("look at", at(), error))? {
            return Err(ReadError::from(FileError::Withheld { path: at() }).into());
        }
        let staged = self.stage(path);
        let mut staged = staged.map_err(|error| self.not_placed(path, error))?;
        // Only now, as much time may have gone by until all bytes are there.
        let _held = check()?;
        self.put(&mut staged)
            .map_err(|error| self.not_placed(path, error))
    }
}

/// A file that is whole and durable in the directory that it belongs into, under
/// the name that it was written by.
struct StagedUpload<'n> {
    dir: Arc<dyn DiskDir>,
    name: &'n str,
    /// The copy that lies beside the place, if the file was written elsewhere.
    /// Dropped before it is in its place, it is removed.
    copy: Option<String>,
}

impl Drop for StagedUpload<'_> {
    fn drop(&mut self) {
        if let Some(copy) = &self.copy {
            // What cannot be removed is left, as it would be by a crash.
            let _ = self.dir.remove_file(copy);
        }
    }
}

impl DiskWriting {
    /// Makes the file durable beside the place that it belongs into.
    fn stage<'n>(&mut self, path: &'n RelPath) -> io::Result<StagedUpload<'n>> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::IsADirectory.into());
        };
        if let Some(file) = &self.file {
            file.sync()?;
        }
        let (dir, made) = tree::open_or_make(&self.dir, &parent)?;
        self.made.extend(made.into_iter().map(|made| made.parent));
        if dir.stat(name).is_ok_and(|stat| stat.kind == FileKind::Dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut staged = StagedUpload {
            dir,
            name,
            copy: None,
        };
        if !parent.is_root() {
            // Only here is it known where it goes: entries are renamed within one
            // directory, so that no link on the way is followed.
            copy(&self.dir, &staged.dir, &self.name)?;
            staged.copy = Some(self.name.clone());
        }
        Ok(staged)
    }

    fn put(&mut self, staged: &mut StagedUpload<'_>) -> io::Result<()> {
        staged.dir.rename(&self.name, staged.name)?;
        if staged.copy.take().is_none() {
            self.file = None;
        }
        staged.dir.sync()?;
        self.made.iter().try_for_each(|made| made.sync())
    }

    fn not_placed(&self, path: &RelPath, error: io::Error) -> StoreError {
        let at = path.below(&self.folder);
        if error.kind() == io::ErrorKind::IsADirectory {
            return ReadError::from(FileError::NotRegular { path: at }).into();
        }
        let parent = path.parent().unwrap_or_else(RelPath::root);
        match what_blocks(&self.dir, &parent, &at) {
            Some(blocked) => ReadError::from(blocked).into(),
            None => StoreError::io("place", at, error),
        }
    }
}

/// Copies a file into another directory, where it is there whole or not at all.
fn copy(from: &Arc<dyn DiskDir>, into: &Arc<dyn DiskDir>, unfinished: &str) -> io::Result<()> {
    let copied = (|| {
        let source = from.open_file(unfinished)?;
        let mut file = into.create(unfinished, FileAccess::Private)?;
        let mut buffer = vec![0; COPIED];
        let mut offset = 0;
        loop {
            let read = source.read_at(&mut buffer, offset)?;
            if read == 0 {
                break;
            }
            write_all(&mut *file, buffer.get(..read).unwrap_or(&[]))?;
            offset += read as u64;
        }
        file.sync()
    })();
    if copied.is_err() {
        let _ = into.remove_file(unfinished);
    }
    copied
}

impl Drop for DiskWriting {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // What cannot be removed is swept a day later.
            let _ = self.dir.remove_file(&self.name);
        }
    }
}
