//! A change that was planned and not made yet.

use std::fmt;
use std::sync::Arc;

use openwork_change::change::{Change, Proposal};
use openwork_change::effect::Effect;
use openwork_change::plan::{Plan, Precondition};
use openwork_change::preview::{ChangeKind, FileChange, Preview, preview};
use openwork_change::store::{CommitReceipt, Order, Store};
use openwork_model::actor::Actor;
use openwork_model::audit::ApprovedBy;
use openwork_model::hidden::{escape_line, escape_source};

use crate::error::Error;

/// A change with what it would do, as a person can be shown it.
///
/// Displayed it is its summary, its effects and a unified diff, in which
/// secrets are masked and characters that cannot be seen are spelt out.
#[must_use = "nothing is written until it is committed"]
pub struct Proposed {
    store: Arc<dyn Store>,
    proposal: Arc<Proposal>,
    summary: String,
    preview: Preview,
    preconditions: Vec<Precondition>,
}

impl Proposed {
    pub(crate) fn new(store: Arc<dyn Store>, proposal: Arc<Proposal>, plan: Plan) -> Self {
        Self {
            store,
            summary: plan.summary.clone(),
            // Made at once, as the plan with all contents goes right after:
            // what is kept while somebody looks is the preview and digests of
            // what it rests on.
            preview: preview(&proposal.change, &plan),
            preconditions: plan.into_preconditions(),
            proposal,
        }
    }

    /// What is wanted.
    pub fn change(&self) -> &Change {
        &self.proposal.change
    }

    /// The change in a few words.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// What it sets off beyond its files, the gravest first.
    pub fn effects(&self) -> &[Effect] {
        &self.preview.effects
    }

    /// All that a person is shown: files, effects, the level.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }

    /// Whether everything is as wanted already.
    pub fn is_noop(&self) -> bool {
        self.preview.changes.is_empty()
    }

    /// Makes the change, and records who wanted it.
    ///
    /// What is written is what was shown: where other parts of the same files
    /// have changed meanwhile, they stay as they are by then.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] if what would be replaced is no longer what was shown,
    /// [`Error::Store`] if the change cannot be made; either way nothing was
    /// written.
    pub fn commit(self, actor: Actor) -> Result<CommitReceipt, Error> {
        let order = Order {
            proposal: self.proposal,
            shown: Some(self.preconditions),
            actor,
            approval: ApprovedBy::Host.into(),
        };
        // One order has one answer; a store that gives none has lost it.
        let answer = self.store.commit(vec![order]).pop();
        Ok(answer.ok_or(Error::Lost)??)
    }
}

impl fmt::Debug for Proposed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Proposed")
            .field("summary", &self.summary)
            .field("preview", &self.preview)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Proposed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", escape_line(&self.summary))?;
        if self.is_noop() {
            return writeln!(out, "Everything is as wanted already.");
        }
        for effect in self.effects() {
            writeln!(out, "{}: {}", effect.level, escape_line(&effect.text))?;
        }
        self.preview
            .changes
            .iter()
            .try_for_each(|change| write_diff(out, change))
    }
}

fn write_diff(out: &mut fmt::Formatter<'_>, change: &FileChange) -> fmt::Result {
    // Names and texts come from files and clients. Unescaped they could move
    // the cursor of a terminal and hide what would be written.
    let path = escape_line(change.path.as_str());
    let (old, new) = match change.kind {
        ChangeKind::Create => ("/dev/null", &*path),
        ChangeKind::Modify => (&*path, &*path),
        ChangeKind::Delete => (&*path, "/dev/null"),
    };
    writeln!(out, "--- {old}\n+++ {new}")?;
    for line in change.diff.lines() {
        writeln!(out, "{}", escape_source(line))?;
    }
    if change.truncated {
        let (added, removed) = (change.added, change.removed);
        writeln!(out, "… {added} lines come and {removed} go in all")?;
    }
    Ok(())
}
