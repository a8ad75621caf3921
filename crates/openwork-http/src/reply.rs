//! From outcome to response.

use std::borrow::Cow;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{BufMut, Bytes, BytesMut};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};
use openwork_api::ErrorBody;
use openwork_api::audit::UndoneResponse;
use openwork_api::receipt::{
    CommittedResponse, ConfigWritten, DoneResponse, ReceiptNotes, SkillDeleted, UpdatedResponse,
};
use openwork_api::view::SkillBody;
use openwork_host::{WriteAnswer, WriteOutcome};
use serde::Serialize;

use crate::error::{Failure, FailureReport};
use crate::events::EventStream;
use crate::render::{RenderCache, RenderedView, SecretDisplay};
use crate::server::InFlight;
use crate::service::StreamPass;

/// The most headers of an answer in JSON.
const HEADERS: usize = 12;

static JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What is sent after the head of an answer.
pub struct ReplyBody {
    content: ReplyContent,
    /// The request is in flight until the last byte was taken.
    _in_flight: Option<InFlight>,
    /// An event stream keeps its place among those that may be open.
    _pass: Option<Box<StreamPass>>,
}

enum ReplyContent {
    /// All of it at once.
    Whole(Option<Bytes>),
    /// Frame by frame. The next one is asked for when the peer has taken enough
    /// of those before, so no more than the transport's buffer is held; a peer
    /// that takes nothing runs into the deadline for writes.
    Stream(UnsyncBoxBody<Bytes, ReplyCut>),
}

/// An answer that broke off. Its connection is closed, so that the client does
/// not take what has come for all there is.
#[derive(Debug, thiserror::Error)]
#[error("an answer broke off: {0}")]
pub struct ReplyCut(#[source] Box<dyn std::error::Error + Send + Sync>);

impl ReplyBody {
    fn new(content: ReplyContent) -> Self {
        Self {
            content,
            _in_flight: None,
            _pass: None,
        }
    }

    /// A body that is sent as it comes.
    pub(crate) fn stream<B>(frames: B) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let frames = frames.map_err(|cause| ReplyCut(cause.into()));
        Self::new(ReplyContent::Stream(frames.boxed_unsync()))
    }

    /// The same, keeping the request in flight for as long as it lives.
    pub(crate) fn keeping(self, in_flight: Option<InFlight>) -> Self {
        Self {
            _in_flight: in_flight,
            ..self
        }
    }
}

impl From<Bytes> for ReplyBody {
    fn from(bytes: Bytes) -> Self {
        // No frame rather than an empty one: then the transport sees at once
        // that nothing follows the head.
        Self::new(ReplyContent::Whole((!bytes.is_empty()).then_some(bytes)))
    }
}

impl HttpBody for ReplyBody {
    type Data = Bytes;
    type Error = ReplyCut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match &mut self.content {
            ReplyContent::Whole(bytes) => Poll::Ready(bytes.take().map(Frame::data).map(Ok)),
            ReplyContent::Stream(frames) => Pin::new(frames).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            ReplyContent::Whole(bytes) => bytes.is_none(),
            ReplyContent::Stream(frames) => frames.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            ReplyContent::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            ReplyContent::Stream(frames) => frames.size_hint(),
        }
    }
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::from(Bytes::new()));
    *response.status_mut() = status;
    response
}

/// An answer that nobody on its way may keep, as it has a secret.
pub(crate) fn uncached(mut response: Response<ReplyBody>) -> Response<ReplyBody> {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}

/// An answer that goes on for as long as there are events.
pub(crate) fn events(stream: EventStream) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::stream(stream));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An event stream that keeps its place for as long as it is open.
pub(crate) fn admitted(response: Response<ReplyBody>, pass: StreamPass) -> Response<ReplyBody> {
    response.map(|body| ReplyBody {
        _pass: Some(Box::new(pass)),
        ..body
    })
}

/// An answer in JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<Response<ReplyBody>, Failure> {
    bytes(value, 128).map(bytes_of_json)
}

/// The JSON of about so many bytes: a buffer that grows to a large answer is
/// copied over and over.
pub(crate) fn bytes(value: &impl Serialize, about: usize) -> Result<Bytes, Failure> {
    let mut text = Vec::with_capacity(about);
    serde_json::to_writer(&mut text, value).map_err(|error| not_json(&error))?;
    Ok(text.into())
}

