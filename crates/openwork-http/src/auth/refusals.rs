//! The log of requests with wrong tokens, at a limited rate.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::MissingCredential;

/// How much time lies between two lines of the log at least: somebody who
/// guesses tokens must not fill it.
const PAUSE: Duration = Duration::from_secs(10);

/// Refused requests that the log has no line of yet.
#[derive(Default)]
pub(crate) struct LoginRefusals(Mutex<RefusalState>);

#[derive(Default)]
struct RefusalState {
    last_line: Option<Instant>,
    unlogged: u64,
}

impl LoginRefusals {
    /// Notes a request that had no valid token.
    pub(crate) fn note(&self, missing: MissingCredential, address: IpAddr) {
        // What was given instead is not a parameter, so that it cannot be
        // logged: a mistyped token is nearly the token.
        if let Some(refused) = self.count(Instant::now()) {
            tracing::warn!(%address, lacking = ?missing, refused, "requests with a missing or wrong token");
        }
    }

    /// Counts a refusal; gives how many there were if a line is due.
    fn count(&self, now: Instant) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.unlogged += 1;
        if state.last_line.is_some_and(|last| now - last < PAUSE) {
            return None;
        }
        state.last_line = Some(now);
        Some(std::mem::take(&mut state.unlogged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_leaves_few_lines() {
        let (refusals, start) = (LoginRefusals::default(), Instant::now());
        let lines: Vec<_> = (0..25)
            .map(|second| refusals.count(start + Duration::from_secs(second)))
            .collect();
        let lines: Vec<_> = lines.into_iter().flatten().collect();
        assert_eq!(lines, [1, 10, 10]);
    }
}
