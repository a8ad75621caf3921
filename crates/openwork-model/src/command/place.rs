//! Everything that is said of commands, in the order in which it counts.

use std::path::PathBuf;

use super::{CommandFiles, CommandScope, settings_of};
use crate::config::ReadError;
use crate::files::{Files, Location};
use crate::layer::{ConfigScope, ConfigSources, LoadItem};

/// A place that says something of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandPlace {
    /// The name of the command.
    pub name: String,
    /// The file that says it.
    pub at: Location,
    /// The same for people.
    pub path: PathBuf,
    /// Whose file it is.
    pub scope: CommandScope,
    /// Whether it is a file of its own, and no setting.
    pub is_file: bool,
}

/// All that is said of commands around a workspace, in rising order of
/// precedence. Which of the files in the folders of one directory counts is
/// not certain.
///
/// ```
/// use openwork_model::command::command_places;
/// use openwork_model::files::MemoryFiles;
///
/// let files = MemoryFiles::new()
///     .with(".opencode/commands/x.md", "File")
///     .with("opencode.json", r#"{ "command": { "x": { "template": "Setting" } } }"#);
/// let places = command_places(&files)?;
/// let told: Vec<_> = places.iter().map(|place| (place.name.as_str(), place.is_file)).collect();
/// assert_eq!(told, [("x", false), ("x", true)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A folder of commands that cannot be listed.
pub fn command_places(files: &dyn Files) -> Result<Vec<CommandPlace>, ReadError> {
    let sources = ConfigSources::read(files, ConfigScope::All)?;
    let mut places = Vec::new();
    for item in sources.load_order() {
        match item {
            LoadItem::Layer(layer) => {
                let scope = CommandScope::of(layer.scope);
                let entries = settings_of(layer).into_iter();
                places.extend(entries.map(|definition| CommandPlace {
                    name: definition.name,
                    at: layer.at.clone(),
                    path: layer.path.clone(),
                    scope,
                    is_file: false,
                }));
            }
            LoadItem::Directory(directory) => {
                let scope = CommandScope::of(directory.scope);
                let found = CommandFiles::in_directory(files, directory)?.files;
                places.extend(found.into_iter().map(|file| CommandPlace {
                    name: file.definition.name,
                    path: files.absolute(&file.at),
                    at: file.at,
                    scope,
                    is_file: true,
                }));
            }
        }
    }
    Ok(places)
}
