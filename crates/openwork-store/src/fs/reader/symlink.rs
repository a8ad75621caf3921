//! Links met on reading: followed only into authorised roots.

use std::io;
use std::sync::Arc;

use openwork_model::files::{DirEntry, EntryKind, FileError, FileRoot, Files as _, Location};

use super::{ConfinedReader, OpenedNode, below};
use crate::cache::validators::Dependency;
use crate::fs::disk::FileKind;
use crate::fs::resolve::{FoundEntry, Resolution, ResolvedPath};

/// An answer that needed a link is not kept: too much would have to be checked
/// to see that it still leads there.
impl ConfinedReader<'_> {
    /// Opens a file that could not be opened directly, following links.
    pub(super) fn open_through_links(
        &self,
        at: &Location,
        error: io::Error,
    ) -> Result<Option<OpenedNode>, FileError> {
        let Some(found) = self.find(at, error)? else {
            return Ok(None);
        };
        let Resolution::Leaf(resolved, name, stat) = found else {
            return Err(FileError::NotRegular {
                path: self.absolute(at),
            });
        };
        if stat.kind != FileKind::File {
            return Err(FileError::NotRegular {
                path: self.absolute(at),
            });
        }
        let dir = resolved.dir().map_err(|source| self.io(at, source))?;
        let file = dir.open_file(&name).map_err(|source| self.io(at, source))?;
        Ok(Some((Dependency::Below(Arc::clone(dir), name), file)))
    }

    /// Lists a directory that could not be opened directly, following links.
    pub(super) fn list_through_links(
        &self,
        at: &Location,
        error: io::Error,
    ) -> Result<Option<Vec<DirEntry>>, FileError> {
        let Some(found) = self.find(at, error)? else {
            return Ok(None);
        };
        let Resolution::Dir(resolved) = found else {
            return Err(FileError::NotRegular {
                path: self.absolute(at),
            });
        };
        let dir = resolved.dir().map_err(|source| self.io(at, source))?;
        self.list_open(at, Dependency::At(resolved.path()), dir)
            .map(Some)
    }

    /// What kind of thing a link in a directory leads to.
    pub(super) fn linked_kind(&self, dir: &Location, name: &str) -> EntryKind {
        let link = dir
            .path
            .join(name)
            .ok()
            .map(|path| Location::new(dir.root, path));
        let found = link
            // Nothing has failed yet; the error would only be given back where
            // no link is met, and here one is.
            .and_then(|at| self.find(&at, io::ErrorKind::Other.into()).ok())
            .flatten();
        match found {
            Some(Resolution::Dir(_)) => EntryKind::Dir,
            Some(Resolution::Leaf(_, _, stat)) if stat.kind == FileKind::File => EntryKind::File,
            _ => EntryKind::Other,
        }
    }

    /// Follows a location from its root, refusing what a link leads out to.
    /// `None` if there is nothing and no link was to blame for `error`.
    fn find(&self, at: &Location, error: io::Error) -> Result<Option<Resolution>, FileError> {
        // Not cached: every directory and link on the way would have to be
        // looked at again, and links are rare in these files.
        self.recorder.borrow_mut().mark_uncacheable();
        let Some(root) = self.resolved_root(at.root)? else {
            return Ok(None);
        };
        let refused = || FileError::Link {
            path: self.absolute(at),
        };
        let FoundEntry { end, linked } = match root.follow(below(&at.path)) {
            Ok(found) => found,
            Err(followed) => return Err(self.lost(at, &followed, error)),
        };
        if linked && self.leads_to_withheld(&end) {
            return Err(self.withheld_at(at));
        }
        match &end {
            Resolution::Absent(..) if linked => Err(refused()),
            Resolution::Absent(..) => Ok(None),
            Resolution::Dir(resolved) | Resolution::Leaf(resolved, ..)
                if linked && !self.may_enter(at.root, resolved) =>
            {
                Err(refused())
            }
            // Without a link in the way, what failed first still counts.
            Resolution::Leaf(_, _, stat) if !linked && stat.kind == FileKind::File => {
                Err(self.io(at, error))
            }
            Resolution::Dir(_) | Resolution::Leaf(..) => Ok(Some(end)),
        }
    }

    fn lost(&self, at: &Location, followed: &io::Error, error: io::Error) -> FileError {
        match followed.kind() {
            io::ErrorKind::NotADirectory => FileError::NotRegular {
                path: self.absolute(at),
            },
            // A loop, or a target that is no text.
            io::ErrorKind::InvalidInput => FileError::Link {
                path: self.absolute(at),
            },
            _ => self.io(at, error),
        }
    }

    fn may_enter(&self, from: FileRoot, resolved: &ResolvedPath) -> bool {
        let allowed = self.context.anchor.allowed(&self.held);
        let own = match from {
            FileRoot::Global | FileRoot::Custom => self
                .resolved_root(from)
                .ok()
                .flatten()
                .and_then(|root| root.id().ok()),
            FileRoot::Workspace | FileRoot::Ancestor(_) | FileRoot::Home => None,
        };
        allowed
            .into_iter()
            .chain(own)
            .any(|root| resolved.is_in(root))
    }
}
