//! Who is at the other end, and on which connection.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::error::{CrowdedReason, Failure};
use crate::server::{InFlight, NoSeat, PeerStanding, SeatHold};

/// The other end of a request.
pub(crate) struct ConnectedPeer {
    pub(crate) address: SocketAddr,
    /// A request that was given without a socket has none.
    seat: Option<Arc<SeatHold>>,
}

impl ConnectedPeer {
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self {
            address,
            seat: None,
        }
    }

    pub(crate) fn on(address: SocketAddr, seat: &Arc<SeatHold>) -> Self {
        Self {
            address,
            seat: Some(Arc::clone(seat)),
        }
    }

    /// Counts a request as in flight until the result is dropped.
    pub(super) fn begin_request(&self) -> Option<InFlight> {
        self.seat.as_ref().map(SeatHold::begin_request)
    }

    /// Says what the connection has shown.
    pub(super) fn show(&self, standing: PeerStanding) -> Result<(), Failure> {
        let shown = self
            .seat
            .as_ref()
            .map_or(Ok(()), |seat| seat.show(standing));
        shown.map_err(|NoSeat| Failure::Crowded(CrowdedReason::Connections))
    }
}
