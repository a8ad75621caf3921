//! How many event streams may be open, and whose.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::auth::Caller;
use crate::error::{CrowdedReason, Failure};
use crate::metrics::StreamCounts;
use crate::options::HttpLimits;
use crate::origin::PeerOrigin;
use crate::server::PeerStanding;

/// The event streams that are open. Those of the host are counted apart, so
/// that clients cannot keep it from seeing what waits.
pub(crate) struct StreamLimits {
    all: usize,
    per_origin: usize,
    of_host: usize,
    open: Mutex<OpenStream>,
}

#[derive(Default)]
struct OpenStream {
    clients: HashMap<PeerOrigin, usize>,
    hosts: usize,
}

/// The place of one stream, freed when dropped.
pub(crate) struct StreamPass {
    streams: Arc<StreamLimits>,
    owner: StreamOwner,
}

#[derive(Clone, Copy)]
enum StreamOwner {
    Host,
    Client(PeerOrigin),
}

impl StreamLimits {
    pub(super) fn new(limits: &HttpLimits) -> Arc<Self> {
        Arc::new(Self {
            all: limits.streams,
            per_origin: limits.streams_per_address,
            of_host: limits.host_streams,
            open: Mutex::default(),
        })
    }

    /// Gives a stream its place, or says what there is too much of.
    pub(super) fn admit(
        self: &Arc<Self>,
        caller: &Caller,
        address: IpAddr,
    ) -> Result<StreamPass, Failure> {
        let owner = match caller.standing() {
            PeerStanding::Host => StreamOwner::Host,
            PeerStanding::Client | PeerStanding::Newcomer => {
                StreamOwner::Client(PeerOrigin::from(address))
            }
        };
        self.enter(owner).map_err(Failure::Crowded)?;
        let streams = Arc::clone(self);
        Ok(StreamPass { streams, owner })
    }

    /// How many are open.
    pub(super) fn counts(&self) -> StreamCounts {
        let open = self.lock();
        StreamCounts {
            clients: open.clients.values().sum(),
            hosts: open.hosts,
        }
    }

    fn enter(&self, owner: StreamOwner) -> Result<(), CrowdedReason> {
        // Checked and counted under one lock, so that two streams at once cannot
        // both have the last place.
        let mut open = self.lock();
        let StreamOwner::Client(origin) = owner else {
            let limit = self.of_host;
            if open.hosts >= limit {
                return Err(CrowdedReason::Streams { limit });
            }
            open.hosts += 1;
            return Ok(());
        };
        let here = open.clients.get(&origin).copied().unwrap_or(0);
        if here >= self.per_origin {
            let limit = self.per_origin;
            return Err(CrowdedReason::StreamsHere { limit });
        }
        if open.clients.values().sum::<usize>() >= self.all {
            return Err(CrowdedReason::Streams { limit: self.all });
        }
        open.clients.insert(origin, here + 1);
        Ok(())
    }

    fn leave(&self, owner: StreamOwner) {
        let mut open = self.lock();
        let StreamOwner::Client(origin) = owner else {
            open.hosts = open.hosts.saturating_sub(1);
            return;
        };
        if let Some(here) = open.clients.get_mut(&origin) {
            *here = here.saturating_sub(1);
            // Or the map would grow by every address that ever came.
            if *here == 0 {
                open.clients.remove(&origin);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, OpenStream> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for StreamPass {
    fn drop(&mut self) {
        self.streams.leave(self.owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENTS: [StreamOwner; 3] = [
        StreamOwner::Client(PeerOrigin::Loopback),
        StreamOwner::Client(PeerOrigin::V6(1)),
        StreamOwner::Client(PeerOrigin::V6(2)),
    ];

    fn streams() -> Arc<StreamLimits> {
        StreamLimits::new(&HttpLimits {
            streams: 3,
            streams_per_address: 2,
            host_streams: 1,
            ..HttpLimits::default()
        })
    }

    #[test]
    fn one_address_and_all_together_have_a_limit() {
        let streams = streams();
        for (owner, expected) in [
            (CLIENTS[0], Ok(())),
            (CLIENTS[0], Ok(())),
            (CLIENTS[0], Err(CrowdedReason::StreamsHere { limit: 2 })),
            (CLIENTS[1], Ok(())),
            (CLIENTS[2], Err(CrowdedReason::Streams { limit: 3 })),
        ] {
            assert_eq!(streams.enter(owner), expected);
        }
    }

    #[test]
    fn the_host_has_places_of_its_own() {
        let streams = streams();
        assert_eq!(streams.enter(StreamOwner::Host), Ok(()));
        let full = Err(CrowdedReason::Streams { limit: 1 });
        assert_eq!(streams.enter(StreamOwner::Host), full);
        assert_eq!(streams.enter(CLIENTS[0]), Ok(()));
        streams.leave(StreamOwner::Host);
        assert_eq!(streams.enter(StreamOwner::Host), Ok(()));
    }

    #[test]
    fn a_stream_that_ends_frees_its_place() {
        let streams = streams();
        for _ in 0..10 {
            assert_eq!(streams.enter(CLIENTS[0]), Ok(()));
            assert_eq!(streams.enter(CLIENTS[0]), Ok(()));
            streams.leave(CLIENTS[0]);
            streams.leave(CLIENTS[0]);
        }
        assert!(streams.lock().clients.is_empty());
    }
}
