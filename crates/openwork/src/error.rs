//! What can go wrong at the front door.

use std::io;
use std::path::PathBuf;

use openwork_change::store::StoreError;
use openwork_host::HostSetupError;
use openwork_model::invalid::Invalid;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The change is no good on any workspace.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The files are no longer what was shown; nothing was written. Propose
    /// the change again.
    #[error("{} changed after it was shown; nothing was written", path.display())]
    Stale {
        /// The file that moved.
        path: PathBuf,
    },
    /// The workspace could not be read or written.
    #[error(transparent)]
    Store(StoreError),
    /// A server needs a token for clients and one for the host.
    #[error("the server has no {whose} token; nobody could use it")]
    TokenMissing {
        /// Whose token is missing: `client` or `host`.
        whose: &'static str,
    },
    /// The server was given workspaces that it cannot serve together.
    #[error(transparent)]
    Setup(#[from] HostSetupError),
    /// The server's address cannot be listened on.
    #[error("the server cannot listen: {0}")]
    Listen(#[source] io::Error),
    /// The server broke off.
    #[error("the server cannot go on: {0}")]
    Serve(#[source] io::Error),
    /// Work ended without a result: an approver panicked, or a defect.
    #[error("the work ended without a result")]
    Lost,
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { path } => Self::Stale { path },
            other => Self::Store(other),
        }
    }
}
