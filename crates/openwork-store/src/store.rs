//! The store: the model's port, on a disk.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openwork_change::change::{Action, RecordedChange};
use openwork_change::query::{Query, answer};
#[cfg(feature = "watch")]
use openwork_change::store::{ChangedCallback, FileWatch, WatchError};
use openwork_change::store::{
    CommitReceipt, FileStreams, Order, ReadyStore, RefusedRequest, Store, StoreError, VersionedView,
};
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditNote};
use openwork_model::files::Files;
use openwork_model::workspace::Workspace;
use uuid::Uuid;

use crate::audit::home::RecordHome;
use crate::audit::refused_log::RefusedLog;
use crate::audit::{line, log::AuditLog, newest::LastWrite};
use crate::cache::AnswerCache;
use crate::commit::CommitTurn;
use crate::commit::batch::OrderAnswer;
use crate::commit::lock::{PATIENCE, RootLock};
use crate::commit::recover;
use crate::commit::replace::CommitBarrier;
use crate::fs::anchor::{HeldRoot, RootAnchor};
use crate::fs::reader::{ConfinedReader, FsContext};
use crate::fs::resolve::KnownTrails;
use crate::fs::withheld::WithheldPaths;
use crate::history::trim::HistorySize;
use crate::options::FsOptions;
#[cfg(feature = "watch")]
use crate::watch::DirectoryWatch;
use crate::{history, layout};

mod ready;
mod streams;

pub use ready::READY_LIMIT;

/// One workspace on a disk.
pub struct FsStore {
    options: FsOptions,
    context: FsContext,
    cache: AnswerCache,
    barrier: CommitBarrier,
    writer: Mutex<StoreWriter>,
    refusals: RefusedLog,
}

/// What belongs to whoever writes.
#[derive(Debug)]
struct StoreWriter {
    log: AuditLog,
    /// Whether there may be temporary files that nobody knows of.
    untidy: bool,
    history: HistorySize,
    /// The log of other settings, until it was looked at.
    former: Option<AuditLog>,
}

impl FsStore {
    /// Opens a workspace and settles what a crash has left in it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Gone`] if there is no directory at the path,
    /// [`StoreError::Unauthorized`] if it lies in none of the authorised roots,
    /// [`StoreError::Io`] if the path is not absolute or cannot be opened.
    pub fn open(options: FsOptions) -> Result<Self, StoreError> {
        let store = Self::open_deferred(options);
        store.context.anchor.open()?;
        Ok(store)
    }

