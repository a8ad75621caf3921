//! One request: the order of the checks, and an answer in any case.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use openwork_host::{Host, HostError, Readable};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::agent::{AgentFeed, AgentInboxes};
use crate::auth::{Auth, LoginRefusals, MissingCredential};
use crate::body::{ArrivalBudget, BodyBounds, BodyMaker};
#[cfg(feature = "console")]
use crate::console;
use crate::cors::CorsPolicy;
use crate::error::{CrowdedReason, Failure};
use crate::events::StreamEnd;
use crate::host_check::AllowedHosts;
use crate::later::LaterBook;
use crate::metrics::{RequestTallies, RouteSeen};
use crate::options::{HttpLimits, HttpOptions};
use crate::proxy::{EngineVersions, KnownSessions, SentCommands};
use crate::render::RenderCache;
use crate::reply::{self, ReplyBody};
use crate::request_name::{RequestNames, X_REQUEST_ID};
use crate::route::{self, ApprovalsEndpoint, Endpoint, Router};

mod about;
mod admission;
mod approvals;
mod audit;
mod change;
mod config_text;
mod context;
mod drops;
mod engine_mcp;
mod env;
mod export;
mod files;
mod later;
mod leaving;
mod log;
mod metrics;
mod pairing;
mod peer;
mod proxy;
mod push;
mod read;
mod resolve;
mod streams;
mod tokens;
mod workspaces;
mod write;

use context::RequestContext;
use leaving::Leaving;
pub(crate) use peer::ConnectedPeer;
use streams::StreamLimits;
pub(crate) use streams::StreamPass;

/// Answers requests. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<ServiceState>);

struct ServiceState {
    host: Arc<Host>,
    options: HttpOptions,
    router: Router,
    auth: Auth,
    cors: CorsPolicy,
    hosts: AllowedHosts,
    refusals: LoginRefusals,
    names: RequestNames,
    tallies: RequestTallies,
    arriving: ArrivalBudget,
    maker: BodyMaker,
    streams: Arc<StreamLimits>,
    listing: approvals::ApprovalListing,
    renders: RenderCache,
    /// What the server can do, as bytes: it is asked often and does not change.
    abilities: OnceLock<Bytes>,
    sessions: KnownSessions,
    commands: SentCommands,
    versions: EngineVersions,
    agents: Arc<AgentInboxes>,
    /// None where requests cannot be kept.
    later: Option<Arc<LaterBook>>,
    /// What is carried out whoever waits for it.
    runs: TaskTracker,
    /// Cancelled when event streams have to end.
    stopping: CancellationToken,
}

impl Service {
    pub(crate) fn new(host: Arc<Host>, options: HttpOptions, stopping: CancellationToken) -> Self {
        Self(Arc::new(ServiceState {
            router: Router::new(route::table()),
            auth: Auth::new(&options),
            cors: CorsPolicy::new(&options.cors_origins),
            hosts: AllowedHosts::new(&options.allowed_hosts),
            refusals: LoginRefusals::default(),
            names: RequestNames::new(),
            tallies: RequestTallies::new(route::table()),
            arriving: ArrivalBudget::new(options.limits.bodies, options.limits.undeclared),
            maker: BodyMaker::new(options.limits.parsed, host.threads().clone()),
            streams: StreamLimits::new(&options.limits),
            listing: approvals::ApprovalListing::default(),
            renders: RenderCache::default(),
            abilities: OnceLock::new(),
            sessions: KnownSessions::default(),
            commands: SentCommands::default(),
            versions: EngineVersions::default(),
            agents: Arc::new(AgentInboxes::new(
                Arc::clone(&host),
                options.engine.clone(),
                stopping.clone(),
            )),
            later: options
                .later
                .clone()
                .map(|later| Arc::new(LaterBook::new(later, Arc::clone(&options.clock)))),
            runs: TaskTracker::new(),
            host,
            options,
            stopping,
        }))
    }

    /// Ends all event streams, so that a server of your own that waits for its
    /// connections comes to an end. Other requests are answered as before.
    pub fn end_streams(&self) {
        self.0.stopping.cancel();
    }

    /// Follows what agents wait for. Within a tokio runtime, as a task asks their
    /// engines.
    pub fn agents(&self) -> AgentFeed {
        self.0.agents.feed()
    }

