//! From failure to answer: every status, code and message in one place.
//!
//! The matches here and below are exhaustive and have no catch-all, so that a
//! new way to fail cannot be forgotten. What went wrong inside is logged, not
//! sent.

use std::borrow::Cow;

use hyper::StatusCode;
use hyper::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use openwork_api::ErrorCode;
use openwork_host::{
    EngineError, HostError, ReloadError, ReviewError, ServeError, ServerLogError, StateError,
    SubmitError, TokenError,
};
use openwork_model::invalid::Invalid;
use openwork_model::scope::Scope;
use openwork_model::workspace::{WorkspaceId, WorkspaceType};
use serde_json::{Value, json};

use crate::auth::MissingCredential;
use crate::body::BodyError;
use crate::host_check::BadHost;
use crate::proxy::EngineFault;

pub(crate) use engine::CallFailure;

mod engine;
mod from;
mod host;
mod invalid;
mod refusal;
mod reload;
mod review;
mod serving;
mod tokens;

/// Why a request is not answered as it hoped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server is asked under a name that it does not answer under.
    Host(BadHost),
    /// The target is too long.
    TargetTooLong,
    /// The head is too large.
    HeadTooLarge,
    /// No route has this path.
    NotFound,
    /// The path has routes, but none with this method.
    MethodNotAllowed { allow: HeaderValue },
    /// A parameter of the path is escaped wrongly.
    BadEscape,
    /// A token is missing or wrong.
    Unauthorized(MissingCredential),
    /// The token allows less than this.
    Forbidden { required: Scope, scope: Scope },
    /// Others have all the places.
    Crowded(CrowdedReason),
    /// The client calls itself by an impossible id.
    ClientId,
    /// The condition cannot be read.
    Condition,
    /// The body was not taken.
    Body(BodyError),
    /// The body asks for something impossible.
    Invalid(Invalid),
    /// The workspace could not be read or written.
    Workspace(HostError),
    /// The change was not made.
    Submit(SubmitError),
    /// What waits could not be looked at again.
    Review(ReviewError),
    /// The engine was not reloaded.
    Reload(ReloadError),
    /// The workspace has no engine.
    NoEngine {
        id: WorkspaceId,
        kind: WorkspaceType,
    },
    /// The engine's address is none that can be called.
    EngineUrl(EngineError),
    /// The engine gave no answer.
    Engine(EngineFault),
    /// The engine has no such route, or none that is known.
    EngineRoute,
    /// The route is one of those that are off.
    EngineMachine,
    /// The workspace has no such session.
    SessionNotFound,
    /// Another command was sent under the same id.
    CommandConflict,
    /// Too many commands are under way.
    CommandsUnderWay,
    /// No request with this id waits.
    ApprovalNotFound,
    /// The reply is neither allow nor deny.
    Reply,
    /// The message to the client is too long.
    ReplyMessage,
    /// The answer may not be remembered.
    NotRememberable,
    /// What an agent asks was not shown to its end.
    AgentRequestCut,
    /// What an agent asks is not what was shown.
    AgentRequestMoved,
    /// No allowance has this id.
    RuleNotFound,
    /// A token could not be listed, made or ended.
    Tokens(TokenError),
    /// Which workspaces are served stays as it was.
    Serve(ServeError),
    /// The server's own audit log could not be read.
    ServerLog(ServerLogError),
    /// It is not clear whether something is to be kept.
    Persist,
    /// What the server keeps for itself could not be read or written.
    State(StateError),
    /// A token is to have no scope that there is.
    Scope,
    /// A token is to be called by too long a name.
    TokenLabel,
    /// An answer could not be put into JSON, or its handling panicked.
    Internal,
}

/// What there is no place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CrowdedReason {
    /// Another connection that shows a token.
    Connections,
    /// Another event stream from this address.
    StreamsHere { limit: usize },
    /// Another event stream.
    Streams { limit: usize },
}

/// An answer that reports a failure.
#[derive(Debug, PartialEq)]
pub(crate) struct FailureReport {
    pub(crate) code: ErrorCode,
    pub(crate) message: Cow<'static, str>,
    pub(crate) details: Option<Value>,
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
}

impl FailureReport {
    fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            details: None,
            header: None,
        }
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        // A test looks at every code, so that the defect is never sent.
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn internal() -> Self {
        Self::new(ErrorCode::InternalError, "Unexpected server error")
    }

    fn details(self, details: Value) -> Self {
        Self {
            details: Some(details),
            ..self
        }
    }

    fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        Self {
            header: Some((name, value)),
            ..self
        }
    }

    fn retry_after(self, seconds: u64) -> Self {
        self.header(RETRY_AFTER, HeaderValue::from(seconds))
    }
}

