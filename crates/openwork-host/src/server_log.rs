//! The audit log of what is done to the server itself: its tokens, and which
//! workspaces it serves. No workspace has a place for that.

use std::sync::Arc;

use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditEntry, AuditLine, NamedFiles};
use openwork_model::clock::{Ids as _, RandomIds};

use crate::error::HostError;
use crate::host::Host;
use crate::pool::{WorkPool, WorkspaceLimiter};
use crate::state::{StateError, StateFile, StateReading, append_lines, newest_lines};

/// The most bytes of the log; the older half goes when there would be more.
const MOST: usize = 1 << 20;
/// What entries have in the place of a workspace that are about none.
const NO_WORKSPACE: &str = "server";

/// Something that is done to the server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerAction {
    /// A further workspace is served.
    WorkspaceCreate,
    /// A workspace is called something else.
    WorkspaceRename,
    /// A workspace is served no more.
    WorkspaceDelete,
    /// A token is made for somebody.
    TokenCreate,
    /// A token is called something else.
    TokenRename,
    /// A token is ended.
    TokenDelete,
    /// A pairing code is made.
    PairingCreate,
    /// A pairing code is ended by somebody.
    PairingDelete,
    /// A wrong pairing code is refused while one is open.
    PairingRefuse,
    /// A device gets a token by a pairing code.
    DevicePair,
}

impl ServerAction {
    /// The name on the wire and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkspaceCreate => "workspace.create",
            Self::WorkspaceRename => "workspace.rename",
            Self::WorkspaceDelete => "workspace.delete",
            Self::TokenCreate => "token.create",
            Self::TokenRename => "token.rename",
            Self::TokenDelete => "token.delete",
            Self::PairingCreate => "pairing.create",
            Self::PairingDelete => "pairing.delete",
            Self::PairingRefuse => "pairing.refuse",
            Self::DevicePair => "device.pair",
        }
    }
}

/// Why the log could not be read or written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ServerLogError {
    /// The server does not do it now.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The file could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
}

/// What is recorded of something that is done to the server.
pub(crate) struct ServerNote {
    pub(crate) actor: Actor,
    pub(crate) action: ServerAction,
    /// The id of the workspace that it is about, if it is about one.
    pub(crate) workspace: Option<String>,
    pub(crate) target: String,
    pub(crate) summary: String,
    pub(crate) approval: Option<Approval>,
}

/// The log, kept in a file of the server's own.
#[derive(Clone)]
pub(crate) struct ServerLog {
    file: Option<Arc<dyn StateFile>>,
    pool: Arc<WorkPool>,
    limiter: Arc<WorkspaceLimiter>,
}

impl Host {
    /// The newest entries of the server's own audit log, newest first; none
    /// where it keeps none.
    ///
    /// # Errors
    ///
    /// [`ServerLogError`] if the log cannot be read.
    pub async fn server_audit(&self, limit: usize) -> Result<Vec<AuditLine>, ServerLogError> {
        self.server_log.latest(limit).await
    }
}

impl ServerLog {
    pub(crate) fn new(
        file: Option<Arc<dyn StateFile>>,
        pool: &Arc<WorkPool>,
        limiter: &Arc<WorkspaceLimiter>,
    ) -> Self {
        Self {
            file,
            pool: Arc::clone(pool),
            limiter: Arc::clone(limiter),
        }
    }

    /// Records something, before it is done: what cannot be recorded is not.
    pub(crate) async fn note(&self, note: ServerNote, at: u64) -> Result<(), ServerLogError> {
        let Some(file) = self.file.clone() else {
            return Ok(());
        };
        let entry = AuditEntry {
            id: RandomIds.next_id(),
            workspace_id: note.workspace.unwrap_or_else(|| NO_WORKSPACE.to_owned()),
            actor: note.actor,
            action: note.action.as_str().to_owned(),
            target: note.target,
            summary: note.summary,
            timestamp: at,
            approval: note.approval,
            named: NamedFiles::default(),
            undoes: None,
            amended: Vec::new(),
        };
        let work = move || {
            let line = AuditLine::try_from(&entry).map_err(|cause| StateError::Unreadable {
                name: file.name(),
                reason: cause.to_string(),
            })?;
            file.update(&mut |before| {
                let log = append_lines(before.unwrap_or_default(), line.get(), MOST);
                Ok(Some(log))
            })
        };
        Ok(self.pool.run_unbounded(&self.limiter, work).await??)
    }

    async fn latest(&self, limit: usize) -> Result<Vec<AuditLine>, ServerLogError> {
        let Some(file) = self.file.clone() else {
            return Ok(Vec::new());
        };
        let work = move || file.read(None);
        Ok(match self.pool.run(&self.limiter, work).await?? {
            StateReading::Read {
                bytes: Some(bytes), ..
            } => newest_lines(&bytes).take(limit).collect(),
            // It is not unchanged: nothing was said of what is known.
            StateReading::Read { bytes: None, .. } | StateReading::Unchanged => Vec::new(),
        })
    }
}
