//! From outcome to response.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{BufMut, Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue};
use hyper::{Response, StatusCode};
use openwork_api::ErrorBody;
use openwork_api::receipt::{
    CommittedResponse, DoneResponse, SkillDeleted, UpdatedResponse, WarningList,
};
use openwork_api::view::SkillBody;
use openwork_change::query::View;
use openwork_change::store::{CachedView, RenderedView};
use openwork_host::{WriteAnswer, WriteOutcome};
use serde::Serialize;

use crate::error::{Failure, FailureReport};
use crate::events::EventStream;
use crate::server::AtWork;
use crate::service::StreamPass;
use crate::wire;

static JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What is sent after the head of an answer.
pub struct ReplyBody {
    content: ReplyContent,
    /// The connection is at work until the last byte was taken.
    _work: Option<AtWork>,
    /// An event stream keeps its place among those that may be open.
    _pass: Option<Box<StreamPass>>,
}

enum ReplyContent {
    Whole(Option<Bytes>),
    Events(EventStream),
}

impl ReplyBody {
    fn new(content: ReplyContent) -> Self {
        Self {
            content,
            _work: None,
            _pass: None,
        }
    }

    /// The same, as work of a connection.
    pub(crate) fn at_work(self, work: Option<AtWork>) -> Self {
        Self {
            _work: work,
            ..self
        }
    }
}

impl From<Bytes> for ReplyBody {
    fn from(bytes: Bytes) -> Self {
        Self::new(ReplyContent::Whole((!bytes.is_empty()).then_some(bytes)))
    }
}

impl HttpBody for ReplyBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let next = match &mut self.content {
            ReplyContent::Whole(bytes) => Poll::Ready(bytes.take()),
            ReplyContent::Events(stream) => stream.poll_next(cx),
        };
        next.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.content, ReplyContent::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            ReplyContent::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            ReplyContent::Events(_) => SizeHint::default(),
        }
    }
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::from(Bytes::new()));
    *response.status_mut() = status;
    response
}

/// An answer that goes on for as long as there is something to tell.
pub(crate) fn events(stream: EventStream) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::new(ReplyContent::Events(stream)));
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
    serde_json::to_writer(&mut text, value).map_err(|error| {
        tracing::error!(%error, "an answer could not be put into JSON");
        Failure::Internal
    })?;
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
    let body = serde_json::to_vec(&error).unwrap_or_default();
    let mut response = bytes_of_json(body.into());
    *response.status_mut() = status;
    response.headers_mut().extend(header);
    response
}

/// A view, rendered once for as long as it is true.
pub(crate) fn view(cached: &CachedView) -> Result<Response<ReplyBody>, Failure> {
    Ok(bytes_of_json(bytes_of(rendered(cached)?)))
}

/// A view of which something is left out, or put in other words.
pub(crate) fn edited_view(
    cached: &CachedView,
    edit: impl FnOnce(Bytes) -> Bytes,
) -> Result<Response<ReplyBody>, Failure> {
    Ok(bytes_of_json(edit(bytes_of(rendered(cached)?))))
}

/// A view with its entity tag, or without its bytes if the client has them.
pub(crate) fn tagged(
    cached: &CachedView,
    is_known: impl Fn(&str) -> bool,
) -> Result<Response<ReplyBody>, Failure> {
    let rendered = rendered(cached)?;
    let mut response = if is_known(&rendered.etag) {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        bytes_of_json(bytes_of(rendered))
    };
    if let Ok(tag) = HeaderValue::from_str(&rendered.etag) {
        response.headers_mut().insert(ETAG, tag);
    }
    Ok(response)
}

/// A view of which some fields differ each time: those go first.
pub(crate) fn headed(
    head: &impl Serialize,
    cached: &CachedView,
) -> Result<Response<ReplyBody>, Failure> {
    let head = serde_json::to_vec(head).map_err(|_| Failure::Internal)?;
    let rest = &rendered(cached)?.body;
    let (Some(head), Some(rest)) = (head.strip_suffix(b"}"), rest.strip_prefix(b"{")) else {
        return Err(Failure::Internal);
    };
    let mut whole = BytesMut::with_capacity(head.len() + 1 + rest.len());
    whole.put(head);
    whole.put_u8(b',');
    whole.put(rest);
    Ok(bytes_of_json(whole.freeze()))
}

/// The answer to a change that was made.
pub(crate) fn outcome(outcome: &WriteOutcome) -> Result<Response<ReplyBody>, Failure> {
    let warnings = WarningList::from(outcome.warnings.as_slice());
    match &outcome.answer {
        WriteAnswer::Done => json(&warnings.on(DoneResponse { ok: true })),
        WriteAnswer::Updated { at } => json(&warnings.on(UpdatedResponse { updated_at: *at })),
        WriteAnswer::Skill(item) => json(&warnings.on(SkillBody::from(item))),
        WriteAnswer::SkillDeleted { name, path } => json(&warnings.on(SkillDeleted {
            ok: true,
            name: name.as_str().into(),
            path: path.to_string_lossy(),
        })),
        WriteAnswer::Unlisted => json(&warnings.without_list().on(CommittedResponse {
            ok: true,
            committed: true,
        })),
        WriteAnswer::List(cached) if warnings.is_empty() => view(cached),
        WriteAnswer::List(cached) => headed(&warnings, cached),
    }
}

pub(crate) fn bytes_of_json(bytes: Bytes) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::from(bytes));
    response.headers_mut().insert(CONTENT_TYPE, JSON.clone());
    response
}

fn rendered(cached: &CachedView) -> Result<&RenderedView, Failure> {
    if let Some(rendered) = cached.rendered.get() {
        return Ok(rendered);
    }
    let body = wire::view(&cached.view).map_err(|error| {
        tracing::error!(%error, "a view could not be put into JSON");
        Failure::Internal
    })?;
    let rendered = RenderedView {
        body: body.into(),
        etag: etag(&cached.view),
    };
    Ok(cached.rendered.get_or_init(|| rendered))
}

/// The entity tag of a view; only the configuration has a revision to make one
/// of.
fn etag(view: &View) -> Arc<str> {
    match view {
        View::Config(config) => format!("\"{}\"", config.revision).into(),
        _ => "".into(),
    }
}

fn bytes_of(rendered: &RenderedView) -> Bytes {
    Bytes::from_owner(Arc::clone(&rendered.body))
}
