//! Which workspaces are served.

use std::sync::Arc;

use openwork_change::store::Store;
use openwork_model::workspace::Workspace;

use crate::changes::ChangeFeed;
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
    pub(crate) lane: WorkspaceLimiter,
    pub(crate) writer: GroupWriter,
    pub(crate) changes: ChangeFeed,
}

/// All workspaces, in their configured order.
pub(crate) struct WorkspaceRegistry {
    desks: Vec<Arc<WorkspaceHandle>>,
}

impl WorkspaceRegistry {
    /// The first of several workspaces with one id is served.
    pub(crate) fn new(desks: Vec<Arc<WorkspaceHandle>>) -> Self {
        Self { desks }
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Arc<WorkspaceHandle>> {
        self.desks
            .iter()
            .find(|desk| desk.workspace.id.as_str() == id)
    }

    pub(crate) fn desks(&self) -> impl Iterator<Item = &Arc<WorkspaceHandle>> {
        self.desks.iter()
    }
}
