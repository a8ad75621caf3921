//! Delivering what waits: several at once, each with a deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::notice::Notice;
use crate::outbox::Outbox;

/// A place that notices are delivered to.
pub trait Delivery: Send + Sync + 'static {
    /// What the log calls it.
    fn name(&self) -> &'static str;

    /// Delivers one. Dropping the future ends whatever was begun.
    ///
    /// # Errors
    ///
    /// The [`DeliveryError`] says why it did not arrive.
    fn deliver(&self, notice: &Notice) -> impl Future<Output = Result<(), DeliveryError>> + Send;
}

/// How notices are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryOptions {
    /// How long one may take.
    pub deadline: Duration,
    /// How many may be under way at once.
    pub at_once: usize,
}

impl Default for DeliveryOptions {
    /// 10 seconds, and four at once.
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(10),
            at_once: 4,
        }
    }
}

/// Why a notice did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// It took too long.
    #[error("it took longer than {} ms and was ended", deadline.as_millis())]
    TimedOut {
        /// How long it had.
        deadline: Duration,
    },
    /// It could not be made ready to be sent.
    #[error("it could not be made ready: {reason}")]
    Unready {
        /// What is wrong.
        reason: String,
    },
    /// The program could not be started, or not be waited for.
    #[error("the program cannot be run: {reason}")]
    NotRun {
        /// What the system says.
        reason: String,
    },
    /// The program ended, and says that it failed.
    #[error("the program ended with exit code {code}")]
    ExitCode {
        /// What it ended with.
        code: i32,
    },
    /// The program was ended by something else.
    #[error("the program was ended by a signal")]
    Killed,
    /// Nobody answers there.
    #[error("the address cannot be reached: {reason}")]
    Unreachable {
        /// What happened.
        reason: String,
    },
    /// What answers there does not take it.
    #[error("it was answered with status {status}")]
    Refused {
        /// The status of the answer.
        status: u16,
    },
    /// What answers there names another address.
    #[error("it was answered with status {status}: redirects are not followed")]
    Redirected {
        /// The status of the answer.
        status: u16,
    },
}

/// Delivers what is put into an outbox, until the future is dropped; that ends
/// what is under way.
///
/// That deliveries fail is logged once, and so is that they work again.
pub async fn deliver_all<D: Delivery>(outbox: Outbox, to: D, options: DeliveryOptions) {
    let to = Arc::new(to);
    let is_failing = Arc::new(AtomicBool::new(false));
    let mut under_way = JoinSet::new();
    loop {
        // Before the next is taken: what waits in the outbox can still be dropped
        // for something newer.
        while under_way.len() >= options.at_once.max(1) {
            let _ended = under_way.join_next().await;
        }
        let notice = tokio::select! {
            notice = outbox.take() => notice,
            // What has ended is let go while nothing comes.
            Some(_ended) = under_way.join_next() => continue,
        };
        let (to, is_failing) = (Arc::clone(&to), Arc::clone(&is_failing));
        under_way.spawn(async move {
            let delivered = timeout(options.deadline, to.deliver(&notice)).await;
            let deadline = options.deadline;
            let delivered = delivered.unwrap_or(Err(DeliveryError::TimedOut { deadline }));
            log(to.name(), delivered, &is_failing);
        });
    }
}

fn log(to: &'static str, delivered: Result<(), DeliveryError>, is_failing: &AtomicBool) {
    match delivered {
        Ok(()) if is_failing.swap(false, Ordering::AcqRel) => {
            tracing::info!(to, "notifications are delivered again");
        }
        Ok(()) => {}
        Err(error) if is_failing.swap(true, Ordering::AcqRel) => {
            tracing::debug!(to, %error, "a notification was not delivered");
        }
        Err(error) => tracing::warn!(
            to, %error,
            "a notification was not delivered; until one is, no other failure is told"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::notice::NoticeKind;

    /// Delivers at once, hangs, or fails, as a title says.
    #[derive(Default)]
    struct Place {
        begun: AtomicUsize,
        most: AtomicUsize,
        delivered: Mutex<Vec<String>>,
    }

    struct UnderWay<'p>(&'p Place);

    impl Drop for UnderWay<'_> {
        fn drop(&mut self) {
            self.0.begun.fetch_sub(1, Ordering::SeqCst);
        }
    }

    impl Delivery for Arc<Place> {
        fn name(&self) -> &'static str {
            "place"
        }

        async fn deliver(&self, notice: &Notice) -> Result<(), DeliveryError> {
            let begun = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(begun, Ordering::SeqCst);
            let _under_way = UnderWay(self);
            if notice.title == "hang" {
                std::future::pending::<()>().await;
            }
            self.delivered.lock().unwrap().push(notice.id.clone());
            Err(DeliveryError::Killed)
        }
    }

    fn put(outbox: &Outbox, title: &str, ids: std::ops::Range<usize>) {
        for id in ids {
            outbox.put(Arc::new(Notice::new(
                NoticeKind::Asked,
                id.to_string(),
                title,
            )));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_hangs_is_ended_and_the_next_is_delivered() {
        let (outbox, place) = (Outbox::default(), Arc::new(Place::default()));
        let delivering = deliver_all(
            outbox.clone(),
            Arc::clone(&place),
            DeliveryOptions::default(),
        );
        let delivering = tokio::spawn(delivering);
        put(&outbox, "hang", 0..10);
        put(&outbox, "go", 10..12);
        tokio::time::sleep(Duration::from_millis(29_999)).await;
        // Four, four and two of those that hang, for ten seconds each.
        assert_eq!(*place.delivered.lock().unwrap(), ["10", "11"]);
        assert_eq!(place.most.load(Ordering::SeqCst), 4);
        assert_eq!(place.begun.load(Ordering::SeqCst), 2);
        tokio::time::sleep(Duration::from_millis(1)).await;
        put(&outbox, "hang", 12..13);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(place.begun.load(Ordering::SeqCst), 1);
        delivering.abort();
        let _aborted = delivering.await;
        tokio::task::yield_now().await;
        assert_eq!(place.begun.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn failures_are_told_once_until_it_works_again() {
        let is_failing = AtomicBool::new(false);
        let failed = || Err(DeliveryError::ExitCode { code: 3 });
        for (delivered, expected) in [(failed(), true), (failed(), true), (Ok(()), false)] {
            log("place", delivered, &is_failing);
            assert_eq!(is_failing.load(Ordering::SeqCst), expected);
        }
    }
}
