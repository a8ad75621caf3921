//! The newer forms of agents, commands and models.

use serde_json::{Map, Value};

use crate::fields::Fields;
use crate::schema;

/// The model of all agents that have none of their own.
pub(super) fn load_model(settings: &mut Fields) {
    let Some(model) = settings.get_mut("model") else {
        return;
    };
    if model.is_object() && schema::fits("NewerModel", model) {
        // The engine has no place for the variant here.
        *model = Value::from(ModelParts::of(model).id);
    }
}

/// Agents that the older form does not have.
pub(super) fn load_agents(settings: &mut Fields) {
    load_entries(settings, "agents", "agent", "NewerAgent", load_agent);
}

/// Commands that the older form does not have.
pub(super) fn load_commands(settings: &mut Fields) {
    load_entries(
        settings,
        "commands",
        "command",
        "NewerCommand",
        load_command,
    );
}

fn load_entries(
    settings: &mut Fields,
    newer: &str,
    older: &str,
    definition: &str,
    load: fn(&Fields) -> Fields,
) {
    let Some(Value::Object(entries)) = settings.shift_remove(newer) else {
        return;
    };
    let known = settings
        .entry(older)
        .or_insert_with(|| Value::Object(Map::new()));
    // A setting of another type is refused by the engine as it is.
    let Value::Object(known) = known else { return };
    for (name, entry) in entries {
        if known.contains_key(&name) || !schema::fits(definition, &entry) {
            continue;
        }
        if let Value::Object(entry) = entry {
            known.insert(name, load(&entry).into());
        }
    }
    if known.is_empty() {
        settings.shift_remove(older);
    }
}

fn load_agent(newer: &Fields) -> Fields {
    let renamed = |key: &str| {
        Some(match key {
            "description" | "mode" | "hidden" | "color" | "steps" => key.to_owned(),
            "system" => "prompt".to_owned(),
            "disabled" => "disable".to_owned(),
            _ => return None,
        })
    };
    let fields = newer.iter();
    let mut agent: Fields = fields
        .filter_map(|(key, value)| Some((renamed(key)?, value.clone())))
        .collect();
    put_model(&mut agent, newer);
    if let Some(body) = newer.get("request").and_then(|request| request.get("body")) {
        agent.insert("options".to_owned(), body.clone());
    }
    agent
}

fn load_command(newer: &Fields) -> Fields {
    let known = |key: &str| {
        matches!(
            key,
            "template" | "description" | "agent" | "model" | "subtask"
        )
    };
    let fields = newer.iter().filter(|(key, _)| known(key));
    let mut command: Fields = fields
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    put_model(&mut command, newer);
    command
}

fn put_model(entry: &mut Fields, newer: &Fields) {
    let Some(model) = newer.get("model") else {
        return;
    };
    let model = ModelParts::of(model);
    entry.insert("model".to_owned(), model.id.into());
    if let Some(variant) = model.variant {
        entry.insert("variant".to_owned(), variant.into());
    }
}

/// What the newer form of a model says.
struct ModelParts {
    id: String,
    variant: Option<String>,
}

impl ModelParts {
    /// Of a valid one: an object, or a text with the variant after `#`.
    fn of(model: &Value) -> Self {
        let part = |key: &str| model.get(key).and_then(Value::as_str).map(str::to_owned);
        if let (Some(provider), Some(id)) = (part("providerID"), part("model")) {
            return Self {
                id: format!("{provider}/{id}"),
                variant: part("variant"),
            };
        }
        let text = model.as_str().unwrap_or_default();
        match text.split_once('#') {
            Some((id, variant)) => Self {
                id: id.to_owned(),
                variant: Some(variant.to_owned()),
            },
            None => Self {
                id: text.to_owned(),
                variant: None,
            },
        }
    }
}
