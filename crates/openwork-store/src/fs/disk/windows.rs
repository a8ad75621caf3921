//! Windows: every call relative to a directory's handle.
//!
//! Files are opened by `NtCreateFile` below an open directory, one name at a
//! time, and at a link the link itself is opened and seen to be one. All
//! handles let others read, write, rename and delete what they are open on.
//! Only replacing has no such call with a safe interface: see [`replace`].

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::os::windows::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use openwork_model::file_name::NameRules;

use self::open::{Making, access, option};
use super::meter::metered;
use super::{Disk, DiskDir, DiskFile, DiskLock, FileAccess, FileKind, FileStat, NodeId};

mod access_list;
mod list;
mod look;
mod open;
mod remove;
mod replace;
mod touch;
mod volume;

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct WindowsDisk;

impl Disk for WindowsDisk {
    fn top(&self, path: &Path) -> io::Result<Arc<dyn DiskDir>> {
        let is_top = |c: &Component<'_>| matches!(c, Component::Prefix(_) | Component::RootDir);
        let top: PathBuf = path.components().take_while(is_top).collect();
        let dir = by_path(&top, access::LIST | access::PASS)?;
        Ok(Arc::new(WindowsDir::new(dir)?))
    }

    fn stat(&self, path: &Path) -> io::Result<FileStat> {
        look::at(&by_path(path, 0)?)
    }

    fn name_rules(&self) -> NameRules {
        NameRules::WINDOWS
    }

    /// NTFS renames no directory while something below it is open.
    fn open_holds_what_is_above(&self) -> bool {
        true
    }
}

/// Opens what an absolute path leads to, links followed.
fn by_path(path: &Path, wanted: u32) -> io::Result<File> {
    /// `FILE_FLAG_BACKUP_SEMANTICS`: without it no directory is opened.
    const DIRECTORIES_TOO: u32 = 0x0200_0000;
    File::options()
        .access_mode(wanted | access::LOOK | access::WAIT)
        .share_mode(open::SHARE_ALL)
        .custom_flags(DIRECTORIES_TOO)
        .open(path)
}

struct WindowsDir {
    dir: File,
    /// The number of its volume. What is reached from here without passing a
    /// link is on the same one.
    device: u64,
    /// Held while the entries are read: a handle has one place to go on from.
    listing: Mutex<()>,
    /// The file whose lock stands for that of the directory, while it is taken.
    lock: Mutex<Option<File>>,
}

impl fmt::Debug for WindowsDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WindowsDir({:?})", self.dir)
    }
}

impl WindowsDir {
    fn new(dir: File) -> io::Result<Self> {
        Ok(Self {
            device: look::at(&dir)?.id.device,
            dir,
            listing: Mutex::new(()),
            lock: Mutex::new(None),
        })
    }

    fn file(&self, file: File) -> Box<dyn DiskFile> {
        let device = self.device;
        Box::new(WindowsFile { file, device })
    }

    /// Makes a file for writing, with the access list that it is to have at first.
    fn made(&self, name: &str, wanted: u32, who: FileAccess) -> io::Result<File> {
        let plain = || self.writable(name, wanted, Making::New);
        if who == FileAccess::Default {
            return plain();
        }
        let mut file = match self.writable(name, wanted | access::SET_LIST, Making::New) {
            // A network share may keep that right from whoever may write files.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return plain(),
            made => made?,
        };
        if who == FileAccess::Private {
            access_list::restrict(&mut file)?;
        }
        Ok(file)
    }

    /// Makes or opens a file for writing.
    fn writable(&self, name: &str, wanted: u32, making: Making) -> io::Result<File> {
        open::check_new(name)?;
        open::plain(&self.dir, name, wanted, option::NO_DIRECTORY, making)
    }
}

impl DiskDir for WindowsDir {
    fn open_dir(&self, path: &str) -> io::Result<Arc<dyn DiskDir>> {
        let (way, name) = open::walk(&self.dir, path)?;
        let dir = open::directory(way.as_ref().unwrap_or(&self.dir), name)?;
        Ok(Arc::new(Self::new(dir)?))
    }

    fn open_file(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        let (way, name) = open::walk(&self.dir, path)?;
        let dir = way.as_ref().unwrap_or(&self.dir);
        // A directory is opened as well: that it is none is for `stat` to tell.
        let file = open::plain(dir, name, access::READ, 0, Making::Never)?;
        Ok(self.file(file))
    }

    fn stat_self(&self) -> io::Result<FileStat> {
        look::on(self.device, &self.dir)
    }

    fn stat(&self, path: &str) -> io::Result<FileStat> {
        let (way, name) = open::walk(&self.dir, path)?;
        let found = open::itself(way.as_ref().unwrap_or(&self.dir), name)?;
        look::on(self.device, &found)
    }

