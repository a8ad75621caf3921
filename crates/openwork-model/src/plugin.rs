//! Plugins: those that configuration names and those that lie in a directory.

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::config::{self, ReadError};
use crate::fields::Fields;
use crate::files::{CONFIG_LIMIT, EntryKind, FileRoot, Files, Location, entries};
use crate::layer::{ConfigDirectory, ConfigFile, ConfigScope, ConfigSources, LayerScope, LoadItem};
use crate::layout::FolderContent;
use crate::name::PluginName;
use crate::plain_json;

mod declared;
mod origin;
mod url;

pub use self::declared::{DeclaredPlugin, declared_plugins};
pub(crate) use self::origin::registry_name;
pub use self::origin::{PluginFile, PluginOrigin};

/// One plugin as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginItem {
    /// What is said: an npm spec, an address or a path.
    pub spec: String,
    /// Where it is said.
    pub source: PluginSource,
    /// For which workspaces.
    pub scope: PluginScope,
    /// Where the plugin's file is, or the file that names the plugin: below
    /// the workspace, or absolute outside of it. `None` for a plugin that the
    /// workspace's main file names.
    pub path: Option<String>,
    /// What the engine makes of a spec that is a path: a `file://` URL.
    pub resolved: Option<String>,
    /// The file that names or is the same plugin, and counts instead.
    pub shadowed_by: Option<PathBuf>,
}

/// The plugins of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginsView {
    /// The plugins.
    pub items: Vec<PluginItem>,
    /// The packages that local plugins import, where `.opencode` names any.
    pub package: Option<PackageSpec>,
}

/// The `package.json` of the workspace's `.opencode`, whose packages the
/// engine installs for plugin files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PackageSpec {
    /// Where it is, below the workspace.
    pub path: String,
    /// The packages with their ranges; `None` if the file says nothing that
    /// can be read.
    pub dependencies: Option<Fields>,
}

/// What makes the engine load a plugin, in the order of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PluginSource {
    /// The `plugin` setting of the workspace.
    ConfigProject,
    /// A file in a plugin directory of the workspace or of one above it.
    DirProject,
    /// The `plugin` setting of another layer.
    ConfigGlobal,
    /// A file in a plugin directory of the user.
    DirGlobal,
}

impl PluginSource {
    /// The word of the OpenWork API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigProject => "config",
            Self::ConfigGlobal => "config.global",
            Self::DirProject => "dir.project",
            Self::DirGlobal => "dir.global",
        }
    }
}

/// For which workspaces a plugin is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PluginScope {
    /// For this one.
    Project,
    /// For all.
    Global,
}

impl PluginScope {
    /// The word of the OpenWork API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Global => "global",
        }
    }

    fn of(layer: LayerScope) -> Self {
        if layer.is_global() {
            Self::Global
        } else {
            Self::Project
        }
    }
}

/// The plugins of a workspace: those that its configuration names in their
/// order, then the project's files, each directory's by name, and those that
/// the configuration above it in the worktree names; if wanted, those of the
/// user as well.
///
/// It also says which plugins are named again later: of these the engine
/// loads the last.
pub fn list_plugins(files: &dyn Files, include_global: bool) -> Result<PluginsView, ReadError> {
    let own = config::OpencodeFile::find(files)?;
    // A broken file of the workspace's own is an error here. As a layer it would
    // only be left out, and the list would look empty.
    own.document(files)?;
    let own = Location::workspace(own.path);
    let scope = if include_global {
        ConfigScope::All
    } else {
        ConfigScope::Project
    };
    let sources = ConfigSources::read(files, scope)?;
    let mut loaded = Vec::new();
    for item in sources.load_order() {
        match item {
            LoadItem::Directory(directory) => loaded.extend(in_directory(files, directory)),
            LoadItem::Layer(layer) if layer.at == own => {
                loaded.extend(named(layer, &sources, files, own_plugin));
            }
            LoadItem::Layer(layer) => {
                loaded.extend(named(layer, &sources, files, others_plugin));
            }
        }
    }
    mark_shadowed(&mut loaded);
    let mut items: Vec<PluginItem> = loaded.into_iter().map(|loaded| loaded.item).collect();
    // Sorted last, and stable: which plugin shadows which depends on the order of
    // loading, which differs from the order of lists.
    items.sort_by_key(|item| item.source);
    Ok(PluginsView {
        items,
        package: read_package(files, &sources),
    })
}

/// The entries of the `plugin` setting of a file.
pub fn plugin_entries(settings: &Fields) -> &[Value] {
    settings.get("plugin").map_or(&[], list_of)
}

/// The entries of a `plugin` setting; the OpenWork API takes a lone text for a
/// list.
pub fn list_of(setting: &Value) -> &[Value] {
    match setting {
        Value::Array(entries) => entries,
        only @ Value::String(_) => std::slice::from_ref(only),
        _ => &[],
    }
}

