//! What other layers do to a command.

use std::path::PathBuf;

use super::{Warning, WarningCode};
use openwork_model::files::{FileRoot, Files, Location, entries};
use openwork_model::forms;
use openwork_model::layer::{ConfigDirectory, ConfigFile, ConfigScope, ConfigSources, LoadItem};
use openwork_model::layout::{FolderContent, PROMPT_ENDING};
use openwork_model::name::CommandName;

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
    let of_folder = |folder: Location| {
        // A warning is no reason to fail: what cannot be listed warns of nothing.
        let entries = entries(files, &folder).unwrap_or_else(|_| Vec::new());
        names.iter().filter_map(move |name| {
            let file = format!("{name}{PROMPT_ENDING}");
            // A directory is listed by name.
            // A listing is sorted, and an import asks for thousands of names.
            let found = entries.binary_search_by(|entry| entry.name.cmp(&file));
            let at = found.ok().and_then(|_| folder.join(&file))?;
            Some((name, files.absolute(&at)))
        })
    };
    folders.flat_map(of_folder).collect()
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
