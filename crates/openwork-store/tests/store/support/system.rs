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

/// Makes a file a program, where the system keeps that with a file.
pub(crate) fn make_program(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    #[cfg(windows)]
    assert!(path.is_file());
}

/// Whether a file is a program: none is, where the system does not keep that.
pub(crate) fn is_program(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        path.metadata().unwrap().mode() & 0o111 != 0
    }
    #[cfg(windows)]
    {
        assert!(path.is_file());
        false
    }
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
