//! The directory of the run files: its owner's alone.
//!
//! Once it is known that nobody else may write to it, its entries can be
//! named by their paths.
#![expect(
    clippy::disallowed_methods,
    reason = "run files belong to no workspace, so that the store has no part in them"
)]

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use openwork_private as private;

/// More than any run file holds.
const MOST_BYTES: u64 = 64 << 10;

/// Makes the directory, and those above it, if it is not there.
pub(super) fn make(directory: &Path) -> io::Result<()> {
    private::make_directory(directory)?;
    if private::is_private_directory(directory)? {
        return Ok(());
    }
    let message = format!(
        "{} must be a directory that only its owner may enter",
        directory.display()
    );
    Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
}

/// The files of servers in the directory.
pub(super) fn files(directory: &Path) -> Vec<PathBuf> {
    if !private::is_private_directory(directory).is_ok_and(|is_private| is_private) {
        return Vec::new();
    }
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect()
}

/// Reads a file that is the user's alone, and no link.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = private::open(path)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Puts a file of the user's alone in place, at once.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("draft");
    // A draft that is there was left by a process of the same id that has ended.
    let _ = fs::remove_file(&draft);
    // Not synced to the disk: a run file is worth nothing after a crash, as its
    // process is gone.
    let written = private::create(&draft).and_then(|mut file| file.write_all(bytes));
    let placed = written.and_then(|()| fs::rename(&draft, path));
    placed.inspect_err(|_| drop(fs::remove_file(&draft)))
}

/// Removes a file.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}
