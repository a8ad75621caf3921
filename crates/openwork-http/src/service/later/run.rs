//! Carrying out a request whose client comes back for the answer.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Response;
use hyper::header::{CONTENT_TYPE, HeaderMap, IF_MATCH};
use hyper::http::request::Parts;
use openwork_api::ErrorCode;
use openwork_approval::RequestId;
use openwork_host::{HostError, KeepCall, LaterAnswer, LaterKeeper, SubmitError};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::super::{RequestContext, ServiceState, leased, unwound};
use crate::auth::Caller;
use crate::error::{Failure, FailureReport};
use crate::later::{LaterBook, LaterCall, LaterEnd, LaterEntry, LaterError, LaterOutcome};
use crate::reply::{self, ReplyBody};
use crate::route::{self, Endpoint};

/// A request to be carried out, whoever waits for it.
pub(super) struct LaterRun {
    state: Arc<ServiceState>,
    caller: Caller,
    peer: SocketAddr,
    parts: Parts,
    body: Bytes,
    kept: Arc<KeptRequest>,
    patience: Duration,
}

/// One request and the book that it is kept in.
pub(super) struct KeptRequest {
    book: Arc<LaterBook>,
    entry: LaterEntry,
    /// Whether keeping it has begun.
    may_be_kept: AtomicBool,
    waits: Mutex<Option<oneshot::Sender<()>>>,
}

impl LaterRun {
    /// A request that has just come. `waits` is told once a person is asked.
    pub(super) fn begin(
        state: &Arc<ServiceState>,
        book: &Arc<LaterBook>,
        context: &RequestContext<'_>,
        body: Vec<u8>,
        waits: oneshot::Sender<()>,
    ) -> Result<Self, Failure> {
        let id = RequestId::random().into();
        let now = book.now();
        let patience = book.patience();
        let call = call(context.parts, &body);
        let workspace = state.host.readable(context.matched.parameter("id")?)?;
        let entry = LaterEntry {
            id,
            workspace_id: workspace.workspace().id.to_string(),
            actor: context.requester()?.actor(),
            address: context.peer.ip(),
            created_at: now,
            expires_at: now.saturating_add(milliseconds(patience)),
            asked: id,
            call: Some(call),
            end: None,
        };
        Ok(Self {
            state: Arc::clone(state),
            caller: context.caller.clone(),
            peer: context.peer,
            parts: context.parts.clone(),
            body: body.into(),
            kept: Arc::new(KeptRequest {
                book: Arc::clone(book),
                entry,
                may_be_kept: AtomicBool::new(false),
                waits: Mutex::new(Some(waits)),
            }),
            patience,
        })
    }

    /// A request that an earlier run of the server has kept. The host is asked about
    /// it under a new name.
    pub(super) fn again(
        state: &Arc<ServiceState>,
        book: &Arc<LaterBook>,
        caller: Caller,
        entry: LaterEntry,
    ) -> Result<Self, Failure> {
        let asked = RequestId::random().into();
        let entry = LaterEntry { asked, ..entry };
        let call = entry.call.as_ref().ok_or(Failure::Internal)?;
        let left = entry.expires_at.saturating_sub(book.now());
        Ok(Self {
            state: Arc::clone(state),
            caller,
            peer: SocketAddr::new(entry.address, 0),
            parts: parts(call)?,
            body: call.body.clone().into(),
            patience: Duration::from_millis(left),
            kept: Arc::new(KeptRequest {
                book: Arc::clone(book),
                entry,
                may_be_kept: AtomicBool::new(true),
                waits: Mutex::default(),
            }),
        })
    }

    pub(super) fn entry(&self) -> &LaterEntry {
        &self.kept.entry
    }

    /// Does all that the same request does whose client waits, and keeps the answer
    /// for a client that was told to come back. If the client is `gone` before, the
    /// request is withdrawn.
    pub(super) async fn carry_out(
        self,
        gone: CancellationToken,
    ) -> Result<Response<ReplyBody>, Failure> {
        let answer = {
            let answer = pin!(self.answer());
            gone.run_until_cancelled(unwound(answer)).await
        };
        let Some(answer) = answer else {
            self.kept.forget().await;
            return Err(Failure::Internal);
        };
        if self.kept.is_untold() {
            self.kept.forget().await;
            return answer;
        }
        let report = answer.as_ref().err().map(Failure::report);
        let stops = |report: &FailureReport| report.code == ErrorCode::ShuttingDown;
        if report.as_ref().is_some_and(stops) {
            // It goes on when the server is there again.
            return answer;
        }
        let outcome = report.map_or(LaterOutcome::Applied, |report| {
            outcome(report.code, report.details.as_ref())
        });
        let response = answer.unwrap_or_else(|failure| reply::failure(&failure));
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|_| Failure::Internal)?;
        let body = body.to_bytes();
        let now = self.kept.book.now();
        let end = LaterEnd::answered(now, outcome, head.status.as_u16(), &body);
        self.kept.end(end).await;
        Ok(Response::from_parts(head, body.into()))
    }

    async fn answer(&self) -> Result<Response<ReplyBody>, Failure> {
        let path = route::unmounted(self.parts.uri.path())?;
        let matched = self.state.router.find(&self.parts.method, path)?;
        let keeper: Arc<dyn LaterKeeper> = Arc::<KeptRequest>::clone(&self.kept);
        let context = RequestContext {
            parts: &self.parts,
            matched,
            caller: self.caller.clone(),
            peer: self.peer,
            later: Some(LaterAnswer {
                id: self.kept.entry.asked.into(),
                patience: self.patience,
                keeper,
            }),
        };
        let body = Full::new(self.body.clone());
        leased(&context, self.state.answer_asked(&context, body)).await
    }
}

