//! Reading files for one operation, confined to what may be read: the model's
//! port on a disk.
//!
//! Every file is opened below a directory that is already open, refusing links.
//! Where that fails because of a link, the link is followed by hand
//! ([`symlink`]) and what it leads to is read only if it lies in an authorised
//! root. A [`DependencyRecorder`] takes down what the answer depends on.

use std::cell::{OnceCell, RefCell};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLockReadGuard};

use openwork_model::audit::AuditLine;
use openwork_model::digest::FileDigest;
use openwork_model::file_name::NameRules;
use openwork_model::files::{
    DirEntry, EntryKind, FileContents, FileError, FileRoot, Files, Location,
};
use openwork_model::path::RelPath;

use crate::audit::home::{RecordHome, RecordHomes};
use crate::audit::newest::{LastWrite, NewestEntries, newest};
use crate::cache::recorder::DependencyRecorder;
use crate::cache::validators::{Dependency, FileVersion, Validators};
use crate::fs::anchor::{HeldRoot, RootAnchor};
use crate::fs::disk::{DiskDir, DiskFile, FileKind, FileStat, digest_of, read_to};
use crate::fs::resolve::{KnownTrails, ResolvedPath};
use crate::fs::withheld::{WithheldPaths, WithheldPlaces};

mod git;
mod locate;
mod records;
mod roots;
mod symlink;
#[cfg(test)]
#[cfg(unix)]
mod tests;
mod withheld;

use roots::AuthorisedRoots;

/// What all readers of one store share.
#[derive(Debug)]
pub(crate) struct FsContext {
    pub(crate) anchor: RootAnchor,
    pub(crate) global: Option<PathBuf>,
    pub(crate) home: Option<PathBuf>,
    pub(crate) custom: Option<PathBuf>,
    pub(crate) withheld: WithheldPaths,
    pub(crate) known_paths: KnownTrails,
    pub(crate) last_write: LastWrite,
    pub(crate) records: RecordHomes,
    /// How many directories one reader may hold open.
    pub(crate) held_directories: usize,
}

impl FsContext {
    pub(crate) fn reader(&self, held: Arc<HeldRoot>) -> ConfinedReader<'_> {
        let recorder = DependencyRecorder::new(held.local, self.held_directories);
        ConfinedReader {
            context: self,
            held,
            resolved: OnceCell::new(),
            withheld: OnceCell::new(),
            roots: AuthorisedRoots::default(),
            recorder: RefCell::new(recorder),
            _no_commit: None,
        }
    }
}

/// Reads real files, and no others than may be read.
#[derive(Debug)]
pub(crate) struct ConfinedReader<'s> {
    context: &'s FsContext,
    held: Arc<HeldRoot>,
    resolved: OnceCell<ResolvedPath>,
    withheld: OnceCell<WithheldPlaces>,
    roots: AuthorisedRoots,
    recorder: RefCell<DependencyRecorder>,
    /// Held so that no commit replaces files between two of them being read.
    _no_commit: Option<RwLockReadGuard<'s, ()>>,
}

/// An open file, and where it is.
type OpenedNode = (Dependency, Box<dyn DiskFile>);

impl<'s> ConfinedReader<'s> {
    /// The same reader, under the barrier of commits for as long as it lives.
    pub(crate) fn under(self, no_commit: RwLockReadGuard<'s, ()>) -> Self {
        Self {
            _no_commit: Some(no_commit),
            ..self
        }
    }
}

