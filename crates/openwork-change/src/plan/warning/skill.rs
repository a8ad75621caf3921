//! Other skills of a name.

use std::collections::HashSet;
use std::path::PathBuf;

use super::{Warning, WarningCode};
use openwork_model::files::{Files, Location};
use openwork_model::name::SkillName;
use openwork_model::path::RelPath;
use openwork_model::skill;

/// The engine reads skills at the same time and keeps the one that it has read
/// last, so any other of the name may be the one.
pub(super) fn of_skills(written: &[(SkillName, RelPath)], files: &dyn Files) -> Vec<Warning> {
    let names: Vec<&SkillName> = written.iter().map(|(name, _)| name).collect();
    if names.is_empty() {
        return Vec::new();
    }
    // The change is made by now. What cannot be looked at warns of nothing.
    let Ok(found) = skill::skills_named(files, &names) else {
        return Vec::new();
    };
    let own = written.iter().map(|(_, path)| path.clone());
    let own: HashSet<PathBuf> = own
        .map(|path| files.absolute(&Location::workspace(path)))
        .collect();
    let others = found.into_iter().filter(|(_, path)| !own.contains(path));
    others.map(|(name, path)| warning(name, path)).collect()
}

fn warning(name: &SkillName, path: PathBuf) -> Warning {
    Warning {
        code: WarningCode::Ambiguous,
        message: format!(
            "There is another skill {name} in {}; the engine takes either",
            path.display()
        ),
        path,
    }
}
