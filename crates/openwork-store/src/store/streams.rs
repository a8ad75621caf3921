//! Files that clients bring and fetch, in pieces.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use openwork_change::store::{
    FileFacts, FileReading, FileStreams, FileWriting, MOST_LISTED, StoreError, StreamedFile,
};
use openwork_model::config::ReadError;
use openwork_model::files::{EntryKind, FileError};
use openwork_model::path::RelPath;

use self::writing::DiskWriting;
use super::FsStore;
use crate::fs::disk::{DiskDir, DiskFile, FileAccess, FileKind, FileStat};
use crate::fs::tree;
use crate::fs::withheld::WithheldPlaces;

mod writing;

/// How deep below its folder a file may lie.
const DEPTH: usize = 8;
/// What files are called while they are written.
const UNFINISHED: (&str, &str) = (".upload-", ".tmp");
/// When one that nobody finished is swept, in ns: its writer is gone by then.
const STALE: i64 = 24 * 60 * 60 * 1_000_000_000;

impl FileStreams for FsStore {
    fn list(&self, folder: &RelPath) -> Result<Vec<StreamedFile>, StoreError> {
        let mut found = Vec::new();
        let withheld = self.unless_withheld(folder)?;
        let top = match self.walk(folder)? {
            None => return Ok(found),
            Some(met) => self.directory(&met, folder)?,
        };
        let mut waiting = vec![(top, RelPath::root())];
        while let Some((dir, below)) = waiting.pop() {
            let id = dir.stat_self().map(|stat| stat.id);
            let id = id.map_err(|error| self.io("list", folder, error))?;
            let entries = dir.list().map_err(|error| self.io("list", folder, error))?;
            let entries = entries.into_iter();
            for (name, kind) in entries.filter(|(name, _)| !withheld.cover_entry(id, name)) {
                let Ok(path) = below.join(&name) else {
                    continue;
                };
                match kind {
                    FileKind::Dir if path.components().count() < DEPTH => {
                        // One that went meanwhile, or that a link took the place of.
                        if let Ok(dir) = dir.open_dir(&name) {
                            waiting.push((dir, path));
                        }
                    }
                    FileKind::File if !is_unfinished(&name) => {
                        let facts = dir.stat(&name).map(facts);
                        found.extend(facts.ok().map(|facts| StreamedFile { path, facts }));
                    }
                    FileKind::File | FileKind::Dir | FileKind::Link | FileKind::Special => {}
                }
                if found.len() >= MOST_LISTED {
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }

    fn facts(&self, path: &RelPath) -> Result<Option<FileFacts>, StoreError> {
        self.unless_withheld(path)?;
        Ok(self.walk(path)?.map(|met| facts(met.stat)))
    }

    fn open(&self, path: &RelPath) -> Result<Option<Box<dyn FileReading>>, StoreError> {
        self.unless_withheld(path)?;
        let Some(met) = self.walk(path)? else {
            return Ok(None);
        };
        if met.stat.kind != FileKind::File {
            return Err(self.not_regular(path));
        }
        // Asked of the open file, so that nobody exchanges it in between.
        let file = met.dir.open_file(met.name);
        let file = file.map_err(|error| self.io("open", path, error))?;
        let stat = file
            .stat()
            .map_err(|error| self.io("look at", path, error))?;
        if stat.kind != FileKind::File {
            return Err(self.not_regular(path));
        }
        Ok(Some(Box::new(DiskReading {
            file,
            facts: facts(stat),
            path: self.absolute(path),
        })))
    }

    fn create(&self, folder: &RelPath) -> Result<Box<dyn FileWriting>, StoreError> {
        let withheld = self.unless_withheld(folder)?;
        let held = self.context.anchor.open()?;
        let made = tree::open_or_make(&held.dir, folder);
        let (dir, made) = made.map_err(|error| {
            let at = self.absolute(folder);
            match what_blocks(&held.dir, folder, &at) {
                Some(blocked) => ReadError::from(blocked).into(),
                None => StoreError::io("make", at, error),
            }
        })?;
        self.sweep_unfinished(&dir);
        let name = format!(
            "{}{}{}",
            UNFINISHED.0,
            self.options.ids.next_id(),
            UNFINISHED.1
        );
        let file = dir.create(&name, FileAccess::Private);
        let file = file.map_err(|error| self.io("create", folder, error))?;
        Ok(Box::new(DiskWriting {
            dir,
            made: made.into_iter().map(|made| made.parent).collect(),
            name,
            file: Some(file),
            folder: self.absolute(folder),
            rules: self.context.anchor.name_rules(&held),
            withheld,
        }))
    }
}

/// What stands at a path, and the directory that it stands in.
struct MetEntry<'p> {
    dir: Arc<dyn DiskDir>,
    name: &'p str,
    stat: FileStat,
}

impl FsStore {
    /// Fails at a path at which the store gives and takes nothing; else the places
    /// where it does not.
    fn unless_withheld(&self, path: &RelPath) -> Result<WithheldPlaces, StoreError> {
        let (context, held) = (&self.context, self.context.anchor.open()?);
        let places = context.withheld.inside(context.anchor.disk(), held.id);
        let covered = places.cover(&held.dir, path);
        if covered.map_err(|error| self.io("look at", path, error))? {
            let path = self.absolute(path);
            return Err(ReadError::from(FileError::Withheld { path }).into());
        }
        Ok(places)
    }

    /// Goes to a path from directory to directory, past no link; `None` if
    /// nothing is there.
    fn walk<'p>(&self, path: &'p RelPath) -> Result<Option<MetEntry<'p>>, StoreError> {
        let mut dir = Arc::clone(&self.context.anchor.open()?.dir);
        let mut components = path.components().peekable();
        while let Some(name) = components.next() {
            let stat = match dir.stat(name) {
                Ok(stat) => stat,
                Err(error) if is_absent(&error) => return Ok(None),
                Err(error) => return Err(self.io("look at", path, error)),
            };
            if stat.kind == FileKind::Link {
                let path = self.absolute(path);
                return Err(ReadError::from(FileError::Link { path }).into());
            }
            if components.peek().is_none() {
                return Ok(Some(MetEntry { dir, name, stat }));
            }
            if stat.kind != FileKind::Dir {
                return Ok(None);
            }
            dir = match dir.open_dir(name) {
                Ok(inner) => inner,
                Err(error) if is_absent(&error) => return Ok(None),
                Err(error) => return Err(self.io("open", path, error)),
            };
        }
        Err(self.not_regular(path))
    }

