//! The folder that clients bring files into, and what it lies in.

use super::components;

/// The last name of its path.
pub(super) const NAME: &str = "inbox";
/// The name before it.
const ABOVE: &str = "openwork/";

/// Whether a text ends with the path that the folder lies in.
pub(super) fn ends_above(before: &str) -> bool {
    let above = before.strip_suffix(ABOVE);
    above.is_some_and(|above| !above.ends_with(is_in_name))
}

/// Whether a path may begin behind a text.
pub(super) fn begins_path(before: &str) -> bool {
    let before = before.strip_suffix("./").unwrap_or(before);
    !before.ends_with(|c| is_in_name(c) || c == '/')
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Whether the path of a directory leads to the folder or to anything above it.
/// `workspace` is where that is, if it is known.
pub(super) fn is_below(path: &str, workspace: &str) -> bool {
    let path = path.strip_prefix("file:").unwrap_or(path);
    // Nobody knows what is put in.
    if path.contains("{env:") || path.contains("{file:") || path.starts_with('$') {
        return true;
    }
    let names = path.split('/');
    let names: Vec<&str> = names.filter(|name| !matches!(*name, "" | ".")).collect();
    let folder = components();
    let whole: Vec<&str> = workspace
        .split('/')
        .filter(|name| !name.is_empty())
        .collect();
    let depth = whole.len();
    let whole: Vec<&str> = whole
        .into_iter()
        .chain(folder.iter().map(String::as_str))
        .collect();
    if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        return is_beginning(&names, &whole);
    }
    let first = names.iter().position(|name| !matches!(*name, ".." | "~"));
    match first {
        // From the workspace. A name alone may be that of a package; from the engine's
        // own directory paths have a dot first.
        Some(0) => {
            let last = if path.starts_with('.') {
                depth + 1
            } else {
                depth
            };
            (depth..=last).any(|from| is_beginning(&names, whole.get(from..).unwrap_or(&[])))
        }
        // From somewhere above.
        Some(from) => {
            let rest = names.get(from..).unwrap_or(&[]);
            (0..=depth).any(|from| is_beginning(rest, whole.get(from..).unwrap_or(&[])))
        }
        None => true,
    }
}

fn is_beginning(names: &[&str], of: &[&str]) -> bool {
    names.len() <= of.len() && names.iter().zip(of).all(|(name, other)| name == other)
}
