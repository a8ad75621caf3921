//! The requests that wait: in order, counted, until their deadlines.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::ask::Asker;
use crate::patience::Waiting;
use crate::request::{Request, RequestId};

/// The requests that wait, oldest first.
///
/// A request's place is its turn. Its deadline moves with those who come to
/// answer and leave, so what is due next is kept in an order of its own.
#[derive(Debug)]
pub(crate) struct PendingRequests<T> {
    waiting: BTreeMap<u64, PendingRequest<T>>,
    due: BTreeSet<(Instant, u64)>,
    turns: HashMap<RequestId, u64>,
    askers: HashMap<Asker, AskerShare>,
    bytes: usize,
    later: usize,
    turn: u64,
}

/// What waits of one asker.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AskerShare {
    pub(crate) requests: usize,
    pub(crate) bytes: usize,
}

#[derive(Debug)]
struct PendingRequest<T> {
    request: Arc<Request<T>>,
    waiting: Waiting,
}

impl<T> Default for PendingRequests<T> {
    fn default() -> Self {
        Self {
            waiting: BTreeMap::new(),
            due: BTreeSet::new(),
            turns: HashMap::new(),
            askers: HashMap::new(),
            bytes: 0,
            later: 0,
            turn: 0,
        }
    }
}

impl<T> PendingRequests<T> {
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// How many bytes wait.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many wait whose askers come back for the answer.
    pub(crate) fn later(&self) -> usize {
        self.later
    }

    pub(crate) fn of_asker(&self, asker: &Asker) -> AskerShare {
        // Whoever has nothing waiting is not in the map, so it cannot grow for ever.
        const NOTHING: AskerShare = AskerShare {
            requests: 0,
            bytes: 0,
        };
        self.askers.get(asker).copied().unwrap_or(NOTHING)
    }

    pub(crate) fn add(&mut self, request: Arc<Request<T>>, waiting: Waiting) {
        let turn = self.turn;
        self.turn += 1;
        let share = self.askers.entry(request.asker.clone()).or_default();
        share.requests += 1;
        share.bytes = share.bytes.saturating_add(request.bytes);
        self.bytes = self.bytes.saturating_add(request.bytes);
        self.later += usize::from(request.answers_later);
        self.turns.insert(request.id, turn);
        self.due.insert((waiting.deadline, turn));
        self.waiting
            .insert(turn, PendingRequest { request, waiting });
    }

    pub(crate) fn get(&self, id: RequestId) -> Option<&Arc<Request<T>>> {
        Some(&self.find(id)?.request)
    }

    /// How long a request waits.
    pub(crate) fn waiting(&self, id: RequestId) -> Option<Waiting> {
        Some(self.find(id)?.waiting)
    }

    pub(crate) fn remove(&mut self, id: RequestId) -> Option<Arc<Request<T>>> {
        let turn = *self.turns.get(&id)?;
        Some(self.take(turn)?.request)
    }

    /// Takes out the request whose deadline has come first, and how long it has
    /// waited.
    pub(crate) fn remove_overdue(&mut self, now: Instant) -> Option<(Arc<Request<T>>, Duration)> {
        let (deadline, turn) = *self.due.first()?;
        if deadline > now {
            return None;
        }
        let PendingRequest { request, waiting } = self.take(turn)?;
        Some((request, waiting.patience()))
    }

    fn take(&mut self, turn: u64) -> Option<PendingRequest<T>> {
        let pending = self.waiting.remove(&turn)?;
        self.turns.remove(&pending.request.id);
        self.due.remove(&(pending.waiting.deadline, turn));
        self.release(&pending.request);
        Some(pending)
    }

    /// Takes out the oldest request.
    pub(crate) fn remove_first(&mut self) -> Option<Arc<Request<T>>> {
        let id = self.waiting.first_key_value()?.1.request.id;
        self.remove(id)
    }

    /// The requests, oldest first.
    pub(crate) fn list(&self) -> Vec<Arc<Request<T>>> {
        let waiting = self.waiting.values();
        waiting
            .map(|pending| Arc::clone(&pending.request))
            .collect()
    }

    /// Moves the deadline of one request. The request, if it shows another one.
    pub(crate) fn reschedule(
        &mut self,
        id: RequestId,
        change: impl FnOnce(&mut Waiting),
    ) -> Option<Arc<Request<T>>> {
        let turn = *self.turns.get(&id)?;
        let pending = self.waiting.get_mut(&turn)?;
        self.due.remove(&(pending.waiting.deadline, turn));
        change(&mut pending.waiting);
        self.due.insert((pending.waiting.deadline, turn));
        let is_new = pending.request.show_patience(pending.waiting.patience());
        is_new.then(|| Arc::clone(&pending.request))
    }

    fn find(&self, id: RequestId) -> Option<&PendingRequest<T>> {
        self.waiting.get(self.turns.get(&id)?)
    }

    fn release(&mut self, request: &Request<T>) {
        self.bytes = self.bytes.saturating_sub(request.bytes);
        self.later -= usize::from(request.answers_later);
        if let Some(share) = self.askers.get_mut(&request.asker) {
            share.requests -= 1;
            share.bytes = share.bytes.saturating_sub(request.bytes);
            // Names are what clients say of themselves. To keep those that have
            // gone would let anybody fill the memory with made-up ones.
            if share.requests == 0 {
                self.askers.remove(&request.asker);
            }
        }
    }
}
