//! A request: what was asked, named and dated.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

use crate::ask::{Ask, Asker};

/// Names one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RequestId(Uuid);

#[cfg(feature = "random")]
impl RequestId {
    /// A name that no request had before (feature `random`, on by default).
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

/// Where the names of requests come from.
pub trait RequestIds: Send + Sync {
    /// A name that was never given before, and that nobody can guess: whoever
    /// knows it may answer the request, if he may answer at all.
    fn next_id(&self) -> RequestId;
}

/// Random names (feature `random`, on by default).
#[cfg(feature = "random")]
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomRequestIds;

#[cfg(feature = "random")]
impl RequestIds for RandomRequestIds {
    fn next_id(&self) -> RequestId {
        RequestId::random()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for RequestId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl From<Uuid> for RequestId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<RequestId> for Uuid {
    fn from(RequestId(id): RequestId) -> Self {
        id
    }
}

/// What a person is asked about.
#[derive(Debug, PartialEq, Eq)]
pub struct Request<T> {
    /// Its name.
    pub id: RequestId,
    /// Who asks.
    pub asker: Asker,
    /// Where it would happen.
    pub scope: String,
    /// What kind of thing it is.
    pub kind: String,
    /// What else has to be the same for an allowance to cover it.
    pub covers: String,
    /// How many bytes it counts for while it waits.
    pub bytes: usize,
    /// Whether an allowance may cover it.
    pub rememberable: bool,
    /// Whether whoever asks comes back for the answer instead of waiting for it.
    pub answers_later: bool,
    /// What exactly is wanted.
    pub subject: T,
    /// When it was asked, in ms since 1970.
    pub created_at: u64,
    expires_at: ExpiryTime,
}

/// When a request expires. It moves while the request waits.
#[derive(Debug)]
struct ExpiryTime(AtomicU64);

impl PartialEq for ExpiryTime {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for ExpiryTime {}

impl ExpiryTime {
    fn new(at: u64) -> Self {
        Self(AtomicU64::new(at))
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl<T> Request<T> {
    pub(crate) fn new(id: RequestId, ask: Ask<T>, created_at: u64) -> Self {
        let Ask {
            asker,
            scope,
            kind,
            covers,
            bytes,
            rememberable,
            later,
            subject,
        } = ask;
        Self {
            id,
            asker,
            scope,
            kind,
            covers,
            bytes,
            rememberable,
            answers_later: later.is_some(),
            subject,
            created_at,
            expires_at: ExpiryTime::new(created_at),
        }
    }

    /// When it expires, in ms since 1970, for display alone: the deadline itself
    /// runs on a clock that does not jump. It [moves](crate::Event::Rescheduled)
    /// with whoever is there to answer.
    pub fn expires_at(&self) -> u64 {
        self.expires_at.get()
    }

    /// Shows that it waits for this long in all; false if that is known.
    pub(crate) fn show_patience(&self, patience: Duration) -> bool {
        let patience = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        let at = self.created_at.saturating_add(patience);
        self.expires_at.0.swap(at, Ordering::Relaxed) != at
    }

    /// The same request with less of its subject, held by nothing that waits.
    pub(crate) fn summarised(&self, summary: fn(&T) -> T) -> Self {
        Self {
            bytes: 0,
            ..self.about(summary(&self.subject))
        }
    }

    /// The same request about something else, as it would be shown.
    #[must_use]
    pub fn about(&self, subject: T) -> Self {
        Self {
            id: self.id,
            asker: self.asker.clone(),
            scope: self.scope.clone(),
            kind: self.kind.clone(),
            covers: self.covers.clone(),
            bytes: self.bytes,
            rememberable: self.rememberable,
            answers_later: self.answers_later,
            subject,
            created_at: self.created_at,
            expires_at: ExpiryTime::new(self.expires_at()),
        }
    }
}
