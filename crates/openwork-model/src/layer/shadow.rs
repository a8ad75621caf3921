//! Settings that a higher layer decides.

use std::path::{Path, PathBuf};

use openwork_jsonc::pointer_of;
use serde_json::Value;

use super::merge::{PLUGINS, UNITED, fields};
use super::standing_path::standing_path;
use super::{ConfigFile, ConfigSources};
use crate::fields::Fields;
use crate::files::{Files, Location};
use crate::plugin;

/// A setting of a layer that has no effect because of a higher one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShadowedSetting {
    /// The keys that lead to it in its file, joined by dots.
    pub key: String,
    /// The same as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The file that decides instead.
    pub by: PathBuf,
}

/// What of each layer is shadowed.
pub(super) fn shadowed_of_all(
    sources: &ConfigSources,
    files: &dyn Files,
) -> Vec<Vec<ShadowedSetting>> {
    let plugins = plugins(sources, files);
    let layers = 0..sources.layers().len();
    layers
        .map(|index| shadowed_of(sources, index, &plugins))
        .collect()
}

impl ConfigSources {
    /// What of one layer is shadowed.
    pub fn shadowed(&self, at: &Location, files: &dyn Files) -> Vec<ShadowedSetting> {
        let Some(index) = self.layers().iter().position(|layer| layer.at == *at) else {
            return Vec::new();
        };
        let own = self.layers().get(index).and_then(fields);
        // What plugins are known by is read from the directories of every layer.
        // Most changes are about something else.
        let plugins = match own.and_then(|own| own.get(PLUGINS)) {
            Some(_) => plugins(self, files),
            None => Vec::new(),
        };
        shadowed_of(self, index, &plugins)
    }
}

/// What the plugins of each layer are known by.
fn plugins(sources: &ConfigSources, files: &dyn Files) -> Vec<Vec<String>> {
    let of_layer = |layer| {
        let declared = plugin::declared_plugins(layer, sources, files).into_iter();
        declared.map(|plugin| plugin.identity()).collect()
    };
    sources.layers().iter().map(of_layer).collect()
}

fn shadowed_of(
    sources: &ConfigSources,
    index: usize,
    plugins: &[Vec<String>],
) -> Vec<ShadowedSetting> {
    let Some((layer, above)) = sources
        .layers()
        .get(index..)
        .and_then(<[ConfigFile]>::split_first)
    else {
        return Vec::new();
    };
    let mut found = settings(layer, above);
    let above = above.iter().zip(plugins.iter().skip(index + 1)).rev();
    let own = plugins.get(index).into_iter().flatten().enumerate();
    found.extend(own.filter_map(|(at, plugin)| {
        let (by, _) = above.clone().find(|(_, others)| others.contains(plugin))?;
        let path = [PLUGINS.to_owned(), at.to_string()];
        Some(ShadowedSetting::new(&path, &by.path))
    }));
    found
}

impl ShadowedSetting {
    fn new(path: &[String], by: &Path) -> Self {
        Self {
            key: path.join("."),
            pointer: pointer_of(path.iter().map(String::as_str)),
            by: by.to_owned(),
        }
    }
}

/// The settings of a layer that the layers above it decide.
fn settings(layer: &ConfigFile, above: &[ConfigFile]) -> Vec<ShadowedSetting> {
    let above: Vec<LayersAbove<'_>> = above
        .iter()
        .rev()
        .filter_map(|layer| Some((layer.path.as_path(), fields(layer)?)))
        .collect();
    let mut search = ShadowSearch {
        path: Vec::new(),
        found: Vec::new(),
    };
    if let Some(own) = fields(layer) {
        search.object(own, &above);
    }
    let Ok(written) = &layer.content else {
        return Vec::new();
    };
    // Compared as the engine takes them, and named as they stand.
    let found = search.found.iter();
    found
        .map(|(path, by)| ShadowedSetting::new(&standing_path(path, written), by))
        .collect()
}

/// A higher layer's file, and what it says at the path that is looked at.
type LayersAbove<'l> = (&'l Path, &'l Fields);

struct ShadowSearch<'l> {
    path: Vec<String>,
    found: Vec<(Vec<String>, &'l Path)>,
}

impl<'l> ShadowSearch<'l> {
    /// Compares an object with those that lie over it, the highest first.
    fn object(&mut self, own: &Fields, above: &[LayersAbove<'l>]) {
        for (key, value) in own {
            // These lists are united and so shadow nothing as a whole.
            if self.path.is_empty() && (key == PLUGINS || key == UNITED) {
                continue;
            }
            self.path.push(key.clone());
            self.value(value, above, key);
            self.path.pop();
        }
    }

    fn value(&mut self, own: &Value, above: &[LayersAbove<'l>], key: &str) {
        let there = || {
            above
                .iter()
                .filter_map(|(by, fields)| Some((*by, fields.get(key)?)))
        };
        match own {
            // An object is merged only while every layer above has one there. A text in
            // between wipes out all that lies below it.
            Value::Object(own) if there().all(|(_, value)| value.is_object()) => {
                let objects = there().filter_map(|(by, value)| Some((by, value.as_object()?)));
                let objects: Vec<_> = objects.collect();
                if !objects.is_empty() {
                    self.object(own, &objects);
                }
            }
            Value::Object(_) => self.note(there().find(|(_, value)| !value.is_object())),
            _ => self.note(there().next()),
        }
    }

    fn note(&mut self, by: Option<(&'l Path, &Value)>) {
        if let Some((by, _)) = by {
            self.found.push((self.path.clone(), by));
        }
    }
}
