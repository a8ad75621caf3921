//! New contents beside the files that they are about to replace.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::Arc;

use openwork_change::plan::OldContents;
use openwork_change::store::StoreError;
use openwork_model::files::{FileError, Location};
use openwork_model::path::RelPath;
use uuid::Uuid;

use crate::cache::validators::FileVersion;
use crate::commit::batch::StagedChange;
use crate::commit::failure::{CommitFailure, failed};
use crate::commit::file_state;
use crate::fs::disk::{
    DiskDir, DiskFile, FileAccess, FileKind, FileStat, digest_of, read_to, write_all,
};
use crate::fs::reader::ConfinedReader;
use crate::fs::tree::{self, MadeEntry};
use crate::layout;

/// How many files are open at once, written and not yet synced.
const UNSYNCED: usize = 128;

/// The changes of a batch, staged. What is still staged when dropped is
/// removed again, and so is what was made for it.
#[derive(Debug, Default)]
pub(crate) struct StagedFiles {
    pub(crate) files: Vec<StagedFile>,
    dirs: BTreeMap<RelPath, Arc<dyn DiskDir>>,
    made: Vec<MadeEntry>,
    /// How many of the files are durable.
    synced: usize,
    keep: bool,
}

/// One file's change, ready to be made by a single call.
#[derive(Debug)]
pub(crate) struct StagedFile {
    pub(crate) change: StagedChange,
    pub(crate) applied: bool,
    dir: Arc<dyn DiskDir>,
    name: String,
    /// Whose mode and owner the new file gets.
    old: Option<FileStat>,
    /// The access list of the old file, if it has one of its own.
    access_list: Option<String>,
    /// The mark of where the old file came from, if it has one.
    origin: Option<Vec<u8>>,
    /// The new contents, for as long as they are not durable.
    written: Option<Box<dyn DiskFile>>,
}

impl StagedFiles {
    /// Writes the new contents of a file beside it. They are durable after
    /// [`sync_files`](Self::sync_files): all are written before any is waited
    /// for, so that the file system makes them durable together.
    pub(crate) fn add(
        &mut self,
        root: &Arc<dyn DiskDir>,
        change: &StagedChange,
        files: &ConfinedReader<'_>,
    ) -> Result<(), CommitFailure> {
        // A plan never names the workspace itself; should one, nothing is written.
        let (Some(parent), Some(name)) = (change.path.parent(), change.path.file_name()) else {
            let path = files.in_workspace(&change.path);
            return Err(StoreError::Read(FileError::NotRegular { path }.into()).into());
        };
        // A plan was refused already; where it leads may have changed since.
        let at = Location::workspace(change.path.clone());
        files
            .refuse_withheld(&at)
            .map_err(|error| StoreError::Read(error.into()))?;
        let dir = self
            .open(root, parent, change)
            .map_err(failed("open", files, change))?;
        let staged = StagedFile {
            change: change.clone(),
            applied: false,
            dir,
            name: name.to_owned(),
            old: None,
            access_list: None,
            origin: None,
            written: None,
        };
        // Known before anything is written, so that a failure cleans up.
        self.files.push(staged);
        if let Some(staged) = self.files.last_mut() {
            staged.write(files)?;
        }
        // Not after each file, as files that are written together become
        // durable together. Not all at once either: an import may have more
        // files than a process may hold open.
        if self.files.len() - self.synced < UNSYNCED {
            return Ok(());
        }
        self.sync_files(files)
    }

    /// Makes the new contents of all files durable.
    pub(crate) fn sync_files(&mut self, files: &ConfinedReader<'_>) -> Result<(), CommitFailure> {
        for staged in self.files.iter_mut().skip(self.synced) {
            if let Some(file) = staged.written.take() {
                let failed = failed("write", files, &staged.change);
                file.sync().map_err(failed)?;
            }
        }
        self.synced = self.files.len();
        Ok(())
    }

