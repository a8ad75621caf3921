//! The requests that wait: in order, counted, until their deadlines.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

use crate::ask::Asker;
use crate::request::{Request, RequestId};

/// The requests that wait, oldest first.
///
/// A request's place is its deadline and, among equal ones, its turn. All wait
/// equally long, so this is also the order in which they were asked, and both
/// "what is overdue?" and "what is oldest?" are questions about the front.
#[derive(Debug)]
pub(crate) struct PendingRequests<T> {
    waiting: BTreeMap<QueuePlace, Arc<Request<T>>>,
    places: HashMap<RequestId, QueuePlace>,
    askers: HashMap<Asker, AskerShare>,
    bytes: usize,
    turn: u64,
}

/// What waits of one asker.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AskerShare {
    pub(crate) requests: usize,
    pub(crate) bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct QueuePlace {
    deadline: Instant,
    turn: u64,
}

impl<T> Default for PendingRequests<T> {
    fn default() -> Self {
        Self {
            waiting: BTreeMap::new(),
            places: HashMap::new(),
            askers: HashMap::new(),
            bytes: 0,
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

    pub(crate) fn of_asker(&self, asker: &Asker) -> AskerShare {
        // Whoever has nothing waiting is not in the map, so it cannot grow for ever.
        const NOTHING: AskerShare = AskerShare {
            requests: 0,
            bytes: 0,
        };
        self.askers.get(asker).copied().unwrap_or(NOTHING)
    }

    pub(crate) fn add(&mut self, request: Arc<Request<T>>, deadline: Instant) {
        // A turn besides the deadline: many requests of one moment have the
        // same deadline, and their order still has to be the one in which they
        // came.
        let place = QueuePlace {
            deadline,
            turn: self.turn,
        };
        self.turn += 1;
        let share = self.askers.entry(request.asker.clone()).or_default();
        share.requests += 1;
        share.bytes = share.bytes.saturating_add(request.bytes);
        self.bytes = self.bytes.saturating_add(request.bytes);
        self.places.insert(request.id, place);
        self.waiting.insert(place, request);
    }

    pub(crate) fn get(&self, id: RequestId) -> Option<&Arc<Request<T>>> {
        self.waiting.get(self.places.get(&id)?)
    }

    pub(crate) fn remove(&mut self, id: RequestId) -> Option<Arc<Request<T>>> {
        let place = self.places.remove(&id)?;
        let request = self.waiting.remove(&place)?;
        self.release(&request);
        Some(request)
    }

    /// Takes out the oldest request whose deadline has come.
    pub(crate) fn remove_overdue(&mut self, now: Instant) -> Option<Arc<Request<T>>> {
        let (place, request) = self.waiting.first_key_value()?;
        let (overdue, id) = (place.deadline <= now, request.id);
        if overdue { self.remove(id) } else { None }
    }

    /// Takes out the oldest request.
    pub(crate) fn remove_first(&mut self) -> Option<Arc<Request<T>>> {
        let id = self.waiting.first_key_value()?.1.id;
        self.remove(id)
    }

    /// The requests, oldest first.
    pub(crate) fn list(&self) -> Vec<Arc<Request<T>>> {
        self.waiting.values().map(Arc::clone).collect()
    }

    fn release(&mut self, request: &Request<T>) {
        self.bytes = self.bytes.saturating_sub(request.bytes);
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
