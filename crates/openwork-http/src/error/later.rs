//! Requests whose clients come back for the answer.

use openwork_api::ErrorCode;

use super::FailureReport;

pub(super) fn unknown() -> FailureReport {
    FailureReport::new(ErrorCode::RequestNotFound, "Request not found")
}

pub(super) fn answered() -> FailureReport {
    FailureReport::new(
        ErrorCode::AlreadyAnswered,
        "The host has answered, so the request cannot be taken back; ask what came of it",
    )
}
