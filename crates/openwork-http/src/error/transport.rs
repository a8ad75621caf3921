//! Requests that are turned away before anybody asks what they mean.

use hyper::header::{HeaderValue, WWW_AUTHENTICATE};
use openwork_api::ErrorCode;

use super::{CrowdedReason, FailureReport};
use crate::auth::MissingCredential;
use crate::body::BodyError;
use crate::host_check::BadHost;

/// A `Host` field that is none, or names another server.
pub(super) fn bad_host(bad: BadHost) -> FailureReport {
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

/// A request without what it has to show.
pub(super) fn unauthorized(lacking: MissingCredential) -> FailureReport {
    let message = match lacking {
        MissingCredential::Client => "Invalid bearer token",
        MissingCredential::Host => "Invalid host token",
    };
    FailureReport::new(ErrorCode::Unauthorized, message)
        .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// A body that did not arrive as it has to.
pub(super) fn body(error: BodyError) -> FailureReport {
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

/// One too many.
pub(super) fn crowded(crowded: CrowdedReason) -> FailureReport {
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

pub(super) fn client_id() -> FailureReport {
    FailureReport::new(
        ErrorCode::InvalidPayload,
        "X-OpenWork-Client-Id must be at most 128 bytes without control characters",
    )
}

pub(super) fn condition() -> FailureReport {
    FailureReport::new(
        ErrorCode::InvalidPayload,
        "If-Match must be a list of entity tags",
    )
}
