//! Files as they will be once some edits are carried out.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::PathBuf;

use crate::plan::FileEdit;
use openwork_model::audit::AuditLine;
use openwork_model::digest::FileDigest;
use openwork_model::file_name::NameRules;
use openwork_model::files::names_below;
use openwork_model::files::{
    DirEntry, EntryKind, FileContents, FileError, FileRoot, Files, Location,
};
use openwork_model::path::RelPath;

/// A look at other files through edits that are not on disk yet.
///
/// Several changes to one workspace are planned one after another through it
/// and then committed together.
pub struct Overlay<'f> {
    below: &'f dyn Files,
    edited: BTreeMap<RelPath, Option<FileContents>>,
    /// Which of the edited files are programs.
    executable: BTreeMap<RelPath, bool>,
}

impl<'f> Overlay<'f> {
    /// Looks at `below` with no edits yet.
    pub fn new(below: &'f dyn Files) -> Self {
        Self {
            below,
            edited: BTreeMap::new(),
            executable: BTreeMap::new(),
        }
    }

    /// Lays edits on top of those already there.
    pub fn apply(&mut self, edits: &[FileEdit]) {
        for edit in edits {
            self.edited.insert(edit.path.clone(), edit.after.clone());
            // A file that is gone takes its mark along.
            let is_program = edit.after.is_none().then_some(false);
            if let Some(is_program) = is_program.or(edit.executable) {
                self.executable.insert(edit.path.clone(), is_program);
            }
        }
    }

    fn edit(&self, at: &Location) -> Option<&Option<FileContents>> {
        (at.root == FileRoot::Workspace)
            .then(|| self.edited.get(&at.path))
            .flatten()
    }

    /// Whether edits removed everything that `entry` of `dir` holds.
    fn emptied(&self, dir: &Location, entry: &DirEntry) -> bool {
        let Ok(path) = dir.path.join(&entry.name) else {
            return false;
        };
        let is_removed = |after: &Option<FileContents>| after.is_none();
        match entry.kind {
            EntryKind::Dir => {
                let touched = self.below(&path).any(|(_, after)| is_removed(after));
                touched && matches!(self.list(&Location::new(dir.root, path)), Ok(None))
            }
            EntryKind::File | EntryKind::Other => self.edited.get(&path).is_some_and(is_removed),
        }
    }

    /// The edits below a directory.
    fn below(&self, dir: &RelPath) -> impl Iterator<Item = (&RelPath, &Option<FileContents>)> {
        let prefix = match dir.as_str() {
            "" => String::new(),
            path => format!("{path}/"),
        };
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let edits = self.edited.range::<str, _>(from);
        edits.take_while(move |(path, _)| path.as_str().starts_with(&prefix))
    }

    fn added(&self, dir: &Location) -> BTreeMap<String, EntryKind> {
        let written = self.below(&dir.path).filter(|(_, after)| after.is_some());
        names_below(&dir.path, written.map(|(path, _)| path))
    }
}

