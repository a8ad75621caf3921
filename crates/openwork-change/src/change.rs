//! A change as a value: one variant per write.

use openwork_model::audit::AmendedPart;
use openwork_model::authorized_folders::AuthorizedFolder;
use openwork_model::default_model::ModelName;
use openwork_model::invalid::Invalid;
use openwork_model::name::{CommandName, PluginSpec, SkillName};
use uuid::Uuid;

mod address;
mod agent;
mod amend;
mod bundle;
mod command;
mod config;
mod config_text;
mod file;
mod mcp;
mod object;
pub mod read;
mod skill;
mod skill_file;
mod undo;
mod weight;

pub use agent::AgentDraft;
pub use amend::{AmendError, Amendment, ChangePart};
pub use bundle::{ImportBundle, ImportMode, ImportSection, MOST_ITEMS};
pub use command::CommandDraft;
pub use config::{ConfigPatch, PatchKind};
pub use config_text::ConfigText;
pub(crate) use config_text::check_addresses;
pub use file::{FileDraft, MOST_FILE};
pub use mcp::McpDraft;
pub use object::{JsonObject, depth_within};
pub use skill::SkillDraft;
pub use skill_file::SkillFileDraft;
pub use undo::{KeptContents, RecordedChange, RecordedFile, UndoDraft, UndoRefusal};
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
    /// Write the main configuration file as a whole.
    WriteConfig(ConfigText),
    /// Say which model conversations begin with; `None` says nothing of it.
    SetDefaultModel(Option<ModelName>),
    /// Say in which folders outside of the workspace agents may work unasked.
    SetAuthorizedFolders(Vec<AuthorizedFolder>),
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
    /// Write a file of the workspace as it is.
    WriteFile(FileDraft),
    /// Bring in what an export holds.
    Import(Box<ImportBundle>),
    /// Take back a change that was made.
    Undo(Box<UndoDraft>),
}

/// Short ways to make the usual changes. They check what the API checks;
/// [`read`] makes changes of the API's bodies, and the drafts make all others.
///
/// ```
/// use openwork_change::change::Change;
///
/// let change = Change::add_plugin("opencode-notion@1.2.0")?;
/// assert!(matches!(change, Change::AddPlugin(spec) if spec.as_str() == "opencode-notion@1.2.0"));
/// # Ok::<(), openwork_model::invalid::Invalid>(())
/// ```
impl Change {
    /// Adds a plugin, unless it is there in any version: an npm spec, a file or
    /// a web address.
    ///
    /// # Errors
    ///
    /// The text cannot be a plugin.
    pub fn add_plugin(spec: &str) -> Result<Self, Invalid> {
        Ok(Self::AddPlugin(PluginSpec::parse(spec)?))
    }

    /// The same, in place of another version that is there.
    ///
    /// # Errors
    ///
    /// The text cannot be a plugin.
    pub fn replace_plugin(spec: &str) -> Result<Self, Invalid> {
        Ok(Self::ReplacePlugin(PluginSpec::parse(spec)?))
    }

    /// Takes a plugin, named with or without version, out of the configuration.
    ///
    /// # Errors
    ///
    /// None today: any name that a file may hold will do.
    pub fn remove_plugin(name: &str) -> Result<Self, Invalid> {
        Ok(Self::RemovePlugin(name.to_owned()))
    }

    /// Writes a skill: its name, what it is for, and what it says.
    ///
    /// # Errors
    ///
    /// Those of [`SkillDraft::new`].
    pub fn upsert_skill(name: &str, description: &str, content: &str) -> Result<Self, Invalid> {
        let draft = SkillDraft::new(name, description, content)?;
        Ok(Self::UpsertSkill(draft))
    }

    /// Deletes a skill of the workspace.
    ///
    /// # Errors
    ///
    /// The text cannot be a skill's name.
    pub fn delete_skill(name: &str) -> Result<Self, Invalid> {
        Ok(Self::DeleteSkill(SkillName::parse(name)?))
    }

