//! Files that are looked at once.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{DirEntry, FileContents, FileError, Files, Location};
use crate::audit::AuditLine;
use crate::digest::FileDigest;
use crate::file_name::NameRules;
use crate::path::RelPath;

/// A look at other files that asks them for each thing once.
///
/// For looks that have to agree with each other, and that share most of what
/// they look at: changes that are planned together read the same layers. What
/// failed is asked for again.
pub struct CachedFiles<'f> {
    below: &'f dyn Files,
    read: RefCell<BTreeMap<Location, Option<FileContents>>>,
    digested: RefCell<BTreeMap<Location, Option<FileDigest>>>,
    listed: RefCell<BTreeMap<Location, Option<Vec<DirEntry>>>>,
    ancestors: OnceCell<usize>,
}

impl<'f> CachedFiles<'f> {
    /// Looks at `below`, of which nothing is known yet.
    pub fn new(below: &'f dyn Files) -> Self {
        Self {
            below,
            read: RefCell::default(),
            digested: RefCell::default(),
            listed: RefCell::default(),
            ancestors: OnceCell::new(),
        }
    }
}

impl Files for CachedFiles<'_> {
    fn read(&self, at: &Location, limit: u64) -> Result<Option<FileContents>, FileError> {
        // What was read under a larger limit must not slip past a smaller one: the
        // caller counts on the error.
        let fits = |known: &Option<FileContents>| {
            let size = known.as_ref().map_or(0, |contents| contents.len());
            size as u64 <= limit
        };
        if let Some(known) = self.read.borrow().get(at).filter(|known| fits(known)) {
            return Ok(known.clone());
        }
        // Errors are not kept. The next one who asks may have a larger limit, or a
        // disk that answers.
        let contents = self.below.read(at, limit)?;
        self.read.borrow_mut().insert(at.clone(), contents.clone());
        Ok(contents)
    }

    fn digest(&self, at: &Location) -> Result<Option<FileDigest>, FileError> {
        if let Some(known) = self.digested.borrow().get(at) {
            return Ok(*known);
        }
        let digest = self.below.digest(at)?;
        self.digested.borrow_mut().insert(at.clone(), digest);
        Ok(digest)
    }

    fn is_executable(&self, at: &Location) -> Result<bool, FileError> {
        self.below.is_executable(at)
    }

    fn modified(&self, at: &Location) -> Result<Option<u64>, FileError> {
        self.below.modified(at)
    }

    fn list(&self, at: &Location) -> Result<Option<Vec<DirEntry>>, FileError> {
        if let Some(known) = self.listed.borrow().get(at) {
            return Ok(known.clone());
        }
        let entries = self.below.list(at)?;
        self.listed.borrow_mut().insert(at.clone(), entries.clone());
        Ok(entries)
    }

    fn ancestors(&self) -> Result<usize, FileError> {
        if let Some(known) = self.ancestors.get() {
            return Ok(*known);
        }
        let found = self.below.ancestors()?;
        Ok(*self.ancestors.get_or_init(|| found))
    }

    fn absolute(&self, at: &Location) -> PathBuf {
        self.below.absolute(at)
    }

    fn check_target(&self, path: &RelPath) -> Result<(), FileError> {
        self.below.check_target(path)
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
    use std::cell::Cell;

    use super::*;
    use crate::files::MemoryFiles;

    /// Counts what reaches the files below.
    struct Counted {
        below: MemoryFiles,
        looks: Cell<usize>,
    }

    impl Counted {
        fn counted(&self) -> &MemoryFiles {
            self.looks.set(self.looks.get() + 1);
            &self.below
        }
    }

    impl Files for Counted {
        fn read(&self, at: &Location, limit: u64) -> Result<Option<FileContents>, FileError> {
            self.counted().read(at, limit)
        }
        fn digest(&self, at: &Location) -> Result<Option<FileDigest>, FileError> {
            self.counted().digest(at)
        }
        fn list(&self, at: &Location) -> Result<Option<Vec<DirEntry>>, FileError> {
            self.counted().list(at)
        }
        fn ancestors(&self) -> Result<usize, FileError> {
            self.counted().ancestors()
        }
        fn absolute(&self, at: &Location) -> PathBuf {
            self.below.absolute(at)
        }
        fn check_target(&self, path: &RelPath) -> Result<(), FileError> {
            self.counted().check_target(path)
        }
        fn last_write(&self) -> Result<Option<u64>, FileError> {
            self.counted().last_write()
        }
        fn newest_entries(&self, limit: usize) -> Result<Vec<AuditLine>, FileError> {
            self.counted().newest_entries(limit)
        }
    }

    fn at(path: &str) -> Location {
        Location::workspace(RelPath::new(path).unwrap())
    }

    #[test]
    fn each_thing_is_looked_at_once() {
        let below = MemoryFiles::new().with("d/a", "1234");
        let looks = Cell::new(0);
        let counted = Counted { below, looks };
        let files = CachedFiles::new(&counted);
        for _ in 0..3 {
            let read = files.read(&at("d/a"), 9).unwrap();
            assert_eq!(read.as_deref(), Some(&b"1234"[..]));
            assert_eq!(files.read(&at("d/b"), 9).unwrap(), None);
            let digest = files.digest(&at("d/a")).unwrap();
            assert_eq!(digest, Some(FileDigest::of(b"1234")));
            assert_eq!(files.list(&at("d")).unwrap().unwrap().len(), 1);
            assert_eq!(files.list(&at("e")).unwrap(), None);
            assert_eq!(files.ancestors().unwrap(), 0);
        }
        assert_eq!(counted.looks.get(), 6);
    }

    #[test]
    fn a_smaller_limit_still_counts() {
        let below = MemoryFiles::new().with("a", "1234");
        let files = CachedFiles::new(&below);
        assert!(files.read(&at("a"), 4).is_ok());
        let refused = files.read(&at("a"), 3);
        assert!(matches!(refused, Err(FileError::TooLarge { limit: 3, .. })));
    }
}
