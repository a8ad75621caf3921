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
    /// What the server counts, for Prometheus.
    Metrics,
    /// The description of all routes.
    Description,
    /// Tokens that are made for somebody.
    Tokens(TokensEndpoint),
    /// Codes that devices exchange for a token.
    Pairing(PairingEndpoint),
    /// Being told while the page is closed.
    Push(PushEndpoint),
    /// Environment variables that are kept.
    Env(EnvEndpoint),
    /// Which workspaces are served.
    Workspaces,
    /// A change of which workspaces are served, and how.
    Workspace(WorkspaceEndpoint),
    /// Something of a workspace.
    Read(ReadEndpoint),
    /// A change of a workspace.
    Write(WriteEndpoint),
    /// One change that was made.
    Audit(AuditEndpoint),
    /// A file that a client brings or fetches.
    Drop(DropEndpoint),
    /// A file of the workspace as it is.
    File(FileEndpoint),
    /// What the workspace's engine knows of an MCP server.
    Mcp(McpEndpoint),
    /// A reload of the workspace's engine.
    Reload,
    /// A call of the workspace's engine, or of the active one's. Which scope it takes,
    /// and whether it changes something, depends on what is called.
    Engine,
    /// A request whose client comes back for the answer.
    Later(LaterEndpoint),
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
    /// Call one something else.
    Rename,
    /// End one.
    End,
}

/// What is done about pairing codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairingEndpoint {
    /// Say which one is open.
    Show,
    /// Make one.
    Make,
    /// End it.
    End,
    /// Say what one grants, to the device that has it.
    Preview,
    /// Exchange one for a token.
    Exchange,
}

/// What is done about a device being told while its page is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushEndpoint {
    /// Say whether it is, and what that takes.
    Show,
    /// Have it told.
    Subscribe,
    /// Have it told no more.
    End,
}

/// What is done about one change that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditEndpoint {
    /// Show it, and what it would be to undo it.
    Show,
    /// Undo it.
    Undo,
}

/// What is done about files that clients bring and fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropEndpoint {
    /// List what clients brought.
    Inbox,
    /// Fetch one of those.
    InboxItem,
    /// Bring one.
    Upload,
    /// List what agents made.
    Artifacts,
    /// Fetch one of those.
    Artifact,
    /// Say what stands at paths of the workspace that a text names.
    Resolve,
}

/// What is done about files of a workspace as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileEndpoint {
    /// Read a text.
    Content,
    /// Say what stands at a path.
    Stat,
    /// Read bytes.
    Raw,
    /// Write a text.
    WriteContent,
    /// Write bytes.
    WriteRaw,
}

/// What an engine is asked about an MCP server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum McpEndpoint {
    /// To forget what it is signed in with there.
    SignOut,
    /// How it is.
    Test,
}

/// What is done about environment variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvEndpoint {
    /// List them with their values.
    List,
    /// List their names.
    Keys,
    /// Set some.
    Set,
    /// Take one away.
    Remove,
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
    /// The text of a configuration file.
    ConfigText,
    /// The model that conversations begin with.
    DefaultModel,
    /// The folders that agents may work in.
    AuthorizedFolders,
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
    /// Write a configuration file as a whole.
    WriteConfig,
    /// Say which model conversations begin with.
    SetDefaultModel,
    /// Say in which folders agents may work.
    SetAuthorizedFolders,
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
    /// Say of which parts one consists that can be left out or edited.
    Parts,
    /// Show one as it would be with some of it left out or edited.
    Amend,
    /// Allow or deny one.
    Reply,
    /// Give the answer that a notification carried.
    Answer,
    /// Have one wait longer.
    Keep,
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

/// What is done about a request whose client comes back for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaterEndpoint {
    /// Say how it stands.
    Show,
    /// Take it back, or forget it once it has ended.
    Withdraw,
}

/// A part of the approvals page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsoleAsset {
    /// The page itself.
    Page,
    /// A file that it needs, by its name.
    File,
}

