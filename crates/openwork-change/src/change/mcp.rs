//! The MCP entry that a client wants added.

use serde_json::Value;

use super::{Fields, JsonObject, address};
use openwork_model::invalid::Invalid;
use openwork_model::name::McpName;

/// A complete MCP entry.
#[derive(Debug, Clone, PartialEq)]
pub struct McpDraft {
    name: McpName,
    config: Fields,
}

impl McpDraft {
    /// An entry of a name with all of its fields.
    ///
    /// # Errors
    ///
    /// A name that no entry can have, an entry that says neither which program to
    /// start nor which address to call, or an address that people and the
    /// engine read differently.
    ///
    /// ```
    /// use openwork_change::change::{Fields, McpDraft};
    /// use serde_json::json;
    ///
    /// let mut config = Fields::from_iter([("type".to_owned(), json!("remote"))]);
    /// assert!(McpDraft::new("notes", config.clone()).is_err());
    /// config.insert("url".to_owned(), json!("https://mcp.example/"));
    /// assert_eq!(McpDraft::new("notes", config)?.name().as_str(), "notes");
    /// # Ok::<(), openwork_model::invalid::Invalid>(())
    /// ```
    pub fn new(name: &str, config: Fields) -> Result<Self, Invalid> {
        let body = Fields::from_iter([
            ("name".to_owned(), name.into()),
            ("config".to_owned(), config.into()),
        ]);
        Self::from_fields(&body)
    }

    /// Its name.
    pub fn name(&self) -> &McpName {
        &self.name
    }

    /// Its configuration, all fields as given.
    pub fn config(&self) -> &Fields {
        &self.config
    }

    /// Reads the body of `POST mcp`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        let body = JsonObject::new(fields);
        let given = body.value("config").ok_or(Invalid::McpConfigRequired)?;
        let name = McpName::parse(body.text("name")?.unwrap_or(""))?;
        // A value of another shape is refused in the words for an entry without a
        // type, as an empty one is.
        if !given.is_object() {
            return Err(Invalid::McpType);
        }
        let config = body.stored("config")?.ok_or(Invalid::McpConfigRequired)?;
        check(config)?;
        address::check_entry(config, name.as_str())?;
        Ok(Self {
            name,
            config: config.clone(),
        })
    }
}

/// Checks what the OpenWork API checks: the fields that say how to reach it.
fn check(config: &Fields) -> Result<(), Invalid> {
    match config.get("type").and_then(Value::as_str) {
        Some("local") => check_command(config.get("command")),
        Some("remote") => check_url(config.get("url")),
        Some("stdio") => Err(other_word("stdio", "local")),
        Some("http") => Err(other_word("http", "remote")),
        Some("sse") => Err(other_word("sse", "remote")),
        _ => Err(Invalid::McpType),
    }
}

/// Other tools call the types by other words.
fn other_word(found: &'static str, engine: &'static str) -> Invalid {
    Invalid::McpTypeWord { found, engine }
}

fn check_command(command: Option<&Value>) -> Result<(), Invalid> {
    match command.and_then(Value::as_array) {
        Some(parts) if parts.is_empty() => Err(Invalid::McpCommand),
        Some(parts) if parts.iter().all(Value::is_string) => Ok(()),
        Some(_) => Err(Invalid::McpCommandPart),
        None => Err(Invalid::McpCommand),
    }
}

fn check_url(url: Option<&Value>) -> Result<(), Invalid> {
    match url.and_then(Value::as_str) {
        Some(url) if !url.trim().is_empty() => Ok(()),
        _ => Err(Invalid::McpUrl),
    }
}
