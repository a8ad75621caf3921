//! Replacing files: each by itself, or all or none.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use openwork_change::plan::Plan;
use openwork_change::store::StoreError;
use openwork_model::clock::Ids;
use openwork_model::path::RelPath;

use crate::commit::failure::{CommitFailure, failed};
use crate::commit::journal::{self, JournalManifest};
use crate::commit::stage::StagedFiles;
use crate::fs::disk::DiskDir;
use crate::fs::reader::ConfinedReader;
use crate::fs::tree;
use crate::layout;

/// Closed while the files of a change are replaced, so that no reader of this
/// process sees some old and some new.
pub(crate) type CommitBarrier = RwLock<()>;

/// How far a batch came.
#[derive(Debug)]
pub(crate) struct CommitProgress {
    reach: ReplaceReach,
    /// Why it came no further.
    pub(crate) failure: Option<CommitFailure>,
    /// Why what is in place may not outlive a power loss.
    pub(crate) volatile: Option<Arc<io::Error>>,
}

#[derive(Debug)]
enum ReplaceReach {
    Nothing,
    AllBut(BTreeSet<RelPath>),
    /// The disk failed after the point of no return; the next writer finishes
    /// what the journal says.
    Open,
}

impl CommitProgress {
    /// A batch that changed nothing.
    pub(crate) fn nothing(failure: CommitFailure) -> Self {
        Self {
            reach: ReplaceReach::Nothing,
            failure: Some(failure),
            volatile: None,
        }
    }

    fn open(failure: CommitFailure) -> Self {
        Self {
            reach: ReplaceReach::Open,
            failure: Some(failure),
            volatile: None,
        }
    }

    /// Whether the journal decides what becomes of the batch.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.reach, ReplaceReach::Open)
    }

    /// Whether all that a plan wanted is in place. What others of its batch
    /// took back again does not count.
    pub(crate) fn covers(&self, plan: &Plan) -> bool {
        match &self.reach {
            ReplaceReach::Nothing | ReplaceReach::Open => false,
            ReplaceReach::AllBut(missing) => {
                plan.edits.iter().all(|edit| !missing.contains(&edit.path))
            }
        }
    }
}

/// The replacing of some files.
pub(crate) struct FileReplacement<'r> {
    pub(crate) root: &'r Arc<dyn DiskDir>,
    pub(crate) barrier: &'r CommitBarrier,
    pub(crate) ids: &'r dyn Ids,
    pub(crate) files: &'r ConfinedReader<'r>,
}

