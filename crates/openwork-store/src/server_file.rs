//! Files of the server itself, such as its tokens: each replaced whole by one
//! writer at a time.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use openwork_model::clock::{Ids, RandomIds};
use openwork_model::path::RelPath;

use crate::commit::lock::{PATIENCE, RootLock};
use crate::fs::disk::{
    Disk, DiskDir, DiskFile, FileAccess, FileKind, FileStat, NativeDisk, read_to, write_all,
};
use crate::fs::resolve::ResolvedPath;
use crate::fs::tree::{self, MadeEntry};

mod error;

pub use error::ServerFileError;

/// No file of the server's own is longer; a wrong file may be.
const LIMIT: u64 = 4 << 20;

/// A file that outlives the server and belongs to no workspace.
///
/// It is reached through open directories. Links may lead to its directory, as
/// people keep their settings elsewhere; a link in place of the file itself is
/// refused. Writers take the lock of the directory (where directories have none,
/// that of a hidden file beside this one, which stays), put the new contents beside
/// the file, readable by its owner alone, make them durable and rename them into
/// place: a reader, and whoever looks after a power loss, finds the old contents
/// or the new ones.
///
/// ```
/// use openwork_store::{ServerFile, ServerFileError};
///
/// let directory = tempfile::tempdir()?;
/// let file = ServerFile::at(&directory.path().join("deep/tokens.json"))?;
/// assert_eq!(file.read()?, None);
/// file.update(|_| Ok::<_, ServerFileError>(Some(b"{}".to_vec())))?;
/// assert_eq!(file.read()?.map(|content| content.bytes), Some(b"{}".to_vec()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ServerFile {
    disk: Arc<dyn Disk>,
    ids: Arc<RandomIds>,
    path: PathBuf,
    directory: PathBuf,
    name: String,
    keeps_access: bool,
}

/// A file that is this program's alone until this is dropped.
#[derive(Debug)]
#[must_use = "others may take the file once it is dropped"]
pub struct ServerFileHold {
    _lock: RootLock,
}

/// What a file holds, and which version that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFileContent {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Tells these contents from those of another time.
    pub version: ServerFileVersion,
}

/// Tells what a file holds from what it held at another time, without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerFileVersion(FileStat);

impl ServerFileVersion {
    /// When anything of the file last changed, in ms since 1970, by the clock
    /// of its file system.
    pub fn changed_ms(&self) -> u64 {
        u64::try_from(self.0.changed / 1_000_000).unwrap_or(0)
    }

    /// What is compared: the file's number, its size, and its two times in ns.
    pub fn parts(&self) -> [u64; 4] {
        let FileStat {
            id,
            size,
            modified,
            changed,
            ..
        } = self.0;
        [
            id.inode,
            size,
            modified.cast_unsigned(),
            changed.cast_unsigned(),
        ]
    }
}

impl ServerFile {
    /// The file at an absolute path. Nothing is looked at yet.
    ///
    /// # Errors
    ///
    /// [`ServerFileError::Path`] if it is not absolute or names no file.
    pub fn at(path: &Path) -> Result<Self, ServerFileError> {
        let name = path.file_name().and_then(|name| name.to_str());
        match (path.parent(), name) {
            (Some(directory), Some(name)) if path.is_absolute() => Ok(Self {
                disk: Arc::new(NativeDisk),
                ids: Arc::new(RandomIds),
                path: path.to_owned(),
                directory: directory.to_owned(),
                name: name.to_owned(),
                keeps_access: false,
            }),
            _ => Err(ServerFileError::Path {
                path: path.to_owned(),
            }),
        }
    }

    /// The same, of which somebody else decides who may read and write it, as
    /// of a file of settings: that stays as it is.
    #[must_use]
    pub fn keeping_access(self) -> Self {
        Self {
            keeps_access: true,
            ..self
        }
    }

