//! The store: the model's port, on a disk.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openwork_change::change::{Action, Change, Proposal};
use openwork_change::event::EngineSurvey;
use openwork_change::plan::{Plan, Warning, plan};
use openwork_change::query::{Query, answer};
use openwork_change::store::{CachedView, CommitReceipt, Order, RefusedRequest, Store, StoreError};
#[cfg(feature = "watch")]
use openwork_change::store::{ChangedCallback, FileWatch, WatchError};
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditNote};
use openwork_model::layout::WorkspacePlace;

use crate::anchor::{HeldRoot, RootAnchor};
use crate::audit_log::{AuditLog, LastWrite, line};
use crate::batch::OrderAnswer;
use crate::cache::AnswerCache;
use crate::commit::CommitTurn;
use crate::failure::repeat_error;
use crate::lock::{PATIENCE, RootLock};
use crate::look::FsContext;
use crate::options::FsOptions;
use crate::recover;
use crate::refused_log::RefusedLog;
use crate::replace::CommitBarrier;
use crate::trail::KnownTrails;
#[cfg(feature = "watch")]
use crate::watch::DirectoryWatch;

/// How many places [`Store::warm`] looks at; an answer that rests on more is
/// left to [`Store::view`]. A look costs about 1 µs.
pub const WARM_LIMIT: usize = 128;

/// The largest configuration file that a change is planned on at once, in
/// bytes: parsing it twice takes less than a hop to another thread and back.
const SMALL: u64 = 16 << 10;

/// One workspace on a disk.
pub struct FsStore {
    options: FsOptions,
    scene: FsContext,
    cache: AnswerCache,
    gate: CommitBarrier,
    writer: Mutex<StoreWriter>,
    refusals: RefusedLog,
}

/// What belongs to whoever writes.
#[derive(Debug)]
struct StoreWriter {
    log: AuditLog,
    /// Whether there may be temporary files that nobody knows of.
    untidy: bool,
}

impl FsStore {
    /// Opens a workspace and settles what a crash has left in it. A directory
    /// that cannot be opened is no error yet: calls will say so.
    pub fn open(options: FsOptions) -> Self {
        let roots = options.authorized_roots.clone();
        let anchor = RootAnchor::new(
            Arc::clone(&options.disk),
            options.workspace.path.clone(),
            roots,
        );
        let scene = FsContext {
            anchor,
            global: options.global.clone(),
            home: options.home.clone(),
            custom: options.custom.clone(),
            trails: KnownTrails::default(),
            last_write: LastWrite::default(),
            held_directories: options.held_directories,
        };
        let writer = StoreWriter {
            log: AuditLog::new(options.audit_segment),
            untidy: true,
        };
        let store = Self {
            scene,
            cache: AnswerCache::default(),
            gate: CommitBarrier::default(),
            writer: Mutex::new(writer),
            refusals: RefusedLog::default(),
            options,
        };
        store.settle();
        store
    }

    /// Settles what a crash has left, if anything. A disk that does not let
    /// the store do so can still be read.
    fn settle(&self) {
        let Ok(held) = self.scene.anchor.open() else {
            return;
        };
        if !recover::is_needed(&held.dir) {
            return;
        }
        if let Err(error) = self.turn(&held, Duration::ZERO, |_| ()) {
            tracing::warn!(%error, "an earlier change could not be settled yet");
        }
    }

