//! The bytes of a body, as they arrive.

use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body;
use tokio::time::{Instant, timeout_at};

use super::arrival::ArrivalShare;
use super::{BodyBounds, BodyError};

/// How much of a body is held in any case, in bytes: most are smaller.
pub(super) const FREE: usize = 16 << 10;

/// A sender whose body holds shared memory has to send so many bytes in so much
/// time. That is slower than the body's deadline lets a large body be; it keeps
/// those who send nothing from holding what others wait for.
const PACE: (usize, Duration) = (64 << 10, Duration::from_secs(4));

/// A body's bytes, and the share of the memory that they hold.
pub(super) struct BodyText {
    pub(super) bytes: Vec<u8>,
    pub(super) share: Option<ArrivalShare>,
}

/// Reads a body to its end, in time.
pub(super) async fn collect<B>(
    body: B,
    bounds: BodyBounds<'_>,
    end: Instant,
) -> Result<BodyText, BodyError>
where
    B: Body<Data = Bytes>,
{
    let collected = timeout_at(end, collected(body, bounds, end)).await;
    collected.unwrap_or(Err(BodyError::TooSlow))
}

async fn collected<B>(body: B, bounds: BodyBounds<'_>, end: Instant) -> Result<BodyText, BodyError>
where
    B: Body<Data = Bytes>,
{
    let limit = bounds.bytes;
    let declared = body.size_hint().exact();
    let declared = declared.and_then(|length| usize::try_from(length).ok());
    let whole = declared.unwrap_or(limit);
    let mut body = pin!(body);
    let mut text = BodyText {
        bytes: Vec::new(),
        share: None,
    };
    let mut pace = BodyPace::none(end);
    while let Some(data) = pace.keep(next(body.as_mut())).await? {
        if data.len() > limit - text.bytes.len() {
            return Err(BodyError::TooLarge { limit });
        }
        // Only now, and not when the length is known: a sender that declares
        // much and sends nothing would hold memory that it does not use.
        if text.share.is_none() && text.bytes.len() + data.len() > FREE {
            text.share = Some(bounds.arriving.share(declared, limit, end).await?);
            pace = BodyPace::from(text.bytes.len(), end);
            // A buffer that doubles would be held twice while it is copied.
            text.bytes
                .reserve_exact(whole.saturating_sub(text.bytes.len()));
        }
        text.bytes.extend_from_slice(&data);
        pace.note(text.bytes.len());
    }
    Ok(text)
}

/// How fast a body has to come.
struct BodyPace {
    /// What it has to have reached, and by when.
    due: Option<(usize, Instant)>,
    end: Instant,
}

impl BodyPace {
    fn none(end: Instant) -> Self {
        Self { due: None, end }
    }

    fn from(length: usize, end: Instant) -> Self {
        let (bytes, time) = PACE;
        let due = Some((length + bytes, Instant::now() + time));
        Self { due, end }
    }

    async fn keep<T>(
        &self,
        coming: impl Future<Output = Result<T, BodyError>>,
    ) -> Result<T, BodyError> {
        let by = self.due.map_or(self.end, |(_, by)| by.min(self.end));
        let came = timeout_at(by, coming).await;
        came.unwrap_or(Err(BodyError::TooSlow))
    }

    fn note(&mut self, length: usize) {
        if self.due.is_some_and(|(bytes, _)| length >= bytes) {
            *self = Self::from(length, self.end);
        }
    }
}

/// Returns the next bytes of a body. Trailers are frames as well; they hold
/// nothing that is looked at.
async fn next<B>(mut body: Pin<&mut B>) -> Result<Option<Bytes>, BodyError>
where
    B: Body<Data = Bytes>,
{
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::CutShort)?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}
