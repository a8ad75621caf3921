//! How connections share the seats that there are.
//!
//! Whoever connects is a newcomer until a request with a valid token has been
//! read. Newcomers may take whatever is free, but a newcomer who finds nothing
//! takes the seat of the one that has been there longest, at the most crowded
//! origin. Those who have shown a token are never put out by newcomers, and
//! can never take all the seats: a part is kept, so that there is always a
//! newcomer to make room for the next. So idle connections without a token,
//! however many, keep nobody out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use crate::origin::PeerOrigin;

mod shares;

pub(crate) use shares::SeatShares;

/// What a connection has shown of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PeerStanding {
    /// No valid token so far.
    Newcomer,
    /// The client token.
    Client,
    /// The host token.
    Host,
}

/// Which seat; the older, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeatId(u64);

/// All seats are taken by those who may keep them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoSeat;

/// Who sits where. `H` is what ends a connection; whoever gives up a seat
/// hands it over.
#[derive(Debug)]
pub(crate) struct Seats<H> {
    shares: SeatShares,
    taken: BTreeMap<SeatId, TakenSeat<H>>,
    crowds: HashMap<PeerOrigin, SeatCrowd>,
    next: u64,
    clients: usize,
    hosts: usize,
    /// Newcomers and clients of other machines.
    remote: usize,
}

#[derive(Debug)]
struct TakenSeat<H> {
    origin: PeerOrigin,
    standing: PeerStanding,
    is_busy: bool,
    /// Since when it has been busy or idle.
    since: Instant,
    handle: Option<H>,
}

/// Those of one origin, hosts not counted.
#[derive(Debug, Default)]
struct SeatCrowd {
    newcomers: BTreeSet<SeatId>,
    clients: usize,
}

/// What there is too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ScarceSeats {
    /// Seats for this origin.
    OfOrigin(PeerOrigin),
    /// Seats for other machines.
    OfRemote,
    /// Seats.
    All,
}

impl ScarceSeats {
    fn concerns(self, origin: PeerOrigin) -> bool {
        match self {
            Self::OfOrigin(scarce) => scarce == origin,
            Self::OfRemote => origin.is_remote(),
            Self::All => true,
        }
    }
}

impl<H> Seats<H> {
    pub(crate) fn new(shares: SeatShares) -> Self {
        Self {
            shares,
            taken: BTreeMap::new(),
            crowds: HashMap::new(),
            next: 0,
            clients: 0,
            hosts: 0,
            remote: 0,
        }
    }

    /// Gives a newcomer a seat, and says whose connection ends for that.
    pub(crate) fn admit(
        &mut self,
        origin: PeerOrigin,
        now: Instant,
    ) -> Result<(SeatId, Option<H>), NoSeat> {
        // Somebody is put out before the newcomer is counted in, so that it cannot
        // be the one.
        let gone = match self.scarce_for_newcomer(origin) {
            Some(scarce) => self.put_out_newcomer(scarce)?,
            None => None,
        };
        let id = SeatId(self.next);
        self.next += 1;
        let taken = TakenSeat {
            origin,
            standing: PeerStanding::Newcomer,
            is_busy: false,
            since: now,
            handle: None,
        };
        self.count(id, &taken, true);
        self.taken.insert(id, taken);
        Ok((id, gone))
    }

    /// Says how a connection can be ended; gives it back if it has lost its
    /// seat already.
    pub(crate) fn hold(&mut self, id: SeatId, handle: H) -> Option<H> {
        match self.taken.get_mut(&id) {
            Some(taken) => {
                taken.handle = Some(handle);
                None
            }
            None => Some(handle),
        }
    }

    /// Notes that a connection has shown a token, and says whose connection
    /// ends for that. One that has lost its seat is at its end anyway.
    pub(crate) fn promote(
        &mut self,
        id: SeatId,
        standing: PeerStanding,
    ) -> Result<Option<H>, NoSeat> {
        let Some(taken) = self.taken.get(&id) else {
            return Ok(None);
        };
        if taken.standing >= standing {
            return Ok(None);
        }
        let gone = match self.scarce_for(taken, standing) {
            Some(scarce) => self.put_out_known(scarce, standing)?,
            None => None,
        };
        // Taken out and put back: the counts of the old standing are undone by the
        // same code that made them.
        if let Some(mut taken) = self.taken.remove(&id) {
            self.count(id, &taken, false);
            taken.standing = standing;
            self.count(id, &taken, true);
            self.taken.insert(id, taken);
        }
        Ok(gone)
    }

    /// Notes that a connection has a request in flight, or none any more, and
    /// says what it has shown so far.
    pub(crate) fn set_busy(
        &mut self,
        id: SeatId,
        is_busy: bool,
        now: Instant,
    ) -> Option<PeerStanding> {
        let taken = self.taken.get_mut(&id)?;
        taken.is_busy = is_busy;
        taken.since = now;
        Some(taken.standing)
    }

    /// Frees a seat.
    pub(crate) fn vacate(&mut self, id: SeatId) -> Option<H> {
        let taken = self.taken.remove(&id)?;
        self.count(id, &taken, false);
        taken.handle
    }

    /// Puts out the newcomers that have been idle for so long.
    pub(crate) fn expire(&mut self, idle: Duration, now: Instant) -> Vec<H> {
        let expired = |id: &SeatId| {
            let taken = self.taken.get(id);
            taken.is_some_and(|taken| !taken.is_busy && now >= taken.since + idle)
        };
        let expired: Vec<SeatId> = self.newcomers().filter(expired).collect();
        let put_out = expired.into_iter().filter_map(|id| self.vacate(id));
        put_out.collect()
    }

