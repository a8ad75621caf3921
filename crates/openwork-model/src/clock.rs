//! Time and ids, given from outside so that tests can choose them.

#[cfg(feature = "clock")]
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// The wall clock. Deadlines never use it: it may jump.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;
}

/// The clock of this machine. Needs the feature `clock`, which is on by default:
/// `wasm32-unknown-unknown` has no clock to read.
#[cfg(feature = "clock")]
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[cfg(feature = "clock")]
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

/// Random UUIDs (version 4), as the OpenWork API has them. Needs the feature
/// `random`, which is on by default.
#[cfg(feature = "random")]
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

#[cfg(feature = "random")]
impl Ids for RandomIds {
    fn next_id(&self) -> Uuid {
        Uuid::new_v4()
    }
}
