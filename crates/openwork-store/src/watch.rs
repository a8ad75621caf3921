//! Noticing that others change files.
//!
//! The system says that something happened near a file, never reliably what. So
//! a watch only calls; what has changed is found by a survey. Directories are
//! watched by name, which is safe because nothing is read through them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Config, ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};
use openwork_change::event::{may_change_engine, watched_directories};
use openwork_change::store::{ChangedCallback, FileWatch, WatchError};
use openwork_model::path::RelPath;

/// The watch of one workspace's directories.
pub(crate) struct DirectoryWatch {
    watcher: RecommendedWatcher,
    root: PathBuf,
}

impl DirectoryWatch {
    /// Watches the directories that are there, and calls from a thread of its
    /// own.
    pub(crate) fn new(root: &Path, changed: ChangedCallback) -> Result<Self, WatchError> {
        let below = root.to_owned();
        let tell = move |event: notify::Result<Event>| {
            // An error may mean that events were lost, so it counts as a
            // change.
            if event.map_or(true, |event| may_matter(&event, &below)) {
                changed();
            }
        };
        // A link may lead to any tree, even in circles.
        let config = Config::default().with_follow_symlinks(false);
        let watcher =
            RecommendedWatcher::new(tell, config).map_err(|error| refused(root, error))?;
        let mut watch = Self {
            watcher,
            root: root.to_owned(),
        };
        watch.renew()?;
        Ok(watch)
    }
}

impl FileWatch for DirectoryWatch {
    fn renew(&mut self) -> Result<(), WatchError> {
        for (path, mode) in watched(&self.root, AS_A_WHOLE) {
            // The directory may be another one by now. That it was not watched
            // is no error.
            let _ = self.watcher.unwatch(&path);
            match self.watcher.watch(&path, mode) {
                Err(error) if !is_absent(&path, &error) => return Err(refused(&path, error)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether the workspace is watched as a whole.
///
/// A watch on Windows has its directory open, and no directory can be renamed
/// there while one below it is. So only the workspace's own is watched, with all
/// that lies below it.
const AS_A_WHOLE: bool = cfg!(windows);

/// The directories to watch, and how far down.
fn watched(root: &Path, as_a_whole: bool) -> Vec<(PathBuf, RecursiveMode)> {
    if as_a_whole {
        return vec![(root.to_owned(), RecursiveMode::Recursive)];
    }
    let mode = |below| {
        if below {
            RecursiveMode::Recursive
        } else {
            RecursiveMode::NonRecursive
        }
    };
    watched_directories()
        .map(|(path, below)| (path.below(root), mode(below)))
        .collect()
}

/// Whether a file that the engine loads may be another one now. Reading counts
/// for nothing, or every look would call for the next.
fn may_matter(event: &Event, root: &Path) -> bool {
    let is_read = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        _ => false,
    };
    !is_read && (event.need_rescan() || event.paths.iter().any(|path| is_near(path, root)))
}

fn is_near(path: &Path, root: &Path) -> bool {
    // Some systems report the resolved path; then everything counts.
    let Ok(path) = path.strip_prefix(root) else {
        return true;
    };
    let mut below = RelPath::root();
    for component in path {
        let joined = component.to_str().and_then(|name| below.join(name).ok());
        let Some(joined) = joined else {
            return false;
        };
        below = joined;
    }
    may_change_engine(&below)
}

/// Whether a directory is not watched because there is none.
fn is_absent(path: &Path, error: &notify::Error) -> bool {
    let absent = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(source) => absent.contains(&source.kind()),
        // On Windows there is a text for it and nothing else.
        ErrorKind::Generic(_) => !path.is_dir(),
        _ => false,
    }
}

fn refused(path: &Path, error: notify::Error) -> WatchError {
    WatchError::Refused {
        path: path.to_owned(),
        source: Arc::new(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);
    /// Long enough for what was done before to be told.
    const QUIET: Duration = Duration::from_millis(150);

    fn watch(root: &Path) -> (DirectoryWatch, Receiver<()>) {
        let (tell, told) = channel();
        let changed = move || {
            let _ = tell.send(());
        };
        (DirectoryWatch::new(root, Box::new(changed)).unwrap(), told)
    }

    fn write(root: &Path, path: &str) {
        let path = root.join(path);
        fs::DirBuilder::new()
            .recursive(true)
            .create(path.parent().unwrap())
            .unwrap();
        let mut file = fs::File::create(path).unwrap();
        io::Write::write_all(&mut file, b"x").unwrap();
    }

    fn is_told(told: &Receiver<()>) -> bool {
        let was_told = told.recv_timeout(SOON).is_ok();
        while told.recv_timeout(QUIET).is_ok() {}
        was_told
    }

    #[test]
    #[cfg_attr(windows, ignore = "Wine 8 watches no directory below that was there")]
    fn files_that_matter_are_noticed_and_others_are_not() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), ".opencode/skills/a/SKILL.md");
        let (_watch, told) = watch(root.path());
        write(root.path(), ".opencode/skills/a/SKILL.md");
        assert!(is_told(&told));
        write(root.path(), "opencode.jsonc");
        assert!(is_told(&told));
        for beside in [
            ".opencode/openwork.json",
            "README.md",
            ".opencode/openwork/audit.jsonl",
        ] {
            write(root.path(), beside);
        }
        drop(fs::File::open(root.path().join("opencode.jsonc")).unwrap());
        assert!(told.recv_timeout(QUIET).is_err());
    }

    #[test]
    #[cfg_attr(windows, ignore = "Wine 8 watches no directory below that was there")]
    fn directories_that_come_later_are_taken_in() {
        let root = tempfile::tempdir().unwrap();
        let (mut watch, told) = watch(root.path());
        write(root.path(), ".opencode/commands/a.md");
        assert!(is_told(&told));
        watch.renew().unwrap();
        write(root.path(), ".opencode/commands/b.md");
        assert!(is_told(&told));
    }

    #[test]
    fn files_in_the_workspace_itself_are_noticed() {
        let root = tempfile::tempdir().unwrap();
        let (mut watch, told) = watch(root.path());
        write(root.path(), "opencode.jsonc");
        assert!(is_told(&told));
        watch.renew().unwrap();
        write(root.path(), "README.md");
        assert!(told.recv_timeout(QUIET).is_err());
        write(root.path(), "opencode.jsonc");
        assert!(is_told(&told));
    }

    #[test]
    fn a_workspace_that_is_not_there_is_not_watched() {
        let root = tempfile::tempdir().unwrap();
        let (_watch, told) = watch(&root.path().join("gone"));
        assert!(told.recv_timeout(QUIET).is_err());
    }

    #[test]
    fn a_workspace_is_watched_as_a_whole_too() {
        let root = tempfile::tempdir().unwrap();
        let whole = watched(root.path(), true);
        assert_eq!(whole, [(root.path().to_owned(), RecursiveMode::Recursive)]);
        let parts = watched(root.path(), false);
        assert!(parts.len() > 1 && parts.iter().all(|(path, _)| path.starts_with(root.path())));
    }

    #[test]
    fn an_error_without_a_kind_says_nothing_of_a_directory_that_is_there() {
        let root = tempfile::tempdir().unwrap();
        let error = notify::Error::generic("neither a file nor a directory");
        assert!(is_absent(&root.path().join("gone"), &error));
        assert!(!is_absent(root.path(), &error));
    }
}