    /// Acts as the only writer of the workspace, after everything that was
    /// left open has been settled.
    fn turn<T>(
        &self,
        held: &HeldRoot,
        patience: Duration,
        act: impl FnOnce(&mut CommitTurn<'_>) -> T,
    ) -> Result<T, StoreError> {
        let mut writer = self.writer();
        let StoreWriter { log, untidy } = &mut *writer;
        let path = || self.options.workspace.path.clone();
        let lock = RootLock::take(&held.dir, patience);
        let lock = lock.map_err(|source| StoreError::Io {
            action: "lock",
            path: path(),
            source,
        })?;
        let lock = lock.ok_or_else(|| StoreError::Busy { path: path() })?;
        let unrecorded = |source| StoreError::Audit { source };
        log.find(&held.dir).map_err(unrecorded)?;
        recover::settle(&held.dir, log).map_err(unrecorded)?;
        if *untidy && lock.is_exclusive() {
            *untidy = recover::sweep(&held.dir).is_err();
        }
        let (scene, options, gate) = (&self.scene, &self.options, &self.gate);
        let mut turn = CommitTurn {
            scene,
            held,
            options,
            log,
            untidy,
            gate,
        };
        Ok(act(&mut turn))
    }

    /// Answers an order for which there was no turn. Where the log cannot be
    /// opened, as where `.opencode` is a link, what is wrong with the order
    /// itself says more, and what changes nothing needs no log.
    fn unturned(&self, order: &Order, error: &StoreError) -> OrderAnswer {
        if !matches!(error, StoreError::Audit { .. }) {
            return Err(repeat_error(error));
        }
        let plan = self.plan(&order.proposal)?;
        if !plan.is_noop() {
            return Err(repeat_error(error));
        }
        let warnings = self.warnings(&plan)?;
        let at = self.options.clock.now_ms();
        Ok(CommitReceipt { plan, warnings, at })
    }

    /// The workspace's directory, where looking at it never waits.
    fn at_hand(&self) -> Option<Result<Arc<HeldRoot>, StoreError>> {
        let local = self.scene.anchor.held()?.local;
        local.then(|| self.scene.anchor.open())
    }

    fn writer(&self) -> MutexGuard<'_, StoreWriter> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether planning a change looks at a few files at most.
fn is_brief(change: &Change) -> bool {
    match change {
        Change::PatchConfig(_)
        | Change::AddPlugin(_)
        | Change::RemovePlugin(_)
        | Change::UpsertSkill(_)
        | Change::AddMcp(_)
        | Change::RemoveMcp(_)
        | Change::SetMcpEnabled { .. } => true,
        Change::DeleteSkill(_)
        | Change::UpsertCommand(_)
        | Change::DeleteCommand(_)
        | Change::Import(_) => false,
    }
}

/// Whether the files that most changes look at can be parsed in a moment.
fn is_small(held: &HeldRoot) -> bool {
    let places = [
        WorkspacePlace::OpencodeJsonc,
        WorkspacePlace::OpencodeJson,
        WorkspacePlace::OpenworkJson,
    ];
    let fits = |place: &WorkspacePlace| {
        let stat = held.dir.stat(place.path().as_str());
        stat.map_or(true, |stat| stat.size <= SMALL)
    };
    places.iter().all(fits)
}

impl Store for FsStore {
    fn access(&self) -> Result<(), StoreError> {
        self.scene.anchor.open().map(drop)
    }

    fn view(&self, query: &Query) -> Result<Arc<CachedView>, StoreError> {
        let held = self.scene.anchor.open()?;
        if let Some(known) = self.cache.get(query, self.scene.anchor.disk(), usize::MAX) {
            return Ok(known);
        }
        let _no_commit = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        let files = self.scene.look(&held);
        let found = Arc::new(CachedView::new(answer(query, &files)?));
        self.cache.put(query, &found, files.into_proof());
        Ok(found)
    }

    fn warm(&self, query: &Query) -> Option<Arc<CachedView>> {
        if !self.scene.anchor.held()?.local {
            return None;
        }
        self.scene.anchor.open().ok()?;
        self.cache.get(query, self.scene.anchor.disk(), WARM_LIMIT)
    }

    fn plan(&self, proposal: &Proposal) -> Result<Plan, StoreError> {
        let held = self.scene.anchor.open()?;
        let _no_commit = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        Ok(plan(proposal, &self.scene.look(&held))?)
    }

    fn warnings(&self, plan: &Plan) -> Result<Vec<Warning>, StoreError> {
        let held = self.scene.anchor.open()?;
        let _no_commit = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        Ok(plan.warnings(&self.scene.look(&held)))
    }

    fn access_at_once(&self) -> Option<Result<(), StoreError>> {
        self.at_hand().map(|held| held.map(drop))
    }

    fn plan_at_once(&self, proposal: &Proposal) -> Option<Result<Plan, StoreError>> {
        let held = match self.at_hand()? {
            Ok(held) => held,
            Err(error) => return Some(Err(error)),
        };
        if !is_brief(&proposal.change) || !is_small(&held) {
            return None;
        }
        // While files are being replaced, this would have to wait.
        let _no_commit = self.gate.try_read().ok()?;
        let planned = plan(proposal, &self.scene.look(&held));
        Some(planned.map_err(StoreError::from))
    }

    fn commit(&self, orders: Vec<Order>) -> Vec<Result<CommitReceipt, StoreError>> {
        let held = self.scene.anchor.open();
        let commit = |turn: &mut CommitTurn<'_>| turn.commit(&orders);
        let done = held.and_then(|held| self.turn(&held, PATIENCE, commit));
        done.unwrap_or_else(|error| {
            let answer = |order| self.unturned(order, &error);
            orders.iter().map(answer).collect()
        })
    }

    fn record(&self, refused: &RefusedRequest) -> Result<(), StoreError> {
        let held = self.scene.anchor.open()?;
        let id = self.options.ids.next_id();
        let at = self.options.clock.now_ms();
        let line = line::refused(refused, self.options.workspace.id.as_str(), id, at);
        let appended = self.refusals.append(&held.dir, &line);
        appended.map_err(|source| StoreError::Audit { source })
    }

    fn note(
        &self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
    ) -> Result<(), StoreError> {
        let held = self.scene.anchor.open()?;
        self.turn(&held, PATIENCE, |turn| {
            turn.record_noted(actor, action, note, approval)
        })?
    }

    fn survey(&self) -> Result<EngineSurvey, StoreError> {
        let held = self.scene.anchor.open()?;
        let _no_commit = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        Ok(EngineSurvey::take(&self.scene.look(&held)))
    }

    #[cfg(feature = "watch")]
    fn watch(&self, changed: ChangedCallback) -> Result<Box<dyn FileWatch>, WatchError> {
        let watch = DirectoryWatch::new(&self.options.workspace.path, changed)?;
        Ok(Box::new(watch))
    }
}
