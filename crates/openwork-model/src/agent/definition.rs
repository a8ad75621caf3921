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
    /// Reads the fields of a header, or of a setting as it is loaded.
    pub(super) fn of_fields(fields: &Value, form: AgentForm) -> Self {
        let text = |key: &str| fields.get(key).and_then(Value::as_str).map(str::to_owned);
        let mode = text("mode").and_then(|word| AgentMode::of_word(&word));
        Self {
            shown: text("name"),
            description: text("description"),
            mode: if form.is_mode() {
                Some(AgentMode::Primary)
            } else {
                mode
            },
            model: text("model"),
            off: fields.get("disable").and_then(Value::as_bool),
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
