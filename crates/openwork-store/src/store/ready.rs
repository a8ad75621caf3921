//! What the store can do without blocking work.

use std::sync::Arc;

use openwork_change::change::{Change, Proposal};
use openwork_change::plan::{Plan, plan};
use openwork_change::query::Query;
use openwork_change::store::{ReadyStore, StoreError, VersionedView};
use openwork_model::layout::WorkspacePlace;

use super::FsStore;
use crate::fs::anchor::HeldRoot;

/// How many places are looked at to know that an answer is still true; one that
/// rests on more is not ready. A look costs about 1 µs.
pub const READY_LIMIT: usize = 128;

/// The largest configuration file that a change is planned on at once, in
/// bytes: parsing it twice takes less than a hop to another thread and back.
const SMALL: u64 = 16 << 10;

/// Ready on a local disk only: a network mount may hang at any call.
impl ReadyStore for FsStore {
    fn access(&self) -> Option<Result<(), StoreError>> {
        Some(self.context.anchor.open().map(drop))
    }

    fn view(&self, query: &Query) -> Option<Arc<VersionedView>> {
        self.context.anchor.open().ok()?;
        self.cache
            .get(query, self.context.anchor.disk(), READY_LIMIT)
    }

    fn plan(&self, proposal: &Proposal) -> Option<Result<Plan, StoreError>> {
        let held = match self.context.anchor.open() {
            Ok(held) => held,
            Err(error) => return Some(Err(error)),
        };
        if !reads_few_files(&proposal.change) || !has_small_files(&held) {
            return None;
        }
        // While files are being replaced, this would have to wait.
        let no_commit = self.barrier.try_read().ok()?;
        let planned = plan(proposal, &self.context.reader(held).under(no_commit));
        Some(planned.map_err(StoreError::from))
    }
}

/// Whether planning a change looks at a few files at most.
fn reads_few_files(change: &Change) -> bool {
    match change {
        Change::PatchConfig(_)
        | Change::WriteConfig(_)
        | Change::SetDefaultModel(_)
        | Change::SetAuthorizedFolders(_)
        | Change::AddPlugin(_)
        | Change::ReplacePlugin(_)
        | Change::RemovePlugin(_)
        | Change::AddMcp(_)
        | Change::RemoveMcp(_)
        | Change::SetMcpEnabled { .. } => true,
        Change::UpsertSkill(_)
        | Change::DeleteSkill(_)
        | Change::UpsertCommand(_)
        | Change::DeleteCommand(_)
        | Change::UpsertAgent(_)
        | Change::DeleteAgent(_)
        | Change::WriteFile(_)
        | Change::Import(_)
        | Change::Undo(_) => false,
    }
}

/// Whether the files that most changes look at can be parsed in a moment.
fn has_small_files(held: &HeldRoot) -> bool {
    let places = [
        WorkspacePlace::OpencodeJsonc,
        WorkspacePlace::OpencodeJson,
        WorkspacePlace::InnerOpencodeJsonc,
        WorkspacePlace::InnerOpencodeJson,
        WorkspacePlace::OpenworkJson,
    ];
    let fits = |place: &WorkspacePlace| {
        let stat = held.dir.stat(place.path().as_str());
        stat.map_or(true, |stat| stat.size <= SMALL)
    };
    places.iter().all(fits)
}
