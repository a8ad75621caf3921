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
        let Some(resolved) = self.resolved_root(root)? else {
            return Ok(None);
        };
        resolved
            .dir()
            .map(|dir| Some(Arc::clone(dir)))
            .map_err(|source| self.io(&top(root), source))
    }

    /// The directory of a root and all that it lies in.
    pub(super) fn resolved_root(&self, root: FileRoot) -> Result<Option<ResolvedPath>, FileError> {
        match root {
            FileRoot::Workspace => self
                .resolved_workspace()
                .map(|resolved| Some(resolved.clone())),
            FileRoot::Ancestor(levels) => Ok(self.resolved_workspace()?.above(levels)),
            FileRoot::Global => {
                self.outside(root, &self.roots.global, self.context.global.as_ref())
            }
            FileRoot::Home => self.outside(root, &self.roots.home, self.context.home.as_ref()),
            FileRoot::Custom => {
                self.outside(root, &self.roots.custom, self.context.custom.as_ref())
            }
        }
    }

    /// The path of a root, for people.
    pub(super) fn root_path(&self, root: FileRoot) -> PathBuf {
        let workspace = self.context.anchor.path();
        match root {
            FileRoot::Workspace => workspace.to_owned(),
            FileRoot::Ancestor(levels) => {
                match self
                    .resolved
                    .get()
                    .and_then(|resolved| resolved.above(levels))
                {
                    // The parents that were searched are those of the directory
                    // itself, not those of a link that leads to it.
                    Some(resolved) => resolved.path(),
                    None => workspace
                        .ancestors()
                        .nth(levels)
                        .unwrap_or(workspace)
                        .to_owned(),
                }
            }
            FileRoot::Global => configured(self.context.global.as_ref()),
            FileRoot::Home => configured(self.context.home.as_ref()),
            FileRoot::Custom => configured(self.context.custom.as_ref()),
        }
    }

    /// The workspace's directory and all that it lies in.
    pub(super) fn resolved_workspace(&self) -> Result<&ResolvedPath, FileError> {
        if let Some(resolved) = self.resolved.get() {
            return Ok(resolved);
        }
        let at = top(FileRoot::Workspace);
        let anchor = &self.context.anchor;
        let resolved = self.context.known_paths.to(anchor.disk(), anchor.path());
        let resolved = resolved.map_err(|source| self.io(&at, source))?;
        let same = |resolved: &ResolvedPath| resolved.id().is_ok_and(|id| id == self.held.id);
        let resolved = resolved.filter(same);
        let resolved = resolved.ok_or_else(|| self.io(&at, std::io::ErrorKind::NotFound.into()))?;
        Ok(self.resolved.get_or_init(|| resolved))
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
        let resolved = self
            .context
            .known_paths
            .to(self.context.anchor.disk(), path);
        let resolved = resolved.map_err(|source| self.io(&top(root), source))?;
        let mut recorder = self.recorder.borrow_mut();
        let dependency = Dependency::At(path.clone());
        match resolved
            .as_ref()
            .map(|resolved| (resolved.id(), resolved.dir()))
        {
            None => recorder.record_absent(dependency),
            Some((Ok(id), Ok(dir))) if dir.is_local() => recorder.record_identity(dependency, id),
            Some(_) => recorder.mark_uncacheable(),
        }
        Ok(cell.get_or_init(|| resolved).clone())
    }
}

fn configured(path: Option<&PathBuf>) -> PathBuf {
    // A root that was not configured holds no file whose path could be asked for.
    path.map_or_else(PathBuf::new, PathBuf::clone)
}

fn top(root: FileRoot) -> Location {
    Location::new(root, RelPath::root())
}
