//! One operation's confined look at the files, behind the model's port.
//!
//! Every file is opened below a directory that is already open, refusing
//! links. Where that fails because of a link, the link is followed by hand
//! ([`astray`]) and what it leads to is read only if it lies in an authorised
//! root. While looking, the proof of the answer is collected ([`proof`]).

use std::cell::{OnceCell, RefCell};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use openwork_model::audit::AuditLine;
use openwork_model::digest::FileDigest;
use openwork_model::files::{Contents, Entry, EntryKind, FileError, Files, Location, Root};
use openwork_model::path::RelPath;

use crate::anchor::{Anchor, Held};
use crate::audit_log::{self, LastWrite, Newest};
use crate::disk::{Dir, File, Kind, Stat, digest_of, read_to};
use crate::trail::{KnownTrails, Trail};

mod astray;
mod git;
mod proof;
mod roots;
mod seen;
#[cfg(test)]
#[cfg(unix)]
mod tests;
mod way;

use proof::Spot;
pub(crate) use proof::{Proof, Stamp};
use roots::Roots;
use seen::Seen;

/// The places that all looks of one store share.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) anchor: Anchor,
    pub(crate) global: Option<PathBuf>,
    pub(crate) home: Option<PathBuf>,
    pub(crate) custom: Option<PathBuf>,
    pub(crate) trails: KnownTrails,
    pub(crate) last_write: LastWrite,
    /// How many directories one look may hold open.
    pub(crate) held_directories: usize,
}

impl Scene {
    pub(crate) fn look<'s>(&'s self, held: &'s Held) -> FsFiles<'s> {
        FsFiles {
            scene: self,
            held,
            trail: OnceCell::new(),
            roots: Roots::default(),
            seen: RefCell::new(Seen::new(held.local, self.held_directories)),
        }
    }
}

/// A confined look at real files.
#[derive(Debug)]
pub(crate) struct FsFiles<'s> {
    scene: &'s Scene,
    held: &'s Held,
    trail: OnceCell<Trail>,
    roots: Roots,
    seen: RefCell<Seen>,
}

/// An open file, and where it is.
type Opened = (Spot, Box<dyn File>);

