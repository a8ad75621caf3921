//! Who may use a file, where the file system keeps that.
//!
//! The safe interfaces to `NtCreateFile` take no access list, so that a new file
//! has what its directory passes on until it is given one, while it is empty.

use std::fs::File;
use std::io;

use super::open;

/// The list that somebody has given a file, if anybody has.
pub(super) fn of(file: &File) -> io::Result<Option<String>> {
    match openwork_private::own_access_list(file) {
        Err(error) if open::is_unsupported(&error) => Ok(None),
        read => read,
    }
}

/// Keeps others out of a file; without effect where there are no lists, as modes
/// are on file systems without them.
pub(super) fn restrict(file: &mut File) -> io::Result<()> {
    unless_unsupported(openwork_private::restrict(file))
}

/// Gives a file the list of another one.
pub(super) fn set(file: &mut File, list: &str) -> io::Result<()> {
    unless_unsupported(openwork_private::set_access_list(file, list))
}

/// Whether anybody but its user may do anything with a file. Where there are no
/// lists everybody may.
pub(super) fn is_open_to_others(file: &File) -> io::Result<bool> {
    match openwork_private::is_open_to_others(file, &file.metadata()?) {
        Err(error) if open::is_unsupported(&error) => Ok(true),
        asked => asked,
    }
}

fn unless_unsupported(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if open::is_unsupported(&error) => Ok(()),
        done => done,
    }
}
