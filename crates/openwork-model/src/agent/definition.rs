//! What one file or setting says of an agent.

use serde_json::Value;

use super::place::AgentForm;

/// Who uses an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentMode {
    /// Other agents, for tasks.
    Subagent,
    /// People, for conversations.
    Primary,
    /// Both.
    All,
}

impl AgentMode {
    /// The engine's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subagent => "subagent",
            Self::Primary => "primary",
            Self::All => "all",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::Subagent, Self::Primary, Self::All]
            .into_iter()
            .find(|mode| mode.as_str() == word)
    }
}

/// What is said of an agent; what is not said may be said elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct AgentDefinition {
    /// The name that it is shown under, where that is another one.
    pub(super) shown: Option<String>,
    pub(super) description: Option<String>,
    pub(super) mode: Option<AgentMode>,
    pub(super) model: Option<String>,
    pub(super) off: Option<bool>,
}

impl AgentDefinition {
    /// Reads the fields of a header or of a setting.
    pub(super) fn of_fields(fields: &Value, form: AgentForm) -> Self {
        let text = |key: &str| fields.get(key).and_then(Value::as_str).map(str::to_owned);
        let is_newer = form == AgentForm::Agents;
        let off = fields.get(if is_newer { "disabled" } else { "disable" });
        let mode = text("mode").and_then(|word| AgentMode::of_word(&word));
        Self {
            shown: text("name").filter(|_| !is_newer),
            description: text("description"),
            mode: if form.is_mode() {
                Some(AgentMode::Primary)
            } else {
                mode
            },
            model: text("model").or_else(|| model_of_parts(fields.get("model")?)),
            off: off.and_then(Value::as_bool),
        }
    }

    /// Lays what a higher place says over this, field by field.
    pub(super) fn override_with(&mut self, above: Self) {
        let below = std::mem::replace(self, above);
        self.shown = self.shown.take().or(below.shown);
        self.description = self.description.take().or(below.description);
        self.mode = self.mode.or(below.mode);
        self.model = self.model.take().or(below.model);
        self.off = self.off.or(below.off);
    }
}

/// A model that is named in two parts, as the newer forms may.
pub(crate) fn model_of_parts(model: &Value) -> Option<String> {
    let part = |key: &str| model.get(key)?.as_str();
    Some(format!("{}/{}", part("providerID")?, part("model")?))
}

/// Whether the engine takes an entry of the newer form; it drops others without a word.
pub(super) fn is_taken(entry: &Value) -> bool {
    let Some(fields) = entry.as_object() else {
        return false;
    };
    fields.iter().all(|(key, value)| match key.as_str() {
        "description" | "system" => value.is_string(),
        "mode" => value
            .as_str()
            .is_some_and(|word| AgentMode::of_word(word).is_some()),
        "disabled" | "hidden" => value.is_boolean(),
        "model" => is_model(value),
        "steps" => value.as_u64().is_some_and(|steps| steps > 0),
        "request" => value.is_object(),
        _ => true,
    })
}

fn is_model(model: &Value) -> bool {
    match model.as_str() {
        Some(text) => text.split_once('/').is_some(),
        None => model_of_parts(model).is_some(),
    }
}