    /// Opens a workspace to look at it, and leaves what a crash has left in it
    /// as it is.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn open_unsettled(options: FsOptions) -> Result<Self, StoreError> {
        let store = Self::unsettled(options);
        store.context.anchor.open()?;
        Ok(store)
    }

    /// Opens a workspace whose directory may come later, such as with a disk
    /// that is yet to be mounted. Until then all calls fail as
    /// [`open`](Self::open) would; the directory that is found first counts.
    pub fn open_deferred(options: FsOptions) -> Self {
        let store = Self::unsettled(options);
        store.settle();
        store
    }

    fn unsettled(options: FsOptions) -> Self {
        let roots = options.authorized_roots.clone();
        let anchor = RootAnchor::new(
            Arc::clone(&options.disk),
            options.workspace.path.clone(),
            roots,
        );
        // How many directories are held is a matter of speed, and being in the
        // way of others who rename them is not.
        let keeps_open = !options.disk.open_holds_what_is_above();
        let context = FsContext {
            anchor,
            global: options.global.clone(),
            home: options.home.clone(),
            custom: options.custom.clone(),
            withheld: WithheldPaths::new(options.withheld.clone()),
            known_paths: KnownTrails::new(keeps_open),
            last_write: LastWrite::default(),
            records: options.record_homes(),
            held_directories: if keeps_open {
                options.held_directories
            } else {
                0
            },
        };
        let log = |home: &RecordHome| AuditLog::new(home.clone(), options.audit_segment);
        let writer = StoreWriter {
            log: log(&context.records.current),
            former: context.records.former.as_ref().map(log),
            history: HistorySize::default(),
            // An earlier run may have been killed between writing and renaming,
            // so the first writer sweeps.
            untidy: true,
        };
        Self {
            context,
            cache: AnswerCache::default(),
            barrier: CommitBarrier::default(),
            writer: Mutex::new(writer),
            refusals: RefusedLog::default(),
            options,
        }
    }

    /// Settles what a crash has left, if anything. A disk that does not let
    /// the store do so can still be read.
    fn settle(&self) {
        let Ok(held) = self.context.anchor.open() else {
            return;
        };
        if !recover::is_needed(&held.dir, &self.context.records) {
            return;
        }
        // Whoever holds the lock now settles by himself, and a start must not
        // take the seconds that a commit would wait.
        if let Err(error) = self.with_writer(&held, Duration::ZERO, |_| ()) {
            tracing::warn!(%error, "an earlier change could not be settled yet");
        }
    }

    /// Acts as the only writer of the workspace, after everything that was
    /// left open has been settled.
    fn with_writer<T>(
        &self,
        held: &Arc<HeldRoot>,
        patience: Duration,
        act: impl FnOnce(&mut CommitTurn<'_>) -> T,
    ) -> Result<T, StoreError> {
        let mut writer = self.writer();
        let StoreWriter {
            log,
            untidy,
            history,
            former,
        } = &mut *writer;
        let path = || self.options.workspace.path.clone();
        // The mutex keeps threads apart and the lock processes: flock(2)
        // belongs to the open directory, which all threads of this process
        // share.
        let lock = RootLock::take(&held.dir, patience);
        let lock = lock.map_err(|source| StoreError::io("lock", path(), source))?;
        let mut lock = lock.ok_or_else(|| StoreError::Busy { path: path() })?;
        log.find(&held.dir).map_err(StoreError::audit)?;
        // Before each write and not only at the start: another server of the
        // same workspace may have crashed in between.
        recover::settle(&held.dir, log).map_err(StoreError::audit)?;
        // Once: nobody writes to it any more, but a crash may have come before the
        // settings were changed.
        if let Some(log) = former {
            log.find(&held.dir).map_err(StoreError::audit)?;
            recover::settle(&held.dir, log).map_err(StoreError::audit)?;
        }
        *former = None;
        // What another server has just written looks like a leftover, so only
        // whoever is surely alone may sweep.
        if *untidy && lock.is_exclusive() {
            *untidy = recover::sweep(&held.dir).is_err();
        }
        let (context, options, barrier) = (&self.context, &self.options, &self.barrier);
        let mut turn = CommitTurn {
            context,
            held,
            options,
            lock: &mut lock,
            log,
            untidy,
            barrier,
            history,
            kept: 0,
        };
        let done = act(&mut turn);
        if options.disk.open_holds_what_is_above() {
            log.release();
        }
        Ok(done)
    }

    /// Answers an order for which there was no turn. Where the log cannot be
    /// opened, as where `.opencode` is a link, what is wrong with the order
    /// itself says more, and what changes nothing needs no log.
    fn answer_without_writing(&self, order: &Order, error: &StoreError) -> OrderAnswer {
        if !matches!(error, StoreError::Audit { .. }) {
            return Err(error.clone());
        }
        let plan = Store::plan(self, &order.proposal)?;
        if !plan.is_noop() {
            return Err(error.clone());
        }
        let warnings = self.warnings(&plan)?;
        let at = self.options.clock.now_ms();
        Ok(CommitReceipt {
            plan,
            warnings,
            at,
            entry: None,
        })
    }

    /// The files as they are now; no commit changes them meanwhile.
    fn reader(&self) -> Result<ConfinedReader<'_>, StoreError> {
        Ok(self.reader_of(self.context.anchor.open()?))
    }

    fn reader_of(&self, held: Arc<HeldRoot>) -> ConfinedReader<'_> {
        let no_commit = self.barrier.read().unwrap_or_else(PoisonError::into_inner);
        self.context.reader(held).under(no_commit)
    }

    fn writer(&self) -> MutexGuard<'_, StoreWriter> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for FsStore {
    fn files(&self) -> Result<Box<dyn Files + '_>, StoreError> {
        Ok(Box::new(self.reader()?))
    }

    fn workspace(&self) -> Option<&Workspace> {
        Some(&self.options.workspace)
    }

    fn access(&self) -> Result<(), StoreError> {
        self.context.anchor.open().map(drop)
    }

    fn view(&self, query: &Query) -> Result<Arc<VersionedView>, StoreError> {
        let held = self.context.anchor.open()?;
        if let Some(known) = self
            .cache
            .get(query, self.context.anchor.disk(), usize::MAX)
        {
            return Ok(known);
        }
        // Read under the barrier, so that no answer mixes files of before a
        // commit with files of after it.
        let files = self.reader_of(held);
        let found = Arc::new(VersionedView::new(answer(query, &files)?));
        self.cache.put(query, &found, files.into_validators());
        Ok(found)
    }

    fn ready(&self) -> Option<&dyn ReadyStore> {
        self.context.anchor.held()?.local.then_some(self as _)
    }

    fn streams(&self) -> Option<&dyn FileStreams> {
        Some(self)
    }

    fn commit(&self, orders: Vec<Order>) -> Vec<Result<CommitReceipt, StoreError>> {
        let held = self.context.anchor.open();
        let commit = |turn: &mut CommitTurn<'_>| turn.commit(&orders);
        let done = held.and_then(|held| self.with_writer(&held, PATIENCE, commit));
        done.unwrap_or_else(|error| {
            let answer = |order| self.answer_without_writing(order, &error);
            orders.iter().map(answer).collect()
        })
    }

    fn recorded(&self, entry: Uuid) -> Result<Option<RecordedChange>, StoreError> {
        let held = self.context.anchor.open()?;
        let homes = self.context.records.open(&held.dir);
        let found = homes.and_then(|homes| history::find::change(&homes, entry));
        found.map_err(|source| {
            let home = layout::home().below(&self.options.workspace.path);
            StoreError::io("read", home, source)
        })
    }

    fn record(&self, refused: &RefusedRequest) -> Result<(), StoreError> {
        let held = self.context.anchor.open()?;
        let id = self.options.ids.next_id();
        let at = self.options.clock.now_ms();
        let line = line::refused(refused, self.options.workspace.id.as_str(), id, at);
        let appended = line.and_then(|line| self.refusals.append(&held.dir, &line));
        appended.map_err(StoreError::audit)
    }

    fn note(
        &self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
    ) -> Result<(), StoreError> {
        let held = self.context.anchor.open()?;
        self.with_writer(&held, PATIENCE, |turn| {
            turn.record_noted(actor, action, note, approval)
        })?
    }

    #[cfg(feature = "watch")]
    fn watch(&self, changed: ChangedCallback) -> Result<Box<dyn FileWatch>, WatchError> {
        let watch = DirectoryWatch::new(&self.options.workspace.path, changed)?;
        Ok(Box::new(watch))
    }
}
