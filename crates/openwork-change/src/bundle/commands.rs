//! The commands of an export.

use crate::change::CommandDraft;
use openwork_model::command::{CommandItem, WholeCommand, importable_commands};
use openwork_model::config::ReadError;
use openwork_model::files::Files;

/// A command as it is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandExport {
    /// As it is listed.
    pub item: CommandItem,
    /// The whole text of its file, where its header has more than the item:
    /// other fields, comments.
    pub content: Option<String>,
}

/// The commands of the workspace's own files by name, as far as an import can
/// make them again. Those of the configuration come with the configuration.
pub(super) fn exported(files: &dyn Files) -> Result<Vec<CommandExport>, ReadError> {
    let exported = |WholeCommand { item, text }: WholeCommand| CommandExport {
        content: text.filter(|text| says_more(text, &item)),
        item,
    };
    let commands = importable_commands(files)?.into_iter();
    Ok(commands.map(exported).collect())
}

/// Whether a text can be imported, and has more than the item.
fn says_more(text: &str, item: &CommandItem) -> bool {
    let Ok(draft) = CommandDraft::of_file(&item.name, text) else {
        return false;
    };
    // To the engine a broken header is a part of the template, and to an import
    // it is none at all.
    draft.template() == item.template && draft.has_more()
}
