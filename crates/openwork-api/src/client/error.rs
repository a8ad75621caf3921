//! Why a call has no answer that can be used.

use std::io;

/// What went wrong with a call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The call needs the host token, which the client was not given.
    #[error("the host token of {url} is not known")]
    NoHostToken {
        /// The server's URL.
        url: String,
    },
    /// The server does not accept the host token.
    #[error("{url} refused the host token")]
    TokenRefused {
        /// The server's URL.
        url: String,
    },
    /// The call needs a client token, which the client was not given.
    #[error("the client token of {url} is not known")]
    ClientTokenMissing {
        /// The server's URL.
        url: String,
    },
    /// The server does not accept the client token.
    #[error("{url} refused the client token")]
    ClientTokenRefused {
        /// The server's URL.
        url: String,
    },
    /// Nobody answers at the URL.
    #[error("no server answers at {url}: {}", plainly(cause))]
    Unreachable {
        /// The server's URL.
        url: String,
        /// Why.
        cause: io::Error,
    },
    /// The connection broke before the answer was whole.
    #[error("the connection to {url} was lost: {cause}")]
    ConnectionLost {
        /// The server's URL.
        url: String,
        /// Why.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The answer is none that this version understands.
    #[error("{url} does not answer as an OpenWork server: {reason}")]
    UnknownAnswer {
        /// The server's URL.
        url: String,
        /// What is odd.
        reason: String,
    },
    /// The server says no.
    #[error("{message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's code; [`ErrorCode::from_wire`](crate::ErrorCode::from_wire)
        /// knows those of this version.
        code: String,
        /// The server's words.
        message: String,
    },
}

impl ClientError {
    /// Whether the server says that there is no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}

/// An error of the system without its number, where its kind says as much.
fn plainly(cause: &io::Error) -> String {
    let is_plain = |kind: &io::ErrorKind| {
        use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable, TimedOut};
        matches!(
            kind,
            ConnectionRefused | HostUnreachable | NetworkUnreachable | TimedOut
        )
    };
    let kind = cause.raw_os_error().map(|_| cause.kind()).filter(is_plain);
    kind.map_or_else(|| cause.to_string(), |kind| kind.to_string())
}
