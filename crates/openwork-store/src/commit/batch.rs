//! Orders planned one after another in memory, to be carried out together.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use openwork_change::overlay::Overlay;
use openwork_change::plan::{FileEdit, OldContents, Plan, Warning};
use openwork_change::store::{CommitReceipt, EntryHeader, Order, StoreError};
use openwork_model::config::ReadError;
use openwork_model::digest::Digest;
use openwork_model::files::{FileContents, FileError, Files, Location};
use openwork_model::path::RelPath;
use uuid::Uuid;

use crate::audit::changed::{ChangedEntry, changed};
use crate::audit::line::{ChangeIntent, FileNote};
use crate::history::LARGEST;
use crate::history::note::HistoryNote;
use crate::layout;

/// What became of one order.
pub(crate) type OrderAnswer = Result<CommitReceipt, StoreError>;

/// The plans of some orders and what they come to.
pub(crate) struct OrderBatch<'f> {
    files: &'f dyn Files,
    /// The answers that are known without writing. An order without one that
    /// has no plan either has to be tried again.
    pub(crate) answers: Vec<Option<OrderAnswer>>,
    /// The plans that change something, each with its order's place.
    pub(crate) plans: Vec<(usize, Plan)>,
    /// What each of these plans does to files, if that is kept.
    histories: Vec<Vec<HistoryNote>>,
    /// What becomes of each file in the end.
    pub(crate) changes: Vec<StagedChange>,
    /// The files that go and are not held.
    unread: HashSet<RelPath>,
    reports: OnceCell<Vec<CommitReport>>,
}

/// What planning a batch takes beside orders and files.
#[derive(Clone, Copy)]
pub(crate) struct BatchPlanning<'p> {
    /// When, in ms since 1970.
    pub(crate) at: u64,
    pub(crate) next_id: &'p dyn Fn() -> Uuid,
    /// Whether it is kept what files were.
    pub(crate) is_kept: bool,
}

/// What a plan did: for the log, and for the one who wanted it.
#[derive(Debug, Default)]
pub(crate) struct CommitReport {
    pub(crate) changed: Vec<ChangedEntry>,
    pub(crate) warnings: Vec<Warning>,
}

/// One file before and after a whole batch.
#[derive(Debug, Clone)]
pub(crate) struct StagedChange {
    pub(crate) path: RelPath,
    pub(crate) before: Option<OldContents>,
    pub(crate) after: Option<FileContents>,
    /// Whether it will be a program, where that is to be another than it is.
    pub(crate) executable: Option<bool>,
    /// What the new contents are called until they are in place, or a file
    /// that goes and is not held until the rest of the change is made.
    pub(crate) temporary: Option<String>,
}

impl StagedChange {
    fn of(edit: FileEdit, next_id: &dyn Fn() -> Uuid) -> Self {
        let FileEdit {
            path,
            before,
            after,
            executable,
        } = edit;
        let is_unread = matches!(before, Some(OldContents::Unread(_)));
        let named = after.is_some() || is_unread;
        Self {
            path,
            before,
            after,
            executable,
            temporary: named.then(|| layout::temporary(next_id())),
        }
    }

    pub(crate) fn note(&self) -> FileNote {
        let before = self.before.as_ref().map(|before| before.digest().digest);
        let after = self.after.as_deref().map(Digest::of);
        let note = FileNote::new(&self.path, before, after, self.temporary.clone());
        note.with_mark(self.executable)
    }
}

impl<'f> OrderBatch<'f> {
    /// Plans orders, each on the files as the ones before it leave them.
    pub(crate) fn plan(
        orders: &[&Order],
        files: &'f dyn Files,
        planning: &BatchPlanning<'_>,
    ) -> Self {
        let BatchPlanning {
            at,
            next_id,
            is_kept,
        } = *planning;
        let mut overlay = Overlay::new(files);
        let mut batch = Self {
            files,
            answers: Vec::new(),
            plans: Vec::new(),
            histories: Vec::new(),
            changes: Vec::new(),
            unread: HashSet::new(),
            reports: OnceCell::new(),
        };
        for (place, order) in orders.iter().enumerate() {
            let answer = match order.plan(&overlay) {
                // The group ends here. This order and the rest are tried again
                // once the file that goes is off the disk.
                Ok(plan) if batch.writes_unread(&plan) => break,
                Ok(plan) if plan.is_noop() => {
                    let warnings = plan.warnings(&overlay);
                    Some(Ok(CommitReceipt {
                        plan,
                        warnings,
                        at,
                        entry: None,
                    }))
                }
                Ok(plan) => match history(&plan, is_kept, &overlay) {
                    Ok(history) => {
                        overlay.apply(&plan.edits);
                        batch.add(place, plan, history);
                        None
                    }
                    Err(error) => Some(Err(StoreError::Read(error.into()))),
                },
                Err(error) => Some(Err(error)),
            };
            batch.answers.push(answer);
        }
        batch.answers.resize_with(orders.len(), || None);
        batch.changes = changes(&batch.plans, next_id);
        batch
    }

    /// Whether a plan writes where an earlier one removes a file that is not
    /// held: together they would replace what cannot be put back.
    fn writes_unread(&self, plan: &Plan) -> bool {
        plan.edits
            .iter()
            .any(|edit| self.unread.contains(&edit.path))
    }

