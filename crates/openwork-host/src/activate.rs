//! Which workspace is the active one.

use std::path::PathBuf;
use std::sync::Arc;

use crate::access::Readable;
use crate::error::HostError;
use crate::host::Host;
use crate::serving::ListOutcome;
use crate::state::StateError;

/// A workspace that was made the active one.
pub struct Activated {
    /// The workspace.
    pub workspace: Readable,
    /// What became of the list that is kept; as by default if it was not asked
    /// to be kept.
    pub list: ListOutcome,
}

/// Why a workspace was not made the active one.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ActivateError {
    /// The server does not do it.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The list could not be kept.
    #[error(transparent)]
    State(#[from] StateError),
}

impl Host {
    /// Makes a workspace the active one, for the next start as well if `keep`.
    /// Its engine and all work under way are left alone.
    ///
    /// # Errors
    ///
    /// [`ActivateError`] if there is no such workspace, the server is
    /// read-only, or the list cannot be kept; all is then as it was.
    pub async fn activate(&self, id: &str, keep: bool) -> Result<Activated, ActivateError> {
        if self.options.read_only {
            return Err(HostError::ReadOnly.into());
        }
        let _serving = self.serving.lock().await;
        let workspace = self.readable(id)?;
        let path = workspace.workspace().path.clone();
        let list = self.kept_first(path, keep).await?;
        self.registry.put_first(&workspace.workspace().id);
        Ok(Activated { workspace, list })
    }

    async fn kept_first(&self, path: PathBuf, keep: bool) -> Result<ListOutcome, ActivateError> {
        let Some(list) = self.options.workspace_list.as_ref().filter(|_| keep) else {
            return Ok(ListOutcome::default());
        };
        let list = Arc::clone(list);
        let work = move || list.put_first(&path);
        // Not abandoned once it is begun, like a commit.
        Ok(self.pool.run_unbounded(&self.own_files, work).await??)
    }
}
