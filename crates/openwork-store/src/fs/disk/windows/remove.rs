//! Removing entries, each by a handle on itself.

use std::fs::File;
use std::io;

use fs_at::os::windows::FileExt as _;

use super::open::{self, Making, access, option};
use super::{FileKind, look};

/// Removes a file, or a link itself.
pub(super) fn file(dir: &File, name: &str) -> io::Result<()> {
    let found = open_itself(dir, name)?;
    match look::at(&found)?.kind {
        FileKind::Dir => Err(io::ErrorKind::IsADirectory.into()),
        FileKind::File | FileKind::Link | FileKind::Special => delete(found),
    }
}

/// Removes an empty directory.
pub(super) fn directory(dir: &File, name: &str) -> io::Result<()> {
    let found = open_itself(dir, name)?;
    match look::at(&found)?.kind {
        // The system refuses one that has entries.
        FileKind::Dir => delete(found),
        FileKind::File | FileKind::Link | FileKind::Special => {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }
}

/// An entry, or a link itself, to be removed.
fn open_itself(dir: &File, name: &str) -> io::Result<File> {
    let (access, option) = (access::REMOVE, option::LINK_ITSELF);
    open::entry(dir, name, access, option, Making::Never)
}

/// The name goes at once where the file system can (NTFS since Windows 10
/// 1709), elsewhere with the last handle on it.
fn delete(found: File) -> io::Result<()> {
    found.delete_by_handle().map_err(|(_, error)| error)
}
