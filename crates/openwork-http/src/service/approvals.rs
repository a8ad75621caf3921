//! What the host does about requests that wait for it.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_approval::{DecideError, HISTORY, RequestId, RuleId};
use openwork_change::preview::FileChange;
use openwork_host::{Revealed, Review, ReviewError};

use super::{Asked, Inner};
use crate::body;
use crate::error::Failure;
use crate::events::{self, EventStream};
use crate::reply::{self, Body};
use crate::route::Approvals;
use crate::wire::Items;
use crate::wire::approval::{
    Bounds, Detail, Item, PageBody, Replied, RuleItem, Snapshot, Typed, mode,
};

mod answer;
mod listing;

pub(super) use listing::Listing;

/// How many lines a page has.
const LINES: usize = 400;
/// How many it has at most.
const MOST_LINES: usize = 2_000;

impl Inner {
    pub(super) async fn approvals<B>(
        &self,
        approvals: Approvals,
        asked: &Asked<'_>,
        body: B,
    ) -> Result<Response<Body>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        match approvals {
            Approvals::List => self.pending(asked),
            Approvals::Show => self.show(asked).await,
            Approvals::File => self.page(asked).await,
            Approvals::Reply => self.reply(asked, body).await,
            Approvals::Events => self.events(),
            Approvals::History => self.history(asked),
            Approvals::Audit => self.audit_of(asked).await,
            Approvals::Rules => self.rules(),
            Approvals::Revoke => self.revoke(asked),
        }
    }

    fn pending(&self, asked: &Asked<'_>) -> Result<Response<Body>, Failure> {
        let pending = self.host.gate().pending();
        let body = match detail(asked, Detail::Seed) {
            Detail::Seed => self.listing.of(&pending)?,
            detail => listing::list(&pending, detail)?,
        };
        Ok(reply::bytes_of_json(body))
    }

    async fn show(&self, asked: &Asked<'_>) -> Result<Response<Body>, Failure> {
        let request = self
            .host
            .gate()
            .get(id(asked)?)
            .ok_or(Failure::ApprovalNotFound)?;
        let is_masked = |change: &FileChange| !change.masked.is_empty();
        let reveal = asked.parameters().is("reveal", "true");
        if reveal && request.subject.preview.changes.iter().any(is_masked) {
            let Revealed { request, changes } = self.host.reveal(request.id).await?;
            return reply::json(&Item::revealed(&request, &changes));
        }
        reply::json(&Item::new(&request, Detail::Changes, Bounds::WHOLE))
    }

    /// Some lines of what would happen to one file.
    async fn page(&self, asked: &Asked<'_>) -> Result<Response<Body>, Failure> {
        let unknown = Failure::Review(ReviewError::UnknownFile);
        let id = id(asked)?;
        let Ok(index) = asked.matched.name().parse() else {
            return Err(unknown);
        };
        let parameters = asked.parameters();
        let review = Review {
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
        reply::json(&PageBody::new(&request, review, &page).ok_or(unknown)?)
    }

    async fn reply<B>(&self, asked: &Asked<'_>, body: B) -> Result<Response<Body>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let fields = body::object(body, self.usual_bounds()).await?;
        let answer = answer::read(&fields, asked.peer.ip())?;
        let decided = self
            .host
            .gate()
            .decide(id(asked)?, answer)
            .map_err(|error| match error {
                DecideError::Unknown => Failure::ApprovalNotFound,
                DecideError::NotRememberable => Failure::NotRememberable,
            })?;
        let allowed = decided.allowed;
        let settlement = decided.settled(self.options.limits.applied_deadline).await;
        reply::json(&Replied::new(allowed, settlement))
    }

    fn events(&self) -> Result<Response<Body>, Failure> {
        let (pending, watch) = self.host.gate().watch();
        let gate = self.host.gate().options();
        let snapshot = Snapshot {
            now: self.options.clock.now_ms(),
            version: &self.options.version,
            mode: mode(gate.mode),
            timeout_ms: u64::try_from(gate.timeout.as_millis()).unwrap_or(u64::MAX),
            read_only: self.host.is_read_only(),
            workspaces: self.host.workspaces().map(Into::into).collect(),
            items: listing::snapshot(&pending),
        };
        let snapshot = events::message(&Typed {
            kind: "snapshot",
            properties: snapshot,
        })
        .ok_or(Failure::Internal)?;
        let stream = EventStream::approvals(
            snapshot,
            watch,
            self.options.limits.heartbeat,
            self.stopping.clone(),
        );
        Ok(reply::events(stream))
    }

    fn history(&self, asked: &Asked<'_>) -> Result<Response<Body>, Failure> {
        let detail = detail(asked, Detail::Summary);
        let ended = self
            .host
            .gate()
            .history(asked.parameters().limit(HISTORY, HISTORY));
        reply::json(&listing::history(&ended, detail))
    }

    /// The audit log of the workspace that a parameter names: whoever answers
    /// for the host need not hold the client token.
    async fn audit_of(&self, asked: &Asked<'_>) -> Result<Response<Body>, Failure> {
        let workspace = asked.parameters().get("workspace").unwrap_or_default();
        let at = self.host.readable(&workspace)?;
        self.audit(&at, asked).await
    }

    fn rules(&self) -> Result<Response<Body>, Failure> {
        let rules = self.host.gate().rules();
        let name = |id: &str| {
            let mut workspaces = self.host.workspaces();
            workspaces
                .find(|workspace| workspace.id.as_str() == id)
                .map(|workspace| workspace.name.as_str())
        };
        let items: Vec<_> = rules
            .iter()
            .map(|rule| RuleItem::new(rule, name(&rule.scope)))
            .collect();
        reply::json(&Items { items })
    }

    fn revoke(&self, asked: &Asked<'_>) -> Result<Response<Body>, Failure> {
        let id: RuleId = asked
            .matched
            .id()
            .parse()
            .map_err(|_| Failure::RuleNotFound)?;
        if !self.host.gate().revoke(id) {
            return Err(Failure::RuleNotFound);
        }
        reply::json(&crate::wire::Done { ok: true })
    }
}

fn id(asked: &Asked<'_>) -> Result<RequestId, Failure> {
    asked
        .matched
        .id()
        .parse()
        .map_err(|_| Failure::ApprovalNotFound)
}

fn detail(asked: &Asked<'_>, otherwise: Detail) -> Detail {
    if asked.parameters().is("include", "changes") {
        Detail::Changes
    } else {
        otherwise
    }
}
