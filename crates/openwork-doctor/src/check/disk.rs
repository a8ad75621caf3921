//! Whether there is room to write.

use super::DoctorCheck;
use crate::facts::{DiskRoom, DoctorFacts};
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "disks",
    title: "there is room on the disks",
    is_quick: true,
    run,
};

const MIB: u64 = 1 << 20;
/// A change of the largest size needs about this much.
const LEAST: u64 = 16 * MIB;
/// With less than this it is time to make room.
const FEW: u64 = 256 * MIB;

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    let short = facts.disks.iter().filter(|disk| disk.free_bytes < FEW);
    short.map(finding).collect()
}

fn finding(disk: &DiskRoom) -> DoctorFinding {
    let what = format!("{} MiB are free on the disk", disk.free_bytes / MIB);
    let finding = if disk.free_bytes < LEAST {
        DoctorFinding::error("disks.full", what)
            .why("a change that cannot be written and recorded whole is refused")
    } else {
        DoctorFinding::warning("disks.short", what).why("changes are refused once it is full")
    };
    finding.at(&disk.path, None).fix("make room on it")
}
