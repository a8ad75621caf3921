//! Where the audit log and the history lie: in the workspace, or elsewhere.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use openwork_model::path::RelPath;

use crate::fs::disk::{Disk, DiskDir};
use crate::fs::resolve::ResolvedPath;
use crate::fs::tree::{self, MadeEntry};
use crate::layout;

/// Where what is recorded of a workspace lies.
#[derive(Debug, Clone)]
pub(crate) enum RecordHome {
    /// In the workspace's own directory.
    Workspace,
    /// In a directory outside of it.
    Elsewhere { disk: Arc<dyn Disk>, path: PathBuf },
}

/// All places that something may be recorded in.
#[derive(Debug, Clone)]
pub(crate) struct RecordHomes {
    /// Where it is recorded now.
    pub(crate) current: RecordHome,
    /// Where it was recorded under other settings.
    pub(crate) former: Option<RecordHome>,
}

impl RecordHomes {
    /// The directories that are there, the current one first.
    pub(crate) fn open(&self, root: &Arc<dyn DiskDir>) -> io::Result<Vec<Arc<dyn DiskDir>>> {
        let found = self.all().map(|home| home.find(root));
        Ok(found
            .collect::<io::Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// All places, the current one first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &RecordHome> {
        [Some(&self.current), self.former.as_ref()]
            .into_iter()
            .flatten()
    }

    /// Whether everything is recorded in the workspace, and always was.
    ///
    /// The other place is looked for each time that an answer is made, and not when
    /// one that is kept is given again: a log that a server with other settings
    /// begins there meanwhile is seen once the workspace's own changes.
    pub(crate) fn is_workspace_alone(&self, root: &Arc<dyn DiskDir>) -> bool {
        let is_missing = |home: &RecordHome| matches!(home.find(root), Ok(None));
        matches!(self.current, RecordHome::Workspace) && self.former.as_ref().is_none_or(is_missing)
    }
}

impl RecordHome {
    /// The directory, if it is there.
    pub(crate) fn find(&self, root: &Arc<dyn DiskDir>) -> io::Result<Option<Arc<dyn DiskDir>>> {
        let found = match self {
            Self::Workspace => tree::open(root, &layout::home()),
            Self::Elsewhere { disk, path } => return open(disk, path),
        };
        match found {
            Ok(dir) => Ok(Some(dir)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The directory, made if it is missing.
    pub(crate) fn make(
        &self,
        root: &Arc<dyn DiskDir>,
    ) -> io::Result<(Arc<dyn DiskDir>, Vec<MadeEntry>)> {
        match self {
            Self::Workspace => tree::open_or_make(root, &layout::home()),
            Self::Elsewhere { disk, path } => make(disk, path),
        }
    }
}

fn open(disk: &Arc<dyn Disk>, path: &Path) -> io::Result<Option<Arc<dyn DiskDir>>> {
    let resolved = ResolvedPath::to(&**disk, path)?;
    let dir = |resolved: ResolvedPath| resolved.dir().map(Arc::clone);
    resolved.map(dir).transpose()
}

fn make(disk: &Arc<dyn Disk>, path: &Path) -> io::Result<(Arc<dyn DiskDir>, Vec<MadeEntry>)> {
    let no_name = || io::Error::from(io::ErrorKind::InvalidInput);
    let mut missing: Vec<&str> = Vec::new();
    for existing in path.ancestors() {
        if let Some(dir) = open(disk, existing)? {
            let mut below = missing.iter().rev();
            let below = below.try_fold(RelPath::root(), |path, name| path.join(name));
            return tree::open_or_make(&dir, &below.map_err(|_| no_name())?);
        }
        let name = existing.file_name().and_then(|name| name.to_str());
        missing.push(name.ok_or_else(no_name)?);
    }
    Err(no_name())
}
