//! How a location is reached.

use std::io;
use std::sync::Arc;

use openwork_model::files::{FileError, Location};

use super::ConfinedReader;
use crate::cache::validators::Dependency;
use crate::fs::disk::DiskDir;

/// An open directory and the rest of a path below it.
pub(super) struct LinkWay {
    pub(super) base: Arc<dyn DiskDir>,
    pub(super) rest: String,
    /// Whether the base was listed: then its own state covers the names
    /// directly in it.
    listed: bool,
}

impl LinkWay {
    /// What an answer from here depends on.
    pub(super) fn dependency(&self) -> Dependency {
        let base = Arc::clone(&self.base);
        if self.rest.is_empty() {
            Dependency::Itself(base)
        } else {
            Dependency::Below(base, self.rest.clone())
        }
    }

    /// What an answer depends on if a directory here is held open.
    pub(super) fn dependency_of(&self, dir: &Arc<dyn DiskDir>) -> Dependency {
        if self.listed && !self.rest.contains('/') {
            Dependency::Itself(Arc::clone(dir))
        } else {
            self.dependency()
        }
    }

    /// Opens the location as a directory.
    pub(super) fn open_dir(&self) -> io::Result<Arc<dyn DiskDir>> {
        if self.rest.is_empty() {
            return Ok(Arc::clone(&self.base));
        }
        self.base.open_dir(&self.rest)
    }
}

impl ConfinedReader<'_> {
    /// How to reach a location; `None` if its root does not exist.
    pub(super) fn locate(&self, at: &Location) -> Result<Option<LinkWay>, FileError> {
        let nearest = self.recorder.borrow().nearest(at);
        if let Some((base, rest)) = nearest {
            self.recorder
                .borrow_mut()
                .record_passed(at, &base, &rest, 1);
            let listed = true;
            return Ok(Some(LinkWay { base, rest, listed }));
        }
        let Some(base) = self.root(at.root)? else {
            return Ok(None);
        };
        let rest = at.path.as_str().to_owned();
        self.recorder
            .borrow_mut()
            .record_passed(at, &base, &rest, 0);
        let listed = false;
        Ok(Some(LinkWay { base, rest, listed }))
    }
}