impl FsFiles<'_> {
    /// What the answers given so far rest on, if that can be proven later.
    pub(crate) fn into_proof(self) -> Option<Proof> {
        self.seen.into_inner().into_proof()
    }

    /// The absolute path of something in the workspace, as configured.
    pub(crate) fn in_workspace(&self, path: &RelPath) -> PathBuf {
        path.below(self.scene.anchor.path())
    }

    /// The state in which a file of the workspace was read, if it can be told
    /// from every later one.
    pub(crate) fn stamp(&self, path: &RelPath) -> Option<Stamp> {
        self.seen.borrow().stamp(&Location::workspace(path.clone()))
    }

    /// Opens a file, if one is there, and says where it is.
    fn open(&self, at: &Location) -> Result<Option<Opened>, FileError> {
        let Some(way) = self.way(at)? else {
            return Ok(None);
        };
        match way.base.open_file(&way.rest) {
            Ok(file) => Ok(Some((way.spot(), file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.seen.borrow_mut().absent(way.spot());
                Ok(None)
            }
            Err(error) => self.open_astray(at, error),
        }
    }

    /// Looks at an open file, which has to be a regular one.
    fn stat_open(&self, at: &Location, spot: Spot, file: &dyn File) -> Result<Stat, FileError> {
        let stat = file.stat().map_err(|source| self.io(at, source))?;
        self.seen.borrow_mut().same(spot, stat);
        if stat.kind != Kind::File {
            return Err(FileError::NotRegular {
                path: self.absolute(at),
            });
        }
        Ok(stat)
    }

    fn read_open(
        &self,
        at: &Location,
        spot: Spot,
        file: &dyn File,
        limit: u64,
    ) -> Result<Contents, FileError> {
        let stat = self.stat_open(at, spot, file)?;
        let too_large = || FileError::TooLarge {
            path: self.absolute(at),
            limit,
        };
        if stat.size > limit {
            return Err(too_large());
        }
        let bytes = read_to(file, stat.size, limit).map_err(|source| self.io(at, source))?;
        if bytes.len() as u64 > limit {
            return Err(too_large());
        }
        self.seen.borrow_mut().read(at, stat);
        Ok(bytes.into())
    }

    fn list_open(
        &self,
        at: &Location,
        spot: Spot,
        dir: &Arc<dyn Dir>,
    ) -> Result<Vec<Entry>, FileError> {
        let stat = dir.stat_self().map_err(|source| self.io(at, source))?;
        self.seen.borrow_mut().same(spot, stat);
        if at.root == Root::Workspace && stat.id.device != self.held.id.device {
            // What is mounted here may be on a network.
            self.seen.borrow_mut().spoil();
        }
        let found = dir.list().map_err(|source| self.io(at, source))?;
        let mut entries: Vec<Entry> = found
            .into_iter()
            .map(|(name, kind)| self.entry(at, name, kind))
            .collect();
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn entry(&self, dir: &Location, name: String, kind: Kind) -> Entry {
        let (kind, is_link) = match kind {
            Kind::File => (EntryKind::File, false),
            Kind::Dir => (EntryKind::Dir, false),
            Kind::Special => (EntryKind::Other, false),
            Kind::Link => (self.linked_kind(dir, &name), true),
        };
        Entry {
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

    /// An error of the system; what was not seen cannot be proven.
    fn io(&self, at: &Location, source: io::Error) -> FileError {
        self.seen.borrow_mut().spoil();
        FileError::Io {
            path: self.absolute(at),
            source,
        }
    }
}

impl Files for FsFiles<'_> {
    fn read(&self, at: &Location, limit: u64) -> Result<Option<Contents>, FileError> {
        match self.open(at)? {
            Some((spot, file)) => self.read_open(at, spot, &*file, limit).map(Some),
            None => Ok(None),
        }
    }

    fn digest(&self, at: &Location) -> Result<Option<FileDigest>, FileError> {
        let Some((spot, file)) = self.open(at)? else {
            return Ok(None);
        };
        let stat = self.stat_open(at, spot, &*file)?;
        let digest = digest_of(&*file, stat.size).map_err(|source| self.io(at, source))?;
        self.seen.borrow_mut().read(at, stat);
        Ok(Some(digest))
    }

    fn list(&self, at: &Location) -> Result<Option<Vec<Entry>>, FileError> {
        let Some(way) = self.way(at)? else {
            return Ok(None);
        };
        match way.open_dir() {
            Ok(dir) => {
                let held = self.seen.borrow().may_hold();
                let spot = if held { way.spot_of(&dir) } else { way.spot() };
                let entries = self.list_open(at, spot, &dir)?;
                if held {
                    self.seen.borrow_mut().hold(at, dir);
                }
                Ok(Some(entries))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.seen.borrow_mut().absent(way.spot());
                Ok(None)
            }
            Err(error) => self.list_astray(at, error),
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
        let mut here = Arc::clone(&self.held.dir);
        let mut components = path.components().peekable();
        while let Some(name) = components.next() {
            let is_last = components.peek().is_none();
            match here.stat(name).map(|stat| stat.kind) {
                Ok(Kind::Link) => {
                    return Err(FileError::Link {
                        path: self.absolute(&at),
                    });
                }
                Ok(Kind::File) if is_last => return Ok(()),
                Ok(Kind::Dir) if !is_last => {
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

    fn last_write(&self) -> Result<Option<u64>, FileError> {
        let at = Location::workspace(crate::layout::audit_log());
        let Some(way) = self.way(&at)? else {
            return Ok(None);
        };
        let found = self.scene.last_write.find(&self.held.dir);
        let mut seen = self.seen.borrow_mut();
        match found {
            Ok(Some((stat, newest))) => {
                seen.same(way.spot(), stat);
                Ok(newest)
            }
            Ok(None) => {
                seen.absent(way.spot());
                Ok(None)
            }
            // A log that cannot be read must not keep the configuration back.
            Err(error) => {
                tracing::warn!(%error, path = %self.absolute(&at).display(), "the audit log cannot be read");
                seen.spoil();
                Ok(None)
            }
        }
    }

    fn newest_entries(&self, limit: usize) -> Result<Vec<AuditLine>, FileError> {
        // Whether there are other segments is for the directory to tell.
        if let Ok(None) = self.list(&Location::workspace(crate::layout::home())) {
            return Ok(Vec::new());
        }
        let at = Location::workspace(crate::layout::audit_log());
        let Some(way) = self.way(&at)? else {
            return Ok(Vec::new());
        };
        let newest = audit_log::newest(&self.held.dir, limit);
        let Newest { entries, within } = newest.map_err(|source| self.unreadable(&at, source))?;
        let mut seen = self.seen.borrow_mut();
        match within {
            Some(stat) => seen.same(way.spot(), stat),
            None => seen.spoil(),
        }
        Ok(entries)
    }
}

fn below(path: &RelPath) -> &Path {
    Path::new(path.as_str())
}
