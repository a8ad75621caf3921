//! The engine through the server: what becomes of a call.

use bytes::Bytes;
use http_body_util::{Empty, Full};
use hyper::body::{Body as HttpBody, Incoming};
use hyper::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use openwork_change::change::{Fields, Proposal, read};
use openwork_host::{
    AskedCall, EngineAsk, EngineChange, EngineError, EngineMatch, EngineRule, HostError,
    Permission, Readable, Submission, Writable, engine_route,
};
use openwork_model::invalid::Invalid;
use openwork_model::workspace::Workspace;
use openwork_model::workspace_file::ReservedFile;
use serde_json::Value;

use super::{RequestContext, ServiceState};
use crate::body::{self, BodyBounds};
use crate::error::{CallFailure, Failure};
use crate::proxy::{
    EngineTarget, OwnEvents, SentBody, engine_headers, engine_query, forwarded, kept_contents,
    masked, own_call, passed_on, sent,
};
use crate::reply::{self, ReplyBody};
use crate::route::RouteAccess;

mod command;
mod sessions;
mod speech;

/// The most of a body that is shown to a person, in bytes: all of it is.
const SHOWN_BODY: usize = 16 << 10;

/// The most of what the engine says of a session or a directory, in bytes.
pub(super) const SHORT_ANSWER: usize = 1 << 20;

/// A call that was let in, and where it goes.
struct ProxiedCall<'r> {
    context: &'r RequestContext<'r>,
    found: EngineMatch<'r>,
    /// The path at the engine, as it was sent.
    path: &'r str,
    at: Readable,
    target: EngineTarget,
}

impl ProxiedCall<'_> {
    fn workspace(&self) -> &Workspace {
        self.at.workspace()
    }

    fn method(&self) -> &Method {
        &self.context.parts.method
    }

    /// The call with the caller's own fields and this body.
    fn request(&self, body: SentBody) -> Result<Request<SentBody>, Failure> {
        let given = self.context.parts.uri.query();
        let query = engine_query(self.path, given, &self.target.directory);
        let mut request = Request::new(body);
        *request.method_mut() = self.method().clone();
        *request.uri_mut() = self.target.uri(self.path, &query).map_err(url)?;
        let headers = engine_headers(self.context.headers(), &self.target).map_err(url)?;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// A question of our own.
    fn question(&self, path: &str) -> Result<Request<SentBody>, Failure> {
        own_call(&self.target, Method::GET, path).map_err(url)
    }
}

pub(super) fn url(error: EngineError) -> Failure {
    Failure::EngineUrl(error)
}

impl ServiceState {
    /// Whether a call of an engine changes something.
    pub(super) fn is_engine_write(method: &Method) -> bool {
        !matches!(*method, Method::GET | Method::HEAD)
    }

    pub(super) async fn proxy<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
    {
        let path = path_at_engine(context);
        let found = engine_route(context.parts.method.as_str(), path);
        let found = found.ok_or(Failure::EngineRoute)?;
        context
            .caller
            .reaches(RouteAccess::Client(found.route.least))?;
        if found.route.rule == EngineRule::Machine && !self.options.proxy_machine {
            return Err(Failure::EngineMachine);
        }
        // What files were is for undos alone, and may hold what a file no longer does.
        if let Some(path) = kept_contents(context.parts.uri.query()) {
            let whose = ReservedFile::Engine;
            return Err(Invalid::ReservedFile { path, whose }.into());
        }
        let at = self.engine_workspace(context)?;
        // A workspace that may not be written is not worked in either.
        let writable = if Self::is_engine_write(&context.parts.method) {
            Some(self.host.writable(at.workspace().id.as_str()).await?)
        } else {
            None
        };
        let target = self.engine_target(at.workspace())?;
        let call = ProxiedCall {
            context,
            found,
            path,
            at,
            target,
        };
        if let Some(session) = call.found.session()
            && let Some(refusal) = self.check_session(&call, session).await?
        {
            return Ok(refusal);
        }
        // Boxed, all that is rarer than what passes through: the future of this function
        // would be nine times as large, and is made anew for each call.
        match (call.found.route.rule, writable) {
            (EngineRule::Pass | EngineRule::Machine, _) => self.pass_on(&call, body).await,
            (EngineRule::Speech, Some(at)) => Box::pin(self.engine_speech(&call, at, body)).await,
            (EngineRule::Command, Some(at)) => Box::pin(self.engine_command(&call, at, body)).await,
            (EngineRule::Events, _) => Box::pin(self.engine_events(&call, false)).await,
            (EngineRule::AllEvents, _) => Box::pin(self.engine_events(&call, true)).await,
            (EngineRule::Settings, _) => Box::pin(self.engine_settings(&call)).await,
            (EngineRule::Change(change), Some(at)) => {
                Box::pin(self.engine_change(&call, at, change, body)).await
            }
            (EngineRule::Reload, Some(at)) => {
                body::discard(body, self.usual_bounds()).await?;
                Box::pin(self.host.reload(at, context.requester()?)).await?;
                reply::json(&true)
            }
            (EngineRule::Ask(asked), Some(at)) => {
                Box::pin(self.asked_call(&call, at, &asked, body)).await
            }
            // The table has these for methods that write only.
            (
                EngineRule::Speech
                | EngineRule::Command
                | EngineRule::Change(_)
                | EngineRule::Reload
                | EngineRule::Ask(_),
                None,
            ) => Err(Failure::Internal),
        }
    }