/// The answer that a failure is.
pub(crate) fn failure(failure: &Failure) -> Response<ReplyBody> {
    let report = failure.report();
    let status = report.status();
    let FailureReport {
        code,
        message,
        details,
        header,
    } = report;
    let error = ErrorBody {
        code: code.as_str().into(),
        message,
        details: details.map(Cow::Owned),
    };
    // This cannot fail on texts and JSON values. If it did, the status alone
    // would still be an answer, while a failure to fail would be none.
    let body = serde_json::to_vec(&error).unwrap_or_else(|error| {
        tracing::error!(%error, "a failure could not be put into JSON");
        Vec::new()
    });
    let mut response = bytes_of_json(body.into());
    *response.status_mut() = status;
    response.headers_mut().extend(header);
    response
}

/// A view with its entity tag, or without its bytes if the client has them.
pub(crate) fn tagged(
    rendered: RenderedView,
    is_known: impl Fn(&HeaderValue) -> bool,
) -> Response<ReplyBody> {
    let RenderedView { body, etag } = rendered;
    let mut response = if etag.as_ref().is_some_and(is_known) {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        bytes_of_json(body)
    };
    response.headers_mut().extend(etag.map(|etag| (ETAG, etag)));
    response
}

/// A view of which some fields differ each time: those go first.
pub(crate) fn headed(
    head: &impl Serialize,
    rendered: &RenderedView,
) -> Result<Response<ReplyBody>, Failure> {
    let head = serde_json::to_vec(head).map_err(|error| not_json(&error))?;
    // Two objects become one in their bytes: reading the view again to put
    // fields into it would cost more than rendering it.
    let (Some(head), Some(rest)) = (head.strip_suffix(b"}"), rendered.body.strip_prefix(b"{"))
    else {
        tracing::error!("an answer that has to be an object is none");
        return Err(Failure::Internal);
    };
    let mut whole = BytesMut::with_capacity(head.len() + 1 + rest.len());
    whole.put(head);
    whole.put_u8(b',');
    whole.put(rest);
    Ok(bytes_of_json(whole.freeze()))
}

/// The answer to a change that was made.
pub(crate) fn outcome(
    outcome: &WriteOutcome,
    renders: &RenderCache,
) -> Result<Response<ReplyBody>, Failure> {
    let notes = ReceiptNotes::from(outcome.warnings.as_slice()).amended(&outcome.amended);
    match &outcome.answer {
        WriteAnswer::Done => json(&notes.on(DoneResponse { ok: true })),
        WriteAnswer::Updated { at } => json(&notes.on(UpdatedResponse { updated_at: *at })),
        WriteAnswer::Written { path } => json(&notes.on(ConfigWritten::new(path))),
        WriteAnswer::Skill(item) => json(&notes.on(SkillBody::from(item))),
        WriteAnswer::SkillDeleted { name, path } => json(&notes.on(SkillDeleted {
            ok: true,
            name: name.as_str().into(),
            path: path.to_string_lossy(),
        })),
        WriteAnswer::Undone { entry, by, paths } => json(&notes.on(UndoneResponse {
            ok: true,
            undone: entry.to_string().into(),
            entry: by.map(|by| by.to_string().into()),
            files: paths.iter().map(|path| path.as_str().into()).collect(),
        })),
        WriteAnswer::Unlisted => json(&notes.without_list().on(CommittedResponse {
            ok: true,
            committed: true,
        })),
        WriteAnswer::List(view) => {
            let rendered = renders.render(view, SecretDisplay::Shown)?;
            if notes.is_empty() {
                Ok(bytes_of_json(rendered.body))
            } else {
                headed(&notes, &rendered)
            }
        }
    }
}

pub(crate) fn bytes_of_json(bytes: Bytes) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::from(bytes));
    // At once for all that an answer may get: by themselves they outgrow their
    // first room by one.
    *response.headers_mut() = HeaderMap::with_capacity(HEADERS);
    response.headers_mut().insert(CONTENT_TYPE, JSON.clone());
    response
}

fn not_json(error: &serde_json::Error) -> Failure {
    tracing::error!(%error, "an answer could not be put into JSON");
    Failure::Internal
}

#[cfg(test)]
mod tests;
