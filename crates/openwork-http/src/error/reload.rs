//! Engines that were not reloaded.

use openwork_api::ErrorCode;
use openwork_host::{EngineError, ReloadError};
use serde_json::json;

use super::{FailureReport, submit};

pub(super) fn report(error: &ReloadError) -> FailureReport {
    match error {
        ReloadError::Submit(error) => submit(error),
        ReloadError::Unconfigured => FailureReport::new(
            ErrorCode::OpencodeUnconfigured,
            "The server does not know where this workspace's engine is; set its base URL",
        ),
        ReloadError::Engine(error) => engine(error),
    }
}

pub(super) fn engine(error: &EngineError) -> FailureReport {
    match error {
        EngineError::Url { reason } => FailureReport::new(
            ErrorCode::OpencodeUnconfigured,
            format!("The base URL of this workspace's engine is no good: {reason}"),
        ),
        EngineError::Unreachable { .. } => FailureReport::new(
            ErrorCode::OpencodeEngineUnreachable,
            "The engine cannot be reached",
        ),
        EngineError::TimedOut => FailureReport::new(
            ErrorCode::OpencodeReloadTimeout,
            "The engine did not answer in time; it may still reload",
        ),
        EngineError::Refused { status } => FailureReport::new(
            ErrorCode::OpencodeReloadFailed,
            format!("The engine refused to reload with status {status}"),
        )
        .details(json!({ "status": status })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reloads_that_did_not_happen() {
        let engine = [
            EngineError::Url {
                reason: "only http:// can be called",
            },
            EngineError::Unreachable {
                reason: "connection refused by 192.0.2.7".to_owned(),
            },
            EngineError::TimedOut,
            EngineError::Refused { status: 401 },
        ];
        let engine = engine.into_iter().map(ReloadError::Engine);
        let all = std::iter::once(ReloadError::Unconfigured).chain(engine);
        let lines = all.map(|error| {
            let report = report(&error);
            let (status, code) = (report.code.status(), report.code);
            let details = report.details.map(|details| format!(" {details}"));
            format!(
                "{status} {code}: {}{}\n",
                report.message,
                details.unwrap_or_default()
            )
        });
        insta::assert_snapshot!(lines.collect::<String>());
    }
}
