//! What a directory holds, and what changed in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use regex_lite::Regex;

/// One thing in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A directory.
    Directory,
    /// A symbolic link and where it points to, followed or not.
    Link(PathBuf),
    /// A file and what it holds.
    File(Vec<u8>),
    /// Anything else, such as a named pipe.
    Other,
}

impl Entry {
    /// Reads what is at a path, without following links; `None` if there is nothing.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        let kind = match path.symlink_metadata() {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(if kind.is_symlink() {
            Self::Link(fs::read_link(path)?)
        } else if kind.is_dir() {
            Self::Directory
        } else if kind.is_file() {
            Self::File(fs::read(path)?)
        } else {
            Self::Other
        }))
    }
}

/// Everything below a directory, by its path relative to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<String, Entry>);

impl Tree {
    /// Reads everything below a directory; links are not followed.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.add(root, "")?;
        Ok(tree)
    }

    fn add(&mut self, directory: &Path, prefix: &str) -> io::Result<()> {
        for child in fs::read_dir(directory)? {
            let child = child?;
            let name = format!("{prefix}{}", child.file_name().to_string_lossy());
            let Some(entry) = Entry::read(&child.path())? else {
                continue;
            };
            if entry == Entry::Directory {
                self.add(&child.path(), &format!("{name}/"))?;
            }
            self.0.insert(name, entry);
        }
        Ok(())
    }

    /// Returns what is at a path.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.0.get(path)
    }

    /// Takes over what is at a path now.
    pub fn set(&mut self, path: &str, entry: Option<Entry>) {
        match entry {
            Some(entry) => self.0.insert(path.to_owned(), entry),
            None => self.0.remove(path),
        };
    }

    /// Lists what `later` has otherwise below `directory`, except where a pattern covers it.
    ///
    /// In a pattern, `*` stands for any text and `?` for one character. A pattern covers what is
    /// below the paths it names too, and a directory that is new only because it leads there.
    pub fn changes(&self, later: &Self, directory: &str, except: &[String]) -> Vec<String> {
        let below = format!("{directory}/");
        let covers: Vec<Glob> = except
            .iter()
            .map(|pattern| Glob::new(&format!("{below}{pattern}")))
            .collect();
        let paths: BTreeSet<&String> = self.0.keys().chain(later.0.keys()).collect();
        paths
            .into_iter()
            .filter(|path| path.starts_with(&below) && !covers.iter().any(|glob| glob.covers(path)))
            .filter_map(|path| match (self.get(path), later.get(path)) {
                (before, after) if before == after => None,
                (None, Some(Entry::Directory)) if covers.iter().any(|glob| glob.is_below(path)) => {
                    None
                }
                (None, Some(_)) => Some(format!("new: {path}")),
                (Some(_), None) => Some(format!("gone: {path}")),
                _ => Some(format!("changed: {path}")),
            })
            .collect()
    }
}

struct Glob {
    pattern: String,
    regex: Option<Regex>,
}

impl Glob {
    fn new(pattern: &str) -> Self {
        let body: String = pattern
            .chars()
            .map(|c| match c {
                '*' => ".*".to_owned(),
                '?' => ".".to_owned(),
                c => regex_lite::escape(&c.to_string()),
            })
            .collect();
        Self {
            pattern: pattern.to_owned(),
            regex: Regex::new(&format!("^(?s:{body})(?:/|$)")).ok(),
        }
    }

    fn covers(&self, path: &str) -> bool {
        self.regex
            .as_ref()
            .is_some_and(|regex| regex.is_match(path))
    }

    fn is_below(&self, directory: &str) -> bool {
        self.pattern
            .strip_prefix(directory)
            .is_some_and(|rest| rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Sandbox;

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::bare().unwrap();
        sandbox.write("ws/a.txt", "a").unwrap();
        sandbox.write("ws/sub/b.txt", "b").unwrap();
        sandbox
    }

    #[test]
    fn every_kind_of_change_is_named() {
        let sandbox = sandbox();
        let before = Tree::read(sandbox.root()).unwrap();
        sandbox.write("ws/a.txt", "other").unwrap();
        sandbox.write("ws/new/c.txt", "c").unwrap();
        sandbox.write("elsewhere/d.txt", "d").unwrap();
        fs::remove_file(sandbox.path("ws/sub/b.txt")).unwrap();
        fs::create_dir(sandbox.path("ws/sub/b.txt")).unwrap();
        let after = Tree::read(sandbox.root()).unwrap();
        assert_eq!(
            before.changes(&after, "ws", &[]),
            [
                "changed: ws/a.txt",
                "new: ws/new",
                "new: ws/new/c.txt",
                "changed: ws/sub/b.txt"
            ]
        );
        assert_eq!(
            after.changes(&before, "ws", &["sub".to_owned(), "a.*".to_owned()]),
            ["gone: ws/new", "gone: ws/new/c.txt"]
        );
    }

    #[test]
    fn a_pattern_excuses_the_directories_that_lead_to_it() {
        let sandbox = sandbox();
        let before = Tree::read(sandbox.root()).unwrap();
        sandbox
            .write("ws/.opencode/openwork/audit.jsonl", "{}")
            .unwrap();
        let after = Tree::read(sandbox.root()).unwrap();
        assert!(
            before
                .changes(&after, "ws", &[".opencode/openwork".to_owned()])
                .is_empty()
        );
        assert_eq!(
            before
                .changes(&after, "ws", &[".opencode/open".to_owned()])
                .len(),
            2
        );
    }
}
