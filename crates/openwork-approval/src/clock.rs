//! Time, by the clock that decides and by the clock that people read.

use std::time::Instant;
#[cfg(feature = "clock")]
use std::time::{SystemTime, UNIX_EPOCH};

/// A point in time by both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// By the clock that never jumps; deadlines are kept on it alone.
    pub instant: Instant,
    /// By the clock on the wall, in ms since 1970; it is shown and never compared.
    pub wall_ms: u64,
}

/// The clock on the wall, which may be set to anything at any time.
pub trait WallClock: Send + Sync {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;
}

/// The wall clock of this machine (feature `clock`, on by default).
#[cfg(feature = "clock")]
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemWallClock;

#[cfg(feature = "clock")]
impl WallClock for SystemWallClock {
    fn now_ms(&self) -> u64 {
        // A machine whose clock was never set may say 1969. What is dated here is
        // only shown, so a wrong date must not keep anything from being asked.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
            })
    }
}
