//! Commands: prompts that people start by name.
//!
//! The engine (1.18) reads them from `commands` and `command` of its
//! directories, at any depth (`a/b.md` is the command `a/b`), and from the
//! `command` setting and its newer form `commands`. It lays what they say of one name over each other, field
//! by field: settings below the files of the same directory, the workspace's
//! `.opencode` below those of the directories above it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::ReadError;
use crate::files::{FileError, FileRoot, Files, Location};
use crate::forms;
use crate::layer::{ConfigDirectory, ConfigFile, ConfigScope, ConfigSources, LayerScope, LoadItem};
use crate::layout::FolderContent;
use crate::path::RelPath;
use crate::prompt_files::{PromptDepth, PromptFile, PromptFiles};

mod definition;
mod header;
mod outside;
mod place;
mod skipped;
mod whole;

use self::definition::CommandDefinition;
pub use self::header::header_faults;
pub use self::outside::command_outside;
pub use self::place::{CommandPlace, command_places};
use self::skipped::CommandFault;
pub use self::skipped::{CommandRule, SkippedCommand};
pub use self::whole::{WholeCommand, importable_commands};

/// One command as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandItem {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it says, trimmed.
    pub template: String,
    /// The agent that carries it out.
    pub agent: Option<String>,
    /// The model that carries it out.
    pub model: Option<String>,
    /// The variant of the model, such as how much it thinks.
    pub variant: Option<String>,
    /// Whether it runs as a task of its own.
    pub subtask: Option<bool>,
    /// Where it comes from.
    pub scope: CommandScope,
}

/// Where commands come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommandScope {
    /// The workspace and the directories above it in its worktree.
    Workspace,
    /// The user's own directories.
    Global,
}

impl CommandScope {
    /// The word of the OpenWork API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Global => "global",
        }
    }

    fn config_scope(self) -> ConfigScope {
        match self {
            Self::Workspace => ConfigScope::Project,
            Self::Global => ConfigScope::All,
        }
    }

    fn covers(self, layer: LayerScope) -> bool {
        self == Self::of(layer)
    }

    fn of(layer: LayerScope) -> Self {
        if layer.is_global() {
            Self::Global
        } else {
            Self::Workspace
        }
    }
}

impl AsRef<str> for CommandScope {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// The commands of one scope, and what is left out of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CommandsView {
    /// By name, each once.
    pub items: Vec<CommandItem>,
    /// What is not listed, if that was asked for.
    pub skipped: Option<Vec<SkippedCommand>>,
}

impl CommandsView {
    /// The same, with nothing said of what is left out.
    #[must_use]
    pub fn without_skipped(self) -> Self {
        Self {
            skipped: None,
            ..self
        }
    }
}

/// The commands of one scope by name, each once, and what is left out.
///
/// A file that cannot be read, or whose name is no command's, is skipped and
/// hides nothing else.
pub fn list_commands(files: &dyn Files, scope: CommandScope) -> Result<CommandsView, ReadError> {
    let sources = ConfigSources::read(files, scope.config_scope())?;
    let mut named = NamedCommands::default();
    let mut skipped = Vec::new();
    for item in sources.load_order() {
        match item {
            LoadItem::Layer(layer) if scope.covers(layer.scope) => named.add_settings(layer),
            LoadItem::Directory(directory) if scope.covers(directory.scope) => {
                // Settings first, then the files beside them, as `load_order` has it: the
                // engine lays them over each other in this order.
                let found = CommandFiles::in_directory(files, directory)?;
                for file in found.files {
                    named.add(file.definition, files.absolute(&file.at));
                }
                let faults = found.faults.into_iter();
                skipped.extend(faults.map(|(at, fault)| fault.skipped(files.absolute(&at), scope)));
            }
            LoadItem::Layer(_) | LoadItem::Directory(_) => {}
        }
    }
    let (items, nameless) = named.items(scope);
    skipped.extend(nameless);
    Ok(CommandsView {
        items,
        skipped: Some(skipped),
    })
}

/// The command that is listed for the workspace under a name.
pub fn find_command(files: &dyn Files, name: &str) -> Result<CommandItem, ReadError> {
    let listed = list_commands(files, CommandScope::Workspace)?.items;
    listed
        .into_iter()
        .find(|item| item.name == name)
        .ok_or(ReadError::CommandNotFound)
}

