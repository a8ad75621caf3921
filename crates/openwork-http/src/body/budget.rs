//! Memory that requests share.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// How many may wait for a large share at once, and how many for a small one.
/// Each holds what it has so far.
const QUEUE: usize = 128;

/// So many bytes for all requests together. Large shares take three quarters
/// of them at most, so that small ones fit beside them.
#[derive(Debug)]
pub(crate) struct BodyBudget {
    all: Arc<Semaphore>,
    large: Arc<Semaphore>,
    queue: Semaphore,
    large_queue: Semaphore,
    bytes: u32,
}

/// A part of a [`BodyBudget`], given back when dropped.
#[derive(Debug)]
pub(crate) struct BudgetShare {
    _all: OwnedSemaphorePermit,
    _large: Option<OwnedSemaphorePermit>,
}

/// Nothing got free in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoRoom;

impl BodyBudget {
    pub(crate) fn new(bytes: usize) -> Self {
        let bytes = narrowed(bytes);
        Self {
            all: semaphore(bytes),
            large: semaphore(bytes - bytes / 4),
            queue: Semaphore::new(QUEUE),
            large_queue: Semaphore::new(QUEUE),
            bytes,
        }
    }

    /// Waits for so many bytes, or for as many as anybody may have.
    pub(crate) async fn share(&self, bytes: usize, end: Instant) -> Result<BudgetShare, NoRoom> {
        let (bytes, most) = (narrowed(bytes), self.bytes - self.bytes / 4);
        let is_large = bytes > self.bytes / 8;
        let (bytes, queue) = if is_large {
            (bytes.min(most), &self.large_queue)
        } else {
            (bytes, &self.queue)
        };
        // A queue that nobody's turn would come in only holds connections open.
        let _place = queue.try_acquire().map_err(|_| NoRoom)?;
        let taken = timeout_at(end, self.take(bytes, is_large)).await;
        taken.unwrap_or(Err(NoRoom))
    }

    async fn take(&self, bytes: u32, is_large: bool) -> Result<BudgetShare, NoRoom> {
        // First, so that a large share which has to wait leaves the small ones
        // alone: it stands in the queue of all only when its part is sure.
        let large = if is_large {
            Some(acquire(&self.large, bytes).await?)
        } else {
            None
        };
        Ok(BudgetShare {
            _all: acquire(&self.all, bytes).await?,
            _large: large,
        })
    }

    #[cfg(test)]
    pub(super) fn left(&self) -> usize {
        self.all.available_permits()
    }
}

fn narrowed(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn semaphore(bytes: u32) -> Arc<Semaphore> {
    let permits = usize::try_from(bytes).unwrap_or(Semaphore::MAX_PERMITS);
    Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)))
}

async fn acquire(from: &Arc<Semaphore>, bytes: u32) -> Result<OwnedSemaphorePermit, NoRoom> {
    let acquired = Arc::clone(from).acquire_many_owned(bytes).await;
    acquired.map_err(|_| NoRoom)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const WAIT: Duration = Duration::from_secs(30);

    async fn take(budget: &BodyBudget, bytes: usize) -> Result<BudgetShare, NoRoom> {
        budget.share(bytes, Instant::now() + WAIT).await
    }

    #[tokio::test(start_paused = true)]
    async fn large_shares_leave_room_for_small_ones() {
        let budget = BodyBudget::new(800);
        let _large = take(&budget, 400).await.unwrap();
        let _second = take(&budget, 200).await.unwrap();
        let started = Instant::now();
        assert_eq!(take(&budget, 200).await.unwrap_err(), NoRoom);
        assert_eq!(started.elapsed(), WAIT);
        let _small = take(&budget, 100).await.unwrap();
        assert_eq!(started.elapsed(), WAIT);
        assert_eq!(budget.left(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn more_than_there_is_takes_what_anybody_may_have() {
        let budget = BodyBudget::new(800);
        let all = take(&budget, 9000).await.unwrap();
        assert_eq!(budget.left(), 200);
        drop(all);
        assert_eq!(budget.left(), 800);
        assert!(take(&BodyBudget::new(0), 0).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_queue_is_not_made_longer() {
        let budget = Arc::new(BodyBudget::new(8));
        let _all = take(&budget, 6).await.unwrap();
        let waiting: Vec<_> = (0..QUEUE)
            .map(|_| {
                let budget = Arc::clone(&budget);
                tokio::spawn(async move { take(&budget, 6).await.map(drop) })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(1)).await;
        let started = Instant::now();
        assert_eq!(take(&budget, 6).await.unwrap_err(), NoRoom);
        assert!(take(&budget, 1).await.is_ok());
        assert_eq!(started.elapsed(), Duration::ZERO);
        for waiting in waiting {
            assert_eq!(waiting.await.unwrap(), Err(NoRoom));
        }
    }
}
