//! The requests that ended last.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::outcome::{EndedRequest, RequestOutcome};
use crate::request::RequestId;

/// How many ended requests are remembered.
pub const HISTORY: usize = 200;

/// The requests that ended last, newest first.
#[derive(Debug)]
pub(crate) struct RequestHistory<T> {
    entries: VecDeque<Arc<EndedRequest<T>>>,
}

impl<T> Default for RequestHistory<T> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
        }
    }
}

impl<T> RequestHistory<T> {
    pub(crate) fn add(&mut self, ended: EndedRequest<T>) {
        self.entries.truncate(HISTORY - 1);
        self.entries.push_front(Arc::new(ended));
    }

    /// Says what came of a request that had been allowed, unless so many ended
    /// since that it is forgotten.
    pub(crate) fn settle(&mut self, id: RequestId, outcome: RequestOutcome) {
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

    pub(crate) fn newest(&self, limit: usize) -> Vec<Arc<EndedRequest<T>>> {
        self.entries.iter().take(limit).map(Arc::clone).collect()
    }
}
