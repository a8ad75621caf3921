//! Skills and commands that lie where they only seem to be read.

use openwork_model::files::Files;

use super::{DoctorCheck, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;

mod folders;
mod names;
mod paths;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "unread",
    title: "nothing lies where it only seems to be read",
    is_quick: false,
    run,
};

/// Why it matters.
const UNSEEN: &str = "agents do not get what is in it, and nobody is told";

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    once(facts.readable().flat_map(|(_, files)| of_workspace(files)))
}

fn of_workspace(files: &dyn Files) -> Vec<DoctorFinding> {
    let folders = folders::unread(files).into_iter();
    let names = names::unread(files);
    folders.chain(names).chain(paths::unread(files)).collect()
}
