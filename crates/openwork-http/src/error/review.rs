//! Requests that cannot be looked at again.

use hyper::StatusCode;
use openwork_host::ReviewError;

use super::{FailureReport, host};

pub(super) fn report(error: &ReviewError) -> FailureReport {
    match error {
        ReviewError::UnknownRequest => unknown(),
        ReviewError::UnknownFile => FailureReport::new(
            StatusCode::NOT_FOUND,
            "approval_file_not_found",
            "The request changes no such file",
        ),
        ReviewError::Moved { path } => FailureReport::new(
            StatusCode::CONFLICT,
            "conflict",
            format!(
                "{} changed while the request waited, so the change would be another one; deny it",
                host::shown(path)
            ),
        ),
        ReviewError::Host(error) => host::report(error),
    }
}

pub(super) fn unknown() -> FailureReport {
    FailureReport::new(
        StatusCode::NOT_FOUND,
        "approval_not_found",
        "Approval request not found",
    )
}
