//! How far up a git worktree reaches.

use std::io;
use std::sync::Arc;

use openwork_model::files::{FileError, FileRoot, Location};
use openwork_model::path::RelPath;

use super::ConfinedReader;
use crate::cache::validators::Dependency;
use crate::fs::disk::{DiskDir, FileKind, read_to};

/// What a directory has that is a repository and no leftover.
const HEAD: &str = ".git/HEAD";

/// More than any `gitdir:` line holds.
const GIT_FILE: u64 = 16 << 10;

impl ConfinedReader<'_> {
    /// Directories above the workspace up to the worktree's root; none if
    /// there is no worktree, so that nothing outside of one is searched.
    pub(super) fn count_ancestors(&self) -> Result<usize, FileError> {
        let failed = |source| self.io(&Location::workspace(RelPath::root()), source);
        let dependency = |dir: &Arc<dyn DiskDir>, name: &str| {
            Dependency::Below(Arc::clone(dir), name.to_owned())
        };
        if self
            .is_worktree(&self.held.dir, &dependency)
            .map_err(failed)?
        {
            return Ok(0);
        }
        let resolved = self.resolved_workspace()?;
        for levels in 1.. {
            let Some(above) = resolved.above(levels) else {
                break;
            };
            let path = above.path();
            let dependency = |_: &Arc<dyn DiskDir>, name: &str| Dependency::At(path.join(name));
            let dir = above.dir().map_err(failed)?;
            if self.is_worktree(dir, &dependency).map_err(failed)? {
                self.check_local(levels)?;
                return Ok(levels);
            }
        }
        Ok(0)
    }

    /// Whether a directory holds a repository, or a worktree's file that
    /// points at one (gitrepository-layout(5)). A link counts as an end of
    /// the search: it is not followed.
    fn is_worktree(
        &self,
        dir: &Arc<dyn DiskDir>,
        dependency: &dyn Fn(&Arc<dyn DiskDir>, &str) -> Dependency,
    ) -> io::Result<bool> {
        let found = match dir.stat(".git") {
            Ok(stat) => stat,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.recorder
                    .borrow_mut()
                    .record_absent(dependency(dir, ".git"));
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        match found.kind {
            FileKind::Link => {
                self.recorder.borrow_mut().mark_uncacheable();
                Ok(true)
            }
            FileKind::Dir => {
                self.recorder
                    .borrow_mut()
                    .record_identity(dependency(dir, ".git"), found.id);
                self.has_head(dir, dependency)
            }
            FileKind::File => {
                self.recorder
                    .borrow_mut()
                    .record_version(dependency(dir, ".git"), found);
                let text = read_to(&*dir.open_file(".git")?, found.size.min(GIT_FILE), GIT_FILE)?;
                Ok(text.starts_with(b"gitdir:"))
            }
            FileKind::Special => {
                self.recorder.borrow_mut().mark_uncacheable();
                Ok(false)
            }
        }
    }

    fn has_head(
        &self,
        dir: &Arc<dyn DiskDir>,
        dependency: &dyn Fn(&Arc<dyn DiskDir>, &str) -> Dependency,
    ) -> io::Result<bool> {
        let head = HEAD;
        match dir.stat(head) {
            Ok(stat) => {
                self.recorder
                    .borrow_mut()
                    .record_version(dependency(dir, head), stat);
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.recorder
                    .borrow_mut()
                    .record_absent(dependency(dir, head));
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn check_local(&self, levels: usize) -> Result<(), FileError> {
        for level in 1..=levels {
            let dir = self.root(FileRoot::Ancestor(level))?;
            if !dir.is_some_and(|dir| dir.is_local()) {
                self.recorder.borrow_mut().mark_uncacheable();
            }
        }
        Ok(())
    }
}
