//! The last events of a workspace.

use std::collections::VecDeque;
use std::sync::Arc;

use uuid::Uuid;

use super::{EventTrigger, SharedEvent, WorkspaceEvent};

/// How many events are kept.
pub const RING: usize = 200;

/// The last [`RING`] events, numbered without gaps.
#[derive(Debug)]
pub struct EventRing {
    events: VecDeque<SharedEvent>,
    cursor: u64,
}

impl EventRing {
    /// An empty ring whose first event comes right after `cursor`.
    ///
    /// Whoever starts at the current time never gives a number twice, not
    /// even over restarts: events are rarer than milliseconds.
    pub fn new(cursor: u64) -> Self {
        Self {
            events: VecDeque::new(),
            cursor,
        }
    }

    /// The number of the last event.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Adds an event, in place of the oldest if there are too many.
    pub fn push(&mut self, id: Uuid, timestamp: u64, trigger: EventTrigger) -> &SharedEvent {
        self.cursor += 1;
        let event = WorkspaceEvent {
            id,
            seq: self.cursor,
            trigger,
            timestamp,
        };
        if self.events.len() == RING {
            self.events.pop_front();
        }
        let place = self.events.len();
        self.events.push_back(Arc::new(event));
        &self.events[place]
    }

    /// The kept events after one. A number that was not given yet is from
    /// another time, so it counts as none.
    pub fn since(&self, cursor: u64) -> Vec<SharedEvent> {
        // A client that was connected before a restart, or made the number up, gets
        // all that is kept and nothing less.
        let is_known = cursor <= self.cursor;
        let newer = |event: &&SharedEvent| !is_known || event.seq > cursor;
        self.events.iter().filter(newer).cloned().collect()
    }

    /// Whether all events after one are still kept.
    pub fn reaches(&self, cursor: u64) -> bool {
        let kept = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        cursor >= self.cursor.saturating_sub(kept)
    }
}
