//! Workspaces that could not be added, renamed or removed, and their record.

use openwork_api::ErrorCode;
use openwork_host::{OpenError, ServeError, ServerLogError};

use super::{FailureReport, host, submit, tokens};

pub(super) fn report(error: &ServeError) -> FailureReport {
    match error {
        ServeError::Submit(error) => submit(error),
        ServeError::Open(error) => open(error),
        ServeError::Fixed => FailureReport::new(
            ErrorCode::StateUnavailable,
            "This server takes no further workspaces",
        ),
        ServeError::Twice => FailureReport::new(
            ErrorCode::Conflict,
            "The workspace is served already; ask for the list of workspaces",
        ),
        ServeError::State(error) => tokens::state(error),
        ServeError::Audit(error) => unrecorded(error),
    }
}

fn open(error: &OpenError) -> FailureReport {
    match error {
        OpenError::Relative => FailureReport::new(
            ErrorCode::InvalidPayload,
            "folderPath must be an absolute path on the server",
        ),
        OpenError::Missing => FailureReport::new(
            ErrorCode::WorkspaceMissing,
            "There is no directory at folderPath; make it on the server first",
        ),
        OpenError::HoldsServer => FailureReport::new(
            ErrorCode::WorkspaceUnauthorized,
            "The server keeps its settings or tokens in this directory, so it cannot be served",
        ),
        OpenError::Io { source, .. } => host::io(source),
    }
}

/// What could not be recorded, and so was not done.
pub(super) fn unrecorded(error: &ServerLogError) -> FailureReport {
    match error {
        ServerLogError::Host(error) => host::report(error),
        ServerLogError::State(_) => FailureReport::new(
            ErrorCode::AuditUnavailable,
            "The audit log of the server cannot be written, so nothing was changed",
        )
        .retry_after(1),
    }
}

/// The log that could not be read.
pub(super) fn log(error: &ServerLogError) -> FailureReport {
    match error {
        ServerLogError::Host(error) => host::report(error),
        ServerLogError::State(error) => tokens::state(error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use openwork_host::{HostError, StateError};

    use super::*;
    use crate::error::Failure;
    use crate::error::tests::table;

    #[test]
    fn workspaces_that_do_not_come_or_go() {
        let busy = || StateError::Busy {
            name: "audit.jsonl".to_owned(),
        };
        let failures = [
            ServeError::from(HostError::Removed),
            ServeError::Fixed,
            ServeError::Twice,
            OpenError::Relative.into(),
            OpenError::Missing.into(),
            OpenError::HoldsServer.into(),
            OpenError::Io {
                path: "/w/b".into(),
                source: Arc::new(std::io::ErrorKind::PermissionDenied.into()),
            }
            .into(),
            ServeError::Audit(busy().into()),
        ];
        let failures = failures.map(Failure::Serve).into_iter();
        insta::assert_snapshot!(table(failures.chain([Failure::ServerLog(busy().into())])));
    }
}