/// Reads the text of a command's file; `stem` is the file's path below its
/// folder without `.md`. `None` if its name is no command's.
///
/// Broken frontmatter makes the whole text the template, as in the engine.
///
/// ```
/// use openwork_model::command::{CommandScope, read_command};
///
/// let command = read_command("file", "---\nname: daily\n---\n\nSum up.\n", CommandScope::Workspace);
/// assert_eq!(command.map(|item| (item.name, item.template)), Some(("daily".into(), "Sum up.".into())));
/// ```
pub fn read_command(stem: &str, text: &str, scope: CommandScope) -> Option<CommandItem> {
    CommandDefinition::in_file(stem, text).item(scope).ok()
}

/// A command file of the workspace itself.
#[derive(Debug)]
pub struct FoundCommand {
    /// The file, below the workspace.
    pub path: RelPath,
    /// What it says.
    pub item: CommandItem,
    /// Its whole text.
    pub text: String,
}

/// The command files of one scope's first directory, each alone, by name; of
/// several with one name the last counts, field by field.
pub fn command_files(
    files: &dyn Files,
    scope: CommandScope,
) -> Result<Vec<FoundCommand>, ReadError> {
    let sources = ConfigSources::read(files, scope.config_scope())?;
    let root = match scope {
        CommandScope::Workspace => FileRoot::Workspace,
        CommandScope::Global => FileRoot::Global,
    };
    let mut commands = Vec::new();
    for directory in sources
        .directories()
        .iter()
        .filter(|directory| directory.at.root == root)
    {
        let found = CommandFiles::in_directory(files, directory)?.files;
        commands.extend(found.into_iter().filter_map(|file| {
            let item = file.definition.item(scope).ok()?;
            Some(FoundCommand {
                path: file.at.path,
                item,
                text: file.text,
            })
        }));
    }
    commands.sort_by(|a, b| a.item.name.cmp(&b.item.name));
    Ok(commands)
}

/// What is said of each name so far, and where the last word on it stands.
#[derive(Default)]
struct NamedCommands(BTreeMap<String, (PathBuf, CommandDefinition)>);

impl NamedCommands {
    fn add(&mut self, definition: CommandDefinition, path: PathBuf) {
        match self.0.get_mut(&definition.name) {
            Some((at, below)) => {
                *at = path;
                below.override_with(definition);
            }
            None => drop(self.0.insert(definition.name.clone(), (path, definition))),
        }
    }

    /// Adds what the settings of a layer say.
    fn add_settings(&mut self, layer: &ConfigFile) {
        for definition in settings_of(layer) {
            self.add(definition, layer.path.clone());
        }
    }

    /// The commands, and what is none.
    fn items(self, scope: CommandScope) -> (Vec<CommandItem>, Vec<SkippedCommand>) {
        let mut items = Vec::new();
        let mut skipped = Vec::new();
        for (path, definition) in self.0.into_values() {
            match definition.item(scope) {
                Ok(item) => items.push(item),
                Err(fault) => skipped.push(fault.skipped(path, scope)),
            }
        }
        (items, skipped)
    }
}

/// What the settings of a layer say: `command`, and the newer `commands` as the
/// engine loads them.
fn settings_of(layer: &ConfigFile) -> Vec<CommandDefinition> {
    let Ok(written) = &layer.content else {
        return Vec::new();
    };
    let loaded = forms::loaded(written);
    let setting = loaded.get("command");
    let entries = setting
        .and_then(serde_json::Value::as_object)
        .into_iter()
        .flatten();
    entries
        .map(|(name, entry)| CommandDefinition::in_settings(name, entry))
        .collect()
}

/// A command's file and what it says.
struct CommandFile {
    at: Location,
    definition: CommandDefinition,
    text: String,
}

/// The command files of a directory, in the order in which they count.
struct CommandFiles {
    files: Vec<CommandFile>,
    /// What could not be read or looked at, and why.
    faults: Vec<(Location, CommandFault)>,
}

impl CommandFiles {
    fn in_directory(files: &dyn Files, directory: &ConfigDirectory) -> Result<Self, FileError> {
        let (content, depth) = (FolderContent::Commands, PromptDepth::Any);
        let found = PromptFiles::in_directory(files, directory, content, depth)?;
        let command = |file: PromptFile| CommandFile {
            definition: CommandDefinition::in_file(&file.stem, &file.text),
            at: file.at,
            text: file.text,
        };
        Ok(Self {
            files: found.files.into_iter().map(command).collect(),
            faults: found.faults,
        })
    }
}
