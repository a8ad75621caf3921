//! A change as a value: one variant per write.

use openwork_model::invalid::Invalid;
use openwork_model::name::{CommandName, PluginSpec, SkillName};

mod address;
mod agent;
mod bundle;
mod command;
mod config;
mod mcp;
mod object;
mod plugin;
mod skill;
mod skill_file;
mod weight;

pub use agent::AgentDraft;
pub use bundle::{ImportBundle, ImportMode, ImportSection, MOST_ITEMS};
pub use command::CommandDraft;
pub use config::{ConfigPatch, PatchKind};
pub use mcp::McpDraft;
pub use object::{JsonObject, depth_within};
pub use skill::SkillDraft;
pub use skill_file::SkillFileDraft;
pub use weight::weight;

pub use openwork_model::fields::Fields;

/// What a client wants done to a workspace, parsed and valid by itself.
// Not `non_exhaustive`: the disk store matches it without a wildcard to tell
// which changes are planned in a moment. One that it takes for such and is
// none would hold up the thread that serves everybody.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Merge keys into the configuration files.
    PatchConfig(ConfigPatch),
    /// Add a plugin to the configuration, unless it is there in any version.
    AddPlugin(PluginSpec),
    /// The same, in place of another version that is there.
    ReplacePlugin(PluginSpec),
    /// Take a plugin, named with or without version, out of it.
    RemovePlugin(String),
    /// Write a skill.
    UpsertSkill(SkillDraft),
    /// Delete a skill of the workspace.
    DeleteSkill(SkillName),
    /// Add or replace an MCP entry.
    AddMcp(McpDraft),
    /// Take an MCP entry, whatever its name, out of the configuration.
    RemoveMcp(String),
    /// Switch an MCP entry on or off.
    SetMcpEnabled {
        /// Which, in whatever layer.
        name: String,
        /// On or off.
        enabled: bool,
    },
    /// Write a command.
    UpsertCommand(CommandDraft),
    /// Delete the commands that are listed under a name.
    DeleteCommand(CommandName),
    /// Write an agent.
    UpsertAgent(AgentDraft),
    /// Delete an agent, whatever its name, from the workspace.
    DeleteAgent(String),
    /// Bring in what an export holds.
    Import(Box<ImportBundle>),
}

/// One reader for each write of the API: from the body of a request, or from
/// the name in its path.
impl Change {
    /// Reads `PATCH config`.
    pub fn patch_config(body: &Fields) -> Result<Self, Invalid> {
        Ok(Self::PatchConfig(ConfigPatch::from_fields(body)?))
    }

    /// Reads `PATCH config` whose sections are merge patches (RFC 7396).
    pub fn merge_config(body: &Fields) -> Result<Self, Invalid> {
        let patch = ConfigPatch::from_fields(body)?;
        Ok(Self::PatchConfig(patch.into_merge_patch()))
    }

    /// Reads `POST plugins`.
    pub fn add_plugin(body: &Fields) -> Result<Self, Invalid> {
        let spec = plugin::plugin_spec(body)?;
        Ok(match JsonObject::new(body).flag("replace")? {
            Some(true) => Self::ReplacePlugin(spec),
            Some(false) | None => Self::AddPlugin(spec),
        })
    }

    /// Reads `DELETE plugins/NAME`; any name that a file may hold will do.
    pub fn remove_plugin(name: &str) -> Result<Self, Invalid> {
        Ok(Self::RemovePlugin(name.to_owned()))
    }

    /// Reads `POST skills`.
    pub fn upsert_skill(body: &Fields) -> Result<Self, Invalid> {
        Ok(Self::UpsertSkill(SkillDraft::from_fields(body)?))
    }

    /// Reads `DELETE skills/NAME`.
    pub fn delete_skill(name: &str) -> Result<Self, Invalid> {
        Ok(Self::DeleteSkill(SkillName::parse(name)?))
    }

    /// Reads `POST mcp`.
    pub fn add_mcp(body: &Fields) -> Result<Self, Invalid> {
        Ok(Self::AddMcp(McpDraft::from_fields(body)?))
    }

    /// Reads `DELETE mcp/NAME`; any name that a file may hold will do.
    pub fn remove_mcp(name: &str) -> Result<Self, Invalid> {
        Ok(Self::RemoveMcp(name.to_owned()))
    }