    /// The workspace that is named, or the active one.
    fn engine_workspace(&self, context: &RequestContext<'_>) -> Result<Readable, Failure> {
        if let Ok(id) = context.matched.parameter("id") {
            return Ok(self.host.readable(id)?);
        }
        let active = self.host.workspaces().into_iter().next();
        Ok(active.ok_or(HostError::UnknownWorkspace)?)
    }

    pub(super) fn engine_target(&self, workspace: &Workspace) -> Result<EngineTarget, Failure> {
        if workspace.base_url.is_none() {
            return Err(Failure::NoEngine {
                id: workspace.id.clone(),
                kind: workspace.workspace_type,
            });
        }
        let engine = &self.options.engine;
        engine.target(workspace).map_err(url)
    }

    /// Asks the engine, for as long as the workspace is served.
    pub(super) async fn send(
        &self,
        at: &Readable,
        request: Request<SentBody>,
    ) -> Result<Response<Incoming>, Failure> {
        let asked = self.options.engine.client().send(request);
        let answered = at.removed().run_until_cancelled(asked).await;
        let answered = answered.ok_or(HostError::Removed)?;
        answered.map_err(Failure::Engine)
    }

    /// Passes a call on as it is, its body as it comes.
    async fn pass_on<B>(
        &self,
        call: &ProxiedCall<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
    {
        let body = if body.is_end_stream() {
            sent(Empty::new())
        } else {
            let bounds = BodyBounds {
                bytes: usize::MAX,
                ..self.usual_bounds()
            };
            sent(body::unread(body, bounds).await?)
        };
        let answer = self.send(&call.at, call.request(body)?).await?;
        Ok(forwarded(
            answer,
            self.end_of_streams_at(call.context, &call.at),
        ))
    }

    /// Passes a stream of events on, which takes its place among those that may
    /// be open.
    async fn engine_events(
        &self,
        call: &ProxiedCall<'_>,
        is_of_all: bool,
    ) -> Result<Response<ReplyBody>, Failure> {
        let context = call.context;
        let pass = self.streams.admit(&context.caller, context.peer.ip())?;
        let end = self.end_of_streams_at(context, &call.at);
        let mut request = call.request(sent(Empty::new()))?;
        request.headers_mut().remove(ACCEPT_ENCODING);
        let directory = if is_of_all {
            Some(self.directory_at_engine(call).await?)
        } else {
            None
        };
        let answer = self.send(&call.at, request).await?;
        let stream = match directory {
            Some(own) if answer.status() == StatusCode::OK => {
                let mut answer = answer.map(|body| OwnEvents::new(body, own));
                answer.headers_mut().remove(CONTENT_LENGTH);
                passed_on(answer, true, end)
            }
            _ => forwarded(answer, end),
        };
        Ok(reply::admitted(stream, pass))
    }

    /// Passes settings on, without their secrets where the caller may not see those.
    async fn engine_settings(
        &self,
        call: &ProxiedCall<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let mut request = call.request(sent(Empty::new()))?;
        if call.context.caller.may(Permission::ReadSecretsByName) {
            let answer = self.send(&call.at, request).await?;
            return Ok(forwarded(
                answer,
                self.end_of_streams_at(call.context, &call.at),
            ));
        }
        request.headers_mut().remove(ACCEPT_ENCODING);
        let answer = self.send(&call.at, request).await?;
        masked(answer).await.map_err(Failure::Engine)
    }

    /// Makes a change of the files of what a client asked of the engine. The engine
    /// takes it in when it is reloaded; until then its answer is what holds.
    async fn engine_change<B>(
        &self,
        call: &ProxiedCall<'_>,
        at: Writable,
        change: EngineChange,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let read = move |fields: Fields| match change {
            EngineChange::PatchConfig => {
                let sections = [("opencode".to_owned(), Value::Object(fields))];
                read::merge_config(&Fields::from_iter(sections))
            }
            EngineChange::AddMcp => read::add_mcp(&fields),
        };
        let made = body::made(body, self.usual_bounds(), read).await?;
        let submission = Submission {
            requester: call.context.requester()?,
            proposal: Proposal::from(made.value?),
        };
        let outcome = self.host.submit_holding(at, submission, made.held).await?;
        // What was asked for is done; an engine that cannot be asked now does not
        // make it undone.
        let question = call.question(call.found.route.path)?;
        match self.options.engine.client().send(question).await {
            Ok(answer) if answer.status().is_success() => Ok(forwarded(
                answer,
                self.end_of_streams_at(call.context, &call.at),
            )),
            _ => reply::outcome(&outcome, &self.renders),
        }
    }

    /// Asks a person about a call, and makes it.
    async fn asked_call<B>(
        &self,
        call: &ProxiedCall<'_>,
        at: Writable,
        asked: &AskedCall,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let fields = self.shown_body(body).await?;
        let method = call.method().as_str();
        let ask = EngineAsk::new(asked, method, call.path, &fields)?;
        let request = call.request(sent(Empty::new()))?;
        let request = with_fields(request, &fields)?;
        let client = self.options.engine.client().clone();
        let done = async move { client.send(request).await.map_err(CallFailure::Engine) };
        let requester = call.context.requester()?;
        let answer = self.host.call_engine(at, requester, ask, done).await?;
        Ok(forwarded(
            answer,
            self.end_of_streams_at(call.context, &call.at),
        ))
    }

    /// A body that a person is shown all of; one that is empty is an object
    /// without fields.
    async fn shown_body<B>(&self, body: B) -> Result<Fields, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        if body.is_end_stream() {
            return Ok(Fields::new());
        }
        let bounds = BodyBounds {
            bytes: SHOWN_BODY,
            ..self.usual_bounds()
        };
        Ok(body::object(body, bounds).await?)
    }
}

/// The path at the engine: what follows `opencode`, as it was sent.
fn path_at_engine<'r>(context: &'r RequestContext<'_>) -> &'r str {
    let Ok(rest) = context.matched.parameter("path") else {
        return "/";
    };
    // With the slash before it, which is no part of the parameter.
    // Where clients of the OpenWork API look for it. The engine itself answers
    // there with its web page.
    if rest == "health" {
        return "/global/health";
    }
    let path = context.parts.uri.path();
    path.len()
        .checked_sub(rest.len() + 1)
        .and_then(|start| path.get(start..))
        .unwrap_or("/")
}

/// The same call with a body that says exactly what was shown.
pub(super) fn with_fields(
    mut request: Request<SentBody>,
    fields: &Fields,
) -> Result<Request<SentBody>, Failure> {
    if fields.is_empty() {
        let none = HeaderValue::from(0);
        request.headers_mut().insert(CONTENT_LENGTH, none);
        return Ok(request);
    }
    let text = reply::bytes(fields, 128)?;
    let length = HeaderValue::from(text.len());
    request.headers_mut().insert(CONTENT_LENGTH, length);
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    *request.body_mut() = sent(Full::new(text));
    Ok(request)
}
