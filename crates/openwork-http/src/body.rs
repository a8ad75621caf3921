//! Reading a request's body: bounded, in time, a JSON object.
//!
//! Bodies share two budgets, so that many large ones cannot fill the memory:
//! one for their bytes while these arrive, one for what is made of them until
//! it is planned. A body that finds nothing left waits, and is not read on
//! meanwhile.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Body;
use openwork_change::change::Fields;
use tokio::time::Instant;

mod arrival;
mod budget;
mod making;
mod reading;
mod shape;
mod unread;

pub(crate) use arrival::{ArrivalBudget, ArrivalShare};
pub(crate) use budget::BudgetShare;
pub(crate) use making::{BodyMaker, MadeBody};
pub(crate) use unread::UnreadBody;

use budget::NoRoom;
use reading::BodyText;

/// Why a body was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    /// It is larger than this route takes.
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    /// It took too long to come.
    #[error("the body took too long to come")]
    TooSlow,
    /// Others hold all the memory.
    #[error("other bodies hold all the memory")]
    NoRoom,
    /// The connection ended before it did, or its framing is broken.
    #[error("the body was cut short")]
    CutShort,
    /// It is no JSON text in UTF-8.
    #[error("the body is no JSON")]
    NotJson,
    /// It is JSON, but no object.
    #[error("the body is no JSON object")]
    NotAnObject,
    /// It is nested more deeply than anything that is asked for.
    #[error("the body is nested too deeply")]
    TooDeep,
    /// It holds more values than this route takes.
    #[error("the body holds more than {limit} values")]
    TooManyValues { limit: usize },
}

impl From<NoRoom> for BodyError {
    fn from(_: NoRoom) -> Self {
        Self::NoRoom
    }
}

/// How much of a body is taken, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyBounds<'r> {
    pub(crate) bytes: usize,
    pub(crate) values: usize,
    pub(crate) deadline: Duration,
    pub(crate) arriving: &'r ArrivalBudget,
    pub(crate) maker: &'r BodyMaker,
}

/// Reads a body that has to be a JSON object, and makes something of it.
pub(crate) async fn made<B, T>(
    body: B,
    bounds: BodyBounds<'_>,
    make: impl FnOnce(Fields) -> T + Send + 'static,
) -> Result<MadeBody<T>, BodyError>
where
    B: Body<Data = Bytes>,
    T: Send + 'static,
{
    let (text, end) = collected(body, bounds).await?;
    bounds.maker.make(text, bounds, end, make).await
}

/// Reads a body that has to be a JSON object.
pub(crate) async fn object<B>(body: B, bounds: BodyBounds<'_>) -> Result<Fields, BodyError>
where
    B: Body<Data = Bytes>,
{
    Ok(made(body, bounds, |fields| fields).await?.value)
}

/// Reads a body that is to be kept as it is.
pub(crate) async fn whole<B>(body: B, bounds: BodyBounds<'_>) -> Result<Vec<u8>, BodyError>
where
    B: Body<Data = Bytes>,
{
    Ok(collected(body, bounds).await?.0.bytes)
}

/// A body that was looked at, as it came.
pub(crate) struct SeenBody<T> {
    /// What was seen in it; `None` if it is no object for anybody, as it does not end
    /// like one.
    pub(crate) seen: Option<T>,
    pub(crate) bytes: Bytes,
    /// The memory that the bytes hold together with other bodies'.
    pub(crate) share: Option<ArrivalShare>,
}

/// Reads a body that is to be a JSON object, looks at it, and keeps it as it came.
///
/// What this reader refuses another may take, such as half of a surrogate pair. So only
/// a text that cannot be an object for any reader is kept without a look at it.
pub(crate) async fn seen<B, T>(
    body: B,
    bounds: BodyBounds<'_>,
    look: impl FnOnce(Fields) -> T + Send + 'static,
) -> Result<SeenBody<T>, BodyError>
where
    B: Body<Data = Bytes>,
    T: Send + 'static,
{
    let (text, end) = collected(body, bounds).await?;
    let (seen, text) = if text.bytes.trim_ascii_end().ends_with(b"}") {
        let (seen, text) = bounds.maker.look(text, bounds, end, look).await?;
        (Some(seen), text)
    } else {
        (None, text)
    };
    Ok(SeenBody {
        seen,
        bytes: text.bytes.into(),
        share: text.share,
    })
}

/// Reads a body that does not matter, so that the connection can be reused
/// and its end is noticed.
pub(crate) async fn discard<B>(body: B, bounds: BodyBounds<'_>) -> Result<(), BodyError>
where
    B: Body<Data = Bytes>,
{
    // Nearly always, and then nothing is set up.
    if body.is_end_stream() {
        return Ok(());
    }
    check_size(&body, bounds)?;
    let end = Instant::now() + bounds.deadline;
    let mut body = UnreadBody::new(body, bounds.bytes, end);
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(())
}

/// Takes a body without reading it, for an endpoint that passes it on. It holds
/// its share of the memory that bodies have together for as long as it lives, and
/// may take as long as it wants if something comes of it in each deadline.
pub(crate) async fn unread<B>(body: B, bounds: BodyBounds<'_>) -> Result<UnreadBody<B>, BodyError>
where
    B: Body<Data = Bytes>,
{
    check_size(&body, bounds)?;
    let end = Instant::now() + bounds.deadline;
    let share = bounds.arriving.frame(end).await?;
    let body = UnreadBody::new(body, bounds.bytes, end).paced(bounds.deadline);
    Ok(body.holding(share))
}

/// A body's text, and until when there is time to make something of it.
async fn collected<B>(body: B, bounds: BodyBounds<'_>) -> Result<(BodyText, Instant), BodyError>
where
    B: Body<Data = Bytes>,
{
    check_size(&body, bounds)?;
    let end = Instant::now() + bounds.deadline;
    let text = reading::collect(body, bounds, end).await?;
    Ok((text, end))
}

/// A body that says it is too large is not read at all.
fn check_size(body: &impl Body, bounds: BodyBounds<'_>) -> Result<(), BodyError> {
    // What does not fit in a `usize` is larger than any limit.
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > bounds.bytes {
        return Err(BodyError::TooLarge {
            limit: bounds.bytes,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
