//! Where workspaces live: the port that the host commits through.

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use uuid::Uuid;

use crate::change::{Action, Proposal, RecordedChange};
use crate::event::EngineSurvey;
use crate::plan::{Plan, PlanError, Precondition, Warning, plan};
use crate::query::{Query, View, answer};
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditLine, AuditNote};
use openwork_model::config::ReadError;
use openwork_model::files::{Files, Location};
use openwork_model::workspace::Workspace;

#[cfg(feature = "contract")]
pub mod contract;
mod entry;
mod memory;
mod ready;
mod streams;
mod undone;
mod view;

pub use entry::EntryHeader;
pub use memory::MemoryStore;
pub use ready::ReadyStore;
pub use streams::{
    FileFacts, FileReading, FileStreams, FileWriting, MOST_LISTED, PlacingCheck, StreamedFile,
};
pub use undone::undone_by;
pub use view::{VersionedView, ViewVersion};

/// One workspace's files: views of them, plans for them, commits to them.
///
/// A store of your own needs [`files`](Self::files), [`commit`](Self::commit)
/// and [`note`](Self::note); everything else has a default that rests on the
/// first of them. [`MemoryStore`] is one to read, and the module `contract`
/// (feature `contract`) tests any.
///
/// All calls block; a host keeps them off its async threads.
pub trait Store: Send + Sync {
    /// The files as they are now. No [`commit`](Self::commit) changes them for
    /// as long as the value lives, so it has to be dropped before one is made
    /// on the same thread.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the workspace may not or cannot be read at all.
    fn files(&self) -> Result<Box<dyn Files + '_>, StoreError>;

    /// Carries out orders, in their order, each whole or not at all, and
    /// records them in the audit log. One result each.
    fn commit(&self, orders: Vec<Order>) -> Vec<Result<CommitReceipt, StoreError>>;

    /// Records, as an entry of the audit log, what is done without changing a
    /// file, such as reloading the engine.
    ///
    /// # Errors
    ///
    /// [`StoreError::Audit`] if it cannot be recorded; then it must not be done.
    fn note(
        &self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
    ) -> Result<(), StoreError>;

    /// The workspace whose files these are; `None` if the store does not know,
    /// which is the default. A host refuses a store that knows another one
    /// than it is told to serve.
    fn workspace(&self) -> Option<&Workspace> {
        None
    }

    /// Fails where the workspace may not or cannot be served at all.
    ///
    /// # Errors
    ///
    /// Those of [`files`](Self::files).
    fn access(&self) -> Result<(), StoreError> {
        self.files().map(drop)
    }

    /// Answers a query. By default every answer is made anew, with a version of
    /// its own; a store that keeps answers gives them again as they are.
    ///
    /// # Errors
    ///
    /// [`StoreError::Read`] if a file cannot be read, and those of
    /// [`files`](Self::files).
    fn view(&self, query: &Query) -> Result<Arc<VersionedView>, StoreError> {
        let files = self.files()?;
        Ok(Arc::new(VersionedView::new(answer(query, &*files)?)))
    }

    /// What can be done at the moment without blocking work; `None` if nothing
    /// can, which is the answer of a store that does not say.
    fn ready(&self) -> Option<&dyn ReadyStore> {
        None
    }

    /// What can be done with files in pieces; `None`, the default, if nothing can.
    fn streams(&self) -> Option<&dyn FileStreams> {
        None
    }

    /// Plans a change on the files as they are now, writing nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Plan`] if the change cannot be made on these files, and
    /// those of [`files`](Self::files).
    fn plan(&self, proposal: &Proposal) -> Result<Plan, StoreError> {
        Ok(plan(proposal, &*self.files()?)?)
    }

    /// Finds out what may keep a plan from having the effect that was wanted,
    /// on the files as they are now.
    ///
    /// # Errors
    ///
    /// Those of [`files`](Self::files).
    fn warnings(&self, plan: &Plan) -> Result<Vec<Warning>, StoreError> {
        Ok(plan.warnings(&*self.files()?))
    }

    /// A change that was made, by its entry in the audit log, with what is kept of
    /// the files before and after it; `None` if there is no such entry. By default
    /// nothing is kept.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] if the log or what is kept cannot be read, and those of
    /// [`files`](Self::files).
    fn recorded(&self, _entry: Uuid) -> Result<Option<RecordedChange>, StoreError> {
        Ok(None)
    }

    /// Records requests that changed nothing because they were refused. That
    /// displaces nothing of the audit log. By default nothing is recorded.
    ///
    /// # Errors
    ///
    /// [`StoreError::Audit`] if they cannot be recorded.
    fn record(&self, _refused: &RefusedRequest) -> Result<(), StoreError> {
        Ok(())
    }

    /// Takes the state of all files of the workspace that the engine loads.
    ///
    /// # Errors
    ///
    /// Those of [`files`](Self::files).
    fn survey(&self) -> Result<EngineSurvey, StoreError> {
        Ok(EngineSurvey::take(&*self.files()?))
    }

    /// Has `changed` called soon after what a survey covers may have changed,
    /// until the watch is dropped. By default that is not supported.
    ///
    /// # Errors
    ///
    /// A [`WatchError`] if the files cannot be watched.
    fn watch(&self, _changed: ChangedCallback) -> Result<Box<dyn FileWatch>, WatchError> {
        Err(WatchError::Unsupported)
    }

