//! Time, by the clock that decides and by the clock that people read.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

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

/// The wall clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemWallClock;

impl WallClock for SystemWallClock {
    fn now_ms(&self) -> u64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}
