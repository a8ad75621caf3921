//! The command that a client wants written.

use super::{Fields, JsonObject};
use openwork_model::invalid::Invalid;
use openwork_model::name::CommandName;

mod text;

/// A command as it will be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandDraft {
    name: CommandName,
    description: Option<String>,
    template: String,
    agent: Option<String>,
    model: Option<String>,
    variant: Option<String>,
    subtask: Option<bool>,
    content: Option<String>,
}

impl CommandDraft {
    /// A command of a name that says this, and nothing else; the engine's
    /// defaults decide who carries it out.
    ///
    /// # Errors
    ///
    /// A name that is no word or that some system has for a device, or a
    /// template of blanks alone.
    ///
    /// ```
    /// use openwork_change::change::CommandDraft;
    ///
    /// let draft = CommandDraft::new("daily", "Sum up.")?.with_description("Sums up the day");
    /// assert_eq!(draft.text(), "---\nname: daily\ndescription: Sums up the day\n---\n\nSum up.\n");
    /// assert!(CommandDraft::new("daily", " ").is_err());
    /// # Ok::<(), openwork_model::invalid::Invalid>(())
    /// ```
    pub fn new(name: &str, template: &str) -> Result<Self, Invalid> {
        let template = checked_template(template)?;
        Ok(Self {
            name: CommandName::parse_new(name)?,
            description: None,
            template,
            agent: None,
            model: None,
            variant: None,
            subtask: None,
            content: None,
        })
    }

    /// A command with the whole text of its file, of which every field and
    /// comment stays.
    ///
    /// # Errors
    ///
    /// As of [`Self::new`], and a header that cannot be read.
    ///
    /// ```
    /// use openwork_change::change::CommandDraft;
    ///
    /// let draft = CommandDraft::of_file("ship", "---\nagent: build\nargument-hint: \"[tag]\"\n---\nShip.\n")?;
    /// assert_eq!((draft.agent(), draft.template()), (Some("build"), "Ship."));
    /// # Ok::<(), openwork_model::invalid::Invalid>(())
    /// ```
    pub fn of_file(name: &str, content: &str) -> Result<Self, Invalid> {
        let item = Fields::from_iter([("name".to_owned(), name.into())]);
        Self::from_content(&JsonObject::new(&item), content)
    }

    /// The same with what it is for. Blanks alone say nothing.
    #[must_use]
    pub fn with_description(self, description: &str) -> Self {
        let description = filled(description);
        Self {
            description,
            ..self
        }
    }

    /// The same with the agent that carries it out. Blanks alone say nothing.
    #[must_use]
    pub fn with_agent(self, agent: &str) -> Self {
        let agent = filled(agent);
        Self { agent, ..self }
    }

    /// The same with the model that carries it out. Blanks alone say nothing.
    #[must_use]
    pub fn with_model(self, model: &str) -> Self {
        let model = filled(model);
        Self { model, ..self }
    }

    /// The same with the variant of the model. Blanks alone say nothing.
    #[must_use]
    pub fn with_variant(self, variant: &str) -> Self {
        let variant = filled(variant);
        Self { variant, ..self }
    }

    /// The same, run as a task of its own or not.
    #[must_use]
    pub fn with_subtask(self, subtask: bool) -> Self {
        let subtask = Some(subtask);
        Self { subtask, ..self }
    }

    /// The same command with another text of its file.
    pub(super) fn with_text(&self, text: &str) -> Result<Self, Invalid> {
        let written = Self::of_file(self.name.as_str(), text)?;
        // A file that another program has left may call it something else.
        Ok(Self {
            name: self.name.clone(),
            ..written
        })
    }

    /// Its name.
    pub fn name(&self) -> &CommandName {
        &self.name
    }

    /// What it is for.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// What it says, trimmed and not empty.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The agent that carries it out.
    pub fn agent(&self) -> Option<&str> {
        self.agent.as_deref()
    }

    /// The model that carries it out.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The variant of the model, such as how much it thinks.
    pub fn variant(&self) -> Option<&str> {
        self.variant.as_deref()
    }

    /// Whether it runs as a task of its own; `None` leaves that to the engine.
    pub fn subtask(&self) -> Option<bool> {
        self.subtask
    }

    /// The whole text that its file is to have, where that was given. The
    /// fields of the draft count over those of the text.
    pub fn content(&self) -> Option<&str> {
        self.content.as_deref()
    }

    /// Reads the body of `POST commands`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        Self::from_object(&JsonObject::new(fields))
    }

    /// Reads one item, wherever in a request it is.
    pub(super) fn from_object(item: &JsonObject<'_>) -> Result<Self, Invalid> {
        // What is not there is refused in the same words as what is empty.
        let template = checked_template(item.text("template")?.unwrap_or(""))?;
        let name = CommandName::parse_new(item.text("name")?.unwrap_or(""))?;
        Ok(Self {
            name,
            description: item.filled_text("description")?.map(str::to_owned),
            template,
            agent: item.filled_text("agent")?.map(str::to_owned),
            model: item.filled_text("model")?.map(str::to_owned),
            variant: item.filled_text("variant")?.map(str::to_owned),
            subtask: item.value("subtask").and_then(serde_json::Value::as_bool),
            content: None,
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
            template: checked_template(file.body())?,
            agent: field("agent").map(str::to_owned),
            model: field("model").map(str::to_owned),
            variant: field("variant").map(str::to_owned),
            subtask: file.bool_of("subtask"),
            content: Some(content.to_owned()),
        })
    }
}

fn checked_template(text: &str) -> Result<String, Invalid> {
    match text.trim() {
        "" => Err(Invalid::CommandTemplate),
        template => Ok(template.to_owned()),
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}
