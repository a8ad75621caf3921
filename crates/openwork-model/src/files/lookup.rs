//! What lists need of files: faults of one entry that hide no other.

use super::{DirEntry, FileError, Files, Location};

/// The entries of a directory. Where no directory is that may be looked at,
/// there are none.
pub fn entries(files: &dyn Files, at: &Location) -> Result<Vec<DirEntry>, FileError> {
    match files.list(at) {
        Ok(Some(entries)) => Ok(entries),
        Ok(None) | Err(FileError::NotRegular { .. } | FileError::Link { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
