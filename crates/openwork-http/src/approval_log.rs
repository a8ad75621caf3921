//! Requests that have ended, in a file that outlives the server.

use std::collections::HashSet;
use std::sync::Arc;

use openwork_approval::{EndedRequest, HISTORY, RequestId, RequestOutcome};
use openwork_host::{
    Host, StateError, StateFile, StateReading, Subject, append_lines, newest_lines,
};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::wire::approval::{ItemBounds, ItemDetail, ended_item};

/// The most bytes of the file; the older half goes when there would be more.
const MOST: usize = 2 << 20;
/// The most bytes of one request, its diffs included.
const ITEM: usize = 16 << 10;

/// Writes down requests that have ended: what was asked, by whom, what it would
/// have set off, how it ended and who answered, secrets masked.
pub struct ApprovalRecorder {
    host: Arc<Host>,
    file: Arc<dyn StateFile>,
    /// Held while the file is written, so that nothing is written twice.
    recorded: Mutex<HashSet<RequestId>>,
}

impl ApprovalRecorder {
    /// Records the requests of a host in a file.
    pub fn new(host: Arc<Host>, file: Arc<dyn StateFile>) -> Self {
        Self {
            host,
            file,
            recorded: Mutex::default(),
        }
    }

    /// Writes down what has ended since the last time. To be called soon after
    /// something has: beyond the last 200 requests nothing is remembered.
    pub async fn record(&self) {
        let ended = self.host.gate().history(HISTORY);
        let mut recorded = self.recorded.lock().await;
        let mut fresh: Vec<_> = ended
            .iter()
            .filter(|one| is_final(one) && !recorded.contains(&one.request.id))
            .map(Arc::clone)
            .collect();
        if fresh.is_empty() {
            return;
        }
        fresh.reverse();
        let ids: Vec<RequestId> = fresh.iter().map(|one| one.request.id).collect();
        let file = Arc::clone(&self.file);
        let written = tokio::task::spawn_blocking(move || append(&*file, &fresh)).await;
        match written {
            Ok(Ok(())) => {
                // What the gate has forgotten cannot come again.
                recorded.retain(|id| ended.iter().any(|one| one.request.id == *id));
                recorded.extend(ids);
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "requests that have ended could not be recorded");
            }
            Err(error) => tracing::error!(%error, "the record of requests broke off"),
        }
    }
}

/// What was allowed ends once it is known what came of it.
fn is_final(ended: &EndedRequest<Subject>) -> bool {
    ended.outcome != RequestOutcome::Allowed
}

fn append(file: &dyn StateFile, ended: &[Arc<EndedRequest<Subject>>]) -> Result<(), StateError> {
    let line = |one: &Arc<EndedRequest<Subject>>| {
        let item = ended_item(one, ItemDetail::Changes, ItemBounds::listed(ITEM)).item;
        serde_json::to_string(&item)
    };
    let lines: Result<Vec<String>, _> = ended.iter().map(line).collect();
    let lines = lines.map_err(|cause| StateError::Unreadable {
        name: file.name(),
        reason: cause.to_string(),
    })?;
    let lines = lines.join("\n");
    file.update(&mut |before| {
        let before = before.unwrap_or_default();
        Ok(Some(append_lines(before, &lines, MOST)))
    })
}

/// The requests that a file has, the last one first.
pub(crate) fn recorded(file: &dyn StateFile) -> Result<Vec<Value>, StateError> {
    Ok(match file.read(None)? {
        StateReading::Read {
            bytes: Some(bytes), ..
        } => newest_lines(&bytes)
            .filter_map(|line| serde_json::from_str(line.get()).ok())
            .collect(),
        StateReading::Read { bytes: None, .. } | StateReading::Unchanged => Vec::new(),
    })
}
