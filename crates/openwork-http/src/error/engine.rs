//! Calls of an engine that came to nothing.

use openwork_api::ErrorCode;
use openwork_host::SubmitError;
use openwork_model::workspace::{WorkspaceId, WorkspaceType};
use serde_json::json;

use super::FailureReport;
use crate::proxy::EngineFault;

/// Why a call that is asked about came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFailure {
    /// It was not allowed, or could not be recorded.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The engine gave no answer.
    #[error("the engine: {0}")]
    Engine(EngineFault),
}

pub(super) fn none(id: &WorkspaceId, kind: WorkspaceType) -> FailureReport {
    FailureReport::new(
        ErrorCode::OpencodeUnconfigured,
        "The server does not know where this workspace's engine is; set its base URL",
    )
    .details(json!({ "workspaceId": id.as_str(), "workspaceType": kind.as_str() }))
}

pub(super) fn fault(fault: &EngineFault) -> FailureReport {
    match fault {
        EngineFault::Unreachable(_) => FailureReport::new(
            ErrorCode::OpencodeUnreachable,
            "The engine cannot be reached; start it, or, if it has another address by now, \
             restart the server with that as the workspace's base URL",
        ),
        EngineFault::NoAnswer(_) => FailureReport::new(
            ErrorCode::OpencodeBadAnswer,
            "The engine gave no answer that can be read; what was asked may have been done",
        ),
    }
}

pub(super) fn unknown_route() -> FailureReport {
    FailureReport::new(
        ErrorCode::OpencodeRouteRefused,
        "The engine's routes are passed on by a list, and this is none of them",
    )
}

pub(super) fn machine() -> FailureReport {
    FailureReport::new(
        ErrorCode::OpencodeRouteRefused,
        "This reaches beyond the workspace; it is passed on for owners if the server is \
         started with --proxy-machine, OPENWORK_PROXY_MACHINE or proxy.machine",
    )
}

pub(super) fn no_session() -> FailureReport {
    FailureReport::new(ErrorCode::SessionNotFound, "Session not found")
}

pub(super) fn command_conflict() -> FailureReport {
    FailureReport::new(
        ErrorCode::CommandAdmissionConflict,
        "Another command was sent under this messageID; give this one an id of its own",
    )
}

pub(super) fn commands_under_way() -> FailureReport {
    FailureReport::new(
        ErrorCode::Overloaded,
        "Too many commands are under way; nothing was sent, try again later",
    )
    .retry_after(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_came_to_nothing() {
        let id = WorkspaceId::of("/srv/ws".as_ref());
        let why = || "connection refused by 192.0.2.7".to_owned();
        let all = [
            none(&id, WorkspaceType::Local),
            fault(&EngineFault::Unreachable(why())),
            fault(&EngineFault::NoAnswer(why())),
            unknown_route(),
            machine(),
            no_session(),
            command_conflict(),
            commands_under_way(),
        ];
        let lines = all.map(|report| {
            let (status, code) = (report.code.status(), report.code);
            let details = report.details.map(|details| format!(" {details}"));
            format!(
                "{status} {code}: {}{}\n",
                report.message,
                details.unwrap_or_default()
            )
        });
        insta::assert_snapshot!(lines.concat());
    }
}
