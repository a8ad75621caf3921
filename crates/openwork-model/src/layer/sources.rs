//! Where the engine looks for configuration, and what is there.

use std::path::PathBuf;

use super::{LayerError, LayerScope};
use crate::config::ReadError;
use crate::fields::Fields;
use crate::files::{
    CONFIG_LIMIT, DirEntry, EntryKind, FileError, FileRoot, Files, Location, entries,
};
use crate::layout::{CONFIG_DIRECTORIES, CONFIG_NAMES, GLOBAL_CONFIG_NAMES, RootGroup};
use crate::path::RelPath;
use openwork_jsonc::JsoncDocument;

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigScope {
    /// The workspace and its worktree.
    Project,
    /// The user's own directories, too.
    All,
}

/// The configuration around a workspace, every directory listed once.
#[derive(Debug)]
pub struct ConfigSources {
    layers: Vec<ConfigFile>,
    directories: Vec<ConfigDirectory>,
    ancestors: usize,
}

/// One configuration file that is there.
#[derive(Debug)]
pub struct ConfigFile {
    /// Where it is.
    pub at: Location,
    /// Where that is for people.
    pub path: PathBuf,
    /// Whose it is.
    pub scope: LayerScope,
    /// What it says, or why it has no content.
    pub content: Result<Fields, LayerError>,
    /// The `.opencode` directory that it is in, by index.
    directory: Option<usize>,
}

/// A directory in which the engine looks for commands, skills and plugins.
#[derive(Debug)]
pub struct ConfigDirectory {
    /// Where it is.
    pub at: Location,
    /// Whose it is.
    pub scope: LayerScope,
    entries: Vec<DirEntry>,
}

/// What the engine loads next.
#[derive(Debug)]
pub enum LoadItem<'g> {
    /// A configuration file.
    Layer(&'g ConfigFile),
    /// The files of a directory.
    Directory(&'g ConfigDirectory),
}

impl ConfigSources {
    /// Looks around a workspace. What cannot be looked at outside of it is
    /// taken for absent.
    pub fn read(files: &dyn Files, scope: ConfigScope) -> Result<Self, ReadError> {
        let ancestors = files.ancestors()?;
        let directories = directories(files, ancestors, scope)?;
        let mut layers = Vec::new();
        for (index, directory) in directories.iter().enumerate() {
            if directory.scope == LayerScope::Global {
                // Only names that the listing has are read: most directories have no
                // configuration, and a listing is looked at anyway.
                let names = directory.names(&GLOBAL_CONFIG_NAMES);
                layers.extend(names.filter_map(|at| read(files, at, LayerScope::Global, None)));
                layers.extend(project(files, ancestors));
            } else {
                // Without the user's directories the workspace's own comes first, and the
                // project's files still lie below it.
                if index == 0 {
                    layers.extend(project(files, ancestors));
                }
                let names = directory.names(&CONFIG_NAMES);
                layers.extend(names.filter_map(|at| read(files, at, directory.scope, Some(index))));
            }
        }
        Ok(Self {
            layers,
            directories,
            ancestors,
        })
    }

    /// The configuration files in rising order of precedence.
    pub fn layers(&self) -> &[ConfigFile] {
        &self.layers
    }

    /// The same, to be kept.
    pub fn into_layers(self) -> Vec<ConfigFile> {
        self.layers
    }

    /// The directories of the workspace, of those above it and of the user.
    pub fn directories(&self) -> &[ConfigDirectory] {
        &self.directories
    }

    /// The location of a folder in the engine's directory of a root.
    pub fn folder(&self, root: FileRoot, name: &str) -> Option<Location> {
        let directory = self
            .directories
            .iter()
            .find(|directory| directory.at.root == root)?;
        directory.folder(name)
    }

    /// How many directories above the workspace belong to it.
    pub fn ancestors(&self) -> usize {
        self.ancestors
    }

    /// Files and directories in the order in which the engine loads them: a
    /// directory's own configuration comes before its other files.
    pub fn load_order(&self) -> Vec<LoadItem<'_>> {
        let of = |index: Option<usize>| {
            let layers = self.layers.iter();
            layers
                .filter(move |layer| layer.directory == index)
                .map(LoadItem::Layer)
        };
        let directories = self.directories.iter().enumerate();
        let inside = directories
            .flat_map(|(index, directory)| of(Some(index)).chain([LoadItem::Directory(directory)]));
        of(None).chain(inside).collect()
    }
}

