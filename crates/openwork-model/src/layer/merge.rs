//! From layers to the effective configuration, by the engine's rules.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{ConfigFile, ConfigSources};
use crate::fields::Fields;
use crate::files::Files;
use crate::forms::NEWER_FORMS;
use crate::{mcp, plugin};

/// Lists of which the engine keeps every element.
pub(super) const UNITED: &str = "instructions";
/// The list of which the engine keeps each plugin once.
pub(super) const PLUGINS: &str = "plugin";

impl ConfigSources {
    /// The configuration that the engine has from these files: objects are
    /// merged deeply, other values replaced. Newer forms that it ignores are left
    /// out. Layers that cannot be read add nothing (the engine refuses to start
    /// on them).
    pub fn effective(&self, files: &dyn Files) -> Fields {
        let mut effective = Fields::new();
        for (key, value) in self.layers().iter().filter_map(fields).flatten() {
            // Before merging, not after: the short form of a layer must meet the long
            // form of another.
            let value = normalised(key, value);
            match effective.get_mut(key) {
                Some(Value::Array(below)) if key == UNITED => append_new(below, &value),
                Some(below) => merge_over(below, &value),
                None => drop(effective.insert(key.clone(), value)),
            }
        }
        drop_ignored(&mut effective);
        // Plugins are the one list of which the engine keeps each name once, so
        // they cannot be merged as values are.
        if effective.contains_key(PLUGINS) {
            effective.insert(PLUGINS.to_owned(), Value::Array(self.plugins(files)));
        }
        effective
    }

    /// The entries of all `plugin` lists, the last of each plugin, paths as
    /// the engine resolves them.
    fn plugins(&self, files: &dyn Files) -> Vec<Value> {
        let declared = self
            .layers()
            .iter()
            .flat_map(|layer| plugin::declared_plugins(layer, self, files));
        let declared: Vec<_> = declared.collect();
        let mut known = HashSet::new();
        let mut kept: Vec<Value> = declared
            .iter()
            // Of several of one name the last counts, at its own place: hence backwards
            // twice.
            .rev()
            .filter(|plugin| known.insert(plugin.identity()))
            .map(plugin::DeclaredPlugin::value)
            .collect();
        kept.reverse();
        kept
    }
}

/// Takes out the newer forms that the engine reads past.
fn drop_ignored(effective: &mut Fields) {
    let ignored = NEWER_FORMS.iter().filter(|form| form.older.is_none());
    for form in ignored {
        match form.path.split_once('.') {
            None => drop(effective.shift_remove(form.path)),
            Some((outer, inner)) => {
                let outer = effective.get_mut(outer).and_then(Value::as_object_mut);
                outer.map(|outer| outer.shift_remove(inner));
            }
        }
    }
}

/// What a layer says, if it can be read.
pub(super) fn fields(layer: &ConfigFile) -> Option<&Fields> {
    layer.loaded()
}

/// Lays settings over others: objects are merged deeply, other values replaced.
pub fn lay_over(below: &mut Fields, above: &Fields) {
    for (key, value) in above {
        match below.get_mut(key) {
            Some(below) => merge_over(below, value),
            None => drop(below.insert(key.clone(), value.clone())),
        }
    }
}

fn merge_over(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => lay_over(below, above),
        (below, above) => below.clone_from(above),
    }
}

fn append_new(below: &mut Vec<Value>, above: &Value) {
    for value in above.as_array().into_iter().flatten() {
        if !below.contains(value) {
            below.push(value.clone());
        }
    }
}

/// A setting as the engine takes it.
fn normalised(key: &str, value: &Value) -> Value {
    match (key, value) {
        // A lone action is the rule for everything.
        ("permission", Value::String(_)) => single("*", value),
        ("mcp", Value::Object(entries)) => {
            let entry = |(name, entry): (&String, &Value)| (name.clone(), switch_alone(entry));
            entries.iter().map(entry).collect()
        }
        _ => value.clone(),
    }
}

/// Of an entry that switches another the rest does not count.
fn switch_alone(entry: &Value) -> Value {
    match entry.get("enabled") {
        Some(enabled) if mcp::is_switch(entry) => single("enabled", enabled),
        _ => entry.clone(),
    }
}

fn single(key: &str, value: &Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), value.clone())]))
}
