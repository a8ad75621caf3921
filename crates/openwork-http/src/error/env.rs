//! Environment variables that could not be listed, set or deleted.

use openwork_api::ErrorCode;
use openwork_host::EnvError;
use openwork_model::env_name::EnvNameFault;

use super::{FailureReport, submit, tokens};

pub(super) fn report(error: &EnvError) -> FailureReport {
    match error {
        EnvError::Submit(error) => submit(error),
        EnvError::State(error) => tokens::state(error),
        EnvError::NotFound => {
            FailureReport::new(ErrorCode::EnvNotFound, "Environment variable not found")
        }
        EnvError::TooMany { limit } => FailureReport::new(
            ErrorCode::TooManyVariables,
            format!("There can be {limit} variables; delete some of them first"),
        ),
        EnvError::TooLarge { limit } => FailureReport::new(
            ErrorCode::PayloadTooLarge,
            format!("All variables together can be {limit} bytes"),
        ),
    }
}

pub(super) fn name(fault: EnvNameFault) -> FailureReport {
    let code = match fault {
        EnvNameFault::Malformed => ErrorCode::InvalidEnvKey,
        EnvNameFault::Reserved => ErrorCode::ReservedEnvKey,
    };
    FailureReport::new(code, fault.to_string())
}

pub(super) fn entry() -> FailureReport {
    FailureReport::new(
        ErrorCode::InvalidEntry,
        "Each entry must be an object with a key and a value, a text of at most 64 KiB",
    )
}

pub(super) fn no_entries() -> FailureReport {
    FailureReport::new(ErrorCode::NoEntries, "No entries provided")
}

#[cfg(test)]
mod tests {
    use openwork_host::{HostError, StateError};

    use super::super::Failure;
    use super::super::tests::table;
    use super::*;

    #[test]
    fn variables_that_are_not_set_or_deleted() {
        let unreadable = StateError::Unreadable {
            name: "env.json".to_owned(),
            reason: "it is no list of variables at line 1, column 2".to_owned(),
        };
        let errors = [
            EnvError::from(HostError::ReadOnly),
            EnvError::State(unreadable),
            EnvError::NotFound,
            EnvError::TooMany { limit: 1_000 },
            EnvError::TooLarge { limit: 2 << 20 },
        ];
        let others = [
            Failure::EnvName(EnvNameFault::Malformed),
            Failure::EnvName(EnvNameFault::Reserved),
            Failure::EnvEntry,
            Failure::NoEnvEntries,
        ];
        let errors = errors.into_iter().map(Failure::Env);
        insta::assert_snapshot!(table(errors.chain(others)));
    }
}
