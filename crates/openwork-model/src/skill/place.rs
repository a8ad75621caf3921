//! Where the engine looks for skills.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::SkillScope;
use super::verdict::SkillFault;
use crate::config::ReadError;
use crate::files::{FileRoot, Files, Location};
use crate::layer::{ConfigFile, ConfigScope, ConfigSources, locate};
use crate::layout::{AgentDirectory, FOLDERS, FolderContent, USER_SKILL_FOLDERS, UserSkillFolder};
use crate::path::RelPath;
use crate::workspace::normalise;

/// A directory below which skills lie.
#[derive(Debug, Clone)]
pub(super) struct SkillPlace {
    pub(super) at: Location,
    /// Whether the engine looks into hidden directories here.
    pub(super) hidden: bool,
    /// Whether the folders directly here are listed before all others, as the
    /// OpenWork API lists them.
    pub(super) listed_first: bool,
}

/// The places of one scope in their order.
pub(super) struct SkillRegion {
    pub(super) scope: SkillScope,
    pub(super) places: Vec<SkillPlace>,
    /// Places that are not looked at, and why.
    pub(super) outside: Vec<(PathBuf, SkillFault)>,
}

/// All places, the project's first.
pub(super) fn places(
    files: &dyn Files,
    include_global: bool,
) -> Result<Vec<SkillRegion>, ReadError> {
    let sources = ConfigSources::read(
        files,
        if include_global {
            ConfigScope::All
        } else {
            ConfigScope::Project
        },
    )?;
    let mut found = vec![SkillRegion {
        scope: SkillScope::Project,
        places: project(&sources),
        outside: Vec::new(),
    }];
    if include_global {
        found.push(SkillRegion {
            scope: SkillScope::Global,
            places: global(&sources),
            outside: Vec::new(),
        });
    }
    if let Some(layer) = sources
        .layers()
        .iter()
        // `skills.paths` is no list that layers unite: the highest one replaces it.
        .rev()
        .find(|layer| !paths(layer).is_empty())
    {
        configured(files, &sources, layer, &mut found);
    }
    Ok(found)
}

fn project(sources: &ConfigSources) -> Vec<SkillPlace> {
    let above = (1..=sources.ancestors()).map(FileRoot::Ancestor);
    let roots = [FileRoot::Workspace].into_iter().chain(above);
    let of_root = |root| {
        let folders = FOLDERS
            .iter()
            .filter(|folder| folder.content == FolderContent::Skills);
        folders.filter_map(move |folder| {
            let directory = Some(folder.directory);
            place(sources, root, directory, folder.name, folder.listed_first)
        })
    };
    roots.flat_map(of_root).collect()
}

/// The user's own places.
fn global(sources: &ConfigSources) -> Vec<SkillPlace> {
    let folders = USER_SKILL_FOLDERS.iter().filter_map(|folder| {
        let UserSkillFolder {
            root,
            directory,
            name,
            listed_first,
        } = *folder;
        place(sources, root, directory, name, listed_first)
    });
    folders.collect()
}

fn place(
    sources: &ConfigSources,
    root: FileRoot,
    directory: Option<AgentDirectory>,
    name: &str,
    listed_first: bool,
) -> Option<SkillPlace> {
    let at = match directory {
        // The engine's directories are listed already, and those without the
        // folder need no look at all.
        None | Some(AgentDirectory::Opencode) => sources.folder(root, name)?,
        Some(other) => Location::new(root, RelPath::of_components(&[other.name(), name])),
    };
    Some(SkillPlace {
        at,
        hidden: directory.is_some_and(AgentDirectory::includes_hidden),
        listed_first,
    })
}

/// Adds the places of `skills.paths`; the highest layer that has any decides.
fn configured(
    files: &dyn Files,
    sources: &ConfigSources,
    layer: &ConfigFile,
    found: &mut [SkillRegion],
) {
    let above = (1..=sources.ancestors()).map(FileRoot::Ancestor);
    // Whoever may change the project's files must not choose what is read of
    // the user's own.
    let own = [FileRoot::Global, FileRoot::Home, FileRoot::Custom]
        .into_iter()
        .filter(|_| layer.scope.is_global());
    let roots: Vec<FileRoot> = [FileRoot::Workspace]
        .into_iter()
        .chain(above)
        .chain(own)
        .collect();
    for text in paths(layer) {
        let path = absolute(files, text);
        let at = locate(files, &path, roots.iter().copied());
        let is_users = at
            .as_ref()
            .is_some_and(|at| !matches!(at.root, FileRoot::Workspace | FileRoot::Ancestor(_)));
        let scope = if is_users {
            SkillScope::Global
        } else {
            SkillScope::Project
        };
        // Without the user's own skills there is no region for them.
        let Some(region) = found.iter_mut().find(|region| region.scope == scope) else {
            continue;
        };
        match at {
            Some(at) => region.places.push(SkillPlace {
                at,
                hidden: false,
                listed_first: false,
            }),
            None => region.outside.push((path, SkillFault::outside())),
        }
    }
}

fn paths(layer: &ConfigFile) -> Vec<&str> {
    let paths = layer
        .loaded()
        .and_then(|fields| fields.get("skills")?.get("paths"));
    let paths = paths.and_then(Value::as_array).into_iter().flatten();
    paths.filter_map(Value::as_str).collect()
}

/// Relative paths are meant from the workspace, whichever file has them.
fn absolute(files: &dyn Files, text: &str) -> PathBuf {
    let top = |root| files.absolute(&Location::new(root, RelPath::root()));
    match text.strip_prefix("~/") {
        Some(rest) => normalise(&top(FileRoot::Home).join(rest)),
        None => normalise(&top(FileRoot::Workspace).join(Path::new(text))),
    }
}
