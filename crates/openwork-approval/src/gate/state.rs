//! What a gate keeps under its lock.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::events::{Event, WatcherQueues};
use crate::ledger::{Ledger, RequestSummary};
use crate::options::GateOptions;
use crate::outcome::Settlement;
use crate::permit::GrantedBy;
use crate::request::{Request, RequestId};

/// The smallest backlog of a watcher that is not yet too slow.
const LEAST_BACKLOG: usize = 1024;
/// The largest one: memory that a watcher who stands still may hold.
const MOST_BACKLOG: usize = 65_536;

/// The ledger and those to whom it matters.
pub(super) struct GateState<T> {
    pub(super) ledger: Ledger<T>,
    pub(super) watchers: WatcherQueues<T>,
    /// How many are there who can answer.
    pub(super) attendants: usize,
    /// Those who wait for an answer.
    waiting: HashMap<RequestId, oneshot::Sender<GateVerdict<T>>>,
    /// Those who answered and wait for what comes of it.
    settling: HashMap<RequestId, oneshot::Sender<Settlement>>,
}

/// What whoever waits is told.
pub(super) enum GateVerdict<T> {
    /// With what was allowed, if it is not quite what was asked.
    Allowed(GrantedBy, Option<Arc<Request<T>>>),
    Denied {
        message: Option<String>,
    },
    Expired {
        after: Duration,
    },
    Withdrawn,
    Aborted,
}

impl<T> GateState<T> {
    pub(super) fn new(options: &GateOptions, summary: Option<RequestSummary<T>>) -> Self {
        let ledger = Ledger::new(options);
        Self {
            ledger: match summary {
                Some(summary) => ledger.summarising(summary),
                None => ledger,
            },
            watchers: WatcherQueues::new(backlog(options.max_pending), options.max_unread_bytes()),
            attendants: 0,
            waiting: HashMap::new(),
            settling: HashMap::new(),
        }
    }

    /// Waits for the answer to a request.
    pub(super) fn wait(&mut self, id: RequestId) -> oneshot::Receiver<GateVerdict<T>> {
        let (sender, verdict) = oneshot::channel();
        self.waiting.insert(id, sender);
        verdict
    }

    /// Waits for what comes of a request.
    pub(super) fn wait_settled(&mut self, id: RequestId) -> oneshot::Receiver<Settlement> {
        let (sender, settlement) = oneshot::channel();
        self.settling.insert(id, sender);
        settlement
    }

    /// Tells everybody what happened since the last time, which was at this
    /// time, in ms since 1970.
    pub(super) fn deliver(&mut self, at: u64) {
        // Delivered under the lock: whoever watches sees events in the order in
        // which they happened, and none between a snapshot and its watch.
        for event in self.ledger.events() {
            self.watchers.tell(&event);
            self.inform(event, at);
        }
        if self.ledger.is_closed() {
            // After the last events: an aborted request is still told.
            self.watchers.end();
        }
    }

    /// Tells those whom an event concerns alone.
    fn inform(&mut self, event: Event<T>, at: u64) {
        match event {
            Event::Asked(_) | Event::Rescheduled { .. } | Event::RulesChanged => {}
            Event::Replied {
                id,
                allowed: true,
                by,
                amended,
                ..
            } => self.answer(id, GateVerdict::Allowed(GrantedBy { by, at }, amended)),
            Event::Replied { id, message, .. } => self.answer(id, GateVerdict::Denied { message }),
            Event::Expired { id, after } => self.answer(id, GateVerdict::Expired { after }),
            Event::Aborted { id } => self.answer(id, GateVerdict::Aborted),
            Event::Withdrawn { id } => self.answer(id, GateVerdict::Withdrawn),
            Event::Applied { id } => self.settle(id, Settlement::Applied),
            Event::Conflicted { id } => self.settle(id, Settlement::Conflicted),
            Event::Failed { id, message } => self.settle(id, Settlement::Failed(message)),
        }
    }

    fn answer(&mut self, id: RequestId, verdict: GateVerdict<T>) {
        if let Some(waiting) = self.waiting.remove(&id) {
            // Whoever has just stopped waiting leaves the request by itself.
            let _ = waiting.send(verdict);
        }
    }

    fn settle(&mut self, id: RequestId, settlement: Settlement) {
        if let Some(settling) = self.settling.remove(&id) {
            // Whoever answered need not care what comes of it.
            let _ = settling.send(settlement);
        }
    }
}

/// Enough for everything pending to be asked, answered and settled at once.
fn backlog(max_pending: usize) -> usize {
    max_pending
        .saturating_mul(4)
        .clamp(LEAST_BACKLOG, MOST_BACKLOG)
}
