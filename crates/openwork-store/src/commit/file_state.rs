//! Whether a file is as it was before a change, or as after it.

use std::io;
use std::sync::Arc;

use crate::audit::line::FileNote;
use crate::fs::disk::{DiskDir, FileKind, digest_of};

/// A file, compared with what a change says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreState {
    /// The change was not made.
    Before,
    /// The change was made.
    After,
    /// Another program had its way.
    Other,
}

/// Compares a file with a note.
pub(crate) fn of(dir: &Arc<dyn DiskDir>, name: &str, note: &FileNote) -> io::Result<StoreState> {
    let (now, is_executable) = match dir.stat(name) {
        Ok(stat) if stat.kind == FileKind::File => {
            // By contents: after a power loss neither times nor sizes need be
            // those that were written.
            let now = digest_of(&*dir.open_file(name)?, stat.size)?.digest;
            (Some(now), stat.is_executable())
        }
        Ok(_) => return Ok(StoreState::Other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (None, false),
        Err(error) => return Err(error),
    };
    // Where the contents stay the mark alone tells.
    let is_unmarked = note.before == note.after
        && note
            .executable
            .is_some_and(|wanted| wanted != is_executable);
    Ok(if now == note.after && !is_unmarked {
        StoreState::After
    } else if now == note.before {
        StoreState::Before
    } else {
        StoreState::Other
    })
}

/// Removes a file; one that is gone already is no error.
pub(crate) fn remove_if_there(dir: &Arc<dyn DiskDir>, name: &str) -> io::Result<()> {
    match dir.remove_file(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
