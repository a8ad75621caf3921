//! Tokens that could not be listed, made or ended.

use openwork_api::ErrorCode;
use openwork_host::{StateError, TokenError};

use super::{FailureReport, host, serving};

pub(super) fn report(error: &TokenError) -> FailureReport {
    match error {
        TokenError::Host(error) => host::report(error),
        TokenError::State(error) => state(error),
        TokenError::TooMany { limit } => FailureReport::new(
            ErrorCode::TooManyTokens,
            format!("There are {limit} tokens already; end some of them first"),
        ),
        TokenError::NotFound => FailureReport::new(ErrorCode::TokenNotFound, "Token not found"),
        TokenError::Audit(error) => serving::unrecorded(error),
    }
}

pub(super) fn scope() -> FailureReport {
    FailureReport::new(
        ErrorCode::InvalidScope,
        "scope must be viewer, collaborator, owner or approver",
    )
}

pub(super) fn label() -> FailureReport {
    FailureReport::new(
        ErrorCode::InvalidPayload,
        "label must be a text of at most 200 characters",
    )
}

pub(super) fn state(error: &StateError) -> FailureReport {
    match error {
        StateError::NoPlace => FailureReport::new(
            ErrorCode::StateUnavailable,
            "There is no place to keep it in; name a file with OPENWORK_TOKEN_STORE or OPENWORK_ENV_STORE and restart the server",
        ),
        StateError::Unreadable { name, reason } => FailureReport::new(
            ErrorCode::StateUnreadable,
            format!(
                "{name} cannot be read ({reason}); mend it or move it away. Nothing was overwritten"
            ),
        ),
        StateError::Busy { name } => FailureReport::new(
            ErrorCode::Busy,
            format!("{name} is being written by another server; nothing was written, try again"),
        ),
        StateError::Io { source, .. } => host::io(source),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use openwork_host::HostError;

    use super::*;
    use crate::error::Failure;
    use crate::error::tests::table;

    #[test]
    fn tokens_that_are_not_made_or_ended() {
        let name = || "tokens.json".to_owned();
        let failures = [
            TokenError::Host(HostError::ReadOnly),
            TokenError::TooMany { limit: 1_000 },
            TokenError::NotFound,
            StateError::NoPlace.into(),
            StateError::Unreadable {
                name: name(),
                reason: "expected value at line 1".to_owned(),
            }
            .into(),
            StateError::Busy { name: name() }.into(),
            StateError::Io {
                name: name(),
                source: Arc::new(std::io::ErrorKind::StorageFull.into()),
            }
            .into(),
        ];
        let failures = failures.map(Failure::Tokens).into_iter();
        insta::assert_snapshot!(table(failures.chain([
            Failure::Scope,
            Failure::TokenLabel,
            Failure::Persist
        ])));
    }
}
