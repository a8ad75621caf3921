//! Room for the bytes of bodies that are arriving.

use tokio::time::Instant;

use super::budget::{Budget, NoRoom, Share};

/// What all bodies may hold together. Those that do not say their length have
/// a part of it: each of them has to take as much as it may become, and turns
/// out to be too large only after it was read.
#[derive(Debug)]
pub(crate) struct Room {
    all: Budget,
    unsaid: Budget,
}

/// The room of one body, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _all: Share,
    _unsaid: Option<Share>,
}

impl Room {
    pub(crate) fn new(bytes: usize, unsaid: usize) -> Self {
        Self {
            all: Budget::new(bytes),
            unsaid: Budget::new(unsaid),
        }
    }

    /// Waits for room for a body that says its length, or for as much as one
    /// may have that does not.
    pub(super) async fn place(
        &self,
        said: Option<usize>,
        most: usize,
        end: Instant,
    ) -> Result<Place, NoRoom> {
        let unsaid = match said {
            Some(_) => None,
            None => Some(self.unsaid.share(most, end).await?),
        };
        Ok(Place {
            _all: self.all.share(said.unwrap_or(most), end).await?,
            _unsaid: unsaid,
        })
    }

    #[cfg(test)]
    pub(super) fn left(&self) -> (usize, usize) {
        (self.all.left(), self.unsaid.left())
    }
}
