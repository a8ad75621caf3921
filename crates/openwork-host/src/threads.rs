//! Threads for blocking work, of which the one that was done last is taken first.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// How long a thread stays that has nothing to do, before the runtime has it back.
///
/// Longer than from one step of a request to its next; short, as a runtime that is
/// dropped waits for it, and so does a clock that is paused.
const LINGER: Duration = Duration::from_millis(20);

/// Work, that enters its thread among the idle ones before it says what came of it:
/// whoever hears of that and has more to do finds the thread there.
type Job = Box<dyn FnOnce(&IdleThreads) -> Option<IdlePlace> + Send>;

/// Threads of the runtime that stay for a moment when their work is done, so that
/// what comes next runs where the last ran. Clones share them.
///
/// The runtime itself takes the thread that has been idle for longest. An allocator
/// keeps for each thread what was freed there, so after some large bodies every one
/// of them held as much memory as the largest had needed.
#[derive(Debug, Clone, Default)]
pub struct WorkThreads {
    idle: Arc<IdleThreads>,
}

/// Why nothing came of some work.
#[derive(Debug, thiserror::Error)]
pub enum LostWork {
    /// It panicked, with this.
    #[error("it panicked")]
    Panicked(Box<dyn Any + Send>),
    /// The runtime ended before it was begun.
    #[error("the runtime ended before it was begun")]
    CutShort,
}

impl WorkThreads {
    /// Runs blocking work. It goes on if the future is dropped.
    ///
    /// # Errors
    ///
    /// [`LostWork`] if it panicked, or was not begun.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, LostWork> {
        let (tell, told) = oneshot::channel();
        self.start(Box::new(move |idle| {
            let done = catch_unwind(AssertUnwindSafe(work));
            let place = idle.lock().enter();
            // Nobody may be waiting for it any more.
            let _ = tell.send(done);
            place
        }));
        match told.await {
            Ok(done) => done.map_err(LostWork::Panicked),
            Err(_) => Err(LostWork::CutShort),
        }
    }

    /// Lets go of the threads that have nothing to do, now and from now on, so that
    /// a runtime that ends need not wait for them.
    pub fn release(&self) {
        let mut idle = self.idle.lock();
        idle.released = true;
        idle.threads.clear();
    }

    fn start(&self, job: Job) {
        let Some(thread) = self.idle.lock().threads.pop() else {
            let idle = Arc::clone(&self.idle);
            spawn_blocking(move || serve(&idle, job));
            return;
        };
        // It waits for just this: whoever is taken out of the idle ones cannot end.
        let _ = thread.give.send(job);
    }
}

/// Does a job, and those that come while the thread stays.
fn serve(idle: &IdleThreads, first: Job) {
    let mut next = Some(first);
    while let Some(job) = next {
        next = job(idle).and_then(|place| idle.wait(place));
    }
}

/// The threads that have nothing to do, the one that was done last on top.
#[derive(Debug, Default)]
struct IdleThreads(Mutex<IdleStack>);

#[derive(Debug, Default)]
struct IdleStack {
    threads: Vec<IdleThread>,
    /// How many have been idle, which tells one from another.
    count: u64,
    released: bool,
}

#[derive(Debug)]
struct IdleThread {
    number: u64,
    give: Sender<Job>,
}

/// Where an idle thread gets its next job.
struct IdlePlace {
    number: u64,
    given: Receiver<Job>,
}

impl IdleThreads {
    fn lock(&self) -> MutexGuard<'_, IdleStack> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a job; `None` if the thread need not stay.
    fn wait(&self, IdlePlace { number, given }: IdlePlace) -> Option<Job> {
        if let Ok(job) = given.recv_timeout(LINGER) {
            return Some(job);
        }
        if self.lock().leave(number) {
            return None;
        }
        // Taken just now, or let go of: then nothing can come.
        given.recv().ok()
    }
}

impl IdleStack {
    /// `None` if threads do not stay any more.
    fn enter(&mut self) -> Option<IdlePlace> {
        if self.released {
            return None;
        }
        let (give, given) = mpsc::channel();
        self.count += 1;
        let number = self.count;
        self.threads.push(IdleThread { number, give });
        Some(IdlePlace { number, given })
    }

    /// Whether the thread was still among the idle ones.
    fn leave(&mut self, number: u64) -> bool {
        let place = self.threads.iter().position(|idle| idle.number == number);
        place.map(|place| self.threads.remove(place)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::thread::{self, ThreadId};

    use tokio::task::JoinHandle;
    use tokio::time::sleep;

    use super::*;

    fn this_thread() -> ThreadId {
        thread::current().id()
    }

    /// Work that is held until the sender is dropped, and the thread that it ran on.
    fn held(threads: &WorkThreads) -> (Sender<()>, JoinHandle<ThreadId>) {
        let (release, wait) = mpsc::channel();
        let threads = threads.clone();
        let held = async move {
            let work = move || {
                let _ = wait.recv();
                this_thread()
            };
            threads.run(work).await.unwrap()
        };
        (release, tokio::spawn(held))
    }

    #[tokio::test]
    async fn what_comes_next_runs_where_the_last_ran() {
        let threads = WorkThreads::default();
        let mut ran = Vec::new();
        for (release, done) in [held(&threads), held(&threads), held(&threads)] {
            drop(release);
            ran.push(done.await.unwrap());
        }
        assert!(ran[0] != ran[1] && ran[1] != ran[2] && ran[0] != ran[2]);
        for _ in 0..5 {
            assert_eq!(threads.run(this_thread).await.unwrap(), ran[2]);
        }
    }

    #[tokio::test]
    async fn work_that_comes_as_a_thread_leaves_is_done() {
        let threads = WorkThreads::default();
        for n in 0..50 {
            assert_eq!(threads.run(move || n).await.unwrap(), n);
            // Around the time at which the thread gives up.
            sleep(LINGER * 9 / 10 + Duration::from_micros(80 * n)).await;
        }
        sleep(5 * LINGER).await;
        assert_eq!(threads.idle.lock().threads.len(), 0);
    }

    #[tokio::test]
    async fn a_panic_is_told_and_costs_no_thread() {
        let threads = WorkThreads::default();
        let before = threads.run(this_thread).await.unwrap();
        let lost = threads.run(|| panic!("planted")).await;
        let Err(LostWork::Panicked(reason)) = lost else {
            panic!("{lost:?}");
        };
        assert_eq!(reason.downcast_ref(), Some(&"planted"));
        assert_eq!(threads.run(this_thread).await.unwrap(), before);
    }

    #[tokio::test]
    async fn released_threads_do_not_stay_and_work_is_done_all_the_same() {
        let threads = WorkThreads::default();
        threads.run(|| ()).await.unwrap();
        threads.release();
        for n in 0..3 {
            assert_eq!(threads.run(move || n).await.unwrap(), n);
            assert_eq!(threads.idle.lock().threads.len(), 0);
        }
    }
}
