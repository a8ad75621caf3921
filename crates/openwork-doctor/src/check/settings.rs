//! Whether a server would start with these settings.

use super::DoctorCheck;
use crate::facts::{DoctorFacts, OddSetting, SettingsProblem};
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
    problems.chain(settings.odd.iter().map(odd)).collect()
}

fn problem(problem: &SettingsProblem) -> DoctorFinding {
    let help = problem.help.as_deref();
    DoctorFinding::error("settings.invalid", &problem.message)
        .placed(problem.place.clone())
        .why("the server does not start")
        .fix(help.unwrap_or("change it; `openwork-server config check` tells when it is right"))
}

fn odd(odd: &OddSetting) -> DoctorFinding {
    DoctorFinding::warning("settings.warning", &odd.message)
        .placed(odd.place.clone())
        .why(&odd.why)
        .fix(&odd.fix)
}
