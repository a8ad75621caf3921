//! Files in memory, for tests and for programs without a disk.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::names::names_below;
use super::{DirEntry, EntryKind, FileContents, FileError, FileRoot, Files, Location};
use crate::audit::AuditLine;
use crate::path::RelPath;

/// Whether what is behind a link may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MemoryLink {
    Followed,
    Refused,
}

/// A map of locations to contents. Directories exist where files lie below.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<Location, FileContents>,
    links: BTreeMap<Location, MemoryLink>,
    ancestors: usize,
    last_write: Option<u64>,
}

impl MemoryFiles {
    /// No files at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a file in the workspace.
    ///
    /// # Panics
    ///
    /// If `path` is no relative path.
    #[must_use]
    pub fn with(self, path: &str, text: &str) -> Self {
        self.with_at(FileRoot::Workspace, path, text)
    }

    /// With a file below any root.
    ///
    /// # Panics
    ///
    /// If `path` is no relative path.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the paths of fixtures are literals")]
    pub fn with_at(mut self, root: FileRoot, path: &str, text: &str) -> Self {
        let path = RelPath::new(path).expect("a fixture's path is relative");
        self.insert(Location::new(root, path), text.as_bytes().into());
        self
    }

    /// With that many directories above the workspace in its worktree.
    #[must_use]
    pub fn with_ancestors(mut self, ancestors: usize) -> Self {
        self.ancestors = ancestors;
        self
    }

    /// With a link in the workspace that may not be followed.
    ///
    /// # Panics
    ///
    /// If `path` is no relative path.
    #[must_use]
    pub fn with_refused(self, path: &str) -> Self {
        self.with_linked(path, MemoryLink::Refused)
    }

    /// With a link in the workspace that may be followed. What lies at `path`
    /// or below it is what the link leads to.
    ///
    /// # Panics
    ///
    /// If `path` is no relative path.
    #[must_use]
    pub fn with_link(self, path: &str) -> Self {
        self.with_linked(path, MemoryLink::Followed)
    }

    /// Puts a file, replacing what is there.
    pub fn insert(&mut self, at: Location, contents: FileContents) {
        self.files.insert(at, contents);
    }

    /// Takes a file away.
    pub fn remove(&mut self, at: &Location) -> Option<FileContents> {
        self.files.remove(at)
    }

    /// Sets the time of the newest audit entry.
    pub fn set_last_write(&mut self, at: Option<u64>) {
        self.last_write = at;
    }

    /// The text of a file of the workspace, for assertions.
    pub fn text(&self, path: &str) -> Option<String> {
        let at = Location::workspace(RelPath::new(path).ok()?);
        self.files
            .get(&at)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    #[expect(clippy::expect_used, reason = "the paths of fixtures are literals")]
    fn with_linked(mut self, path: &str, link: MemoryLink) -> Self {
        let path = RelPath::new(path).expect("a fixture's path is relative");
        self.links.insert(Location::workspace(path), link);
        self
    }

    fn refuse(&self, at: &Location, refused: impl Fn(MemoryLink) -> bool) -> Result<(), FileError> {
        let passes = |link: &Location| link.root == at.root && at.path.is_below(&link.path);
        match self
            .links
            .iter()
            .find(|(link, kind)| passes(link) && refused(**kind))
        {
            Some((link, _)) => Err(FileError::Link {
                path: self.absolute(link),
            }),
            None => Ok(()),
        }
    }

    fn below<'a>(&'a self, at: &'a Location) -> impl Iterator<Item = &'a Location> {
        let starts_so = |file: &&Location| {
            file.root == at.root && file.path.as_str().starts_with(at.path.as_str())
        };
        let strictly = |file: &&Location| file.path.is_below(&at.path) && file.path != at.path;
        let from_here = self.files.range(at..).map(|(file, _)| file);
        from_here.take_while(starts_so).filter(strictly)
    }

    /// The names directly below a directory and what they are, links aside.
    fn names(&self, at: &Location) -> BTreeMap<String, EntryKind> {
        names_below(&at.path, self.below(at).map(|file| &file.path))
    }
}

impl Files for MemoryFiles {
    fn read(&self, at: &Location, limit: u64) -> Result<Option<FileContents>, FileError> {
        self.refuse(at, |link| link == MemoryLink::Refused)?;
        match self.files.get(at) {
            Some(bytes) if bytes.len() as u64 > limit => Err(FileError::TooLarge {
                path: self.absolute(at),
                limit,
            }),
            Some(bytes) => Ok(Some(FileContents::clone(bytes))),
            None if self.below(at).next().is_some() => Err(FileError::NotRegular {
                path: self.absolute(at),
            }),
            None => Ok(None),
        }
    }

    fn list(&self, at: &Location) -> Result<Option<Vec<DirEntry>>, FileError> {
        self.refuse(at, |link| link == MemoryLink::Refused)?;
        if self.files.contains_key(at) {
            return Err(FileError::NotRegular {
                path: self.absolute(at),
            });
        }
        let mut entries: BTreeMap<String, DirEntry> = BTreeMap::new();
        for (name, kind) in self.names(at) {
            entries.insert(
                name.clone(),
                DirEntry {
                    name,
                    kind,
                    is_link: false,
                },
            );
        }
        for (link, followed) in &self.links {
            let is_here = link.root == at.root && link.path.parent().as_ref() == Some(&at.path);
            let Some(name) = link.path.file_name().filter(|_| is_here) else {
                continue;
            };
            let kind = entries
                .get(name)
                .map_or(EntryKind::Other, |entry| entry.kind);
            let kind = if *followed == MemoryLink::Followed {
                kind
            } else {
                EntryKind::Other
            };
            entries.insert(
                name.to_owned(),
                DirEntry {
                    name: name.to_owned(),
                    kind,
                    is_link: true,
                },
            );
        }
        Ok((!entries.is_empty()).then(|| entries.into_values().collect()))
    }

    fn ancestors(&self) -> Result<usize, FileError> {
        Ok(self.ancestors)
    }

    fn absolute(&self, at: &Location) -> PathBuf {
        let root = match at.root {
            FileRoot::Workspace => "/w/s/ws".to_owned(),
            FileRoot::Ancestor(up) => ["/w/s", "/w"]
                .get(up.wrapping_sub(1))
                .unwrap_or(&"/")
                .to_string(),
            FileRoot::Global => "/home/.config/opencode".to_owned(),
            FileRoot::Home => "/home".to_owned(),
            FileRoot::Custom => "/custom".to_owned(),
        };
        at.path.below(root.as_ref())
    }

    fn check_target(&self, path: &RelPath) -> Result<(), FileError> {
        let at = Location::workspace(path.clone());
        self.refuse(&at, |_| true)?;
        match self.below(&at).next() {
            Some(_) => Err(FileError::NotRegular {
                path: self.absolute(&at),
            }),
            None => Ok(()),
        }
    }

    fn last_write(&self) -> Result<Option<u64>, FileError> {
        Ok(self.last_write)
    }

    /// There is no log in memory.
    fn newest_entries(&self, _limit: usize) -> Result<Vec<AuditLine>, FileError> {
        Ok(Vec::new())
    }
}
