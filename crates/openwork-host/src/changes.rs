//! What clients are told when a workspace has changed.
//!
//! Own changes are told as they are made. Those of others are found by looking
//! at the files whenever the store's watch calls; the looking begins with the
//! first client that wants to know. Both go by content, so nothing is told
//! twice and nothing that changed nothing is told at all.

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
use crate::host::Host;
use crate::registry::WorkspaceHandle;

mod lookout;

use lookout::Watcher;

/// The events of one workspace.
pub(crate) struct ChangeFeed {
    state: Mutex<EventState>,
    told: watch::Sender<EventProgress>,
    lookout: Watcher,
}

struct EventState {
    ring: EventRing,
    /// What the files hold as far as clients know, once somebody has looked.
    known: Option<EngineSurvey>,
    /// How many own changes there were.
    own: u64,
}

/// How far everything has got; whoever follows waits for it to move.
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
        let disabled = !self.look_out(&at.0).await;
        let state = at.0.changes.state();
        EventPage {
            items: state.ring.since(since.unwrap_or_default()),
            cursor: state.ring.cursor(),
            disabled,
        }
    }

    /// Follows the events after one, or those to come.
    pub async fn follow(&self, at: &Readable, since: Option<u64>) -> Subscription {
        self.look_out(&at.0).await;
        let desk = Arc::clone(&at.0);
        let told = desk.changes.told.subscribe();
        let (waiting, cursor) = {
            let state = desk.changes.state();
            let cursor = state.ring.cursor();
            let missed = state.ring.since(since.unwrap_or(cursor));
            (VecDeque::from(missed), cursor)
        };
        let breaks = told.borrow().breaks;
        Subscription {
            desk,
            told,
            waiting,
            cursor,
            breaks,
        }
    }
}

/// One client's way through the events of a workspace.
pub struct Subscription {
    desk: Arc<WorkspaceHandle>,
    told: watch::Receiver<EventProgress>,
    waiting: VecDeque<SharedEvent>,
    cursor: u64,
    breaks: u64,
}

impl Subscription {
    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.desk.workspace
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
            let is_news = |told: &EventProgress| told.cursor > cursor || told.breaks != breaks;
            let told = *self.told.wait_for(is_news).await.ok()?;
            if told.breaks != breaks {
                return None;
            }
            self.catch_up()?;
        }
    }

    fn catch_up(&mut self) -> Option<()> {
        let state = self.desk.changes.state();
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
        let told = EventProgress {
            cursor: ring.cursor(),
            breaks: 0,
        };
        Self {
            state: Mutex::new(EventState {
                ring,
                known: None,
                own: 0,
            }),
            told: watch::Sender::new(told),
            lookout: Watcher::default(),
        }
    }

    /// Tells of a change that was made here, unless all was as wanted already.
    pub(crate) fn made(&self, change: &Change, receipt: &CommitReceipt) {
        if receipt.plan.is_noop() {
            return;
        }
        let mut state = self.state();
        state.own += 1;
        // Who watches may have seen it before it was answered.
        let is_news = match &mut state.known {
            Some(known) => known.settle(&receipt.plan.edits),
            None => true,
        };
        if is_news {
            self.tell(state, receipt.at, triggers_of_plan(change, &receipt.plan));
        }
    }

    /// How many own changes there were.
    fn own(&self) -> u64 {
        self.state().own
    }

    /// Takes in what the files hold, and tells how that is new. Fails if a
    /// change was made here after `own` changes: the look may be older.
    fn found(&self, own: u64, survey: EngineSurvey, at: u64) -> Result<(), OutdatedSurvey> {
        let mut state = self.state();
        if state.own != own {
            return Err(OutdatedSurvey);
        }
        let triggers = state.known.as_ref().map(|known| known.triggers(&survey));
        state.known = Some(survey);
        self.tell(state, at, triggers.unwrap_or_default());
        Ok(())
    }

    /// Notes that changes of others go unnoticed until somebody asks again.
    fn broke_off(&self) {
        self.told.send_modify(|told| told.breaks += 1);
    }

    fn tell(&self, mut state: MutexGuard<'_, EventState>, at: u64, triggers: Vec<EventTrigger>) {
        for trigger in triggers {
            state.ring.push(RandomIds.next_id(), at, trigger);
        }
        let cursor = state.ring.cursor();
        drop(state);
        self.told.send_if_modified(|told| {
            let has_moved = cursor > told.cursor;
            told.cursor = told.cursor.max(cursor);
            has_moved
        });
    }

    fn state(&self) -> MutexGuard<'_, EventState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A look at the files that own changes have overtaken.
struct OutdatedSurvey;
