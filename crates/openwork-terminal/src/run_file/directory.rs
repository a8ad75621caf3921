//! The directory of the run files: its owner's alone.
//!
//! Once it is known that nobody else may write to it, its entries can be
//! named by their paths.
#![expect(
    clippy::disallowed_methods,
    reason = "run files belong to no workspace, so that the store has no part in them"
)]

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// More than any run file holds.
const MOST_BYTES: u64 = 64 << 10;

/// Makes the directory, and those above it, if it is not there.
pub(super) fn make(directory: &Path) -> io::Result<()> {
    private_builder().recursive(true).create(directory)?;
    if is_private(&fs::symlink_metadata(directory)?) {
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
    // Of the directory itself: whoever can put a link in its place chooses which
    // private directory is read.
    if !fs::symlink_metadata(directory).is_ok_and(|metadata| is_private(&metadata)) {
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
    let file = reader().open(path)?;
    // Of the open file: by now its path may lead to another one.
    let metadata = file.metadata()?;
    if !metadata.is_file() || !is_private(&metadata) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
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
    let written = create(&draft).and_then(|mut file| file.write_all(bytes));
    let placed = written.and_then(|()| fs::rename(&draft, path));
    placed.inspect_err(|_| drop(fs::remove_file(&draft)))
}

/// Removes a file.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

#[cfg(unix)]
fn private_builder() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;

    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    // `create_new` opens nothing that is there, not even through a link.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(unix)]
fn reader() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;

    // A FIFO must not make the reader wait.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut options = OpenOptions::new();
    options
        .read(true)
        // The bits as they are: a conversion that failed would open links.
        .custom_flags(flags.bits().cast_signed());
    options
}

/// The permissions of everyone but the owner.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// Whether something belongs to the user, who alone may use it.
#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
    let is_link = metadata.file_type().is_symlink();
    is_own && !is_link && metadata.mode() & OTHERS == 0
}

#[cfg(not(unix))]
fn private_builder() -> DirBuilder {
    DirBuilder::new()
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(not(unix))]
fn reader() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}

/// Elsewhere the directory of the user's profile keeps others out.
#[cfg(not(unix))]
fn is_private(metadata: &fs::Metadata) -> bool {
    !metadata.file_type().is_symlink()
}
