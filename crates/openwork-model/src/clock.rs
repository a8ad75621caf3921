//! Time and ids, given from outside so that tests can choose them.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// The wall clock. Deadlines never use it: it may jump.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> u64 {
        // A clock that is set to before 1970 is wrong, and no reason to stop.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
            })
    }
}

/// Where new ids come from.
pub trait Ids: Send + Sync {
    /// An id that was never given before.
    fn next_id(&self) -> Uuid;
}

/// Random UUIDs (version 4), as the OpenWork API has them.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next_id(&self) -> Uuid {
        Uuid::new_v4()
    }
}
