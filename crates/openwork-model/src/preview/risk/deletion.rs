//! Files that go.

use super::{Risk, extension};
use crate::change::Action;
use crate::name::Place;
use crate::path::RelPath;
use crate::plan::Plan;

/// Counts what is deleted; an import that deletes does so before it writes.
pub(super) fn assess(risk: &mut Risk, plan: &Plan) {
    let gone = plan.edits.iter().filter(|edit| edit.after.is_none());
    let [mut skills, mut commands, mut files] = [0, 0, 0];
    for edit in gone {
        let count = match () {
            () if is_skill(&edit.path) => &mut skills,
            () if is_command(&edit.path) => &mut commands,
            () => &mut files,
        };
        *count += 1;
    }
    let counted = [
        (skills, "skill"),
        (commands, "command"),
        (files, "further file"),
    ];
    let counted: Vec<String> = counted
        .into_iter()
        .filter_map(|(count, name)| some(count, name))
        .collect();
    let Some((last, others)) = counted.split_last() else {
        return;
    };
    let all = if others.is_empty() {
        last.clone()
    } else {
        format!("{} and {last}", others.join(", "))
    };
    if plan.action == Action::ConfigImport {
        risk.warn(format!("Deletes {all} first."));
    } else {
        risk.note(format!("Deletes {all}."));
    }
}

fn some(count: usize, name: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {name}")),
        _ => Some(format!("{count} {name}s")),
    }
}

fn is_skill(path: &RelPath) -> bool {
    path.is_below(&Place::Skills.path()) && path.file_name() == Some("SKILL.md")
}

fn is_command(path: &RelPath) -> bool {
    path.is_below(&Place::Commands.path()) && extension(path) == Some("md")
}
