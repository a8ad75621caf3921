//! The commands that the workspace's own files make, whole.

use std::collections::BTreeMap;

use super::{CommandItem, CommandScope, FoundCommand, command_files};
use crate::config::ReadError;
use crate::files::Files;
use crate::name::CommandName;

/// A command of the workspace's own files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeCommand {
    /// What its files say, laid over each other.
    pub item: CommandItem,
    /// The whole text of its file; `None` where several files make it together.
    pub text: Option<String>,
}

impl WholeCommand {
    fn of(found: FoundCommand) -> Self {
        Self {
            item: found.item,
            text: Some(found.text),
        }
    }

    /// Lays what another file says over this.
    fn override_with(&mut self, above: FoundCommand) {
        let below = std::mem::replace(self, Self::of(above));
        self.text = None;
        let (item, below) = (&mut self.item, below.item);
        item.description = item.description.take().or(below.description);
        item.agent = item.agent.take().or(below.agent);
        item.model = item.model.take().or(below.model);
        item.variant = item.variant.take().or(below.variant);
        item.subtask = item.subtask.or(below.subtask);
    }
}

/// The commands that the workspace's own files make, by name, as far as an
/// import can make them again: those with a template and a name that may be
/// written.
///
/// # Errors
///
/// A directory of commands that cannot be listed.
pub fn importable_commands(files: &dyn Files) -> Result<Vec<WholeCommand>, ReadError> {
    let mut named: BTreeMap<String, WholeCommand> = BTreeMap::new();
    for found in command_files(files, CommandScope::Workspace)? {
        match named.get_mut(&found.item.name) {
            Some(whole) => whole.override_with(found),
            None => drop(named.insert(found.item.name.clone(), WholeCommand::of(found))),
        }
    }
    let mut commands: Vec<WholeCommand> = named.into_values().collect();
    // What an import refused would make the whole export useless.
    commands.retain(|WholeCommand { item, .. }| {
        CommandName::parse_new(&item.name).is_ok() && !item.template.is_empty()
    });
    Ok(commands)
}