    /// Makes the names in all directories concerned durable.
    pub(crate) fn sync_dirs(&self) -> io::Result<()> {
        self.dirs.values().try_for_each(|dir| dir.sync())?;
        // A directory that was made is a name in another one.
        // By handle and not by path: one directory may be reached as a parent
        // of several, and each sync costs a wait for the disk.
        let mut synced: HashSet<*const ()> = self.dirs.values().map(address).collect();
        let made = self.made.iter().rev().map(|made| &made.parent);
        made.filter(|parent| synced.insert(address(parent)))
            .try_for_each(|parent| parent.sync())
    }

    fn open(
        &mut self,
        root: &Arc<dyn DiskDir>,
        path: RelPath,
        change: &StagedChange,
    ) -> io::Result<Arc<dyn DiskDir>> {
        if let Some(dir) = self.dirs.get(&path) {
            return Ok(Arc::clone(dir));
        }
        let dir = if change.after.is_some() {
            let (dir, made) = tree::open_or_make(root, &path)?;
            self.made.extend(made);
            dir
        } else {
            tree::open(root, &path)?
        };
        self.dirs.insert(path, Arc::clone(&dir));
        Ok(dir)
    }

    /// Leaves everything as it is when dropped: recovery will need it.
    pub(crate) fn keep(&mut self) {
        self.keep = true;
    }
}

impl Drop for StagedFiles {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        for staged in self.files.iter().filter(|staged| !staged.applied) {
            if let Some(temporary) = &staged.change.temporary {
                // One that cannot be removed now is swept by the next writer.
                let _ = staged.dir.remove_file(temporary);
            }
        }
        let is_unchanged = self.files.iter().all(|staged| !staged.applied);
        self.files.clear();
        self.dirs.clear();
        if is_unchanged {
            tree::unmake(std::mem::take(&mut self.made));
        }
    }
}

impl StagedFile {
    /// Writes the new contents, if there will be any.
    fn write(&mut self, files: &ConfinedReader<'_>) -> Result<(), CommitFailure> {
        self.old = match self.dir.stat(&self.name) {
            Ok(stat) if stat.kind == FileKind::File => Some(stat),
            Ok(stat) => return Err(self.refused(stat.kind, files).into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed("look at", files, &self.change)(error)),
        };
        if self.old.is_some() {
            let marks = self.look_at_marks();
            marks.map_err(failed("look at", files, &self.change))?;
        }
        let (Some(after), Some(temporary)) = (&self.change.after, &self.change.temporary) else {
            return Ok(());
        };
        let written = self.create(temporary).and_then(|mut file| {
            write_all(&mut *file, after)?;
            self.mark_as_before(&*file)?;
            if let Some(executable) = self.change.executable {
                file.set_executable(executable)?;
            }
            file.start_sync();
            Ok(file)
        });
        self.written = Some(written.map_err(failed("write", files, &self.change))?);
        Ok(())
    }

    /// Takes down what the system keeps with the old file.
    fn look_at_marks(&mut self) -> io::Result<()> {
        self.access_list = self.dir.access_list(&self.name)?;
        self.origin = self.dir.origin_mark(&self.name)?;
        Ok(())
    }

    /// Makes the new file, empty. Nobody may read in it what the old one kept
    /// from them, not even before it has the mode of that one.
    fn create(&self, temporary: &str) -> io::Result<Box<dyn DiskFile>> {
        if self.old.is_none() {
            return self.dir.create(temporary, FileAccess::Default);
        }
        let mut file = self.dir.create(temporary, FileAccess::Replacement)?;
        if let Some(list) = &self.access_list {
            file.set_access_list(list)?;
        }
        Ok(file)
    }

    /// Gives a file what the old one had besides its contents.
    fn mark_as_before(&self, file: &dyn DiskFile) -> io::Result<()> {
        let Some(old) = &self.old else {
            return Ok(());
        };
        file.adopt(old)?;
        // An edit must not make a file from elsewhere one that is trusted.
        self.origin
            .as_deref()
            .map_or(Ok(()), |origin| file.set_origin_mark(origin))
    }