    /// When the first newcomer will have been idle for so long.
    pub(crate) fn next_expiry(&self, idle: Duration) -> Option<Instant> {
        let idlers = self.newcomers().filter_map(|id| self.taken.get(&id));
        let idlers = idlers.filter(|taken| !taken.is_busy);
        idlers.map(|taken| taken.since + idle).min()
    }

    fn newcomers(&self) -> impl Iterator<Item = SeatId> {
        let crowds = self.crowds.values();
        crowds.flat_map(|crowd| crowd.newcomers.iter().copied())
    }

    fn scarce_for_newcomer(&self, origin: PeerOrigin) -> Option<ScarceSeats> {
        let of_origin = self
            .crowds
            .get(&origin)
            .map_or(0, |crowd| crowd.newcomers.len() + crowd.clients);
        // The narrowest limit first: it says best who is to make room.
        if origin.is_remote() && of_origin >= self.shares.per_origin() {
            Some(ScarceSeats::OfOrigin(origin))
        } else if origin.is_remote() && self.remote >= self.shares.remote() {
            Some(ScarceSeats::OfRemote)
        } else if self.taken.len() >= self.shares.all() {
            Some(ScarceSeats::All)
        } else {
            None
        }
    }

    /// What stands in the way of a connection that has shown a token.
    fn scarce_for(&self, taken: &TakenSeat<H>, standing: PeerStanding) -> Option<ScarceSeats> {
        let origin = taken.origin;
        let is_known = taken.standing != PeerStanding::Newcomer;
        if standing == PeerStanding::Client {
            let clients = self.crowds.get(&origin).map_or(0, |crowd| crowd.clients);
            if origin.is_remote() && clients >= self.shares.clients_per_origin() {
                return Some(ScarceSeats::OfOrigin(origin));
            }
            if self.clients >= self.shares.clients() {
                return Some(ScarceSeats::All);
            }
        }
        let known = self.clients + self.hosts;
        (!is_known && known >= self.shares.known()).then_some(ScarceSeats::All)
    }

    /// Takes the seat of the oldest newcomer at the most crowded origin.
    fn put_out_newcomer(&mut self, scarce: ScarceSeats) -> Result<Option<H>, NoSeat> {
        let crowds = self.crowds.iter();
        let crowds = crowds.filter(|(origin, _)| scarce.concerns(**origin));
        let oldest = crowds.filter_map(|(_, crowd)| {
            let oldest = crowd.newcomers.first()?;
            Some((crowd.newcomers.len(), std::cmp::Reverse(*oldest)))
        });
        let (_, std::cmp::Reverse(oldest)) = oldest.max().ok_or(NoSeat)?;
        Ok(self.vacate(oldest))
    }

    /// Takes the seat of a client who has been idle longest, at the origin with
    /// most clients. For the host whoever is idle, and else any client, goes.
    fn put_out_known(
        &mut self,
        scarce: ScarceSeats,
        by: PeerStanding,
    ) -> Result<Option<H>, NoSeat> {
        let idle = self.longest(|taken| {
            !taken.is_busy
                && taken.standing == PeerStanding::Client
                && scarce.concerns(taken.origin)
        });
        // The host gets in whatever clients do: it may have come to deny what
        // they ask for.
        let chosen = match by {
            PeerStanding::Host => idle
                .or_else(|| {
                    self.longest(|taken| !taken.is_busy && taken.standing == PeerStanding::Host)
                })
                .or_else(|| self.longest(|taken| taken.standing == PeerStanding::Client)),
            PeerStanding::Client | PeerStanding::Newcomer => idle,
        };
        Ok(self.vacate(chosen.ok_or(NoSeat)?))
    }

    fn longest(&self, is_eligible: impl Fn(&TakenSeat<H>) -> bool) -> Option<SeatId> {
        let eligible = self.taken.iter().filter(|(_, taken)| is_eligible(taken));
        let ranked = eligible.map(|(id, taken)| {
            let crowd = self.crowds.get(&taken.origin);
            let clients = crowd.map_or(0, |crowd| crowd.clients);
            (std::cmp::Reverse(clients), taken.since, *id)
        });
        ranked.min().map(|(_, _, id)| id)
    }

    /// Counts a seat in, or out.
    fn count(&mut self, id: SeatId, taken: &TakenSeat<H>, is_in: bool) {
        let step = |count: &mut usize| {
            *count = if is_in {
                *count + 1
            } else {
                count.saturating_sub(1)
            };
        };
        if taken.standing == PeerStanding::Host {
            step(&mut self.hosts);
            return;
        }
        if taken.origin.is_remote() {
            step(&mut self.remote);
        }
        let crowd = self.crowds.entry(taken.origin).or_default();
        match taken.standing {
            PeerStanding::Client => {
                step(&mut self.clients);
                step(&mut crowd.clients);
            }
            _ if is_in => drop(crowd.newcomers.insert(id)),
            _ => drop(crowd.newcomers.remove(&id)),
        }
        // Or the map would grow by every address that ever came.
        if crowd.clients == 0 && crowd.newcomers.is_empty() {
            self.crowds.remove(&taken.origin);
        }
    }
}

#[cfg(test)]
mod tests;