    /// Answers one request that came from `peer`.
    ///
    /// Dropping the future before a change was allowed withdraws the change.
    pub fn call<B>(
        &self,
        request: Request<B>,
        peer: SocketAddr,
    ) -> impl Future<Output = Response<ReplyBody>> + use<B>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
    {
        self.answer(request, ConnectedPeer::at(peer))
    }

    /// Answers one request of a peer that may sit on a connection.
    pub(crate) fn answer<B>(
        &self,
        request: Request<B>,
        peer: ConnectedPeer,
    ) -> impl Future<Output = Response<ReplyBody>> + use<B>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
    {
        let inner = Arc::clone(&self.0);
        let started = Instant::now();
        // Taken apart here, so that the future holds it once.
        let (parts, body) = request.into_parts();
        async move {
            // Counted until the last byte of the answer is taken.
            let in_flight = peer.begin_request();
            let id = inner.names.name(&parts.headers);
            let seen = RouteSeen::default();
            // Whoever leaves drops this future, and nothing after the next line happens.
            let leaving = Leaving::watch(&inner, &parts, &id, &seen, started);
            let answered = unwound(pin!(inner.answer(&parts, body, &peer, &seen))).await;
            leaving.has_stayed();
            let refused = |failure| inner.refuse(&parts, &id, &failure, peer.address);
            let mut response = answered.unwrap_or_else(refused);
            inner.apply_cors(&parts, &mut response);
            let status = response.status();
            inner
                .tallies
                .count(&seen, &parts.method, status, started.elapsed());
            if inner.options.log_requests {
                log::answered(&parts, &id, status, started);
            }
            response.headers_mut().insert(&X_REQUEST_ID, id);
            response.map(|body| body.keeping(in_flight))
        }
    }

    pub(crate) fn limits(&self) -> &HttpLimits {
        &self.0.options.limits
    }
}