    /// Adds or replaces an MCP entry; `config` is what the configuration will say.
    ///
    /// # Errors
    ///
    /// Those of [`McpDraft::new`].
    pub fn add_mcp(name: &str, config: Fields) -> Result<Self, Invalid> {
        Ok(Self::AddMcp(McpDraft::new(name, config)?))
    }

    /// Takes an MCP entry out of the configuration.
    ///
    /// # Errors
    ///
    /// None today: any name that a file may hold will do.
    pub fn remove_mcp(name: &str) -> Result<Self, Invalid> {
        Ok(Self::RemoveMcp(name.to_owned()))
    }

    /// Switches an MCP entry on or off, in whatever layer it is.
    ///
    /// # Errors
    ///
    /// None today: any name that a file may hold will do.
    pub fn set_mcp_enabled(name: &str, enabled: bool) -> Result<Self, Invalid> {
        let name = name.to_owned();
        Ok(Self::SetMcpEnabled { name, enabled })
    }

    /// Writes a command of a name that says this; [`CommandDraft`] has the rest.
    ///
    /// # Errors
    ///
    /// Those of [`CommandDraft::new`].
    pub fn upsert_command(name: &str, template: &str) -> Result<Self, Invalid> {
        let draft = CommandDraft::new(name, template)?;
        Ok(Self::UpsertCommand(draft))
    }

    /// Deletes the commands that are listed under a name.
    ///
    /// # Errors
    ///
    /// The text cannot be a command's name.
    pub fn delete_command(name: &str) -> Result<Self, Invalid> {
        Ok(Self::DeleteCommand(CommandName::parse(name)?))
    }

    /// Writes an agent: its name, and the whole text of its file.
    ///
    /// # Errors
    ///
    /// Those of [`AgentDraft::new`].
    pub fn upsert_agent(name: &str, content: &str) -> Result<Self, Invalid> {
        Ok(Self::UpsertAgent(AgentDraft::new(name, content)?))
    }

    /// Deletes an agent from the workspace.
    ///
    /// # Errors
    ///
    /// None today: any name that a file may hold will do.
    pub fn delete_agent(name: &str) -> Result<Self, Invalid> {
        Ok(Self::DeleteAgent(name.to_owned()))
    }
}

impl Change {
    /// What the change is called in requests and records.
    pub fn action(&self) -> Action {
        match self {
            Self::PatchConfig(_) | Self::SetDefaultModel(_) | Self::SetAuthorizedFolders(_) => {
                Action::ConfigPatch
            }
            Self::WriteConfig(_) => Action::ConfigWrite,
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
            Self::WriteFile(_) => Action::FileWrite,
            Self::Import(_) => Action::ConfigImport,
            Self::Undo(_) => Action::AuditUndo,
        }
    }

    /// The entry of the audit log whose change it takes back, if it takes one back.
    pub fn undoes(&self) -> Option<Uuid> {
        match self {
            Self::Undo(draft) => Some(draft.entry()),
            _ => None,
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
    ConfigWrite,
    ConfigGlobalWrite,
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
    FileWrite,
    AuditUndo,
    InboxUpload,
    EnvSet,
    EnvDelete,
    EngineReload,
    EngineCall,
}

impl Action {
    /// The name on the wire and in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigPatch => "config.patch",
            Self::ConfigWrite => "config.write",
            Self::ConfigGlobalWrite => "config.global.write",
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
            Self::FileWrite => "workspace.file.write",
            Self::AuditUndo => "audit.undo",
            Self::InboxUpload => "workspace.inbox.upload",
            Self::EnvSet => "env.set",
            Self::EnvDelete => "env.delete",
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
    /// What the host has changed of it before it was allowed, for the record.
    pub amended: Vec<AmendedPart>,
}

impl From<Change> for Proposal {
    fn from(change: Change) -> Self {
        Self {
            change,
            only_if: None,
            amended: Vec::new(),
        }
    }
}
