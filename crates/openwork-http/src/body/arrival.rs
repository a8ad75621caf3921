//! The memory for bodies that are arriving.

use tokio::time::Instant;

use super::budget::{BodyBudget, BudgetShare, NoRoom};

/// What a body that is passed on holds at a time: the transport reads no more
/// than its buffer ahead of whoever takes the frames.
const FRAME: usize = 64 << 10;

/// What all bodies may hold together. Those that do not declare their length
/// have a part of it: each has to take as much as it may become, and turns out
/// to be too large only after it was read.
#[derive(Debug)]
pub(crate) struct ArrivalBudget {
    all: BodyBudget,
    undeclared: BodyBudget,
}

/// What one body may hold, given back when dropped.
#[derive(Debug)]
pub(crate) struct ArrivalShare {
    _all: BudgetShare,
    _undeclared: Option<BudgetShare>,
}

impl ArrivalBudget {
    pub(crate) fn new(bytes: usize, undeclared: usize) -> Self {
        Self {
            all: BodyBudget::new(bytes),
            undeclared: BodyBudget::new(undeclared),
        }
    }

    /// Waits until there is memory for a body of the declared length, or for as
    /// much as one may have without.
    pub(super) async fn share(
        &self,
        declared: Option<usize>,
        most: usize,
        end: Instant,
    ) -> Result<ArrivalShare, NoRoom> {
        // The smaller budget first: whoever waits for it holds nothing that
        // bodies with a declared length could use.
        let undeclared = match declared {
            Some(_) => None,
            None => Some(self.undeclared.share(most, end).await?),
        };
        Ok(ArrivalShare {
            _all: self.all.share(declared.unwrap_or(most), end).await?,
            _undeclared: undeclared,
        })
    }

    /// Waits until there is memory for a frame of a body that is passed on.
    pub(super) async fn frame(&self, end: Instant) -> Result<BudgetShare, NoRoom> {
        self.all.share(FRAME, end).await
    }

    #[cfg(test)]
    pub(super) fn left(&self) -> (usize, usize) {
        (self.all.left(), self.undeclared.left())
    }
}