    /// The newest entries of the audit log, newest first: a
    /// [`view`](Self::view) of its own.
    ///
    /// # Errors
    ///
    /// Those of [`view`](Self::view).
    fn audit(&self, limit: usize) -> Result<Vec<AuditLine>, StoreError> {
        match &self.view(&Query::Audit { limit })?.view {
            View::Audit(entries) => Ok(entries.clone()),
            // Each query has a view of its own, so no other can come.
            _ => Ok(Vec::new()),
        }
    }
}

/// What a watch calls. It must not block.
pub type ChangedCallback = Box<dyn Fn() + Send + Sync>;

/// A watch for changes that others make.
pub trait FileWatch: Send {
    /// Takes in the directories that have come since, and lets go of those
    /// that are gone. Blocks; to be called before each survey.
    fn renew(&mut self) -> Result<(), WatchError>;
}

/// Why changes that others make cannot be noticed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// This store has no means to.
    #[error("this store cannot watch its files")]
    Unsupported,
    /// The system refused, such as for want of handles.
    #[error("{} cannot be watched: {source}", path.display())]
    Refused {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
}

/// A change that may now be carried out.
#[derive(Debug, Clone)]
pub struct Order {
    /// What to do.
    pub proposal: Arc<Proposal>,
    /// What the host saw when it said yes; `None` if nobody was asked. If it
    /// no longer holds, the order fails with [`StoreError::Conflict`].
    pub shown: Option<Vec<Precondition>>,
    /// Who asked for it.
    pub actor: Actor,
    /// How it was allowed.
    pub approval: Approval,
}

impl Order {
    /// Plans it on the files as they are now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if that replaces other contents than the host
    /// was shown.
    pub fn plan(&self, files: &dyn Files) -> Result<Plan, StoreError> {
        let plan = plan(&self.proposal, files)?;
        let shown = self.shown.as_deref();
        match shown.and_then(|shown| plan.moved_since(shown)) {
            Some(moved) => Err(StoreError::Conflict {
                path: files.absolute(&Location::workspace(moved)),
            }),
            None => Ok(plan),
        }
    }
}

/// What was done for an order.
#[derive(Debug, Clone)]
pub struct CommitReceipt {
    /// The plan that was carried out; without edits, nothing was written.
    pub plan: Plan,
    /// What may keep it from having the effect that was wanted.
    pub warnings: Vec<Warning>,
    /// When, in ms since 1970.
    pub at: u64,
    /// Its entry in the audit log, where something was written.
    pub entry: Option<Uuid>,
}

/// Requests that were refused, for the record: one, or several of one client
/// that ended alike within a short time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRequest {
    /// The approval request, where one was made; of several the last.
    pub request: Option<Uuid>,
    /// Who asked.
    pub actor: Actor,
    /// From where.
    pub address: Option<IpAddr>,
    /// For what, as [`Action::as_str`](crate::change::Action::as_str) names it.
    pub action: &'static str,
    /// In a few words; of several requests the last.
    pub summary: String,
    /// How it ended: `denied`, `expired`, `withdrawn`, `aborted`, `conflicted`,
    /// `failed`.
    pub outcome: &'static str,
    /// How many requests ended so.
    pub count: u64,
}

/// Why a store could not do what it was asked.
///
/// Errors can be cloned, as one of them may answer a whole group of orders.
// Not `non_exhaustive`: where it becomes an answer to a client, the compiler is
// to say that there is a new one. So a new variant needs a new minor version.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The workspace's directory does not exist.
    #[error("the workspace directory {} does not exist", path.display())]
    Gone {
        /// The directory.
        path: PathBuf,
    },
    /// The workspace's directory is another one than at the start.
    #[error("the workspace directory {} was replaced while the server ran", path.display())]
    Replaced {
        /// The directory.
        path: PathBuf,
    },
    /// The workspace lies outside of all authorised roots.
    #[error("the workspace {} is not authorised", path.display())]
    Unauthorized {
        /// The directory.
        path: PathBuf,
    },
    /// The change cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What the host was shown no longer holds; nothing was written.
    #[error("{} changed after the host was shown what would happen to it", path.display())]
    Conflict {
        /// The file that moved.
        path: PathBuf,
    },
    /// Another program is changing the same files; nothing was written.
    #[error("{} is being changed by another program", path.display())]
    Busy {
        /// The file or directory.
        path: PathBuf,
    },
    /// The change could not be recorded, so it was not made.
    #[error("the audit log cannot be written: {source}")]
    Audit {
        /// Why.
        source: Arc<io::Error>,
    },
    /// The system refused; nothing was written.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was being done, such as `rename`.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// Why it failed.
        source: Arc<io::Error>,
    },
}

impl StoreError {
    /// The audit log could not be written.
    pub fn audit(source: io::Error) -> Self {
        let source = Arc::new(source);
        Self::Audit { source }
    }

    /// The system refused an action on a file.
    pub fn io(action: &'static str, path: PathBuf, source: io::Error) -> Self {
        let source = Arc::new(source);
        Self::Io {
            action,
            path,
            source,
        }
    }
}
