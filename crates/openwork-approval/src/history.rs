//! The requests that ended last.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::outcome::{EndedRequest, RequestOutcome};
use crate::request::RequestId;

/// How many ended requests are remembered.
pub const HISTORY: usize = 200;

/// How many requests have ended, by how they did. What was allowed has ended once
/// it is known what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EndedCounts {
    /// What was allowed was done.
    pub applied: u64,
    /// What was allowed was not done: what the person was shown no longer held.
    pub conflicted: u64,
    /// What was allowed could not be done.
    pub failed: u64,
    /// A person said no.
    pub denied: u64,
    /// Nobody answered in time.
    pub expired: u64,
    /// Whoever asked went away.
    pub withdrawn: u64,
    /// The gate was shut.
    pub aborted: u64,
}

impl EndedCounts {
    fn count(&mut self, outcome: &RequestOutcome) {
        let number = match outcome {
            // It goes on.
            RequestOutcome::Allowed => return,
            RequestOutcome::Applied => &mut self.applied,
            RequestOutcome::Conflicted => &mut self.conflicted,
            RequestOutcome::Failed(_) => &mut self.failed,
            RequestOutcome::Denied => &mut self.denied,
            RequestOutcome::Expired => &mut self.expired,
            RequestOutcome::Withdrawn => &mut self.withdrawn,
            RequestOutcome::Aborted => &mut self.aborted,
        };
        *number += 1;
    }
}

/// The requests that ended last, newest first, and how many there were.
#[derive(Debug)]
pub(crate) struct RequestHistory<T> {
    entries: VecDeque<Arc<EndedRequest<T>>>,
    counts: EndedCounts,
}

impl<T> Default for RequestHistory<T> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            counts: EndedCounts::default(),
        }
    }
}

impl<T> RequestHistory<T> {
    pub(crate) fn add(&mut self, ended: EndedRequest<T>) {
        self.counts.count(&ended.outcome);
        self.entries.truncate(HISTORY - 1);
        self.entries.push_front(Arc::new(ended));
    }

    /// Says what came of a request that had been allowed, unless so many ended
    /// since that it is forgotten.
    pub(crate) fn settle(&mut self, id: RequestId, outcome: RequestOutcome) {
        self.counts.count(&outcome);
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.request.id == id) else {
            return;
        };
        *entry = Arc::new(EndedRequest {
            request: Arc::clone(&entry.request),
            outcome,
            ended_at: entry.ended_at,
            message: entry.message.clone(),
            by: entry.by,
        });
    }

    pub(crate) fn counts(&self) -> EndedCounts {
        self.counts
    }

    pub(crate) fn newest(&self, limit: usize) -> Vec<Arc<EndedRequest<T>>> {
        self.entries.iter().take(limit).map(Arc::clone).collect()
    }
}
