//! Plans for commands.

use super::draft::Draft;
use super::{Plan, PlanError, Receipt};
use crate::audit::AuditNote;
use crate::change::{Action, CommandDraft};
use crate::command::{self, Found, Scope};
use crate::files::{Files, TEXT_LIMIT};
use crate::name::{CommandName, Place};

/// Writes a command in place of all that are listed under its name.
pub(super) fn upsert(command: &CommandDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = Draft::new(files);
    let listed = command::found(files, Scope::Workspace)?;
    write(&mut draft, command, &listed)?;
    let target = draft.absolute(&command.name.path());
    Ok(draft.finish(
        Action::CommandsUpsert,
        format!("Upsert command {}", command.name),
        AuditNote {
            target: target.to_string_lossy().into_owned(),
            summary: format!("Upserted command {}", command.name),
        },
        Receipt::Commands,
    ))
}

/// Adds the writing of a command to a plan.
pub(super) fn write(
    draft: &mut Draft<'_>,
    command: &CommandDraft,
    listed: &[Found],
) -> Result<(), PlanError> {
    let path = command.name.path();
    draft.show(&path);
    for other in listed.iter().filter(|other| other.path != path) {
        remove(draft, &command.name, other);
    }
    draft.write(&path, command.text().into_bytes(), TEXT_LIMIT)
}

/// Removes the files of all commands that are listed under a name; there
/// need not be one.
pub(super) fn delete(name: &CommandName, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = Draft::new(files);
    draft.show(&name.path());
    for listed in &command::found(files, Scope::Workspace)? {
        remove(&mut draft, name, listed);
    }
    let target = draft.absolute(&Place::Commands.path());
    Ok(draft.finish(
        Action::CommandsDelete,
        format!("Delete command {name}"),
        AuditNote {
            target: target.to_string_lossy().into_owned(),
            summary: format!("Deleted command {name}"),
        },
        Receipt::Done,
    ))
}

fn remove(draft: &mut Draft<'_>, name: &CommandName, listed: &Found) {
    if listed.item.name == name.as_str() {
        draft.show(&listed.path);
        draft.remove(&listed.path, listed.contents.clone());
    }
}
