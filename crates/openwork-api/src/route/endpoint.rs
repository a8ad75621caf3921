//! What a request can be for.

use openwork_model::scope::Scope;

use super::RouteAccess;

/// What a request is for.
// Not `#[non_exhaustive]`: a server that forgets an endpoint must not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Whether the server is up.
    Health,
    /// What the server can do.
    Capabilities,
    /// How the server is set up.
    Status,
    /// Who asks.
    WhoAmI,
    /// Tokens that are made for somebody.
    Tokens(TokensEndpoint),
    /// Which workspaces are served.
    Workspaces,
    /// A change of which workspaces are served, and how.
    Workspace(WorkspaceEndpoint),
    /// Something of a workspace.
    Read(ReadEndpoint),
    /// A change of a workspace.
    Write(WriteEndpoint),
    /// A reload of the workspace's engine.
    Reload,
    /// A call of the workspace's engine, or of the active one's. Which scope it takes,
    /// and whether it changes something, depends on what is called.
    Engine,
    /// What waits for the host.
    Approvals(ApprovalsEndpoint),
    /// A file of the approvals page.
    Console(ConsoleAsset),
}

/// What is done about tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokensEndpoint {
    /// List them.
    List,
    /// Make one.
    Make,
    /// End one.
    End,
}

/// What is done about which workspaces are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceEndpoint {
    /// Serve one more.
    Add,
    /// Call one something else.
    Rename,
    /// Make one the active one.
    Activate,
    /// Serve one no more.
    Remove,
}

/// What is read of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadEndpoint {
    /// The configuration, merged or by layers.
    Config,
    /// The plugins.
    Plugins,
    /// The skills, without their text.
    Skills,
    /// One skill and its text.
    Skill,
    /// One file of a skill's folder.
    SkillFile,
    /// The MCP servers.
    Mcp,
    /// The commands.
    Commands,
    /// One command.
    Command,
    /// The agents, without their text.
    Agents,
    /// One agent and its text.
    Agent,
    /// The latest entries of the audit log.
    Audit,
    /// What has changed, as a list or a stream.
    Events,
    /// All of it, to be imported elsewhere.
    Export,
}

/// What is done to a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteEndpoint {
    /// Merge keys into the configuration.
    PatchConfig,
    /// Add a plugin.
    AddPlugin,
    /// Remove a plugin.
    RemovePlugin,
    /// Write a skill.
    UpsertSkill,
    /// Delete a skill.
    DeleteSkill,
    /// Add or replace an MCP server.
    AddMcp,
    /// Remove an MCP server.
    RemoveMcp,
    /// Switch an MCP server on or off.
    EnableMcp,
    /// Write a command.
    UpsertCommand,
    /// Delete a command.
    DeleteCommand,
    /// Write an agent.
    UpsertAgent,
    /// Delete an agent.
    DeleteAgent,
    /// Take in what another workspace exported.
    Import,
}

/// What the host does about requests that wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalsEndpoint {
    /// List those that wait.
    List,
    /// Show one of them.
    Show,
    /// Read a page of the whole diff of one of its files.
    File,
    /// Allow or deny one.
    Reply,
    /// Answer what an agent waits for.
    AnswerAgent,
    /// Watch them come and go.
    Events,
    /// List those that have ended.
    History,
    /// Read the audit log of what no workspace has.
    Audit,
    /// List what is allowed for a time.
    Rules,
    /// Take such an allowance back.
    Revoke,
}

/// One file of the approvals page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsoleAsset {
    /// The page itself.
    Page,
    /// Its style sheet.
    Style,
    /// Its script.
    Script,
}

impl Endpoint {
    /// What a request for it has to show.
    pub fn access(self) -> RouteAccess {
        match self {
            // The page's script has to load before it can send a token.
            Self::Health | Self::Console(_) => RouteAccess::Open,
            Self::WhoAmI => RouteAccess::AnyToken,
            Self::Capabilities | Self::Status | Self::Workspaces | Self::Read(_) | Self::Engine => {
                RouteAccess::Client(Scope::Viewer)
            }
            Self::Write(_) | Self::Reload => RouteAccess::Client(Scope::Collaborator),
            // What was done in a workspace is not among what an approver sees.
            Self::Workspace(_) | Self::Tokens(_) | Self::Approvals(ApprovalsEndpoint::Audit) => {
                RouteAccess::Host(Scope::Owner)
            }
            Self::Approvals(_) => RouteAccess::Host(Scope::Approver),
        }
    }

    /// Whether a request for it changes something, so that a server which takes
    /// no changes refuses it. An answer to what waits changes nothing by itself,
    /// but one to an agent lets it go on.
    pub fn is_write(self) -> bool {
        match self {
            Self::Write(_)
            | Self::Reload
            | Self::Workspace(_)
            | Self::Approvals(ApprovalsEndpoint::AnswerAgent)
            | Self::Tokens(TokensEndpoint::Make | TokensEndpoint::End) => true,
            Self::Health
            | Self::Capabilities
            | Self::Status
            | Self::WhoAmI
            | Self::Tokens(TokensEndpoint::List)
            | Self::Workspaces
            | Self::Read(_)
            // By its method, which is not known here.
            | Self::Engine
            | Self::Approvals(_)
            | Self::Console(_) => false,
        }
    }
}

impl WriteEndpoint {
    /// Whether the request says what to write in a body. A body of the others
    /// is read and left alone.
    pub fn takes_body(self) -> bool {
        match self {
            Self::PatchConfig
            | Self::AddPlugin
            | Self::UpsertSkill
            | Self::AddMcp
            | Self::EnableMcp
            | Self::UpsertCommand
            | Self::UpsertAgent
            | Self::Import => true,
            Self::RemovePlugin
            | Self::DeleteSkill
            | Self::RemoveMcp
            | Self::DeleteCommand
            | Self::DeleteAgent => false,
        }
    }
}
