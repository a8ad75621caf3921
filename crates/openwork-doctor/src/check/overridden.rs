//! Settings that several sources have.

use super::DoctorCheck;
use crate::facts::{DoctorFacts, OverriddenSetting};
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "overridden",
    title: "each setting is set in one place",
    is_quick: false,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    facts.settings.overridden.iter().map(finding).collect()
}

fn finding(setting: &OverriddenSetting) -> DoctorFinding {
    let OverriddenSetting { key, counts, place } = setting;
    DoctorFinding::warning(
        "overridden.setting",
        format!("`{key}` is set in several places, and {counts} counts"),
    )
    .placed(Some(place.clone()))
    .why(format!("a change of it in {place} has no effect"))
    .fix(format!(
        "keep it in one place: take it out of {place}, or out of {counts}"
    ))
}
