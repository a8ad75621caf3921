//! How requests end.

use std::fmt;
use std::sync::Arc;

use crate::reply::Answerer;
use crate::request::Request;
use crate::rules::RuleId;

/// Who or what ended a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// A person answered.
    Host(Answerer),
    /// A person had answered beforehand.
    Rule(RuleId),
    /// Nobody answered in time.
    Timeout,
    /// Whoever asked went away.
    Client,
    /// The gate was shut.
    Shutdown,
}

/// What came of something that was allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// It was done.
    Applied,
    /// It was not done, because what the person was shown no longer held.
    Conflicted,
    /// It was not done, for this reason.
    Failed(String),
}

/// Applied if it is a value, failed for the reason that the error gives if not.
impl<V, E: fmt::Display> From<Result<V, E>> for Settlement {
    fn from(result: Result<V, E>) -> Self {
        Self::from(&result)
    }
}

/// The same of a result that is still needed.
impl<V, E: fmt::Display> From<&Result<V, E>> for Settlement {
    fn from(result: &Result<V, E>) -> Self {
        match result {
            Ok(_) => Self::Applied,
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

/// The one way in which a request ended.
///
/// Only [`RequestOutcome::Allowed`] goes on, once, to one of the three settlements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestOutcome {
    /// A person said yes, and it is being done.
    Allowed,
    /// A person said yes, and it was done.
    Applied,
    /// A person said yes, but what they were shown no longer held.
    Conflicted,
    /// A person said yes, but it could not be done, for this reason.
    Failed(String),
    /// A person said no.
    Denied,
    /// Nobody answered in time.
    Expired,
    /// Whoever asked went away before anybody answered.
    Withdrawn,
    /// The gate was shut before anybody answered.
    Aborted,
}

impl RequestOutcome {
    /// The outcome in one lower-case word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Applied => "applied",
            Self::Conflicted => "conflicted",
            Self::Failed(_) => "failed",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Aborted => "aborted",
        }
    }
}

impl From<Settlement> for RequestOutcome {
    fn from(settlement: Settlement) -> Self {
        match settlement {
            Settlement::Applied => Self::Applied,
            Settlement::Conflicted => Self::Conflicted,
            Settlement::Failed(error) => Self::Failed(error),
        }
    }
}

/// A request that is no longer waiting.
#[derive(Debug, PartialEq, Eq)]
pub struct EndedRequest<T> {
    /// What was asked.
    pub request: Arc<Request<T>>,
    /// How it ended.
    pub outcome: RequestOutcome,
    /// When it stopped waiting, in ms since 1970.
    pub ended_at: u64,
    /// What the person said beside yes or no.
    pub message: Option<String>,
    /// Who or what ended it.
    pub by: EndedBy,
}
