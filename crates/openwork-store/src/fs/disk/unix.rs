//! Unix: every call relative to a directory's descriptor.

use std::ffi::CStr;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use openwork_model::file_name::NameRules;
use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{Gid, Uid};

use super::meter::metered;
use super::{Disk, DiskDir, DiskFile, DiskLock, FileAccess, FileKind, FileStat, NodeId};

mod durable;
mod list;
mod local;
#[cfg(target_vendor = "apple")]
mod origin;
mod walk;

const DIR: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);
/// A FIFO must not make the reader wait, a terminal not become the process's own.
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);
const NEW: OFlags = OFlags::CREATE
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnixDisk;

impl Disk for UnixDisk {
    fn top(&self, _path: &Path) -> io::Result<Arc<dyn DiskDir>> {
        let fd = retry_on_intr(|| rustix::fs::open("/", DIR, Mode::empty()))?;
        Ok(Arc::new(UnixDir::new(fd)))
    }

    fn stat(&self, path: &Path) -> io::Result<FileStat> {
        Ok(stat(&retry_on_intr(|| rustix::fs::stat(path))?))
    }

    fn name_rules(&self) -> NameRules {
        if cfg!(target_vendor = "apple") {
            NameRules::APPLE
        } else {
            NameRules::EXACT
        }
    }
}

struct UnixDir {
    fd: OwnedFd,
    /// Whether the descriptor's own position has moved.
    is_read: AtomicBool,
}

impl fmt::Debug for UnixDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnixDir({:?})", self.fd)
    }
}

impl UnixDir {
    fn new(fd: OwnedFd) -> Self {
        Self {
            fd,
            is_read: AtomicBool::new(false),
        }
    }

    fn new_file(
        &self,
        name: &str,
        flags: OFlags,
        access: FileAccess,
    ) -> io::Result<Box<dyn DiskFile>> {
        let mode = match access {
            FileAccess::Default => 0o666,
            FileAccess::Private | FileAccess::Replacement => 0o600,
        };
        single(name)?;
        let mode = Mode::from_raw_mode(mode);
        let fd = retry_on_intr(|| rustix::fs::openat(&self.fd, name, NEW | flags, mode))?;
        Ok(Box::new(UnixFile(fd)))
    }
}

impl DiskDir for UnixDir {
    fn open_dir(&self, path: &str) -> io::Result<Arc<dyn DiskDir>> {
        let fd = match walk::open(self.fd.as_fd(), path, DIR) {
            // A directory that may be passed but not read is still a way.
            Err(Errno::ACCESS) => walk::open(self.fd.as_fd(), path, walk::PASSAGE)?,
            opened => opened?,
        };
        Ok(Arc::new(UnixDir::new(fd)))
    }

    fn open_file(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(UnixFile(walk::open(self.fd.as_fd(), path, READ)?)))
    }

    fn stat_self(&self) -> io::Result<FileStat> {
        Ok(stat(&rustix::fs::fstat(&self.fd)?))
    }

    fn stat(&self, path: &str) -> io::Result<FileStat> {
        // A look must not set off a mount, which may wait for a network.
        let flags = AtFlags::SYMLINK_NOFOLLOW | walk::NO_AUTOMOUNT;
        Ok(stat(&retry_on_intr(|| {
            rustix::fs::statat(&self.fd, path, flags)
        })?))
    }

    fn read_link(&self, name: &str) -> io::Result<PathBuf> {
        single(name)?;
        let target = retry_on_intr(|| rustix::fs::readlinkat(&self.fd, name, Vec::new()))?;
        Ok(PathBuf::from(std::ffi::OsString::from_vec(
            target.into_bytes(),
        )))
    }

    fn list(&self) -> io::Result<Vec<(String, FileKind)>> {
        let mut entries = Vec::new();
        list::each(self.fd.as_fd(), &self.is_read, |name, file_type| {
            let Some(name) = own_name(name) else {
                return Ok(());
            };
            let kind = match file_type {
                FileType::Unknown => match self.stat(&name) {
                    Ok(stat) => stat.kind,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                    Err(error) => return Err(error),
                },
                known => kind(known),
            };
            entries.push((name, kind));
            Ok(())
        })?;
        Ok(entries)
    }

    #[cfg(target_vendor = "apple")]
    fn origin_mark(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let file = walk::open(self.fd.as_fd(), name, READ)?;
        Ok(origin::read(file.as_fd())?)
    }

    fn create(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        self.new_file(name, OFlags::WRONLY | OFlags::EXCL, access)
    }

    fn append(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        self.new_file(
            name,
            OFlags::RDWR | OFlags::APPEND | OFlags::NONBLOCK,
            access,
        )
    }

    fn make_dir(&self, name: &str) -> io::Result<()> {
        single(name)?;
        Ok(retry_on_intr(|| {
            rustix::fs::mkdirat(&self.fd, name, Mode::from_raw_mode(0o777))
        })?)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        single(from)?;
        single(to)?;
        Ok(retry_on_intr(|| {
            rustix::fs::renameat(&self.fd, from, &self.fd, to)
        })?)
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        single(name)?;
        Ok(retry_on_intr(|| {
            rustix::fs::unlinkat(&self.fd, name, AtFlags::empty())
        })?)
    }

    fn remove_dir(&self, name: &str) -> io::Result<()> {
        single(name)?;
        Ok(retry_on_intr(|| {
            rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)
        })?)
    }

    fn sync(&self) -> io::Result<()> {
        metered(|| Ok(durable::sync(self.fd.as_fd())?))
    }

    fn try_lock(&self, _file: &str) -> io::Result<DiskLock> {
        match retry_on_intr(|| {
            rustix::fs::flock(&self.fd, FlockOperation::NonBlockingLockExclusive)
        }) {
            Ok(()) => Ok(DiskLock::Taken),
            Err(Errno::WOULDBLOCK) => Ok(DiskLock::Busy),
            // Some network mounts and sandboxes have no locks. The store works
            // there all the same, as contents are compared before they are
            // replaced.
            Err(Errno::NOLCK | Errno::NOTSUP | Errno::NOSYS | Errno::INVAL | Errno::BADF) => {
                Ok(DiskLock::Unsupported)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn unlock(&self) -> io::Result<()> {
        Ok(rustix::fs::flock(&self.fd, FlockOperation::Unlock)?)
    }

    fn is_local(&self) -> bool {
        local::is_local(self.fd.as_fd())
    }
}

struct UnixFile(OwnedFd);

impl fmt::Debug for UnixFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnixFile({:?})", self.0)
    }
}

