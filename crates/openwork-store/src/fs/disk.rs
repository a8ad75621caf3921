//! The system calls that the store makes, as a port.
//!
//! Everything below a directory is reached through its handle. No call but
//! [`Disk::top`] and [`Disk::stat`] takes a whole path, and the latter only
//! tells whether a path still leads to a handle that is already held.
//!
//! Tests put a [`Disk`] in between that fails the n-th call, or that records
//! what a power loss would have left.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use openwork_model::digest::FileDigest;
use openwork_model::file_name::NameRules;

mod meter;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub use meter::DiskSyncs;
#[cfg(unix)]
pub use unix::UnixDisk as NativeDisk;
#[cfg(windows)]
pub use windows::WindowsDisk as NativeDisk;

/// Where paths begin.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Opens the top directory that an absolute path starts from.
    fn top(&self, path: &Path) -> io::Result<Arc<dyn DiskDir>>;

    /// Looks at what an absolute path leads to, links followed.
    fn stat(&self, path: &Path) -> io::Result<FileStat>;

    /// How names are taken here, before a directory has been looked at. Whether
    /// case is ignored differs between volumes; this is what they are made with
    /// by default.
    fn name_rules(&self) -> NameRules {
        NameRules::EXACT
    }

    /// Whether others cannot rename a directory while something below it is
    /// open. Where that is so, the store keeps nothing open between calls but
    /// the workspace's own directory.
    fn open_holds_what_is_above(&self) -> bool {
        false
    }
}

/// An open directory. Paths are relative to it, components joined by `/`;
/// a link in any component is refused unless a method says otherwise.
pub trait DiskDir: fmt::Debug + Send + Sync {
    /// Opens a directory below.
    fn open_dir(&self, path: &str) -> io::Result<Arc<dyn DiskDir>>;

    /// Opens a file below for reading, without waiting for a FIFO's writer.
    fn open_file(&self, path: &str) -> io::Result<Box<dyn DiskFile>>;

    /// Looks at the directory itself.
    fn stat_self(&self) -> io::Result<FileStat>;

    /// Looks at an entry, at a link itself. Links *before* the last component
    /// may be followed: the answer tells of identity, not of permission.
    fn stat(&self, path: &str) -> io::Result<FileStat>;

    /// Reads where a link leads.
    fn read_link(&self, name: &str) -> io::Result<PathBuf>;

    /// Reads the names, those that are text, in no order.
    fn list(&self) -> io::Result<Vec<(String, FileKind)>>;

    /// The mark that the system keeps with a file of where it came from, if it
    /// has one: `com.apple.quarantine` on macOS. By default there is none.
    fn origin_mark(&self, _name: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(None)
    }

    /// The access list that somebody has given a file, in the system's own words,
    /// where there are such lists; `None` if its directory alone says who may use
    /// it. By default there is none.
    fn access_list(&self, _name: &str) -> io::Result<Option<String>> {
        Ok(None)
    }

