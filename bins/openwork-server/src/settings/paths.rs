//! Absolute paths by text.

use std::path::{Component, Path, PathBuf};

/// Makes a path absolute and normalises it by text: `.`, `..`, double and
/// trailing slashes go. Links are not looked at, so clients find the path
/// they gave.
pub(crate) fn absolute(base: &Path, path: &str) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in base.join(path).components() {
        match component {
            Component::CurDir => {}
            // By text, as shells do: with a link in between the system would end elsewhere,
            // and clients would not find the path that they gave.
            Component::ParentDir => drop(normal.pop()),
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
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
            assert_eq!(found.as_os_str(), expected, "{path}");
        }
    }
}
