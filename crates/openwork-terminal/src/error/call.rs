//! Calls to the server that went wrong, as the commands report them.

use openwork_api::client::ClientError;

use crate::exit::ExitStatus;

/// The exit code that the error leads to.
pub(super) fn exit(error: &ClientError) -> ExitStatus {
    match error {
        ClientError::Unreachable { .. } | ClientError::ConnectionLost { .. } => {
            ExitStatus::Unreachable
        }
        ClientError::NoHostToken { .. } | ClientError::TokenRefused { .. } => ExitStatus::Token,
        _ => ExitStatus::Failed,
    }
}

/// A word for programs. What the server refuses has the server's code.
pub(super) fn code(error: &ClientError) -> &str {
    match error {
        ClientError::NoHostToken { .. } => "no_host_token",
        ClientError::TokenRefused { .. } => "host_token_refused",
        ClientError::Unreachable { .. } => "unreachable",
        ClientError::ConnectionLost { .. } => "connection_lost",
        ClientError::Refused { code, .. } => code,
        _ => "unexpected_answer",
    }
}

/// What to do next, where that can be told.
pub(super) fn help(error: &ClientError) -> Option<&'static str> {
    match error {
        ClientError::NoHostToken { .. } | ClientError::TokenRefused { .. } => Some(
            "give the token that the server printed at its start: `--host-token` or \
             `OPENWORK_HOST_TOKEN`",
        ),
        ClientError::Unreachable { .. } => {
            Some("is the server running, and the URL the one it prints?")
        }
        ClientError::UnknownAnswer { .. } => {
            Some("is the URL that of another program, or version?")
        }
        _ => None,
    }
}
