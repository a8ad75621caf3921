//! Whether the clock is set.

use openwork_model::files::Files;
use serde_json::Value;

use super::DoctorCheck;
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "clock",
    title: "the clock is set",
    is_quick: false,
    run,
};

/// The beginning of 2025: this program did not exist before.
const BEGINNING_MS: u64 = 1_735_689_600_000;
/// How far clocks may differ that are set.
const TOLERANCE_MS: u64 = 5 * 60 * 1000;

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    if facts.now_ms == 0 {
        return Vec::new();
    }
    if facts.now_ms < BEGINNING_MS {
        return vec![wrong("the clock of this machine is years behind")];
    }
    let newest = facts.readable().filter_map(|(_, files)| newest(files));
    match newest.max() {
        Some(newest) if newest > facts.now_ms + TOLERANCE_MS => {
            vec![wrong("the audit log has an entry of a later time than now")]
        }
        _ => Vec::new(),
    }
}

fn wrong(what: &str) -> DoctorFinding {
    DoctorFinding::warning("clock.behind", what)
        .why("records carry wrong times, and tokens that should end stay good")
        .fix("set the clock, best by a service that keeps it set")
}

/// When the newest change was recorded, in ms since 1970.
fn newest(files: &dyn Files) -> Option<u64> {
    let entries = files.newest_entries(1).ok()?;
    let entry: Value = serde_json::from_str(entries.first()?.get()).ok()?;
    entry.get("timestamp")?.as_u64()
}
