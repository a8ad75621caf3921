//! The texts of files that a finding may be about, found by their paths.

use std::ops::Range;
use std::path::{Path, PathBuf};

use openwork_model::files::{CONFIG_LIMIT, FileRoot, Files, Location};
use openwork_model::layer::locate;
use openwork_model::mask::references;
use openwork_model::path::RelPath;

/// The text of a file; `None` where it cannot be read here, or is no text.
pub(crate) fn text(files: &dyn Files, path: &Path) -> Option<String> {
    let at = locate_anywhere(files, path)?;
    let bytes = files.read(&at, CONFIG_LIMIT).ok()??;
    std::str::from_utf8(&bytes).map(str::to_owned).ok()
}

/// The location of an absolute path below the workspace, the directories above
/// it or the user's own; `None` if it is below none of these.
pub(crate) fn locate_anywhere(files: &dyn Files, path: &Path) -> Option<Location> {
    let ancestors = (1..=files.ancestors().unwrap_or(0)).map(FileRoot::Ancestor);
    let own = [FileRoot::Global, FileRoot::Home, FileRoot::Custom];
    let roots = [FileRoot::Workspace]
        .into_iter()
        .chain(ancestors)
        .chain(own);
    locate(files, path, roots)
}

/// The directory of a root.
pub(crate) fn directory(files: &dyn Files, root: FileRoot) -> PathBuf {
    files.absolute(&Location::new(root, RelPath::root()))
}

/// Where `{env:…}` and `{file:…}` stand in a text.
pub(crate) fn reference_ranges(text: &str) -> Vec<Range<usize>> {
    let found = references(text).into_iter();
    found.map(|(range, _)| range).collect()
}

/// A text of the same length in which digits stand in the place of ranges.
pub(crate) fn with_numbers(text: &str, ranges: &[Range<usize>]) -> String {
    let mut filled = text.to_owned();
    for range in ranges {
        let digits = "1".repeat(range.len());
        filled.replace_range(range.clone(), &digits);
    }
    filled
}
