//! Paths below a workspace as clients send them.

use crate::file_name::NameRules;
use crate::invalid::Invalid;
use crate::path::RelPath;

/// The most bytes of one name, as most file systems have it.
const MOST_NAME: usize = 255;
/// The most names of a path.
const MOST_NAMES: usize = 32;

/// Reads a path below a workspace, or below a folder of it.
///
/// Slashes in front and `./` say nothing, and backslashes count as slashes. A name
/// has to be one that every system can have, so that what is brought here can be
/// fetched elsewhere.
///
/// # Errors
///
/// Nothing is named, it climbs, or a name that some system refuses.
///
/// ```
/// use openwork_model::client_path::client_path;
///
/// assert_eq!(client_path("/reports\\may.pdf")?.as_str(), "reports/may.pdf");
/// for text in ["", "/", "a/../b", "a:b", "nul.txt", "a."] {
///     assert!(client_path(text).is_err(), "{text}");
/// }
/// # Ok::<(), openwork_model::invalid::Invalid>(())
/// ```
pub fn client_path(text: &str) -> Result<RelPath, Invalid> {
    let invalid = |reason: &str| Invalid::ClientPath {
        reason: reason.to_owned(),
    };
    let plain = text.replace('\\', "/");
    let mut path = RelPath::root();
    let mut names = 0;
    for name in plain.split('/').filter(|name| !matches!(*name, "" | ".")) {
        names += 1;
        if name == ".." {
            return Err(invalid("Path traversal is not allowed"));
        }
        if name.len() > MOST_NAME {
            return Err(invalid("Path components must not exceed 255 UTF-8 bytes"));
        }
        if let Err(fault) = NameRules::WINDOWS.check(name) {
            return Err(invalid(&format!("The name {name} {fault}")));
        }
        let joined = path.join(name);
        path = joined.map_err(|_| invalid("Path must have no control characters"))?;
    }
    match names {
        0 => Err(invalid("Path is required")),
        1..=MOST_NAMES => Ok(path),
        _ => Err(invalid("Path must have at most 32 components")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_climbs_or_has_no_name_everywhere_is_refused() {
        for (text, expected) in [
            ("a.txt", Some("a.txt")),
            ("./a//b/", Some("a/b")),
            (".hidden/ü ber.md", Some(".hidden/ü ber.md")),
            ("..", None),
            ("a/..", None),
            ("..\\a", None),
            ("C:\\a", None),
            ("a\u{0}b", None),
            ("a\nb", None),
            ("CON", None),
            ("a ", None),
        ] {
            let read = client_path(text).ok();
            assert_eq!(read.as_ref().map(RelPath::as_str), expected, "{text}");
        }
        assert!(client_path(&"a".repeat(256)).is_err());
        assert!(client_path(&"a/".repeat(33)).is_err());
        assert!(client_path(&"a/".repeat(32)).is_ok());
    }
}
