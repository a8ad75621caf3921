//! Carrying out orders: plan, record the intent, replace, record the outcome.
//!
//! All orders that wait are planned one after another in memory; then each
//! file concerned is replaced once. Should that fail, every order that is not
//! done yet is tried again alone, so that none suffers for another.

use std::io;
use std::sync::Arc;

use openwork_change::change::Action;
use openwork_change::store::{CommitReceipt, EntryHeader, Order, StoreError};
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditNote};
use openwork_model::files::CachedFiles;
use openwork_model::path::RelPath;

use crate::audit::line::{self, ChangeIntent};
use crate::audit::log::AuditLog;
use crate::commit::batch::{BatchPlanning, OrderAnswer, OrderBatch};
use crate::commit::failure::CommitFailure;
use crate::commit::lock::{PATIENCE, RootLock};
use crate::commit::replace::{CommitBarrier, CommitProgress, FileReplacement};
use crate::commit::stage::StagedFiles;
use crate::fs::anchor::HeldRoot;
use crate::fs::reader::{ConfinedReader, FsContext};
use crate::fs::tree;
use crate::history::keep::HistoryWriting;
use crate::history::trim::HistorySize;
use crate::layout;
use crate::options::FsOptions;

pub(crate) mod batch;
pub(crate) mod failure;
pub(crate) mod file_state;
pub(crate) mod journal;
pub(crate) mod lock;
pub(crate) mod recover;
pub(crate) mod replace;
pub(crate) mod stage;

/// How often an order is planned again because files moved under it.
const ATTEMPTS: usize = 4;

/// A writer's turn, for as long as it holds the workspace's lock.
pub(crate) struct CommitTurn<'s> {
    pub(crate) context: &'s FsContext,
    pub(crate) held: &'s Arc<HeldRoot>,
    pub(crate) options: &'s FsOptions,
    pub(crate) lock: &'s mut RootLock,
    pub(crate) log: &'s mut AuditLog,
    /// Set when something failed, as its cleaning up may have failed as well.
    pub(crate) untidy: &'s mut bool,
    pub(crate) barrier: &'s CommitBarrier,
    /// How much is kept of what files were.
    pub(crate) history: &'s mut HistorySize,
    /// How many bytes of it came in this turn.
    pub(crate) kept: u64,
}

