//! The record of requests that came to nothing.

use std::sync::Arc;

use openwork_approval::{Asker, Refusal};
use openwork_change::store::RefusedRequest;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::HostError;
use crate::host::Host;
use crate::pool::WorkPool;
use crate::registry::WorkspaceHandle;
use crate::subject::Subject;

mod bursts;

pub(crate) use bursts::BurstRecords;
use bursts::{BURST, NotedRefusal, RefusalBurst};

/// The most bytes of what was asked for that are recorded.
const SUMMARY: usize = 256;

/// Records, when it is dropped, how a request ended.
///
/// It says "withdrawn" unless it is given another outcome, because a caller who
/// goes away drops it and does nothing else. The first request of a burst is
/// recorded at once; those that follow are counted and recorded together, so
/// that no client fills the record by asking and leaving.
pub(crate) struct RefusalRecord {
    writer: RefusalWriter,
    records: Arc<BurstRecords>,
    tasks: TaskTracker,
    stopping: CancellationToken,
    asker: Asker,
    refused: Option<RefusedRequest>,
}

/// Where records are written.
#[derive(Clone)]
struct RefusalWriter {
    handle: Arc<WorkspaceHandle>,
    pool: Arc<WorkPool>,
}

impl Host {
    pub(crate) fn record(
        &self,
        handle: &Arc<WorkspaceHandle>,
        subject: &Subject,
        asker: Asker,
    ) -> RefusalRecord {
        let refused = RefusedRequest {
            request: None,
            actor: subject.actor.clone(),
            address: subject.address,
            action: subject.action,
            summary: short(&subject.summary),
            outcome: "withdrawn",
            count: 1,
        };
        RefusalRecord {
            writer: RefusalWriter {
                handle: Arc::clone(handle),
                pool: Arc::clone(&self.pool),
            },
            records: Arc::clone(&self.records),
            tasks: self.commits.clone(),
            stopping: self.stopping.clone(),
            asker,
            refused: Some(refused),
        }
    }
}

impl RefusalRecord {
    /// The request came to something: there is nothing to record.
    pub(crate) fn discard(&mut self) {
        self.refused = None;
    }

    pub(crate) fn ended(&mut self, outcome: &'static str) {
        if let Some(refused) = &mut self.refused {
            refused.outcome = outcome;
        }
    }

    pub(crate) fn refused(&mut self, refusal: &Refusal) {
        let (outcome, request) = match refusal {
            Refusal::Denied { request, .. } => ("denied", Some(*request)),
            Refusal::Expired { request, .. } => ("expired", Some(*request)),
            Refusal::Withdrawn { request } => ("withdrawn", Some(*request)),
            Refusal::ShuttingDown { request } => ("aborted", *request),
            // Nobody was asked, and a flood must not fill the log.
            Refusal::Full { .. }
            | Refusal::AskerFull { .. }
            | Refusal::LaterFull { .. }
            | Refusal::TooMuch { .. }
            | Refusal::AskerTooMuch { .. }
            | Refusal::TooLarge { .. } => return self.discard(),
        };
        self.ended(outcome);
        if let Some(refused) = &mut self.refused {
            refused.request = request.map(Into::into);
        }
    }
}

impl Drop for RefusalRecord {
    fn drop(&mut self) {
        let Some(refused) = self.refused.take() else {
            return;
        };
        let workspace = &self.writer.handle.workspace.id;
        let burst = RefusalBurst::of(workspace.as_str(), &self.asker, &refused);
        let NotedRefusal::First(burst) = self.records.note(burst, &refused) else {
            return;
        };
        // A destructor cannot wait, so a task writes. It is one of the commits:
        // a host that shuts down waits for the record as well.
        let (writer, records) = (self.writer.clone(), Arc::clone(&self.records));
        let stopping = self.stopping.clone();
        self.tasks.spawn(async move {
            writer.write(refused).await;
            // What comes after the end begins another burst.
            stopping
                .run_until_cancelled(tokio::time::sleep(BURST))
                .await;
            if let Some(rest) = records.end(&burst) {
                writer.write(rest).await;
            }
        });
    }
}

impl RefusalWriter {
    async fn write(&self, refused: RefusedRequest) {
        let store = Arc::clone(&self.handle.store);
        let work = move || store.record(&refused).map_err(HostError::from);
        let recorded = self.pool.run_unbounded(&self.handle.limiter, work).await;
        if let Err(error) = recorded.and_then(|recorded| recorded) {
            tracing::warn!(%error, "a refused request could not be recorded");
        }
    }
}

/// The beginning of a summary, with a sign where it was longer.
pub(crate) fn short(summary: &str) -> String {
    if summary.len() <= SUMMARY {
        return summary.to_owned();
    }
    let sign = '…';
    let most = SUMMARY - sign.len_utf8();
    let end = (0..=most).rev().find(|&end| summary.is_char_boundary(end));
    let beginning = end.and_then(|end| summary.get(..end));
    format!("{}{sign}", beginning.unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_summary_is_cut_between_characters() {
        assert_eq!(short("Add plugin a"), "Add plugin a");
        let fits = "ä".repeat(128);
        assert_eq!(short(&fits), fits);
        let long = short(&"ä".repeat(129));
        assert_eq!((long.len(), long.ends_with("ä…")), (255, true));
    }
}
