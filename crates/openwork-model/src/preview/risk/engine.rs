//! What the engine's configuration makes it run, send and read.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{Risk, listed, short, text};
use crate::mask::{Reference, host, mask, mask_text, references};

mod mcp;

/// What is said of every new plugin.
const PLUGIN: &str = "Plugin code runs on this machine when the engine next loads.";

/// Weighs one configuration against another.
pub(super) fn assess(risk: &mut Risk, before: &Value, after: &Value) {
    let shown = mask(after);
    plugins(risk, before, after);
    mcp::assess(risk, before, after, &shown);
    for ((key, after), (_, shown)) in members(after).zip(members(&shown)) {
        if key != "mcp" {
            commands(risk, before.get(key), after, shown);
        }
    }
    providers(risk, before, after);
    templates(risk, before, after);
    instructions(risk, before, after);
    reads(risk, before, after);
}

fn plugins(risk: &mut Risk, before: &Value, after: &Value) {
    if added(before.get("plugin"), after.get("plugin"))
        .next()
        .is_some()
    {
        risk.warn(PLUGIN);
    }
}

/// Commands of formatters, language servers, hooks and whatever may come.
fn commands(risk: &mut Risk, before: Option<&Value>, after: &Value, shown: &Value) {
    match (after, shown) {
        _ if before == Some(after) => {}
        (Value::Object(after), Value::Object(shown)) => {
            for ((key, value), shown) in after.iter().zip(shown.values()) {
                let before = before.and_then(|before| before.get(key));
                if key == "command" && value.is_array() && before != Some(value) {
                    starts(risk, shown);
                } else {
                    commands(risk, before, value, shown);
                }
            }
        }
        (Value::Array(after), Value::Array(shown)) => {
            for (index, (value, shown)) in after.iter().zip(shown).enumerate() {
                commands(
                    risk,
                    before.and_then(|before| before.get(index)),
                    value,
                    shown,
                );
            }
        }
        _ => {}
    }
}

fn starts(risk: &mut Risk, command: &Value) {
    let words: Vec<String> = items(Some(command)).map(word).collect();
    risk.warn(format!(
        "Starts this command on this machine: `{}`",
        short(&words.join(" "))
    ));
}

/// A word of a command, quoted where its end would not be seen.
fn word(value: &Value) -> String {
    match value {
        Value::String(word) if !word.is_empty() && !word.contains([' ', '"', '\'']) => word.clone(),
        other => other.to_string(),
    }
}

/// Whom a URL leads to; all of it if that cannot be told.
fn recipient(url: &str) -> String {
    short(&host(url).map_or_else(|| mask_text(url), Cow::Borrowed))
}

fn providers(risk: &mut Risk, before: &Value, after: &Value) {
    for (name, provider) in members_of(after, "provider") {
        let old = before.get("provider").and_then(|old| old.get(name));
        let is_new = |pointer: &str| {
            let value = provider.pointer(pointer).and_then(Value::as_str)?;
            let old = old
                .and_then(|old| old.pointer(pointer))
                .and_then(Value::as_str);
            (old != Some(value)).then_some(value)
        };
        for url in ["/options/baseURL", "/api"].into_iter().filter_map(is_new) {
            risk.warn(format!("Sends conversations to `{}`.", recipient(url)));
        }
        if let Some(package) = is_new("/npm") {
            risk.warn(format!(
                "Loads the package `{}` into the engine.",
                short(&mask_text(package))
            ));
        }
    }
}

/// Commands may be kept in the configuration instead of in files.
fn templates(risk: &mut Risk, before: &Value, after: &Value) {
    for (name, command) in members_of(after, "command") {
        let old = before.get("command").and_then(|old| old.get(name));
        if old != Some(command) {
            text::assess(risk, old.map_or("", template), template(command));
        }
    }
}

fn template(command: &Value) -> &str {
    command
        .get("template")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn instructions(risk: &mut Risk, before: &Value, after: &Value) {
    let added = added(before.get("instructions"), after.get("instructions"));
    let paths = added
        .filter_map(Value::as_str)
        .map(|path| format!("`{}`", mask_text(path)));
    if let Some(paths) = listed(paths, 5) {
        risk.note(format!("Agents will read these as instructions: {paths}"));
    }
}

/// The engine puts in what references lead to, wherever they stand.
fn reads(risk: &mut Risk, before: &Value, after: &Value) {
    let (before, after) = (before.to_string(), after.to_string());
    let known: BTreeSet<Reference<'_>> = references(&before)
        .into_iter()
        .map(|(_, found)| found)
        .collect();
    let found: BTreeSet<Reference<'_>> = references(&after)
        .into_iter()
        .map(|(_, found)| found)
        .collect();
    for reference in found.difference(&known) {
        risk.warn(match reference {
            Reference::Env(name) => format!(
                "Reads the environment variable `{}` of this machine.",
                short(name)
            ),
            Reference::File(path) => format!("Reads the file `{}` of this machine.", short(path)),
        });
    }
}

/// The items of a list, or a single text, that were not there before.
fn added<'v>(
    before: Option<&Value>,
    after: Option<&'v Value>,
) -> impl Iterator<Item = &'v Value> + use<'v> {
    let known: HashSet<String> = items(before).map(Value::to_string).collect();
    items(after).filter(move |item| !known.contains(&item.to_string()))
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let list = value
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    list.iter().chain(value.filter(|value| value.is_string()))
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

fn members_of<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v str, &'v Value)> {
    value.get(key).into_iter().flat_map(members)
}
