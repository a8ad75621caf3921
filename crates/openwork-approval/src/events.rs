//! What watchers see.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::outcome::{EndedBy, Settlement};
use crate::request::{Request, RequestId};

/// Something that happened at a gate.
///
/// Each happens once. A request that a rule allows is never asked, so the first
/// that is seen of it is its [`Event::Replied`], which names the rule.
// Not `non_exhaustive`: where it becomes an answer to a client, the compiler is
// to say that there is a new one. So a new variant needs a new minor version.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<T> {
    /// A request waits for an answer.
    Asked(Arc<Request<T>>),
    /// A request was answered.
    Replied {
        /// Which one.
        id: RequestId,
        /// Whether the answer was yes.
        allowed: bool,
        /// What was said beside yes or no.
        message: Option<String>,
        /// Who answered: a person, or a rule that a person made.
        by: EndedBy,
        /// What was allowed, if it is not quite what was asked.
        amended: Option<Arc<Request<T>>>,
    },
    /// A request waits longer or less long than it was to: somebody has come to
    /// answer or has left, or a person needs longer.
    Rescheduled {
        /// Which one.
        id: RequestId,
        /// When it expires by now, in ms since 1970.
        expires_at: u64,
    },
    /// Nobody answered in time.
    Expired {
        /// Which request.
        id: RequestId,
        /// How long it has waited.
        after: Duration,
    },
    /// Whoever asked went away.
    Withdrawn {
        /// Which request.
        id: RequestId,
    },
    /// The gate was shut.
    Aborted {
        /// Which request.
        id: RequestId,
    },
    /// What was allowed was done.
    Applied {
        /// Which request.
        id: RequestId,
    },
    /// What was allowed was not done: what the person was shown no longer held.
    Conflicted {
        /// Which request.
        id: RequestId,
    },
    /// What was allowed could not be done.
    Failed {
        /// Which request.
        id: RequestId,
        /// Why.
        message: String,
    },
    /// A rule was made, taken back, or has ended. Uses of a rule are not told
    /// here: they are replies.
    RulesChanged,
}

impl<T> Event<T> {
    pub(crate) fn settled(id: RequestId, settlement: Settlement) -> Self {
        match settlement {
            Settlement::Applied => Self::Applied { id },
            Settlement::Conflicted => Self::Conflicted { id },
            Settlement::Failed(message) => Self::Failed { id, message },
        }
    }

    /// How many bytes it holds for as long as nobody has read it.
    fn bytes(&self) -> usize {
        match self {
            Self::Asked(request)
            | Self::Replied {
                amended: Some(request),
                ..
            } => request.bytes,
            _ => 0,
        }
    }
}

// Derived, this would ask for a `T` that can be cloned.
impl<T> Clone for Event<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Asked(request) => Self::Asked(Arc::clone(request)),
            Self::Replied {
                id,
                allowed,
                message,
                by,
                amended,
            } => Self::Replied {
                id: *id,
                allowed: *allowed,
                message: message.clone(),
                by: *by,
                amended: amended.as_ref().map(Arc::clone),
            },
            Self::Rescheduled { id, expires_at } => Self::Rescheduled {
                id: *id,
                expires_at: *expires_at,
            },
            Self::Expired { id, after } => Self::Expired {
                id: *id,
                after: *after,
            },
            Self::Withdrawn { id } => Self::Withdrawn { id: *id },
            Self::Aborted { id } => Self::Aborted { id: *id },
            Self::Applied { id } => Self::Applied { id: *id },
            Self::Conflicted { id } => Self::Conflicted { id: *id },
            Self::Failed { id, message } => Self::Failed {
                id: *id,
                message: message.clone(),
            },
            Self::RulesChanged => Self::RulesChanged,
        }
    }
}

/// One watcher's view of what happens at a gate.
#[derive(Debug)]
pub struct Watch<T> {
    events: mpsc::Receiver<Event<T>>,
    unread: Arc<AtomicUsize>,
    missed: Arc<AtomicU64>,
}

/// Why a watch is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WatchEnd {
    /// The watcher was too slow. Whoever watches again starts from what is
    /// pending then.
    #[error("the watcher was too slow and missed {missed} events")]
    Lagged {
        /// How many events it has missed until now, at least 1.
        missed: u64,
    },
    /// The gate was shut, or nobody holds it any more.
    #[error("the gate was shut")]
    Shut,
}

