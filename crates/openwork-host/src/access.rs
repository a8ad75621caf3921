//! Who may read or write which workspace.

use std::sync::Arc;

use openwork_change::store::ReadyStore;
use openwork_model::workspace::Workspace;
use tokio_util::sync::CancellationToken;

use crate::error::HostError;
use crate::host::Host;
use crate::registry::WorkspaceHandle;

/// A workspace that is served.
#[derive(Clone)]
pub struct Readable(pub(crate) Arc<WorkspaceHandle>);

/// A workspace that may be written now. Made by [`Host::writable`] alone.
#[must_use = "a change is made by submitting it"]
pub struct Writable {
    pub(crate) handle: Arc<WorkspaceHandle>,
    /// Whether its store answered without blocking work.
    pub(crate) is_ready: bool,
}

impl Readable {
    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.0.workspace
    }

    /// Whether it came while the server ran: its directory may be served like
    /// those of the settings.
    pub fn is_added(&self) -> bool {
        self.0.is_added
    }

    /// Cancelled when the workspace is served no more.
    pub fn removed(&self) -> &CancellationToken {
        &self.0.removed
    }
}

impl Writable {
    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.handle.workspace
    }

    /// The right to read that comes with the right to write.
    pub fn readable(&self) -> Readable {
        Readable(Arc::clone(&self.handle))
    }
}

impl Host {
    /// Finds a workspace for reading.
    pub fn readable(&self, id: &str) -> Result<Readable, HostError> {
        self.registry
            .find(id)
            .map(Readable)
            .ok_or(HostError::UnknownWorkspace)
    }

    /// Finds a workspace for writing: the server takes changes, the workspace
    /// is known, and it is there and authorised.
    pub async fn writable(&self, id: &str) -> Result<Writable, HostError> {
        if self.options.read_only {
            return Err(HostError::ReadOnly);
        }
        let Readable(handle) = self.readable(id)?;
        // Most requests end here without a thread, on a local disk.
        let known = handle.store.ready().and_then(ReadyStore::access);
        let is_ready = known.is_some();
        if let Some(known) = known {
            known?;
        } else {
            let store = Arc::clone(&handle.store);
            self.pool
                .run(&handle.limiter, move || store.access())
                .await??;
        }
        Ok(Writable { handle, is_ready })
    }
}
