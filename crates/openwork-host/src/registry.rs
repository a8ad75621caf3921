//! Which workspaces are served.

use std::sync::Arc;

use openwork_change::store::Store;
use openwork_model::workspace::Workspace;

use crate::changes::Changes;
use crate::pool::Lane;
use crate::writer::Writer;

/// A workspace and the store that holds it.
pub struct Served {
    /// Its description.
    pub workspace: Workspace,
    /// Its files.
    pub store: Arc<dyn Store>,
}

/// A workspace at work.
pub(crate) struct Desk {
    pub(crate) workspace: Workspace,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) lane: Lane,
    pub(crate) writer: Writer,
    pub(crate) changes: Changes,
}

/// All workspaces, in their configured order.
pub(crate) struct Registry {
    desks: Vec<Arc<Desk>>,
}

impl Registry {
    /// The first of several workspaces with one id is served.
    pub(crate) fn new(desks: Vec<Arc<Desk>>) -> Self {
        Self { desks }
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Arc<Desk>> {
        self.desks
            .iter()
            .find(|desk| desk.workspace.id.as_str() == id)
    }

    pub(crate) fn desks(&self) -> impl Iterator<Item = &Arc<Desk>> {
        self.desks.iter()
    }
}
