//! Whether a file is as it was before a change, or as after it.

use std::io;
use std::sync::Arc;

use openwork_model::digest::Digest;

use crate::audit_log::line::FileNote;
use crate::disk::{Dir, Kind, read_to};

/// No file that the store writes is larger.
const LIMIT: u64 = 16 << 20;

/// A file, compared with what a change says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The change was not made.
    Before,
    /// The change was made.
    After,
    /// Another program had its way.
    Other,
}

/// Compares a file with a note.
pub(crate) fn of(dir: &Arc<dyn Dir>, name: &str, note: &FileNote) -> io::Result<State> {
    let now =
        match dir.stat(name) {
            Ok(stat) if stat.kind == Kind::File && stat.size <= LIMIT => Some(Digest::of(
                &read_to(&*dir.open_file(name)?, stat.size, LIMIT)?,
            )),
            Ok(_) => return Ok(State::Other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
    Ok(if now == note.after {
        State::After
    } else if now == note.before {
        State::Before
    } else {
        State::Other
    })
}

/// Removes a file; one that is gone already is no error.
pub(crate) fn remove_if_there(dir: &Arc<dyn Dir>, name: &str) -> io::Result<()> {
    match dir.remove_file(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
