//! Things that one place defines twice, and which of the definitions counts.

use openwork_model::files::Files;

use super::{DoctorCheck, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;

mod keys;
mod plugins;
mod prompts;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "doubles",
    title: "nothing is defined twice in one place",
    is_quick: false,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    once(facts.readable().flat_map(|(_, files)| of_workspace(files)))
}

fn of_workspace(files: &dyn Files) -> Vec<DoctorFinding> {
    let prompts = prompts::doubles(files).into_iter();
    let plugins = plugins::doubles(files);
    prompts.chain(plugins).chain(keys::doubles(files)).collect()
}