impl ServiceState {
    async fn answer<B>(
        self: &Arc<Self>,
        parts: &Parts,
        body: B,
        peer: &ConnectedPeer,
        seen: &RouteSeen,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
    {
        self.check_head(parts)?;
        // Before anything that depends on the request: a page that reached the
        // server under a foreign name must learn nothing, not even its routes.
        self.hosts.check(parts)?;
        if parts.method == Method::OPTIONS {
            return Ok(reply::empty(StatusCode::NO_CONTENT));
        }
        let path = route::unmounted(parts.uri.path())?;
        let matched = self.router.find(&parts.method, path)?;
        seen.see(matched.row);
        let endpoint = matched.endpoint;
        let access = self.access(endpoint);
        let caller = self.admit(access, parts).await?;
        peer.show(caller.standing())?;
        // Before the scope: no other token would do here either.
        let is_write = match endpoint {
            Endpoint::Engine => Self::is_engine_write(&parts.method),
            endpoint => endpoint.is_write(),
        };
        if is_write && self.host.is_read_only() {
            return Err(HostError::ReadOnly.into());
        }
        caller.reaches(access)?;
        let context = RequestContext {
            parts,
            matched,
            caller,
            peer: peer.address,
            later: None,
        };
        if let Some(book) = self.kept_for(&context) {
            return Box::pin(self.answer_later(&context, book, body)).await;
        }
        match endpoint {
            Endpoint::Health => self.health(&context),
            Endpoint::Capabilities => self.capabilities(&context),
            Endpoint::Status => Box::pin(self.status(&context)).await,
            Endpoint::WhoAmI => about::who_am_i(&context),
            Endpoint::Metrics => self.metrics(),
            Endpoint::Description => Ok(about::description()),
            Endpoint::Workspaces => self.workspaces(&context),
            Endpoint::Workspace(change) => {
                leased(&context, Box::pin(self.serving(change, &context, body))).await
            }
            Endpoint::Read(read) => self.read(read, &context).await,
            // Boxed: an enum of all futures is as large as the largest, and most
            // connections wait in none of them.
            Endpoint::Write(write) => {
                leased(&context, Box::pin(self.write(write, &context, body))).await
            }
            Endpoint::Engine => leased(&context, Box::pin(self.proxy(&context, body))).await,
            Endpoint::Reload => leased(&context, Box::pin(self.reload(&context, body))).await,
            Endpoint::Tokens(tokens) => Box::pin(self.tokens(tokens, &context, body)).await,
            Endpoint::Pairing(pairing) => Box::pin(self.pairing(pairing, &context, body)).await,
            Endpoint::Audit(audit) => {
                leased(&context, Box::pin(self.audit_entry(audit, &context, body))).await
            }
            Endpoint::Drop(drop) => {
                leased(&context, Box::pin(self.drops(drop, &context, body))).await
            }
            Endpoint::File(file) => {
                leased(&context, Box::pin(self.file(file, &context, body))).await
            }
            Endpoint::Mcp(mcp) => leased(&context, Box::pin(self.mcp(mcp, &context, body))).await,
            Endpoint::Later(later) => Box::pin(self.later(later, &context, body)).await,
            Endpoint::Push(push) => Box::pin(self.push(push, &context, body)).await,
            Endpoint::Env(env) => Box::pin(self.env(env, &context, body)).await,
            Endpoint::Approvals(ApprovalsEndpoint::Events) => {
                let pass = self.streams.admit(&context.caller, context.peer.ip())?;
                let events = ApprovalsEndpoint::Events;
                let stream = Box::pin(self.approvals(events, &context, body)).await?;
                Ok(reply::admitted(stream, pass))
            }
            Endpoint::Approvals(approvals) => {
                Box::pin(self.approvals(approvals, &context, body)).await
            }
            #[cfg(feature = "console")]
            Endpoint::Console(asset) => {
                let name = console::name(asset, &context.matched)?;
                console::serve(name, self.options.console, context.peer)
            }
            // Not in the table of this build, so no request gets here.
            #[cfg(not(feature = "console"))]
            Endpoint::Console(_) => Err(Failure::NotFound),
        }
    }

    /// What ends the streams of a caller.
    fn end_of_streams(&self, context: &RequestContext<'_>) -> StreamEnd {
        StreamEnd {
            stopping: self.stopping.clone(),
            lease: context.caller.lease().cloned(),
            removed: None,
        }
    }

    /// What ends the streams of a caller about one workspace.
    fn end_of_streams_at(&self, context: &RequestContext<'_>, at: &Readable) -> StreamEnd {
        StreamEnd {
            removed: Some(at.removed().clone()),
            ..self.end_of_streams(context)
        }
    }

    fn usual_bounds(&self) -> BodyBounds<'_> {
        let limits = &self.options.limits;
        BodyBounds {
            bytes: limits.body,
            values: limits.values,
            deadline: limits.body_deadline,
            arriving: &self.arriving,
            maker: &self.maker,
        }
    }

    /// Says which pages may read the answer.
    fn apply_cors(&self, parts: &Parts, response: &mut Response<ReplyBody>) {
        // Pages of other origins have no business with the approvals page.
        #[cfg(feature = "console")]
        if response.extensions().get::<console::SameOrigin>().is_some() {
            return;
        }
        let verdict = self.cors.judge(&parts.headers);
        verdict.apply(response.headers_mut());
    }

    fn refuse(
        &self,
        parts: &Parts,
        id: &HeaderValue,
        failure: &Failure,
        peer: SocketAddr,
    ) -> Response<ReplyBody> {
        let mut response = reply::failure(failure);
        if matches!(failure, Failure::Crowded(CrowdedReason::Connections)) {
            // There is no seat for this client, so its connection cannot stay.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        if let Failure::Unauthorized(missing) = failure {
            self.refusals.note(*missing, peer.ip());
        }
        log::failed(parts, id, response.status(), failure);
        response
    }
}

/// What is done for a caller, unless the token ends meanwhile: a change that
/// waits for an answer is withdrawn then.
async fn leased<T>(
    context: &RequestContext<'_>,
    done: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let Some(lease) = context.caller.lease() else {
        return done.await;
    };
    tokio::select! {
        biased;
        done = done => done,
        () = lease.ended() => Err(Failure::Unauthorized(MissingCredential::Client)),
    }
}

/// Turns a panic into a failure: one request must not end the others.
async fn unwound<T>(
    mut future: Pin<&mut impl Future<Output = Result<T, Failure>>>,
) -> Result<T, Failure> {
    std::future::poll_fn(|cx| {
        // After a panic the future is dropped, never polled again.
        let poll = std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        poll.unwrap_or(Poll::Ready(Err(Failure::Internal)))
    })
    .await
}
