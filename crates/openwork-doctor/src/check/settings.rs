//! Whether a server would start with these settings.

use super::DoctorCheck;
use crate::facts::{DoctorFacts, SettingsProblem};
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "settings",
    title: "the settings can be used",
    is_quick: true,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    let settings = &facts.settings;
    let problems = settings.problems.iter().map(problem);
    let warnings = settings.warnings.iter().map(|warning| {
        DoctorFinding::warning("settings.warning", warning)
            .why("a start goes on, and may not do what was meant")
            .fix("change the setting that it names")
    });
    problems.chain(warnings).collect()
}

fn problem(problem: &SettingsProblem) -> DoctorFinding {
    let help = problem.help.as_deref();
    let finding = DoctorFinding::error("settings.invalid", &problem.message)
        .why("the server does not start")
        .fix(help.unwrap_or("change it; `openwork-server config check` tells when it is right"));
    match &problem.place {
        Some(place) => finding.named(place),
        None => finding,
    }
}
