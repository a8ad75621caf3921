//! Saying that a file changed now.

use std::fs::File;
use std::io;
use std::os::windows::io::AsHandle as _;
use std::time::SystemTime;

use winx::file::{AccessMode, Flags, ShareMode};

use super::open;

/// Sets the time of the last change. It takes a handle that may, which one for
/// reading is not.
pub(super) fn touch(file: &File) -> io::Result<()> {
    let access = AccessMode::FILE_WRITE_ATTRIBUTES;
    let told = winx::file::reopen_file(file.as_handle(), access, ShareMode::all(), Flags::empty())
        .and_then(|file| file.set_modified(SystemTime::now()));
    match told {
        Err(error) if stays(&error) => Ok(()),
        told => told,
    }
}

/// Whether the file is another user's, or the disk takes no such call.
fn stays(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) || open::is_unsupported(error)
}
