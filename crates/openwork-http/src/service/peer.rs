//! Who is at the other end, and on which connection.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::error::{Crowded, Failure};
use crate::server::{AtWork, Full, Seat, Standing};

/// The other end of a request.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// A request that was given without a socket has none.
    seat: Option<Arc<Seat>>,
}

impl Peer {
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self {
            address,
            seat: None,
        }
    }

    pub(crate) fn on(address: SocketAddr, seat: &Arc<Seat>) -> Self {
        Self {
            address,
            seat: Some(Arc::clone(seat)),
        }
    }

    /// Says that a request is at work, until the result is dropped.
    pub(super) fn work(&self) -> Option<AtWork> {
        self.seat.as_ref().map(Seat::work)
    }

    /// Says what the connection has shown.
    pub(super) fn show(&self, standing: Standing) -> Result<(), Failure> {
        let shown = self
            .seat
            .as_ref()
            .map_or(Ok(()), |seat| seat.show(standing));
        shown.map_err(|Full| Failure::Crowded(Crowded::Connections))
    }
}
