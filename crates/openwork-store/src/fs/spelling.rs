//! Whether a file system ignores case, found without writing to it.

use std::io;
use std::sync::Arc;

use crate::fs::disk::DiskDir;

/// Names that most workspaces have, each with a letter.
const LIKELY: [&str; 4] = [".opencode", "opencode.json", "opencode.jsonc", ".git"];

/// Whether an entry of the directory is found in the other case as well;
/// `None` where none has a letter to try that with, or the disk does not say.
///
/// What holds for this directory is taken to hold for those below. That is so
/// unless somebody arranged otherwise (`fsutil file setCaseSensitiveInfo`,
/// `chattr +F`).
pub(crate) fn ignores_case(dir: &Arc<dyn DiskDir>) -> Option<bool> {
    let likely = LIKELY
        .iter()
        .find_map(|name| is_found_in_other_case(dir, name));
    likely.or_else(|| {
        let names = dir.list().ok()?;
        let mut names = names.iter().map(|(name, _)| name);
        names.find_map(|name| is_found_in_other_case(dir, name))
    })
}

fn is_found_in_other_case(dir: &Arc<dyn DiskDir>, name: &str) -> Option<bool> {
    let other = other_case(name);
    if other == name {
        return None;
    }
    let known = dir.stat(name).ok()?;
    match dir.stat(&other) {
        // Two files that are there under both names are two.
        Ok(found) => Some(found.id == known.id),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(false),
        Err(_) => None,
    }
}

/// The same name with each ASCII letter in its other case.
fn other_case(name: &str) -> String {
    let other = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    name.chars().map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_changes_its_case() {
        assert_eq!(other_case(".Git-1ä"), ".gIT-1ä");
        assert_eq!(other_case("1.2"), "1.2");
    }
}
