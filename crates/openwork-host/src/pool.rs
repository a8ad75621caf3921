//! Blocking work: bounded, with deadlines.
//!
//! File systems hang. So file work runs on a few threads of its own, each call
//! under a deadline, and no workspace takes more than half of the threads: a
//! dead network mount stops its own workspace and no other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::error::HostError;
use crate::threads::WorkThreads;

/// How much blocking work there may be.
#[derive(Debug, Clone)]
pub struct PoolOptions {
    /// Threads for file work: 4 by default.
    pub threads: usize,
    /// How long one call may take, and how long it may wait for a thread
    /// while no other call on its workspace gets done: 5 seconds by default.
    pub deadline: Duration,
    /// How many requests may be in flight on one workspace, those that wait for
    /// a person not counted. More are queued, for as long as one call may take.
    /// 64 by default.
    pub in_flight: usize,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            threads: 4,
            deadline: Duration::from_secs(5),
            in_flight: 64,
        }
    }
}

/// The threads that file work runs on.
pub(crate) struct WorkPool {
    options: PoolOptions,
    permits: Arc<Semaphore>,
    threads: WorkThreads,
}

/// How much of the pool one workspace may take.
pub(crate) struct WorkspaceLimiter {
    threads: Arc<Semaphore>,
    in_flight: Semaphore,
    /// How many calls got done, so that a queue that moves can be told from one
    /// that is stuck.
    done: Arc<AtomicUsize>,
}

impl WorkPool {
    pub(crate) fn new(options: PoolOptions) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(options.threads.max(1))),
            threads: WorkThreads::default(),
            options,
        }
    }

    /// The threads, for work that touches no files.
    pub(crate) fn threads(&self) -> &WorkThreads {
        &self.threads
    }

    pub(crate) fn limiter(&self) -> WorkspaceLimiter {
        // Rounded up, so that a pool of one thread can serve at all.
        let threads = self.options.threads.div_ceil(2);
        WorkspaceLimiter {
            threads: Arc::new(Semaphore::new(threads)),
            in_flight: Semaphore::new(self.options.in_flight),
            done: Arc::default(),
        }
    }

    /// Runs blocking work under the deadline. Work that misses it goes on in
    /// its thread, which stays taken until the system lets go of it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        limiter: &WorkspaceLimiter,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        self.run_within(self.options.deadline, limiter, work).await
    }

    /// Runs blocking work that may take twice as long as other work.
    pub(crate) async fn run_patiently<T: Send + 'static>(
        &self,
        limiter: &WorkspaceLimiter,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        self.run_within(2 * self.options.deadline, limiter, work)
            .await
    }

    async fn run_within<T: Send + 'static>(
        &self,
        deadline: Duration,
        limiter: &WorkspaceLimiter,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        let _in_flight = self.enter(limiter).await?;
        let permit = self.permit_in_time(limiter).await?;
        // The deadline runs from here: what waits for a thread has one of its
        // own, and a busy pool must not make quick work late.
        let within = tokio::time::timeout(deadline, permit.run(&self.threads, work));
        within.await.unwrap_or(Err(HostError::Stuck))
    }

    /// Runs blocking work however long it takes: a commit is not abandoned.
    pub(crate) async fn run_unbounded<T: Send + 'static>(
        &self,
        limiter: &WorkspaceLimiter,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        let permit = self.permit(limiter).await?;
        permit.run(&self.threads, work).await
    }

    /// A burst is queued; a workspace that stays at its limit is overloaded.
    async fn enter<'l>(
        &self,
        limiter: &'l WorkspaceLimiter,
    ) -> Result<SemaphorePermit<'l>, HostError> {
        let entered =
            tokio::time::timeout(self.options.deadline, limiter.in_flight.acquire()).await;
        let entered = entered.map_err(|_| HostError::Overloaded)?;
        entered.map_err(|_| HostError::ShuttingDown)
    }

    /// Waits for a thread for as long as other calls on the workspace get done:
    /// a queue that moves is slow, one that does not is stuck.
    async fn permit_in_time(&self, limiter: &WorkspaceLimiter) -> Result<ThreadPermit, HostError> {
        // Pinned once for all rounds: a new future would go to the end of the
        // semaphores' queues each time.
        let mut permit = std::pin::pin!(self.permit(limiter));
        loop {
            let done = limiter.done.load(Ordering::Acquire);
            let waited = tokio::time::timeout(self.options.deadline, &mut permit).await;
            match waited {
                Ok(permit) => return permit,
                Err(_) if limiter.done.load(Ordering::Acquire) == done => {
                    return Err(HostError::Stuck);
                }
                Err(_) => {}
            }
        }
    }

    async fn permit(&self, limiter: &WorkspaceLimiter) -> Result<ThreadPermit, HostError> {
        let closed = |_| HostError::ShuttingDown;
        Ok(ThreadPermit {
            // The workspace's own first: a workspace that is at its limit must
            // not hold a thread while it waits.
            of_workspace: Arc::clone(&limiter.threads)
                .acquire_owned()
                .await
                .map_err(closed)?,
            thread: Arc::clone(&self.permits)
                .acquire_owned()
                .await
                .map_err(closed)?,
            done: Arc::clone(&limiter.done),
        })
    }
}

