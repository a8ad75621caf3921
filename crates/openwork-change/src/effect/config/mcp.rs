//! MCP servers: local ones run, remote ones are sent data.
//!
//! In the newer form the entries are in `mcp.servers`. That key may be an
//! entry's name as well, so it is taken for both.

use serde_json::{Map, Value};

use super::leaf;
use super::setting::ChangedSetting;
use super::{harmless, unknown, weigh_members};
use crate::effect::findings::Findings;
use crate::effect::{Effect, EffectKind, Level};

mod local;
mod remote;

/// The container of the newer form.
const SERVERS: &str = "servers";
/// The fields of entries.
const FIELDS: &[&str] = &[
    "type",
    "enabled",
    "disabled",
    "timeout",
    "command",
    "cwd",
    "environment",
    "url",
    "headers",
    "oauth",
];

/// Notes what changes of each entry.
pub(super) fn weigh(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    weigh_members(findings, setting, |findings, entry| {
        let is_object = |value: Option<&Value>| value.is_none_or(Value::is_object);
        // `servers` is taken for a container whenever it may be one. Weighing it as an
        // entry alone would miss every server in it.
        let is_container = entry.path.key == SERVERS && is_object(entry.new_value());
        if is_container {
            weigh_container(findings, entry);
        }
        if !is_container || is_entry(entry.old_value()) || is_entry(entry.new_value()) {
            weigh_entry(findings, entry);
        }
    });
}

fn weigh_container(findings: &mut Findings, container: &ChangedSetting<'_>) {
    container.each_differing(|entry| {
        let is_field = FIELDS.contains(&entry.path.key) && is_entry(container.new_value());
        if !is_field {
            // An entry that none of the rules has a word on is unknown and so grave,
            // instead of nothing.
            findings.guard(|findings| weigh_entry(findings, entry), || unknown(entry));
        }
    });
    leaf::weigh_places(findings, container, leaf::UNKNOWN);
}

fn is_entry(value: Option<&Value>) -> bool {
    value.is_some_and(|value| {
        FIELDS
            .iter()
            .any(|field| value.get(*field).is_some_and(|field| !field.is_object()))
    })
}

fn weigh_entry(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    let empty = Map::new();
    let before = setting.old_value().and_then(Value::as_object);
    match setting.new_value() {
        None => weigh_removed(findings, setting, before.unwrap_or(&empty)),
        Some(Value::Object(after)) => {
            McpEntry {
                setting,
                before,
                after,
            }
            .weigh(findings);
        }
        Some(_) => leaf::weigh_unknown(findings, setting),
    }
}

/// An entry that is there and new or changed.
#[derive(Clone, Copy)]
struct McpEntry<'e> {
    setting: &'e ChangedSetting<'e>,
    before: Option<&'e Map<String, Value>>,
    after: &'e Map<String, Value>,
}