impl ConfigDirectory {
    /// The location of a directory in this one, if there is one.
    pub fn folder(&self, name: &str) -> Option<Location> {
        let found = self.entries.iter().find(|entry| entry.name == name)?;
        (found.kind == EntryKind::Dir).then(|| self.at.join(name))?
    }

    /// The location of anything else in this directory, if there is any.
    pub fn file(&self, name: &str) -> Option<Location> {
        let found = self.entries.iter().find(|entry| entry.name == name)?;
        (found.kind != EntryKind::Dir).then(|| self.at.join(name))?
    }

    fn names<'d>(&'d self, names: &'d [&str]) -> impl Iterator<Item = Location> + 'd {
        let there = |name: &&&str| self.entries.iter().any(|entry| entry.name == **name);
        names
            .iter()
            .filter(there)
            .filter_map(|name| self.at.join(name))
    }
}

/// The directories in the engine's order, each path once.
fn directories(
    files: &dyn Files,
    ancestors: usize,
    scope: ConfigScope,
) -> Result<Vec<ConfigDirectory>, FileError> {
    let is_wanted = |roots| scope == ConfigScope::All || !matches!(roots, RootGroup::User(_));
    let rows = CONFIG_DIRECTORIES.iter().filter(|row| is_wanted(row.roots));
    let places = rows.flat_map(|row| {
        let roots = row.roots.roots(ancestors).into_iter();
        roots.map(|root| (row.location(root), row.scope))
    });
    let mut known = Vec::new();
    let mut found = Vec::new();
    for (at, scope) in places {
        // The home directory may be one above the workspace, and `OPENCODE_CONFIG_DIR`
        // may name any of these. The engine reads each path once.
        let path = files.absolute(&at);
        if known.contains(&path) {
            continue;
        }
        known.push(path);
        let entries = listed(files, &at)?;
        found.push(ConfigDirectory { at, scope, entries });
    }
    Ok(found)
}

fn listed(files: &dyn Files, at: &Location) -> Result<Vec<DirEntry>, FileError> {
    match entries(files, at) {
        // A directory above the workspace, or the user's own, may be closed to
        // this server. The workspace is of use all the same.
        Err(_) if at.root != FileRoot::Workspace => Ok(Vec::new()),
        found => found,
    }
}

/// The project's files from the worktree's root down.
fn project(files: &dyn Files, ancestors: usize) -> Vec<ConfigFile> {
    let above = (1..=ancestors)
        .rev()
        .map(|up| (FileRoot::Ancestor(up), LayerScope::Ancestor));
    let roots = above.chain([(FileRoot::Workspace, LayerScope::Project)]);
    let places = roots.flat_map(|(root, scope)| {
        CONFIG_NAMES.map(|name| (Location::new(root, RelPath::of_components(&[name])), scope))
    });
    places
        .filter_map(|(at, scope)| read(files, at, scope, None))
        .collect()
}

fn read(
    files: &dyn Files,
    at: Location,
    scope: LayerScope,
    directory: Option<usize>,
) -> Option<ConfigFile> {
    let content = match files.read(&at, CONFIG_LIMIT) {
        Ok(None) => return None,
        Ok(Some(bytes)) => parse(&bytes),
        // As text: what a view holds is compared and kept, and an IO error can be
        // neither compared nor cloned.
        Err(error) => Err(LayerError::Unreadable(error.to_string())),
    };
    Some(ConfigFile {
        path: files.absolute(&at),
        at,
        scope,
        content,
        directory,
    })
}

/// An empty file is nothing to the engine; one without a value is an error.
fn parse(bytes: &[u8]) -> Result<Fields, LayerError> {
    let document = JsoncDocument::parse(bytes).map_err(LayerError::Broken)?;
    // The engine skips a file of no bytes, and fails on one of comments alone.
    if document.is_blank() && !bytes.is_empty() {
        return Err(LayerError::Blank);
    }
    Ok(document.into_value())
}