    /// Whether the file is still what the plan was made for.
    pub(crate) fn check(&self, files: &ConfinedReader<'_>) -> Result<(), CommitFailure> {
        let moved = || {
            CommitFailure::Moved(StoreError::Busy {
                path: files.in_workspace(&self.change.path),
            })
        };
        let failed = failed("read", files, &self.change);
        let (stat, before) = match (self.dir.stat(&self.name), &self.change.before) {
            (Ok(stat), Some(before)) if stat.kind == FileKind::File => (stat, before),
            (Err(error), None) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            (Err(error), _) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => return Err(moved()),
        };
        // The plan read the file in this very state, so its contents need not
        // be compared.
        if files.version_when_read(&self.change.path) == Some(FileVersion::from(stat)) {
            return Ok(());
        }
        let file = self.dir.open_file(&self.name).map_err(&failed)?;
        if is_same(&*file, stat.size, before).map_err(&failed)? {
            Ok(())
        } else {
            Err(moved())
        }
    }

    /// Puts the new contents in place, or removes the file. One that is not
    /// held is put aside instead, so that it can be put back.
    pub(crate) fn apply(&mut self) -> io::Result<()> {
        match (&self.change.temporary, &self.change.after) {
            // Renamed and not written over: whoever reads meanwhile gets the
            // old file or the new one, never half of one.
            (Some(temporary), Some(_)) => self.dir.rename(temporary, &self.name)?,
            (Some(aside), None) => self.dir.rename(&self.name, aside)?,
            (None, _) => self.dir.remove_file(&self.name)?,
        }
        self.applied = true;
        Ok(())
    }

    /// Removes for good what was put aside, if anything.
    pub(crate) fn finish(&self) -> io::Result<()> {
        match (&self.change.temporary, &self.change.after) {
            (Some(aside), None) if self.applied => file_state::remove_if_there(&self.dir, aside),
            _ => Ok(()),
        }
    }

    /// Puts back what was there before.
    pub(crate) fn undo(&mut self, id: Uuid) -> io::Result<()> {
        match &self.change.before {
            Some(OldContents::Unread(_)) => self.take_back()?,
            Some(OldContents::Held(before)) => {
                let temporary = layout::temporary(id);
                let restored = self.write_back(&temporary, before);
                if restored.is_err() {
                    let _ = self.dir.remove_file(&temporary);
                }
                restored?;
            }
            None => self.dir.remove_file(&self.name)?,
        }
        self.applied = false;
        Ok(())
    }

    fn take_back(&self) -> io::Result<()> {
        // Without a name nothing was put aside, and the file is in place.
        let aside = self.change.temporary.as_deref();
        aside.map_or(Ok(()), |aside| self.dir.rename(aside, &self.name))
    }

    fn write_back(&self, temporary: &str, before: &[u8]) -> io::Result<()> {
        let mut file = self.create(temporary)?;
        write_all(&mut *file, before)?;
        self.mark_as_before(&*file)?;
        file.sync()?;
        self.dir.rename(temporary, &self.name)
    }

    fn refused(&self, kind: FileKind, files: &ConfinedReader<'_>) -> StoreError {
        let path = files.in_workspace(&self.change.path);
        StoreError::Read(match kind {
            FileKind::Link => FileError::Link { path }.into(),
            FileKind::File | FileKind::Dir | FileKind::Special => {
                FileError::NotRegular { path }.into()
            }
        })
    }
}

/// Tells one open directory from another.
fn address(dir: &Arc<dyn DiskDir>) -> *const () {
    Arc::as_ptr(dir).cast()
}

/// Whether a file of so many bytes has these contents.
fn is_same(file: &dyn DiskFile, size: u64, contents: &OldContents) -> io::Result<bool> {
    match contents {
        OldContents::Held(contents) => {
            let length = contents.len() as u64;
            Ok(read_to(file, length, length)? == **contents)
        }
        OldContents::Unread(digest) => {
            Ok(size == digest.length && digest_of(file, size)? == *digest)
        }
    }
}
