//! Everything below a directory.

use super::{DirEntry, EntryKind, FileError, Files, Location};

/// More directories than skills or commands need; a link or a path of the
/// configuration may lead to any tree.
pub const DIRECTORIES: usize = 20_000;

/// How many directories below the first one are entered one in another. No
/// skill or command lies as deep, and a tree that does costs as much to look at
/// as its depth says.
pub const DEPTH: usize = 32;

/// What is met on a walk.
pub enum WalkSight<'s> {
    /// Something in a directory, so many directories below the first.
    Entry {
        /// The directory.
        dir: &'s Location,
        /// How many directories it lies below the first.
        depth: usize,
        /// What is in it.
        entry: &'s DirEntry,
    },
    /// A directory that cannot be looked at.
    Closed {
        /// The directory.
        dir: &'s Location,
        /// Why.
        error: FileError,
    },
    /// A directory whose own directories lie deeper than [`DEPTH`], and are not
    /// looked at.
    TooDeep {
        /// The directory.
        dir: &'s Location,
    },
    /// There are more than [`DIRECTORIES`]; the rest is not looked at.
    TooMany,
}

/// A directory that is yet to be listed.
struct WalkAhead {
    at: Location,
    depth: usize,
    /// Whether a link led here. A second one is not followed, so that links
    /// that lead in circles come to an end.
    linked: bool,
}

/// Lists a directory and those below that are to be entered, each before
/// those in it, by name.
pub fn walk(
    files: &dyn Files,
    top: &Location,
    enters: &dyn Fn(&DirEntry) -> bool,
    see: &mut dyn FnMut(WalkSight<'_>),
) {
    let top = WalkAhead {
        at: top.clone(),
        depth: 0,
        linked: false,
    };
    // A stack and no recursion: how deep directories lie is for others to choose.
    let mut ahead = vec![top];
    let mut listed = 0;
    while let Some(here) = ahead.pop() {
        if listed == DIRECTORIES {
            return see(WalkSight::TooMany);
        }
        listed += 1;
        let entries = match files.list(&here.at) {
            Ok(Some(entries)) => entries,
            Ok(None) => Vec::new(),
            Err(error) => {
                see(WalkSight::Closed {
                    dir: &here.at,
                    error,
                });
                continue;
            }
        };
        for entry in &entries {
            see(WalkSight::Entry {
                dir: &here.at,
                depth: here.depth,
                entry,
            });
        }
        // Backwards, as the last one that is put on the stack is the first to be
        // listed.
        let inner = entries.iter().rev().filter(|entry| enters(entry));
        let inner = inner.filter_map(|entry| here.next(entry));
        if here.depth < DEPTH {
            ahead.extend(inner);
        // Said only where something is left out, or each deep tree would warn.
        } else if inner.count() > 0 {
            see(WalkSight::TooDeep { dir: &here.at });
        }
    }
}

impl WalkAhead {
    fn next(&self, entry: &DirEntry) -> Option<Self> {
        if entry.kind != EntryKind::Dir || (self.linked && entry.is_link) {
            return None;
        }
        Some(Self {
            at: self.at.join(&entry.name)?,
            depth: self.depth + 1,
            linked: self.linked || entry.is_link,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;
    use crate::path::RelPath;

    fn visited(files: &MemoryFiles) -> Vec<String> {
        let top = Location::workspace(RelPath::new("top").unwrap());
        let mut visited = Vec::new();
        walk(
            files,
            &top,
            &|entry| entry.name != "no",
            &mut |met| match met {
                WalkSight::Entry { dir, depth, entry } => {
                    visited.push(format!("{depth} {}/{}", dir.path, entry.name));
                }
                WalkSight::Closed { dir, .. } => visited.push(format!("closed {}", dir.path)),
                WalkSight::TooDeep { dir } => visited.push(format!("too deep below {}", dir.path)),
                WalkSight::TooMany => visited.push("too many".to_owned()),
            },
        );
        visited
    }

    #[test]
    fn directories_come_before_what_is_in_them_by_name() {
        let files = MemoryFiles::new()
            .with("top/b/x", "")
            .with("top/a/c/x", "")
            .with("top/a/b/x", "")
            .with("top/no/x", "")
            .with("top-2/x", "");
        let expected = [
            "0 top/a",
            "0 top/b",
            "0 top/no",
            "1 top/a/b",
            "1 top/a/c",
            "2 top/a/b/x",
            "2 top/a/c/x",
            "1 top/b/x",
        ];
        assert_eq!(visited(&files), expected);
    }

    #[test]
    fn only_one_link_is_followed_on_a_way() {
        let files = MemoryFiles::new()
            .with("top/link/again/x", "")
            .with_link("top/link")
            .with_link("top/link/again");
        assert_eq!(visited(&files), ["0 top/link", "1 top/link/again"]);
    }

    #[test]
    fn nothing_is_below_what_is_not_there() {
        assert_eq!(visited(&MemoryFiles::new()), [""; 0]);
        assert_eq!(visited(&MemoryFiles::new().with("top", "")), ["closed top"]);
    }

    #[test]
    fn what_lies_very_deep_is_not_looked_at() {
        let deepest = format!("top{}", "/d".repeat(DEPTH));
        let files = MemoryFiles::new()
            .with(&format!("{deepest}/x"), "")
            .with(&format!("{deepest}/a/y"), "")
            .with(&format!("{deepest}/b/y"), "");
        let visited = visited(&files);
        assert_eq!(visited.len(), DEPTH + 4);
        let expected = [
            format!("{DEPTH} {deepest}/a"),
            format!("{DEPTH} {deepest}/b"),
            format!("{DEPTH} {deepest}/x"),
            format!("too deep below {deepest}"),
        ];
        assert_eq!(visited[DEPTH..], expected);
    }

    #[test]
    fn there_is_an_end_to_what_is_looked_at() {
        let mut files = MemoryFiles::new();
        for index in 0..=DIRECTORIES {
            let path = RelPath::new(&format!("top/{index}/x")).unwrap();
            files.insert(Location::workspace(path), b""[..].into());
        }
        assert_eq!(visited(&files).last().map(String::as_str), Some("too many"));
    }
}