    /// Makes a file that was not there, for writing.
    fn create(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>>;

    /// Opens a file for reading and appending, making it if needed.
    fn append(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>>;

    /// Makes a directory.
    fn make_dir(&self, name: &str) -> io::Result<()>;

    /// Renames an entry, replacing what has the new name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file, or a link itself.
    fn remove_file(&self, name: &str) -> io::Result<()>;

    /// Removes an empty directory.
    fn remove_dir(&self, name: &str) -> io::Result<()>;

    /// Makes the directory's entries durable.
    fn sync(&self) -> io::Result<()>;

    /// Takes the advisory lock of the directory, if nobody has it. Where
    /// directories have none, that of a file below it stands for it, which is
    /// made if needed; `file` is its path.
    fn try_lock(&self, file: &str) -> io::Result<DiskLock>;

    /// Gives the advisory lock back.
    fn unlock(&self) -> io::Result<()>;

    /// Whether looking at files here never waits for a network, and times of
    /// change come from this machine's clock.
    fn is_local(&self) -> bool;
}

/// An open file.
pub trait DiskFile: fmt::Debug + Send + Sync {
    /// Looks at the file.
    fn stat(&self) -> io::Result<FileStat>;

    /// Reads at an offset; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes, maybe less than was given.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Gives the file the mode and, where that is allowed, the owner of another.
    fn adopt(&self, other: &FileStat) -> io::Result<()>;

    /// Gives the file the [access list](DiskDir::access_list) of another one.
    fn set_access_list(&mut self, _list: &str) -> io::Result<()> {
        Ok(())
    }

    /// What others than its owner may do with the file that they may not do with
    /// one that the server goes by, as a verb; `None` if there is nothing.
    fn others_may(&self) -> io::Result<Option<&'static str>> {
        /// What of a file's permissions lets others than its owner write it.
        const WRITABLE_BY_OTHERS: u32 = 0o022;
        let is_writable = self.stat()?.mode & WRITABLE_BY_OTHERS != 0;
        Ok(is_writable.then_some("write"))
    }

    /// Marks the file as having come from where another one did.
    fn set_origin_mark(&self, _mark: &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// Lets whoever may read the file run it as a program, or nobody.
    fn set_executable(&self, executable: bool) -> io::Result<()>;

    /// Says that the contents changed now, though they are as they were. A file
    /// that may not be told so, as it is another user's, stays as it is.
    fn touch(&self) -> io::Result<()>;

    /// Makes a start with making the contents durable, without waiting, so
    /// that the writing of many files overlaps before each one's
    /// [`sync`](Self::sync) is waited for.
    fn start_sync(&self) {}

    /// Makes contents and attributes durable.
    fn sync(&self) -> io::Result<()>;

    /// Makes contents durable.
    fn sync_data(&self) -> io::Result<()>;
}

/// What is known of a file or directory without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStat {
    /// What it is.
    pub kind: FileKind,
    /// Which it is.
    pub id: NodeId,
    /// Its size in bytes.
    pub size: u64,
    /// When the contents last changed, in ns since 1970.
    pub modified: i64,
    /// When anything of it last changed, in ns since 1970.
    pub changed: i64,
    /// Its permissions.
    pub mode: u32,
    /// The user and the group that own it.
    pub owner: (u32, u32),
}

impl FileStat {
    /// Whether anybody may run it as a program.
    pub fn is_executable(&self) -> bool {
        self.mode & 0o111 != 0
    }
}

/// What stands at a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link.
    Link,
    /// A FIFO, a socket or a device.
    Special,
}

/// Tells one file or directory from all others that exist now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeId {
    /// The file system.
    pub device: u64,
    /// The number in it.
    pub inode: u64,
}

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAccess {
    /// Whoever the process lets by default.
    Default,
    /// The owner alone.
    Private,
    /// As few as may read the file that it is to replace: the owner alone, until
    /// the new file [adopts](DiskFile::adopt) its mode, and whoever the directory
    /// lets where access lists are passed on, until the new file is given
    /// [that of its own](DiskFile::set_access_list), if it had one.
    Replacement,
}

/// What came of asking for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskLock {
    /// It is held now.
    Taken,
    /// Somebody else has it.
    Busy,
    /// The system has none here.
    Unsupported,
    /// The directory of the file that stands for it is not there yet.
    Absent,
}

/// Writes all bytes, however many calls that takes.
pub(crate) fn write_all(file: &mut dyn DiskFile, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => bytes = bytes.get(written..).ok_or(io::ErrorKind::InvalidData)?,
        }
    }
    Ok(())
}

/// Which contents a file of so many bytes has, read through a small buffer.
pub(crate) fn digest_of(file: &dyn DiskFile, length: u64) -> io::Result<FileDigest> {
    FileDigest::read(length, |buffer, offset| file.read_at(buffer, offset))
}

/// Reads a file from its start, at most `limit` bytes and one more.
pub(crate) fn read_to(file: &dyn DiskFile, expected: u64, limit: u64) -> io::Result<Vec<u8>> {
    let most = usize::try_from(limit)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let mut bytes = vec![
        0;
        usize::try_from(expected)
            .unwrap_or(usize::MAX)
            .saturating_add(1)
            .min(most)
    ];
    let mut filled = 0;
    loop {
        let Some(room) = bytes.get_mut(filled..).filter(|room| !room.is_empty()) else {
            if filled >= most {
                return Ok(bytes);
            }
            bytes.resize(filled.saturating_mul(2).min(most), 0);
            continue;
        };
        match file.read_at(room, filled as u64)? {
            0 => break,
            read => filled += read,
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}