impl ServiceState {
    /// Answers what a person may be asked about, from a body that is there.
    async fn answer_asked(
        &self,
        context: &RequestContext<'_>,
        body: Full<Bytes>,
    ) -> Result<Response<ReplyBody>, Failure> {
        match context.matched.endpoint {
            Endpoint::Write(write) => Box::pin(self.write(write, context, body)).await,
            Endpoint::File(file) => Box::pin(self.file(file, context, body)).await,
            Endpoint::Audit(audit) => Box::pin(self.audit_entry(audit, context, body)).await,
            Endpoint::Mcp(mcp) => Box::pin(self.mcp(mcp, context, body)).await,
            Endpoint::Reload => Box::pin(self.reload(context, body)).await,
            // What is kept may have been written by another version.
            _ => Err(Failure::NotFound),
        }
    }
}

impl KeptRequest {
    /// Whether its client was not told to come back, and has its answer.
    fn is_untold(&self) -> bool {
        let waits = self.waits.lock();
        waits.unwrap_or_else(PoisonError::into_inner).is_some()
    }

    async fn end(&self, end: LaterEnd) {
        if let Err(error) = self.book.end(self.entry.id, end).await {
            tracing::error!(%error, "how a request ended that is answered later could not be kept");
        }
    }

    /// Nobody comes back for it.
    async fn forget(&self) {
        if !self.may_be_kept.load(Ordering::Acquire) {
            return;
        }
        if let Err(error) = self.book.forget(self.entry.id).await {
            tracing::error!(%error, "a request that nobody comes back for could not be forgotten");
        }
    }
}

impl LaterKeeper for KeptRequest {
    fn keep(&self) -> KeepCall<'_> {
        Box::pin(async {
            self.may_be_kept.store(true, Ordering::Release);
            self.book.keep(self.entry.clone()).await.map_err(unkept)
        })
    }

    fn waits(&self) {
        let waits = self.waits.lock();
        let waits = waits.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waits) = waits {
            // Nobody has to be there to hear it.
            let _ = waits.send(());
        }
    }
}

fn unkept(error: LaterError) -> SubmitError {
    match error {
        LaterError::State(error) => SubmitError::Unkept(error),
        LaterError::Full(full) => full.into(),
        LaterError::Lost => HostError::Lost.into(),
    }
}

/// How a request ended that was refused so.
fn outcome(code: ErrorCode, details: Option<&serde_json::Value>) -> LaterOutcome {
    let reason = details.and_then(|details| details.get("reason")?.as_str());
    match (code, reason) {
        (ErrorCode::WriteDenied, Some("timeout")) => LaterOutcome::Expired,
        // By its client, or as the token that it was made with has ended.
        (ErrorCode::WriteDenied, Some("withdrawn")) | (ErrorCode::Unauthorized, _) => {
            LaterOutcome::Withdrawn
        }
        (ErrorCode::WriteDenied, _) => LaterOutcome::Denied,
        (ErrorCode::Conflict, _) => LaterOutcome::Conflicted,
        _ => LaterOutcome::Failed,
    }
}

/// What is kept of a request.
fn call(parts: &Parts, body: &[u8]) -> LaterCall {
    let text = |value: &hyper::header::HeaderValue| value.to_str().ok().map(str::to_owned);
    let target = parts.uri.path_and_query();
    LaterCall {
        method: parts.method.as_str().to_owned(),
        target: target.map_or_else(String::new, ToString::to_string),
        content_type: parts.headers.get(CONTENT_TYPE).and_then(text),
        if_match: parts
            .headers
            .get_all(IF_MATCH)
            .iter()
            .filter_map(text)
            .collect(),
        // One that is no text is either refused before it is kept, or not looked at.
        body: str::from_utf8(body).unwrap_or("").to_owned(),
    }
}

/// The head of a request that was kept.
fn parts(call: &LaterCall) -> Result<Parts, Failure> {
    let request = hyper::Request::builder()
        .method(call.method.as_str())
        .uri(call.target.as_str());
    let request = request.body(()).map_err(|_| Failure::NotFound)?;
    let (mut parts, ()) = request.into_parts();
    let headers: &mut HeaderMap = &mut parts.headers;
    if let Some(Ok(content_type)) = call.content_type.as_deref().map(TryInto::try_into) {
        headers.insert(CONTENT_TYPE, content_type);
    }
    for tag in &call.if_match {
        let tag = tag.as_str().try_into().map_err(|_| Failure::NotFound)?;
        headers.append(IF_MATCH, tag);
    }
    Ok(parts)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
