//! The events that clients get when a workspace has changed.
//!
//! The server's own changes become events as they are made. Those of others
//! are found by surveying the files whenever the store's watch calls, from the
//! first client on that asks for events. Both go by content: no change becomes
//! two events, and a write that changed nothing becomes none.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openwork_change::change::Change;
use openwork_change::event::{
    EngineSurvey, EventRing, EventTrigger, SharedEvent, triggers_of_plan,
};
use openwork_change::store::CommitReceipt;
use openwork_model::clock::{Ids as _, RandomIds};
use openwork_model::workspace::Workspace;
use tokio::sync::watch;

use crate::access::Readable;
use crate::counts::WatchState;
use crate::host::Host;
use crate::registry::WorkspaceHandle;

mod watcher;

use watcher::Watcher;

/// The events of one workspace.
pub(crate) struct ChangeFeed {
    state: Mutex<EventState>,
    progress: watch::Sender<EventProgress>,
    watcher: Watcher,
}

struct EventState {
    ring: EventRing,
    /// What the files hold as far as clients know; `None` before the first
    /// survey.
    known: Option<EngineSurvey>,
    /// How many changes the server itself has made.
    own_changes: u64,
}

/// How far the events have got; subscriptions wait for it to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EventProgress {
    cursor: u64,
    /// How often watching has broken off.
    breaks: u64,
}

/// Events that were kept, and whether more of them will come.
#[derive(Debug)]
pub struct EventPage {
    /// The events, oldest first.
    pub items: Vec<SharedEvent>,
    /// The number of the last event that there was.
    pub cursor: u64,
    /// Whether changes of others go unnoticed.
    pub disabled: bool,
}

impl Host {
    /// The events after one, or all that are kept.
    pub async fn events(&self, at: &Readable, since: Option<u64>) -> EventPage {
        let disabled = !self.keep_watching(&at.0).await;
        let state = at.0.changes.state();
        EventPage {
            items: state.ring.since(since.unwrap_or(0)),
            cursor: state.ring.cursor(),
            disabled,
        }
    }

    /// Follows the events after one, or those to come.
    pub async fn follow(&self, at: &Readable, since: Option<u64>) -> Subscription {
        self.keep_watching(&at.0).await;
        let handle = Arc::clone(&at.0);
        let progress = handle.changes.progress.subscribe();
        let (waiting, cursor) = {
            let state = handle.changes.state();
            let cursor = state.ring.cursor();
            let missed = state.ring.since(since.unwrap_or(cursor));
            (VecDeque::from(missed), cursor)
        };
        let breaks = progress.borrow().breaks;
        Subscription {
            handle,
            progress,
            waiting,
            cursor,
            breaks,
        }
    }
}

/// One client's way through the events of a workspace.
pub struct Subscription {
    handle: Arc<WorkspaceHandle>,
    progress: watch::Receiver<EventProgress>,
    waiting: VecDeque<SharedEvent>,
    cursor: u64,
    breaks: u64,
}

impl Subscription {
    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.handle.workspace
    }

    /// The next event. Dropping the future loses none.
    ///
    /// `None` ends it: the client was too slow for what is kept, or watching
    /// broke off. Following anew takes up both.
    pub async fn next(&mut self) -> Option<SharedEvent> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let Self { breaks, cursor, .. } = *self;
            let is_new = |now: &EventProgress| now.cursor > cursor || now.breaks != breaks;
            let now = *self.progress.wait_for(is_new).await.ok()?;
            if now.breaks != breaks {
                return None;
            }
            self.catch_up()?;
        }
    }

    fn catch_up(&mut self) -> Option<()> {
        // From the ring and not through a channel: a slow client then costs
        // nothing but its place in what is kept for all.
        let state = self.handle.changes.state();
        if !state.ring.reaches(self.cursor) {
            return None;
        }
        self.waiting.extend(state.ring.since(self.cursor));
        self.cursor = state.ring.cursor();
        Some(())
    }
}

impl ChangeFeed {
    /// Numbers go on growing over restarts if `start` is the time.
    pub(crate) fn new(start: u64) -> Self {
        let ring = EventRing::new(start);
        let progress = EventProgress {
            cursor: ring.cursor(),
            breaks: 0,
        };
        Self {
            state: Mutex::new(EventState {
                ring,
                known: None,
                own_changes: 0,
            }),
            progress: watch::Sender::new(progress),
            watcher: Watcher::default(),
        }
    }

    /// Makes events of a change that was made here, unless all was as wanted
    /// already.
    pub(crate) fn record_own(&self, change: &Change, receipt: &CommitReceipt) {
        if receipt.plan.is_noop() {
            return;
        }
        let mut state = self.state();
        state.own_changes += 1;
        // The watcher may have surveyed the files between the commit and this
        // call: then the change is an event already.
        let is_new = match &mut state.known {
            Some(known) => known.settle(&receipt.plan.edits),
            None => true,
        };
        if is_new {
            self.publish(state, receipt.at, triggers_of_plan(change, &receipt.plan));
        }
    }

    /// How many changes the server itself has made.
    fn own_changes(&self) -> u64 {
        self.state().own_changes
    }

    /// Takes in a survey of the files, and makes events of what is new in it.
    ///
    /// # Errors
    ///
    /// [`OutdatedSurvey`] if the server has made more changes than it had when
    /// the survey began: the survey may be older than the last of them, and
    /// would report it as undone.
    fn record_survey(
        &self,
        own_changes: u64,
        survey: EngineSurvey,
        at: u64,
    ) -> Result<(), OutdatedSurvey> {
        let mut state = self.state();
        if state.own_changes != own_changes {
            return Err(OutdatedSurvey);
        }
        let triggers = match &state.known {
            Some(known) => known.triggers(&survey),
            // The first survey is what later ones are compared with.
            None => Vec::new(),
        };
        state.known = Some(survey);
        self.publish(state, at, triggers);
        Ok(())
    }

    /// Whether changes of others are noticed.
    pub(crate) fn watch_state(&self) -> WatchState {
        self.watcher.state()
    }

    /// Notes that changes of others go unnoticed until somebody asks again.
    fn stop_watching(&self) {
        self.progress.send_modify(|progress| progress.breaks += 1);
    }

    fn publish(&self, mut state: MutexGuard<'_, EventState>, at: u64, triggers: Vec<EventTrigger>) {
        for trigger in triggers {
            state.ring.push(RandomIds.next_id(), at, trigger);
        }
        let cursor = state.ring.cursor();
        // Let go first: subscriptions that are woken read the ring at once.
        drop(state);
        self.progress.send_if_modified(|progress| {
            // Without the state's lock, two of these may come in any order.
            let has_moved = cursor > progress.cursor;
            progress.cursor = progress.cursor.max(cursor);
            has_moved
        });
    }

    fn state(&self) -> MutexGuard<'_, EventState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A survey that the server's own changes have overtaken.
struct OutdatedSurvey;