impl FileReplacement<'_> {
    /// Replaces what is staged. With the journal it is all or nothing, and
    /// the journal stays until the outcome is recorded.
    pub(crate) fn run(&self, mut stage: StagedFiles, with_journal: bool) -> CommitProgress {
        let progress = if with_journal {
            self.all(&mut stage)
        } else {
            self.each(&mut stage)
        };
        match &progress.reach {
            ReplaceReach::AllBut(_) => self.conclude(stage, progress),
            ReplaceReach::Nothing => progress,
            ReplaceReach::Open => {
                stage.keep();
                progress
            }
        }
    }

    /// Replaces files that have nothing to do with each other, until one fails.
    fn each(&self, stage: &mut StagedFiles) -> CommitProgress {
        let _readers_wait = self.barrier.write().unwrap_or_else(PoisonError::into_inner);
        // Until the first failure: what is in place stays, as each file is an
        // order of its own, and the rest is tried again alone.
        let failure = stage.files.iter_mut().find_map(|staged| {
            let applied = staged.check(self.files).and_then(|()| {
                let failed = failed("replace", self.files, &staged.change);
                staged.apply().map_err(failed)
            });
            applied.err()
        });
        let waiting = stage.files.iter().filter(|staged| !staged.applied);
        let missing: BTreeSet<_> = waiting.map(|staged| staged.change.path.clone()).collect();
        let reach = match missing.len() {
            all if all == stage.files.len() && failure.is_some() => ReplaceReach::Nothing,
            _ => ReplaceReach::AllBut(missing),
        };
        CommitProgress {
            reach,
            failure,
            volatile: None,
        }
    }

    /// Replaces files all or none.
    fn all(&self, stage: &mut StagedFiles) -> CommitProgress {
        let checked = stage
            .files
            .iter()
            .try_for_each(|staged| staged.check(self.files));
        if let Err(failure) = checked {
            return CommitProgress::nothing(failure);
        }
        // From here on a crash finishes the change, so whatever could refuse it
        // was asked before.
        if let Err(error) = self.publish(stage) {
            // It may be in place though its directory could not be synced.
            return self.take_back(stage, self.home_failed("write", error));
        }
        let _readers_wait = self.barrier.write().unwrap_or_else(PoisonError::into_inner);
        // By index, as taking back needs the whole stage while one file of it
        // has just failed.
        for index in 0..stage.files.len() {
            let Some(staged) = stage.files.get_mut(index) else {
                continue;
            };
            // Once more: a fault that passes need not undo everything.
            if let Err(error) = staged.apply().or_else(|_| staged.apply()) {
                let failure = failed("replace", self.files, &staged.change)(error);
                return self.take_back(stage, failure);
            }
        }
        CommitProgress {
            reach: ReplaceReach::AllBut(BTreeSet::new()),
            failure: None,
            volatile: None,
        }
    }

    fn publish(&self, stage: &StagedFiles) -> io::Result<()> {
        let notes = stage
            .files
            .iter()
            .map(|staged| staged.change.note())
            .collect();
        stage.sync_dirs()?;
        JournalManifest::new(notes).publish(self.root, self.ids.next_id())
    }

    /// Undoes what was replaced before something failed.
    fn take_back(&self, stage: &mut StagedFiles, failure: CommitFailure) -> CommitProgress {
        // A change that is half made must not stay so while the disk works:
        // undone now, the caller learns a failure and no reader sees a mixture
        // for long.
        let mut applied = stage.files.iter_mut().rev().filter(|staged| staged.applied);
        let undone = applied.try_for_each(|staged| staged.undo(self.ids.next_id()));
        let undone = undone.and_then(|()| stage.sync_dirs());
        match undone.and_then(|()| journal::remove(self.root)) {
            Ok(()) => CommitProgress::nothing(failure),
            Err(error) => {
                tracing::error!(%error, %failure, "a change waits half done for the disk to work again");
                CommitProgress::open(failure)
            }
        }
    }

    /// Makes durable what is in place, and tidies up after it.
    fn conclude(&self, stage: StagedFiles, mut progress: CommitProgress) -> CommitProgress {
        for staged in &stage.files {
            if let Err(error) = staged.finish().or_else(|_| staged.finish()) {
                let path = self.files.in_workspace(&staged.change.path);
                tracing::warn!(%error, path = %path.display(), "a removed file is still there under another name");
            }
        }
        let removed = stage
            .files
            .iter()
            .filter(|staged| staged.applied && staged.change.after.is_none());
        let removed: Vec<RelPath> = removed.map(|staged| staged.change.path.clone()).collect();
        let synced = stage.sync_dirs().or_else(|_| stage.sync_dirs());
        // The directories may have become empty, and one that is open here would
        // stay on some systems.
        drop(stage);
        progress.volatile = synced
            .and_then(|()| self.prune(&removed))
            .err()
            .map(Arc::new);
        progress
    }

    /// Removes the directories that files which went were alone in.
    fn prune(&self, removed: &[RelPath]) -> io::Result<()> {
        for path in removed {
            if let (Some(parent), Some(top)) = (path.parent(), layout::pruned_below(path))
                && let Some(left) = tree::prune(self.root, &parent, &top)
            {
                left.sync()?;
            }
        }
        Ok(())
    }

    fn home_failed(&self, action: &'static str, source: io::Error) -> CommitFailure {
        StoreError::io(action, self.files.in_workspace(&layout::home()), source).into()
    }
}
