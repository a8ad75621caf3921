//! That somebody is there who can answer.

use super::Gate;

/// Somebody is there who can answer, until this is dropped.
#[must_use = "nobody is there once it is dropped"]
pub struct Attendance<T> {
    gate: Gate<T>,
}

impl<T> Attendance<T> {
    pub(super) fn begin(gate: Gate<T>) -> Self {
        gate.change(|state, now| {
            state.attendants += 1;
            state.ledger.attend(true, now);
        });
        Self { gate }
    }
}

impl<T> Drop for Attendance<T> {
    fn drop(&mut self) {
        self.gate.change(|state, now| {
            state.attendants -= 1;
            state.ledger.attend(state.attendants > 0, now);
        });
    }
}

impl<T> std::fmt::Debug for Attendance<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Attendance").finish_non_exhaustive()
    }
}
