//! From failure to answer: every status, code and message in one place.
//!
//! The matches here and below are exhaustive and have no catch-all, so that a
//! new way to fail cannot be forgotten. What went wrong inside is logged, not
//! sent.

use std::borrow::Cow;

use hyper::StatusCode;
use hyper::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use openwork_host::{HostError, ReloadError, ReviewError, SubmitError};
use openwork_model::invalid::Invalid;
use serde_json::Value;

use crate::auth::Lacking;
use crate::body::BodyError;
use crate::host_check::BadHost;

mod host;
mod invalid;
mod refusal;
mod reload;
mod review;

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
    Unauthorized(Lacking),
    /// Others have all the places.
    Crowded(Crowded),
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
    /// No request with this id waits.
    ApprovalNotFound,
    /// The reply is neither allow nor deny.
    Reply,
    /// The message to the client is too long.
    ReplyMessage,
    /// The answer may not be remembered.
    NotRememberable,
    /// No allowance has this id.
    RuleNotFound,
    /// An answer could not be put into JSON, or its handling panicked.
    Internal,
}

/// What there is no place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crowded {
    /// Another connection that shows a token.
    Connections,
    /// Another event stream from this address.
    StreamsHere { limit: usize },
    /// Another event stream.
    Streams { limit: usize },
}

/// An answer that reports a failure.
#[derive(Debug, PartialEq)]
pub(crate) struct Report {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
    pub(crate) details: Option<Value>,
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
}

impl Report {
    fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: None,
            header: None,
        }
    }

    fn bad_request(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Unexpected server error",
        )
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
    pub(crate) fn report(&self) -> Report {
        match self {
            Self::Host(bad) => bad_host(*bad),
            Self::TargetTooLong => Report::new(
                StatusCode::URI_TOO_LONG,
                "target_too_long",
                "The request target is too long",
            ),
            Self::HeadTooLarge => Report::new(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "head_too_large",
                "The request's header fields are too large",
            ),
            Self::NotFound => Report::new(StatusCode::NOT_FOUND, "not_found", "Not found"),
            Self::MethodNotAllowed { allow } => Report::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "Method not allowed",
            )
            .header(ALLOW, allow.clone()),
            Self::BadEscape => {
                Report::bad_request("invalid_path", "The path holds a broken percent escape")
            }
            Self::Unauthorized(lacking) => unauthorized(*lacking),
            Self::Crowded(what) => crowded(*what),
            Self::ClientId => Report::bad_request(
                "invalid_payload",
                "X-OpenWork-Client-Id must be at most 128 bytes without control characters",
            ),
            Self::Condition => {
                Report::bad_request("invalid_payload", "If-Match must be a list of entity tags")
            }
            Self::Body(error) => body(*error),
            Self::Invalid(invalid) => invalid::report(invalid),
            Self::Workspace(error) => host::report(error),
            Self::Submit(error) => submit(error),
            Self::Reload(error) => reload::report(error),
            Self::Review(error) => review::report(error),
            Self::ApprovalNotFound => review::unknown(),
            Self::Reply => Report::bad_request("invalid_payload", "reply must be allow or deny"),
            Self::ReplyMessage => Report::bad_request(
                "invalid_payload",
                "message must be a text of at most 200 characters",
            ),
            Self::NotRememberable => Report::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "not_rememberable",
                "This answer cannot be remembered; the request goes on waiting",
            ),
            Self::RuleNotFound => {
                Report::new(StatusCode::NOT_FOUND, "rule_not_found", "Rule not found")
            }
            Self::Internal => Report::internal(),
        }
    }
}

fn submit(error: &SubmitError) -> Report {
    match error {
        SubmitError::Host(error) => host::report(error),
        SubmitError::Refused(refusal) => refusal::report(refusal),
    }
}

fn bad_host(bad: BadHost) -> Report {
    match bad {
        BadHost::Malformed => {
            Report::bad_request("invalid_host", "Exactly one valid Host header is required")
        }
        BadHost::Foreign => Report::new(
            StatusCode::MISDIRECTED_REQUEST,
            "host_not_allowed",
            "This server does not answer under this host name; allow it in the server's settings",
        ),
    }
}

fn unauthorized(lacking: Lacking) -> Report {
    let message = match lacking {
        Lacking::Client => "Invalid bearer token",
        Lacking::Host => "Invalid host token",
    };
    Report::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
        .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

fn body(error: BodyError) -> Report {
    match error {
        BodyError::TooLarge { limit } => Report::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            format!("The body must be at most {limit} bytes"),
        ),
        BodyError::TooSlow => Report::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "The body took too long to arrive",
        ),
        BodyError::NoRoom => Report::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
            "Too many bodies arrive at once; try again later",
        )
        .retry_after(1),
        BodyError::CutShort | BodyError::NotJson => {
            Report::bad_request("invalid_json", "Invalid JSON body")
        }
        BodyError::NotAnObject => {
            Report::bad_request("invalid_payload", "The body must be a JSON object")
        }
        BodyError::TooDeep => Report::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "too_deep",
            "The body is nested too deeply",
        ),
        BodyError::TooManyValues { limit } => Report::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "too_many_values",
            format!("The body must hold at most {limit} values; send it in parts"),
        ),
    }
}

fn crowded(crowded: Crowded) -> Report {
    match crowded {
        Crowded::Connections => Report::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
            "Too many connections; try again later",
        )
        .retry_after(1),
        Crowded::StreamsHere { limit } => Report::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_streams",
            format!("At most {limit} event streams may be open from one address; close one first"),
        )
        .retry_after(10),
        Crowded::Streams { limit } => Report::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_streams",
            format!("At most {limit} event streams may be open; try again later"),
        )
        .retry_after(10),
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        Self::Workspace(error)
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        Self::Submit(error)
    }
}

impl From<ReviewError> for Failure {
    fn from(error: ReviewError) -> Self {
        Self::Review(error)
    }
}

impl From<ReloadError> for Failure {
    fn from(error: ReloadError) -> Self {
        Self::Reload(error)
    }
}

#[cfg(test)]
mod tests;
