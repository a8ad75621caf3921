//! The mark of where a file came from, which macOS sets on what is downloaded.

use std::os::fd::BorrowedFd;

use rustix::fs::XattrFlags;
use rustix::io::{Errno, retry_on_intr};

const QUARANTINE: &str = "com.apple.quarantine";

/// The mark of an open file, if it has one.
pub(super) fn read(file: BorrowedFd<'_>) -> Result<Option<Vec<u8>>, Errno> {
    let mut mark = vec![0; MOST];
    match retry_on_intr(|| rustix::fs::fgetxattr(file, QUARANTINE, mark.as_mut_slice())) {
        Ok(length) => {
            mark.truncate(length);
            Ok(Some(mark))
        }
        // The file has none, or the file system knows no such thing.
        Err(Errno::NOATTR | Errno::NOTSUP) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Marks a file that is open for writing.
pub(super) fn write(file: BorrowedFd<'_>, mark: &[u8]) -> Result<(), Errno> {
    let flags = XattrFlags::empty();
    retry_on_intr(|| rustix::fs::fsetxattr(file, QUARANTINE, mark, flags))
}

/// Marks have some dozen bytes: flags, a time, a program and an id. A longer one
/// fails.
const MOST: usize = 4 << 10;