    fn read_link(&self, name: &str) -> io::Result<PathBuf> {
        winx::file::read_link(&open::itself(&self.dir, name)?)
    }

    fn list(&self) -> io::Result<Vec<(String, FileKind)>> {
        let _one_at_a_time = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        list::entries(&self.dir)
    }

    fn access_list(&self, name: &str) -> io::Result<Option<String>> {
        let (wanted, options) = (access::READ_LIST, option::NO_DIRECTORY);
        access_list::of(&open::plain(
            &self.dir,
            name,
            wanted,
            options,
            Making::Never,
        )?)
    }

    fn create(&self, name: &str, who: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        let file = self.made(name, access::READ | access::WRITE, who)?;
        Ok(self.file(file))
    }

    fn append(&self, name: &str, who: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        const WANTED: u32 = access::READ | access::APPEND;
        // The list of a file that is there already is not this server's to change.
        let opened = match self.writable(name, WANTED, Making::Never) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.made(name, WANTED, who),
            opened => opened,
        };
        let file = match opened {
            // Another program was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.writable(name, WANTED, Making::Never)?
            }
            opened => opened?,
        };
        Ok(self.file(file))
    }

    fn make_dir(&self, name: &str) -> io::Result<()> {
        open::check_new(name)?;
        let kind = option::DIRECTORY | option::LINK_ITSELF;
        open::entry(&self.dir, name, access::LOOK, kind, Making::New).map(drop)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        open::check_new(from)?;
        open::check_new(to)?;
        replace::rename(&self.dir, from, to)
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        open::check(name)?;
        remove::file(&self.dir, name)
    }

    fn remove_dir(&self, name: &str) -> io::Result<()> {
        open::check(name)?;
        remove::directory(&self.dir, name)
    }

    fn sync(&self) -> io::Result<()> {
        metered(|| replace::sync_names(&self.dir))
    }

    fn try_lock(&self, file: &str) -> io::Result<DiskLock> {
        let (way, name) = match open::walk(&self.dir, file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(DiskLock::Absent),
            walked => walked?,
        };
        let dir = way.as_ref().unwrap_or(&self.dir);
        let wanted = access::READ | access::WRITE;
        let file = open::plain(dir, name, wanted, option::NO_DIRECTORY, Making::IfAbsent)?;
        match file.try_lock() {
            Ok(()) => {
                *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
                Ok(DiskLock::Taken)
            }
            Err(TryLockError::WouldBlock) => Ok(DiskLock::Busy),
            // Some network file systems have no locks. The store works there all
            // the same, as contents are compared before they are replaced.
            Err(TryLockError::Error(error)) if open::is_unsupported(&error) => {
                Ok(DiskLock::Unsupported)
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn unlock(&self) -> io::Result<()> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = lock.take() {
            // Closing the file gives the lock back as well, maybe a little later.
            // Wine says of a lock that was given back that it never was there.
            let _ = file.unlock();
        }
        Ok(())
    }

    fn is_local(&self) -> bool {
        volume::is_local(&self.dir)
    }
}

#[derive(Debug)]
struct WindowsFile {
    file: File,
    /// The number of its volume.
    device: u64,
}

impl DiskFile for WindowsFile {
    fn stat(&self) -> io::Result<FileStat> {
        look::on(self.device, &self.file)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.seek_read(buffer, offset)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    /// What there is of modes is one bit: whether a file may be written to.
    fn adopt(&self, other: &FileStat) -> io::Result<()> {
        if self.stat()?.mode == other.mode {
            return Ok(());
        }
        let mut permissions = self.file.metadata()?.permissions();
        permissions.set_readonly(other.mode == look::READ_ONLY);
        self.file.set_permissions(permissions)
    }

    fn set_access_list(&mut self, list: &str) -> io::Result<()> {
        access_list::set(&mut self.file, list)
    }

    fn others_may(&self) -> io::Result<Option<&'static str>> {
        // Rights to write are spelt in more ways than can be told from those to
        // read, so nobody else may have any.
        Ok(access_list::is_open_to_others(&self.file)?.then_some("use"))
    }

    /// A program is known by its name's ending here.
    fn set_executable(&self, _executable: bool) -> io::Result<()> {
        Ok(())
    }

    fn touch(&self) -> io::Result<()> {
        touch::touch(&self.file)
    }

    fn sync(&self) -> io::Result<()> {
        metered(|| self.file.sync_all())
    }

    fn sync_data(&self) -> io::Result<()> {
        metered(|| self.file.sync_data())
    }
}

#[cfg(test)]
mod tests;
