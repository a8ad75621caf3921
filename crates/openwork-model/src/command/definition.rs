//! What one file or setting says of a command.

use serde_json::Value;

use super::{CommandFault, CommandItem, CommandScope};
use crate::name::CommandName;

/// What is said of a command; what is not said may be said elsewhere.
#[derive(Debug, Clone)]
pub(super) struct CommandDefinition {
    pub(super) name: String,
    description: Option<String>,
    template: Option<String>,
    agent: Option<String>,
    model: Option<String>,
    variant: Option<String>,
    subtask: Option<bool>,
}

impl CommandDefinition {
    /// Reads the text of a file. Its own `name` counts over its path.
    pub(super) fn in_file(stem: &str, text: &str) -> Self {
        // The engine reads a header that never ends to the end of the file.
        let closed = openwork_frontmatter::close_header(text);
        let Ok(file) = openwork_frontmatter::parse(closed.as_deref().unwrap_or(text)) else {
            // Broken YAML loses no command: the engine takes all of the text for it.
            return Self::template(stem, text);
        };
        let field = |key: &str| file.text_of(key).map(str::to_owned);
        Self {
            description: field("description"),
            agent: field("agent"),
            model: field("model"),
            variant: field("variant"),
            subtask: file.bool_of("subtask"),
            ..Self::template(file.text_of("name").unwrap_or(stem), file.body())
        }
    }

    /// Reads an entry of the `command` setting.
    pub(super) fn in_settings(name: &str, entry: &Value) -> Self {
        let field = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        Self {
            name: name.to_owned(),
            description: field("description"),
            template: field("template"),
            agent: field("agent"),
            model: field("model"),
            variant: field("variant"),
            subtask: entry.get("subtask").and_then(Value::as_bool),
        }
    }

    /// Lays what a higher place says over this, field by field.
    pub(super) fn override_with(&mut self, above: Self) {
        let below = std::mem::replace(self, above);
        self.description = self.description.take().or(below.description);
        self.template = self.template.take().or(below.template);
        self.agent = self.agent.take().or(below.agent);
        self.model = self.model.take().or(below.model);
        self.variant = self.variant.take().or(below.variant);
        self.subtask = self.subtask.or(below.subtask);
    }

    /// The command, if it has a template and a name that somebody could type.
    pub(super) fn item(self, scope: CommandScope) -> Result<CommandItem, CommandFault> {
        // By the same rule as names in requests, or what is listed could be neither
        // read nor deleted.
        if !CommandName::is_one(&self.name) {
            return Err(CommandFault::name(&self.name));
        }
        let Some(template) = self.template else {
            return Err(CommandFault::no_template(&self.name));
        };
        Ok(CommandItem {
            description: self.description,
            template,
            agent: self.agent,
            model: self.model,
            variant: self.variant,
            subtask: self.subtask,
            name: self.name,
            scope,
        })
    }

    fn template(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: None,
            template: Some(text.trim().to_owned()),
            agent: None,
            model: None,
            variant: None,
            subtask: None,
        }
    }
}
