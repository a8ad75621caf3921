//! Plans for the `plugin` setting.

use serde_json::{Value, json};

use super::draft::PlanDraft;
use super::elsewhere;
use super::opencode::{FileIndex, MAIN, OpencodeEdit, note};
use super::{Plan, PlanError, PlanReceipt, WarningCode};
use crate::change::{Action, Fields};
use openwork_jsonc::{EditError, JsoncDocument};
use openwork_model::files::Files;
use openwork_model::mask::mask_text;
use openwork_model::name::{PluginName, PluginSpec};
use openwork_model::plugin::{is_named, list_of, spec_of};

const KEY: &str = "plugin";
/// What the engine's next version calls it. This one ignores it.
const NEWER_KEY: &str = "plugins";

/// Appends a plugin, unless one of its name is there.
pub(super) fn add(spec: &PluginSpec, files: &dyn Files) -> Result<Plan, PlanError> {
    written(spec, files, |opencode, draft, at, there| {
        // Who names no version asks for none.
        let names_version = spec.name().as_str() != spec.as_str().trim();
        if names_version {
            let [there, spec] = [there, spec.as_str()].map(mask_text);
            let message = format!(
                "{there} is there already and stays; to change it to {spec}, send it with `replace: true`"
            );
            draft.warn(WarningCode::AlreadyPresent, opencode.path(at), message);
        }
        Ok(())
    })
}

/// Puts a plugin in place of other versions of it, or appends it.
pub(super) fn replace(spec: &PluginSpec, files: &dyn Files) -> Result<Plan, PlanError> {
    written(spec, files, |opencode, _, at, _| {
        put_in_place(opencode, at, spec)?;
        drop_from_second(opencode, at, spec)
    })
}

/// Adds a plugin, or has the version changed that stands in a file.
fn written(
    spec: &PluginSpec,
    files: &dyn Files,
    change: impl FnOnce(
        &mut OpencodeEdit<'_>,
        &mut PlanDraft<'_>,
        FileIndex,
        &str,
    ) -> Result<(), PlanError>,
) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(files)?;
    let plugin = spec.name();
    guard(&opencode, &mut draft, &plugin);
    let at = match standing(&opencode, &plugin) {
        None => {
            append(&mut opencode, spec)?;
            MAIN
        }
        Some((at, there)) if there == spec.as_str() => at,
        Some((at, there)) => {
            change(&mut opencode, &mut draft, at, &there)?;
            at
        }
    };
    let written = json!([spec.as_str()]);
    opencode.note_settings(
        &mut draft,
        at,
        Fields::from_iter([(KEY.to_owned(), written)]),
    );
    opencode.close(&mut draft)?;
    let shown = mask_text(spec.as_str());
    Ok(draft.finish(
        Action::PluginsAdd,
        format!("Add plugin {shown}"),
        note(format!("Added {shown}")),
        PlanReceipt::Plugins,
    ))
}

/// Drops every entry of a plugin, whatever its version, from every file of the
/// workspace.
pub(super) fn remove(name: &str, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(files)?;
    let plugin = PluginName::of(name);
    guard(&opencode, &mut draft, &plugin);
    guard_newer(&opencode, &mut draft, &plugin);
    let mut is_here = false;
    for at in opencode.by_rank() {
        // Both, or a later engine would load what was removed.
        for key in [KEY, NEWER_KEY] {
            if let Some(edit) = dropping(key, opencode.get(at, &[key]).as_ref(), &plugin) {
                is_here = true;
                opencode.edit(at, edit)?;
            }
        }
    }
    if !is_here {
        elsewhere::refuse_plugin(&plugin, files)?;
    }
    opencode.close(&mut draft)?;
    let shown = mask_text(name);
    Ok(draft.finish(
        Action::PluginsRemove,
        format!("Remove plugin {shown}"),
        note(format!("Removed {shown}")),
        PlanReceipt::Plugins,
    ))
}

