//! Plans for the `plugin` setting.

use serde_json::{Value, json};

use super::draft::PlanDraft;
use super::opencode::{OpencodeEdit, note};
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, Fields};
use openwork_jsonc::{EditError, JsoncDocument};
use openwork_model::files::Files;
use openwork_model::mask::mask_text;
use openwork_model::name::{PluginName, PluginSpec};
use openwork_model::plugin::is_named;

const KEY: &str = "plugin";

/// Appends a plugin, unless one of its name is there.
pub(super) fn add(spec: &PluginSpec, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(&mut draft)?;
    let plugin = spec.name();
    guard(&opencode, &mut draft, &plugin);
    if named(opencode.get(&[KEY]).as_ref(), &plugin).is_none() {
        append(&mut opencode, spec)?;
        // The second file is left alone only if it names this very spec: a pair with
        // options, or another version, would win over it in some engine.
        let same = Some(json!([spec.as_str()]));
        if named(opencode.second(&[KEY]).as_ref(), &plugin) != same {
            drop_from_second(&mut opencode, &plugin)?;
        }
    }
    let written = json!([spec.as_str()]);
    opencode.note_settings(&mut draft, Fields::from_iter([(KEY.to_owned(), written)]));
    opencode.close(&mut draft)?;
    let shown = mask_text(spec.as_str());
    Ok(draft.finish(
        Action::PluginsAdd,
        format!("Add plugin {shown}"),
        note(format!("Added {shown}")),
        PlanReceipt::Plugins,
    ))
}

/// Drops every entry of a plugin, whatever its version.
pub(super) fn remove(name: &str, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(&mut draft)?;
    let plugin = PluginName::of(name);
    guard(&opencode, &mut draft, &plugin);
    drop_from_main(&mut opencode, &plugin)?;
    drop_from_second(&mut opencode, &plugin)?;
    opencode.close(&mut draft)?;
    let shown = mask_text(name);
    Ok(draft.finish(
        Action::PluginsRemove,
        format!("Remove plugin {shown}"),
        note(format!("Removed {shown}")),
        PlanReceipt::Plugins,
    ))
}

fn append(opencode: &mut OpencodeEdit<'_>, spec: &PluginSpec) -> Result<(), PlanError> {
    let spec = Value::from(spec.as_str());
    match opencode.get(&[KEY]) {
        None => opencode.edit(|document| document.set(&[KEY], &json!([spec]))),
        Some(Value::Array(_)) => opencode.edit(|document| document.push(&[KEY], &spec)),
        // The OpenWork API takes a lone text for a list; the engine wants the list.
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

fn drop_from_main(opencode: &mut OpencodeEdit<'_>, plugin: &PluginName) -> Result<(), PlanError> {
    match dropping(opencode.get(&[KEY]).as_ref(), plugin) {
        Some(edit) => opencode.edit(edit),
        None => Ok(()),
    }
}

fn drop_from_second(opencode: &mut OpencodeEdit<'_>, plugin: &PluginName) -> Result<(), PlanError> {
    match dropping(opencode.second(&[KEY]).as_ref(), plugin) {
        Some(edit) => opencode.edit_second(edit),
        None => Ok(()),
    }
}

/// The edit that drops a plugin's entries from a setting; `None` if it has
/// none.
fn dropping<'p>(
    setting: Option<&Value>,
    plugin: &'p PluginName,
) -> Option<impl FnOnce(&mut JsoncDocument) -> Result<(), EditError> + use<'p>> {
    named(setting, plugin)?;
    let is_lone = setting.is_some_and(Value::is_string);
    Some(move |document: &mut JsoncDocument| {
        // A lone text is no list to take an item from.
        if is_lone {
            return document.remove(&[KEY]).map(drop);
        }
        let named = |_: usize, entry: &Value| is_named(entry, plugin);
        document.remove_items(&[KEY], &named).map(drop)
    })
}

/// Holds the entries of a plugin. Those of others may come and go meanwhile.
fn guard(opencode: &OpencodeEdit<'_>, draft: &mut PlanDraft<'_>, plugin: &PluginName) {
    // Of this plugin alone, or two people who add two plugins would stand in each
    // other's way.
    let part = |setting: Option<&Value>| named(setting, plugin);
    let shown = mask_text(plugin.as_str());
    opencode.guard_part(draft, &format!("{KEY} {shown}"), part, &[KEY]);
}

/// A setting's entries of a plugin as a list; `None` if there are none.
fn named(setting: Option<&Value>, plugin: &PluginName) -> Option<Value> {
    let named = entries(setting)
        .iter()
        .filter(|entry| is_named(entry, plugin));
    let named: Vec<Value> = named.cloned().collect();
    (!named.is_empty()).then_some(Value::Array(named))
}

fn entries(setting: Option<&Value>) -> &[Value] {
    match setting {
        Some(Value::Array(entries)) => entries,
        Some(only @ Value::String(_)) => std::slice::from_ref(only),
        _ => &[],
    }
}
