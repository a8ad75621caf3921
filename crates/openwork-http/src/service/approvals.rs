//! What the host does about requests that wait for it.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_api::ItemList;
use openwork_api::approval::{ApprovalEvent, ApprovalSnapshot, ApprovalsWithAgents, KeepResponse};
use openwork_api::receipt::DoneResponse;
use openwork_approval::{DecideError, DecidedRequest, Reply, Request, RequestId, RuleId};
use openwork_change::change::{Fields, JsonObject};
use openwork_change::preview::FileChange;
use openwork_host::{
    AmendRefusal, PageReview, Readable, RevealedChanges, ReviewError, Subject, WorkThreads,
};

use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::Failure;
use crate::events::{self, AttendedWatch, EventStream};
use crate::reply::{self, ReplyBody};
use crate::route::ApprovalsEndpoint;
use crate::wire::approval::{
    ItemBounds, ItemDetail, approval_item, diff_page, mode, reply_response, revealed_item,
    rule_item,
};
use crate::wire::milliseconds;

mod agent;
mod amend;
mod answer;
mod history;
mod listing;
mod signed;

pub(super) use listing::ApprovalListing;

/// How many effects and files of a request are put into JSON where they are
/// asked for. A request may have 10,000, which took 50 ms, in which nobody else
/// was answered.
const AT_ONCE: usize = 500;
/// How many bytes such a request takes in JSON, if it is an ordinary one.
const ITEM: usize = 1 << 10;
/// How many lines a page has.
const LINES: usize = 400;
/// How many it has at most.
const MOST_LINES: usize = 2_000;

impl ServiceState {
    pub(super) async fn approvals<B>(
        &self,
        approvals: ApprovalsEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        match approvals {
            ApprovalsEndpoint::List => self.pending(context).await,
            ApprovalsEndpoint::AnswerAgent => self.answer_agent(context, body).await,
            ApprovalsEndpoint::Show => self.show(context).await,
            ApprovalsEndpoint::File => self.page(context).await,
            ApprovalsEndpoint::Parts => self.parts(context),
            ApprovalsEndpoint::Amend => self.amend(context, body).await,
            ApprovalsEndpoint::Keep => self.keep(context),
            ApprovalsEndpoint::Reply => self.reply(context, body).await,
            ApprovalsEndpoint::Answer => self.signed_answer(context, body).await,
            ApprovalsEndpoint::Events => self.events(context),
            ApprovalsEndpoint::History => self.history(context).await,
            ApprovalsEndpoint::Audit => self.audit_of(context).await,
            ApprovalsEndpoint::Rules => self.rules(),
            ApprovalsEndpoint::Revoke => self.revoke(context),
        }
    }

    async fn pending(&self, context: &RequestContext<'_>) -> Result<Response<ReplyBody>, Failure> {
        if context.parameters().lists("include", "engine") {
            let agents = self.agents.now().await;
            let pending = self.host.gate().pending();
            let requests = listing::items(&pending, detail(context, ItemDetail::Basic));
            return reply::json(&ApprovalsWithAgents {
                items: requests.items,
                more_items: requests.more_items,
                agents,
            });
        }
        let pending = self.host.gate().pending();
        let body = match detail(context, ItemDetail::Basic) {
            // Clients of the OpenWork API poll for this one, so it is kept.
            ItemDetail::Basic => self.listing.of(&pending)?,
            detail => listing::list(&pending, detail)?,
        };
        Ok(reply::bytes_of_json(body))
    }

    async fn show(&self, context: &RequestContext<'_>) -> Result<Response<ReplyBody>, Failure> {
        let request = self
            .host
            .gate()
            .get(id(context)?)
            .ok_or(Failure::ApprovalNotFound)?;
        let is_masked = |change: &FileChange| !change.masked.is_empty();
        let reveal = context.parameters().is("reveal", "true");
        if reveal && request.subject.preview.changes.iter().any(is_masked) {
            let RevealedChanges { request, changes } = self.host.reveal(request.id).await?;
            return reply::json(&revealed_item(&request, &changes));
        }
        let preview = &request.subject.preview;
        let body = if preview.effects.len() + preview.changes.len() > AT_ONCE {
            elsewhere(self.host.threads(), move || whole(&request)).await?
        } else {
            whole(&request)?
        };
        Ok(reply::bytes_of_json(body))
    }

    /// Some lines of what would happen to one file.
    async fn page(&self, context: &RequestContext<'_>) -> Result<Response<ReplyBody>, Failure> {
        let unknown = Failure::Review(ReviewError::UnknownFile);
        let id = id(context)?;
        let Ok(index) = context.matched.parameter("n")?.parse() else {
            return Err(unknown);
        };
        let parameters = context.parameters();
        let review = PageReview {
            index,
            from: parameters.number("from").unwrap_or(0),
            lines: parameters
                .number("lines")
                .filter(|lines| *lines > 0)
                .unwrap_or(LINES)
                .min(MOST_LINES),
            reveal: parameters.is("reveal", "true"),
        };
        let (request, page) = self.host.page(id, review).await?;
        reply::json(&diff_page(&request, review, &page).ok_or(unknown)?)
    }

