//! From failure to answer: every status, code and message in one place.
//!
//! The matches here and below are exhaustive and have no catch-all, so that a
//! new way to fail cannot be forgotten. What went wrong inside is logged, not
//! sent.

use std::borrow::Cow;

use hyper::StatusCode;
use hyper::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER};
use openwork_api::ErrorCode;
use openwork_api::view::ExportWarning;
use openwork_host::{
    AmendRefusal, DropBox, DropError, EngineError, EnvError, HostError, PairingError, ReloadError,
    ReviewError, ServeError, ServerLogError, StateError, SubmitError, TokenError, UndoError,
};
use openwork_model::env_name::EnvNameFault;
use openwork_model::invalid::Invalid;
use openwork_model::scope::Scope;
use openwork_model::workspace::{WorkspaceId, WorkspaceType};
use openwork_notify::AnswerFault;
use serde_json::{Value, json};

use crate::auth::MissingCredential;
use crate::body::BodyError;
use crate::host_check::BadHost;
use crate::proxy::EngineFault;

pub(crate) use engine::CallFailure;

mod amend;
mod answer;
mod drops;
mod engine;
mod env;
mod from;
mod host;
mod invalid;
mod later;
mod pairing;
mod push;
mod refusal;
mod reload;
mod review;
mod serving;
mod tokens;
mod transport;
mod undo;

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
    /// No such request is kept, or it is somebody else's.
    LaterNotFound,
    /// The request is answered, so it cannot be taken back.
    LaterAnswered,
    /// What waits could not be amended.
    Amend(AmendRefusal),
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
    /// An answer that a notification carried does not count.
    Answer(BadAnswer),
    /// The device is not told while its page is closed.
    Push(BadPush),
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
    /// The audit log has no such entry.
    AuditEntryNotFound,
    /// A change was not taken back.
    Undo(UndoError),
    /// A file could not be brought or fetched.
    Drop(DropError),
    /// The form is none that brings a file.
    Form(BadForm),
    /// The id is none of a file of this folder.
    DropId(DropBox),
    /// What is to become of secrets is no word that is known.
    SensitiveMode,
    /// The export has secrets in these places.
    SensitiveExport(Vec<ExportWarning<'static>>),
    /// The workspace has no such file.
    FileNotFound,
    /// The file holds no text.
    FileNotText,
    /// The folder has no such file.
    DropNotFound(DropBox),
    /// Environment variables could not be read or written.
    Env(EnvError),
    /// No variable can be kept under this name.
    EnvName(EnvNameFault),
    /// What is to be set is no variable.
    EnvEntry,
    /// No variables were given.
    NoEnvEntries,
    /// A token is to have no scope that there is.
    Scope,
    /// A token is to be called by too long a name.
    TokenLabel,
    /// A device was not paired, or a code not made or ended.
    Pairing(PairingError),
    /// No device can be given such a scope.
    DeviceScope,
    /// The text cannot be a pairing code.
    PairingCode,
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

/// Why an answer that a notification carried does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadAnswer {
    /// There is none in the body.
    Missing,
    /// It is none of this server's, or not any more.
    Fault(AnswerFault),
    /// It is for something else than what waits.
    Moved,
}

/// Why a device is not told while its page is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BadPush {
    /// Nothing can, or may, be sent to its browser, for this reason.
    #[cfg_attr(
        not(feature = "push"),
        allow(dead_code, reason = "no subscription is read without it")
    )]
    Subscription(String),
    /// It cannot be, for this reason.
    Unavailable(&'static str),
}

/// What is wrong with a form that is to bring a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadForm {
    /// The body is no form of several parts.
    NotMultipart,
    /// The form cannot be read.
    Malformed,
    /// It has no field `file`.
    NoFile,
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
            Self::Host(bad) => transport::bad_host(*bad),
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
            Self::Unauthorized(lacking) => transport::unauthorized(*lacking),
            Self::Forbidden { required, scope } => FailureReport::new(
                ErrorCode::Forbidden,
                format!("This needs a token of scope {required}; this one is of scope {scope}"),
            )
            .details(json!({ "required": required, "scope": scope })),
            Self::Crowded(what) => transport::crowded(*what),
            Self::ClientId => transport::client_id(),
            Self::Condition => transport::condition(),
            Self::Body(error) => transport::body(*error),
            Self::Invalid(invalid) => invalid::report(invalid),
            Self::Workspace(error) => host::report(error),
            Self::Submit(error) => submit(error),
            Self::Reload(error) => reload::report(error),
            Self::Review(error) => review::report(error),
            Self::LaterNotFound => later::unknown(),
            Self::LaterAnswered => later::answered(),
            Self::Amend(refusal) => amend::report(refusal),
            Self::NoEngine { id, kind } => engine::none(id, *kind),
            Self::EngineUrl(error) => reload::engine(error),
            Self::Engine(fault) => engine::fault(fault),
            Self::EngineRoute => engine::unknown_route(),
            Self::EngineMachine => engine::machine(),
            Self::SessionNotFound => engine::no_session(),
            Self::CommandConflict => engine::command_conflict(),
            Self::CommandsUnderWay => engine::commands_under_way(),
            Self::ApprovalNotFound => review::unknown(),
            Self::Answer(bad) => answer::report(*bad),
            Self::Push(bad) => push::report(bad),
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
            Self::AuditEntryNotFound => undo::unknown(),
            Self::Undo(error) => undo::report(error),
            Self::Drop(error) => drops::report(error),
            Self::Form(bad) => drops::form(*bad),
            Self::DropId(folder) => drops::bad_id(*folder),
            Self::SensitiveMode => FailureReport::new(
                ErrorCode::InvalidExportMode,
                "sensitive must be auto, include or exclude",
            ),
            Self::SensitiveExport(warnings) => FailureReport::new(
                ErrorCode::ExportRequiresDecision,
                "This workspace includes sensitive config. Choose whether to exclude it or include it before exporting.",
            )
            .details(json!({ "warnings": warnings })),
            Self::FileNotFound => drops::no_file(),
            Self::FileNotText => drops::no_text(),
            Self::DropNotFound(folder) => drops::not_found(*folder),
            Self::Env(error) => env::report(error),
            Self::EnvName(fault) => env::name(*fault),
            Self::EnvEntry => env::entry(),
            Self::NoEnvEntries => env::no_entries(),
            Self::Scope => tokens::scope(),
            Self::TokenLabel => tokens::label(),
            Self::Pairing(error) => pairing::report(error),
            Self::DeviceScope => pairing::scope(),
            Self::PairingCode => pairing::code(),
            Self::Internal => FailureReport::internal(),
        }
    }
}

fn submit(error: &SubmitError) -> FailureReport {
    match error {
        SubmitError::Host(error) => host::report(error),
        SubmitError::Refused(refusal) => refusal::report(refusal),
        SubmitError::Unkept(error) => tokens::state(error),
    }
}

#[cfg(test)]
mod tests;