impl ConfinedReader<'_> {
    /// What the answers given so far depend on, if that can be checked later.
    pub(crate) fn into_validators(self) -> Option<Validators> {
        self.recorder.into_inner().into_validators()
    }

    /// The absolute path of something in the workspace, as configured.
    pub(crate) fn in_workspace(&self, path: &RelPath) -> PathBuf {
        path.below(self.context.anchor.path())
    }

    /// The state in which a file of the workspace was read, if every later
    /// change would show.
    pub(crate) fn version_when_read(&self, path: &RelPath) -> Option<FileVersion> {
        self.recorder
            .borrow()
            .version_when_read(&Location::workspace(path.clone()))
    }

    /// Opens a file, if one is there, and says where it is.
    fn open(&self, at: &Location) -> Result<Option<OpenedNode>, FileError> {
        self.refuse_withheld(at)?;
        let Some(located) = self.locate(at)? else {
            return Ok(None);
        };
        match located.base.open_file(&located.rest) {
            Ok(file) => Ok(Some((located.dependency(), file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.recorder
                    .borrow_mut()
                    .record_absent(located.dependency());
                Ok(None)
            }
            Err(error) => self.open_through_links(at, error),
        }
    }

    /// Looks at an open file, which has to be a regular one.
    fn stat_open(
        &self,
        at: &Location,
        dependency: Dependency,
        file: &dyn DiskFile,
    ) -> Result<FileStat, FileError> {
        let stat = file.stat().map_err(|source| self.io(at, source))?;
        self.recorder.borrow_mut().record_version(dependency, stat);
        if stat.kind != FileKind::File {
            return Err(FileError::NotRegular {
                path: self.absolute(at),
            });
        }
        Ok(stat)
    }

    fn read_open(
        &self,
        at: &Location,
        dependency: Dependency,
        file: &dyn DiskFile,
        limit: u64,
    ) -> Result<FileContents, FileError> {
        let stat = self.stat_open(at, dependency, file)?;
        let too_large = || FileError::TooLarge {
            path: self.absolute(at),
            limit,
        };
        if stat.size > limit {
            return Err(too_large());
        }
        let bytes = read_to(file, stat.size, limit).map_err(|source| self.io(at, source))?;
        // It may have grown since its size was looked at.
        if bytes.len() as u64 > limit {
            return Err(too_large());
        }
        self.recorder.borrow_mut().record_read(at, stat);
        Ok(bytes.into())
    }

    fn list_open(
        &self,
        at: &Location,
        dependency: Dependency,
        dir: &Arc<dyn DiskDir>,
    ) -> Result<Vec<DirEntry>, FileError> {
        let stat = dir.stat_self().map_err(|source| self.io(at, source))?;
        self.recorder.borrow_mut().record_version(dependency, stat);
        if at.root == FileRoot::Workspace && stat.id.device != self.held.id.device {
            // What is mounted here may be on a network.
            self.recorder.borrow_mut().mark_uncacheable();
        }
        let found = dir.list().map_err(|source| self.io(at, source))?;
        let mut entries: Vec<DirEntry> = found
            .into_iter()
            .filter(|(name, _)| !self.withheld().cover_entry(stat.id, name))
            .map(|(name, kind)| self.entry(at, name, kind))
            .collect();
        // The disk lists in any order, and no answer may depend on it.
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn entry(&self, dir: &Location, name: String, kind: FileKind) -> DirEntry {
        let (kind, is_link) = match kind {
            FileKind::File => (EntryKind::File, false),
            FileKind::Dir => (EntryKind::Dir, false),
            FileKind::Special => (EntryKind::Other, false),
            FileKind::Link => (self.linked_kind(dir, &name), true),
        };
        DirEntry {
            name,
            kind,
            is_link,
        }
    }

    /// Why the log could not be read: something else may stand in its place.
    fn unreadable(&self, at: &Location, source: io::Error) -> FileError {
        let odd = self.check_target(&at.path).err();
        odd.unwrap_or_else(|| self.io(at, source))
    }

    /// An error of the system.
    fn io(&self, at: &Location, source: io::Error) -> FileError {
        self.recorder.borrow_mut().mark_uncacheable();
        // What failed now may work at the next call, so no answer that met an
        // error is kept.
        FileError::io(self.absolute(at), source)
    }
}

impl Files for ConfinedReader<'_> {
    fn read(&self, at: &Location, limit: u64) -> Result<Option<FileContents>, FileError> {
        match self.open(at)? {
            Some((dependency, file)) => self.read_open(at, dependency, &*file, limit).map(Some),
            None => Ok(None),
        }
    }

    fn digest(&self, at: &Location) -> Result<Option<FileDigest>, FileError> {
        let Some((dependency, file)) = self.open(at)? else {
            return Ok(None);
        };
        let stat = self.stat_open(at, dependency, &*file)?;
        // Not by reading it whole: a skill may hold files of hundreds of
        // megabytes, of which only a digest is wanted.
        let digest = digest_of(&*file, stat.size).map_err(|source| self.io(at, source))?;
        self.recorder.borrow_mut().record_read(at, stat);
        Ok(Some(digest))
    }

    fn is_executable(&self, at: &Location) -> Result<bool, FileError> {
        let Some((dependency, file)) = self.open(at)? else {
            return Ok(false);
        };
        Ok(self.stat_open(at, dependency, &*file)?.is_executable())
    }

    fn modified(&self, at: &Location) -> Result<Option<u64>, FileError> {
        let Some((dependency, file)) = self.open(at)? else {
            return Ok(None);
        };
        let stat = self.stat_open(at, dependency, &*file)?;
        Ok(u64::try_from(stat.modified / 1_000_000).ok())
    }

    fn list(&self, at: &Location) -> Result<Option<Vec<DirEntry>>, FileError> {
        self.refuse_withheld(at)?;
        let Some(located) = self.locate(at)? else {
            return Ok(None);
        };
        match located.open_dir() {
            Ok(dir) => {
                let held = self.recorder.borrow().may_hold();
                let dependency = if held {
                    located.dependency_of(&dir)
                } else {
                    located.dependency()
                };
                let entries = self.list_open(at, dependency, &dir)?;
                if held {
                    self.recorder.borrow_mut().hold(at, dir);
                }
                Ok(Some(entries))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.recorder
                    .borrow_mut()
                    .record_absent(located.dependency());
                Ok(None)
            }
            Err(error) => self.list_through_links(at, error),
        }
    }

    fn ancestors(&self) -> Result<usize, FileError> {
        self.count_ancestors()
    }

    fn absolute(&self, at: &Location) -> PathBuf {
        at.path.below(&self.root_path(at.root))
    }

    fn check_target(&self, path: &RelPath) -> Result<(), FileError> {
        let at = Location::workspace(path.clone());
        self.refuse_withheld(&at)?;
        let mut here = Arc::clone(&self.held.dir);
        let mut components = path.components().peekable();
        while let Some(name) = components.next() {
            let is_last = components.peek().is_none();
            match here.stat(name).map(|stat| stat.kind) {
                Ok(FileKind::Link) => {
                    return Err(FileError::Link {
                        path: self.absolute(&at),
                    });
                }
                Ok(FileKind::File) if is_last => return Ok(()),
                Ok(FileKind::Dir) if !is_last => {
                    here = here.open_dir(name).map_err(|source| self.io(&at, source))?;
                }
                Ok(_) => {
                    return Err(FileError::NotRegular {
                        path: self.absolute(&at),
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(source) => return Err(self.io(&at, source)),
            }
        }
        Err(FileError::NotRegular {
            path: self.absolute(&at),
        })
    }

    fn name_rules(&self) -> NameRules {
        self.context.anchor.name_rules(&self.held)
    }

    fn last_write(&self) -> Result<Option<u64>, FileError> {
        if !self.context.records.is_workspace_alone(&self.held.dir) {
            return Ok(self.last_write_anywhere());
        }
        let at = Location::workspace(crate::layout::audit_log());
        let Some(located) = self.locate(&at)? else {
            return Ok(None);
        };
        let found = self.last_write_in(&RecordHome::Workspace);
        let mut recorder = self.recorder.borrow_mut();
        match found {
            Ok(Some((stat, newest))) => {
                recorder.record_version(located.dependency(), stat);
                Ok(newest)
            }
            Ok(None) => {
                recorder.record_absent(located.dependency());
                Ok(None)
            }
            // A log that cannot be read must not keep the configuration back.
            Err(error) => {
                tracing::warn!(%error, path = %self.absolute(&at).display(), "the audit log cannot be read");
                recorder.mark_uncacheable();
                Ok(None)
            }
        }
    }

    fn newest_entries(&self, limit: usize) -> Result<Vec<AuditLine>, FileError> {
        let at = Location::workspace(crate::layout::audit_log());
        let read = || newest(&self.context.records.open(&self.held.dir)?, limit);
        if !self.context.records.is_workspace_alone(&self.held.dir) {
            self.recorder.borrow_mut().mark_uncacheable();
            let found = read().map_err(|source| self.unreadable_anywhere(limit, source))?;
            return Ok(found.entries);
        }
        // Whether there are other segments is for the directory to tell.
        if let Ok(None) = self.list(&Location::workspace(crate::layout::home())) {
            return Ok(Vec::new());
        }
        let Some(located) = self.locate(&at)? else {
            return Ok(Vec::new());
        };
        let NewestEntries { entries, within } =
            read().map_err(|source| self.unreadable(&at, source))?;
        let mut recorder = self.recorder.borrow_mut();
        match within {
            Some(stat) => recorder.record_version(located.dependency(), stat),
            None => recorder.mark_uncacheable(),
        }
        Ok(entries)
    }
}

fn below(path: &RelPath) -> &Path {
    Path::new(path.as_str())
}