impl Failure {
    /// What the client is told.
    pub(crate) fn report(&self) -> FailureReport {
        match self {
            Self::Host(bad) => bad_host(*bad),
            Self::TargetTooLong => {
                FailureReport::new(ErrorCode::TargetTooLong, "The request target is too long")
            }
            Self::HeadTooLarge => FailureReport::new(
                ErrorCode::HeadTooLarge,
                "The request's header fields are too large",
            ),
            Self::NotFound => FailureReport::new(ErrorCode::NotFound, "Not found"),
            Self::MethodNotAllowed { allow } => {
                FailureReport::new(ErrorCode::MethodNotAllowed, "Method not allowed")
                    .header(ALLOW, allow.clone())
            }
            Self::BadEscape => FailureReport::new(
                ErrorCode::InvalidPath,
                "The path holds a broken percent escape",
            ),
            Self::Unauthorized(lacking) => unauthorized(*lacking),
            Self::Forbidden { required, scope } => FailureReport::new(
                ErrorCode::Forbidden,
                format!("This needs a token of scope {required}; this one is of scope {scope}"),
            )
            .details(json!({ "required": required, "scope": scope })),
            Self::Crowded(what) => crowded(*what),
            Self::ClientId => FailureReport::new(
                ErrorCode::InvalidPayload,
                "X-OpenWork-Client-Id must be at most 128 bytes without control characters",
            ),
            Self::Condition => FailureReport::new(
                ErrorCode::InvalidPayload,
                "If-Match must be a list of entity tags",
            ),
            Self::Body(error) => body(*error),
            Self::Invalid(invalid) => invalid::report(invalid),
            Self::Workspace(error) => host::report(error),
            Self::Submit(error) => submit(error),
            Self::Reload(error) => reload::report(error),
            Self::Review(error) => review::report(error),
            Self::NoEngine { id, kind } => engine::none(id, *kind),
            Self::EngineUrl(error) => reload::engine(error),
            Self::Engine(fault) => engine::fault(fault),
            Self::EngineRoute => engine::unknown_route(),
            Self::EngineMachine => engine::machine(),
            Self::SessionNotFound => engine::no_session(),
            Self::CommandConflict => engine::command_conflict(),
            Self::CommandsUnderWay => engine::commands_under_way(),
            Self::ApprovalNotFound => review::unknown(),
            Self::Reply => {
                FailureReport::new(ErrorCode::InvalidPayload, "reply must be allow or deny")
            }
            Self::ReplyMessage => FailureReport::new(
                ErrorCode::InvalidPayload,
                "message must be a text of at most 200 characters",
            ),
            Self::NotRememberable => FailureReport::new(
                ErrorCode::NotRememberable,
                "This answer cannot be remembered; the request goes on waiting",
            ),
            Self::AgentRequestCut => review::agent_request_cut(),
            Self::AgentRequestMoved => review::agent_request_moved(),
            Self::RuleNotFound => FailureReport::new(ErrorCode::RuleNotFound, "Rule not found"),
            Self::Tokens(error) => tokens::report(error),
            Self::Serve(error) => serving::report(error),
            Self::ServerLog(error) => serving::log(error),
            Self::Persist => FailureReport::new(
                ErrorCode::InvalidQuery,
                "persist must be true, 1, yes or on",
            ),
            Self::State(error) => tokens::state(error),
            Self::Scope => FailureReport::new(
                ErrorCode::InvalidScope,
                "scope must be viewer, collaborator, owner or approver",
            ),
            Self::TokenLabel => FailureReport::new(
                ErrorCode::InvalidPayload,
                "label must be a text of at most 200 characters",
            ),
            Self::Internal => FailureReport::internal(),
        }
    }
}

fn submit(error: &SubmitError) -> FailureReport {
    match error {
        SubmitError::Host(error) => host::report(error),
        SubmitError::Refused(refusal) => refusal::report(refusal),
    }
}

fn bad_host(bad: BadHost) -> FailureReport {
    match bad {
        BadHost::Malformed => FailureReport::new(
            ErrorCode::InvalidHost,
            "Exactly one valid Host header is required",
        ),
        BadHost::Foreign => FailureReport::new(
            ErrorCode::HostNotAllowed,
            "This server does not answer under this host name; admit it with --allowed-host, OPENWORK_ALLOWED_HOSTS or allowedHosts",
        ),
    }
}

fn unauthorized(lacking: MissingCredential) -> FailureReport {
    let message = match lacking {
        MissingCredential::Client => "Invalid bearer token",
        MissingCredential::Host => "Invalid host token",
    };
    FailureReport::new(ErrorCode::Unauthorized, message)
        .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

fn body(error: BodyError) -> FailureReport {
    match error {
        BodyError::TooLarge { limit } => FailureReport::new(
            ErrorCode::PayloadTooLarge,
            format!("The body must be at most {limit} bytes"),
        ),
        BodyError::TooSlow => FailureReport::new(
            ErrorCode::RequestTimeout,
            "The body took too long to arrive",
        ),
        BodyError::NoRoom => FailureReport::new(
            ErrorCode::Overloaded,
            "Too many bodies arrive at once; try again later",
        )
        .retry_after(1),
        BodyError::CutShort | BodyError::NotJson => {
            FailureReport::new(ErrorCode::InvalidJson, "Invalid JSON body")
        }
        BodyError::NotAnObject => {
            FailureReport::new(ErrorCode::InvalidPayload, "The body must be a JSON object")
        }
        BodyError::TooDeep => {
            FailureReport::new(ErrorCode::TooDeep, "The body is nested too deeply")
        }
        BodyError::TooManyValues { limit } => FailureReport::new(
            ErrorCode::TooManyValues,
            format!("The body must hold at most {limit} values; send it in parts"),
        ),
    }
}

fn crowded(crowded: CrowdedReason) -> FailureReport {
    match crowded {
        CrowdedReason::Connections => FailureReport::new(
            ErrorCode::Overloaded,
            "Too many connections; try again later",
        )
        .retry_after(1),
        CrowdedReason::StreamsHere { limit } => FailureReport::new(
            ErrorCode::TooManyStreamsHere,
            format!("At most {limit} event streams may be open from one address; close one first"),
        )
        .retry_after(10),
        CrowdedReason::Streams { limit } => FailureReport::new(
            ErrorCode::TooManyStreams,
            format!("At most {limit} event streams may be open; try again later"),
        )
        .retry_after(10),
    }
}

#[cfg(test)]
mod tests;
