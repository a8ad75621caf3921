//! Where the engine looks for skills.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::SkillScope;
use super::verdict::SkillFault;
use crate::config::ReadError;
use crate::files::{FileRoot, Files, Location};
use crate::layer::{ConfigFile, ConfigScope, ConfigSources, locate};
use crate::path::RelPath;
use crate::workspace::normalise;

/// The places of a directory of the project; the OpenWork API knows the first two.
pub(super) const PROJECT: [[&str; 2]; 4] = [
    [".opencode", "skills"],
    [".claude", "skills"],
    [".opencode", "skill"],
    [".agents", "skills"],
];

/// A directory below which skills lie.
#[derive(Debug, Clone)]
pub(super) struct SkillPlace {
    pub(super) at: Location,
    /// Whether the engine looks into hidden directories here.
    pub(super) hidden: bool,
    /// Whether the OpenWork API lists the folders directly here.
    pub(super) seed: bool,
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
    let ground = ConfigSources::read(
        files,
        if include_global {
            ConfigScope::All
        } else {
            ConfigScope::Project
        },
    )?;
    let mut found = vec![SkillRegion {
        scope: SkillScope::Project,
        places: project(&ground),
        outside: Vec::new(),
    }];
    if include_global {
        found.push(SkillRegion {
            scope: SkillScope::Global,
            places: global(&ground),
            outside: Vec::new(),
        });
    }
    if let Some(layer) = ground
        .layers()
        .iter()
        .rev()
        .find(|layer| !paths(layer).is_empty())
    {
        configured(files, &ground, layer, &mut found);
    }
    Ok(found)
}

fn project(ground: &ConfigSources) -> Vec<SkillPlace> {
    let above = (1..=ground.ancestors()).map(FileRoot::Ancestor);
    let roots = [FileRoot::Workspace].into_iter().chain(above);
    let of_root = |root| {
        PROJECT
            .iter()
            .enumerate()
            .filter_map(move |(rank, path)| place(ground, root, *path, rank < 2))
    };
    roots.flat_map(of_root).collect()
}

/// The user's own places; the OpenWork API knows the first two.
fn global(ground: &ConfigSources) -> Vec<SkillPlace> {
    let home = |path, seed| place(ground, FileRoot::Home, path, seed);
    let engine = |root, name, seed| {
        let at = ground.folder(root, name)?;
        Some(SkillPlace {
            at,
            hidden: false,
            seed,
        })
    };
    let places = [
        engine(FileRoot::Global, "skills", true),
        home([".claude", "skills"], true),
        engine(FileRoot::Global, "skill", false),
        home([".opencode", "skills"], false),
        home([".opencode", "skill"], false),
        home([".agents", "skills"], false),
        engine(FileRoot::Custom, "skills", false),
        engine(FileRoot::Custom, "skill", false),
    ];
    places.into_iter().flatten().collect()
}

fn place(
    ground: &ConfigSources,
    root: FileRoot,
    path: [&str; 2],
    seed: bool,
) -> Option<SkillPlace> {
    let [directory, name] = path;
    let is_engines = directory == ".opencode";
    let at = if is_engines {
        ground.folder(root, name)?
    } else {
        Location::new(root, RelPath::of_components(&path))
    };
    Some(SkillPlace {
        at,
        hidden: !is_engines,
        seed,
    })
}

/// Adds the places of `skills.paths`; the highest layer that has any decides.
fn configured(
    files: &dyn Files,
    ground: &ConfigSources,
    layer: &ConfigFile,
    found: &mut [SkillRegion],
) {
    let above = (1..=ground.ancestors()).map(FileRoot::Ancestor);
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
        let Some(region) = found.iter_mut().find(|region| region.scope == scope) else {
            continue;
        };
        match at {
            Some(at) => region.places.push(SkillPlace {
                at,
                hidden: false,
                seed: false,
            }),
            None => region.outside.push((path, SkillFault::outside())),
        }
    }
}

fn paths(layer: &ConfigFile) -> Vec<&str> {
    let paths = layer
        .content
        .as_ref()
        .ok()
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
