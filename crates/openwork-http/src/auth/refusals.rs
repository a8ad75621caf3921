//! The log of requests with wrong tokens, at a limited rate.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::MissingCredential;

/// How much time lies between two lines of the log at least, lest somebody who
/// guesses tokens fills it.
const PAUSE: Duration = Duration::from_secs(10);

/// Refused requests that the log does not tell of yet.
#[derive(Default)]
pub(crate) struct LoginRefusals(Mutex<RefusalState>);

#[derive(Default)]
struct RefusalState {
    told: Option<Instant>,
    untold: u64,
}

impl LoginRefusals {
    /// Notes a request that lacked a token. The token is not given, so that it
    /// cannot be told: a mistyped one is still a secret.
    pub(crate) fn note(&self, lacking: MissingCredential, address: IpAddr) {
        if let Some(refused) = self.count(Instant::now()) {
            tracing::warn!(%address, ?lacking, refused, "requests with a missing or wrong token");
        }
    }

    /// Counts a refusal; gives how many there were if it is time to tell.
    fn count(&self, now: Instant) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.untold += 1;
        if state.told.is_some_and(|told| now - told < PAUSE) {
            return None;
        }
        state.told = Some(now);
        Some(std::mem::take(&mut state.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_leaves_few_lines() {
        let (refusals, start) = (LoginRefusals::default(), Instant::now());
        let told: Vec<_> = (0..25)
            .map(|second| refusals.count(start + Duration::from_secs(second)))
            .collect();
        let told: Vec<_> = told.into_iter().flatten().collect();
        assert_eq!(told, [1, 10, 10]);
    }
}