impl CommitTurn<'_> {
    /// Carries out orders; one answer each.
    pub(crate) fn commit(&mut self, orders: &[Order]) -> Vec<OrderAnswer> {
        let all: Vec<&Order> = orders.iter().collect();
        let (answers, failure) = self.group(&all);
        // Why a group failed says something of an order only if it was alone;
        // the others have to fail by themselves.
        let mut failure = failure.filter(|_| orders.len() == 1);
        let settle = |(order, answer): (&Order, Option<OrderAnswer>)| {
            answer.unwrap_or_else(|| self.alone(order, failure.take()))
        };
        orders.iter().zip(answers).map(settle).collect()
    }

    /// Carries out one order, again if files moved under it.
    fn alone(&mut self, order: &Order, mut failure: Option<CommitFailure>) -> OrderAnswer {
        // A file that another program writes without end must not hold the
        // workspace for ever.
        for _ in 0..ATTEMPTS {
            if let Some(CommitFailure::Store(error)) = failure {
                return Err(error);
            }
            let (mut answers, failed) = self.group(&[order]);
            if let Some(Some(answer)) = answers.pop() {
                return answer;
            }
            failure = failed;
        }
        let path = self.context.anchor.path().to_owned();
        Err(failure.map_or(StoreError::Busy { path }, CommitFailure::into_error))
    }

    /// Carries out orders together. Those without an answer were not done.
    fn group(&mut self, orders: &[&Order]) -> (Vec<Option<OrderAnswer>>, Option<CommitFailure>) {
        let at = self.options.clock.now_ms();
        let next_id = || self.options.ids.next_id();
        let files = self.context.reader(Arc::clone(self.held));
        // Orders that are planned together read the same layers, each once.
        let cached = CachedFiles::new(&files);
        let planning = BatchPlanning {
            at,
            next_id: &next_id,
            is_kept: self.options.history.keeps_any(),
        };
        let mut batch = OrderBatch::plan(orders, &cached, &planning);
        let mut answers = std::mem::take(&mut batch.answers);
        if batch.plans.is_empty() {
            return (answers, None);
        }
        match self.make_log() {
            // Whoever had the lock until now may have written: all is planned
            // again.
            Ok(LogReadiness::LockTaken) => return self.group(orders),
            Ok(LogReadiness::Ready) => {}
            Err(error) => return (answers, Some(error.into())),
        }
        let intents = batch.intents(orders, self.options.workspace.id.as_str(), at, &next_id);
        let progress = self.carry_out(&batch, &intents, &files);
        *self.untidy |= progress.failure.is_some();
        self.record(&batch, &intents, &progress);
        self.trim_history(at);
        for ((place, plan, report), intent) in batch.into_plans().zip(&intents) {
            let receipt = CommitReceipt {
                plan,
                warnings: report.warnings,
                at,
                entry: Some(intent.entry.id),
            };
            if let Some(answer) = answers.get_mut(place) {
                *answer = answer_of(receipt, &progress, &files);
            }
        }
        (answers, progress.failure)
    }

    fn carry_out(
        &mut self,
        batch: &OrderBatch<'_>,
        intents: &[ChangeIntent],
        files: &ConfinedReader<'_>,
    ) -> CommitProgress {
        let mut stage = StagedFiles::default();
        match self.prepare(batch, intents, &mut stage, files) {
            Ok(()) => {
                let replacement = FileReplacement {
                    root: &self.held.dir,
                    barrier: self.barrier,
                    ids: &*self.options.ids,
                    files,
                };
                replacement.run(stage, batch.needs_journal())
            }
            Err(failure) => CommitProgress::nothing(failure),
        }
    }

    /// Records the intents and puts all new contents beside the files; both
    /// are durable afterwards.
    fn prepare(
        &mut self,
        batch: &OrderBatch<'_>,
        intents: &[ChangeIntent],
        stage: &mut StagedFiles,
        files: &ConfinedReader<'_>,
    ) -> Result<(), CommitFailure> {
        let lines = joined(intents.iter().map(ChangeIntent::line));
        let logged = lines.and_then(|lines| self.log.append(&lines));
        logged.map_err(StoreError::audit)?;
        // The log is a second file to sync. Begun now, that overlaps with
        // writing the contents instead of being waited for on top.
        self.log.start_sync();
        let kept = self.keep(batch, files)?;
        batch
            .changes
            .iter()
            .try_for_each(|change| stage.add(&self.held.dir, change, files))?;
        // The disk is busy by now; the reports are made meanwhile.
        batch.reports();
        // Both are durable before the first rename. Contents without an intent
        // are swept by the next writer; an intent without contents could not be
        // finished.
        stage.sync_files(files)?;
        if let Some(kept) = kept {
            let finished = kept.finish();
            self.kept += finished.map_err(|error| not_kept(files, error))?;
        }
        Ok(self.log.sync().map_err(StoreError::audit)?)
    }

    /// Writes what files were and will be; `None` if that is not kept.
    fn keep(
        &mut self,
        batch: &OrderBatch<'_>,
        files: &ConfinedReader<'_>,
    ) -> Result<Option<HistoryWriting>, CommitFailure> {
        let Some(home) = self.log.dir().filter(|_| self.options.history.keeps_any()) else {
            return Ok(None);
        };
        let next_id = || self.options.ids.next_id();
        let writing = HistoryWriting::begin(home, &next_id);
        let mut writing = writing.map_err(|error| not_kept(files, error))?;
        let reader = self.context.reader(Arc::clone(self.held));
        batch.contents(&reader, |digest, contents| {
            let added = writing.add(digest, contents, &next_id);
            added.map_err(|error| not_kept(files, error))
        })?;
        Ok(Some(writing))
    }

    /// Lets go of the oldest contents that are kept. Should that fail, there is
    /// more than there ought to be, and the change stands all the same.
    fn trim_history(&mut self, now: u64) {
        let came = std::mem::take(&mut self.kept);
        let bounds = self.options.history;
        let Some(home) = self.log.dir().filter(|_| bounds.keeps_any()) else {
            return;
        };
        if let Err(error) = self.history.grow(home, came, bounds, now) {
            tracing::warn!(%error, "the oldest contents of files could not be removed");
        }
    }

    /// Records what became of each plan. A failure here is made good by the
    /// next writer: the intents are durable.
    fn record(
        &mut self,
        batch: &OrderBatch<'_>,
        intents: &[ChangeIntent],
        progress: &CommitProgress,
    ) {
        if progress.is_open() {
            // The journal decides what becomes of this batch, so any outcome
            // written now might be a lie.
            return self.log.forget();
        }
        let reason = progress
            .failure
            .as_ref()
            .map_or_else(String::new, CommitFailure::to_string);
        let outcome = |(number, intent): (usize, &ChangeIntent)| match batch.plans.get(number) {
            Some((_, plan)) if progress.covers(plan) => {
                let report = batch.reports().get(number);
                intent.done(report.map_or(&[], |report| &report.changed))
            }
            _ => intent.aborted(&reason),
        };
        // Not synced: the intents are durable, and after a power loss the
        // outcome is found from them. A second sync would double what a write
        // waits for.
        let lines = joined(intents.iter().enumerate().map(outcome));
        if let Err(error) = lines.and_then(|lines| self.log.append(&lines)) {
            tracing::error!(%error, "the outcome of a change could not be recorded");
        }
        // Last of all: a crash before this finishes the journal once more,
        // which changes nothing that is in place already.
        if batch.needs_journal()
            && progress.failure.is_none()
            && let Err(error) = journal::remove(&self.held.dir)
        {
            tracing::warn!(%error, "a finished journal could not be removed");
        }
    }

    /// Makes the log, and takes the lock if that had to wait for the log's
    /// directory.
    fn make_log(&mut self) -> Result<LogReadiness, StoreError> {
        let made = self.log.make(&self.held.dir);
        made.map_err(StoreError::audit)?;
        if !self.lock.is_deferred() {
            return Ok(LogReadiness::Ready);
        }
        // What is locked may lie elsewhere than the log.
        let home = tree::open_or_make(&self.held.dir, &layout::home());
        drop(home.map_err(StoreError::audit)?);
        let path = || self.context.anchor.path().to_owned();
        let taken = RootLock::take(&self.held.dir, PATIENCE);
        let taken = taken.map_err(|source| StoreError::io("lock", path(), source))?;
        *self.lock = taken.ok_or_else(|| StoreError::Busy { path: path() })?;
        // Nobody could be sure to be alone before.
        if *self.untidy && self.lock.is_exclusive() {
            *self.untidy = recover::sweep(&self.held.dir).is_err();
        }
        Ok(LogReadiness::LockTaken)
    }

    /// Records, durably, what is done without changing a file.
    pub(crate) fn record_noted(
        &mut self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
    ) -> Result<(), StoreError> {
        let header = EntryHeader {
            id: self.options.ids.next_id(),
            workspace: self.options.workspace.id.as_str(),
            at: self.options.clock.now_ms(),
        };
        let entry = header.of_note(actor, action, note, approval);
        self.make_log()?;
        let written = line::noted(&entry).and_then(|line| self.log.append(&line));
        written
            .and_then(|()| self.log.sync())
            .map_err(StoreError::audit)
    }
}

