//! Requests that cannot be looked at again.

use openwork_api::ErrorCode;
use openwork_host::ReviewError;

use super::{FailureReport, host};

pub(super) fn report(error: &ReviewError) -> FailureReport {
    match error {
        ReviewError::UnknownRequest => unknown(),
        ReviewError::UnknownFile => FailureReport::new(
            ErrorCode::ApprovalFileNotFound,
            "The request changes no such file",
        ),
        ReviewError::Moved { path } => FailureReport::new(
            ErrorCode::Conflict,
            format!(
                "{} changed while the request waited, so the change would be another one; deny it",
                host::client_path(path)
            ),
        ),
        ReviewError::Host(error) => host::report(error),
    }
}

pub(super) fn unknown() -> FailureReport {
    FailureReport::new(ErrorCode::ApprovalNotFound, "Approval request not found")
}

pub(super) fn agent_request_cut() -> FailureReport {
    FailureReport::new(
        ErrorCode::NotShownWhole,
        "What the agent asks is too long to be shown here; it can be rejected, or answered where the agent runs",
    )
}

pub(super) fn agent_request_moved() -> FailureReport {
    FailureReport::new(
        ErrorCode::Conflict,
        "This is not what the agent asks now; look at it again. Nothing was answered",
    )
}
