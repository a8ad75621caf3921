//! An agent's text as the engine reads it.

use openwork_frontmatter::{FrontmatterError, close_header};

use crate::fields::Fields;
use crate::invalid::Invalid;
use crate::prompt_header::{self, header_fields};
use crate::schema::SchemaFault;

/// The fields that the engine knows and checks; others it hands to the model's provider.
const CHECKED: [&str; 14] = [
    "color",
    "description",
    "disable",
    "hidden",
    "maxSteps",
    "mode",
    "model",
    "options",
    "permission",
    "steps",
    "temperature",
    "tools",
    "top_p",
    "variant",
];

/// The text of an agent: what its header says, and its prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentText {
    /// The name in the header, if it has one.
    pub name: Option<String>,
    /// The other fields of the header, as they would stand in the configuration.
    pub fields: Fields,
    /// What follows the header, trimmed.
    pub prompt: String,
}

impl AgentText {
    /// Reads a text as the engine does: broken YAML makes all of it the prompt.
    pub fn read(text: &str) -> Self {
        let whole = || Self {
            name: None,
            fields: Fields::new(),
            prompt: text.trim().to_owned(),
        };
        Self::parse_whole(text).unwrap_or_else(|_| whole())
    }

    /// Reads a text that is there already.
    ///
    /// # Errors
    ///
    /// A header that is no YAML.
    pub fn parse_whole(text: &str) -> Result<Self, FrontmatterError> {
        // The engine reads a header that never ends to the end of the file.
        let closed = close_header(text);
        Self::parse(closed.as_deref().unwrap_or(text))
    }

    /// Reads a text that is to be written.
    ///
    /// # Errors
    ///
    /// A header that is no YAML: the engine repairs some of these when it reads them first, and
    /// loses them later.
    pub fn parse(text: &str) -> Result<Self, FrontmatterError> {
        let document = openwork_frontmatter::parse(text)?;
        let name = document.text_of("name").map(str::to_owned);
        let prompt = document.body().trim().to_owned();
        let mut fields = header_fields(text)?;
        // A name that is no text is left to be refused.
        if name.is_some() {
            fields.shift_remove("name");
        }
        Ok(Self {
            name,
            fields,
            prompt,
        })
    }

    /// Fails over a field that the engine would refuse the whole workspace for.
    ///
    /// ```
    /// use openwork_model::agent::AgentText;
    ///
    /// let text = AgentText::parse("---\nmode: boss\n---\nYou lead.\n")?;
    /// let refused = text.check().unwrap_err().to_string();
    /// assert!(refused.starts_with("Agent frontmatter field mode is "), "{refused}");
    /// # Ok::<(), openwork_frontmatter::FrontmatterError>(())
    /// ```
    pub fn check(&self) -> Result<(), Invalid> {
        let fault = self.faults(1).into_iter().next();
        fault.map_or(Ok(()), |fault| {
            Err(Invalid::AgentField {
                field: fault.pointer.trim_start_matches('/').to_owned(),
                reason: format!("is {}, expected {}", fault.found, fault.expected),
            })
        })
    }

    /// The fields that the engine would refuse the whole workspace for, but no
    /// more than so many; the pointers are into the header.
    pub fn faults(&self, most: usize) -> Vec<SchemaFault> {
        let faults = prompt_header::faults("agent", &self.fields, &CHECKED, most);
        let name = self.wrong_name();
        name.into_iter().chain(faults).take(most).collect()
    }

    /// A name that is no text, which entries of the configuration do not have.
    fn wrong_name(&self) -> Option<SchemaFault> {
        let name = self.fields.get("name")?;
        Some(SchemaFault {
            pointer: "/name".to_owned(),
            found: name.to_string(),
            expected: "a text".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_engine_refuses_is_refused() {
        for header in [
            "mode: boss",
            "mode: null",
            "mode: '{env:MODE}'",
            "description: 2024-01-01",
            "description: 1",
            "model:\n  providerID: a\n  model: b",
            "temperature: '1'",
            "tools: [a]",
            "tools:\n  a: x",
            "permission: x",
            "permission:\n  edit: x",
            "color: red",
            "steps: 0",
            "steps: 1.5",
            "hidden: x",
            "name: 12",
            "name: null",
        ] {
            let text = AgentText::parse(&format!("---\n{header}\n---\nx\n")).unwrap();
            let field = header.split(':').next().unwrap();
            let Err(Invalid::AgentField { field: found, .. }) = text.check() else {
                panic!("{header} is taken");
            };
            assert!(found.starts_with(field), "{header}: {found}");
        }
    }

    #[test]
    fn what_the_engine_takes_is_taken() {
        let header = "name: a/b\ndescription: \"12:30\"\nmode: all\nmodel: x/y\ntemperature: 0.1\n\
            permission:\n  edit: deny\n  bash: {\"*\": ask}\ncolor: '#ff0000'\nsteps: 3\n\
            permissions: []\nhandoffs:\n- a: b\n";
        let text = AgentText::parse(&format!("---\n{header}---\n\nYou look.\n")).unwrap();
        assert_eq!(text.check(), Ok(()));
        assert_eq!(
            (text.name.as_deref(), text.prompt.as_str()),
            (Some("a/b"), "You look.")
        );
        assert_eq!(
            text.fields["permission"],
            json!({ "edit": "deny", "bash": { "*": "ask" } })
        );
    }

    #[test]
    fn broken_yaml_makes_all_of_a_text_the_prompt() {
        let text = "---\nfoo: [a\nx\n---\nB";
        let read = AgentText::read(text);
        assert_eq!((read.fields, read.prompt.as_str()), (Fields::new(), text));
        assert!(AgentText::parse(text).is_err());
    }
}
