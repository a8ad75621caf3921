//! Which workspaces are served.

use std::sync::{Arc, PoisonError, RwLock};

use openwork_change::store::Store;
use openwork_model::workspace::{Workspace, WorkspaceId};

use crate::changes::ChangeFeed;
use crate::error::HostSetupError;
use crate::pool::WorkspaceLimiter;
use crate::writer::GroupWriter;

/// A workspace and the store that holds it.
pub struct ServedWorkspace {
    /// Its description.
    pub workspace: Workspace,
    /// Its files.
    pub store: Arc<dyn Store>,
}

/// A workspace at work.
pub(crate) struct WorkspaceHandle {
    pub(crate) workspace: Workspace,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) limiter: WorkspaceLimiter,
    pub(crate) writer: GroupWriter,
    pub(crate) changes: ChangeFeed,
}

/// Fails unless each of the workspaces can be told from the others and has a
/// store of its own.
pub(crate) fn check(served: &[ServedWorkspace]) -> Result<(), HostSetupError> {
    for (index, ServedWorkspace { workspace, store }) in served.iter().enumerate() {
        let is_same = |other: &ServedWorkspace| other.workspace.id == workspace.id;
        if served.iter().take(index).any(is_same) {
            return Err(HostSetupError::ServedTwice {
                path: workspace.path.clone(),
            });
        }
        // Its name and its engine may differ: those are what the one who serves
        // it says of it. The id and the path say which one it is.
        let is_other = |own: &&Workspace| own.id != workspace.id || own.path != workspace.path;
        if let Some(other) = store.workspace().filter(is_other) {
            return Err(HostSetupError::OtherStore {
                path: workspace.path.clone(),
                store: other.path.clone(),
            });
        }
    }
    Ok(())
}

/// All workspaces, the active one first. No id is there twice.
pub(crate) struct WorkspaceRegistry {
    handles: RwLock<Vec<Arc<WorkspaceHandle>>>,
}

impl WorkspaceRegistry {
    pub(crate) fn new(handles: Vec<Arc<WorkspaceHandle>>) -> Self {
        Self {
            handles: RwLock::new(handles),
        }
    }

    /// The workspace of an id as clients send it.
    pub(crate) fn find(&self, id: &str) -> Option<Arc<WorkspaceHandle>> {
        let id = WorkspaceId::plain(id);
        let handles = self.handles.read().unwrap_or_else(PoisonError::into_inner);
        let mut handles = handles.iter();
        let found = handles.find(|handle| handle.workspace.id.as_str() == id)?;
        Some(Arc::clone(found))
    }

    pub(crate) fn all(&self) -> Vec<Arc<WorkspaceHandle>> {
        let handles = self.handles.read().unwrap_or_else(PoisonError::into_inner);
        handles.clone()
    }

    /// Puts a workspace first; the others keep their order.
    pub(crate) fn put_first(&self, first: &Arc<WorkspaceHandle>) {
        let handles = self.handles.write();
        let mut handles = handles.unwrap_or_else(PoisonError::into_inner);
        // Stable, so that those behind stay as they are.
        handles.sort_by_key(|handle| !Arc::ptr_eq(handle, first));
    }
}

#[cfg(test)]
mod tests {
    use openwork_model::files::MemoryFiles;
    use openwork_testkit::memory_store::MemoryStore;

    use super::*;

    fn served(path: &str, store: Option<&str>) -> ServedWorkspace {
        let memory = MemoryStore::new(MemoryFiles::new());
        let memory = match store {
            Some(path) => memory.of(Workspace::at(path.as_ref())),
            None => memory,
        };
        ServedWorkspace {
            workspace: Workspace::at(path.as_ref()),
            store: Arc::new(memory),
        }
    }

    #[test]
    fn workspaces_with_their_own_stores_are_served() {
        let all = [served("/a", Some("/a")), served("/b", None)];
        assert_eq!(check(&all), Ok(()));
    }

    #[test]
    fn a_workspace_is_served_once() {
        let path = "/a".into();
        let all = [served("/a", None), served("/b", None), served("/a/", None)];
        assert_eq!(check(&all), Err(HostSetupError::ServedTwice { path }));
    }

    #[test]
    fn the_store_of_another_workspace_is_refused() {
        let (path, store) = ("/b".into(), "/a".into());
        let all = [served("/a", Some("/a")), served("/b", Some("/a"))];
        assert_eq!(check(&all), Err(HostSetupError::OtherStore { path, store }));
    }

    #[test]
    fn a_workspace_may_have_another_name_than_its_store_knows() {
        let mut named = served("/a", Some("/a"));
        named.workspace.name = "Finance".to_owned();
        assert_eq!(check(&[named]), Ok(()));
    }
}
