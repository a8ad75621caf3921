//! Commands: prompts that people start by name.

use crate::config::ReadError;
use crate::files::{Contents, EntryKind, FileError, Files, Location, Root, TEXT_LIMIT, entries};
use crate::frontmatter::{self, Field};
use crate::name::{Place, is_word};
use crate::path::RelPath;

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
    pub scope: Scope,
}

/// Where commands come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The workspace.
    Workspace,
    /// The user's global directory.
    Global,
}

impl Scope {
    /// The word of the seed API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Global => "global",
        }
    }

    fn directory(self) -> Location {
        match self {
            Self::Workspace => Location::workspace(Place::Commands.path()),
            Self::Global => Location::new(Root::Global, RelPath::of_components(&["commands"])),
        }
    }
}

/// The commands of one scope by name.
///
/// A file that cannot be read, or whose name is no command's, is left out
/// and hides nothing else.
pub fn list(files: &dyn Files, scope: Scope) -> Result<Vec<CommandItem>, ReadError> {
    Ok(found(files, scope)?
        .into_iter()
        .map(|command| command.item)
        .collect())
}

/// Reads the text of a command's file; `stem` is the file's name without
/// `.md`. `None` if its name is no command's.
///
/// Broken frontmatter makes the whole text the template, as in the engine.
///
/// ```
/// use openwork_model::command::{Scope, read_entry};
///
/// let command = read_entry("file", "---\nname: daily\n---\n\nSum up.\n", Scope::Workspace);
/// assert_eq!(command.map(|item| (item.name, item.template)), Some(("daily".into(), "Sum up.".into())));
/// ```
pub fn read_entry(stem: &str, text: &str, scope: Scope) -> Option<CommandItem> {
    let item = match frontmatter::parse(text) {
        Ok(file) => CommandItem {
            name: file.text_of("name").unwrap_or(stem).to_owned(),
            description: file.text_of("description").map(str::to_owned),
            template: file.body().trim().to_owned(),
            agent: file.text_of("agent").map(str::to_owned),
            model: file.text_of("model").map(str::to_owned),
            subtask: subtask_of(&file),
            scope,
        },
        Err(_) => CommandItem {
            name: stem.to_owned(),
            description: None,
            template: text.trim().to_owned(),
            agent: None,
            model: None,
            subtask: None,
            scope,
        },
    };
    is_word(&item.name).then_some(item)
}

/// What a command's file says of `subtask`, if that is a boolean.
pub(crate) fn subtask_of(file: &frontmatter::Document<'_>) -> Option<bool> {
    match file.get("subtask") {
        Some(Field::Bool(subtask)) => Some(*subtask),
        _ => None,
    }
}

/// A command that was found, with its file.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: RelPath,
    pub(crate) contents: Contents,
    pub(crate) item: CommandItem,
}

/// As [`list`], with files.
pub(crate) fn found(files: &dyn Files, scope: Scope) -> Result<Vec<Found>, FileError> {
    let directory = scope.directory();
    let entries = entries(files, &directory)?.into_iter();
    let names = entries.filter(|entry| entry.kind == EntryKind::File && !entry.is_link);
    let mut commands: Vec<Found> = names
        .filter_map(|entry| in_file(files, &directory, &entry.name, scope))
        .collect();
    commands.sort_by(|a, b| a.item.name.cmp(&b.item.name));
    Ok(commands)
}

fn in_file(files: &dyn Files, directory: &Location, name: &str, scope: Scope) -> Option<Found> {
    let stem = name.strip_suffix(".md")?;
    let at = directory.join(name)?;
    let contents = files.read(&at, TEXT_LIMIT).ok()??;
    let item = read_entry(stem, std::str::from_utf8(&contents).ok()?, scope)?;
    Some(Found {
        path: at.path,
        contents,
        item,
    })
}
