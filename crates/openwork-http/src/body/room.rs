//! Room for the bytes of bodies that are arriving.

use tokio::time::Instant;

use super::budget::{BodyBudget, BudgetShare, NoRoom};

/// What a body that is passed on holds at a time: the transport reads no more
/// than its buffer ahead of whoever takes the frames.
const FRAME: usize = 64 << 10;

/// What all bodies may hold together. Those that do not say their length have
/// a part of it: each of them has to take as much as it may become, and turns
/// out to be too large only after it was read.
#[derive(Debug)]
pub(crate) struct BodyRoom {
    all: BodyBudget,
    unsaid: BodyBudget,
}

/// The room of one body, given back when dropped.
#[derive(Debug)]
pub(crate) struct RoomPlace {
    _all: BudgetShare,
    _unsaid: Option<BudgetShare>,
}

impl BodyRoom {
    pub(crate) fn new(bytes: usize, unsaid: usize) -> Self {
        Self {
            all: BodyBudget::new(bytes),
            unsaid: BodyBudget::new(unsaid),
        }
    }

    /// Waits for room for a body that says its length, or for as much as one
    /// may have that does not.
    pub(super) async fn place(
        &self,
        said: Option<usize>,
        most: usize,
        end: Instant,
    ) -> Result<RoomPlace, NoRoom> {
        let unsaid = match said {
            Some(_) => None,
            None => Some(self.unsaid.share(most, end).await?),
        };
        Ok(RoomPlace {
            _all: self.all.share(said.unwrap_or(most), end).await?,
            _unsaid: unsaid,
        })
    }

    /// Waits for room for what is under way of a body that is passed on.
    pub(super) async fn frame(&self, end: Instant) -> Result<BudgetShare, NoRoom> {
        self.all.share(FRAME, end).await
    }

    #[cfg(test)]
    pub(super) fn left(&self) -> (usize, usize) {
        (self.all.left(), self.unsaid.left())
    }
}
