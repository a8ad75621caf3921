//! Devices that were not paired, and codes that were not made.

use openwork_api::ErrorCode;
use openwork_host::PairingError;

use super::{FailureReport, tokens};

pub(super) fn report(error: &PairingError) -> FailureReport {
    match error {
        PairingError::Token(error) => tokens::report(error),
        PairingError::Refused => FailureReport::new(
            ErrorCode::InvalidPairingCode,
            "This pairing code is wrong, was used, or has ended; make a new one where the server runs, with `openwork-server pair`",
        ),
        PairingError::NoneOpen => {
            FailureReport::new(ErrorCode::PairingNotFound, "No pairing code is open")
        }
    }
}

pub(super) fn scope() -> FailureReport {
    FailureReport::new(
        ErrorCode::InvalidScope,
        "scope must be collaborator, viewer or approver; no pairing code makes an owner",
    )
}

pub(super) fn code() -> FailureReport {
    FailureReport::new(
        ErrorCode::InvalidPayload,
        "code must be eight letters and digits, such as K7QM-4XTP; there is no 0, 1, I, L, O or U in it",
    )
}

#[cfg(test)]
mod tests {
    use openwork_host::{HostError, TokenError};

    use super::*;
    use crate::error::Failure;
    use crate::error::tests::table;

    #[test]
    fn devices_that_are_not_paired() {
        let failures = [
            PairingError::Token(TokenError::Host(HostError::ReadOnly)),
            PairingError::Refused,
            PairingError::NoneOpen,
        ];
        let failures = failures.map(Failure::Pairing).into_iter();
        insta::assert_snapshot!(table(
            failures.chain([Failure::DeviceScope, Failure::PairingCode])
        ));
    }
}
