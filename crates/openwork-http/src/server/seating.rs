//! The seats of the connections that are open, and how they change hands.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::seats::{NoSeat, PeerStanding, SeatId, SeatShares, Seats};
use crate::origin::PeerOrigin;

/// At least so much time lies between two searches for idle newcomers.
const PAUSE: Duration = Duration::from_millis(250);

/// The seats of all connections.
pub(crate) struct Seating {
    seats: Mutex<Seats<AbortHandle>>,
    /// Notified when there is one more idle newcomer.
    newcomer: Notify,
}

/// The seat of one connection, freed when dropped.
pub(crate) struct SeatHold {
    seating: Arc<Seating>,
    id: SeatId,
}

/// A request in flight on a connection, for as long as this lives.
pub(crate) struct InFlight(Arc<SeatHold>);

impl Seating {
    pub(crate) fn new(shares: SeatShares) -> Arc<Self> {
        Arc::new(Self {
            seats: Mutex::new(Seats::new(shares)),
            newcomer: Notify::new(),
        })
    }

    /// Gives a connection a seat; another one may have to end for it.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Result<Arc<SeatHold>, NoSeat> {
        let (id, gone) = self.lock().admit(PeerOrigin::from(peer), Instant::now())?;
        end(gone);
        self.newcomer.notify_one();
        let seating = Arc::clone(self);
        Ok(Arc::new(SeatHold { seating, id }))
    }

    /// Ends the connections of newcomers that are idle for so long, for ever.
    pub(super) async fn watch_newcomers(&self, idle: Duration) {
        loop {
            let next = self.lock().next_expiry(idle);
            let Some(next) = next else {
                self.newcomer.notified().await;
                continue;
            };
            // Not at each expiry: with thousands of newcomers each would wake
            // the task and go through all of them.
            let pause = Instant::now() + PAUSE.min(idle);
            tokio::time::sleep_until(next.max(pause)).await;
            let expired = self.lock().expire(idle, Instant::now());
            if !expired.is_empty() {
                let count = expired.len();
                tracing::debug!(count, "idle connections without a token are closed");
            }
            expired.iter().for_each(AbortHandle::abort);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seats<AbortHandle>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SeatHold {
    /// Says how the connection can be ended.
    pub(super) fn hold(&self, handle: AbortHandle) {
        // The seat may have gone to another between the start of the task and
        // this call; then there is nobody else to end it.
        let lost = self.seating.lock().hold(self.id, handle);
        end(lost);
    }

    /// Notes that a valid token was presented.
    pub(crate) fn show(&self, standing: PeerStanding) -> Result<(), NoSeat> {
        let gone = self.seating.lock().promote(self.id, standing)?;
        end(gone);
        Ok(())
    }

    /// Counts a request as in flight until the result is dropped.
    pub(crate) fn begin_request(self: &Arc<Self>) -> InFlight {
        self.set_busy(true);
        InFlight(Arc::clone(self))
    }

    fn set_busy(&self, is_busy: bool) -> Option<PeerStanding> {
        let mut seats = self.seating.lock();
        seats.set_busy(self.id, is_busy, Instant::now())
    }
}

impl Drop for SeatHold {
    fn drop(&mut self) {
        self.seating.lock().vacate(self.id);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if self.0.set_busy(false) == Some(PeerStanding::Newcomer) {
            self.0.seating.newcomer.notify_one();
        }
    }
}

/// Ends a connection that has lost its seat. It notices at its next turn.
fn end(connection: Option<AbortHandle>) {
    if let Some(connection) = connection {
        connection.abort();
    }
}
