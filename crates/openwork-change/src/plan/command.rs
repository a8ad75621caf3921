//! Plans for commands.

use std::collections::HashMap;

use super::draft::PlanDraft;
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, CommandDraft};
use openwork_model::command::{self, CommandScope, FoundCommand};
use openwork_model::files::{FileError, Files, TEXT_LIMIT};
use openwork_model::layout::WorkspacePlace;
use openwork_model::name::CommandName;
use openwork_model::path::RelPath;

/// Writes a command in place of all that are listed under its name.
pub(super) fn upsert(command: &CommandDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    write(&mut draft, command, &ListedCommands::read(files)?)?;
    let note = draft.note(
        &command.name().path(),
        format!("Upserted command {}", command.name()),
    );
    Ok(draft.finish(
        Action::CommandsUpsert,
        format!("Upsert command {}", command.name()),
        note,
        PlanReceipt::Commands,
    ))
}

/// Adds the writing of a command to a plan.
pub(super) fn write(
    draft: &mut PlanDraft<'_>,
    command: &CommandDraft,
    listed: &ListedCommands,
) -> Result<(), PlanError> {
    let path = command.name().path();
    draft.show(&path);
    draft.note_command(command.name());
    // A command of the same name in another file would be laid over this one.
    for other in listed
        .under(command.name())
        .iter()
        .filter(|other| **other != path)
    {
        remove(draft, other)?;
    }
    draft.write(&path, command.text().into_bytes(), TEXT_LIMIT)
}

/// Removes the files of all commands that are listed under a name; there
/// need not be one.
pub(super) fn delete(name: &CommandName, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    draft.show(&name.path());
    for file in ListedCommands::read(files)?.under(name) {
        remove(&mut draft, file)?;
    }
    let note = draft.note(
        &WorkspacePlace::Commands.path(),
        format!("Deleted command {name}"),
    );
    Ok(draft.finish(
        Action::CommandsDelete,
        format!("Delete command {name}"),
        note,
        PlanReceipt::Done,
    ))
}

/// The workspace's command files by the name under which they are listed.
pub(super) struct ListedCommands(HashMap<String, Vec<RelPath>>);

impl ListedCommands {
    pub(super) fn read(files: &dyn Files) -> Result<Self, PlanError> {
        let mut named: HashMap<String, Vec<RelPath>> = HashMap::new();
        for FoundCommand { item, path } in command::command_files(files, CommandScope::Workspace)? {
            named.entry(item.name).or_default().push(path);
        }
        Ok(Self(named))
    }

    fn under(&self, name: &CommandName) -> &[RelPath] {
        self.0.get(name.as_str()).map_or(&[], Vec::as_slice)
    }
}

fn remove(draft: &mut PlanDraft<'_>, path: &RelPath) -> Result<(), FileError> {
    draft.show(path);
    draft.remove(path)
}
