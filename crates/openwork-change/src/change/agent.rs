//! The agent that a client wants written.

use super::{Fields, JsonObject};
use openwork_model::agent::{AgentName, AgentText};
use openwork_model::invalid::Invalid;

/// An agent as it will be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentDraft {
    name: AgentName,
    content: String,
    text: AgentText,
    is_mode: bool,
}

impl AgentDraft {
    /// An agent of a name, with the whole text of its file.
    ///
    /// # Errors
    ///
    /// A name that no file can have everywhere, another name in the header, or a header that
    /// the engine would refuse the whole workspace for.
    ///
    /// ```
    /// use openwork_change::change::AgentDraft;
    ///
    /// let draft = AgentDraft::new("reader", "---\nmode: subagent\n---\nYou explain code.\n")?;
    /// assert_eq!(draft.name().as_str(), "reader");
    /// assert!(AgentDraft::new("reader", "---\nmode: boss\n---\nYou lead.\n").is_err());
    /// # Ok::<(), openwork_model::invalid::Invalid>(())
    /// ```
    pub fn new(name: &str, content: &str) -> Result<Self, Invalid> {
        let name = AgentName::parse_new(name)?;
        if content.trim().is_empty() {
            return Err(Invalid::AgentContentRequired);
        }
        let text = AgentText::parse(content).map_err(|error| Invalid::AgentFrontmatter {
            reason: error.to_string(),
        })?;
        if text.name.as_deref().is_some_and(|own| own != name.as_str()) {
            return Err(Invalid::AgentNameMismatch);
        }
        text.check()?;
        let end = if content.ends_with('\n') { "" } else { "\n" };
        Ok(Self {
            name,
            content: format!("{content}{end}"),
            text,
            is_mode: false,
        })
    }

    /// Its name.
    pub fn name(&self) -> &AgentName {
        &self.name
    }

    /// The whole text of its file, as it was given but for a line feed at the end.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// What the text says.
    pub fn text(&self) -> &AgentText {
        &self.text
    }

    /// Whether it is a mode where it comes from: an agent that is primary by its folder.
    pub fn is_mode(&self) -> bool {
        self.is_mode
    }

    /// The same agent with another text of its file.
    pub(super) fn with_text(&self, text: &str) -> Result<Self, Invalid> {
        Ok(Self {
            is_mode: self.is_mode,
            ..Self::new(self.name.as_str(), text)?
        })
    }

    /// Reads the body of `POST agents`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        Self::from_object(&JsonObject::new(fields))
    }

    /// Reads one item, wherever in a request it is. Of an export it says the folder of modes.
    pub(super) fn from_object(item: &JsonObject<'_>) -> Result<Self, Invalid> {
        let content = item.text("content")?.unwrap_or("");
        let draft = Self::new(item.text("name")?.unwrap_or(""), content)?;
        let is_mode = item.text("folder")? == Some("modes");
        Ok(Self { is_mode, ..draft })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &serde_json::Value) -> Result<AgentDraft, Invalid> {
        AgentDraft::from_fields(body.as_object().unwrap())
    }

    #[test]
    fn a_text_is_kept_as_it_is_given() {
        let content = "---\n# no writing\nmode: all\n---\n\n\nYou look.";
        let draft = read(&json!({ "name": "team/a.b", "content": content })).unwrap();
        assert_eq!(draft.content(), format!("{content}\n"));
        let plain = read(&json!({ "name": "a", "content": "Be lively.\n" })).unwrap();
        assert_eq!(plain.content(), "Be lively.\n");
    }

    #[test]
    fn what_cannot_be_an_agent_is_refused() {
        let refused = |body| read(&body).unwrap_err();
        assert_eq!(
            refused(json!({ "name": "../a", "content": "x" })),
            Invalid::AgentName
        );
        assert_eq!(
            refused(json!({ "name": "a" })),
            Invalid::AgentContentRequired
        );
        let other = json!({ "name": "a", "content": "---\nname: b\n---\nx" });
        assert_eq!(refused(other), Invalid::AgentNameMismatch);
        let broken = json!({ "name": "a", "content": "---\ndescription: Use when: x\n---\nx" });
        assert!(matches!(refused(broken), Invalid::AgentFrontmatter { .. }));
        let fatal = json!({ "name": "a", "content": "---\nmodel: null\n---\nx" });
        assert!(matches!(refused(fatal), Invalid::AgentField { .. }));
    }
}
