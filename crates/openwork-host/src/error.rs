//! Why a host did not do what it was asked.

use std::path::PathBuf;
use std::sync::Arc;

use openwork_approval::Refusal;
use openwork_change::plan::PlanError;
use openwork_change::store::StoreError;

use crate::engine::EngineError;
use crate::state::StateError;

/// Why a workspace cannot be read or written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HostError {
    /// The server takes no changes at all.
    #[error("the server is read-only")]
    ReadOnly,
    /// No workspace has this id.
    #[error("no workspace has this id")]
    UnknownWorkspace,
    /// The workspace was taken out of those that are served meanwhile.
    #[error("the workspace is served no more")]
    Removed,
    /// The store could not do it.
    ///
    /// Shared, because one failed group of commits answers several callers.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The file system did not answer in time.
    #[error("the file system did not answer in time")]
    Stuck,
    /// As much work as is allowed waits for this workspace already.
    #[error("too many requests are at work on this workspace")]
    Overloaded,
    /// The work ended without a result: a defect.
    #[error("the work on this request ended without a result")]
    Lost,
    /// The server is stopping.
    #[error("the server is stopping")]
    ShuttingDown,
}

impl From<StoreError> for HostError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<PlanError> for HostError {
    fn from(error: PlanError) -> Self {
        StoreError::from(error).into()
    }
}

/// Why a host cannot serve what it was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostSetupError {
    /// Two of the workspaces have the same id: clients could reach only one.
    #[error("the workspace {} is to be served twice", path.display())]
    ServedTwice {
        /// The directory of the second one.
        path: PathBuf,
    },
    /// A workspace came with the store of another one: what is shown and
    /// recorded would name files that are not the ones that are written.
    #[error("the workspace {} came with the store of {}", path.display(), store.display())]
    OtherStore {
        /// The directory of the workspace.
        path: PathBuf,
        /// The directory of the store.
        store: PathBuf,
    },
}

/// Why a change was not made.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SubmitError {
    /// The workspace could not be read or written.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The person who was asked did not allow it.
    #[error("{0}")]
    Refused(Refusal),
    /// It was to be answered later, and could not be kept until then.
    #[error(transparent)]
    Unkept(#[from] StateError),
}

impl From<Refusal> for SubmitError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Why an engine was not reloaded.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReloadError {
    /// The reload was not allowed, or could not be recorded.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// Nobody has said where the workspace's engine is.
    #[error("the workspace has no engine")]
    Unconfigured,
    /// The engine did not do it.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<HostError> for ReloadError {
    fn from(error: HostError) -> Self {
        Self::Submit(error.into())
    }
}

impl From<StoreError> for SubmitError {
    fn from(error: StoreError) -> Self {
        Self::Host(error.into())
    }
}
