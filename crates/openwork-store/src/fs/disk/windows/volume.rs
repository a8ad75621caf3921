//! Which file systems answer from this machine alone.

use std::fs::File;
use std::path::{Component, Prefix};

/// Whether a handle is open on a local volume of NTFS.
///
/// NTFS alone: FAT counts times in steps of two seconds, so that changes would
/// go unnoticed; on `ReFS` the number of a file may be that of another.
pub(super) fn is_local(dir: &File) -> bool {
    // Where it truly is: the path of a handle on a mapped network drive begins
    // with the server.
    let Ok(path) = winx::file::get_file_path(dir) else {
        return false;
    };
    let drive = match path.components().next() {
        Some(Component::Prefix(prefix)) => match prefix.kind() {
            Prefix::VerbatimDisk(letter) | Prefix::Disk(letter) => char::from(letter),
            _ => return false,
        },
        _ => return false,
    };
    let mut system = String::new();
    let root = format!("{drive}:\\");
    let known =
        winsafe::GetVolumeInformation(Some(&root), None, None, None, None, Some(&mut system));
    known.is_ok() && system == "NTFS"
}
