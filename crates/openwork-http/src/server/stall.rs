//! Writes that make no progress.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// How long writing has made no progress. There is a timer only while a write
/// has to wait, as nearly no connection ever does.
pub(super) struct StallTimer {
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl StallTimer {
    /// Writes that take no byte for so long fail.
    pub(super) fn after(limit: Duration) -> Self {
        Self { limit, timer: None }
    }

    /// Passes on what came of a write, unless nothing has come for too long.
    pub(super) fn check(
        &mut self,
        written: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        // Any progress starts the time anew: a slow reader is not a stalled one.
        if written.is_ready() {
            self.timer = None;
            return written;
        }
        let limit = self.limit;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        timer.as_mut().poll(cx).map(|()| {
            let message = "the peer has read nothing for too long";
            Err(io::Error::new(io::ErrorKind::TimedOut, message))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::{Instant, advance};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    async fn until_it_fails(stall: &mut StallTimer) -> io::Error {
        poll_fn(|cx| stall.check(Poll::Pending, cx))
            .await
            .unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_waits_too_long_fails() {
        let started = Instant::now();
        let error = until_it_fails(&mut StallTimer::after(LIMIT)).await;
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(started.elapsed().as_secs(), LIMIT.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn progress_starts_the_time_again() {
        let mut stall = StallTimer::after(LIMIT);
        for _ in 0..5 {
            let waiting = poll_fn(|cx| Poll::Ready(stall.check(Poll::Pending, cx))).await;
            assert!(waiting.is_pending());
            advance(LIMIT / 2).await;
            let written = poll_fn(|cx| stall.check(Poll::Ready(Ok(1)), cx)).await;
            assert_eq!(written.unwrap(), 1);
        }
        let started = Instant::now();
        until_it_fails(&mut stall).await;
        assert_eq!(started.elapsed().as_secs(), LIMIT.as_secs());
    }
}
