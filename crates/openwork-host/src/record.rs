//! The record of requests that came to nothing.

use std::sync::Arc;

use openwork_approval::Refusal;
use openwork_model::store::Refused;
use tokio_util::task::TaskTracker;

use crate::error::HostError;
use crate::host::Host;
use crate::pool::Pool;
use crate::registry::Desk;
use crate::subject::Subject;

/// Records, when it is dropped, how a request ended.
///
/// Until it is told otherwise the request was withdrawn: that is what a caller
/// who goes away leaves behind.
pub(crate) struct Record {
    desk: Arc<Desk>,
    pool: Arc<Pool>,
    tasks: TaskTracker,
    refused: Option<Refused>,
}

impl Host {
    pub(crate) fn record(&self, desk: &Arc<Desk>, subject: &Subject) -> Record {
        let refused = Refused {
            request: None,
            actor: subject.actor.clone(),
            action: subject.action,
            summary: subject.summary.clone(),
            outcome: "withdrawn",
            count: 1,
        };
        Record {
            desk: Arc::clone(desk),
            pool: Arc::clone(&self.pool),
            tasks: self.commits.clone(),
            refused: Some(refused),
        }
    }
}

impl Record {
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
            Refusal::ShuttingDown { request } => ("aborted", *request),
            // Nobody was asked, and a flood must not fill the log.
            Refusal::Full { .. } | Refusal::AskerFull { .. } => return self.discard(),
        };
        self.ended(outcome);
        if let Some(refused) = &mut self.refused {
            refused.request = request.map(Into::into);
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let Some(refused) = self.refused.take() else {
            return;
        };
        let (desk, pool) = (Arc::clone(&self.desk), Arc::clone(&self.pool));
        self.tasks.spawn(async move {
            let store = Arc::clone(&desk.store);
            let work = move || store.record(&refused).map_err(HostError::from);
            let recorded = pool
                .run_unbounded(&desk.lane, work)
                .await
                .and_then(|recorded| recorded);
            if let Err(error) = recorded {
                tracing::warn!(%error, "a refused request could not be recorded");
            }
        });
    }
}
