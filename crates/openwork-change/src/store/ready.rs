//! What a store can do without blocking work.

use std::sync::Arc;

use super::{StoreError, VersionedView};
use crate::change::Proposal;
use crate::plan::Plan;
use crate::query::Query;

/// The calls of a [`Store`](super::Store) that are safe on an async thread.
///
/// Each gives the answer that the call of the same name would give, if that
/// takes no more than a few small reads of a disk that answers at once. `None`
/// says nothing about the answer: whoever gets it makes the blocking call, on a
/// thread that may wait.
pub trait ReadyStore: Sync {
    /// Whether the workspace may be served: as [`Store::access`](super::Store::access).
    fn access(&self) -> Option<Result<(), StoreError>> {
        None
    }

    /// An earlier answer that is known to be still true: as
    /// [`Store::view`](super::Store::view).
    fn view(&self, _query: &Query) -> Option<Arc<VersionedView>> {
        None
    }

    /// The plan of a change that looks at a few small files: as
    /// [`Store::plan`](super::Store::plan).
    fn plan(&self, _proposal: &Proposal) -> Option<Result<Plan, StoreError>> {
        None
    }
}
