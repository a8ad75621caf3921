//! Settings of the engine, without their secrets.

use bytes::Bytes;
use hyper::Response;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, ETAG};
use openwork_model::mask::mask;
use tokio::sync::Semaphore;

use super::EngineFault;
use super::answer::{client_headers, read_json};
use crate::reply::ReplyBody;

/// The most of an answer that is masked, in bytes: the list of all providers has
/// about three million.
const MOST: usize = 16 << 20;

/// How many answers are masked at once: each is in memory for that.
static TURNS: Semaphore = Semaphore::const_new(2);

/// An answer whose secrets are masked.
///
/// # Errors
///
/// [`EngineFault::NoAnswer`] if it is no JSON: nobody could say what is secret
/// in it.
pub(crate) async fn masked(answer: Response<Incoming>) -> Result<Response<ReplyBody>, EngineFault> {
    // Never closed; if it were, an answer would only be made without its turn.
    let _turn = TURNS.acquire().await.ok();
    let (mut head, body) = answer.into_parts();
    head.headers = client_headers(&head.headers);
    for name in [CONTENT_LENGTH, CONTENT_ENCODING, ETAG] {
        head.headers.remove(name);
    }
    head.extensions = hyper::http::Extensions::new();
    // The answer to a HEAD.
    if body.is_end_stream() {
        return Ok(Response::from_parts(head, ReplyBody::from(Bytes::new())));
    }
    let value = mask(&read_json(body, MOST).await?);
    let text = serde_json::to_vec(&value);
    let text = text.map_err(|error| EngineFault::NoAnswer(error.to_string()))?;
    Ok(Response::from_parts(
        head,
        ReplyBody::from(Bytes::from(text)),
    ))
}
