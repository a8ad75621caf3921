//! What a request can be for.

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
