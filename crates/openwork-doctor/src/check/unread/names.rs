//! Files of skills whose names are nearly right.

use std::collections::HashSet;

use openwork_model::files::{EntryKind, Files, Location, WalkSight, walk};
use openwork_model::layout::{SKILL_FILE, skill_folders};

use crate::finding::DoctorFinding;

/// The files in folders for skills that are named like a skill's, but for the
/// case of letters.
pub(super) fn unread(files: &dyn Files) -> Vec<DoctorFinding> {
    let found = skill_folders().flat_map(|folder| misnamed(files, &Location::workspace(folder)));
    found.map(|at| finding(files, &at)).collect()
}

fn misnamed(files: &dyn Files, top: &Location) -> Vec<Location> {
    let mut found = Vec::new();
    let mut skills = HashSet::new();
    walk(files, top, &|_| true, &mut |sight| {
        let WalkSight::Entry { dir, entry, .. } = sight else {
            return;
        };
        if entry.name == SKILL_FILE {
            skills.insert(dir.clone());
        } else if entry.kind == EntryKind::File && entry.name.eq_ignore_ascii_case(SKILL_FILE) {
            found.extend(dir.join(&entry.name).map(|at| (dir.clone(), at)));
        }
    });
    // Beside the right one it is something else.
    found.retain(|(dir, _)| !skills.contains(dir));
    found.into_iter().map(|(_, at)| at).collect()
}

fn finding(files: &dyn Files, at: &Location) -> DoctorFinding {
    let name = at.path.file_name().unwrap_or_default();
    let what =
        format!("`{name}` makes no skill: the engine reads files that are named {SKILL_FILE}");
    DoctorFinding::warning("unread.name", what)
        .at(files.absolute(at), None)
        .why("agents do not get the skill, and nobody is told")
        .fix(format!("rename it to {SKILL_FILE}"))
}
