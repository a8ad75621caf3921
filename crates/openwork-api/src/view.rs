//! What is read of a workspace.

// Words such as a scope or a source are text in these types, not enums: a
// client that lists what it is sent must not fail over a word that is new.

mod agent;
mod command;
mod config;
mod export;
mod mcp;
mod plugin;
mod setting;
mod skill;
mod skill_file;
mod skipped;

pub use agent::{AgentBody, AgentResponse, AgentsResponse, ExportedAgent};
pub use command::{CommandModel, CommandResponse, CommandsResponse, OneCommandResponse};
pub use config::{ConfigResponse, LayerEntry, ShadowedEntry};
pub use export::{ExportHead, ExportResponse, ExportWarning, ExportedSkill, ExportedWorkspace};
pub use mcp::{McpResponse, McpTestResponse, SwitchResponse};
pub use plugin::{PackageResponse, PluginResponse, PluginsResponse};
pub use setting::{
    AuthorizedFoldersResponse, ConfigTextResponse, DefaultModelResponse, ModelReference,
};
pub use skill::{SkillBody, SkillResponse, SkillsResponse};
pub use skill_file::{ExportedFile, OmittedEntry, SkillFileBody, SkillFileResponse, SkillFileText};
pub use skipped::SkippedResponse;
