//! Where the engine looks for skills.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Scope;
use super::verdict::Fault;
use crate::config::ReadError;
use crate::files::{Files, Location, Root};
use crate::layer::{Ground, Reach, Read, locate};
use crate::path::RelPath;
use crate::workspace::normalise;

/// The places of a directory of the project; the seed API knows the first two.
pub(super) const PROJECT: [[&str; 2]; 4] = [
    [".opencode", "skills"],
    [".claude", "skills"],
    [".opencode", "skill"],
    [".agents", "skills"],
];

/// A directory below which skills lie.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) at: Location,
    /// Whether the engine looks into hidden directories here.
    pub(super) hidden: bool,
    /// Whether the seed API lists the folders directly here.
    pub(super) seed: bool,
}

/// The places of one scope in their order.
pub(super) struct Region {
    pub(super) scope: Scope,
    pub(super) places: Vec<Place>,
    /// Places that are not looked at, and why.
    pub(super) outside: Vec<(PathBuf, Fault)>,
}

/// All places, the project's first.
pub(super) fn places(files: &dyn Files, include_global: bool) -> Result<Vec<Region>, ReadError> {
    let ground = Ground::read(
        files,
        if include_global {
            Reach::All
        } else {
            Reach::Project
        },
    )?;
    let mut found = vec![Region {
        scope: Scope::Project,
        places: project(&ground),
        outside: Vec::new(),
    }];
    if include_global {
        found.push(Region {
            scope: Scope::Global,
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

fn project(ground: &Ground) -> Vec<Place> {
    let above = (1..=ground.ancestors()).map(Root::Ancestor);
    let roots = [Root::Workspace].into_iter().chain(above);
    let of_root = |root| {
        PROJECT
            .iter()
            .enumerate()
            .filter_map(move |(rank, path)| place(ground, root, *path, rank < 2))
    };
    roots.flat_map(of_root).collect()
}

/// The user's own places; the seed API knows the first two.
fn global(ground: &Ground) -> Vec<Place> {
    let home = |path, seed| place(ground, Root::Home, path, seed);
    let engine = |root, name, seed| {
        let at = ground.folder(root, name)?;
        Some(Place {
            at,
            hidden: false,
            seed,
        })
    };
    let places = [
        engine(Root::Global, "skills", true),
        home([".claude", "skills"], true),
        engine(Root::Global, "skill", false),
        home([".opencode", "skills"], false),
        home([".opencode", "skill"], false),
        home([".agents", "skills"], false),
        engine(Root::Custom, "skills", false),
        engine(Root::Custom, "skill", false),
    ];
    places.into_iter().flatten().collect()
}

fn place(ground: &Ground, root: Root, path: [&str; 2], seed: bool) -> Option<Place> {
    let [directory, name] = path;
    let is_engines = directory == ".opencode";
    let at = if is_engines {
        ground.folder(root, name)?
    } else {
        Location::new(root, RelPath::of_components(&path))
    };
    Some(Place {
        at,
        hidden: !is_engines,
        seed,
    })
}

/// Adds the places of `skills.paths`; the highest layer that has any decides.
fn configured(files: &dyn Files, ground: &Ground, layer: &Read, found: &mut [Region]) {
    let above = (1..=ground.ancestors()).map(Root::Ancestor);
    // Whoever may change the project's files must not choose what is read of
    // the user's own.
    let own = [Root::Global, Root::Home, Root::Custom]
        .into_iter()
        .filter(|_| layer.scope.is_global());
    let roots: Vec<Root> = [Root::Workspace]
        .into_iter()
        .chain(above)
        .chain(own)
        .collect();
    for text in paths(layer) {
        let path = absolute(files, text);
        let at = locate(files, &path, roots.iter().copied());
        let is_users = at
            .as_ref()
            .is_some_and(|at| !matches!(at.root, Root::Workspace | Root::Ancestor(_)));
        let scope = if is_users {
            Scope::Global
        } else {
            Scope::Project
        };
        let Some(region) = found.iter_mut().find(|region| region.scope == scope) else {
            continue;
        };
        match at {
            Some(at) => region.places.push(Place {
                at,
                hidden: false,
                seed: false,
            }),
            None => region.outside.push((path, Fault::outside())),
        }
    }
}

fn paths(layer: &Read) -> Vec<&str> {
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
        Some(rest) => normalise(&top(Root::Home).join(rest)),
        None => normalise(&top(Root::Workspace).join(Path::new(text))),
    }
}
