//! Plugins: those that the configuration names and those that lie in a
//! directory.

use serde_json::Value;

use crate::config::{self, ReadError};
use crate::files::{EntryKind, FileError, Files, Location, Root, entries};
use crate::name::{Place, PluginName};
use crate::path::RelPath;

/// One plugin as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginItem {
    /// What the engine loads: an npm spec, an address or a `file://` URL.
    pub spec: String,
    /// Where it is said.
    pub source: PluginSource,
    /// For which workspaces.
    pub scope: PluginScope,
    /// Where the file is: below the workspace, or absolute for a global one.
    /// `None` for a plugin that the configuration names.
    pub path: Option<String>,
}

/// What makes the engine load a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PluginSource {
    /// The `plugin` setting of the workspace.
    ConfigProject,
    /// A file in the workspace's plugin directory.
    DirProject,
    /// A file in the global plugin directory.
    DirGlobal,
}

impl PluginSource {
    /// The word of the seed API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigProject => "config",
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
    /// The word of the seed API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Global => "global",
        }
    }
}

/// The plugins of a workspace: those of the setting in its order, then the
/// files by name, then, if wanted, the global files by name.
pub fn list(files: &dyn Files, include_global: bool) -> Result<Vec<PluginItem>, ReadError> {
    let opencode = config::opencode(files)?;
    let mut items: Vec<PluginItem> = specs(opencode.value().get("plugin"))
        .into_iter()
        .map(configured)
        .collect();
    let project = Location::workspace(Place::Plugins.path());
    items.extend(in_directory(files, &project, PluginSource::DirProject)?);
    if include_global {
        let global = Location::new(Root::Global, RelPath::of_components(&["plugins"]));
        items.extend(in_directory(files, &global, PluginSource::DirGlobal)?);
    }
    Ok(items)
}

/// The spec of one entry of the `plugin` list: a text, or the text of a
/// `[spec, options]` pair.
pub(crate) fn spec_of(entry: &Value) -> Option<&str> {
    match entry {
        Value::Array(pair) => pair.first().and_then(Value::as_str),
        other => other.as_str(),
    }
}

/// Whether an entry of the `plugin` list is the plugin of that name.
pub(crate) fn is_named(entry: &Value, name: &PluginName) -> bool {
    spec_of(entry).is_some_and(|spec| PluginName::of(spec) == *name)
}

/// The specs of the setting; the seed API takes a lone text for a list.
fn specs(setting: Option<&Value>) -> Vec<&str> {
    match setting {
        Some(Value::Array(entries)) => entries.iter().filter_map(spec_of).collect(),
        Some(Value::String(spec)) => vec![spec],
        _ => Vec::new(),
    }
}

fn configured(spec: &str) -> PluginItem {
    PluginItem {
        spec: spec.to_owned(),
        source: PluginSource::ConfigProject,
        scope: PluginScope::Project,
        path: None,
    }
}

fn in_directory(
    files: &dyn Files,
    directory: &Location,
    source: PluginSource,
) -> Result<Vec<PluginItem>, FileError> {
    let entries = entries(files, directory)?.into_iter();
    let names = entries.filter(|entry| entry.kind == EntryKind::File && !entry.is_link);
    let plugins = names.filter(|entry| is_plugin(&entry.name));
    let locations = plugins.filter_map(|entry| directory.join(&entry.name));
    Ok(locations.map(|at| in_file(files, &at, source)).collect())
}

fn in_file(files: &dyn Files, at: &Location, source: PluginSource) -> PluginItem {
    let absolute = files.absolute(at).to_string_lossy().into_owned();
    let spec = format!("file://{absolute}");
    let (scope, path) = match at.root {
        Root::Workspace => (PluginScope::Project, at.path.as_str().to_owned()),
        _ => (PluginScope::Global, absolute),
    };
    PluginItem {
        spec,
        source,
        scope,
        path: Some(path),
    }
}

fn is_plugin(name: &str) -> bool {
    // The engine tells them by these endings, in lower case only.
    [".js", ".ts"].iter().any(|ending| name.ends_with(ending))
}
