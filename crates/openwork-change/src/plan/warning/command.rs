//! What other layers do to a command.

use std::collections::HashMap;
use std::path::PathBuf;

use super::{Warning, WarningCode};
use openwork_model::files::{DirEntry, FileRoot, Files, Location, entries};
use openwork_model::forms;
use openwork_model::layer::{ConfigDirectory, ConfigFile, ConfigScope, ConfigSources, LoadItem};
use openwork_model::layout::{FolderContent, PROMPT_ENDING};
use openwork_model::name::CommandName;
use openwork_model::path::RelPath;

/// What the engine reads after commands of the workspace, and lays over them.
pub(super) fn of_commands(names: &[CommandName], files: &dyn Files) -> Vec<Warning> {
    if names.is_empty() {
        return Vec::new();
    }
    let Ok(sources) = ConfigSources::read(files, ConfigScope::All) else {
        return Vec::new();
    };
    let order = sources.load_order();
    let is_own = |item: &LoadItem<'_>| matches!(item, LoadItem::Directory(directory) if directory.at.root == FileRoot::Workspace);
    // What comes before the workspace's own directory is laid below it.
    let above = order.iter().skip_while(|item| !is_own(item)).skip(1);
    let deciding = above.flat_map(|item| match item {
        LoadItem::Layer(layer) => in_layer(names, layer),
        LoadItem::Directory(directory) => in_directory(names, directory, files),
    });
    deciding.map(|(name, path)| warning(name, path)).collect()
}

fn in_layer<'n>(names: &'n [CommandName], layer: &ConfigFile) -> Vec<(&'n CommandName, PathBuf)> {
    let Ok(written) = &layer.content else {
        return Vec::new();
    };
    let loaded = forms::loaded(written);
    let commands = loaded.get("command");
    let is_there = |name: &&CommandName| commands.and_then(|all| all.get(name.as_str())).is_some();
    let there = names.iter().filter(is_there);
    there.map(|name| (name, layer.path.clone())).collect()
}

fn in_directory<'n>(
    names: &'n [CommandName],
    directory: &ConfigDirectory,
    files: &dyn Files,
) -> Vec<(&'n CommandName, PathBuf)> {
    let folders = FolderContent::Commands
        .folder_names()
        .filter_map(|folder| directory.folder(folder));
    folders
        .flat_map(|folder| in_folder(names, &folder, files))
        .collect()
}

fn in_folder<'n>(
    names: &'n [CommandName],
    folder: &Location,
    files: &dyn Files,
) -> Vec<(&'n CommandName, PathBuf)> {
    // Each directory is listed once, as an import asks for thousands of names.
    let mut listed: HashMap<Location, Vec<DirEntry>> = HashMap::new();
    let find = |name: &'n CommandName| {
        let file = file_below(folder, name)?;
        let directory = Location::new(file.root, file.path.parent()?);
        // A warning is no reason to fail: what cannot be listed warns of nothing.
        let list = |at: &Location| entries(files, at).unwrap_or_else(|_| Vec::new());
        let entries = listed
            .entry(directory)
            .or_insert_with_key(|directory| list(directory));
        // A listing is sorted.
        let own = file.path.file_name()?;
        let found = entries.binary_search_by(|entry| entry.name.as_str().cmp(own));
        found.ok().map(|_| (name, files.absolute(&file)))
    };
    names.iter().filter_map(find).collect()
}

/// The file of a command below a folder of commands.
fn file_below(folder: &Location, name: &CommandName) -> Option<Location> {
    let below = RelPath::new(&format!("{name}{PROMPT_ENDING}")).ok()?;
    Some(Location::new(folder.root, folder.path.join_path(&below)))
}

fn warning(name: &CommandName, path: PathBuf) -> Warning {
    Warning {
        code: WarningCode::Shadowed,
        message: format!(
            "The engine lays the command {name} of {} over this one",
            path.display()
        ),
        path,
    }
}
