//! Reading the entries of an open directory.

use std::ffi::CStr;
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::FileType;
#[cfg(any(target_os = "linux", target_os = "android"))]
use rustix::io::Errno;

/// Calls `see` with each entry. A directory that was just opened is read
/// through its own descriptor; its position is shared, so once only.
pub(super) fn each(
    dir: BorrowedFd<'_>,
    is_read: &AtomicBool,
    see: impl FnMut(&CStr, FileType) -> io::Result<()>,
) -> io::Result<()> {
    if is_read.swap(true, Ordering::Relaxed) {
        anew(dir, see)
    } else {
        at_once(dir, see)
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn at_once(
    dir: BorrowedFd<'_>,
    mut see: impl FnMut(&CStr, FileType) -> io::Result<()>,
) -> io::Result<()> {
    /// Some hundred entries a call.
    const BUFFER: usize = 16 << 10;
    let mut buffer = Vec::with_capacity(BUFFER);
    let mut entries = rustix::fs::RawDir::new(dir, buffer.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(denied)?;
        see(entry.file_name(), entry.file_type())?;
    }
    Ok(())
}

/// A directory that may be passed but not read is open as a way only. The system
/// then blames the descriptor, which says nothing to whoever owns the directory.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn denied(errno: Errno) -> Errno {
    match errno {
        Errno::BADF => Errno::ACCESS,
        other => other,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn at_once(
    dir: BorrowedFd<'_>,
    see: impl FnMut(&CStr, FileType) -> io::Result<()>,
) -> io::Result<()> {
    anew(dir, see)
}

fn anew(
    dir: BorrowedFd<'_>,
    mut see: impl FnMut(&CStr, FileType) -> io::Result<()>,
) -> io::Result<()> {
    for entry in rustix::fs::Dir::read_from(dir)? {
        let entry = entry?;
        see(entry.file_name(), entry.file_type())?;
    }
    Ok(())
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use std::os::fd::AsFd as _;

    use rustix::fs::{Mode, OFlags};

    use super::*;

    #[test]
    fn a_directory_that_may_only_be_passed_is_denied() {
        let directory = tempfile::tempdir().unwrap();
        let way = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let way = rustix::fs::open(directory.path(), way, Mode::empty()).unwrap();
        let listed = each(way.as_fd(), &AtomicBool::new(false), |_, _| Ok(()));
        let kind = listed.map_err(|error| error.kind());
        assert_eq!(kind, Err(io::ErrorKind::PermissionDenied));
    }
}