impl McpEntry<'_> {
    fn weigh(self, findings: &mut Findings) {
        let name = self.setting.path.name;
        // First, because switching off is harmless whatever the entry would start.
        if self.is_only_off() {
            return note_off(findings, self.setting, name);
        }
        let is_local = is_local(self.after);
        let is_remote = is_remote(self.after);
        if is_local {
            local::weigh(findings, self);
        }
        if is_remote {
            remote::weigh(findings, self);
        }
        // Both forms are asked: an entry may have a command and an address, and which
        // of them the engine takes is not decided here.
        let is_known = (is_local || is_remote)
            && (!is_local || !local::is_new(self))
            && (!is_remote || remote::known(self).is_some());
        self.weigh_references(findings, is_known);
        if !is_local && !is_remote {
            self.weigh_switch(findings);
        }
        self.weigh_other_fields(findings);
    }

    /// References of an entry that starts or calls what it did before are no
    /// news, unless they are in what changes.
    fn weigh_references(self, findings: &mut Findings, is_known: bool) {
        if !is_known {
            if let Some(entry) = self.setting.new_value() {
                leaf::weigh_references_in(findings, entry);
            }
            return;
        }
        self.setting.each_differing(|field| {
            field.each_differing(|part| {
                if let Some(value) = part.new_value() {
                    leaf::weigh_references_in(findings, value);
                }
            });
            if let Some(value) = field.new_value().filter(|value| !value.is_object()) {
                leaf::weigh_references_in(findings, value);
            }
        });
    }

    /// Whether nothing else was changed than that it is off now.
    fn is_only_off(self) -> bool {
        let rest = |entry: &Map<String, Value>| -> Map<String, Value> {
            let is_word = |key: &str| matches!(key, "enabled" | "disabled");
            let fields = entry.iter().filter(|(key, _)| !is_word(key));
            fields
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        };
        let left = rest(self.after);
        let is_same = self.before.is_some_and(|before| rest(before) == left);
        match self.after.get("enabled") {
            Some(enabled) => *enabled == Value::Bool(false) && (left.is_empty() || is_same),
            // The newer word does not count beside every field. Only where it takes
            // nothing away that kept the entry off can it be no more than that.
            None => is_off(self.after) && is_same && !self.before.is_some_and(is_off),
        }
    }

    /// Whether it was there and off and may be on now.
    fn is_switched_on(self) -> bool {
        // Engines before 1.18.24 load an entry without the newer word.
        let loses_older_word = self
            .before
            .is_some_and(|before| before.contains_key("enabled"))
            && !self.after.contains_key("enabled");
        self.before.is_some_and(is_off) && (!is_off(self.after) || loses_older_word)
    }

    /// Whether fields are new, changed or gone.
    fn has_changed(self, fields: &[&str]) -> bool {
        fields.iter().any(|field| {
            let before = self.before.and_then(|before| before.get(*field));
            before != self.after.get(*field)
        })
    }

    /// What does not say what it starts or calls is set up elsewhere.
    fn weigh_switch(self, findings: &mut Findings) {
        let (path, name) = (self.setting.path.to_string(), self.setting.path.name);
        let text =
            format!("Switches on or changes the MCP server `{name}`, which is set up elsewhere.");
        let effect = Effect::new(EffectKind::SwitchesOn, Level::High, text)
            .changing(self.setting.from(), self.setting.to());
        findings.add(format!("Switch on the MCP server {name}"), effect.at(path));
        self.setting.each_differing(|field| {
            if !matches!(field.path.key, "enabled" | "type") {
                leaf::weigh_unknown(findings, field);
            }
        });
    }

    /// What is no field of an entry, or none of the type that it has to be.
    fn weigh_other_fields(self, findings: &mut Findings) {
        self.setting.each_differing(|field| {
            let is_known = match (field.path.key, field.new_value()) {
                // Of another type a harmless field is unknown: nobody knows what the engine
                // makes of it.
                ("timeout", Some(value)) => is_wait(value),
                ("enabled" | "disabled", Some(value)) => value.is_boolean(),
                (key, _) => FIELDS.contains(&key),
            };
            if !is_known {
                leaf::weigh(findings, field, harmless::ENGINE, leaf::UNKNOWN);
            }
        });
    }
}

/// Notes that an entry goes. What kept another layer's off brings that back.
fn weigh_removed(
    findings: &mut Findings,
    setting: &ChangedSetting<'_>,
    before: &Map<String, Value>,
) {
    let (path, name) = (setting.path.to_string(), setting.path.name);
    let is_full = is_local(before) || is_remote(before);
    // An entry that says `enabled: true` alone adds nothing. One that says `false`
    // may be all that holds another layer's server back.
    let is_switch = before.len() == 1 && before.get("enabled") == Some(&Value::Bool(true));
    let is_harmless = (is_full && !is_off(before)) || is_switch;
    let (kind, level, text) = if is_harmless {
        let text = format!("Removes the MCP server `{name}`.");
        (EffectKind::Deletes, Level::Low, text)
    } else {
        let text = format!(
            "Takes away what keeps the MCP server `{name}` off or as it is, so one that is set up elsewhere may come back."
        );
        (EffectKind::SwitchesOn, Level::High, text)
    };
    let title = if is_harmless {
        format!("Remove the MCP server {name}")
    } else {
        format!("Let the MCP server {name} come back")
    };
    let effect = Effect::new(kind, level, text).changing(setting.from(), setting.to());
    findings.add(title, effect.at(path));
}

fn note_off(findings: &mut Findings, setting: &ChangedSetting<'_>, name: &str) {
    let text = format!("Switches off the MCP server `{name}`.");
    let effect = Effect::new(EffectKind::Setting, Level::Low, text).at(setting.path.to_string());
    findings.add(format!("Switch off the MCP server {name}"), effect);
}

fn is_local(entry: &Map<String, Value>) -> bool {
    entry.contains_key("command") || entry.get("type") == Some(&Value::from("local"))
}

fn is_remote(entry: &Map<String, Value>) -> bool {
    entry.contains_key("url") || entry.get("type") == Some(&Value::from("remote"))
}

/// How long to wait, in the older form or in the newer one.
fn is_wait(value: &Value) -> bool {
    match value {
        Value::Object(waits) => waits.values().all(Value::is_number),
        value => value.is_number(),
    }
}

/// Whether an entry is off for certain. The newer word for it counts only
/// without the older one.
fn is_off(entry: &Map<String, Value>) -> bool {
    match entry.get("enabled") {
        // Only `true`: any other value may count as on for the engine.
        None => entry.get("disabled") == Some(&Value::Bool(true)),
        enabled => enabled == Some(&Value::Bool(false)),
    }
}
