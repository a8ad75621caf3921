//! Settings of which only the end says what they do: a command, an address, a
//! variable, wherever it stands.

use serde_json::Value;

use super::harmless::{self, HarmlessSetting};
use super::leaves::{SettingLeaf, each_leaf};
use super::setting::{ChangedSetting, SettingSide, text};
use crate::effect::findings::Findings;
use crate::effect::reference;
use crate::effect::{Effect, EffectKind, Level};
use openwork_model::mask::mask_text;
use openwork_model::web_address::{WebAddress, is_like_address};

/// Keys whose values are programs with their arguments.
const PROGRAMS: &[&str] = &[
    "args",
    "arguments",
    "argv",
    "bin",
    "binary",
    "cmd",
    "command",
    "entrypoint",
    "exec",
    "executable",
    "program",
    "run",
    "script",
    "shell",
];
/// Keys whose values are packages or files with code.
const CODE: &[&str] = &["import", "module", "npm", "package", "plugin", "require"];
/// Keys below which all are environment variables.
const ENVIRONMENT: &[&str] = &["env", "environment"];

/// What is said of a setting unless its end says more.
#[derive(Debug, Clone, Copy)]
pub(in crate::effect) struct SettingMeaning {
    pub(in crate::effect) kind: EffectKind,
    /// What it does, after a comma.
    pub(in crate::effect) does: &'static str,
}

/// What is said of a setting that no rule knows.
pub(in crate::effect) const UNKNOWN: SettingMeaning = SettingMeaning {
    kind: EffectKind::Unknown,
    does: "and this server does not know what that does",
};

/// Notes everything below a setting that differs. All of it is grave but what
/// is on a list of harmless settings.
pub(in crate::effect) fn weigh(
    findings: &mut Findings,
    setting: &ChangedSetting<'_>,
    list: &[HarmlessSetting],
    meaning: SettingMeaning,
) {
    each_leaf(setting, &mut |leaf| match leaf {
        _ if findings.is_full() => {}
        SettingLeaf::Value(setting) if harmless::weigh(findings, list, setting) => {}
        SettingLeaf::Value(setting) => weigh_value(findings, setting, meaning),
        SettingLeaf::Order(setting, from, to) => weigh_order(findings, setting, meaning, from, to),
    });
}

/// Notes everything below a setting that no rule knows.
pub(super) fn weigh_unknown(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    weigh(findings, setting, harmless::ENGINE, UNKNOWN);
}

/// Notes an item of a list that no rule knows.
pub(super) fn weigh_item(
    findings: &mut Findings,
    list: &ChangedSetting<'_>,
    item: SettingSide<'_>,
) {
    let item = ChangedSetting {
        before: None,
        after: Some(item),
        ..*list
    };
    weigh_unknown(findings, &item);
}

/// Notes that keys change places.
pub(super) fn weigh_places(
    findings: &mut Findings,
    setting: &ChangedSetting<'_>,
    meaning: SettingMeaning,
) {
    if let Some([from, to]) = setting.reordered() {
        weigh_order(findings, setting, meaning, from, to);
    }
}

fn weigh_order(
    findings: &mut Findings,
    setting: &ChangedSetting<'_>,
    meaning: SettingMeaning,
    from: String,
    to: String,
) {
    let path = setting.path.to_string();
    let text = format!("Puts `{path}` in another order: `{to}` instead of `{from}`.");
    let effect = Effect::new(meaning.kind, Level::High, text)
        .at(&path)
        .changing(from, to);
    findings.add(format!("Change the order of {path}"), effect);
}

fn weigh_value(findings: &mut Findings, setting: &ChangedSetting<'_>, meaning: SettingMeaning) {
    weigh_references(findings, setting);
    let key = setting.path.key;
    let parent = setting.path.keys().nth(1).unwrap_or("");
    let Some(after) = setting.after else {
        return changed(findings, setting, meaning);
    };
    let is = |known: &[&str], key: &str| known.iter().any(|known| known.eq_ignore_ascii_case(key));
    match after.value {
        // Words of a list have numbers for keys.
        Value::String(_) | Value::Array(_)
            // By the key and not by the place: formatters, language servers and what the
            // engine may learn next have their commands under such names.
            if is(PROGRAMS, key) || is(PROGRAMS, parent) && is_number(key) =>
        {
            let command = command_line(after.shown);
            start(findings, setting, &command, "");
        }
        Value::Array(_) if is(ENVIRONMENT, key) => {
            let names = after.value.as_array().into_iter().flatten();
            let shown = after.shown.as_array().into_iter().flatten();
            for (name, shown) in names.zip(shown) {
                // A list holds names of variables, which keep nothing secret.
                // Anything else in that list may be a secret that stands in the wrong place.
                let name = if is_variable_name(name) { name } else { shown };
                take_variable(findings, setting, &text(name));
            }
        }
        _ if is(ENVIRONMENT, parent) => set_variable(findings, setting),
        Value::String(spec) if is(CODE, key) => load(findings, setting, spec),
        // Last, as an address in a command or a variable is reported with those.
        value => {
            let addresses = addresses(value);
            if addresses.is_empty() {
                return changed(findings, setting, meaning);
            }
            for address in addresses {
                send(findings, setting, address, SENDING);
            }
        }
    }
}

/// References count wherever a value is new, as the same one elsewhere sends
/// the secret elsewhere.
fn weigh_references(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    // The engine fills in references in keys too.
    reference::weigh(findings, setting.path.key);
    if let Some(value) = setting.new_value() {
        weigh_references_in(findings, value);
    }
}

