//! Queries: what a client wants to see, and the pure answer to it.

use serde_json::{Map, Value};

use crate::bundle::{AgentExport, CommandExport};
use openwork_model::agent::{AgentView, AgentsView};
use openwork_model::audit::AuditLine;
use openwork_model::authorized_folders::{AuthorizedFoldersView, authorized_folders};
use openwork_model::command::{CommandItem, CommandScope, CommandsView};
use openwork_model::config::{ConfigTextView, ConfigView, ReadError};
use openwork_model::default_model::{DefaultModelView, default_model};
use openwork_model::files::{Files, TEXT_LIMIT};
use openwork_model::mcp::McpItem;
use openwork_model::path::RelPath;
use openwork_model::plugin::PluginsView;
use openwork_model::skill::{
    OmittedFile, SkillFile, SkillFileContents, SkillFolder, SkillItem, SkillsView, find_skill,
};

/// What a client wants to see of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    /// The configuration files' contents.
    Config {
        /// Also each layer that the engine reads, and what comes of them.
        layers: bool,
    },
    /// The main configuration file as a text.
    ConfigText,
    /// The model that conversations begin with.
    DefaultModel,
    /// The folders outside of the workspace that agents may work in.
    AuthorizedFolders,
    /// The plugins.
    Plugins {
        /// Also those of other layers and of the user's directories.
        include_global: bool,
    },
    /// The skills.
    Skills {
        /// Also those of the user's directories.
        include_global: bool,
        /// Also what is not listed, and why.
        skipped: bool,
    },
    /// One skill with its text.
    Skill {
        /// Its name.
        name: String,
        /// Also in the user's directories.
        include_global: bool,
        /// Also the files of its folder.
        files: bool,
    },
    /// One file of a skill's folder.
    SkillFile {
        /// The skill's name.
        name: String,
        /// Also in the user's directories.
        include_global: bool,
        /// Where, below the skill's folder.
        path: RelPath,
    },
    /// The MCP entries.
    Mcp {
        /// Also those of other layers.
        include_global: bool,
    },
    /// The commands.
    Commands {
        /// Whose.
        scope: CommandScope,
        /// Also what is not listed, and why.
        skipped: bool,
    },
    /// One command of the workspace.
    Command {
        /// Its name.
        name: String,
    },
    /// The agents.
    Agents {
        /// Also those of the user's directories.
        include_global: bool,
        /// Also what is not listed, and why.
        skipped: bool,
    },
    /// One agent with its text.
    Agent {
        /// Its name.
        name: String,
        /// Also in the user's directories.
        include_global: bool,
    },
    /// Everything that an import takes.
    Export,
    /// The newest entries of the audit log.
    Audit {
        /// How many, at most.
        limit: usize,
    },
}

impl Query {
    /// Whether it is one of many: there are as many such queries as names and
    /// numbers, so whoever keeps answers had better not keep these. Of the
    /// audit log, round numbers of entries are worth keeping.
    pub fn is_one_of_many(&self) -> bool {
        match self {
            Self::Skill { .. }
            | Self::SkillFile { .. }
            | Self::Command { .. }
            | Self::Agent { .. } => true,
            Self::Audit { limit } => limit % 50 != 0,
            Self::Config { .. }
            | Self::ConfigText
            | Self::DefaultModel
            | Self::AuthorizedFolders
            | Self::Plugins { .. }
            | Self::Skills { .. }
            | Self::Mcp { .. }
            | Self::Commands { .. }
            | Self::Agents { .. }
            | Self::Export => false,
        }
    }
}

/// The answer to a [`Query`].
#[derive(Debug, Clone, PartialEq)]
pub enum View {
    /// The configuration.
    Config(ConfigView),
    /// The main configuration file.
    ConfigText(ConfigTextView),
    /// The default model.
    DefaultModel(DefaultModelView),
    /// The authorised folders.
    AuthorizedFolders(AuthorizedFoldersView),
    /// Plugins.
    Plugins(PluginsView),
    /// Skills, nearest first, each name once.
    Skills(SkillsView),
    /// A skill with its text.
    Skill(SkillView),
    /// A file of a skill's folder.
    SkillFile(SkillFileContents),
    /// MCP entries in the file's order.
    Mcp(Vec<McpItem>),
    /// Commands by name.
    Commands(CommandsView),
    /// A command.
    Command(CommandItem),
    /// Agents by name.
    Agents(AgentsView),
    /// An agent with its text.
    Agent(AgentView),
    /// Everything that an import takes.
    Export(ExportView),
    /// Entries of the audit log, newest first.
    Audit(Vec<AuditLine>),
}

