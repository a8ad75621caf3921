//! Reading the entries of an open directory.

use std::fs::File;
use std::io;

use super::{FileKind, look, open};

/// The names, those that are text and that a file can have, each with what it
/// is. The caller sees to it that nobody else reads them through this handle.
pub(super) fn entries(dir: &File) -> io::Result<Vec<(String, FileKind)>> {
    // The interface wants it to itself; that is a second handle on the same
    // place, which begins anew.
    let mut dir = dir.try_clone()?;
    let mut names = Vec::new();
    for entry in fs_at::read_dir(&mut dir)? {
        let name = entry?.name().to_str().map(str::to_owned);
        names.extend(name.filter(|name| open::check(name).is_ok()));
    }
    let with_kind = |name: String| match kind(&dir, &name) {
        Ok(kind) => Some(Ok((name, kind))),
        // It is gone since.
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(error)),
    };
    names.into_iter().filter_map(with_kind).collect()
}

fn kind(dir: &File, name: &str) -> io::Result<FileKind> {
    match open::itself(dir, name).and_then(|file| look::at(&file)) {
        Ok(stat) => Ok(stat.kind),
        // It is being deleted, or kept from everybody: there, and of no use.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(FileKind::Special),
        Err(error) => Err(error),
    }
}
