//! How many seats there are, and for whom.

use crate::options::HttpLimits;

/// The numbers that the seats are shared by. They are chosen so that wherever
/// seats run short there is a newcomer who can be put out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeatShares {
    all: usize,
    per_origin: usize,
    kept: usize,
}

impl SeatShares {
    pub(crate) fn new(limits: &HttpLimits) -> Self {
        // Raised where they leave no seat for anybody: a setting of 0 must not
        // lock its owner out.
        let all = limits.connections.max(1);
        Self {
            all,
            per_origin: limits.connections_per_address.clamp(1, all),
            // Half of them are the newcomers', who need one at least.
            kept: limits.kept_connections.max(2).min(all / 2),
        }
    }

    /// Seats there are.
    pub(super) fn all(&self) -> usize {
        self.all
    }

    /// For newcomers and clients of one other machine.
    pub(super) fn per_origin(&self) -> usize {
        self.per_origin
    }

    /// For the clients of one other machine: some of its seats stay for
    /// newcomers, who may be the host.
    pub(super) fn clients_per_origin(&self) -> usize {
        self.per_origin - self.per_origin.div_ceil(8).min(self.per_origin - 1)
    }

    /// For newcomers and clients of all other machines.
    pub(super) fn remote(&self) -> usize {
        self.all - self.kept / 2
    }

    /// For clients.
    pub(super) fn clients(&self) -> usize {
        self.all - self.kept
    }

    /// For all who have shown a token.
    pub(super) fn known(&self) -> usize {
        self.all - self.kept / 2
    }
}
