//! Requests that cannot be looked at again.

use hyper::StatusCode;
use openwork_host::ReviewError;

use super::{Report, host};

pub(super) fn report(error: &ReviewError) -> Report {
    match error {
        ReviewError::UnknownRequest => unknown(),
        ReviewError::UnknownFile => Report::new(
            StatusCode::NOT_FOUND,
            "approval_file_not_found",
            "The request changes no such file",
        ),
        ReviewError::Moved { path } => Report::new(
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

pub(super) fn unknown() -> Report {
    Report::new(
        StatusCode::NOT_FOUND,
        "approval_not_found",
        "Approval request not found",
    )
}
