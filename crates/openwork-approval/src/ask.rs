//! What somebody wants to do, and who it is.

use std::net::IpAddr;
use std::time::Duration;

use crate::request::RequestId;

/// Who asks, as far as limits and allowances can tell people apart.
///
/// Two askers are the same when both parts are the same. The client id is what
/// the client says of itself, so an asker is a name and not a proof.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Asker {
    /// Where the client connects from.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub client_id: Option<String>,
}

/// Something that somebody wants to do and that a person has to allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask<T> {
    /// Who wants it.
    pub asker: Asker,
    /// Where: an allowance never reaches beyond one scope.
    pub scope: String,
    /// What kind of thing it is: an allowance covers one kind.
    pub kind: String,
    /// What else has to be the same for an allowance to cover it.
    pub covers: String,
    /// How many bytes the subject holds while it waits, for the limit on all
    /// that wait.
    pub bytes: usize,
    /// Whether an allowance may cover it. Where this is false a person is asked
    /// every time, even if an allowance for the kind is in force.
    pub rememberable: bool,
    /// That nobody waits for the answer now; `None` if whoever asks does.
    pub later: Option<AnswerLater>,
    /// What exactly is wanted; it is shown to the person and never looked at here.
    pub subject: T,
}

/// That whoever asks does not wait for the answer, but comes back for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLater {
    /// What the request is called: whoever asks had to know it before it was asked.
    /// No request may have had the name before.
    pub id: RequestId,
    /// How long it waits, whoever is there to answer meanwhile.
    pub patience: Duration,
}

impl<T> Ask<T> {
    /// Asks for something of a kind in a scope. A person is asked every time,
    /// and the request counts for no bytes.
    pub fn new(scope: impl Into<String>, kind: impl Into<String>, subject: T) -> Self {
        Self {
            asker: Asker::default(),
            scope: scope.into(),
            kind: kind.into(),
            covers: String::new(),
            bytes: 0,
            rememberable: false,
            later: None,
            subject,
        }
    }

    /// The same, asked by whoever calls itself so.
    #[must_use]
    pub fn by(mut self, client_id: impl Into<String>) -> Self {
        self.asker.client_id = Some(client_id.into());
        self
    }
}