impl<T> Watch<T> {
    /// The next event, in the order in which they happened. Dropping the
    /// future loses no event.
    ///
    /// # Errors
    ///
    /// [`WatchEnd`] once this watch is over; the events before come first.
    pub async fn next(&mut self) -> Result<Event<T>, WatchEnd> {
        let Some(event) = self.events.recv().await else {
            return Err(match self.missed.load(Ordering::Acquire) {
                0 => WatchEnd::Shut,
                missed => WatchEnd::Lagged { missed },
            });
        };
        self.unread.fetch_sub(event.bytes(), Ordering::AcqRel);
        Ok(event)
    }
}

/// Everybody who watches.
#[derive(Debug)]
pub(crate) struct WatcherQueues<T> {
    queues: Vec<WatcherQueue<T>>,
    capacity: usize,
    max_unread: usize,
    ended: bool,
}

/// What one watcher has not read yet.
#[derive(Debug)]
struct WatcherQueue<T> {
    /// `None` once the watcher was too slow: what it missed is only counted.
    events: Option<mpsc::Sender<Event<T>>>,
    /// How many bytes it has not read.
    unread: Arc<AtomicUsize>,
    missed: Weak<AtomicU64>,
}

impl<T> WatcherQueue<T> {
    /// Adds an event, or counts it as missed.
    fn tell(&mut self, event: &Event<T>, max_unread: usize) {
        if self.add(event, max_unread) {
            return;
        }
        if self.events.is_some() && self.is_watched() {
            tracing::debug!("a watcher was too slow and is let go");
        }
        // Counted before the sender goes: the end that the watcher sees then
        // must not look like that of a gate that was shut.
        if let Some(missed) = self.missed.upgrade() {
            missed.fetch_add(1, Ordering::Release);
        }
        self.events = None;
    }

    /// False if there is no room for the event, or there was none before.
    /// A watcher that has read everything has room for any event.
    fn add(&self, event: &Event<T>, max_unread: usize) -> bool {
        // Once it has missed one it gets no more: events after a hole would be
        // taken for all that happened.
        let Some(events) = &self.events else {
            return false;
        };
        let bytes = event.bytes();
        // Added before it is sent: the reader may read it at once and take its
        // bytes away, which must not go below zero.
        let unread = self.unread.fetch_add(bytes, Ordering::AcqRel);
        let fits = bytes == 0 || unread == 0 || unread.saturating_add(bytes) <= max_unread;
        fits && events.try_send(event.clone()).is_ok()
    }

    fn is_watched(&self) -> bool {
        self.missed.strong_count() > 0
    }
}

impl<T> WatcherQueues<T> {
    /// Each may fall behind by this many events, and by this many bytes of
    /// requests.
    pub(crate) fn new(capacity: usize, max_unread: usize) -> Self {
        Self {
            queues: Vec::new(),
            capacity,
            max_unread,
            ended: false,
        }
    }

    pub(crate) fn add(&mut self) -> Watch<T> {
        let (queue, events) = mpsc::channel(self.capacity);
        let (unread, missed) = <(Arc<AtomicUsize>, Arc<AtomicU64>)>::default();
        if !self.ended {
            self.queues.push(WatcherQueue {
                events: Some(queue),
                unread: Arc::clone(&unread),
                missed: Arc::downgrade(&missed),
            });
        }
        Watch {
            events,
            unread,
            missed,
        }
    }

    pub(crate) fn count(&self) -> usize {
        let events = self.queues.iter().filter_map(|queue| queue.events.as_ref());
        events.filter(|events| !events.is_closed()).count()
    }

    /// Tells everybody and waits for nobody: whoever has no room left is let
    /// go, because a view with a hole in it would be wrong for ever.
    pub(crate) fn tell(&mut self, event: &Event<T>) {
        self.queues.retain(WatcherQueue::is_watched);
        for queue in &mut self.queues {
            queue.tell(event, self.max_unread);
        }
    }

    /// Lets everybody go; whoever comes later is let go at once.
    pub(crate) fn end(&mut self) {
        self.queues.clear();
        self.ended = true;
    }
}
