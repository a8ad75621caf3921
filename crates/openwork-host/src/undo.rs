//! Taking back a change that was made: what was kept of it becomes an ordinary
//! change, which goes the way of all others.

use std::sync::Arc;

use openwork_change::change::{Change, RecordedChange, UndoDraft, UndoRefusal};
use openwork_change::preview::{Preview, preview};
use uuid::Uuid;

use crate::access::{Readable, Writable};
use crate::error::{HostError, SubmitError};
use crate::grant::Requester;
use crate::host::Host;
use crate::registry::WorkspaceHandle;
use crate::submit::{Submission, WriteOutcome};

/// Why a change is not taken back.
#[derive(Debug, Clone, thiserror::Error)]
pub enum UndoError {
    /// The audit log has no such entry.
    #[error("the audit log has no such entry")]
    UnknownEntry,
    /// It cannot be, whatever the files hold.
    #[error(transparent)]
    Refused(#[from] UndoRefusal),
    /// It was not allowed, or could not be done.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl From<HostError> for UndoError {
    fn from(error: HostError) -> Self {
        Self::Submit(error.into())
    }
}

/// A change that was made, and what it would be to take it back now.
#[derive(Debug)]
pub struct UndoProspect {
    /// The change.
    pub change: RecordedChange,
    /// What an undo would write, or why there is none.
    pub outlook: Result<UndoPlanPreview, UndoError>,
}

/// What an undo would write.
#[derive(Debug)]
pub struct UndoPlanPreview {
    /// It in a few words.
    pub summary: String,
    /// The files and the effects, secrets masked.
    pub preview: Preview,
}

impl Host {
    /// Shows a change that was made, and what it would be to take it back.
    ///
    /// # Errors
    ///
    /// [`UndoError::UnknownEntry`], and [`UndoError::Submit`] if the log cannot be
    /// read. That it cannot be taken back is a part of what is shown.
    pub async fn undo_prospect(
        &self,
        at: &Readable,
        entry: Uuid,
    ) -> Result<UndoProspect, UndoError> {
        let handle = Arc::clone(&at.0);
        let look = move || {
            let change = recorded(&handle, entry)?;
            let outlook = outlook(&handle, change.clone());
            Ok(UndoProspect { change, outlook })
        };
        self.pool.run(&at.0.limiter, look).await?
    }

    /// Takes a change back.
    ///
    /// # Errors
    ///
    /// [`UndoError`]; all is then as it was.
    pub async fn undo(
        &self,
        at: Writable,
        requester: Requester,
        entry: Uuid,
    ) -> Result<WriteOutcome, UndoError> {
        let handle = Arc::clone(&at.handle);
        let find = move || Ok::<_, UndoError>(UndoDraft::of(recorded(&handle, entry)?)?);
        let draft = self.pool.run(&at.handle.limiter, find).await??;
        let submission = Submission {
            requester,
            proposal: Change::Undo(Box::new(draft)).into(),
        };
        Ok(self.submit(at, submission).await?)
    }
}

fn recorded(handle: &WorkspaceHandle, entry: Uuid) -> Result<RecordedChange, UndoError> {
    let found = handle.store.recorded(entry).map_err(HostError::from)?;
    found.ok_or(UndoError::UnknownEntry)
}

fn outlook(handle: &WorkspaceHandle, change: RecordedChange) -> Result<UndoPlanPreview, UndoError> {
    let change = Change::Undo(Box::new(UndoDraft::of(change)?));
    let plan = handle.store.plan(&change.clone().into());
    let plan = plan.map_err(HostError::from)?;
    Ok(UndoPlanPreview {
        preview: preview(&change, &plan),
        summary: plan.summary,
    })
}
