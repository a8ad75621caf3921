//! Patterns that may match a file that clients bring.

use super::components;
use super::tail::is_wild;

/// Whether a pattern of paths may match the file, `None` for any, or a directory
/// that it lies in. What is no pattern matches nothing.
pub(super) fn matches(pattern: &str, file: Option<&str>) -> bool {
    if !pattern.contains(['*', '?', '[']) {
        return false;
    }
    let pattern = pattern.strip_prefix("file:").unwrap_or(pattern);
    let is_absolute = pattern.starts_with(['/', '~', '$', '{']) || pattern.starts_with("..");
    let mut names: Vec<&str> = pattern
        .split('/')
        .filter(|name| !matches!(*name, "" | "." | ".." | "~"))
        .collect();
    if is_absolute {
        // From where is not known.
        names.insert(0, "**");
    }
    let folder = components();
    let path: Vec<&str> = folder
        .iter()
        .map(String::as_str)
        .chain(file.into_iter().flat_map(|file| file.split('/')))
        .collect();
    let is_open = file.is_none();
    // From the workspace, and from the engine's own directory.
    [0, 1].into_iter().any(|from| {
        let above = folder.len() - from;
        path.get(from..)
            .is_some_and(|path| leads(&names, path, above, is_open))
    })
}

/// Whether the names of a pattern lead along a path, at least below its first
/// `above` names. An open path may go on with any names.
fn leads(pattern: &[&str], path: &[&str], above: usize, is_open: bool) -> bool {
    // Each step is done once, as patterns of many stars would try too many ways.
    let mut reached = vec![false; path.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for name in pattern {
        if reached.last() == Some(&true) && is_open {
            return true;
        }
        // Braces may have slashes, so what follows is not known.
        if name.contains(['{', '}', '(', ')', '[', ']', '|', '!']) && reached.contains(&true) {
            return true;
        }
        reached = step(name, path, &reached);
    }
    reached.iter().skip(above).any(|reached| *reached)
}

/// Where a path is reached after one more name of a pattern.
fn step(name: &str, path: &[&str], reached: &[bool]) -> Vec<bool> {
    let mut next = vec![false; reached.len()];
    for (at, _) in reached.iter().enumerate().filter(|(_, reached)| **reached) {
        if name == "**" {
            next.iter_mut().skip(at).for_each(|next| *next = true);
            break;
        }
        if path.get(at).is_some_and(|other| is_like(name, other))
            && let Some(next) = next.get_mut(at + 1)
        {
            *next = true;
        }
    }
    next
}

/// Whether a name is matched by one with wildcards: by its beginning and its end.
fn is_like(pattern: &str, name: &str) -> bool {
    let Some(first) = pattern.find(is_wild) else {
        return pattern == name;
    };
    let last = pattern.rfind(is_wild).unwrap_or(first);
    let beginning = pattern.get(..first).unwrap_or("");
    let end = pattern.get(last + 1..).unwrap_or("");
    name.starts_with(beginning) && name.ends_with(end)
}