/// Whether what was planned may be written down.
enum LogReadiness {
    /// It may.
    Ready,
    /// The lock was taken only now.
    LockTaken,
}

/// Lines one after another, for one call to the disk.
fn joined(lines: impl Iterator<Item = io::Result<Vec<u8>>>) -> io::Result<Vec<u8>> {
    lines
        .collect::<io::Result<Vec<_>>>()
        .map(|lines| lines.concat())
}

fn answer_of(
    receipt: CommitReceipt,
    progress: &CommitProgress,
    files: &ConfinedReader<'_>,
) -> Option<OrderAnswer> {
    if progress.is_open() {
        return progress
            .failure
            .as_ref()
            .map(|failure| Err(failure.clone().into_error()));
    }
    if !progress.covers(&receipt.plan) {
        return None;
    }
    Some(match &progress.volatile {
        // In place but maybe not durable is no yes: after a power loss the
        // caller would have been told of a change that is gone.
        None => Ok(receipt),
        Some(error) => {
            let first = receipt.plan.edits.first().map(|edit| &edit.path);
            let path = files.in_workspace(first.unwrap_or(&RelPath::root()));
            Err(StoreError::Io {
                action: "sync",
                path,
                source: Arc::clone(error),
            })
        }
    })
}

/// What could not be undone is not done.
fn not_kept(files: &ConfinedReader<'_>, source: io::Error) -> StoreError {
    StoreError::io("keep in", files.in_workspace(&layout::home()), source)
}
