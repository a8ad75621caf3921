//! Requests whose clients come back for the answer: where a person has to be asked,
//! the client is told at once where to come back to.
//!
//! Such a request is carried out by the same code as any other, in a task of its
//! own, and what that answers is kept for the client.

use std::sync::Arc;

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use hyper::header::{HeaderName, HeaderValue, LOCATION};
use hyper::{Response, StatusCode};
use openwork_api::later::{LaterAnswerBody, LaterRequest};
use openwork_approval::RequestId;
use openwork_model::workspace::WorkspaceId;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{RequestContext, ServiceState};
use crate::body::{self, BodyBounds};
use crate::error::Failure;
use crate::later::{LaterBook, LaterEntry, prefers_async, wait};
use crate::reply::{self, ReplyBody};
use crate::route::LaterEndpoint;

mod resume;
mod run;

use run::LaterRun;

/// Says that a preference was followed (RFC 7240, 3).
static APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// How many bytes of a body are kept for later.
const BODY: usize = 1 << 20;

impl ServiceState {
    /// Where a request is kept if its client wants to come back for the answer.
    pub(super) fn kept_for(&self, context: &RequestContext<'_>) -> Option<&Arc<LaterBook>> {
        let endpoint = context.matched.endpoint;
        let is_wanted = endpoint.can_be_answered_later() && prefers_async(context.headers());
        self.later.as_ref().filter(|_| is_wanted)
    }

    /// Answers a request, or says where its answer will be.
    pub(super) async fn answer_later<B>(
        self: &Arc<Self>,
        context: &RequestContext<'_>,
        book: &Arc<LaterBook>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        // Before the body, as where the client waits.
        let _ = self.host.writable(context.matched.parameter("id")?).await?;
        let bounds = BodyBounds {
            bytes: BODY,
            ..self.usual_bounds()
        };
        let body = body::whole(body, bounds).await?;
        let (waits, waiting) = oneshot::channel();
        let run = LaterRun::begin(self, book, context, body, waits)?;
        let entry = run.entry().clone();
        // Until the client knows where to come back to, it goes if the client does.
        let gone = CancellationToken::new();
        let leaving = gone.clone().drop_guard();
        let running = self.runs.spawn(run.carry_out(gone));
        tokio::select! {
            biased;
            Ok(()) = waiting => {
                leaving.disarm();
                accepted(&entry)
            }
            answer = running => answer.unwrap_or(Err(Failure::Internal)),
        }
    }

    pub(super) async fn later<B>(
        &self,
        later: LaterEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        // An unread body would end the connection.
        body::discard(body, self.usual_bounds()).await?;
        let book = self.later.as_ref().ok_or(Failure::LaterNotFound)?;
        let entry = self.own_request(book, context).await?;
        let entry = match later {
            LaterEndpoint::Show => {
                let patience = wait(context.headers()).unwrap_or_default();
                self.once_ended(book, entry, Instant::now() + patience)
                    .await?
            }
            LaterEndpoint::Withdraw => self.take_back(book, entry).await?,
        };
        reply::json(&self.standing(&entry))
    }

    /// The request of an id, if it is of whoever asks, or the host asks.
    async fn own_request(
        &self,
        book: &Arc<LaterBook>,
        context: &RequestContext<'_>,
    ) -> Result<LaterEntry, Failure> {
        let id = context.matched.parameter("request")?;
        let id: Uuid = id.parse().map_err(|_| Failure::LaterNotFound)?;
        let entry = book.get(id).await?.ok_or(Failure::LaterNotFound)?;
        let requester = context.requester()?;
        let is_own = requester.actor().token_hash == entry.actor.token_hash;
        let workspace = context.matched.parameter("id")?;
        let is_there = WorkspaceId::plain(workspace) == entry.workspace_id;
        // Not by what a client calls itself: that is no secret.
        if is_there && (is_own || requester.grant().is_host()) {
            Ok(entry)
        } else {
            Err(Failure::LaterNotFound)
        }
    }

    /// The request as it stands once it has ended, or at this time.
    async fn once_ended(
        &self,
        book: &Arc<LaterBook>,
        mut entry: LaterEntry,
        end: Instant,
    ) -> Result<LaterEntry, Failure> {
        while entry.end.is_none() {
            let change = book.change();
            // After the wait has begun, so that no end slips through in between.
            entry = book.get(entry.id).await?.ok_or(Failure::LaterNotFound)?;
            let stops = self.stopping.cancelled();
            let waits = async {
                tokio::select! { () = change => {}, () = stops => {} }
            };
            if entry.end.is_some()
                || timeout_at(end, waits).await.is_err()
                || self.stopping.is_cancelled()
            {
                break;
            }
        }
        Ok(book.get(entry.id).await?.unwrap_or(entry))
    }

    /// Takes a request back; one that has ended is forgotten.
    async fn take_back(
        &self,
        book: &Arc<LaterBook>,
        entry: LaterEntry,
    ) -> Result<LaterEntry, Failure> {
        if entry.end.is_some() {
            book.forget(entry.id).await?;
            return Ok(entry);
        }
        let asked = RequestId::from(entry.asked);
        if !self.host.gate().withdraw(asked) {
            return Err(Failure::LaterAnswered);
        }
        // Its task learns of it, and says so.
        let end = Instant::now() + self.options.limits.applied_deadline;
        self.once_ended(book, entry, end).await
    }

    fn standing<'e>(&self, entry: &'e LaterEntry) -> LaterRequest<'e> {
        let is_pending = || self.host.gate().get(entry.asked.into()).is_some();
        let state = match &entry.end {
            Some(end) => end.outcome.as_str(),
            None if is_pending() => WAITING,
            None => "working",
        };
        standing(entry, state)
    }
}

/// The state of a request that the host is asked about.
const WAITING: &str = "waiting";

fn standing<'e>(entry: &'e LaterEntry, state: &'static str) -> LaterRequest<'e> {
    let answer = entry.end.as_ref().and_then(|end| {
        Some(LaterAnswerBody {
            status: end.status?,
            body: end.body.clone(),
        })
    });
    LaterRequest {
        id: entry.id.to_string().into(),
        workspace_id: entry.workspace_id.as_str().into(),
        state: state.into(),
        created_at: entry.created_at,
        expires_at: entry.expires_at,
        ended_at: entry.end.as_ref().map(|end| end.at),
        answer,
    }
}

/// That a person is asked, and where the answer will be.
fn accepted(entry: &LaterEntry) -> Result<Response<ReplyBody>, Failure> {
    let mut response = reply::json(&standing(entry, WAITING))?;
    *response.status_mut() = StatusCode::ACCEPTED;
    let place = format!("/workspace/{}/requests/{}", entry.workspace_id, entry.id);
    let place = HeaderValue::try_from(place).map_err(|_| Failure::Internal)?;
    let headers = response.headers_mut();
    headers.insert(LOCATION, place);
    headers.insert(APPLIED.clone(), HeaderValue::from_static("respond-async"));
    Ok(response)
}
