//! One writer at a time, across processes.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::fs::disk::{DiskDir, DiskLock};
use crate::layout;

/// How long a commit waits for another server's commit.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);

/// The advisory lock of a directory, given back when dropped.
#[derive(Debug)]
pub(crate) struct RootLock {
    dir: Arc<dyn DiskDir>,
    hold: LockHold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LockHold {
    /// Nobody else can be writing.
    Exclusive,
    /// There are no such locks here.
    None,
    /// What would be locked is made by the first write.
    Deferred,
}

impl RootLock {
    /// Takes the lock of a workspace; `None` if somebody else keeps it for too long.
    ///
    /// Where the system has no such locks, two servers do not see each other;
    /// each still compares contents before it replaces them.
    pub(crate) fn take(dir: &Arc<dyn DiskDir>, patience: Duration) -> io::Result<Option<Self>> {
        Self::by(layout::lock().as_str(), dir, patience)
    }

    /// The same of any directory: `file` is locked where directories cannot be.
    pub(crate) fn by(
        file: &str,
        dir: &Arc<dyn DiskDir>,
        patience: Duration,
    ) -> io::Result<Option<Self>> {
        let end = Instant::now() + patience;
        let mut pause = Duration::from_micros(200);
        let hold = loop {
            match dir.try_lock(file)? {
                DiskLock::Taken => break LockHold::Exclusive,
                DiskLock::Unsupported => break LockHold::None,
                DiskLock::Absent => break LockHold::Deferred,
                DiskLock::Busy if Instant::now() >= end => return Ok(None),
                // Asked again and again, as flock(2) knows no deadline: a call
                // that waits could hang for as long as another server does.
                DiskLock::Busy => thread::sleep(pause),
            }
            // Short enough to meet the gap between two commits of a busy server.
            pause = (pause * 2).min(Duration::from_millis(1));
        };
        let dir = Arc::clone(dir);
        Ok(Some(Self { dir, hold }))
    }

    /// Whether nobody else can be writing.
    pub(crate) fn is_exclusive(&self) -> bool {
        self.hold == LockHold::Exclusive
    }

    /// Whether the lock has yet to be taken, once there is something to lock.
    pub(crate) fn is_deferred(&self) -> bool {
        self.hold == LockHold::Deferred
    }
}

impl Drop for RootLock {
    fn drop(&mut self) {
        if self.is_exclusive()
            && let Err(error) = self.dir.unlock()
        {
            tracing::warn!(%error, "a lock could not be given back");
        }
    }
}
