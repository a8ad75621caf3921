//! Paths that were resolved before.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{FoundEntry, Resolution, ResolvedPath};
use crate::fs::disk::Disk;

/// Resolved paths, by the path that was asked for.
///
/// Resolving a path opens every directory of it. A known one is checked
/// instead, one call for each directory: it is given again only if every name
/// still leads to the directory that is held open.
#[derive(Debug)]
pub(crate) struct KnownTrails {
    keeps: bool,
    known: Mutex<HashMap<PathBuf, KnownPaths>>,
}

/// How far a path leads.
#[derive(Debug, Clone)]
struct KnownPaths {
    resolved: ResolvedPath,
    /// The name in that directory that was not there, if one was not.
    missing: Option<String>,
}

impl KnownTrails {
    /// No paths yet; and none later, unless it `keeps` their directories open.
    pub(crate) fn new(keeps: bool) -> Self {
        let known = Mutex::default();
        Self { keeps, known }
    }

    /// Follows an absolute path to a directory, as [`ResolvedPath::to`] does.
    pub(crate) fn to(&self, disk: &dyn Disk, path: &Path) -> io::Result<Option<ResolvedPath>> {
        let known = self.entries().get(path).cloned();
        if let Some(known) = known.filter(KnownPaths::still_holds) {
            return Ok(known.resolved());
        }
        let FoundEntry { end, linked } = ResolvedPath::find(disk, path)?;
        let found = match end {
            Resolution::Dir(resolved) => Some(KnownPaths {
                resolved,
                missing: None,
            }),
            Resolution::Absent(resolved, name) => Some(KnownPaths {
                resolved,
                missing: Some(name),
            }),
            Resolution::Leaf(..) => None,
        };
        // Where a link leads cannot be seen from the directories, so such a
        // path is resolved each time.
        match found.clone().filter(|_| !linked && self.keeps) {
            Some(known) => drop(self.entries().insert(path.to_owned(), known)),
            None => drop(self.entries().remove(path)),
        }
        Ok(found.and_then(KnownPaths::resolved))
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<PathBuf, KnownPaths>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KnownPaths {
    fn still_holds(&self) -> bool {
        self.resolved.still_leads() && self.missing.as_deref().is_none_or(|name| self.lacks(name))
    }

    fn lacks(&self, name: &str) -> bool {
        let found = self.resolved.dir().and_then(|dir| dir.stat(name));
        found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    }

    /// The directory, if the path leads to one.
    fn resolved(self) -> Option<ResolvedPath> {
        self.missing.is_none().then_some(self.resolved)
    }
}

#[cfg(test)]
#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    reason = "tests lay out their files themselves"
)]
mod tests {
    use std::fs::{create_dir, rename};
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::fs::disk::NativeDisk;

    /// What the trails know of a path is what following it finds.
    fn agree(known: &KnownTrails, path: &Path) -> Option<PathBuf> {
        let id = |resolved: &ResolvedPath| resolved.id().unwrap();
        let (again, anew) = (
            known.to(&NativeDisk, path),
            ResolvedPath::to(&NativeDisk, path),
        );
        let (again, anew) = (again.unwrap(), anew.unwrap());
        assert_eq!(again.as_ref().map(id), anew.as_ref().map(id));
        let path = |resolved: ResolvedPath| resolved.path();
        assert_eq!(again.clone().map(path), anew.map(path));
        again.map(path)
    }

    #[test]
    fn a_directory_that_moved_is_followed_anew() {
        let place = tempfile::tempdir().unwrap();
        let place = place.path().canonicalize().unwrap();
        let (known, path) = (KnownTrails::new(true), place.join("a/b"));
        assert_eq!(agree(&known, &path), None);
        assert_eq!(agree(&known, &path), None);
        create_dir(place.join("a")).unwrap();
        assert_eq!(agree(&known, &path), None);
        create_dir(&path).unwrap();
        assert_eq!(agree(&known, &path), Some(path.clone()));
        assert_eq!(agree(&known, &path), Some(path.clone()));

        rename(place.join("a"), place.join("c")).unwrap();
        assert_eq!(agree(&known, &path), None);
        symlink("c", place.join("a")).unwrap();
        assert_eq!(agree(&known, &path), Some(place.join("c/b")));

        // The path leads to the same directory as before, by another way.
        let other = place.join("d");
        create_dir(&other).unwrap();
        rename(place.join("c/b"), other.join("b")).unwrap();
        assert_eq!(agree(&known, &path), None);
        std::fs::remove_file(place.join("a")).unwrap();
        rename(other, place.join("a")).unwrap();
        assert_eq!(agree(&known, &path), Some(path.clone()));
    }

    #[test]
    fn what_replaces_a_directory_is_another() {
        let place = tempfile::tempdir().unwrap();
        let place = place.path().canonicalize().unwrap();
        let (known, path) = (KnownTrails::new(true), place.join("a"));
        for _ in 0..2 {
            create_dir(&path).unwrap();
            agree(&known, &path);
            std::fs::remove_dir(&path).unwrap();
        }
        std::fs::write(&path, "").unwrap();
        assert_eq!(agree(&known, &path), None);
    }
}
