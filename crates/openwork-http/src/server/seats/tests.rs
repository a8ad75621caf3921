use proptest::prelude::*;

use super::*;
use crate::options::HttpLimits;

const IDLE: Duration = Duration::from_secs(5);

fn shares(all: usize, per_origin: usize, kept: usize) -> SeatShares {
    SeatShares::new(&HttpLimits {
        connections: all,
        connections_per_address: per_origin,
        kept_connections: kept,
        ..HttpLimits::default()
    })
}

fn remote(last: u8) -> PeerOrigin {
    PeerOrigin::V4([192, 0, 2, last].into())
}

/// A table whose connections are ended by their number.
struct Table {
    seats: Seats<u64>,
    start: Instant,
}

impl Table {
    fn new(shares: SeatShares) -> Self {
        Self {
            seats: Seats::new(shares),
            start: Instant::now(),
        }
    }

    fn at(&self, second: u64) -> Instant {
        self.start + Duration::from_secs(second)
    }

    fn admit(&mut self, origin: PeerOrigin, second: u64) -> Result<(SeatId, Option<u64>), NoSeat> {
        let (id, gone) = self.seats.admit(origin, self.at(second))?;
        assert_eq!(self.seats.hold(id, id.0), None);
        Ok((id, gone))
    }

    fn admit_as(&mut self, origin: PeerOrigin, standing: PeerStanding) -> SeatId {
        let (id, _) = self.admit(origin, 0).unwrap();
        self.seats.promote(id, standing).unwrap();
        id
    }
}

#[test]
fn a_newcomer_takes_the_seat_of_the_oldest_one() {
    let mut table = Table::new(shares(8, 8, 2));
    for n in 0..8 {
        assert_eq!(table.admit(PeerOrigin::Loopback, n), Ok((SeatId(n), None)));
    }
    assert_eq!(
        table.admit(PeerOrigin::Loopback, 8),
        Ok((SeatId(8), Some(0)))
    );
    assert_eq!(table.admit(remote(1), 9), Ok((SeatId(9), Some(1))));
}

#[test]
fn the_most_crowded_origin_gives_up_its_seats() {
    let mut table = Table::new(shares(8, 8, 2));
    table.admit(remote(1), 0).unwrap();
    for n in 0..6 {
        table.admit(remote(2), n).unwrap();
    }
    assert_eq!(table.admit(remote(1), 9), Ok((SeatId(7), Some(1))));
    assert_eq!(table.admit(PeerOrigin::Loopback, 9), Ok((SeatId(8), None)));
    assert_eq!(
        table.admit(PeerOrigin::Loopback, 9),
        Ok((SeatId(9), Some(2)))
    );
}

#[test]
fn one_address_has_its_share_and_this_machine_has_all() {
    let mut table = Table::new(shares(16, 4, 2));
    for n in 0..4 {
        table.admit(remote(1), n).unwrap();
    }
    assert_eq!(table.admit(remote(1), 9), Ok((SeatId(4), Some(0))));
    for _ in 0..12 {
        assert_eq!(table.admit(PeerOrigin::Loopback, 9).unwrap().1, None);
    }
}

#[test]
fn newcomers_put_out_nobody_who_has_shown_a_token() {
    let mut table = Table::new(shares(8, 8, 4));
    let client = table.admit_as(PeerOrigin::Loopback, PeerStanding::Client);
    let host = table.admit_as(remote(1), PeerStanding::Host);
    for n in 0..100 {
        table.admit(remote(2), n).unwrap();
        table.admit(PeerOrigin::Loopback, n).unwrap();
    }
    assert!(table.seats.taken.contains_key(&client));
    assert!(table.seats.taken.contains_key(&host));
}