/// Notes what a value reads.
pub(super) fn weigh_references_in(findings: &mut Findings, value: &Value) {
    match value {
        Value::String(text) => reference::weigh(findings, text),
        Value::Array(items) => {
            for item in items {
                weigh_references_in(findings, item);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                reference::weigh(findings, key);
                weigh_references_in(findings, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Notes that a setting changes, and what it means.
pub(super) fn changed(
    findings: &mut Findings,
    setting: &ChangedSetting<'_>,
    meaning: SettingMeaning,
) {
    let path = setting.path.to_string();
    let (from, to) = (setting.from(), setting.to());
    let text = match (setting.before, setting.after) {
        (None, _) => format!("Sets `{path}` to `{to}`, {}.", meaning.does),
        (Some(_), None) => format!("Takes away `{path}`, which was `{from}`, {}.", meaning.does),
        _ => format!(
            "Changes `{path}` from `{from}` to `{to}`, {}.",
            meaning.does
        ),
    };
    let title = match setting.after {
        Some(_) => format!("Set {path} to {to}"),
        None => format!("Take away {path}"),
    };
    let effect = Effect::new(meaning.kind, Level::High, text)
        .at(path)
        .changing(from, to);
    findings.add(title, effect);
}

/// Notes that a program starts.
pub(super) fn start(
    findings: &mut Findings,
    setting: &ChangedSetting<'_>,
    command: &str,
    more: &str,
) {
    let text = format!("Starts this program on this machine: `{command}`{more}");
    let effect = Effect::new(EffectKind::RunsCommand, Level::High, text)
        .at(setting.path.to_string())
        .running(command);
    findings.add(format!("Start a program: {command}"), effect);
}

/// Notes that code is loaded.
pub(super) fn load(findings: &mut Findings, setting: &ChangedSetting<'_>, spec: &str) {
    let spec = mask_text(spec);
    let text =
        format!("Loads the package `{spec}` into the engine: its code runs on this machine.");
    let effect = Effect::new(EffectKind::LoadsCode, Level::High, text)
        .at(setting.path.to_string())
        .changing(open_text(setting.before), open_text(setting.after));
    findings.add(format!("Load the package {spec}"), effect);
}

/// What an address is for, as a sentence goes on with a host, in the
/// indicative and in the imperative.
#[derive(Debug, Clone, Copy)]
pub(super) struct AddressUse(pub(super) &'static str, pub(super) &'static str);

const SENDING: AddressUse = AddressUse("Lets the engine send data to", "Send data to");

/// Notes that something is sent to an address.
pub(super) fn send(
    findings: &mut Findings,
    setting: &ChangedSetting<'_>,
    address: &str,
    used: AddressUse,
) {
    let path = setting.path.to_string();
    let read = WebAddress::read(address);
    let host = read.as_ref().map(WebAddress::host);
    // Where the host depends on what is filled in, the whole address is shown: a
    // part of it could be taken for the host.
    let to = host.map_or_else(|| mask_text(address), Into::into);
    let text = format!("{} `{to}` (`{path}`).", used.0);
    let effect = Effect::new(EffectKind::SendsData, Level::High, text)
        .at(path)
        .changing(open_text(setting.before), open_text(setting.after))
        .sending_to(host);
    findings.add(format!("{} {to}", used.1), effect);
    for name in filled_in(address) {
        take_variable(findings, setting, name);
    }
}

/// A text that is shown wherever it stands, without credentials: nobody may
/// hide a package or an address by calling something `token`.
fn open_text(side: Option<SettingSide<'_>>) -> String {
    match side.map(|side| side.value) {
        None => "unset".to_owned(),
        Some(value) => mask_text(&text(value)).into_owned(),
    }
}

/// The variables that the engine fills into the addresses of providers.
fn filled_in(address: &str) -> impl Iterator<Item = &str> {
    address
        .split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
}

fn is_variable_name(value: &Value) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    value
        .as_str()
        .is_some_and(|name| !name.is_empty() && name.chars().all(is_part))
}

fn take_variable(findings: &mut Findings, setting: &ChangedSetting<'_>, name: &str) {
    let path = setting.path.to_string();
    let text = format!("Takes the environment variable `{name}` of this machine for `{path}`.");
    let effect = Effect::new(EffectKind::ReadsEnvironment, Level::High, text).at(path);
    findings.add(format!("Read the environment variable {name}"), effect);
}

/// Notes that programs get a variable. Its value is shown where programs may
/// load code because of it.
pub(super) fn set_variable(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    let (path, from, to) = (setting.path.to_string(), setting.from(), setting.to());
    let name = setting.path.name;
    let text = format!("Sets the environment variable `{name}` of a program to `{to}`.");
    let effect = Effect::new(EffectKind::SetsEnvironment, Level::High, text);
    findings.add(
        format!("Set the environment variable {name}"),
        effect.at(path).changing(from, to),
    );
}

/// A command as a person would type it.
pub(super) fn command_line(command: &Value) -> String {
    match command {
        Value::Array(words) => {
            let words: Vec<String> = words.iter().map(word).collect();
            words.join(" ")
        }
        other => text(other),
    }
}

/// A word of a command, quoted where its end would not be seen.
fn word(value: &Value) -> String {
    // Without quotes where they say nothing, so that most commands read as they
    // are typed.
    let is_plain = |word: &str| !word.is_empty() && !word.contains([' ', '"', '\'']);
    match value {
        Value::String(word) if is_plain(word) => word.clone(),
        other => other.to_string(),
    }
}

/// The texts of a value that may be addresses.
fn addresses(value: &Value) -> Vec<&str> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    texts
        .into_iter()
        .filter(|text| is_like_address(text))
        .collect()
}

fn is_number(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())
}
