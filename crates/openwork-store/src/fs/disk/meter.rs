//! How often the disk was waited for until something outlives a power loss.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static SYNCS: AtomicU64 = AtomicU64::new(0);
static MICROSECONDS: AtomicU64 = AtomicU64::new(0);

/// The syncs of this process: of files and directories, of every store and of what the
/// server keeps for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskSyncs {
    /// How many were waited for, those that failed too.
    pub count: u64,
    /// For how long, all together.
    pub waited: Duration,
}

impl DiskSyncs {
    /// Those until now, on the system's own disk.
    ///
    /// They are the process's, and not a store's: workspaces come and go, and a disk does
    /// not care whose file keeps it busy.
    pub fn until_now() -> Self {
        Self {
            count: SYNCS.load(Ordering::Relaxed),
            waited: Duration::from_micros(MICROSECONDS.load(Ordering::Relaxed)),
        }
    }
}

/// Waits for a sync, and counts it. Looking at the clock twice is nothing beside one.
pub(super) fn metered<T>(sync: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let started = Instant::now();
    let synced = sync();
    let waited = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    SYNCS.fetch_add(1, Ordering::Relaxed);
    MICROSECONDS.fetch_add(waited, Ordering::Relaxed);
    synced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syncs_are_counted_with_the_time_that_they_took() {
        let before = DiskSyncs::until_now();
        let slow = || {
            std::thread::sleep(Duration::from_millis(2));
            Ok(7)
        };
        assert_eq!(metered(slow).unwrap(), 7);
        let failed: io::Result<()> = metered(|| Err(io::ErrorKind::StorageFull.into()));
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
        // Other tests of this process sync as well.
        let after = DiskSyncs::until_now();
        assert!(after.count >= before.count + 2, "{before:?} {after:?}");
        let waited = after.waited.saturating_sub(before.waited);
        assert!(waited >= Duration::from_millis(2), "{waited:?}");
    }
}