    /// Reads `POST mcp/NAME/enabled`; any name that a file may hold will do.
    pub fn set_mcp_enabled(name: &str, body: &Fields) -> Result<Self, Invalid> {
        let enabled = JsonObject::new(body)
            .flag("enabled")?
            .ok_or_else(|| Invalid::WrongType {
                field: "enabled".to_owned(),
                expected: "true or false",
            })?;
        Ok(Self::SetMcpEnabled {
            name: name.to_owned(),
            enabled,
        })
    }

    /// Reads `POST commands`.
    pub fn upsert_command(body: &Fields) -> Result<Self, Invalid> {
        Ok(Self::UpsertCommand(CommandDraft::from_fields(body)?))
    }

    /// Reads `DELETE commands/NAME`.
    pub fn delete_command(name: &str) -> Result<Self, Invalid> {
        Ok(Self::DeleteCommand(CommandName::parse(name)?))
    }

    /// Reads `POST agents`.
    pub fn upsert_agent(body: &Fields) -> Result<Self, Invalid> {
        Ok(Self::UpsertAgent(AgentDraft::from_fields(body)?))
    }

    /// Reads `DELETE agents/NAME`; any name that a file may hold will do.
    pub fn delete_agent(name: &str) -> Result<Self, Invalid> {
        Ok(Self::DeleteAgent(name.to_owned()))
    }

    /// Reads `POST import`.
    pub fn import(body: &Fields) -> Result<Self, Invalid> {
        Ok(Self::Import(Box::new(ImportBundle::from_fields(body)?)))
    }

    /// What the change is called in requests and records.
    pub fn action(&self) -> Action {
        match self {
            Self::PatchConfig(_) => Action::ConfigPatch,
            Self::AddPlugin(_) | Self::ReplacePlugin(_) => Action::PluginsAdd,
            Self::RemovePlugin(_) => Action::PluginsRemove,
            Self::UpsertSkill(_) => Action::SkillsUpsert,
            Self::DeleteSkill(_) => Action::SkillsDelete,
            Self::AddMcp(_) => Action::McpAdd,
            Self::RemoveMcp(_) => Action::McpRemove,
            Self::SetMcpEnabled { .. } => Action::McpEnable,
            Self::UpsertCommand(_) => Action::CommandsUpsert,
            Self::DeleteCommand(_) => Action::CommandsDelete,
            Self::UpsertAgent(_) => Action::AgentsUpsert,
            Self::DeleteAgent(_) => Action::AgentsDelete,
            Self::Import(_) => Action::ConfigImport,
        }
    }
}

/// The kinds of change, by their names in the OpenWork API, and what else is asked
/// about and recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the texts below say what each is")]
#[non_exhaustive]
pub enum Action {
    ConfigPatch,
    ConfigImport,
    PluginsAdd,
    PluginsRemove,
    SkillsUpsert,
    SkillsDelete,
    McpAdd,
    McpRemove,
    McpEnable,
    CommandsUpsert,
    CommandsDelete,
    AgentsUpsert,
    AgentsDelete,
    EngineReload,
    EngineCall,
}

impl Action {
    /// The name on the wire and in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigPatch => "config.patch",
            Self::ConfigImport => "config.import",
            Self::PluginsAdd => "plugins.add",
            Self::PluginsRemove => "plugins.remove",
            Self::SkillsUpsert => "skills.upsert",
            Self::SkillsDelete => "skills.delete",
            Self::McpAdd => "mcp.add",
            Self::McpRemove => "mcp.remove",
            Self::McpEnable => "mcp.enable",
            Self::CommandsUpsert => "commands.upsert",
            Self::CommandsDelete => "commands.delete",
            Self::AgentsUpsert => "agents.upsert",
            Self::AgentsDelete => "agents.delete",
            Self::EngineReload => "engine.reload",
            Self::EngineCall => "engine.call",
        }
    }
}

/// A change and the state of the configuration that it is meant for.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What to do.
    pub change: Change,
    /// Do it only if the configuration still has one of these revisions
    /// (RFC 9110, `If-Match`); `None` says whatever it is.
    pub only_if: Option<Vec<String>>,
}

impl From<Change> for Proposal {
    fn from(change: Change) -> Self {
        Self {
            change,
            only_if: None,
        }
    }
}
