//! The entries of `plugin` lists, paths as the engine resolves them.

use std::path::PathBuf;

use serde_json::Value;

use super::{PluginFile, PluginOrigin, plugin_entries, spec_of, url};
use crate::files::{FileRoot, Files, Location};
use crate::layer::{ConfigFile, ConfigSources, locate};
use crate::name::PluginName;
use crate::workspace::normalise;

/// The files that stand for a directory, the first that is there.
const INDEX: [&str; 5] = [
    "index.ts",
    "index.tsx",
    "index.js",
    "index.mjs",
    "index.cjs",
];

/// One entry of a `plugin` list.
#[derive(Debug, Clone)]
pub struct DeclaredPlugin {
    /// As it is written.
    pub(super) spec: String,
    /// The URL that the engine makes of a path.
    pub(super) resolved: Option<String>,
    entry: Value,
}

impl DeclaredPlugin {
    /// As it is written.
    pub fn spec(&self) -> &str {
        &self.spec
    }

    /// What tells the plugin from others: the URL of a path, else the name
    /// without a version.
    pub fn identity(&self) -> String {
        let name = || PluginName::of(&self.spec).as_str().to_owned();
        self.resolved.clone().unwrap_or_else(name)
    }

    /// The entry with its path resolved.
    pub fn value(&self) -> Value {
        let spec = Value::from(self.resolved.as_deref().unwrap_or(&self.spec));
        match &self.entry {
            Value::Array(pair) => {
                let options = pair.iter().skip(1).cloned();
                Value::Array([spec].into_iter().chain(options).collect())
            }
            _ => spec,
        }
    }
}

/// The plugins that a layer names.
pub fn declared_plugins(
    layer: &ConfigFile,
    sources: &ConfigSources,
    files: &dyn Files,
) -> Vec<DeclaredPlugin> {
    let settings = layer.content.as_ref().ok();
    let entries = settings.map_or(&[][..], plugin_entries);
    let declared = |entry: &Value| {
        let spec = spec_of(entry)?;
        Some(DeclaredPlugin {
            spec: spec.to_owned(),
            resolved: resolved_url(spec, layer, sources, files),
            entry: entry.clone(),
        })
    };
    entries.iter().filter_map(declared).collect()
}

/// The URL of a spec that is a path; relative ones are meant from the file
/// that names them.
fn resolved_url(
    spec: &str,
    layer: &ConfigFile,
    sources: &ConfigSources,
    files: &dyn Files,
) -> Option<String> {
    match PluginOrigin::of(spec) {
        PluginOrigin::File(PluginFile::Url) => return Some(spec.to_owned()),
        PluginOrigin::File(PluginFile::Path) => {}
        _ => return None,
    }
    let path = normalise(&layer.path.parent()?.join(spec));
    // Only below known roots is a directory looked into. A spec may be any path,
    // and a client may have written it.
    let above = (1..=sources.ancestors()).map(FileRoot::Ancestor);
    let roots = [FileRoot::Workspace]
        .into_iter()
        .chain(above)
        .chain([layer.at.root]);
    let index = locate(files, &path, roots).and_then(|at| index_file(files, &at));
    Some(url::file_url(&index.unwrap_or(path)))
}

/// The file that stands for a directory. A package stands for itself.
fn index_file(files: &dyn Files, directory: &Location) -> Option<PathBuf> {
    let entries = files.list(directory).ok()??;
    let has = |name: &str| entries.iter().any(|entry| entry.name == name);
    // Its `main` may name any file, and the engine resolves it itself.
    if has("package.json") {
        return None;
    }
    let name = INDEX.into_iter().find(|name| has(name))?;
    Some(files.absolute(&directory.join(name)?))
}
