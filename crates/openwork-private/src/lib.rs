//! Files and directories that only their user may use.
//!
//! On Unix that is said by owner and mode, on Windows by owner and access
//! list. Administrators and the system itself count as the user: they can take
//! what they want.
//!
//! | item | what it does |
//! | --- | --- |
//! | [`make_directory`], [`create`] | make what is the user's alone |
//! | [`open`], [`is_private_directory`] | refuse, or tell, what is not |
//! | [`is_open_to_others`], [`command_to_close`] | say whether others may use a file, and how to keep them out |
//!
//! ```
//! use std::io::{Read, Write};
//!
//! let parent = tempfile::tempdir()?;
//! let directory = parent.path().join("state");
//! openwork_private::make_directory(&directory)?;
//! let path = directory.join("key");
//! openwork_private::create(&path)?.write_all(b"secret")?;
//! let mut text = String::new();
//! openwork_private::open(&path)?.read_to_string(&mut text)?;
//! assert_eq!(text, "secret");
//! # Ok::<(), std::io::Error>(())
//! ```

// Its tests run everywhere.
#[cfg(any(windows, test))]
mod access_list;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

#[cfg(windows)]
pub use windows::{own_access_list, restrict, set_access_list};

/// Makes a directory, and those above it, if it is not there. What is made is
/// the user's alone; what is there stays as it is.
///
/// # Errors
///
/// Those of the system.
pub fn make_directory(path: &Path) -> io::Result<()> {
    system::make_directory(path)
}

/// Makes a file of the user's alone, to be written.
///
/// # Errors
///
/// Those of the system, if there is something of that name, a link among it.
pub fn create(path: &Path) -> io::Result<File> {
    system::create(path)
}

/// Opens a file of the user's alone.
///
/// # Errors
///
/// Those of the system, and [`io::ErrorKind::PermissionDenied`] for a file that
/// others can use or have made, a link, or no regular file.
pub fn open(path: &Path) -> io::Result<File> {
    let file = system::open(path)?;
    // Asked of the open file, so that nobody exchanges it between the look and the read.
    let metadata = file.metadata()?;
    if metadata.is_file() && system::is_private(&file, &metadata)? {
        return Ok(file);
    }
    let message = format!("{} must be its owner's alone", path.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
}

/// Whether a directory is the user's alone, and no link.
///
/// # Errors
///
/// Those of the system.
pub fn is_private_directory(path: &Path) -> io::Result<bool> {
    system::is_private_directory(path)
}

/// Whether others can read or write an open file. What is no regular file is
/// nobody's in particular: a FIFO, such as a shell makes for `<(…)`.
///
/// # Errors
///
/// Those of the system.
pub fn is_open_to_others(file: &File, metadata: &Metadata) -> io::Result<bool> {
    Ok(metadata.is_file() && system::is_open_to_others(file, metadata)?)
}

/// How a person keeps others out of a file, as a command.
pub fn command_to_close(path: &str) -> String {
    system::command_to_close(path)
}

#[cfg(test)]
mod tests;
