//! How much memory a subject takes while it waits.

use std::path::PathBuf;

use openwork_change::effect::Effect;
use openwork_change::plan::Precondition;
use openwork_change::preview::FileChange;
use openwork_model::audit::AmendedPart;

use super::{ShownPlan, Subject};

impl Subject {
    /// About how many bytes it holds, what was planned included.
    pub(crate) fn weight(&self) -> usize {
        let held = self.held();
        // What lies between the texts is lost to others for as long as they
        // wait: with 5 imports of 6 MB, 43 MB were held beyond their texts.
        held + held / 2
    }

    fn held(&self) -> usize {
        let preview = &self.preview;
        size_of::<Self>()
            + self.summary.len()
            + preview.title.len()
            + preview.covers.len()
            + of_all(&self.paths, of_path)
            + of_all(&self.amended, of_amended)
            + of_all(&preview.changes, of_change)
            + of_all(&preview.effects, of_effect)
            + of_all(&preview.risk, of_text)
            + self.shown.as_deref().map_or(0, ShownPlan::weight)
    }
}

impl ShownPlan {
    fn weight(&self) -> usize {
        self.proposal.change.weight() + of_all(&self.preconditions, of_precondition)
    }
}

/// What the allocator takes for a text beside its bytes: its own record, and
/// what it rounds up. Of 50,000 short texts that is more than the texts.
const ALLOCATION: usize = 24;

fn of_all<T>(items: &[T], weight: fn(&T) -> usize) -> usize {
    items.iter().map(weight).sum()
}

#[expect(clippy::ptr_arg, reason = "one of several that are called alike")]
fn of_text(text: &String) -> usize {
    size_of::<String>() + ALLOCATION + text.len()
}

#[expect(clippy::ptr_arg, reason = "one of several that are called alike")]
fn of_path(path: &PathBuf) -> usize {
    size_of::<PathBuf>() + ALLOCATION + path.as_os_str().len()
}

pub(super) fn of_change(change: &FileChange) -> usize {
    size_of::<FileChange>()
        + change.path.as_str().len()
        + change.diff.len()
        + change.digest.as_deref().map_or(0, str::len)
        + of_all(&change.masked, of_text)
}

pub(super) fn of_amended(amended: &AmendedPart) -> usize {
    size_of::<AmendedPart>() + ALLOCATION + amended.part.len()
}

pub(super) fn of_effect(effect: &Effect) -> usize {
    let texts = effect.texts().map(|text| ALLOCATION + text.len());
    size_of::<Effect>() + texts.sum::<usize>()
}

fn of_precondition(precondition: &Precondition) -> usize {
    size_of::<Precondition>() + precondition.path.as_str().len()
}
