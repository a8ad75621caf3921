//! The directories that locations are relative to, opened when first needed.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;

use openwork_model::files::{FileError, FileRoot, Location};
use openwork_model::path::RelPath;

use super::ConfinedReader;
use crate::cache::validators::Dependency;
use crate::fs::disk::DiskDir;
use crate::fs::resolve::ResolvedPath;

/// The roots outside of the workspace; `None` for one that does not exist.
#[derive(Debug, Default)]
pub(super) struct AuthorisedRoots {
    global: OnceCell<Option<ResolvedPath>>,
    home: OnceCell<Option<ResolvedPath>>,
    custom: OnceCell<Option<ResolvedPath>>,
}

impl ConfinedReader<'_> {
    /// The open directory of a root, if it exists.
    pub(super) fn root(&self, root: FileRoot) -> Result<Option<Arc<dyn DiskDir>>, FileError> {
        if root == FileRoot::Workspace {
            return Ok(Some(Arc::clone(&self.held.dir)));
        }
        let Some(trail) = self.root_trail(root)? else {
            return Ok(None);
        };
        trail
            .dir()
            .map(|dir| Some(Arc::clone(dir)))
            .map_err(|source| self.io(&top(root), source))
    }

    /// The directory of a root and all that it lies in.
    pub(super) fn root_trail(&self, root: FileRoot) -> Result<Option<ResolvedPath>, FileError> {
        match root {
            FileRoot::Workspace => self.trail().map(|trail| Some(trail.clone())),
            FileRoot::Ancestor(levels) => Ok(self.trail()?.above(levels)),
            FileRoot::Global => self.outside(root, &self.roots.global, self.scene.global.as_ref()),
            FileRoot::Home => self.outside(root, &self.roots.home, self.scene.home.as_ref()),
            FileRoot::Custom => self.outside(root, &self.roots.custom, self.scene.custom.as_ref()),
        }
    }

    /// The path of a root, for people.
    pub(super) fn root_path(&self, root: FileRoot) -> PathBuf {
        let workspace = self.scene.anchor.path();
        match root {
            FileRoot::Workspace => workspace.to_owned(),
            FileRoot::Ancestor(levels) => {
                match self.trail.get().and_then(|trail| trail.above(levels)) {
                    // The parents that were searched are those of the directory
                    // itself, not those of a link that leads to it.
                    Some(trail) => trail.path(),
                    None => workspace
                        .ancestors()
                        .nth(levels)
                        .unwrap_or(workspace)
                        .to_owned(),
                }
            }
            FileRoot::Global => self.scene.global.clone().unwrap_or_default(),
            FileRoot::Home => self.scene.home.clone().unwrap_or_default(),
            FileRoot::Custom => self.scene.custom.clone().unwrap_or_default(),
        }
    }

    /// The workspace's directory and all that it lies in.
    pub(super) fn trail(&self) -> Result<&ResolvedPath, FileError> {
        if let Some(trail) = self.trail.get() {
            return Ok(trail);
        }
        let at = top(FileRoot::Workspace);
        let anchor = &self.scene.anchor;
        let trail = self.scene.trails.to(anchor.disk(), anchor.path());
        let trail = trail.map_err(|source| self.io(&at, source))?;
        let same = |trail: &ResolvedPath| trail.id().is_ok_and(|id| id == self.held.id);
        let trail = trail.filter(same);
        let trail = trail.ok_or_else(|| self.io(&at, std::io::ErrorKind::NotFound.into()))?;
        Ok(self.trail.get_or_init(|| trail))
    }

    fn outside(
        &self,
        root: FileRoot,
        cell: &OnceCell<Option<ResolvedPath>>,
        path: Option<&PathBuf>,
    ) -> Result<Option<ResolvedPath>, FileError> {
        let (None, Some(path)) = (cell.get(), path) else {
            return Ok(cell.get().cloned().flatten());
        };
        let trail = self.scene.trails.to(self.scene.anchor.disk(), path);
        let trail = trail.map_err(|source| self.io(&top(root), source))?;
        let mut seen = self.seen.borrow_mut();
        let spot = Dependency::At(path.clone());
        match trail.as_ref().map(|trail| (trail.id(), trail.dir())) {
            None => seen.absent(spot),
            Some((Ok(id), Ok(dir))) if dir.is_local() => seen.is(spot, id),
            Some(_) => seen.spoil(),
        }
        Ok(cell.get_or_init(|| trail).clone())
    }
}

fn top(root: FileRoot) -> Location {
    Location::new(root, RelPath::root())
}
