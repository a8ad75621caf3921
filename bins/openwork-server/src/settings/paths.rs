//! Absolute paths by text.

use std::path::{Path, PathBuf};

use openwork_model::workspace::normalise;

/// Makes a path absolute and normalises it by text: `.`, `..`, double and
/// trailing slashes go. Links are not looked at, so clients find the path
/// they gave.
pub(crate) fn absolute(base: &Path, path: &str) -> PathBuf {
    normalise(&base.join(path))
}

#[cfg(test)]
mod tests {
    use std::path::MAIN_SEPARATOR_STR;

    use super::*;

    #[test]
    fn paths_are_made_absolute_by_text() {
        for (path, expected) in [
            (".", "/base/dir"),
            ("ws", "/base/dir/ws"),
            ("../ws/", "/base/ws"),
            ("/a//b/./c/", "/a/b/c"),
            ("/a/../../b", "/b"),
            ("/", "/"),
        ] {
            let found = absolute(Path::new("/base/dir"), path);
            let expected = expected.replace('/', MAIN_SEPARATOR_STR);
            assert_eq!(found.to_str(), Some(expected.as_str()), "{path}");
        }
    }
}
