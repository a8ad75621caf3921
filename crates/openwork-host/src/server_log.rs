//! The audit log of what is done to the server itself: its tokens, and which
//! workspaces it serves. No workspace has a place for that.

use std::sync::Arc;

use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditEntry, AuditLine, NamedFiles};
use openwork_model::clock::{Ids as _, RandomIds};
use serde_json::value::RawValue;

use crate::error::HostError;
use crate::host::Host;
use crate::pool::{WorkPool, WorkspaceLimiter};
use crate::state::{StateError, StateFile, StateReading};

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
    /// A token is ended.
    TokenDelete,
}

impl ServerAction {
    /// The name on the wire and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkspaceCreate => "workspace.create",
            Self::WorkspaceRename => "workspace.rename",
            Self::WorkspaceDelete => "workspace.delete",
            Self::TokenCreate => "token.create",
            Self::TokenDelete => "token.delete",
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
        };
        let work = move || {
            let line = AuditLine::try_from(&entry).map_err(|cause| StateError::Unreadable {
                name: file.name(),
                reason: cause.to_string(),
            })?;
            file.update(&mut |before| Ok(Some(appended(before.unwrap_or_default(), line.get()))))
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
            } => newest(&bytes, limit),
            // It is not unchanged: nothing was said of what is known.
            StateReading::Read { bytes: None, .. } | StateReading::Unchanged => Vec::new(),
        })
    }
}

/// The log with one line more, and without its older half if it grew too long.
fn appended(before: &[u8], line: &str) -> Vec<u8> {
    let begin = match before.len() + line.len() {
        short if short < MOST => 0,
        _ => before.len().saturating_sub(MOST / 2),
    };
    let kept = before.get(begin..).unwrap_or_default();
    // From the beginning of a line, or half of one would look like a broken one.
    let cut = if begin == 0 {
        0
    } else {
        let end = kept.iter().position(|byte| *byte == b'\n');
        end.map_or(kept.len(), |end| end + 1)
    };
    let mut log = kept.get(cut..).unwrap_or_default().to_vec();
    if log.last().is_some_and(|last| *last != b'\n') {
        log.push(b'\n');
    }
    log.extend_from_slice(line.as_bytes());
    log.push(b'\n');
    log
}

/// The last lines that are JSON, newest first: what somebody else wrote there
/// is left alone.
fn newest(log: &[u8], limit: usize) -> Vec<AuditLine> {
    let lines = log.rsplit(|byte| *byte == b'\n');
    let parsed = lines.filter_map(|line| {
        let line = serde_json::from_slice::<Box<RawValue>>(line).ok()?;
        line.get().starts_with('{').then(|| line.into())
    });
    parsed.take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(log: &[u8], limit: usize) -> Vec<String> {
        let lines = newest(log, limit);
        lines.iter().map(|line| line.get().to_owned()).collect()
    }

    #[test]
    fn the_last_lines_come_first_and_broken_ones_not_at_all() {
        let log = appended(b"{\"n\":1}\nnot json\n{\"torn\":", "{\"n\":2}");
        assert_eq!(log, b"{\"n\":1}\nnot json\n{\"torn\":\n{\"n\":2}\n");
        assert_eq!(texts(&log, 9), ["{\"n\":2}", "{\"n\":1}"]);
        assert_eq!(texts(&log, 1), ["{\"n\":2}"]);
        assert_eq!(texts(b"", 9), Vec::<String>::new());
    }

    #[test]
    fn a_long_log_loses_its_older_half_by_whole_lines() {
        let line = format!("{{\"n\":\"{}\"}}\n", "x".repeat(1_000));
        let filled = line.repeat(MOST / line.len() + 1);
        let log = appended(filled.as_bytes(), "{\"n\":\"last\"}");
        assert!(log.len() < MOST / 2 + 2 * line.len());
        assert!(log.starts_with(line.as_bytes()));
        assert_eq!(texts(&log, 1), ["{\"n\":\"last\"}"]);
    }
}
