//! Blocking work: bounded, with deadlines.
//!
//! File systems hang. So file work runs on a few threads of its own, each call
//! under a deadline, and each workspace in its own lane: a lane holds at
//! most half of the threads, so that a workspace on a dead network mount never
//! stops another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::error::HostError;

/// How much blocking work there may be.
#[derive(Debug, Clone)]
pub struct PoolOptions {
    /// Threads for file work.
    pub threads: usize,
    /// How long one call may take, and how long it may wait for a thread
    /// while no other call on its workspace gets done.
    pub deadline: Duration,
    /// How many requests may be at work on one workspace, those that wait for
    /// a person not counted. More are queued, for as long as one call may take.
    pub at_work: usize,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            threads: 4,
            deadline: Duration::from_secs(5),
            at_work: 64,
        }
    }
}

/// The threads that file work runs on.
pub(crate) struct WorkPool {
    options: PoolOptions,
    threads: Arc<Semaphore>,
}

/// One workspace's share of the pool.
pub(crate) struct WorkspaceLimiter {
    share: Arc<Semaphore>,
    at_work: Semaphore,
    done: Arc<AtomicUsize>,
}

impl WorkPool {
    pub(crate) fn new(options: PoolOptions) -> Self {
        let threads = Arc::new(Semaphore::new(options.threads.max(1)));
        Self { options, threads }
    }

    pub(crate) fn lane(&self) -> WorkspaceLimiter {
        let share = Arc::new(Semaphore::new(self.options.threads.div_ceil(2)));
        WorkspaceLimiter {
            share,
            at_work: Semaphore::new(self.options.at_work),
            done: Arc::default(),
        }
    }

    /// Runs blocking work under the deadline. Work that misses it goes on in
    /// its thread, which stays taken until the system lets go of it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        lane: &WorkspaceLimiter,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        self.run_within(self.options.deadline, lane, work).await
    }

    /// Runs blocking work that may take twice as long as other work.
    pub(crate) async fn run_patiently<T: Send + 'static>(
        &self,
        lane: &WorkspaceLimiter,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        self.run_within(2 * self.options.deadline, lane, work).await
    }

    async fn run_within<T: Send + 'static>(
        &self,
        deadline: Duration,
        lane: &WorkspaceLimiter,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        let _at_work = self.enter(lane).await?;
        let turn = self.turn_in_time(lane).await?;
        let within = tokio::time::timeout(deadline, turn.take(work));
        within.await.unwrap_or(Err(HostError::Stuck))
    }

    /// Runs blocking work however long it takes: a commit is not abandoned.
    pub(crate) async fn run_unbounded<T: Send + 'static>(
        &self,
        lane: &WorkspaceLimiter,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        self.turn(lane).await?.take(work).await
    }

    /// A burst is queued; a workspace that stays at its limit is overloaded.
    async fn enter<'l>(
        &self,
        lane: &'l WorkspaceLimiter,
    ) -> Result<SemaphorePermit<'l>, HostError> {
        let entered = tokio::time::timeout(self.options.deadline, lane.at_work.acquire()).await;
        let entered = entered.map_err(|_| HostError::Overloaded)?;
        entered.map_err(|_| HostError::ShuttingDown)
    }

    /// Waits for a thread for as long as others of the lane get done: a queue
    /// that moves is slow, one that does not is stuck.
    async fn turn_in_time(&self, lane: &WorkspaceLimiter) -> Result<WritePermit, HostError> {
        let mut turn = std::pin::pin!(self.turn(lane));
        loop {
            let done = lane.done.load(Ordering::Acquire);
            let waited = tokio::time::timeout(self.options.deadline, &mut turn).await;
            match waited {
                Ok(turn) => return turn,
                Err(_) if lane.done.load(Ordering::Acquire) == done => {
                    return Err(HostError::Stuck);
                }
                Err(_) => {}
            }
        }
    }

    async fn turn(&self, lane: &WorkspaceLimiter) -> Result<WritePermit, HostError> {
        let closed = |_| HostError::ShuttingDown;
        Ok(WritePermit {
            share: Arc::clone(&lane.share)
                .acquire_owned()
                .await
                .map_err(closed)?,
            thread: Arc::clone(&self.threads)
                .acquire_owned()
                .await
                .map_err(closed)?,
            done: Arc::clone(&lane.done),
        })
    }
}

/// The right to one thread, once.
struct WritePermit {
    share: OwnedSemaphorePermit,
    thread: OwnedSemaphorePermit,
    done: Arc<AtomicUsize>,
}

impl WritePermit {
    async fn take<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        let task = tokio::task::spawn_blocking(move || {
            let Self {
                share,
                thread,
                done,
            } = self;
            let result = work();
            done.fetch_add(1, Ordering::AcqRel);
            drop((share, thread));
            result
        });
        task.await.map_err(|_| HostError::Lost)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn stuck_work_ends_at_its_deadline_and_spares_other_lanes() {
        let pool = WorkPool::new(PoolOptions {
            deadline: Duration::from_millis(50),
            ..PoolOptions::default()
        });
        let (stuck, free) = (pool.lane(), pool.lane());
        let mut releases = Vec::new();
        for _ in 0..3 {
            let (release, hold) = mpsc::channel::<()>();
            releases.push(release);
            let work = move || hold.recv().is_ok();
            assert!(matches!(
                pool.run(&stuck, work).await,
                Err(HostError::Stuck)
            ));
        }
        assert_eq!(pool.run(&free, || 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_workspace_that_stays_at_its_limit_is_overloaded() {
        let pool = WorkPool::new(PoolOptions {
            at_work: 1,
            deadline: Duration::from_millis(50),
            ..PoolOptions::default()
        });
        let lane = pool.lane();
        let held = lane.at_work.acquire().await.unwrap();
        assert!(matches!(
            pool.run(&lane, || ()).await,
            Err(HostError::Overloaded)
        ));
        drop(held);
        assert!(pool.run(&lane, || ()).await.is_ok());
    }

    #[tokio::test]
    async fn a_burst_is_queued() {
        let pool = Arc::new(WorkPool::new(PoolOptions {
            at_work: 2,
            ..PoolOptions::default()
        }));
        let lane = Arc::new(pool.lane());
        let mut all = tokio::task::JoinSet::new();
        for n in 0..20 {
            let (pool, lane) = (Arc::clone(&pool), Arc::clone(&lane));
            all.spawn(async move { pool.run(&lane, move || n).await.unwrap() });
        }
        assert_eq!(all.join_all().await.into_iter().sum::<i32>(), 190);
    }

    #[tokio::test]
    async fn a_queue_that_moves_is_waited_for() {
        let deadline = Duration::from_millis(300);
        let pool = WorkPool::new(PoolOptions {
            threads: 1,
            deadline,
            ..PoolOptions::default()
        });
        let lane = pool.lane();
        let work = || std::thread::sleep(Duration::from_millis(120));
        let (a, b, c, d) = tokio::join!(
            pool.run(&lane, work),
            pool.run(&lane, work),
            pool.run(&lane, work),
            pool.run(&lane, work),
        );
        assert!([a, b, c, d].iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn work_that_panics_is_reported() {
        let pool = WorkPool::new(PoolOptions::default());
        let lane = pool.lane();
        let lost = pool.run(&lane, || panic!("planted")).await;
        assert!(matches!(lost, Err(HostError::Lost)));
    }
}
