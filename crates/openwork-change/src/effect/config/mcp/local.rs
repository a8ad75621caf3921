//! Entries that run a program.

use serde_json::Value;

use super::McpEntry;
use crate::effect::config::leaf;
use crate::effect::findings::Findings;
use crate::effect::{Effect, EffectKind, Level};

/// Notes the program and its variables, if anything of that is new.
pub(super) fn weigh(findings: &mut Findings, entry: McpEntry<'_>) {
    if !is_new(entry) {
        return note_other(findings, entry);
    }
    let shown = entry.setting.after.map(|side| side.shown);
    let command = shown.and_then(|shown| shown.get("command"));
    let command = leaf::command_line(command.unwrap_or(&Value::Null));
    let directory = match shown.and_then(|shown| shown.get("cwd")) {
        Some(directory) => format!(" in the directory `{}`", leaf::command_line(directory)),
        None => String::new(),
    };
    leaf::start(findings, entry.setting, &command, &directory);
    weigh_environment(findings, entry);
}

/// Whether it starts something that it did not before.
pub(super) fn is_new(entry: McpEntry<'_>) -> bool {
    entry.has_changed(&["type", "command", "cwd", "environment", "url"]) || entry.is_switched_on()
}

fn weigh_environment(findings: &mut Findings, entry: McpEntry<'_>) {
    entry.setting.each_differing(|field| {
        if field.path.key != "environment" {
            return;
        }
        if field.new_value().is_some_and(|value| !value.is_object()) {
            return leaf::weigh_unknown(findings, field);
        }
        field.each_differing(|variable| {
            if variable.after.is_some() {
                leaf::set_variable(findings, variable);
            }
        });
    });
}

fn note_other(findings: &mut Findings, entry: McpEntry<'_>) {
    let (path, name) = (entry.setting.path.to_string(), entry.setting.path.name);
    let text = format!("Changes how long or when the MCP server `{name}` runs, not what it runs.");
    let effect = Effect::new(EffectKind::Setting, Level::Medium, text)
        .changing(entry.setting.from(), entry.setting.to());
    findings.add(format!("Change the MCP server {name}"), effect.at(path));
}
