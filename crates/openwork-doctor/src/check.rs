//! The table of checks. Each looks at one matter and says all that is wrong
//! with it.

use crate::diagnosis::{CheckedMatter, Diagnosis};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;

mod agents;
mod audit;
mod clock;
mod commands;
mod disk;
mod doubles;
mod engine;
mod exposure;
mod forms;
mod layers;
mod overridden;
mod port;
mod prompts;
mod secret_files;
mod settings;
mod shadowed;
mod skills;
mod skipped;
mod unread;
mod workspaces;

/// Why a file matters that the engine does not take.
const REFUSED: &str = "the engine refuses every workspace that reads this file, until it is mended and the engine started again";

/// One check.
struct DoctorCheck {
    /// A word for programs, that later versions keep.
    name: &'static str,
    /// What it looks at, for people.
    title: &'static str,
    /// Whether it looks at a few files at most, and can find errors.
    is_quick: bool,
    run: fn(&DoctorFacts<'_>) -> Vec<DoctorFinding>,
}

/// All of them, in the order in which they are told: what stops a start first.
const CHECKS: [DoctorCheck; 18] = [
    settings::CHECK,
    overridden::CHECK,
    port::CHECK,
    exposure::CHECK,
    secret_files::CHECK,
    workspaces::CHECK,
    layers::CHECK,
    forms::CHECK,
    shadowed::CHECK,
    doubles::CHECK,
    skills::CHECK,
    commands::CHECK,
    agents::CHECK,
    unread::CHECK,
    engine::CHECK,
    audit::CHECK,
    clock::CHECK,
    disk::CHECK,
];

/// Asks every check.
pub fn examine(facts: &DoctorFacts<'_>) -> Diagnosis {
    ask(&|_| true, facts)
}

/// Asks the checks that can find errors and go through no folders.
pub fn examine_quickly(facts: &DoctorFacts<'_>) -> Diagnosis {
    ask(&|check| check.is_quick, facts)
}

fn ask(is_asked: &dyn Fn(&DoctorCheck) -> bool, facts: &DoctorFacts<'_>) -> Diagnosis {
    let asked = CHECKS.iter().filter(|check| is_asked(check));
    // That nothing is found where nothing is known does not mean that all is well.
    let is_known =
        |check: &&DoctorCheck| check.name == settings::CHECK.name || !facts.settings.are_unusable;
    let (known, skipped): (Vec<_>, Vec<_>) = asked.partition(is_known);
    let checked = known.into_iter().map(|check| CheckedMatter {
        check: check.name,
        title: check.title,
        findings: (check.run)(facts),
    });
    Diagnosis {
        checked: checked.collect(),
        skipped: skipped.into_iter().map(|check| check.name).collect(),
    }
}

/// Each finding once: the user's own files are read with every workspace.
fn once(findings: impl IntoIterator<Item = DoctorFinding>) -> Vec<DoctorFinding> {
    let mut told = Vec::new();
    for finding in findings {
        if !told.contains(&finding) {
            told.push(finding);
        }
    }
    told
}

#[cfg(test)]
mod tests;