/// The spec of one entry of the `plugin` list: a text, or the text of a
/// `[spec, options]` pair.
pub fn spec_of(entry: &Value) -> Option<&str> {
    match entry {
        Value::Array(pair) => pair.first().and_then(Value::as_str),
        other => other.as_str(),
    }
}

/// Whether an entry of the `plugin` list is the plugin of that name.
pub fn is_named(entry: &Value, name: &PluginName) -> bool {
    spec_of(entry).is_some_and(|spec| PluginName::of(spec) == *name)
}

/// A plugin in the order of loading.
struct LoadedPlugin {
    item: PluginItem,
    /// What tells it from all others.
    identity: String,
    /// The file that it is or that names it.
    file: PathBuf,
}

fn named(
    layer: &ConfigFile,
    sources: &ConfigSources,
    files: &dyn Files,
    item: fn(&DeclaredPlugin, &ConfigFile) -> PluginItem,
) -> Vec<LoadedPlugin> {
    let declared = declared_plugins(layer, sources, files).into_iter();
    let loaded = |plugin: DeclaredPlugin| LoadedPlugin {
        item: item(&plugin, layer),
        identity: plugin.identity(),
        file: layer.path.clone(),
    };
    declared.map(loaded).collect()
}

fn own_plugin(plugin: &DeclaredPlugin, _: &ConfigFile) -> PluginItem {
    PluginItem {
        spec: plugin.spec.clone(),
        source: PluginSource::ConfigProject,
        scope: PluginScope::Project,
        path: None,
        resolved: plugin.resolved.clone().filter(|url| *url != plugin.spec),
        shadowed_by: None,
    }
}

fn others_plugin(plugin: &DeclaredPlugin, layer: &ConfigFile) -> PluginItem {
    PluginItem {
        source: if layer.at.root == FileRoot::Workspace {
            PluginSource::ConfigProject
        } else {
            PluginSource::ConfigGlobal
        },
        scope: PluginScope::of(layer.scope),
        path: Some(layer.path.to_string_lossy().into_owned()),
        ..own_plugin(plugin, layer)
    }
}

/// Notes which plugins come again later: the engine loads the last.
fn mark_shadowed(loaded: &mut [LoadedPlugin]) {
    let mut last: HashMap<String, PathBuf> = HashMap::new();
    // From the end: the one that counts is the last, and is met first.
    for plugin in loaded.iter_mut().rev() {
        plugin.item.shadowed_by = last.get(&plugin.identity).cloned();
        last.entry(plugin.identity.clone())
            .or_insert_with(|| plugin.file.clone());
    }
}

/// The plugin files of a directory, folder by folder, by name.
fn in_directory(files: &dyn Files, directory: &ConfigDirectory) -> Vec<LoadedPlugin> {
    let folders = FolderContent::Plugins
        .folder_names()
        .filter_map(|name| directory.folder(name));
    let in_folder = |folder: Location| {
        // A folder that cannot be listed must not hide the plugins of others.
        let entries = entries(files, &folder).unwrap_or_else(|_| Vec::new());
        let entries = entries.into_iter();
        let plugins = entries.filter(|entry| {
            entry.kind == EntryKind::File && FolderContent::Plugins.takes(&[], &entry.name)
        });
        let places: Vec<Location> = plugins
            .filter_map(|entry| folder.join(&entry.name))
            .collect();
        places
            .into_iter()
            .map(|at| in_file(files, &at, directory.scope))
    };
    folders.flat_map(in_folder).collect()
}

fn in_file(files: &dyn Files, at: &Location, layer: LayerScope) -> LoadedPlugin {
    let file = files.absolute(at);
    let absolute = file.to_string_lossy().into_owned();
    let item = PluginItem {
        spec: url::plain_file_url(&file),
        source: if layer.is_global() {
            PluginSource::DirGlobal
        } else {
            PluginSource::DirProject
        },
        scope: PluginScope::of(layer),
        path: Some(match at.root {
            FileRoot::Workspace => at.path.as_str().to_owned(),
            _ => absolute,
        }),
        resolved: None,
        shadowed_by: None,
    };
    LoadedPlugin {
        item,
        identity: url::file_url(&file),
        file,
    }
}

fn read_package(files: &dyn Files, sources: &ConfigSources) -> Option<PackageSpec> {
    let of_workspace = |directory: &&ConfigDirectory| directory.at.root == FileRoot::Workspace;
    let at = sources
        .directories()
        .iter()
        .find(of_workspace)?
        .file("package.json")?;
    let package = files.read(&at, CONFIG_LIMIT).ok().flatten();
    let package = package.and_then(|bytes| plain_json::parse(&bytes).ok());
    Some(PackageSpec {
        path: at.path.as_str().to_owned(),
        dependencies: package.and_then(|package| package.get("dependencies")?.as_object().cloned()),
    })
}