impl Endpoint {
    /// What a request for it has to show.
    pub fn access(self) -> RouteAccess {
        match self {
            // The page's script has to load before it can send a token, a device that
            // has a code has nothing else yet, and the answer of a notification is
            // signed for one request and counts once.
            Self::Health
            | Self::Description
            | Self::Console(_)
            | Self::Pairing(PairingEndpoint::Preview | PairingEndpoint::Exchange)
            | Self::Approvals(ApprovalsEndpoint::Answer) => RouteAccess::Open,
            // Whose request it is decides, and not how much a token allows.
            Self::WhoAmI | Self::Later(_) => RouteAccess::AnyToken,
            // Values are secrets of the machine, and no workspace's.
            Self::Env(_) => RouteAccess::HostToken,
            Self::Capabilities | Self::Status | Self::Workspaces | Self::Read(_) | Self::Engine => {
                RouteAccess::Client(Scope::Viewer)
            }
            Self::Drop(drop) if drop != DropEndpoint::Upload => RouteAccess::Client(Scope::Viewer),
            // Not for viewers: what a file holds is not known, and may be a secret.
            Self::Write(_) | Self::Drop(_) | Self::File(_) | Self::Mcp(_) | Self::Reload => {
                RouteAccess::Client(Scope::Collaborator)
            }
            // What was done in a workspace is not among what an approver sees.
            Self::Metrics
            | Self::Workspace(_)
            | Self::Tokens(_)
            | Self::Pairing(_)
            | Self::Audit(_)
            | Self::Approvals(ApprovalsEndpoint::Audit) => RouteAccess::Host(Scope::Owner),
            // Who is told may answer.
            Self::Push(_) | Self::Approvals(_) => RouteAccess::Host(Scope::Approver),
        }
    }

    /// Whether a request for it changes something, so that a server which takes
    /// no changes refuses it. An answer to what waits changes nothing by itself,
    /// but one to an agent lets it go on.
    pub fn is_write(self) -> bool {
        match self {
            Self::Write(_)
            | Self::Reload
            | Self::Audit(AuditEndpoint::Undo)
            | Self::Drop(DropEndpoint::Upload)
            | Self::Mcp(McpEndpoint::SignOut)
            | Self::File(FileEndpoint::WriteContent | FileEndpoint::WriteRaw)
            | Self::Env(EnvEndpoint::Set | EnvEndpoint::Remove)
            | Self::Push(PushEndpoint::Subscribe)
            | Self::Workspace(_)
            | Self::Approvals(ApprovalsEndpoint::AnswerAgent)
            | Self::Tokens(TokensEndpoint::Make | TokensEndpoint::Rename | TokensEndpoint::End)
            // A code is worth nothing where no token is made.
            | Self::Pairing(
                PairingEndpoint::Make
                | PairingEndpoint::End
                | PairingEndpoint::Preview
                | PairingEndpoint::Exchange,
            ) => true,
            Self::Health
            | Self::Capabilities
            | Self::Status
            | Self::WhoAmI
            | Self::Metrics
            | Self::Description
            | Self::Audit(AuditEndpoint::Show)
            | Self::Tokens(TokensEndpoint::List)
            | Self::Pairing(PairingEndpoint::Show)
            | Self::Env(EnvEndpoint::List | EnvEndpoint::Keys)
            | Self::Push(PushEndpoint::Show | PushEndpoint::End)
            | Self::Workspaces
            | Self::Mcp(McpEndpoint::Test)
            | Self::File(FileEndpoint::Content | FileEndpoint::Stat | FileEndpoint::Raw)
            | Self::Drop(
                DropEndpoint::Inbox
                | DropEndpoint::InboxItem
                | DropEndpoint::Artifacts
                | DropEndpoint::Artifact
                | DropEndpoint::Resolve,
            )
            | Self::Read(_)
            // By its method, which is not known here.
            | Self::Engine
            // To take something back changes nothing.
            | Self::Later(_)
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
            | Self::WriteConfig
            | Self::SetDefaultModel
            | Self::SetAuthorizedFolders
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
