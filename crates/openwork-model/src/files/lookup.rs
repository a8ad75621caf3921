//! What lists need of files: faults of one entry that hide no other.

use super::{DirEntry, FileError, Files, Location};

/// The entries of a directory. Where no directory is that may be looked at,
/// there are none.
pub fn entries(files: &dyn Files, at: &Location) -> Result<Vec<DirEntry>, FileError> {
    match files.list(at) {
        Ok(Some(entries)) => Ok(entries),
        // A file where a directory is looked for, or a link out of the workspace, is
        // as good as nothing to the engine. A disk that fails is not.
        Ok(None) | Err(FileError::NotRegular { .. } | FileError::Link { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
