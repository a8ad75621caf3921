//! Plans for the `plugin` setting.

use serde_json::{Value, json};

use super::draft::Draft;
use super::opencode::{Opencode, note};
use super::{Plan, PlanError, Receipt};
use crate::change::Action;
use crate::files::Files;
use crate::name::{PluginName, PluginSpec};
use crate::plugin::is_named;

const KEY: &str = "plugin";

/// Appends a plugin, unless one of its name is there.
pub(super) fn add(spec: &PluginSpec, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = Draft::new(files);
    let mut opencode = Opencode::open(&mut draft)?;
    let there = freeze(&opencode, &mut draft, &spec.name());
    if !there {
        append(&mut opencode, spec)?;
    }
    opencode.close(&mut draft)?;
    Ok(draft.finish(
        Action::PluginsAdd,
        format!("Add plugin {spec}"),
        note(format!("Added {spec}")),
        Receipt::Plugins,
    ))
}

/// Drops every entry of a plugin, whatever its version.
pub(super) fn remove(name: &str, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = Draft::new(files);
    let mut opencode = Opencode::open(&mut draft)?;
    let plugin = PluginName::of(name);
    if freeze(&opencode, &mut draft, &plugin) {
        drop_entries(&mut opencode, &plugin)?;
    }
    opencode.close(&mut draft)?;
    Ok(draft.finish(
        Action::PluginsRemove,
        format!("Remove plugin {name}"),
        note(format!("Removed {name}")),
        Receipt::Plugins,
    ))
}

fn append(opencode: &mut Opencode<'_>, spec: &PluginSpec) -> Result<(), PlanError> {
    let spec = Value::from(spec.as_str());
    match opencode.get(KEY) {
        None => opencode.edit(|document| document.set(&[KEY], &json!([spec]))),
        Some(Value::Array(_)) => opencode.edit(|document| document.push(&[KEY], &spec)),
        // The seed API takes a lone text for a list; the engine wants the list.
        Some(Value::String(only)) => {
            let list = json!([only, spec]);
            opencode.edit(|document| document.set(&[KEY], &list))
        }
        Some(_) => Err(PlanError::Shape {
            key: KEY.to_owned(),
            expected: "a list",
        }),
    }
}

fn drop_entries(opencode: &mut Opencode<'_>, plugin: &PluginName) -> Result<(), PlanError> {
    if let Some(Value::String(_)) = opencode.get(KEY) {
        return opencode.edit(|document| document.remove(&[KEY]).map(drop));
    }
    let named = |_: usize, entry: &Value| is_named(entry, plugin);
    opencode.edit(|document| document.remove_items(&[KEY], &named).map(drop))
}

/// Holds the entries of a plugin, and says whether there are any. Entries of
/// other plugins may come and go meanwhile.
fn freeze(opencode: &Opencode<'_>, draft: &mut Draft<'_>, plugin: &PluginName) -> bool {
    let entries: &[Value] = match opencode.get(KEY) {
        Some(Value::Array(entries)) => entries,
        Some(only @ Value::String(_)) => std::slice::from_ref(only),
        _ => &[],
    };
    let named: Vec<Value> = entries
        .iter()
        .filter(|entry| is_named(entry, plugin))
        .cloned()
        .collect();
    let there = !named.is_empty();
    opencode.freeze(
        draft,
        format!("{KEY} {plugin}"),
        there.then_some(Value::Array(named)),
    );
    there
}
