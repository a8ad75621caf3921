//! Which workspaces are served.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockWriteGuard};

use openwork_change::store::Store;
use openwork_model::workspace::{Workspace, WorkspaceId};

use tokio_util::sync::CancellationToken;

use crate::changes::ChangeFeed;
use crate::error::HostSetupError;
use crate::pool::{WorkPool, WorkspaceLimiter};
use crate::writer::GroupWriter;

/// A workspace and the store that holds it.
pub struct ServedWorkspace {
    /// Its description.
    pub workspace: Workspace,
    /// Its files.
    pub store: Arc<dyn Store>,
}

/// A workspace at work. All but its description is shared with the handles that
/// it had under other names.
pub(crate) struct WorkspaceHandle {
    pub(crate) workspace: Workspace,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) limiter: Arc<WorkspaceLimiter>,
    pub(crate) writer: Arc<GroupWriter>,
    pub(crate) changes: Arc<ChangeFeed>,
    /// Held while a file that was brought is put where it belongs.
    pub(crate) placing: Arc<Mutex<()>>,
    /// Cancelled when the workspace is served no more.
    pub(crate) removed: CancellationToken,
    /// Whether it came while the server ran.
    pub(crate) is_added: bool,
}

impl WorkspaceHandle {
    /// A workspace that begins to be served at this time, in ms since 1970.
    pub(crate) fn new(
        served: ServedWorkspace,
        pool: &WorkPool,
        now: u64,
        is_added: bool,
    ) -> Arc<Self> {
        let ServedWorkspace { workspace, store } = served;
        Arc::new(Self {
            workspace,
            store,
            limiter: Arc::new(pool.limiter()),
            writer: Arc::default(),
            changes: Arc::new(ChangeFeed::new(now)),
            placing: Arc::default(),
            removed: CancellationToken::new(),
            is_added,
        })
    }

    /// The same workspace as others are to see it from now on.
    fn described(&self, workspace: Workspace) -> Arc<Self> {
        Arc::new(Self {
            workspace,
            store: Arc::clone(&self.store),
            limiter: Arc::clone(&self.limiter),
            writer: Arc::clone(&self.writer),
            changes: Arc::clone(&self.changes),
            placing: Arc::clone(&self.placing),
            removed: self.removed.clone(),
            is_added: self.is_added,
        })
    }
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
    pub(crate) fn put_first(&self, first: &WorkspaceId) {
        // Stable, so that those behind stay as they are.
        self.lock()
            .sort_by_key(|handle| handle.workspace.id != *first);
    }

    /// Takes in a workspace as the first, unless its id is taken; gives whether
    /// it was taken in.
    pub(crate) fn add_first(&self, new: Arc<WorkspaceHandle>) -> bool {
        let mut handles = self.lock();
        let is_new = handles
            .iter()
            .all(|old| old.workspace.id != new.workspace.id);
        if is_new {
            handles.insert(0, new);
        }
        is_new
    }

    /// Describes a workspace anew; the one that it is now, if it is served.
    pub(crate) fn describe(
        &self,
        id: &WorkspaceId,
        change: impl FnOnce(&mut Workspace),
    ) -> Option<Arc<WorkspaceHandle>> {
        let mut handles = self.lock();
        let mut of_id = handles.iter_mut();
        let handle = of_id.find(|handle| handle.workspace.id == *id)?;
        let mut workspace = handle.workspace.clone();
        change(&mut workspace);
        *handle = handle.described(workspace);
        Some(Arc::clone(handle))
    }

    /// Takes a workspace out, and ends what goes on in it; gives whether it was
    /// there.
    pub(crate) fn remove(&self, id: &WorkspaceId) -> bool {
        let mut handles = self.lock();
        let of_id = handles.iter().position(|handle| handle.workspace.id == *id);
        let Some(handle) = of_id.map(|index| handles.remove(index)) else {
            return false;
        };
        drop(handles);
        handle.removed.cancel();
        true
    }

    fn lock(&self) -> RwLockWriteGuard<'_, Vec<Arc<WorkspaceHandle>>> {
        let handles = self.handles.write();
        handles.unwrap_or_else(PoisonError::into_inner)
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
