//! The workspace's directory: opened once, the same for as long as it serves.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use openwork_change::store::StoreError;
use openwork_model::file_name::NameRules;

use crate::fs::disk::{Disk, DiskDir, FileKind, NodeId};
use crate::fs::resolve::ResolvedPath;
use crate::fs::spelling;

/// Where a workspace is, and the directory that was found there first.
#[derive(Debug)]
pub(crate) struct RootAnchor {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    authorized_roots: Vec<PathBuf>,
    held: OnceLock<Arc<HeldRoot>>,
}

/// The workspace's open directory.
#[derive(Debug)]
pub(crate) struct HeldRoot {
    /// The directory.
    pub(crate) dir: Arc<dyn DiskDir>,
    /// Which one it is.
    pub(crate) id: NodeId,
    /// Whether looking at it never waits for a network.
    pub(crate) local: bool,
    /// Whether names in it ignore case, once that is known.
    ignores_case: OnceLock<bool>,
}

impl RootAnchor {
    pub(crate) fn new(disk: Arc<dyn Disk>, path: PathBuf, authorized_roots: Vec<PathBuf>) -> Self {
        Self {
            disk,
            path,
            authorized_roots,
            held: OnceLock::new(),
        }
    }

    /// The directory, if it is still the one that was found first.
    ///
    /// The handle stays open, so its number cannot be given to another.
    pub(crate) fn open(&self) -> Result<Arc<HeldRoot>, StoreError> {
        if let Some(held) = self.held.get() {
            return self.check(held).map(|()| Arc::clone(held));
        }
        let found = Arc::new(self.find()?);
        Ok(Arc::clone(self.held.get_or_init(|| found)))
    }

    /// The directory, if it was ever found.
    pub(crate) fn held(&self) -> Option<&Arc<HeldRoot>> {
        self.held.get()
    }

    /// The disk it is on.
    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// How names are taken in the workspace.
    pub(crate) fn name_rules(&self, held: &HeldRoot) -> NameRules {
        let usual = self.disk.name_rules();
        let known = held.ignores_case.get().copied();
        // Asked again where it is not known: an empty directory fills.
        let known = known.or_else(|| {
            let found = spelling::ignores_case(&held.dir)?;
            Some(*held.ignores_case.get_or_init(|| found))
        });
        NameRules {
            ignores_case: known.unwrap_or(usual.ignores_case),
            ..usual
        }
    }

    /// The path as configured.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The directories that links may lead into, as they are now.
    pub(crate) fn allowed(&self, held: &HeldRoot) -> Vec<NodeId> {
        let roots = self.authorized_roots.iter();
        let roots = roots
            .filter_map(|root| self.disk.stat(root).ok())
            .map(|stat| stat.id);
        roots.chain([held.id]).collect()
    }

    fn check(&self, held: &HeldRoot) -> Result<(), StoreError> {
        match self.disk.stat(&self.path) {
            // By number and not by name: a directory that was put in its place
            // is another workspace, even if it holds the same files.
            Ok(stat) if stat.id == held.id => Ok(()),
            Ok(_) => Err(StoreError::Replaced {
                path: self.path.clone(),
            }),
            Err(error) => Err(self.unreachable(error)),
        }
    }

    fn find(&self) -> Result<HeldRoot, StoreError> {
        // Paths are followed from the top, so a relative one would lead there.
        if !self.path.is_absolute() {
            let relative = io::Error::new(io::ErrorKind::InvalidInput, "the path is not absolute");
            return Err(StoreError::io("open", self.path.clone(), relative));
        }
        if !self
            .authorized_roots
            .iter()
            .any(|root| self.path.starts_with(root))
        {
            return Err(StoreError::Unauthorized {
                path: self.path.clone(),
            });
        }
        // The path as it is written was allowed. What follows asks where it
        // truly leads, as a link in it may lead out.
        let resolved =
            ResolvedPath::to(self.disk(), &self.path).map_err(|error| self.unreachable(error))?;
        let resolved = resolved.ok_or_else(|| StoreError::Gone {
            path: self.path.clone(),
        })?;
        if !self.is_authorized(&resolved) {
            return Err(StoreError::Unauthorized {
                path: self.path.clone(),
            });
        }
        let dir = Arc::clone(resolved.dir().map_err(|error| self.unreachable(error))?);
        let id = resolved.id().map_err(|error| self.unreachable(error))?;
        Ok(HeldRoot {
            local: dir.is_local(),
            dir,
            id,
            ignores_case: OnceLock::new(),
        })
    }

    /// Whether the directory truly lies in an authorised root, links resolved.
    fn is_authorized(&self, resolved: &ResolvedPath) -> bool {
        let roots = self
            .authorized_roots
            .iter()
            .filter_map(|root| self.disk.stat(root).ok());
        roots
            .filter(|root| root.kind == FileKind::Dir)
            .any(|root| resolved.is_in(root.id))
    }

    fn unreachable(&self, source: io::Error) -> StoreError {
        let path = self.path.clone();
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => StoreError::Gone { path },
            _ => StoreError::io("open", path, source),
        }
    }
}
