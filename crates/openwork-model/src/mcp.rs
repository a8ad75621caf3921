//! MCP entries: the servers whose tools the engine may use.

use serde_json::Value;

use crate::config::{self, ReadError};
use crate::files::Files;

mod rules;
mod wildcard;

/// One MCP entry as it is listed.
#[derive(Debug, Clone, PartialEq)]
pub struct McpItem {
    /// Its name.
    pub name: String,
    /// Its configuration as the file has it.
    pub config: Value,
    /// Where it is said.
    pub source: McpSource,
    /// Whether a rule withholds all of its tools.
    pub disabled_by_tools: bool,
}

/// Which configuration an MCP entry is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum McpSource {
    /// That of the workspace.
    ConfigProject,
}

impl McpSource {
    /// The word of the seed API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigProject => "config.project",
        }
    }
}

/// The MCP entries of a workspace in the order of its file.
pub fn list(files: &dyn Files) -> Result<Vec<McpItem>, ReadError> {
    let opencode = config::opencode(files)?;
    let opencode = opencode.value();
    let rules = rules::Rules::of(opencode);
    let item = |(name, config): (&String, &Value)| McpItem {
        name: name.clone(),
        config: config.clone(),
        source: McpSource::ConfigProject,
        disabled_by_tools: rules.withhold_all_of(name),
    };
    Ok(opencode
        .get("mcp")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(item)
        .collect())
}
