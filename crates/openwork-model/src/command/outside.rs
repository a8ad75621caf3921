//! What is said of a command outside of the workspace.

use std::path::PathBuf;

use super::{CommandFiles, NamedCommands};
use crate::config::ReadError;
use crate::files::{FileRoot, Files};
use crate::layer::{ConfigScope, ConfigSources, LoadItem};
use crate::name::CommandName;

/// The file outside of the workspace that has the last word on a command: in a
/// directory above it or among the user's own; `None` if none says anything.
///
/// # Errors
///
/// A directory of commands that cannot be listed.
pub fn command_outside(
    files: &dyn Files,
    name: &CommandName,
) -> Result<Option<PathBuf>, ReadError> {
    let sources = ConfigSources::read(files, ConfigScope::All)?;
    let mut named = NamedCommands::default();
    for item in sources.load_order() {
        match item {
            LoadItem::Layer(layer) if layer.at.root != FileRoot::Workspace => {
                named.add_settings(layer);
            }
            LoadItem::Directory(directory) if directory.at.root != FileRoot::Workspace => {
                for file in CommandFiles::in_directory(files, directory)?.files {
                    named.add(file.definition, files.absolute(&file.at));
                }
            }
            LoadItem::Layer(_) | LoadItem::Directory(_) => {}
        }
    }
    Ok(named.0.remove(name.as_str()).map(|(path, _)| path))
}