    fn add(&mut self, place: usize, plan: Plan, history: Vec<HistoryNote>) {
        let unread = plan
            .edits
            .iter()
            .filter(|edit| matches!(edit.before, Some(OldContents::Unread(_))));
        self.unread.extend(unread.map(|edit| edit.path.clone()));
        self.plans.push((place, plan));
        self.histories.push(history);
    }

    /// The contents that files have before and after the plans; those that nobody
    /// holds are read by another reader than that of the plans: what one reads again
    /// counts as seen by it, and is not compared any more.
    pub(crate) fn contents(
        &self,
        reader: &dyn Files,
        mut keep: impl FnMut(Digest, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.histories.iter().all(Vec::is_empty) {
            return Ok(());
        }
        for edit in self.plans.iter().flat_map(|(_, plan)| &plan.edits) {
            match &edit.before {
                Some(OldContents::Held(before)) => keep(Digest::of(before), before)?,
                Some(OldContents::Unread(digest)) if digest.length <= LARGEST => {
                    let at = Location::workspace(edit.path.clone());
                    let read = reader.read(&at, LARGEST).map_err(ReadError::from)?;
                    // Another one by now is noticed before anything is replaced.
                    if let Some(before) = read {
                        keep(Digest::of(&before), &before)?;
                    }
                }
                Some(OldContents::Unread(_)) | None => {}
            }
            if let Some(after) = &edit.after {
                keep(Digest::of(after), after)?;
            }
        }
        Ok(())
    }

    /// Whether some order is only whole if several files change.
    pub(crate) fn needs_journal(&self) -> bool {
        self.changes.len() > 1 && self.plans.iter().any(|(_, plan)| plan.edits.len() > 1)
    }

    /// What each plan did. Working it out takes a while.
    pub(crate) fn reports(&self) -> &[CommitReport] {
        self.reports.get_or_init(|| {
            let mut overlay = Overlay::new(self.files);
            let report_of = |(_, plan): &(usize, Plan)| {
                let warnings = plan.warnings(&overlay);
                overlay.apply(&plan.edits);
                let changed = changed(plan);
                CommitReport { changed, warnings }
            };
            self.plans.iter().map(report_of).collect()
        })
    }

    /// The plans, each with its order's place and its report.
    pub(crate) fn into_plans(self) -> impl Iterator<Item = (usize, Plan, CommitReport)> {
        // Where they were not made nothing was written either, and of such a plan
        // no answer is made: it fails or is tried again.
        let reports = self.reports.into_inner().into_iter().flatten();
        let reports = reports.chain(std::iter::repeat_with(CommitReport::default));
        let plans = self.plans.into_iter().zip(reports);
        plans.map(|((place, plan), report)| (place, plan, report))
    }

    /// What is recorded before the change, one intent for each plan.
    pub(crate) fn intents(
        &self,
        orders: &[&Order],
        workspace: &str,
        at: u64,
        next_id: &dyn Fn() -> Uuid,
    ) -> Vec<ChangeIntent> {
        let batch = next_id();
        let notes: BTreeMap<&RelPath, FileNote> = self
            .changes
            .iter()
            .map(|change| (&change.path, change.note()))
            .collect();
        let intent = |((place, plan), history): (&(usize, Plan), &Vec<HistoryNote>)| {
            let order = orders.get(*place)?;
            let header = EntryHeader {
                id: next_id(),
                workspace,
                at,
            };
            let entry = header.of_order(order, plan);
            let files = plan
                .edits
                .iter()
                .filter_map(|edit| notes.get(&edit.path).cloned());
            let intent = ChangeIntent::new(batch, entry, files.collect());
            Some(intent.keeping(history.clone()))
        };
        let plans = self.plans.iter().zip(&self.histories);
        plans.filter_map(intent).collect()
    }
}

/// What a plan does to the files, if that is kept.
fn history(plan: &Plan, is_kept: bool, files: &dyn Files) -> Result<Vec<HistoryNote>, FileError> {
    if !is_kept {
        return Ok(Vec::new());
    }
    let edits = plan.edits.iter();
    edits.map(|edit| HistoryNote::of(edit, files)).collect()
}

/// The edits of all plans, one for each file that is another in the end.
fn changes(plans: &[(usize, Plan)], next_id: &dyn Fn() -> Uuid) -> Vec<StagedChange> {
    // A file that several orders change is replaced once: from what it was
    // before the first of them to what it is after the last.
    let mut ends: BTreeMap<&RelPath, FileEdit> = BTreeMap::new();
    for edit in plans.iter().flat_map(|(_, plan)| &plan.edits) {
        match ends.get_mut(&edit.path) {
            Some(end) => {
                end.after.clone_from(&edit.after);
                // A file that goes takes its mark along, also where another comes.
                let is_gone = edit.after.is_none().then_some(false);
                end.executable = is_gone.or(edit.executable).or(end.executable);
            }
            None => drop(ends.insert(&edit.path, edit.clone())),
        }
    }
    // One order may take back what another did. Then there is nothing to write.
    let changed = ends.into_values().filter(FileEdit::is_change);
    changed
        .map(|edit| StagedChange::of(edit, next_id))
        .collect()
}
