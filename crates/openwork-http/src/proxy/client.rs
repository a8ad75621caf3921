//! The one client of engines, with connections that are kept.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body as HttpBody, Incoming};
use hyper::{Request, Response};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::tally::{EngineCounts, EngineTally};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a connection is kept that nobody uses. Engines close theirs after ten
/// seconds; one that closes just when a request is sent costs that request.
const IDLE: Duration = Duration::from_secs(4);

/// How many idle connections are kept to one engine.
const KEPT: usize = 32;

/// How much of an answer is read ahead of who takes it, in bytes.
const AHEAD: usize = 64 << 10;

/// A body as it is sent.
pub(crate) type SentBody = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// Sends requests to engines.
#[derive(Clone)]
pub(crate) struct EngineClient {
    client: Client<HttpConnector, SentBody>,
    tally: Arc<EngineTally>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EngineFault {
    /// Nobody listens there, so nothing was asked.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// What came is no answer, or the connection ended before there was one.
    /// What was asked may have been done.
    #[error("it gave no answer: {0}")]
    NoAnswer(String),
}

impl EngineClient {
    pub(crate) fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT));
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(KEPT)
            .http1_max_buf_size(AHEAD);
        Self {
            client: builder.build(connector),
            tally: Arc::default(),
        }
    }

    /// Sends a request and waits for the head of its answer. Dropping the future
    /// or the answer's body ends the request.
    ///
    /// # Errors
    ///
    /// An [`EngineFault`] if there is no answer.
    pub(crate) async fn send(
        &self,
        request: Request<SentBody>,
    ) -> Result<Response<Incoming>, EngineFault> {
        // Boxed: the client's future is large, and very many may wait for an answer.
        let call = self.tally.begin();
        let answered = Box::pin(self.client.request(request)).await;
        let answered = answered.map_err(|error| fault(&error));
        call.end(answered.as_ref().err());
        answered
    }

    /// How many calls there were, and are.
    pub(crate) fn counts(&self) -> EngineCounts {
        self.tally.counts()
    }
}

fn fault(error: &Error) -> EngineFault {
    // The innermost says what happened; those around it that a request failed.
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let cause = cause.to_string();
    if error.is_connect() {
        EngineFault::Unreachable(cause)
    } else {
        EngineFault::NoAnswer(cause)
    }
}

/// Any body, as it is sent.
pub(crate) fn sent<B>(body: B) -> SentBody
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    body.map_err(Into::into).boxed_unsync()
}
