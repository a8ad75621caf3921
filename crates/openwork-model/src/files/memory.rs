//! Files in memory, for tests and for programs without a disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::names::names_below;
use super::{DirEntry, EntryKind, FileContents, FileError, FileRoot, Files, Location};
use crate::audit::{AuditEntry, AuditLine};
use crate::file_name::NameRules;
use crate::path::RelPath;

/// Where the workspace is, unless that was said.
/// When all files last changed: a map knows nothing of time.
const MODIFIED: u64 = 1_700_000_000_000;
const WORKSPACE: &str = "/w/s/ws";

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
    executable: BTreeSet<Location>,
    ancestors: usize,
    last_write: Option<u64>,
    entries: Vec<AuditEntry>,
    /// `None`: that of most fixtures.
    workspace: Option<PathBuf>,
    /// `None`: every name is its own.
    name_rules: Option<NameRules>,
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

    /// With a path of the workspace, absolute, for people and for links between
    /// files; the default is `/w/s/ws`.
    #[must_use]
    pub fn with_path(mut self, workspace: impl Into<PathBuf>) -> Self {
        self.workspace = Some(workspace.into());
        self
    }

    /// As if on a file system that takes names so. The map itself tells all
    /// names apart.
    #[must_use]
    pub fn with_name_rules(mut self, rules: NameRules) -> Self {
        self.name_rules = Some(rules);
        self
    }

    /// Puts a file, replacing what is there.
    pub fn insert(&mut self, at: Location, contents: FileContents) {
        self.files.insert(at, contents);
    }

    /// Makes a file a program, or none.
    pub fn set_executable(&mut self, at: Location, executable: bool) {
        if executable {
            self.executable.insert(at);
        } else {
            self.executable.remove(&at);
        }
    }

    /// Takes a file away.
    pub fn remove(&mut self, at: &Location) -> Option<FileContents> {
        self.executable.remove(at);
        self.files.remove(at)
    }

    /// Sets the time of the newest audit entry.
    pub fn set_last_write(&mut self, at: Option<u64>) {
        self.last_write = at;
    }

    /// Adds an entry to the audit log.
    pub fn push_entry(&mut self, entry: AuditEntry) {
        self.last_write = Some(entry.timestamp);
        self.entries.push(entry);
    }

    /// The entries of the audit log, oldest first.
    pub fn log(&self) -> &[AuditEntry] {
        &self.entries
    }

    /// The path of the workspace.
    pub fn path(&self) -> &Path {
        self.workspace.as_deref().unwrap_or(Path::new(WORKSPACE))
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

    fn is_executable(&self, at: &Location) -> Result<bool, FileError> {
        Ok(self.executable.contains(at))
    }

    fn modified(&self, at: &Location) -> Result<Option<u64>, FileError> {
        Ok(self.files.contains_key(at).then_some(MODIFIED))
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
            FileRoot::Workspace => self.path(),
            FileRoot::Ancestor(up) => self.path().ancestors().nth(up).unwrap_or(Path::new("/")),
            FileRoot::Global => Path::new("/home/.config/opencode"),
            FileRoot::Home => Path::new("/home"),
            FileRoot::Custom => Path::new("/custom"),
        };
        below(root, &at.path)
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

    fn name_rules(&self) -> NameRules {
        self.name_rules.unwrap_or(NameRules::EXACT)
    }

    fn last_write(&self) -> Result<Option<u64>, FileError> {
        Ok(self.last_write)
    }

    fn newest_entries(&self, limit: usize) -> Result<Vec<AuditLine>, FileError> {
        let newest = self.entries.iter().rev().take(limit);
        let lines: Result<_, _> = newest.map(AuditLine::try_from).collect();
        lines
            .map_err(|error: serde_json::Error| FileError::io(self.path().to_owned(), error.into()))
    }
}

/// A path below a root. These files lie in no system's tree, so that one that
/// is written with `/` stays so everywhere, and what is said of it reads alike.
fn below(root: &Path, path: &RelPath) -> PathBuf {
    match root.to_str() {
        Some(root) if root.starts_with('/') && !path.is_root() => {
            format!("{}/{}", root.trim_end_matches('/'), path.as_str()).into()
        }
        _ => path.below(root),
    }
}
