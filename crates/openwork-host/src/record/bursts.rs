//! Counting requests that end alike within a short time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openwork_approval::Asker;
use openwork_change::store::RefusedRequest;

/// How long requests are counted that end like one that was recorded.
pub(super) const BURST: Duration = Duration::from_secs(10);

/// How many bursts are told apart by what clients call themselves. Whoever
/// calls itself something else each time is one client among those of its
/// address from there on.
const NAMED: usize = 64;
/// How many bursts are told apart by address.
const ADDRESSED: usize = 256;

/// The bursts that are going on.
#[derive(Debug, Default)]
pub(crate) struct BurstRecords(Mutex<HashMap<RefusalBurst, BurstRest>>);

/// What makes requests parts of one burst.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct RefusalBurst {
    workspace: String,
    asker: Asker,
    action: &'static str,
    outcome: &'static str,
}

/// What is to be recorded at the end of a burst: the last request of it, with
/// how many there were after the first.
type BurstRest = Option<RefusedRequest>;

/// What becomes of a request that ended.
pub(super) enum NotedRefusal {
    /// It is recorded at once and begins this burst.
    First(RefusalBurst),
    /// It is counted.
    Counted,
}

impl RefusalBurst {
    pub(super) fn of(workspace: &str, asker: &Asker, refused: &RefusedRequest) -> Self {
        Self {
            workspace: workspace.to_owned(),
            asker: asker.clone(),
            action: refused.action,
            outcome: refused.outcome,
        }
    }

    /// The burst as it is told apart when there are so many.
    fn among(mut self, open: usize) -> Self {
        if open >= NAMED {
            self.asker.client_id = None;
        }
        if open >= ADDRESSED {
            self.asker.address = None;
        }
        self
    }
}

impl BurstRecords {
    pub(super) fn note(&self, burst: RefusalBurst, refused: &RefusedRequest) -> NotedRefusal {
        let mut open = self.open();
        let known = open.contains_key(&burst);
        let burst = if known {
            burst
        } else {
            burst.among(open.len())
        };
        let Some(rest) = open.get_mut(&burst) else {
            open.insert(burst.clone(), None);
            return NotedRefusal::First(burst);
        };
        let before = rest.as_ref().map_or(0, |rest| rest.count);
        *rest = Some(RefusedRequest {
            count: before.saturating_add(refused.count),
            ..refused.clone()
        });
        NotedRefusal::Counted
    }

    /// Ends a burst: what it has not recorded yet.
    pub(super) fn end(&self, burst: &RefusalBurst) -> Option<RefusedRequest> {
        self.open().remove(burst).flatten()
    }

    fn open(&self) -> MutexGuard<'_, HashMap<RefusalBurst, BurstRest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use openwork_model::actor::{Actor, ActorKind, TokenHash};

    use super::*;

    fn refused(summary: &str) -> RefusedRequest {
        RefusedRequest {
            request: None,
            actor: Actor {
                kind: ActorKind::Remote,
                client_id: None,
                token_hash: TokenHash::of("t"),
            },
            address: None,
            action: "plugins.add",
            summary: summary.to_owned(),
            outcome: "withdrawn",
            count: 1,
        }
    }

    fn asker(address: u32, client_id: &str) -> Asker {
        Asker {
            address: Some(IpAddr::V4(Ipv4Addr::from(address))),
            client_id: Some(client_id.to_owned()),
        }
    }

    fn note(records: &BurstRecords, asker: &Asker, summary: &str) -> Option<RefusalBurst> {
        let refused = refused(summary);
        match records.note(RefusalBurst::of("ws", asker, &refused), &refused) {
            NotedRefusal::First(burst) => Some(burst),
            NotedRefusal::Counted => None,
        }
    }

    #[test]
    fn all_after_the_first_are_counted_and_recorded_as_the_last() {
        let records = BurstRecords::default();
        let phone = asker(1, "phone");
        let burst = note(&records, &phone, "a").unwrap();
        assert!(note(&records, &phone, "b").is_none());
        assert!(note(&records, &phone, "c").is_none());
        let expected = RefusedRequest {
            count: 2,
            ..refused("c")
        };
        assert_eq!(records.end(&burst), Some(expected));
        let burst = note(&records, &phone, "d").unwrap();
        assert_eq!(records.end(&burst), None);
    }

    #[test]
    fn another_client_another_action_and_another_end_are_another_burst() {
        let records = BurstRecords::default();
        let phone = asker(1, "phone");
        let first = RefusalBurst::of("ws", &phone, &refused("a"));
        let others = [
            RefusalBurst::of("ws", &asker(1, "tablet"), &refused("a")),
            RefusalBurst::of("ws", &asker(2, "phone"), &refused("a")),
            RefusalBurst::of("other", &phone, &refused("a")),
            RefusalBurst {
                action: "mcp.add",
                ..first.clone()
            },
            RefusalBurst {
                outcome: "denied",
                ..first.clone()
            },
        ];
        for burst in others.into_iter().chain([first]) {
            assert!(matches!(
                records.note(burst, &refused("a")),
                NotedRefusal::First(_)
            ));
        }
    }

    #[test]
    fn new_names_for_each_request_make_few_records() {
        let records = BurstRecords::default();
        let firsts = |address| {
            let names = (0..10_000).map(|n| asker(address, &n.to_string()));
            names
                .filter(|name| note(&records, name, "a").is_some())
                .count()
        };
        assert_eq!(firsts(1), NAMED + 1);
        assert_eq!(firsts(2), 1);
        let addresses = (3..10_000).map(|address| asker(address, "x"));
        let firsts = addresses.filter(|asker| note(&records, asker, "a").is_some());
        assert_eq!(firsts.count(), ADDRESSED + 1 - NAMED - 2);
    }
}
