//! How long requests wait: longer while somebody is there to answer them.

use std::time::{Duration, Instant};

use crate::options::GateOptions;

/// Longer than any person waits, and short enough to be added to any time.
const LONGEST: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
/// By how much a person who is not done yet has a request wait longer.
pub(crate) const KEPT: Duration = Duration::from_secs(5 * 60);
/// How long a request may be kept waiting in all, from when it was asked.
pub(crate) const LONGEST_KEPT: Duration = Duration::from_secs(60 * 60);

/// How long requests wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// While nobody is there.
    alone: Duration,
    /// While somebody is.
    attended: Duration,
}

/// What the deadline of one request follows from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    /// When it was asked.
    pub(crate) asked: Instant,
    /// When it expires.
    pub(crate) deadline: Instant,
    /// Until when a person wants it kept, whoever is there by then.
    kept: Option<Instant>,
}

impl Patience {
    pub(crate) fn new(options: &GateOptions) -> Self {
        let alone = options.timeout.min(LONGEST);
        Self {
            alone,
            // Somebody who comes to answer must not make it shorter.
            attended: options.watched_timeout.clamp(alone, LONGEST),
        }
    }

    /// A request that is asked now.
    pub(crate) fn begin(&self, now: Instant, is_attended: bool) -> Waiting {
        let patience = if is_attended {
            self.attended
        } else {
            self.alone
        };
        Waiting {
            asked: now,
            deadline: now + patience,
            kept: None,
        }
    }

    /// A request that is asked now and waits for this long, whoever is there.
    pub(crate) fn begin_later(now: Instant, patience: Duration) -> Waiting {
        let deadline = now + patience.min(LONGEST);
        Waiting {
            asked: now,
            deadline,
            // As if a person had wanted it kept so long: nobody who leaves makes it
            // shorter.
            kept: Some(deadline),
        }
    }

    /// Somebody has come who can answer.
    pub(crate) fn attend(&self, waiting: &mut Waiting) {
        waiting.deadline = waiting.deadline.max(waiting.asked + self.attended);
    }

    /// Nobody is there any more. As long as if it were asked only now: a page that
    /// is loaded again is gone for a moment, too.
    pub(crate) fn leave(&self, waiting: &mut Waiting, now: Instant) {
        let least = (now + self.alone).max(waiting.kept.unwrap_or(now));
        waiting.deadline = waiting.deadline.min(least);
    }

    /// When to look again at something that waits. A deadline comes nearer only
    /// by [`leave`](Self::leave), and never nearer than this: so nobody who waits
    /// has to be woken because it has moved.
    pub(crate) fn next_look(&self, waiting: &Waiting, now: Instant) -> Instant {
        waiting.deadline.min(now + self.alone)
    }

    /// Somebody needs longer.
    pub(crate) fn keep(&self, waiting: &mut Waiting) {
        let longest = waiting.asked + LONGEST_KEPT.max(self.attended);
        // Never sooner than it was to be anyway.
        let kept = (waiting.deadline + KEPT).min(longest).max(waiting.deadline);
        waiting.deadline = kept;
        waiting.kept = Some(kept);
    }
}

impl Waiting {
    /// How long it waits in all.
    pub(crate) fn patience(&self) -> Duration {
        self.deadline.saturating_duration_since(self.asked)
    }
}
