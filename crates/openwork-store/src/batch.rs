//! Orders planned one after another in memory, to be carried out together.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use openwork_model::audit::AuditEntry;
use openwork_model::digest::Digest;
use openwork_model::files::{Contents, Files, Overlay};
use openwork_model::path::RelPath;
use openwork_model::plan::{Plan, Warning};
use openwork_model::store::{Order, Receipt, StoreError};
use uuid::Uuid;

use crate::audit_log::changed::{Changed, changed};
use crate::audit_log::line::{FileNote, Intent};
use crate::layout;

/// What became of one order.
pub(crate) type Answer = Result<Receipt, StoreError>;

/// The plans of some orders and what they come to.
pub(crate) struct Batch<'f> {
    files: &'f dyn Files,
    /// The answers that are known without writing.
    pub(crate) answers: Vec<Option<Answer>>,
    /// The plans that change something, each with its order's place.
    pub(crate) plans: Vec<(usize, Plan)>,
    /// What becomes of each file in the end.
    pub(crate) changes: Vec<FileChange>,
    told: OnceCell<Vec<Told>>,
}

/// What is said of a plan: to the log, and to whoever wanted it.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) changed: Vec<Changed>,
    pub(crate) warnings: Vec<Warning>,
}

/// One file before and after a whole batch.
#[derive(Debug, Clone)]
pub(crate) struct FileChange {
    pub(crate) path: RelPath,
    pub(crate) before: Option<Contents>,
    pub(crate) after: Option<Contents>,
    /// What the new contents are called until they are in place.
    pub(crate) temporary: Option<String>,
}

impl FileChange {
    pub(crate) fn note(&self) -> FileNote {
        let digest = |contents: &Option<Contents>| contents.as_deref().map(Digest::of);
        FileNote::new(
            &self.path,
            digest(&self.before),
            digest(&self.after),
            self.temporary.clone(),
        )
    }
}

impl<'f> Batch<'f> {
    /// Plans orders, each on the files as the ones before it leave them.
    pub(crate) fn plan(
        orders: &[&Order],
        files: &'f dyn Files,
        at: u64,
        next_id: &dyn Fn() -> Uuid,
    ) -> Self {
        let mut seen = Overlay::new(files);
        let mut batch = Self {
            files,
            answers: Vec::new(),
            plans: Vec::new(),
            changes: Vec::new(),
            told: OnceCell::new(),
        };
        for (place, order) in orders.iter().enumerate() {
            batch.answers.push(match order.plan(&seen) {
                Ok(plan) if plan.is_noop() => {
                    let warnings = plan.warnings(&seen);
                    Some(Ok(Receipt { plan, warnings, at }))
                }
                Ok(plan) => {
                    seen.apply(&plan.edits);
                    batch.plans.push((place, plan));
                    None
                }
                Err(error) => Some(Err(error)),
            });
        }
        batch.changes = changes(&batch.plans, next_id);
        batch
    }

    /// Whether some order is only whole if several files change.
    pub(crate) fn needs_journal(&self) -> bool {
        self.changes.len() > 1 && self.plans.iter().any(|(_, plan)| plan.edits.len() > 1)
    }

    /// What is said of each plan. Working it out takes a while.
    pub(crate) fn told(&self) -> &[Told] {
        self.told.get_or_init(|| {
            let mut seen = Overlay::new(self.files);
            let tell = |(_, plan): &(usize, Plan)| {
                let warnings = plan.warnings(&seen);
                seen.apply(&plan.edits);
                let changed = changed(plan);
                Told { changed, warnings }
            };
            self.plans.iter().map(tell).collect()
        })
    }

    /// The plans, each with its order's place and what is said of it.
    pub(crate) fn into_plans(self) -> impl Iterator<Item = (usize, Plan, Told)> {
        let told = self.told.into_inner().unwrap_or_default();
        let told = told
            .into_iter()
            .chain(std::iter::repeat_with(Told::default));
        let plans = self.plans.into_iter().zip(told);
        plans.map(|((place, plan), told)| (place, plan, told))
    }

    /// What is recorded before the change, one intent for each plan.
    pub(crate) fn intents(
        &self,
        orders: &[&Order],
        workspace: &str,
        at: u64,
        next_id: &dyn Fn() -> Uuid,
    ) -> Vec<Intent> {
        let batch = next_id();
        let notes: BTreeMap<&RelPath, FileNote> = self
            .changes
            .iter()
            .map(|change| (&change.path, change.note()))
            .collect();
        let intent = |(place, plan): &(usize, Plan)| {
            let order = orders.get(*place)?;
            let entry = AuditEntry {
                id: next_id(),
                workspace_id: workspace.to_owned(),
                actor: order.actor.clone(),
                action: plan.action.as_str().to_owned(),
                target: plan.audit.target.clone(),
                summary: plan.audit.summary.clone(),
                timestamp: at,
                approval: Some(order.approval),
            };
            let files = plan
                .edits
                .iter()
                .filter_map(|edit| notes.get(&edit.path).cloned());
            Some(Intent::new(batch, entry, files.collect()))
        };
        self.plans.iter().filter_map(intent).collect()
    }
}

/// The edits of all plans, one for each file that is another in the end.
fn changes(plans: &[(usize, Plan)], next_id: &dyn Fn() -> Uuid) -> Vec<FileChange> {
    let mut ends: BTreeMap<&RelPath, (&Option<Contents>, &Option<Contents>)> = BTreeMap::new();
    for edit in plans.iter().flat_map(|(_, plan)| &plan.edits) {
        let end = ends
            .entry(&edit.path)
            .or_insert((&edit.before, &edit.after));
        end.1 = &edit.after;
    }
    let changed = ends
        .into_iter()
        .filter(|(_, (before, after))| before != after);
    changed
        .map(|(path, (before, after))| FileChange {
            path: path.clone(),
            before: before.clone(),
            after: after.clone(),
            temporary: after.as_ref().map(|_| layout::temporary(next_id())),
        })
        .collect()
}
