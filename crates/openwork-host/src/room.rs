//! How much memory changes may take that are worked on.
//!
//! What waits for a person is bounded by the gate. Before and after that a
//! change is held as it was sent and as it will be written, so those that are
//! large share a room of their own, and who finds none tries again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::HostError;

/// A change of this weight is let in, whatever else is worked on.
const SMALL: usize = 64 << 10;
/// The weight of all larger changes together. Nothing that may be sent is too
/// large for it by itself.
const LIMIT: usize = 24 << 20;

/// What there is room for.
#[derive(Debug, Default)]
pub(crate) struct Room {
    taken: Arc<AtomicUsize>,
}

/// Room that a change takes until this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    taken: Arc<AtomicUsize>,
    weight: usize,
}

impl Room {
    /// Takes room for a change.
    pub(crate) fn take(&self, weight: usize) -> Result<Share, HostError> {
        let weight = if weight <= SMALL { 0 } else { weight };
        let fits = |taken: usize| {
            let sum = taken.saturating_add(weight);
            (weight == 0 || taken == 0 || sum <= LIMIT).then_some(sum)
        };
        let taken = self
            .taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, fits);
        taken.map_err(|_| HostError::Overloaded)?;
        Ok(Share {
            taken: Arc::clone(&self.taken),
            weight,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.taken.fetch_sub(self.weight, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_changes_share_the_room_and_small_ones_need_none() {
        let room = Room::default();
        let first = room.take(LIMIT - SMALL - 1).unwrap();
        assert!(matches!(room.take(SMALL + 2), Err(HostError::Overloaded)));
        let _fits = room.take(SMALL + 1).unwrap();
        let _small = room.take(SMALL).unwrap();
        drop(first);
        assert!(room.take(SMALL + 2).is_ok());
    }

    #[test]
    fn one_that_is_alone_always_fits() {
        let room = Room::default();
        let alone = room.take(10 * LIMIT).unwrap();
        assert!(room.take(SMALL + 1).is_err());
        drop(alone);
        assert!(room.take(10 * LIMIT).is_ok());
    }
}
