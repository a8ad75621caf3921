//! Commands: prompts that people start by name.
//!
//! The engine (1.18) reads them from `commands` and `command` of its
//! directories, at any depth (`a/b.md` is the command `a/b`), and from the
//! `command` setting. It lays what they say of one name over each other, field
//! by field: settings below the files of the same directory, the workspace's
//! `.opencode` below those of the directories above it.

use std::collections::BTreeMap;

use crate::config::ReadError;
use crate::files::{EntryKind, FileError, FileRoot, Files, Location, TEXT_LIMIT, WalkSight, walk};
use crate::layer::{ConfigDirectory, ConfigFile, ConfigScope, ConfigSources, LayerScope, LoadItem};
use crate::name::is_word;
use crate::path::RelPath;
use openwork_frontmatter::{HeaderDocument, HeaderField};

mod said;

use self::said::CommandDefinition;

/// The folders of a directory. Where both hold a command, which of them the
/// engine takes is open; here it is the one that this server writes to.
const FOLDERS: [&str; 2] = ["command", "commands"];

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

    fn reach(self) -> ConfigScope {
        match self {
            Self::Workspace => ConfigScope::Project,
            Self::Global => ConfigScope::All,
        }
    }

    fn covers(self, layer: LayerScope) -> bool {
        layer.is_global() == (self == Self::Global)
    }
}

/// The commands of one scope by name, each once.
///
/// A file that cannot be read, or whose name is no command's, is left out
/// and hides nothing else.
pub fn list(files: &dyn Files, scope: CommandScope) -> Result<Vec<CommandItem>, ReadError> {
    let ground = ConfigSources::read(files, scope.reach())?;
    let mut named = NamedCommand::default();
    for step in ground.steps() {
        match step {
            LoadItem::Layer(layer) if scope.covers(layer.scope) => named.add_settings(layer),
            LoadItem::Directory(directory) if scope.covers(directory.scope) => {
                for file in in_directory(files, directory)? {
                    named.add(file.said);
                }
            }
            LoadItem::Layer(_) | LoadItem::Directory(_) => {}
        }
    }
    Ok(named.items(scope))
}

/// The command that is listed for the workspace under a name.
pub fn find(files: &dyn Files, name: &str) -> Result<CommandItem, ReadError> {
    let mut listed = list(files, CommandScope::Workspace)?.into_iter();
    listed
        .find(|item| item.name == name)
        .ok_or(ReadError::CommandNotFound)
}

/// Reads the text of a command's file; `stem` is the file's path below its
/// folder without `.md`. `None` if its name is no command's.
///
/// Broken frontmatter makes the whole text the template, as in the engine.
///
/// ```
/// use openwork_model::command::{CommandScope, read_entry};
///
/// let command = read_entry("file", "---\nname: daily\n---\n\nSum up.\n", CommandScope::Workspace);
/// assert_eq!(command.map(|item| (item.name, item.template)), Some(("daily".into(), "Sum up.".into())));
/// ```
pub fn read_entry(stem: &str, text: &str, scope: CommandScope) -> Option<CommandItem> {
    CommandDefinition::in_file(stem, text).item(scope)
}

/// What a command's file says of `subtask`, if that is a boolean.
pub fn subtask_of(file: &HeaderDocument<'_>) -> Option<bool> {
    match file.get("subtask") {
        Some(HeaderField::Bool(subtask)) => Some(*subtask),
        _ => None,
    }
}

/// A command file of the workspace itself.
#[derive(Debug)]
pub struct FoundCommand {
    /// The file, below the workspace.
    pub path: RelPath,
    /// What it says.
    pub item: CommandItem,
}

/// The command files of one scope's first directory, each alone, by name.
pub fn found(files: &dyn Files, scope: CommandScope) -> Result<Vec<FoundCommand>, ReadError> {
    let ground = ConfigSources::read(files, scope.reach())?;
    let root = match scope {
        CommandScope::Workspace => FileRoot::Workspace,
        CommandScope::Global => FileRoot::Global,
    };
    let mut commands = Vec::new();
    for directory in ground
        .directories()
        .iter()
        .filter(|directory| directory.at.root == root)
    {
        let found = in_directory(files, directory)?.into_iter();
        commands.extend(found.filter_map(|file| {
            let item = file.said.item(scope)?;
            Some(FoundCommand {
                path: file.at.path,
                item,
            })
        }));
    }
    commands.sort_by(|a, b| a.item.name.cmp(&b.item.name));
    Ok(commands)
}

/// The commands that the workspace's own files make, as far as an import can
/// make them again: those with a name of one word.
pub fn exported(files: &dyn Files) -> Result<Vec<CommandItem>, ReadError> {
    let ground = ConfigSources::read(files, ConfigScope::Project)?;
    let mut named = NamedCommand::default();
    for directory in ground
        .directories()
        .iter()
        .filter(|directory| directory.at.root == FileRoot::Workspace)
    {
        for file in in_directory(files, directory)? {
            named.add(file.said);
        }
    }
    let mut items = named.items(CommandScope::Workspace);
    items.retain(|item| is_word(&item.name));
    Ok(items)
}

/// What is said of each name so far.
#[derive(Default)]
struct NamedCommand(BTreeMap<String, CommandDefinition>);

impl NamedCommand {
    fn add(&mut self, said: CommandDefinition) {
        match self.0.get_mut(&said.name) {
            Some(below) => below.lay(said),
            None => drop(self.0.insert(said.name.clone(), said)),
        }
    }

    /// Adds what the `command` setting of a layer says.
    fn add_settings(&mut self, layer: &ConfigFile) {
        let setting = layer
            .content
            .as_ref()
            .ok()
            .and_then(|fields| fields.get("command"));
        let entries = setting
            .and_then(serde_json::Value::as_object)
            .into_iter()
            .flatten();
        for (name, entry) in entries {
            self.add(CommandDefinition::in_settings(name, entry));
        }
    }

    fn items(self, scope: CommandScope) -> Vec<CommandItem> {
        self.0
            .into_values()
            .filter_map(|said| said.item(scope))
            .collect()
    }
}

/// A command's file and what it says.
struct CommandFile {
    at: Location,
    said: CommandDefinition,
}

/// The command files of a directory, in the order in which they count.
fn in_directory(
    files: &dyn Files,
    directory: &ConfigDirectory,
) -> Result<Vec<CommandFile>, FileError> {
    let mut found = Vec::new();
    for folder in FOLDERS.iter().filter_map(|name| directory.folder(name)) {
        let mut closed = None;
        walk(files, &folder, &|_| true, &mut |sight| match sight {
            WalkSight::Entry { dir, entry, .. } if entry.kind == EntryKind::File => {
                found.extend(
                    dir.join(&entry.name)
                        .and_then(|at| in_file(files, &folder, at)),
                );
            }
            WalkSight::Closed {
                dir,
                error: error @ FileError::Io { .. },
            } if *dir == folder => closed = Some(error),
            WalkSight::Entry { .. }
            | WalkSight::Closed { .. }
            | WalkSight::TooDeep { .. }
            | WalkSight::TooMany => {}
        });
        closed.map_or(Ok(()), Err)?;
    }
    Ok(found)
}

fn in_file(files: &dyn Files, folder: &Location, at: Location) -> Option<CommandFile> {
    let below = at.path.as_str().get(folder.path.as_str().len()..)?;
    let stem = below.trim_start_matches('/').strip_suffix(".md")?;
    let contents = files.read(&at, TEXT_LIMIT).ok()??;
    let said = CommandDefinition::in_file(stem, std::str::from_utf8(&contents).ok()?);
    Some(CommandFile { at, said })
}
