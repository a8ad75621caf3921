//! Why something may not happen, and why an answer does not count.

use std::time::Duration;

use crate::request::RequestId;

/// Why something may not happen.
// Not `non_exhaustive`: where it becomes an answer to a client, the compiler is
// to say that there is a new one. So a new variant needs a new minor version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A person said no.
    #[error("denied{}", .message.as_ref().map_or_else(String::new, |text| format!(": {text}")))]
    Denied {
        /// The request that was denied.
        request: RequestId,
        /// What the person said.
        message: Option<String>,
    },
    /// Nobody answered in time.
    #[error("nobody answered within {} s", .after.as_secs_f64())]
    Expired {
        /// The request that expired.
        request: RequestId,
        /// How long it waited.
        after: Duration,
    },
    /// Whoever asked has taken it back.
    #[error("taken back by whoever asked")]
    Withdrawn {
        /// The request that was taken back.
        request: RequestId,
    },
    /// As many requests wait as may.
    #[error("{pending} requests are waiting for an answer already")]
    Full {
        /// How many wait.
        pending: usize,
    },
    /// As many requests of this asker wait as may.
    #[error("{pending} requests of this client are waiting for an answer already")]
    AskerFull {
        /// How many of them wait.
        pending: usize,
    },
    /// As many requests whose askers come back for the answer wait as may.
    #[error("{pending} requests that are answered later wait already")]
    LaterFull {
        /// How many of them wait.
        pending: usize,
    },
    /// What waits holds as many bytes as it may.
    #[error("{bytes} bytes are waiting for an answer already")]
    TooMuch {
        /// How many bytes wait.
        bytes: usize,
    },
    /// What waits of this asker holds as many bytes as it may.
    #[error("{bytes} bytes of this client are waiting for an answer already")]
    AskerTooMuch {
        /// How many bytes of it wait.
        bytes: usize,
    },
    /// The request would find no room even if nothing else waited.
    #[error("the request holds {bytes} bytes, and no more than {limit} may wait")]
    TooLarge {
        /// How many bytes it holds.
        bytes: usize,
        /// How many may wait.
        limit: usize,
    },
    /// Nothing is asked any more.
    #[error("nothing can be asked any more: shutting down")]
    ShuttingDown {
        /// The request that was waiting, if it had come so far.
        request: Option<RequestId>,
    },
}

/// Why an answer does not count.
// Not `non_exhaustive`, for the same reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// No such request waits: there never was one, or it has ended.
    #[error("no such request is waiting for an answer")]
    Unknown,
    /// The answer cannot be remembered: the request is one that has to be asked
    /// every time, or the answer is no, or a yes to something else than was asked.
    /// The request goes on waiting.
    #[error("this answer cannot be remembered")]
    NotRememberable,
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn refusals_say_why() {
        let request = RequestId::random();
        let denied = Refusal::Denied {
            request,
            message: None,
        };
        assert_snapshot!(denied, @"denied");
        let denied = Refusal::Denied {
            request,
            message: Some("not today".to_owned()),
        };
        assert_snapshot!(denied, @"denied: not today");
        let expired = Refusal::Expired {
            request,
            after: Duration::from_millis(1500),
        };
        assert_snapshot!(expired, @"nobody answered within 1.5 s");
        assert_snapshot!(Refusal::Withdrawn { request }, @"taken back by whoever asked");
        assert_snapshot!(Refusal::LaterFull { pending: 32 }, @"32 requests that are answered later wait already");
        assert_snapshot!(Refusal::Full { pending: 64 }, @"64 requests are waiting for an answer already");
        assert_snapshot!(Refusal::AskerFull { pending: 16 }, @"16 requests of this client are waiting for an answer already");
        assert_snapshot!(Refusal::TooMuch { bytes: 7 }, @"7 bytes are waiting for an answer already");
        assert_snapshot!(Refusal::AskerTooMuch { bytes: 7 }, @"7 bytes of this client are waiting for an answer already");
        assert_snapshot!(Refusal::TooLarge { bytes: 9, limit: 8 }, @"the request holds 9 bytes, and no more than 8 may wait");
        assert_snapshot!(Refusal::ShuttingDown { request: None }, @"nothing can be asked any more: shutting down");
    }
}