#[test]
fn clients_leave_the_kept_seats_to_newcomers_and_the_host() {
    let mut table = Table::new(shares(8, 8, 4));
    let clients: Vec<_> = (0..4)
        .map(|_| table.admit_as(PeerOrigin::Loopback, PeerStanding::Client))
        .collect();
    for client in &clients {
        table.seats.set_busy(*client, true, table.at(1));
    }
    let (fifth, _) = table.admit(PeerOrigin::Loopback, 2).unwrap();
    assert_eq!(
        table.seats.promote(fifth, PeerStanding::Client),
        Err(NoSeat)
    );
    assert_eq!(table.seats.promote(fifth, PeerStanding::Host), Ok(None));
    table.seats.set_busy(clients[2], false, table.at(3));
    let (sixth, _) = table.admit(PeerOrigin::Loopback, 4).unwrap();
    assert_eq!(
        table.seats.promote(sixth, PeerStanding::Client),
        Ok(Some(clients[2].0))
    );
}

#[test]
fn a_host_is_let_in_wherever_a_client_can_go() {
    let mut table = Table::new(shares(8, 8, 4));
    let clients: Vec<_> = (0..4)
        .map(|_| table.admit_as(remote(1), PeerStanding::Client))
        .collect();
    for (n, client) in clients.iter().enumerate() {
        table.seats.set_busy(*client, true, table.at(10 - n as u64));
    }
    table.admit_as(PeerOrigin::Loopback, PeerStanding::Host);
    table.admit_as(PeerOrigin::Loopback, PeerStanding::Host);
    table.seats.set_busy(SeatId(4), true, table.at(1));
    table.seats.set_busy(SeatId(5), true, table.at(1));
    let (host, _) = table.admit(PeerOrigin::Loopback, 20).unwrap();
    assert_eq!(
        table.seats.promote(host, PeerStanding::Host),
        Ok(Some(clients[3].0))
    );
}

#[test]
fn a_client_that_turns_out_to_be_the_host_takes_no_second_seat() {
    let mut table = Table::new(shares(4, 4, 2));
    let client = table.admit_as(PeerOrigin::Loopback, PeerStanding::Client);
    assert_eq!(table.seats.promote(client, PeerStanding::Host), Ok(None));
    assert_eq!((table.seats.clients, table.seats.hosts), (0, 1));
    assert_eq!(table.seats.promote(client, PeerStanding::Client), Ok(None));
    assert_eq!((table.seats.clients, table.seats.hosts), (0, 1));
}

#[test]
fn idle_newcomers_go_after_a_while() {
    let mut table = Table::new(shares(8, 8, 2));
    assert_eq!(table.seats.next_expiry(IDLE), None);
    table.admit_as(PeerOrigin::Loopback, PeerStanding::Client);
    let (busy, _) = table.admit(PeerOrigin::Loopback, 0).unwrap();
    table.seats.set_busy(busy, true, table.at(1));
    let (idle, _) = table.admit(remote(1), 2).unwrap();
    assert_eq!(table.seats.next_expiry(IDLE), Some(table.at(7)));
    assert_eq!(table.seats.expire(IDLE, table.at(6)), [0_u64; 0]);
    assert_eq!(table.seats.expire(IDLE, table.at(7)), [idle.0]);
    table.seats.set_busy(busy, false, table.at(8));
    assert_eq!(table.seats.expire(IDLE, table.at(13)), [busy.0]);
    assert_eq!(table.seats.taken.len(), 1);
}

#[test]
fn who_has_lost_the_seat_is_ended_and_changes_nothing() {
    let mut table = Table::new(shares(4, 4, 2));
    let (id, _) = table.admit(PeerOrigin::Loopback, 0).unwrap();
    assert_eq!(table.seats.vacate(id), Some(0));
    assert_eq!(table.seats.vacate(id), None);
    assert_eq!(table.seats.hold(id, 7), Some(7));
    assert_eq!(table.seats.promote(id, PeerStanding::Host), Ok(None));
    assert_eq!(table.seats.hosts, 0);
    assert!(table.seats.crowds.is_empty());
}

#[derive(Debug, Clone)]
enum Event {
    Connects(PeerOrigin),
    Shows(usize, PeerStanding),
    Works(usize, bool),
    Leaves(usize),
    Waits(u64),
}

