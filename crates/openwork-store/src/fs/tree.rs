//! Directories on the way to a file: making those that are missing, removing
//! those that have become empty.

use std::io;
use std::sync::Arc;

use openwork_model::path::RelPath;

use crate::fs::disk::DiskDir;

/// A directory or file that was made, and is not durable yet.
#[derive(Debug, Clone)]
pub(crate) struct MadeEntry {
    /// The directory that it was made in.
    pub(crate) parent: Arc<dyn DiskDir>,
    /// Its name there.
    pub(crate) name: String,
}

/// Opens a directory below the root.
pub(crate) fn open(root: &Arc<dyn DiskDir>, path: &RelPath) -> io::Result<Arc<dyn DiskDir>> {
    if path.is_root() {
        Ok(Arc::clone(root))
    } else {
        root.open_dir(path.as_str())
    }
}

/// Opens a directory below the root, making what is missing on the way.
pub(crate) fn open_or_make(
    root: &Arc<dyn DiskDir>,
    path: &RelPath,
) -> io::Result<(Arc<dyn DiskDir>, Vec<MadeEntry>)> {
    match open(root, path) {
        Ok(dir) => Ok((dir, Vec::new())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(root, path),
        Err(error) => Err(error),
    }
}

fn make(root: &Arc<dyn DiskDir>, path: &RelPath) -> io::Result<(Arc<dyn DiskDir>, Vec<MadeEntry>)> {
    let mut here = Arc::clone(root);
    let mut made = Vec::new();
    for name in path.components() {
        match enter(&here, name, &mut made) {
            Ok(dir) => here = dir,
            Err(error) => {
                unmake(made);
                return Err(error);
            }
        }
    }
    Ok((here, made))
}

fn enter(
    here: &Arc<dyn DiskDir>,
    name: &str,
    made: &mut Vec<MadeEntry>,
) -> io::Result<Arc<dyn DiskDir>> {
    match here.open_dir(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    match here.make_dir(name) {
        Ok(()) => made.push(MadeEntry {
            parent: Arc::clone(here),
            name: name.to_owned(),
        }),
        // Another program was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    here.open_dir(name)
}

/// Removes directories that were made for nothing, as far as they are empty.
pub(crate) fn unmake(mut made: Vec<MadeEntry>) {
    // Each handle goes before the directory that it is open on is removed: on
    // some systems a directory stays for as long as somebody has it open.
    while let Some(MadeEntry { parent, name }) = made.pop() {
        // One that somebody has put something into stays.
        let _ = parent.remove_dir(&name);
    }
}

/// Removes a directory if it is empty, then the one above, up to but not
/// including `top`. Returns the directory that lost an entry and is left, if
/// one did. None of them may be open here meanwhile.
pub(crate) fn prune(
    root: &Arc<dyn DiskDir>,
    path: &RelPath,
    top: &RelPath,
) -> Option<Arc<dyn DiskDir>> {
    let mut left = path.clone();
    while left.is_below(top) && left != *top {
        let (Some(parent), Some(name)) = (left.parent(), left.file_name()) else {
            break;
        };
        let Ok(dir) = open(root, &parent) else { break };
        // The system refuses where anything is left. To ask first would only
        // leave a gap between asking and removing.
        if dir.remove_dir(name).is_err() {
            break;
        }
        left = parent;
    }
    // What cannot be opened any more has nothing to be made durable.
    (left != *path).then(|| open(root, &left).ok()).flatten()
}
