//! The requests that ended last.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::outcome::{Ended, Outcome};
use crate::request::RequestId;

/// How many ended requests are remembered.
pub const HISTORY: usize = 200;

/// The requests that ended last, newest first.
#[derive(Debug)]
pub(crate) struct History<T> {
    entries: VecDeque<Arc<Ended<T>>>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
        }
    }
}

impl<T> History<T> {
    pub(crate) fn add(&mut self, ended: Ended<T>) {
        self.entries.truncate(HISTORY - 1);
        self.entries.push_front(Arc::new(ended));
    }

    /// Says what came of a request that had been allowed, unless so many ended
    /// since that it is forgotten.
    pub(crate) fn settle(&mut self, id: RequestId, outcome: Outcome) {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.request.id == id) else {
            return;
        };
        *entry = Arc::new(Ended {
            request: Arc::clone(&entry.request),
            outcome,
            ended_at: entry.ended_at,
            message: entry.message.clone(),
            by: entry.by,
        });
    }

    pub(crate) fn newest(&self, limit: usize) -> Vec<Arc<Ended<T>>> {
        self.entries.iter().take(limit).map(Arc::clone).collect()
    }
}
