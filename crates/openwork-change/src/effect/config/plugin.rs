//! Plugins: code that the engine loads.

use std::collections::HashSet;

use serde_json::Value;

use super::setting::{ChangedSetting, SettingSide};
use super::{added, items, leaf};
use crate::effect::findings::Findings;
use crate::effect::{Effect, EffectKind, Level};
use openwork_model::mask::mask_text;
use openwork_model::name::PluginName;

/// Notes every plugin that comes, and those that go.
pub(super) fn weigh(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    for plugin in added(setting) {
        note_added(findings, setting, plugin);
    }
    let after = items(setting.after);
    // Compared with their options, so that a plugin whose options change is shown
    // as well.
    let known: HashSet<String> = after.iter().map(|item| item.value.to_string()).collect();
    let names: HashSet<PluginName> = after
        .iter()
        .filter_map(|item| Some(PluginName::of(spec(item.value)?)))
        .collect();
    for plugin in items(setting.before) {
        if known.contains(&plugin.value.to_string()) {
            continue;
        }
        let name = spec(plugin.value).map(PluginName::of);
        // Of several with one name the last counts: another one may now.
        let is_replaced = name.is_none_or(|name| names.contains(&name));
        note_removed(findings, setting, plugin, is_replaced);
    }
}

fn note_added(findings: &mut Findings, setting: &ChangedSetting<'_>, plugin: SettingSide<'_>) {
    leaf::weigh_references_in(findings, plugin.value);
    let shown = shown(plugin);
    let text = format!(
        "Loads the plugin `{shown}`: its code runs on this machine when the engine next loads."
    );
    let effect = Effect::new(EffectKind::LoadsCode, Level::High, text)
        .at(setting.path.to_string())
        .changing("unset", plugin.text());
    findings.add(format!("Run a plugin: {shown}"), effect);
}

fn note_removed(
    findings: &mut Findings,
    setting: &ChangedSetting<'_>,
    plugin: SettingSide<'_>,
    is_replaced: bool,
) {
    let shown = shown(plugin);
    let (kind, level, more) = if is_replaced {
        (
            EffectKind::LoadsCode,
            Level::High,
            ", so another one of its name counts",
        )
    } else {
        (EffectKind::Deletes, Level::Low, "")
    };
    let text = format!("Removes the plugin `{shown}`{more}.");
    let effect = Effect::new(kind, level, text)
        .at(setting.path.to_string())
        .changing(plugin.text(), "unset");
    findings.add(format!("Remove the plugin {shown}"), effect);
}

/// What is loaded: the text, or the first of a pair with options.
fn spec(plugin: &Value) -> Option<&str> {
    let first = plugin.as_array().and_then(|pair| pair.first());
    first.unwrap_or(plugin).as_str()
}

/// The spec, and the options if there are any.
fn shown(plugin: SettingSide<'_>) -> String {
    match plugin.shown {
        Value::String(spec) => mask_text(spec).into_owned(),
        other => other.to_string(),
    }
}
