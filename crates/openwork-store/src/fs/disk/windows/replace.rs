//! Renaming over what is there, durably.

use std::fs::File;
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::AsHandle as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use winx::file::{AccessMode, Flags, ShareMode};

use super::look;
use super::open::{self, access, itself};

/// Renames an entry of a directory, replacing what has the new name.
///
/// No safe interface renames relative to a handle, so the directory is pinned
/// first: it is opened once more by the path that its handle has, in a way that
/// lets nobody rename or delete it, and compared with the handle. From then on
/// the path leads here. What came of it is looked at through the handle again.
pub(super) fn rename(dir: &File, from: &str, to: &str) -> io::Result<()> {
    // Both are on the volume of the directory, so the number of the file tells.
    let moved = look::at(&itself(dir, from)?)?.id.inode;
    // A short name in the way would have the file replaced that it stands for.
    match itself(dir, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => drop(found?),
    }
    let path = winx::file::get_file_path(dir)?;
    let _pinned = pin(dir, &path)?;
    replace(&path.join(from), &path.join(to))?;
    if look::at(&itself(dir, to)?)?.id.inode == moved {
        Ok(())
    } else {
        Err(elsewhere())
    }
}

/// Makes the names in a directory durable.
///
/// Flushing takes a handle that may write; one that is held for longer would
/// keep programs out that do not expect it.
pub(super) fn sync_names(dir: &File) -> io::Result<()> {
    let access = AccessMode::FILE_ADD_FILE | AccessMode::SYNCHRONIZE;
    let share =
        ShareMode::FILE_SHARE_READ | ShareMode::FILE_SHARE_WRITE | ShareMode::FILE_SHARE_DELETE;
    let flags = Flags::FILE_FLAG_BACKUP_SEMANTICS;
    let flushed = winx::file::reopen_file(dir.as_handle(), access, share, flags)
        .and_then(|dir| dir.sync_all());
    match flushed {
        // File systems that have no such call write names through, as far as
        // they do; the renames themselves were.
        Err(error) if open::is_unsupported(&error) => Ok(()),
        done => done,
    }
}

/// Opens the directory at a path so that it stays there, if it is this one.
fn pin(dir: &File, path: &Path) -> io::Result<File> {
    /// `FILE_SHARE_READ` and `_WRITE`, and not `_DELETE`.
    const STAYS: u32 = 3;
    /// `FILE_FLAG_BACKUP_SEMANTICS` and `FILE_FLAG_OPEN_REPARSE_POINT`.
    const DIRECTORY_ITSELF: u32 = 0x0220_0000;
    // To list it is what makes the sharing count; the right to look does not.
    let pinned = File::options()
        .access_mode(access::LIST | access::LOOK | access::WAIT)
        .share_mode(STAYS)
        .custom_flags(DIRECTORY_ITSELF)
        .open(path)?;
    if look::at(&pinned)?.id == look::at(dir)?.id {
        Ok(pinned)
    } else {
        Err(elsewhere())
    }
}

/// Replaces a file; again for a moment if others have it open in a way that
/// forbids that, as scanners do with every new file.
fn replace(from: &Path, to: &Path) -> io::Result<()> {
    /// The last pause before giving up; all together take a quarter of a second.
    const LAST_PAUSE: Duration = Duration::from_millis(128);
    let mut pause = Duration::from_millis(1);
    loop {
        match replace_once(from, to) {
            Err(error) if is_in_use(&error) && pause <= LAST_PAUSE => thread::sleep(pause),
            done => return done,
        }
        pause *= 2;
    }
}

fn replace_once(from: &Path, to: &Path) -> io::Result<()> {
    // `MoveFileExW`, told to replace and to write through.
    match atomicwrites::replace_atomic(from, to) {
        // Somebody has the old file open, or it is read-only. The library then
        // renames as POSIX has it: the old file lives on for who has it open. The
        // directory is synced afterwards, so nothing is lost for want of writing
        // through.
        Err(error) if is_in_use(&error) => by_posix(from, to),
        done => done,
    }
}

fn is_in_use(error: &io::Error) -> bool {
    /// `ERROR_ACCESS_DENIED` and `ERROR_SHARING_VIOLATION`.
    const CODES: [i32; 2] = [5, 32];
    error
        .raw_os_error()
        .is_some_and(|code| CODES.contains(&code))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the directory is pinned meanwhile"
)]
fn by_posix(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)
}

fn elsewhere() -> io::Error {
    io::Error::other("the directory was moved while a file in it was renamed")
}