/// One skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillView {
    /// As it is listed.
    pub item: SkillItem,
    /// The whole text of its SKILL.md.
    pub text: String,
    /// The other files of its folder, if they were asked for.
    pub files: Option<Vec<SkillFile>>,
}

/// A skill of an export, with all that lies in its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillExport {
    /// As it is listed.
    pub item: SkillItem,
    /// The whole text of its SKILL.md.
    pub text: String,
    /// The other files.
    pub files: Vec<SkillFileContents>,
    /// What is left out, and why.
    pub omitted: Vec<OmittedFile>,
}

/// What an export holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportView {
    /// The engine's configuration.
    pub opencode: Map<String, Value>,
    /// OpenWork's settings.
    pub openwork: Map<String, Value>,
    /// The skills as listed, each with its folder.
    pub skills: Vec<SkillExport>,
    /// The commands of the workspace's own files.
    pub commands: Vec<CommandExport>,
    /// The agents of the workspace's own files.
    pub agents: Vec<AgentExport>,
    /// The workspace's configuration files whose settings are left out.
    pub omitted: Vec<OmittedFile>,
}

/// Answers a query from the files.
pub fn answer(query: &Query, files: &dyn Files) -> Result<View, ReadError> {
    Ok(match query {
        Query::Config { layers: false } => View::Config(openwork_model::config::view(files)?),
        Query::Config { layers: true } => {
            View::Config(openwork_model::config::read_config_with_layers(files)?)
        }
        Query::ConfigText => View::ConfigText(openwork_model::config::config_text(files)?),
        Query::DefaultModel => View::DefaultModel(default_model(files)?),
        Query::AuthorizedFolders => View::AuthorizedFolders(authorized_folders(files)?),
        Query::Plugins { include_global } => View::Plugins(openwork_model::plugin::list_plugins(
            files,
            *include_global,
        )?),
        Query::Skills {
            include_global,
            skipped,
        } => {
            let view = openwork_model::skill::list_skills(files, *include_global)?;
            View::Skills(if *skipped {
                view
            } else {
                view.without_skipped()
            })
        }
        Query::Skill {
            name,
            include_global,
            files: with_files,
        } => View::Skill(one_skill(files, name, *include_global, *with_files)?),
        Query::SkillFile {
            name,
            include_global,
            path,
        } => View::SkillFile(skill_file(files, name, *include_global, path)?),
        Query::Mcp { include_global } => {
            View::Mcp(openwork_model::mcp::list_servers(files, *include_global)?)
        }
        Query::Commands { scope, skipped } => {
            let view = openwork_model::command::list_commands(files, *scope)?;
            View::Commands(if *skipped {
                view
            } else {
                view.without_skipped()
            })
        }
        Query::Command { name } => {
            View::Command(openwork_model::command::find_command(files, name)?)
        }
        Query::Agents {
            include_global,
            skipped,
        } => {
            let view = openwork_model::agent::list_agents(files, *include_global)?;
            View::Agents(if *skipped {
                view
            } else {
                view.without_skipped()
            })
        }
        Query::Agent {
            name,
            include_global,
        } => {
            let view = openwork_model::agent::find_agent(files, name, *include_global)?;
            View::Agent(view)
        }
        Query::Export => View::Export(crate::bundle::export(files)?),
        Query::Audit { limit } => View::Audit(files.newest_entries(*limit)?),
    })
}

fn one_skill(
    files: &dyn Files,
    name: &str,
    include_global: bool,
    with_files: bool,
) -> Result<SkillView, ReadError> {
    let found = find_skill(files, name, include_global)?;
    let list = || SkillFolder::of(files, &found.at).list();
    let files = with_files.then(list).transpose()?;
    Ok(SkillView {
        item: found.item,
        text: found.text,
        files,
    })
}

fn skill_file(
    files: &dyn Files,
    name: &str,
    include_global: bool,
    path: &RelPath,
) -> Result<SkillFileContents, ReadError> {
    let found = find_skill(files, name, include_global)?;
    let file = SkillFolder::of(files, &found.at).read(path, TEXT_LIMIT)?;
    file.ok_or(ReadError::SkillFileNotFound)
}