    async fn reply<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let fields = body::object(body, self.usual_bounds()).await?;
        let decided = if let Some(amendment) = JsonObject::new(&fields).object("amend")? {
            self.allow_amended(context, &fields, &amendment).await?
        } else {
            let id = id(context)?;
            let answer = answer::read(&fields, context.peer.ip())?;
            self.check_shown(id, &fields)?;
            self.decide(id, answer)?
        };
        self.settled(decided).await
    }

    /// Gives an answer.
    fn decide(&self, id: RequestId, answer: Reply) -> Result<DecidedRequest, Failure> {
        let decided = self.host.gate().decide(id, answer);
        decided.map_err(|error| match error {
            DecideError::Unknown => Failure::ApprovalNotFound,
            DecideError::NotRememberable => Failure::NotRememberable,
        })
    }

    /// Says what came of an answer.
    async fn settled(&self, decided: DecidedRequest) -> Result<Response<ReplyBody>, Failure> {
        // From here on a client that goes away changes nothing: the answer is
        // given, and what follows only waits to say what came of it.
        let allowed = decided.allowed;
        let settlement = decided.settled(self.options.limits.applied_deadline).await;
        reply::json(&reply_response(allowed, settlement))
    }

    /// Fails if an answer is to something else than what waits.
    fn check_shown(&self, id: RequestId, fields: &Fields) -> Result<(), Failure> {
        let Some(digest) = JsonObject::new(fields).text("digest")? else {
            return Ok(());
        };
        let request = self.host.gate().get(id).ok_or(Failure::ApprovalNotFound)?;
        let shown = request.subject.digest.map(|shown| shown.to_string());
        if shown.as_deref() == Some(digest) {
            Ok(())
        } else {
            Err(AmendRefusal::OtherPlan.into())
        }
    }

    fn keep(&self, context: &RequestContext<'_>) -> Result<Response<ReplyBody>, Failure> {
        let kept = self.host.gate().keep(id(context)?);
        let expires_at = kept.map_err(|_| Failure::ApprovalNotFound)?;
        reply::json(&KeepResponse {
            ok: true,
            expires_at,
        })
    }

    fn events(&self, context: &RequestContext<'_>) -> Result<Response<ReplyBody>, Failure> {
        // Both in one call: what is asked between a list and a watch would be in
        // neither.
        let (pending, watch) = AttendedWatch::begin(self.host.gate());
        let gate = self.host.gate().options();
        let listed = listing::snapshot(&pending);
        let served = self.host.workspaces();
        let snapshot = ApprovalSnapshot {
            now: self.options.clock.now_ms(),
            version: self.options.version.as_str().into(),
            mode: mode(gate.mode).into(),
            timeout_ms: milliseconds(gate.timeout),
            watched_timeout_ms: milliseconds(gate.watched_timeout),
            read_only: self.host.is_read_only(),
            workspaces: served.iter().map(|at| at.workspace().into()).collect(),
            items: listed.items,
            more_items: listed.more_items,
        };
        let snapshot = events::message(&ApprovalEvent::Snapshot(Box::new(snapshot)))
            .ok_or(Failure::Internal)?;
        let agents = context.parameters().lists("include", "engine");
        let stream = EventStream::approvals(
            snapshot,
            watch,
            agents.then(|| self.agents.follow()),
            self.options.limits.heartbeat,
            self.end_of_streams(context),
        );
        Ok(reply::events(stream))
    }

    /// The audit log of the workspace that a parameter names: whoever answers
    /// for the host need not hold the client token. Without, that of the server.
    async fn audit_of(&self, context: &RequestContext<'_>) -> Result<Response<ReplyBody>, Failure> {
        let Some(workspace) = context.parameters().get("workspace") else {
            return self.server_audit(context).await;
        };
        let at = self.host.readable(&workspace)?;
        self.audit(&at, context).await
    }

    fn rules(&self) -> Result<Response<ReplyBody>, Failure> {
        let rules = self.host.gate().rules();
        let served = self.host.workspaces();
        let name = |id: &str| {
            let mut workspaces = served.iter().map(Readable::workspace);
            workspaces
                .find(|workspace| workspace.id.as_str() == id)
                .map(|workspace| workspace.name.as_str())
        };
        let items: Vec<_> = rules
            .iter()
            .map(|rule| rule_item(rule, name(&rule.scope)))
            .collect();
        reply::json(&ItemList::from(items))
    }

    fn revoke(&self, context: &RequestContext<'_>) -> Result<Response<ReplyBody>, Failure> {
        let id: RuleId = context
            .matched
            .parameter("id")?
            .parse()
            .map_err(|_| Failure::RuleNotFound)?;
        if !self.host.gate().revoke(id) {
            return Err(Failure::RuleNotFound);
        }
        reply::json(&DoneResponse { ok: true })
    }
}

/// A request with all that is kept of it, in JSON.
fn whole(request: &Request<Subject>) -> Result<Bytes, Failure> {
    let whole = approval_item(request, ItemDetail::Changes, ItemBounds::WHOLE);
    reply::bytes(&whole.item, ITEM)
}

/// Runs work on another thread, so that it keeps nobody waiting.
async fn elsewhere<T: Send + 'static>(
    threads: &WorkThreads,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    threads.run(work).await.unwrap_or_else(|lost| {
        tracing::error!(%lost, "a request could not be put into JSON");
        Err(Failure::Internal)
    })
}

fn id(context: &RequestContext<'_>) -> Result<RequestId, Failure> {
    context
        .matched
        .parameter("id")?
        .parse()
        .map_err(|_| Failure::ApprovalNotFound)
}

fn detail(context: &RequestContext<'_>, otherwise: ItemDetail) -> ItemDetail {
    if context.parameters().lists("include", "changes") {
        ItemDetail::Changes
    } else {
        otherwise
    }
}