/// The file and the spec of the entry of a plugin that counts: of several the
/// last of the highest file.
fn standing(opencode: &OpencodeEdit<'_>, plugin: &PluginName) -> Option<(FileIndex, String)> {
    opencode.by_rank().into_iter().find_map(|at| {
        let named = named(opencode.get(at, &[KEY]).as_ref(), plugin)?;
        let last = named.as_array()?.last()?;
        Some((at, spec_of(last)?.to_owned()))
    })
}

fn append(opencode: &mut OpencodeEdit<'_>, spec: &PluginSpec) -> Result<(), PlanError> {
    let spec = Value::from(spec.as_str());
    match opencode.get(MAIN, &[KEY]) {
        None => opencode.edit(MAIN, |document| document.set(&[KEY], &json!([spec]))),
        Some(Value::Array(_)) => opencode.edit(MAIN, |document| document.push(&[KEY], &spec)),
        // The OpenWork API takes a lone text for a list; the engine wants the list.
        Some(Value::String(only)) => {
            let list = json!([only, spec]);
            opencode.edit(MAIN, |document| document.set(&[KEY], &list))
        }
        Some(_) => Err(PlanError::Shape {
            key: KEY.to_owned(),
            expected: "a list",
        }),
    }
}

/// Changes the spec of the last entry of a plugin, which counts; those before
/// it go. Its options stay.
fn put_in_place(
    opencode: &mut OpencodeEdit<'_>,
    at: FileIndex,
    spec: &PluginSpec,
) -> Result<(), PlanError> {
    let plugin = spec.name();
    let setting = opencode.get(at, &[KEY]);
    let mut plugins = entries(setting.as_ref()).to_vec();
    let Some(last) = plugins.iter().rposition(|entry| is_named(entry, &plugin)) else {
        return Ok(());
    };
    if let Some(entry) = plugins.get_mut(last) {
        match entry {
            Value::Array(pair) => pair
                .splice(..1, [Value::from(spec.as_str())])
                .for_each(drop),
            entry => *entry = Value::from(spec.as_str()),
        }
    }
    opencode.edit(at, |document| {
        document.set(&[KEY], &Value::Array(plugins))?;
        let is_earlier = |index: usize, entry: &Value| index < last && is_named(entry, &plugin);
        document.remove_items(&[KEY], &is_earlier).map(drop)
    })
}

/// The second file is left alone only if it names this very spec: a pair with
/// options, or another version, would win over it in some engine.
fn drop_from_second(
    opencode: &mut OpencodeEdit<'_>,
    at: FileIndex,
    spec: &PluginSpec,
) -> Result<(), PlanError> {
    let Some(second) = opencode.second_of(at) else {
        return Ok(());
    };
    let plugin = spec.name();
    let setting = opencode.get(second, &[KEY]);
    if named(setting.as_ref(), &plugin) == Some(json!([spec.as_str()])) {
        return Ok(());
    }
    match dropping(KEY, setting.as_ref(), &plugin) {
        Some(edit) => opencode.edit(second, edit),
        None => Ok(()),
    }
}

/// The edit that drops a plugin's entries from a setting; `None` if it has
/// none.
fn dropping<'p>(
    key: &'p str,
    setting: Option<&Value>,
    plugin: &'p PluginName,
) -> Option<impl FnOnce(&mut JsoncDocument) -> Result<(), EditError> + use<'p>> {
    named(setting, plugin)?;
    let is_lone = setting.is_some_and(Value::is_string);
    Some(move |document: &mut JsoncDocument| {
        // A lone text is no list to take an item from.
        if is_lone {
            return document.remove(&[key]).map(drop);
        }
        let named = |_: usize, entry: &Value| is_named(entry, plugin);
        document.remove_items(&[key], &named).map(drop)
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

/// Holds the entries of a plugin in the newer setting, in the files that have it.
fn guard_newer(opencode: &OpencodeEdit<'_>, draft: &mut PlanDraft<'_>, plugin: &PluginName) {
    let shown = mask_text(plugin.as_str());
    for at in opencode.by_rank() {
        if let Some(named) = named(opencode.get(at, &[NEWER_KEY]).as_ref(), plugin) {
            draft.guard(
                opencode.path(at),
                format!("{NEWER_KEY} {shown}"),
                Some(&named),
            );
        }
    }
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
    setting.map_or(&[], list_of)
}