fn event() -> impl Strategy<Value = Event> {
    let origin = prop_oneof![
        Just(PeerOrigin::Loopback),
        (1..4_u8).prop_map(remote),
        (0..3_u64).prop_map(PeerOrigin::V6),
    ];
    let standing = prop_oneof![Just(PeerStanding::Client), Just(PeerStanding::Host)];
    prop_oneof![
        5 => origin.prop_map(Event::Connects),
        3 => (any::<usize>(), standing).prop_map(|(n, standing)| Event::Shows(n, standing)),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(n, is_busy)| Event::Works(n, is_busy)),
        1 => any::<usize>().prop_map(Event::Leaves),
        1 => (0..9_u64).prop_map(Event::Waits),
    ]
}

fn nth(seats: &Seats<u64>, n: usize) -> Option<SeatId> {
    let count = seats.taken.len().max(1);
    seats.taken.keys().nth(n % count).copied()
}

/// Counts again what is counted on the way.
fn check(seats: &Seats<u64>) {
    let with = |wanted: PeerStanding| {
        let all = seats.taken.values();
        all.filter(|taken| taken.standing == wanted).count()
    };
    let (clients, hosts) = (with(PeerStanding::Client), with(PeerStanding::Host));
    assert_eq!((seats.clients, seats.hosts), (clients, hosts));
    let guests = seats.taken.values();
    let guests = guests.filter(|taken| taken.standing != PeerStanding::Host);
    let remote = guests.filter(|taken| taken.origin.is_remote()).count();
    assert_eq!(seats.remote, remote);
    for (origin, crowd) in &seats.crowds {
        assert!(crowd.clients + crowd.newcomers.len() > 0);
        let here = seats.taken.values().filter(|taken| taken.origin == *origin);
        let (newcomers, known): (Vec<_>, Vec<_>) =
            here.partition(|taken| taken.standing == PeerStanding::Newcomer);
        let clients = known
            .iter()
            .filter(|taken| taken.standing == PeerStanding::Client);
        assert_eq!(crowd.newcomers.len(), newcomers.len());
        assert_eq!(crowd.clients, clients.count());
        if origin.is_remote() {
            assert!(crowd.clients + crowd.newcomers.len() <= seats.shares.per_origin());
        }
    }
    assert!(seats.taken.len() <= seats.shares.all());
    assert!(remote <= seats.shares.remote());
    assert!(clients <= seats.shares.clients());
    assert!(clients + hosts <= seats.shares.known());
}

proptest! {
    /// Whatever happened before, whoever comes new is let in, and so is the
    /// host unless busy hosts have it all.
    #[test]
    fn there_is_always_a_seat_for_a_newcomer_and_for_the_host(
        all in 4..24_usize,
        per_origin in 2..24_usize,
        kept in 0..12_usize,
        events in prop::collection::vec(event(), 0..200),
    ) {
        let mut table = Table::new(shares(all, per_origin, kept));
        let mut second = 0;
        for event in events {
            match event {
                Event::Connects(origin) => {
                    let admitted = table.admit(origin, second);
                    prop_assert!(admitted.is_ok(), "{admitted:?}");
                }
                Event::Shows(n, standing) => {
                    let Some(id) = nth(&table.seats, n) else { continue };
                    let shown = table.seats.promote(id, standing);
                    let others = table.seats.taken.iter().filter(|(other, _)| **other != id);
                    let all_are_busy_hosts = others
                        .filter(|(_, taken)| taken.standing != PeerStanding::Newcomer)
                        .all(|(_, taken)| taken.standing == PeerStanding::Host && taken.is_busy);
                    if standing == PeerStanding::Host && !all_are_busy_hosts {
                        prop_assert!(shown.is_ok());
                    }
                }
                Event::Works(n, is_busy) => {
                    let Some(id) = nth(&table.seats, n) else { continue };
                    table.seats.set_busy(id, is_busy, table.at(second));
                }
                Event::Leaves(n) => {
                    let Some(id) = nth(&table.seats, n) else { continue };
                    prop_assert_eq!(table.seats.vacate(id), Some(id.0));
                }
                Event::Waits(seconds) => {
                    second += seconds;
                    table.seats.expire(IDLE, table.at(second));
                }
            }
            check(&table.seats);
        }
    }
}
