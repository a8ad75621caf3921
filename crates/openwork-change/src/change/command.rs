//! The command that a client wants written.

use super::{Fields, JsonObject};
use openwork_frontmatter::FieldValue;
use openwork_model::command::subtask_of;
use openwork_model::invalid::Invalid;
use openwork_model::name::CommandName;

/// A command as it will be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandDraft {
    /// Its name.
    pub name: CommandName,
    /// What it is for.
    pub description: Option<String>,
    /// What it says, trimmed and not empty.
    pub template: String,
    /// The agent that carries it out.
    pub agent: Option<String>,
    /// The model that carries it out.
    pub model: Option<String>,
    /// Whether it runs as a task of its own; `None` leaves that to the engine.
    pub subtask: Option<bool>,
}

impl CommandDraft {
    /// Reads the body of `POST commands`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        let draft = Self::from_object(&JsonObject::new(fields))?;
        Ok(Self {
            subtask: Some(draft.subtask.unwrap_or(false)),
            ..draft
        })
    }

    /// Reads one item, wherever in a request it is.
    pub(super) fn from_object(item: &JsonObject<'_>) -> Result<Self, Invalid> {
        let template = template(item.text("template")?.unwrap_or_default())?;
        let name = CommandName::parse_new(item.text("name")?.unwrap_or_default())?;
        Ok(Self {
            name,
            description: item.filled_text("description")?.map(str::to_owned),
            template,
            agent: item.filled_text("agent")?.map(str::to_owned),
            model: item.filled_text("model")?.map(str::to_owned),
            subtask: item.value("subtask").and_then(serde_json::Value::as_bool),
        })
    }

    /// Reads an item that brings a whole command file as its `content`. The
    /// item's own name and description count over those of the file.
    pub(super) fn from_content(item: &JsonObject<'_>, content: &str) -> Result<Self, Invalid> {
        let file =
            openwork_frontmatter::parse(content).map_err(|error| Invalid::CommandFrontmatter {
                reason: error.to_string(),
            })?;
        let field = |key: &str| file.text_of(key).filter(|text| !text.trim().is_empty());
        let own = |key: &str| Ok::<_, Invalid>(item.filled_text(key)?.or(field(key)));
        Ok(Self {
            name: CommandName::parse_new(own("name")?.ok_or(Invalid::CommandNameRequired)?)?,
            description: own("description")?.map(str::to_owned),
            template: template(file.body())?,
            agent: field("agent").map(str::to_owned),
            model: field("model").map(str::to_owned),
            subtask: subtask_of(&file),
        })
    }

    /// The whole text of its file. A field without a value has no line: the
    /// engine refuses a workspace in which one is `null`.
    pub fn text(&self) -> String {
        let fields = [
            ("name", Some(FieldValue::Text(self.name.as_str()))),
            (
                "description",
                self.description.as_deref().map(FieldValue::Text),
            ),
            ("agent", self.agent.as_deref().map(FieldValue::Text)),
            ("model", self.model.as_deref().map(FieldValue::Text)),
            ("subtask", self.subtask.map(FieldValue::Bool)),
        ];
        let given: Vec<(&str, FieldValue<'_>)> = fields
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
            .collect();
        openwork_frontmatter::render(&given, &format!("\n{}\n", self.template))
    }
}

fn template(text: &str) -> Result<String, Invalid> {
    match text.trim() {
        "" => Err(Invalid::CommandTemplate),
        template => Ok(template.to_owned()),
    }
}
