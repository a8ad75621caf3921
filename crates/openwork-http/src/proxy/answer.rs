//! What an engine answers, as it goes on to the client.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::Response;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use serde_json::Value;

use super::EngineFault;
use super::head::passing;
use crate::events::StreamEnd;
use crate::reply::ReplyBody;

/// What the engine says to us and not to the client: who may call it, and how
/// it wants to be signed in to.
static TO_US: [HeaderName; 7] = [
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_EXPOSE_HEADERS,
    SET_COOKIE,
    WWW_AUTHENTICATE,
];

type EndOfBody = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A body that is passed on for as long as its reader may read.
pub(crate) struct ForwardedBody<B> {
    body: Option<B>,
    end: Option<EndOfBody>,
    is_stream: bool,
}

/// Why a body that is passed on broke off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ForwardCut {
    /// The engine's answer did.
    #[error("the engine's answer broke off: {0}")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The reader may no longer read.
    #[error("the token was ended, or the workspace is served no more")]
    Ended,
}

/// An engine's answer, passed on as it comes. Event streams end with the
/// server or the caller's token, others with the token.
pub(crate) fn forwarded(answer: Response<Incoming>, end: StreamEnd) -> Response<ReplyBody> {
    let is_stream = is_event_stream(answer.headers());
    passed_on(answer, is_stream, end)
}

/// The same of a body that is an event stream or not.
pub(crate) fn passed_on<B>(
    answer: Response<B>,
    is_stream: bool,
    end: StreamEnd,
) -> Response<ReplyBody>
where
    B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (mut head, body) = answer.into_parts();
    head.headers = client_headers(&head.headers);
    head.extensions = hyper::http::Extensions::new();
    let can_end = is_stream || end.can_be_forbidden();
    let body = ForwardedBody {
        body: Some(body),
        end: can_end.then(|| -> EndOfBody {
            Box::pin(async move {
                if is_stream {
                    end.reached().await;
                } else {
                    end.forbidden().await;
                }
            })
        }),
        is_stream,
    };
    Response::from_parts(head, ReplyBody::stream(body))
}

/// Whether an answer is a stream of events.
pub(crate) fn is_event_stream(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE);
    let media = media.map_or(&b""[..], HeaderValue::as_bytes);
    media.starts_with(b"text/event-stream")
}

/// The header fields of an answer, as the client gets them.
pub(crate) fn client_headers(given: &HeaderMap) -> HeaderMap {
    let mut headers = passing(given, |name| !TO_US.contains(name));
    // What the engine answers is data. Shown as a page it would be one of ours,
    // and our page holds a token.
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    let sandbox = HeaderValue::from_static("sandbox");
    headers.insert(CONTENT_SECURITY_POLICY, sandbox);
    headers
}

/// Reads an answer of at most so many bytes that has to be JSON.
///
/// # Errors
///
/// [`EngineFault::NoAnswer`] if it is none.
pub(crate) async fn read_json(body: Incoming, most: usize) -> Result<Value, EngineFault> {
    let text = Limited::new(body, most).collect().await;
    let text = text.map_err(|error| EngineFault::NoAnswer(error.to_string()))?;
    let value = serde_json::from_slice(&text.to_bytes());
    value.map_err(|error| EngineFault::NoAnswer(error.to_string()))
}

impl<B> HttpBody for ForwardedBody<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = ForwardCut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ForwardCut>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(cx);
        // The end before the frame: what came just then must not be read any more.
        if let Some(end) = &mut self.end
            && end.as_mut().poll(cx).is_ready()
        {
            self.body = None;
            // A future that is ready is not polled again.
            self.end = None;
            let cut = Some(Err(ForwardCut::Ended));
            return Poll::Ready(if self.is_stream { None } else { cut });
        }
        polled.map_err(|error| ForwardCut::Engine(error.into()))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(B::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let body = self.body.as_ref();
        body.map_or(SizeHint::with_exact(0), B::size_hint)
    }
}