    fn directory(
        &self,
        met: &MetEntry<'_>,
        path: &RelPath,
    ) -> Result<Arc<dyn DiskDir>, StoreError> {
        if met.stat.kind != FileKind::Dir {
            return Err(self.not_regular(path));
        }
        let opened = met.dir.open_dir(met.name);
        opened.map_err(|error| self.io("open", path, error))
    }

    /// Removes what writers have left that were cut off long ago.
    fn sweep_unfinished(&self, dir: &Arc<dyn DiskDir>) {
        let now = i64::try_from(self.options.clock.now_ms()).unwrap_or(i64::MAX);
        let now = now.saturating_mul(1_000_000);
        let names = dir.list().into_iter().flatten().map(|(name, _)| name);
        for name in names.filter(|name| is_unfinished(name)) {
            let is_stale = |stat: FileStat| stat.modified < now.saturating_sub(STALE);
            if dir.stat(&name).is_ok_and(is_stale) {
                // What cannot be removed now is met again by the next.
                let _ = dir.remove_file(&name);
            }
        }
    }

    fn absolute(&self, path: &RelPath) -> PathBuf {
        path.below(self.context.anchor.path())
    }

    fn io(&self, action: &'static str, path: &RelPath, error: io::Error) -> StoreError {
        StoreError::io(action, self.absolute(path), error)
    }

    fn not_regular(&self, path: &RelPath) -> StoreError {
        let path = self.absolute(path);
        ReadError::from(FileError::NotRegular { path }).into()
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn is_unfinished(name: &str) -> bool {
    name.starts_with(UNFINISHED.0) && name.ends_with(UNFINISHED.1)
}

fn facts(stat: FileStat) -> FileFacts {
    FileFacts {
        kind: match stat.kind {
            FileKind::File => EntryKind::File,
            FileKind::Dir => EntryKind::Dir,
            FileKind::Link | FileKind::Special => EntryKind::Other,
        },
        size: stat.size,
        modified: u64::try_from(stat.modified / 1_000_000).unwrap_or(0),
    }
}

struct DiskReading {
    file: Box<dyn DiskFile>,
    facts: FileFacts,
    path: PathBuf,
}

impl FileReading for DiskReading {
    fn facts(&self) -> FileFacts {
        self.facts
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, StoreError> {
        let read = self.file.read_at(buffer, offset);
        read.map_err(|error| StoreError::io("read", self.path.clone(), error))
    }
}

/// Why no directory can be at a path, if a file or a link stands there or on the
/// way. It is asked for only once the system has refused, whose own word for it
/// differs from system to system.
fn what_blocks(root: &Arc<dyn DiskDir>, path: &RelPath, whole: &Path) -> Option<FileError> {
    let mut dir = Arc::clone(root);
    for name in path.components() {
        let whole = whole.to_path_buf();
        match dir.stat(name).ok()?.kind {
            FileKind::Dir => dir = dir.open_dir(name).ok()?,
            FileKind::Link => return Some(FileError::Link { path: whole }),
            FileKind::File | FileKind::Special => {
                return Some(FileError::NotRegular { path: whole });
            }
        }
    }
    None
}
