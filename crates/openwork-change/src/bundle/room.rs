//! How much room the rest of an export leaves for the files of skills.

use serde_json::{Map, Value};

use super::{AgentExport, CommandExport, EXPORTED_FILES, IMPORT_BODY, IMPORT_VALUES};
use crate::query::ExportView;
use openwork_model::skill::{ExportRoom, FoundSkill, json_length};

/// What clients add: the head of an export, the modes of an import.
const MARGIN: usize = 64 << 10;
/// What the names of an item's fields take.
const ITEM: usize = 256;
/// As many values as an item has at most, with the lists of a skill.
const ITEM_VALUES: usize = 24;

/// The room for files in an export that has all of the rest.
pub(super) fn for_files(view: &ExportView, skills: &[FoundSkill]) -> ExportRoom {
    let items = skills.len() + view.commands.len() + view.agents.len();
    let settings = [&view.opencode, &view.openwork];
    let body = settings.map(settings_length).iter().sum::<usize>()
        + skills.iter().map(skill_length).sum::<usize>()
        + view.commands.iter().map(command_length).sum::<usize>()
        + view.agents.iter().map(agent_length).sum::<usize>()
        + items * ITEM;
    let values = settings.map(values_of).iter().sum::<usize>() + items * ITEM_VALUES;
    ExportRoom {
        contents: EXPORTED_FILES,
        body: (IMPORT_BODY - MARGIN).saturating_sub(body),
        values: IMPORT_VALUES.saturating_sub(values),
    }
}

fn settings_length(settings: &Map<String, Value>) -> usize {
    let member = |(key, value): (&String, &Value)| json_length(key) + 2 + value_length(value);
    2 + settings.iter().map(member).sum::<usize>()
}

fn value_length(value: &Value) -> usize {
    match value {
        Value::String(text) => json_length(text),
        Value::Array(items) => {
            2 + items
                .iter()
                .map(|item| 1 + value_length(item))
                .sum::<usize>()
        }
        Value::Object(members) => settings_length(members),
        plain => plain.to_string().len(),
    }
}

fn values_of(settings: &Map<String, Value>) -> usize {
    1 + settings
        .values()
        .map(|value| 1 + count(value))
        .sum::<usize>()
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => values_of(members),
        _ => 1,
    }
}

fn skill_length(skill: &FoundSkill) -> usize {
    json_length(&skill.item.name) + json_length(&skill.item.description) + json_length(&skill.text)
}

fn command_length(command: &CommandExport) -> usize {
    let item = &command.item;
    let optional = [
        &item.description,
        &item.agent,
        &item.model,
        &item.variant,
        &command.content,
    ];
    let optional = optional.into_iter().flatten();
    let optional = optional.map(|text| json_length(text));
    json_length(&item.name) + json_length(&item.template) + optional.sum::<usize>()
}

fn agent_length(agent: &AgentExport) -> usize {
    json_length(&agent.name) + json_length(&agent.content)
}
