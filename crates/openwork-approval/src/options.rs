//! How a gate behaves.

use std::time::Duration;

/// Whether people are asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApprovalMode {
    /// A person is asked.
    #[default]
    Manual,
    /// Everything is allowed at once and nothing is listed.
    Auto,
}

/// How a gate behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateOptions {
    /// Whether people are asked at all.
    pub mode: ApprovalMode,
    /// How long a request waits for an answer while nobody is there to give one.
    pub timeout: Duration,
    /// How long it waits while [somebody is](crate::Gate::attend), by default 5
    /// minutes; never shorter than `timeout`.
    pub watched_timeout: Duration,
    /// How many requests may wait.
    pub max_pending: usize,
    /// How many requests of one asker may wait.
    pub max_pending_per_asker: usize,
    /// How many of those that wait may be such whose askers [come back for the
    /// answer](crate::AnswerLater): they wait for long, and the others need room.
    pub max_later: usize,
    /// How many bytes all that waits may hold, by what each says of itself.
    /// One asker may fill no more than half of it.
    pub max_pending_bytes: usize,
}

impl Default for GateOptions {
    fn default() -> Self {
        Self {
            mode: ApprovalMode::Manual,
            timeout: Duration::from_secs(30),
            watched_timeout: Duration::from_secs(5 * 60),
            max_pending: 64,
            max_pending_per_asker: 16,
            max_later: 32,
            max_pending_bytes: 64 << 20,
        }
    }
}

impl GateOptions {
    /// How many bytes of one asker may wait.
    pub(crate) fn max_pending_bytes_per_asker(&self) -> usize {
        // Half, so that one asker alone cannot fill the room of all the others.
        self.max_pending_bytes / 2
    }

    /// How many bytes of requests a watcher may leave unread. What waits is
    /// held in any case; this is for requests that have ended meanwhile.
    pub(crate) fn max_unread_bytes(&self) -> usize {
        // A slow watcher holds what has ended besides what waits; a quarter
        // keeps the sum of both bounded.
        self.max_pending_bytes / 4
    }
}