    /// The same on another disk, as tests have them.
    #[must_use]
    pub fn on(self, disk: Arc<dyn Disk>) -> Self {
        Self { disk, ..self }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which version is there; `None` if there is no file.
    ///
    /// # Errors
    ///
    /// [`ServerFileError::Io`] if the disk does not say.
    pub fn version(&self) -> Result<Option<ServerFileVersion>, ServerFileError> {
        let Some(dir) = self.directory()? else {
            return Ok(None);
        };
        match dir.stat(&self.name) {
            Ok(stat) => Ok(Some(ServerFileVersion(stat))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("look at", error)),
        }
    }

    /// What it holds; `None` if there is no file.
    ///
    /// # Errors
    ///
    /// [`ServerFileError`] if it is not a regular file that its owner alone may
    /// write, is too long, or cannot be read.
    pub fn read(&self) -> Result<Option<ServerFileContent>, ServerFileError> {
        match self.directory()? {
            Some(dir) => self.read_in(&dir),
            None => Ok(None),
        }
    }

    /// Gives what the file holds to `edit` and puts what that makes of it in
    /// its place, durably; `None` leaves all as it is. The directory is made
    /// where it is missing.
    ///
    /// # Errors
    ///
    /// What `edit` fails with, and [`ServerFileError`] for all that
    /// [`read`](Self::read) fails with, if another server is writing for too
    /// long, or the disk fails; the file is then as it was.
    pub fn update<E: From<ServerFileError>>(
        &self,
        edit: impl FnOnce(Option<&[u8]>) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<(), E> {
        let (dir, made) = self.make_directory()?;
        let lock = RootLock::by(&self.lock(), &dir, PATIENCE);
        let lock = lock.map_err(|error| self.failed("lock", error))?;
        let Some(_lock) = lock else {
            let path = self.path.clone();
            return Err(ServerFileError::Busy { path }.into());
        };
        let held = self.read_in(&dir)?;
        let before = held.as_ref().map(|content| content.bytes.as_slice());
        if let Some(after) = edit(before)? {
            let old = held.map(|content| content.version.0);
            let old = old.filter(|_| self.keeps_access);
            self.replace(&dir, &made, &after, old.as_ref())?;
        }
        Ok(())
    }

    /// Takes the file for this program alone, for as long as it keeps what this
    /// gives; `None` if another program has it. Where the system has no locks, each
    /// takes it. Others can still read and [`update`](Self::update) it: those who
    /// share it have to ask.
    ///
    /// # Errors
    ///
    /// [`ServerFileError`] if the directory cannot be made or locked.
    pub fn hold(&self) -> Result<Option<ServerFileHold>, ServerFileError> {
        // A directory of its own: that of the file is locked for each update of
        // any file in it.
        let held = Self {
            directory: self.directory.join(format!(".{}.held", self.name)),
            ..self.clone()
        };
        let (dir, _) = held.make_directory()?;
        let lock = RootLock::by(&held.lock(), &dir, Duration::ZERO);
        let lock = lock.map_err(|error| held.failed("lock", error))?;
        Ok(lock.map(|lock| ServerFileHold { _lock: lock }))
    }

    fn read_in(
        &self,
        dir: &Arc<dyn DiskDir>,
    ) -> Result<Option<ServerFileContent>, ServerFileError> {
        let path = || self.path.clone();
        match dir.stat(&self.name) {
            // A link is refused before it is opened: what it leads to need not be ours.
            Ok(stat) if stat.kind != FileKind::File => {
                return Err(ServerFileError::NotRegular { path: path() });
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("look at", error)),
        }
        let file = dir.open_file(&self.name);
        let file = file.map_err(|error| self.failed("open", error))?;
        // Asked of the open file, so that nobody exchanges it in between.
        let stat = file.stat().map_err(|error| self.failed("look at", error))?;
        if stat.kind != FileKind::File {
            return Err(ServerFileError::NotRegular { path: path() });
        }
        self.refuse_exposed(&*file)?;
        let bytes = read_to(&*file, stat.size.min(LIMIT), LIMIT);
        let bytes = bytes.map_err(|error| self.failed("read", error))?;
        if bytes.len() as u64 > LIMIT {
            return Err(ServerFileError::TooLarge {
                path: path(),
                limit: LIMIT,
            });
        }
        let version = ServerFileVersion(stat);
        Ok(Some(ServerFileContent { bytes, version }))
    }

    /// Refuses a file of which others can decide what it says.
    fn refuse_exposed(&self, file: &dyn DiskFile) -> Result<(), ServerFileError> {
        if self.keeps_access {
            return Ok(());
        }
        let others_may = file.others_may();
        match others_may.map_err(|error| self.failed("look at", error))? {
            None => Ok(()),
            Some(others_may) => Err(ServerFileError::Exposed {
                path: self.path.clone(),
                others_may,
            }),
        }
    }

    fn replace(
        &self,
        dir: &Arc<dyn DiskDir>,
        made: &[MadeEntry],
        bytes: &[u8],
        old: Option<&FileStat>,
    ) -> Result<(), ServerFileError> {
        self.sweep(dir);
        let temporary = format!("{}{}{TEMPORARY}", self.prefix(), self.ids.next_id());
        let written = match old {
            Some(old) => write_in_place_of(dir, &self.name, old, &temporary, bytes),
            None => write_private(dir, &temporary, bytes),
        };
        let replaced = written.and_then(|()| dir.rename(&temporary, &self.name));
        if let Err(error) = replaced {
            // What is left of it is swept by the next writer, if not now.
            let _ = dir.remove_file(&temporary);
            return Err(self.failed("write", error));
        }
        // Once more: a fault that passes is no reason to leave it open.
        let synced = dir.sync().or_else(|_| dir.sync());
        let synced = synced.and_then(|()| made.iter().try_for_each(|made| made.parent.sync()));
        synced.map_err(|error| self.failed("sync", error))
    }

    /// Removes what a writer that was cut off has left. Under the lock there is
    /// no other writer.
    fn sweep(&self, dir: &Arc<dyn DiskDir>) {
        let prefix = self.prefix();
        let left = dir.list().into_iter().flatten().map(|(name, _)| name);
        for name in left.filter(|name| name.starts_with(&prefix) && name.ends_with(TEMPORARY)) {
            if let Err(error) = dir.remove_file(&name) {
                tracing::debug!(%error, name, "a temporary file could not be removed");
            }
        }
    }

    /// The file beside it that is locked where directories cannot be.
    fn lock(&self) -> String {
        format!(".{}.lock", self.name)
    }

    fn prefix(&self) -> String {
        format!(".{}.", self.name)
    }

    fn directory(&self) -> Result<Option<Arc<dyn DiskDir>>, ServerFileError> {
        self.open(&self.directory)
    }

    fn open(&self, path: &Path) -> Result<Option<Arc<dyn DiskDir>>, ServerFileError> {
        let failed = |error| self.failed("open the directory of", error);
        let Some(resolved) = ResolvedPath::to(&*self.disk, path).map_err(failed)? else {
            return Ok(None);
        };
        Ok(Some(Arc::clone(resolved.dir().map_err(failed)?)))
    }

    /// Opens the directory, making what is missing of it.
    fn make_directory(&self) -> Result<(Arc<dyn DiskDir>, Vec<MadeEntry>), ServerFileError> {
        let mut missing: Vec<&str> = Vec::new();
        for existing in self.directory.ancestors() {
            if let Some(dir) = self.open(existing)? {
                let mut below = missing.iter().rev();
                let below = below.try_fold(RelPath::root(), |path, name| path.join(name));
                let below = below.map_err(|_| self.no_path())?;
                let made = tree::open_or_make(&dir, &below);
                return made.map_err(|error| self.failed("make the directory of", error));
            }
            let name = existing.file_name().and_then(|name| name.to_str());
            missing.push(name.ok_or_else(|| self.no_path())?);
        }
        Err(self.no_path())
    }

    fn no_path(&self) -> ServerFileError {
        ServerFileError::Path {
            path: self.path.clone(),
        }
    }

    fn failed(&self, action: &'static str, source: io::Error) -> ServerFileError {
        ServerFileError::Io {
            action,
            path: self.path.clone(),
            source: Arc::new(source),
        }
    }
}

const TEMPORARY: &str = ".tmp";

fn write_private(dir: &Arc<dyn DiskDir>, temporary: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = dir.create(temporary, FileAccess::Private)?;
    write_all(&mut *file, bytes)?;
    file.sync()
}

/// Writes a file that whoever may use the old one may use.
fn write_in_place_of(
    dir: &Arc<dyn DiskDir>,
    name: &str,
    old: &FileStat,
    temporary: &str,
    bytes: &[u8],
) -> io::Result<()> {
    let list = dir.access_list(name)?;
    let mut file = dir.create(temporary, FileAccess::Replacement)?;
    // Before there is anything to read.
    if let Some(list) = &list {
        file.set_access_list(list)?;
    }
    file.adopt(old)?;
    write_all(&mut *file, bytes)?;
    file.sync()
}