/// The right to one thread, once.
struct ThreadPermit {
    of_workspace: OwnedSemaphorePermit,
    thread: OwnedSemaphorePermit,
    done: Arc<AtomicUsize>,
}

impl ThreadPermit {
    async fn run<T: Send + 'static>(
        self,
        threads: &WorkThreads,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HostError> {
        let done = threads.run(move || {
            let Self {
                of_workspace,
                thread,
                done,
            } = self;
            // The permits move into the thread: work that misses its deadline
            // goes on, and its thread is not free before it ends.
            let result = work();
            done.fetch_add(1, Ordering::AcqRel);
            drop((of_workspace, thread));
            result
        });
        done.await.map_err(|_| HostError::Lost)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn stuck_work_ends_at_its_deadline_and_spares_other_workspaces() {
        let pool = WorkPool::new(PoolOptions {
            deadline: Duration::from_millis(50),
            ..PoolOptions::default()
        });
        let (stuck, free) = (pool.limiter(), pool.limiter());
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
            in_flight: 1,
            deadline: Duration::from_millis(50),
            ..PoolOptions::default()
        });
        let limiter = pool.limiter();
        let held = limiter.in_flight.acquire().await.unwrap();
        assert!(matches!(
            pool.run(&limiter, || ()).await,
            Err(HostError::Overloaded)
        ));
        drop(held);
        assert!(pool.run(&limiter, || ()).await.is_ok());
    }

    #[tokio::test]
    async fn a_burst_is_queued() {
        let pool = Arc::new(WorkPool::new(PoolOptions {
            in_flight: 2,
            ..PoolOptions::default()
        }));
        let limiter = Arc::new(pool.limiter());
        let mut all = tokio::task::JoinSet::new();
        for n in 0..20 {
            let (pool, limiter) = (Arc::clone(&pool), Arc::clone(&limiter));
            all.spawn(async move { pool.run(&limiter, move || n).await.unwrap() });
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
        let limiter = pool.limiter();
        let work = || std::thread::sleep(Duration::from_millis(120));
        let (a, b, c, d) = tokio::join!(
            pool.run(&limiter, work),
            pool.run(&limiter, work),
            pool.run(&limiter, work),
            pool.run(&limiter, work),
        );
        assert!([a, b, c, d].iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn work_that_panics_is_reported() {
        let pool = WorkPool::new(PoolOptions::default());
        let limiter = pool.limiter();
        let lost = pool.run(&limiter, || panic!("planted")).await;
        assert!(matches!(lost, Err(HostError::Lost)));
    }
}
