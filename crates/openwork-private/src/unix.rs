//! Owners and modes.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;

/// The permissions of everyone but the owner.
const OTHERS: u32 = 0o077;
/// Those to read and to write: to execute a file of settings gives nothing away.
const OTHERS_CONTENTS: u32 = 0o066;

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

pub(super) fn create(path: &Path) -> io::Result<File> {
    // `create_new` opens nothing that is there, not even through a link.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

pub(super) fn open(path: &Path) -> io::Result<File> {
    // A FIFO must not make the reader wait.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    OpenOptions::new()
        .read(true)
        // The bits as they are: a conversion that failed would open links.
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

#[expect(clippy::unnecessary_wraps, reason = "other systems have to ask")]
pub(super) fn is_private(_: &File, metadata: &Metadata) -> io::Result<bool> {
    Ok(is_own(metadata))
}

pub(super) fn is_private_directory(path: &Path) -> io::Result<bool> {
    // Of the directory itself: whoever can put a link in its place chooses which
    // private directory is read.
    Ok(is_own(&fs::symlink_metadata(path)?))
}

fn is_own(metadata: &Metadata) -> bool {
    let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
    let is_link = metadata.file_type().is_symlink();
    is_own && !is_link && metadata.mode() & OTHERS == 0
}

#[expect(clippy::unnecessary_wraps, reason = "other systems have to ask")]
pub(super) fn is_open_to_others(_: &File, metadata: &Metadata) -> io::Result<bool> {
    Ok(metadata.mode() & OTHERS_CONTENTS != 0)
}

pub(super) fn command_to_close(path: &str) -> String {
    format!("chmod 600 {path}")
}
