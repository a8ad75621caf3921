//! A request's body that is handed on as it comes.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::BodyError;
use super::budget::BudgetShare;

/// A body that is read only as fast as somebody takes its frames, within the
/// bounds that other bodies have: so many bytes, until a deadline.
///
/// It holds one frame at most, so the sender waits for the one who takes them.
/// After an error it is at its end.
pub(crate) struct UnreadBody<B> {
    // On the heap: a caller may have to move it, and the bodies of hyper and of
    // its tests need not bear that.
    body: Option<Pin<Box<B>>>,
    limit: usize,
    left: usize,
    deadline: Pin<Box<Sleep>>,
    pace: Option<Duration>,
    _share: Option<BudgetShare>,
}

impl<B: Body<Data = Bytes>> UnreadBody<B> {
    /// A body of at most so many bytes, which has to end in time.
    pub(super) fn new(body: B, limit: usize, end: Instant) -> Self {
        Self {
            body: Some(Box::pin(body)),
            limit,
            left: limit,
            deadline: Box::pin(sleep_until(end)),
            pace: None,
            _share: None,
        }
    }

    /// The same, whose deadline begins anew with each frame.
    pub(super) fn paced(self, pace: Duration) -> Self {
        Self {
            pace: Some(pace),
            ..self
        }
    }

    /// The same, holding a share of what all bodies may take together until it
    /// is dropped.
    pub(super) fn holding(self, share: BudgetShare) -> Self {
        Self {
            _share: Some(share),
            ..self
        }
    }

    fn poll_inner(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        // The body first: what has come is taken, even if it came just before
        // the deadline and nobody asked for it until just after.
        match body.as_mut().poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(self.count(frame))),
            Poll::Ready(Some(Err(_))) => Poll::Ready(Some(Err(BodyError::CutShort))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                let late = self.deadline.as_mut().poll(cx);
                late.map(|()| Some(Err(BodyError::TooSlow)))
            }
        }
    }

    fn count(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, BodyError> {
        if let Some(pace) = self.pace {
            self.deadline.as_mut().reset(Instant::now() + pace);
        }
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        let limit = self.limit;
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or(BodyError::TooLarge { limit })?;
        Ok(frame)
    }
}

impl<B: Body<Data = Bytes>> Body for UnreadBody<B> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = self.poll_inner(cx);
        if !matches!(polled, Poll::Pending | Poll::Ready(Some(Ok(_)))) {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_deref().is_none_or(B::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let body = self.body.as_deref();
        body.map_or(SizeHint::with_exact(0), B::size_hint)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use http_body_util::{BodyExt, Channel};

    use super::*;
    use crate::body::budget::BodyBudget;

    type Sender = http_body_util::channel::Sender<Bytes, Infallible>;

    fn body(limit: usize) -> (Sender, UnreadBody<Channel<Bytes, Infallible>>) {
        let (sender, body) = Channel::new(1);
        let end = Instant::now() + Duration::from_secs(30);
        (sender, UnreadBody::new(body, limit, end))
    }

    async fn next(
        body: &mut UnreadBody<Channel<Bytes, Infallible>>,
    ) -> Option<Result<Bytes, BodyError>> {
        let frame = body.frame().await?;
        Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
    }

    #[tokio::test(start_paused = true)]
    async fn the_sender_waits_for_the_one_who_takes() {
        let (mut sender, mut body) = body(100);
        sender.send_data(Bytes::from_static(b"one")).await.unwrap();
        let second = Bytes::from_static(b"two");
        let waiting =
            tokio::time::timeout(Duration::from_secs(1), sender.send_data(second.clone()));
        assert!(waiting.await.is_err());
        assert_eq!(next(&mut body).await, Some(Ok(Bytes::from_static(b"one"))));
        sender.send_data(second.clone()).await.unwrap();
        drop(sender);
        assert_eq!(next(&mut body).await, Some(Ok(second)));
        assert_eq!(next(&mut body).await, None);
        assert!(body.is_end_stream());
    }

    #[tokio::test]
    async fn more_bytes_than_are_allowed_end_it() {
        let (mut sender, mut body) = body(4);
        sender.send_data(Bytes::from_static(b"four")).await.unwrap();
        assert!(next(&mut body).await.unwrap().is_ok());
        sender.send_data(Bytes::from_static(b"!")).await.unwrap();
        let too_large = BodyError::TooLarge { limit: 4 };
        assert_eq!(next(&mut body).await, Some(Err(too_large)));
        assert_eq!(next(&mut body).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_end_is_given_up() {
        let (mut sender, mut body) = body(100);
        let begun = Instant::now();
        sender.send_data(Bytes::from_static(b"x")).await.unwrap();
        assert!(next(&mut body).await.unwrap().is_ok());
        assert_eq!(next(&mut body).await, Some(Err(BodyError::TooSlow)));
        assert_eq!(begun.elapsed(), Duration::from_secs(30));
        assert_eq!(next(&mut body).await, None);
        drop(sender);
    }

    #[tokio::test]
    async fn its_share_of_the_memory_is_given_back_with_it() {
        let budget = BodyBudget::new(800);
        let share = budget.share(100, Instant::now()).await.unwrap();
        let (_sender, body) = body(4);
        let body = body.holding(share);
        assert_eq!(budget.left(), 700);
        drop(body);
        assert_eq!(budget.left(), 800);
    }
}