impl DiskFile for UnixFile {
    fn stat(&self) -> io::Result<FileStat> {
        Ok(stat(&rustix::fs::fstat(&self.0)?))
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        Ok(retry_on_intr(|| {
            rustix::io::pread(&self.0, &mut *buffer, offset)
        })?)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(retry_on_intr(|| rustix::io::write(&self.0, bytes))?)
    }

    fn adopt(&self, other: &FileStat) -> io::Result<()> {
        let now = self.stat()?;
        if now.owner != other.owner {
            let (user, group) = (Uid::from_raw(other.owner.0), Gid::from_raw(other.owner.1));
            // Only the superuser may give files away; the mode is what counts.
            let _ = rustix::fs::fchown(&self.0, Some(user), Some(group));
        }
        if now.mode != other.mode {
            rustix::fs::fchmod(&self.0, mode(other.mode))?;
        }
        Ok(())
    }

    #[cfg(target_vendor = "apple")]
    fn set_origin_mark(&self, mark: &[u8]) -> io::Result<()> {
        Ok(origin::write(self.0.as_fd(), mark)?)
    }

    fn set_executable(&self, executable: bool) -> io::Result<()> {
        let now = self.stat()?.mode;
        let wanted = if executable {
            // As `chmod +x` under the umask that the file was made with.
            now | ((now & 0o444) >> 2)
        } else {
            now & !0o111
        };
        if wanted != now {
            rustix::fs::fchmod(&self.0, mode(wanted))?;
        }
        Ok(())
    }

    fn touch(&self) -> io::Result<()> {
        let now = rustix::fs::Timespec {
            tv_sec: 0,
            tv_nsec: rustix::fs::UTIME_NOW,
        };
        let times = rustix::fs::Timestamps {
            last_access: rustix::fs::Timespec {
                tv_sec: 0,
                tv_nsec: rustix::fs::UTIME_OMIT,
            },
            last_modification: now,
        };
        match rustix::fs::futimens(&self.0, &times) {
            // Another user's file, or a disk that takes no writes: it stays as it is.
            Err(rustix::io::Errno::PERM | rustix::io::Errno::ACCESS | rustix::io::Errno::ROFS) => {
                Ok(())
            }
            touched => Ok(touched?),
        }
    }

    /// Linux writes out what it is told to drop (`mm/fadvise.c`), and drops
    /// nothing that is not written yet.
    #[cfg(target_os = "linux")]
    fn start_sync(&self) {
        let _ = rustix::fs::fadvise(&self.0, 0, None, rustix::fs::Advice::DontNeed);
    }

    fn sync(&self) -> io::Result<()> {
        metered(|| Ok(durable::sync(self.0.as_fd())?))
    }

    fn sync_data(&self) -> io::Result<()> {
        metered(|| Ok(durable::sync_data(self.0.as_fd())?))
    }
}

/// Calls that make or remove entries take one name, so that no other component
/// can be a link.
fn single(name: &str) -> io::Result<()> {
    if name.is_empty() || name == "." || name == ".." || name.contains('/') {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(())
}

fn own_name(name: &CStr) -> Option<String> {
    let name = name.to_str().ok()?;
    (name != "." && name != "..").then(|| name.to_owned())
}

/// A mode as the system has it: on macOS in sixteen bits, of which it uses twelve.
#[allow(clippy::cast_possible_truncation)]
fn mode(bits: u32) -> Mode {
    Mode::from_bits_truncate(bits as _)
}

fn kind(file_type: FileType) -> FileKind {
    match file_type {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Dir,
        FileType::Symlink => FileKind::Link,
        _ => FileKind::Special,
    }
}

// The fields' types differ between systems, so some casts change nothing here.
#[allow(
    clippy::useless_conversion,
    clippy::unnecessary_cast,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap
)]
fn stat(raw: &rustix::fs::Stat) -> FileStat {
    let nanos =
        |seconds: i64, nanos: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
    FileStat {
        kind: kind(FileType::from_raw_mode(raw.st_mode)),
        id: NodeId {
            device: raw.st_dev as u64,
            inode: raw.st_ino as u64,
        },
        size: raw.st_size as u64,
        modified: nanos(raw.st_mtime as i64, raw.st_mtime_nsec as i64),
        changed: nanos(raw.st_ctime as i64, raw.st_ctime_nsec as i64),
        mode: u32::from(raw.st_mode) & 0o7777,
        owner: (raw.st_uid, raw.st_gid),
    }
}
