//! From the errors of the layers below to a failure.

use openwork_host::{
    ActivateError, AmendRefusal, DropError, EnvError, GlobalConfigError, HostError, PairingError,
    ReloadError, ReviewError, ServeError, SubmitError, TokenError, UndoError,
};
use openwork_model::invalid::Invalid;

use super::{CallFailure, Failure};
use crate::body::BodyError;
use crate::later::LaterError;

impl From<CallFailure> for Failure {
    fn from(failure: CallFailure) -> Self {
        match failure {
            CallFailure::Submit(error) => Self::Submit(error),
            CallFailure::Engine(fault) => Self::Engine(fault),
        }
    }
}

impl From<AmendRefusal> for Failure {
    fn from(refusal: AmendRefusal) -> Self {
        Self::Amend(refusal)
    }
}

impl From<LaterError> for Failure {
    fn from(error: LaterError) -> Self {
        match error {
            LaterError::State(error) => Self::State(error),
            LaterError::Full(full) => Self::Submit(full.into()),
            LaterError::Lost => Self::Workspace(HostError::Lost),
        }
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<ActivateError> for Failure {
    fn from(error: ActivateError) -> Self {
        match error {
            ActivateError::Host(error) => Self::Workspace(error),
            ActivateError::State(error) => Self::State(error),
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::Tokens(error)
    }
}

impl From<PairingError> for Failure {
    fn from(error: PairingError) -> Self {
        Self::Pairing(error)
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        Self::Serve(error)
    }
}

impl From<UndoError> for Failure {
    fn from(error: UndoError) -> Self {
        Self::Undo(error)
    }
}

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        Self::Workspace(error)
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        Self::Submit(error)
    }
}

impl From<ReviewError> for Failure {
    fn from(error: ReviewError) -> Self {
        Self::Review(error)
    }
}

impl From<ReloadError> for Failure {
    fn from(error: ReloadError) -> Self {
        Self::Reload(error)
    }
}

impl From<DropError> for Failure {
    fn from(error: DropError) -> Self {
        Self::Drop(error)
    }
}

impl From<EnvError> for Failure {
    fn from(error: EnvError) -> Self {
        Self::Env(error)
    }
}

impl From<GlobalConfigError> for Failure {
    fn from(error: GlobalConfigError) -> Self {
        match error {
            GlobalConfigError::Submit(error) => Self::Submit(error),
            GlobalConfigError::State(error) => Self::State(error),
        }
    }
}
