//! What goes wrong in a store, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use openwork_change::store::StoreError;

/// A call that a store may fail or hang in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named after the call")]
pub enum Step {
    Access,
    View,
    Plan,
    Warnings,
    Commit,
    Record,
    Audit,
    Survey,
    Watch,
}

/// The failures and hangs that a test has ordered.
#[derive(Debug, Default)]
pub struct Trouble {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    failing: BTreeMap<Step, fn() -> StoreError>,
    hanging: BTreeSet<Step>,
    waiting: BTreeMap<Step, usize>,
}

impl Trouble {
    /// Lets all calls of a step fail as if the system refused.
    pub fn fail(&self, step: Step) {
        self.fail_with(step, refused_by_the_system);
    }

    /// Lets all calls of a step fail with an error.
    pub fn fail_with(&self, step: Step, error: fn() -> StoreError) {
        self.state().failing.insert(step, error);
    }

    /// Lets all calls of a step wait until [`clear`](Self::clear).
    pub fn hang(&self, step: Step) {
        self.state().hanging.insert(step);
    }

    /// Ends the failures and hangs of a step.
    pub fn clear(&self, step: Step) {
        let mut state = self.state();
        state.failing.remove(&step);
        state.hanging.remove(&step);
        self.changed.notify_all();
    }

    /// Returns how many calls hang in a step now.
    pub fn waiting(&self, step: Step) -> usize {
        self.state().waiting.get(&step).copied().unwrap_or(0)
    }

    pub(super) fn at(&self, step: Step) -> Result<(), StoreError> {
        let mut state = self.state();
        // Counted before it hangs, so that a test can wait for that moment
        // instead of for some time.
        *state.waiting.entry(step).or_default() += 1;
        while state.hanging.contains(&step) {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *state.waiting.entry(step).or_default() -= 1;
        state
            .failing
            .get(&step)
            .map_or(Ok(()), |error| Err(error()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn refused_by_the_system() -> StoreError {
    StoreError::Io {
        action: "open",
        path: "/w/s/ws".into(),
        source: Arc::new(io::ErrorKind::PermissionDenied.into()),
    }
}
