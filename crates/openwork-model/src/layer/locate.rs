//! From an absolute path back to a location.

use std::path::Path;

use crate::files::{FileRoot, Files, Location};
use crate::path::RelPath;

/// The location of an absolute path below the first of these roots that holds
/// it; `None` if none does.
///
/// What a configuration file names may be anywhere, and a client may have
/// written that file, so only what is below known roots is looked at.
pub fn locate(
    files: &dyn Files,
    path: &Path,
    roots: impl IntoIterator<Item = FileRoot>,
) -> Option<Location> {
    roots.into_iter().find_map(|root| {
        let top = files.absolute(&Location::new(root, RelPath::root()));
        // An empty prefix would hold every path, and with it all of the disk.
        if !top.has_root() {
            return None;
        }
        below(path.strip_prefix(&top).ok()?).map(|path| Location::new(root, path))
    })
}

fn below(rest: &Path) -> Option<RelPath> {
    rest.components()
        .try_fold(RelPath::root(), |path, component| {
            path.join(component.as_os_str().to_str()?).ok()
        })
}
