//! What a directory holds, derived from the paths of files.

use std::collections::BTreeMap;

use super::EntryKind;
use crate::path::RelPath;

/// The names directly below a directory, and what they are, if these files lie below it.
pub fn names_below<'p>(
    dir: &RelPath,
    files: impl Iterator<Item = &'p RelPath>,
) -> BTreeMap<String, EntryKind> {
    let depth = dir.components().count();
    let name = |file: &'p RelPath| {
        let mut rest = file.components().skip(depth);
        let name = rest.next()?.to_owned();
        let kind = match rest.next() {
            Some(_) => EntryKind::Dir,
            None => EntryKind::File,
        };
        Some((name, kind))
    };
    files.filter_map(name).collect()
}
