//! Queries: what a client wants to see, and the pure answer to it.

use serde_json::{Map, Value};

use crate::command::{CommandItem, Scope};
use crate::config::ReadError;
use crate::files::Files;
use crate::mcp::McpItem;
use crate::plugin::PluginItem;
use crate::skill::SkillItem;

/// What a client wants to see of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    /// The configuration files' contents.
    Config,
    /// The plugins.
    Plugins {
        /// Also those of the global directory.
        include_global: bool,
    },
    /// The skills.
    Skills {
        /// Also those of the global directories.
        include_global: bool,
    },
    /// The MCP entries.
    Mcp,
    /// The commands.
    Commands(Scope),
    /// Everything that an import takes.
    Export,
}

/// The answer to a [`Query`].
#[derive(Debug, Clone, PartialEq)]
pub enum View {
    /// The configuration.
    Config(ConfigView),
    /// Plugins, in the engine's order.
    Plugins(Vec<PluginItem>),
    /// Skills, nearest first, each name once.
    Skills(Vec<SkillItem>),
    /// MCP entries in the file's order.
    Mcp(Vec<McpItem>),
    /// Commands by name.
    Commands(Vec<CommandItem>),
    /// Everything that an import takes.
    Export(ExportView),
}

/// The configuration files' contents.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigView {
    /// The engine's configuration.
    pub opencode: Map<String, Value>,
    /// OpenWork's settings.
    pub openwork: Map<String, Value>,
    /// When the newest audit entry was written, in ms since 1970.
    pub updated_at: Option<u64>,
    /// Names this state of the two files; another state has another name.
    pub revision: String,
}

/// What an export holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportView {
    /// The engine's configuration.
    pub opencode: Map<String, Value>,
    /// OpenWork's settings.
    pub openwork: Map<String, Value>,
    /// The skills as listed, each with its whole text.
    pub skills: Vec<(SkillItem, String)>,
    /// The workspace's commands.
    pub commands: Vec<CommandItem>,
}

/// Answers a query from the files.
pub fn answer(query: &Query, files: &dyn Files) -> Result<View, ReadError> {
    Ok(match query {
        Query::Config => View::Config(crate::config::view(files)?),
        Query::Plugins { include_global } => {
            View::Plugins(crate::plugin::list(files, *include_global)?)
        }
        Query::Skills { include_global } => {
            View::Skills(crate::skill::list(files, *include_global)?)
        }
        Query::Mcp => View::Mcp(crate::mcp::list(files)?),
        Query::Commands(scope) => View::Commands(crate::command::list(files, *scope)?),
        Query::Export => View::Export(crate::bundle::export(files)?),
    })
}
