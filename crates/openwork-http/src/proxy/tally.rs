//! How many calls of engines there were, and are.

use std::sync::atomic::{AtomicU64, Ordering};

use super::client::EngineFault;

/// Counts calls.
#[derive(Default)]
pub(super) struct EngineTally {
    begun: AtomicU64,
    answered: AtomicU64,
    unreachable: AtomicU64,
    unanswered: AtomicU64,
    dropped: AtomicU64,
}

/// How many calls there were, and are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EngineCounts {
    /// Those that wait for the head of an answer.
    pub(crate) in_flight: usize,
    /// Those that got one, whatever it says.
    pub(crate) answered: u64,
    /// Those that never got to an engine.
    pub(crate) unreachable: u64,
    /// Those that an engine left without an answer.
    pub(crate) unanswered: u64,
    /// Those that whoever had begun them gave up.
    pub(crate) dropped: u64,
}

/// A call under way; dropped before its end, it was given up.
pub(super) struct CountedCall<'t> {
    tally: &'t EngineTally,
    ended: &'t AtomicU64,
}

impl EngineTally {
    pub(super) fn begin(&self) -> CountedCall<'_> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        CountedCall {
            tally: self,
            ended: &self.dropped,
        }
    }

    pub(super) fn counts(&self) -> EngineCounts {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        // The ends first: a call that ends between the two looks must not make
        // fewer begun than ended.
        let ended = [
            load(&self.answered),
            load(&self.unreachable),
            load(&self.unanswered),
            load(&self.dropped),
        ];
        let in_flight = load(&self.begun).saturating_sub(ended.iter().sum());
        let [answered, unreachable, unanswered, dropped] = ended;
        EngineCounts {
            in_flight: usize::try_from(in_flight).unwrap_or(usize::MAX),
            answered,
            unreachable,
            unanswered,
            dropped,
        }
    }
}

impl CountedCall<'_> {
    /// The call has ended, with an answer or with this fault.
    pub(super) fn end(mut self, fault: Option<&EngineFault>) {
        self.ended = match fault {
            None => &self.tally.answered,
            Some(EngineFault::Unreachable(_)) => &self.tally.unreachable,
            Some(EngineFault::NoAnswer(_)) => &self.tally.unanswered,
        };
    }
}

impl Drop for CountedCall<'_> {
    fn drop(&mut self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_in_flight_and_then_has_ended_once() {
        let tally = EngineTally::default();
        let given_up = tally.begin();
        let _waits = tally.begin();
        tally.begin().end(None);
        let gone = EngineFault::Unreachable("refused".to_owned());
        tally.begin().end(Some(&gone));
        let broken = EngineFault::NoAnswer("reset".to_owned());
        tally.begin().end(Some(&broken));
        drop(given_up);
        let expected = EngineCounts {
            in_flight: 1,
            answered: 1,
            unreachable: 1,
            unanswered: 1,
            dropped: 1,
        };
        assert_eq!(tally.counts(), expected);
    }
}
