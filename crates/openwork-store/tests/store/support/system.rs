//! What each system does in its own way.

use std::fs::File;
use std::io;
use std::path::Path;

/// Makes a link; fails where the system or the user may not.
pub(crate) fn symlink(target: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::symlink(target, link);
    #[cfg(windows)]
    if target.as_ref().is_dir() {
        std::os::windows::fs::symlink_dir(target, link)
    } else {
        std::os::windows::fs::symlink_file(target, link)
    }
}

/// Which file is at a path, as a number.
pub(crate) fn file_number(path: &Path) -> Option<u64> {
    use openwork_store::disk::{Disk as _, NativeDisk};

    NativeDisk.stat(path).ok().map(|stat| stat.id.inode)
}

/// Writes into a file.
pub(crate) fn write_at(file: &File, bytes: &[u8], offset: u64) {
    #[cfg(unix)]
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset).unwrap();
    #[cfg(windows)]
    assert_eq!(
        std::os::windows::fs::FileExt::seek_write(file, bytes, offset).unwrap(),
        bytes.len()
    );
}
