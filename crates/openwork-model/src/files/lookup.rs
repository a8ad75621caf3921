//! What lists need of files: faults of one entry that hide no other.

use super::{Entry, FileError, Files, Location};

/// The entries of a directory. Where no directory is that may be looked at,
/// there are none.
pub(crate) fn entries(files: &dyn Files, at: &Location) -> Result<Vec<Entry>, FileError> {
    match files.list(at) {
        Ok(entries) => Ok(entries.unwrap_or_default()),
        Err(FileError::NotRegular { .. } | FileError::Link { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The text of a file; `None` if there is none that can be read.
pub(crate) fn text(files: &dyn Files, at: &Location, limit: u64) -> Option<String> {
    let contents = files.read(at, limit).ok()??;
    Some(std::str::from_utf8(&contents).ok()?.to_owned())
}
