//! What watchers see.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

use crate::outcome::{EndedBy, Settlement};
use crate::request::{Request, RequestId};

/// Something that happened at a gate.
///
/// Each happens once. A request that a rule allows is never asked, so the first
/// that is seen of it is its [`Event::Replied`], which names the rule.
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
    },
    /// Nobody answered in time.
    Expired {
        /// Which request.
        id: RequestId,
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
            Self::Asked(request) => request.bytes,
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
            } => Self::Replied {
                id: *id,
                allowed: *allowed,
                message: message.clone(),
                by: *by,
            },
            Self::Expired { id } => Self::Expired { id: *id },
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
}

impl<T> Watch<T> {
    /// The next event, in the order in which they happened.
    ///
    /// `None` is the end: this watcher was too slow and missed something, or
    /// the gate was shut. Whoever watches again starts from what is pending
    /// then. Dropping the future loses no event.
    pub async fn next(&mut self) -> Option<Event<T>> {
        let event = self.events.recv().await?;
        self.unread.fetch_sub(event.bytes(), Ordering::AcqRel);
        Some(event)
    }
}

/// Everybody who watches.
#[derive(Debug)]
pub(crate) struct WatcherQueues<T> {
    queues: Vec<WatcherQueueerQueue<T>>,
    capacity: usize,
    max_unread: usize,
    ended: bool,
}

/// What one watcher has not read yet.
#[derive(Debug)]
struct WatcherQueueerQueue<T> {
    events: mpsc::Sender<Event<T>>,
    /// How many bytes that is.
    unread: Arc<AtomicUsize>,
}

impl<T> WatcherQueueerQueue<T> {
    /// Adds an event; false if there is no room for it, or nobody reads.
    /// A watcher that has read everything has room for any event.
    fn add(&self, event: &Event<T>, max_unread: usize) -> bool {
        let bytes = event.bytes();
        let unread = self.unread.fetch_add(bytes, Ordering::AcqRel);
        let fits = bytes == 0 || unread == 0 || unread.saturating_add(bytes) <= max_unread;
        if !fits {
            return false;
        }
        self.events.try_send(event.clone()).is_ok()
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
        let unread = Arc::new(AtomicUsize::new(0));
        if !self.ended {
            self.queues.push(WatcherQueueerQueue {
                events: queue,
                unread: Arc::clone(&unread),
            });
        }
        Watch { events, unread }
    }

    pub(crate) fn count(&self) -> usize {
        self.queues
            .iter()
            .filter(|queue| !queue.events.is_closed())
            .count()
    }

    /// Tells everybody and waits for nobody: whoever has no room left is
    /// dropped, because a view with a hole in it would be wrong for ever.
    pub(crate) fn tell(&mut self, event: &Event<T>) {
        let max_unread = self.max_unread;
        self.queues.retain(|queue| {
            let told = queue.add(event, max_unread);
            if !told && !queue.events.is_closed() {
                tracing::debug!("a watcher was too slow and is dropped");
            }
            told
        });
    }

    /// Lets everybody go; whoever comes later is let go at once.
    pub(crate) fn end(&mut self) {
        self.queues.clear();
        self.ended = true;
    }
}
