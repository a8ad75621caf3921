//! Making things durable.

use std::os::fd::BorrowedFd;

use rustix::io::{Errno, retry_on_intr};

/// Waits until the contents and attributes of a file, or the entries of a
/// directory, outlive a power loss.
///
/// On macOS fsync(2) waits until the drive has them, which may keep them in a
/// cache of its own; `F_FULLFSYNC` has it write them down.
#[cfg(target_vendor = "apple")]
pub(super) fn sync(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    match retry_on_intr(|| rustix::fs::fcntl_fullfsync(fd)) {
        // Network mounts and some drivers have no such call (fcntl(2)).
        Err(Errno::NOTSUP | Errno::NOTTY | Errno::INVAL | Errno::NOSYS) => {
            retry_on_intr(|| rustix::fs::fsync(fd))
        }
        done => done,
    }
}

/// Waits until the contents and attributes of a file, or the entries of a
/// directory, outlive a power loss.
#[cfg(not(target_vendor = "apple"))]
pub(super) fn sync(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    retry_on_intr(|| rustix::fs::fsync(fd))
}

/// Waits until the contents of a file outlive a power loss.
pub(super) fn sync_data(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    return retry_on_intr(|| rustix::fs::fdatasync(fd));
    #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
    sync(fd)
}