impl Files for Overlay<'_> {
    fn read(&self, at: &Location, limit: u64) -> Result<Option<FileContents>, FileError> {
        match self.edit(at) {
            Some(after) => Ok(after.clone()),
            None => self.below.read(at, limit),
        }
    }

    fn digest(&self, at: &Location) -> Result<Option<FileDigest>, FileError> {
        match self.edit(at) {
            Some(after) => Ok(after.as_deref().map(FileDigest::of)),
            None => self.below.digest(at),
        }
    }

    fn is_executable(&self, at: &Location) -> Result<bool, FileError> {
        let is_here = at.root == FileRoot::Workspace;
        match self.executable.get(&at.path).filter(|_| is_here) {
            Some(executable) => Ok(*executable),
            None => self.below.is_executable(at),
        }
    }

    fn modified(&self, at: &Location) -> Result<Option<u64>, FileError> {
        // An edit that is carried out right now has no time yet.
        let is_edited = at.root == FileRoot::Workspace && self.edited.contains_key(&at.path);
        if is_edited {
            return Ok(None);
        }
        self.below.modified(at)
    }

    fn list(&self, at: &Location) -> Result<Option<Vec<DirEntry>>, FileError> {
        let below = self.below.list(at)?;
        if at.root != FileRoot::Workspace || self.edited.is_empty() {
            return Ok(below);
        }
        // A directory that was there and empty stays one. Only one that the edits have
        // emptied is gone, as a commit removes it.
        let existed = below.is_some();
        let kept = below
            .unwrap_or_else(Vec::new)
            .into_iter()
            .filter(|entry| !self.emptied(at, entry));
        let mut entries: BTreeMap<String, DirEntry> =
            kept.map(|entry| (entry.name.clone(), entry)).collect();
        for (name, kind) in self.added(at) {
            entries.insert(
                name.clone(),
                DirEntry {
                    name,
                    kind,
                    is_link: false,
                },
            );
        }
        let gone = entries.is_empty() && (!existed || self.below(&at.path).next().is_some());
        Ok((!gone).then(|| entries.into_values().collect()))
    }

    fn ancestors(&self) -> Result<usize, FileError> {
        self.below.ancestors()
    }

    fn absolute(&self, at: &Location) -> PathBuf {
        self.below.absolute(at)
    }

    fn check_target(&self, path: &RelPath) -> Result<(), FileError> {
        match self.edited.get(path) {
            Some(_) => Ok(()),
            None => self.below.check_target(path),
        }
    }

    fn name_rules(&self) -> NameRules {
        self.below.name_rules()
    }

    fn last_write(&self) -> Result<Option<u64>, FileError> {
        self.below.last_write()
    }

    fn newest_entries(&self, limit: usize) -> Result<Vec<AuditLine>, FileError> {
        self.below.newest_entries(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openwork_model::files::MemoryFiles;

    fn edit(path: &str, after: Option<&str>) -> FileEdit {
        let after = after.map(|text| text.as_bytes().into());
        FileEdit {
            path: RelPath::new(path).unwrap(),
            before: None,
            after,
            executable: None,
        }
    }

    fn names(files: &dyn Files, path: &str) -> Option<Vec<String>> {
        let at = Location::workspace(RelPath::new(path).unwrap());
        files
            .list(&at)
            .unwrap()
            .map(|entries| entries.into_iter().map(|e| e.name).collect())
    }

    #[test]
    fn edits_show_in_reads_and_lists() {
        let disk = MemoryFiles::new().with("d/a/x", "1").with("d/b/x", "2");
        let mut planned = Overlay::new(&disk);
        planned.apply(&[edit("d/a/x", None), edit("d/c/x", Some("3"))]);
        assert_eq!(
            names(&planned, "d"),
            Some(vec!["b".to_owned(), "c".to_owned()])
        );
        assert_eq!(names(&planned, "d/a"), None);
        let at = Location::workspace(RelPath::new("d/c/x").unwrap());
        assert_eq!(planned.read(&at, 9).unwrap().as_deref(), Some(&b"3"[..]));
    }

    #[test]
    fn what_lies_beside_a_directory_is_not_in_it() {
        let disk = MemoryFiles::new().with("d/x", "1").with("d-2/x", "2");
        let mut planned = Overlay::new(&disk);
        planned.apply(&[edit("d/x", None), edit("d.y", Some("3"))]);
        assert_eq!(names(&planned, "d"), None);
        assert_eq!(names(&planned, "d-2"), Some(vec!["x".to_owned()]));
        let top = Location::workspace(RelPath::root());
        let top = planned.list(&top).unwrap().unwrap();
        let top: Vec<&str> = top.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(top, ["d-2", "d.y"]);
    }

    #[test]
    fn very_many_edits_are_seen_in_a_moment() {
        let spent = |files: usize| {
            let mut disk = MemoryFiles::new();
            let mut edits = Vec::new();
            for n in 0..files {
                let path = RelPath::new(&format!("d/{n:05}")).unwrap();
                disk.insert(Location::workspace(path), b"1"[..].into());
                edits.push(edit(&format!("d/{n:05}"), None));
                edits.push(edit(&format!("d/new-{n:05}"), Some("2")));
            }
            let mut planned = Overlay::new(&disk);
            planned.apply(&edits);
            let begun = std::time::Instant::now();
            assert_eq!(names(&planned, "d").map(|names| names.len()), Some(files));
            begun.elapsed()
        };
        let (few, many) = (spent(2_000), spent(20_000));
        // Each compared with each would take a hundred times as long. Compared, as how
        // long either takes depends on the machine; a second is for other programs.
        let limit = 40 * few + std::time::Duration::from_secs(1);
        assert!(many < limit, "{many:?} {few:?}");
    }

    #[test]
    fn a_later_edit_wins() {
        let disk = MemoryFiles::new();
        let mut planned = Overlay::new(&disk);
        planned.apply(&[edit("f", Some("1")), edit("f", Some("2"))]);
        let at = Location::workspace(RelPath::new("f").unwrap());
        assert_eq!(planned.read(&at, 9).unwrap().as_deref(), Some(&b"2"[..]));
        assert_eq!(planned.digest(&at).unwrap(), Some(FileDigest::of(b"2")));
    }
}
