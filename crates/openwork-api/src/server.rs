//! What a server says of itself.

use std::borrow::Cow;

use openwork_model::scope::Scope;
use serde::{Deserialize, Serialize};

/// `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct HealthResponse<'a> {
    /// Always true: a server that is not well does not answer.
    pub ok: bool,
    /// The server's version.
    pub version: Cow<'a, str>,
    /// For how long it has run, in ms.
    pub uptime_ms: u64,
}

/// Who is served the approvals page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ConsoleAccess {
    /// Programs on this machine: over plain HTTP a neighbour could read the
    /// token.
    #[default]
    Local,
    /// Everybody who can reach the port.
    Lan,
    /// Nobody.
    Off,
}

/// `GET /capabilities`: what can be done, and what was added to the OpenWork
/// API, so that a client need not try.
///
/// What a server does not mention it cannot do.
// All of it may be absent: the OpenWork API has fewer sections, and a client
// that meets such a server reads a plain no.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct CapabilitiesResponse {
    /// The form of this document.
    pub schema_version: u32,
    /// The server's version.
    // Its own lifetime would be one for the whole answer, which is all flags.
    pub server_version: Cow<'static, str>,
    /// Skills.
    pub skills: SkillCapability,
    /// Plugins.
    pub plugins: Capability,
    /// MCP servers.
    pub mcp: McpCapability,
    /// Commands.
    pub commands: CommandCapability,
    /// Agents.
    pub agents: AgentCapability,
    /// The configuration.
    pub config: ConfigCapability,
    /// Events of a workspace.
    pub events: EventCapability,
    /// The engine.
    pub engine: EngineCapability,
    /// Requests that wait for the host.
    pub approvals: ApprovalCapability,
    /// Tokens that are made for somebody.
    pub tokens: TokenCapability,
    /// What is passed through.
    pub proxy: ProxyCapability,
    /// Where the server is shut in.
    pub sandbox: SandboxCapability,
    /// What is lent to agents.
    pub tool_providers: ToolProviders,
}

/// What can be done with one kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Capability {
    /// It can be read.
    pub read: bool,
    /// It can be changed.
    pub write: bool,
}

/// What can be done with skills.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct SkillCapability {
    /// Read and write.
    #[serde(flatten)]
    pub basic: Capability,
    /// Whose rules say what a skill is, such as `openwork`.
    // Its own lifetime would be one for the whole answer, which is all flags.
    pub source: Cow<'static, str>,
    /// One can be read by its name.
    pub by_name: bool,
    /// What is not listed is told with a reason.
    pub skipped: bool,
    /// They can be deleted.
    pub delete: bool,
}

/// What can be done with MCP servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct McpCapability {
    /// Read and write.
    #[serde(flatten)]
    pub basic: Capability,
    /// Those of other layers can be listed.
    pub include_global: bool,
    /// They can be switched on and off.
    pub enable: bool,
}

/// What can be done with commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct CommandCapability {
    /// Read and write.
    #[serde(flatten)]
    pub basic: Capability,
    /// One can be read by its name.
    pub by_name: bool,
    /// What is not listed is told with a reason.
    pub skipped: bool,
}

/// What can be done with agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct AgentCapability {
    /// Read and write.
    #[serde(flatten)]
    pub basic: Capability,
    /// One can be read by its name.
    pub by_name: bool,
    /// What is not listed is told with a reason.
    pub skipped: bool,
    /// The user's own can be listed.
    pub include_global: bool,
}

/// What can be done with the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ConfigCapability {
    /// Read and write.
    #[serde(flatten)]
    pub basic: Capability,
    /// It can be read by its layers.
    pub layers: bool,
}

/// How a client learns of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct EventCapability {
    /// By asking.
    pub read: bool,
    /// By a stream.
    pub stream: bool,
}

/// What can be done with the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct EngineCapability {
    /// It can be told to reload.
    pub reload: bool,
}

/// How requests are asked about, and how the host can answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct ApprovalCapability {
    /// `manual` or `auto`.
    pub mode: Cow<'static, str>,
    /// How long a request waits, in ms.
    pub timeout_ms: u64,
    /// There is a stream of what waits.
    pub events: bool,
    /// The server has a page for it.
    pub console: bool,
}

/// What can be done with tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TokenCapability {
    /// They can be made, each with a scope.
    pub scoped: bool,
    /// The scopes that there are.
    pub scopes: Vec<Scope>,
    /// Devices can be paired by a code.
    pub pairing: bool,
}

/// What is passed through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ProxyCapability {
    /// The engine's own API.
    pub opencode: bool,
}

/// Where the server is shut in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SandboxCapability {
    /// It is.
    pub enabled: bool,
    /// By what; `none` if it is not.
    pub backend: Cow<'static, str>,
}

/// What is lent to agents.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ToolProviders {
    /// Files that come from and go to clients.
    pub files: FileProvider,
}

/// Files that come from and go to clients.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct FileProvider {
    /// Clients can bring files in.
    pub injection: bool,
    /// Clients can fetch what agents have made.
    pub outbox: bool,
    /// Where the first land, below the workspace.
    pub inbox_path: Cow<'static, str>,
    /// Where the others lie, below the workspace.
    pub outbox_path: Cow<'static, str>,
    /// The most bytes of one file.
    pub max_bytes: u64,
}

/// What a server is able to, as far as its settings decide that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAbilities {
    /// The server's version.
    pub version: String,
    /// It takes changes.
    pub write: bool,
    /// It serves the approvals page.
    pub console: bool,
    /// It can keep tokens.
    pub tokens: bool,
    /// `manual` or `auto`.
    pub approval_mode: &'static str,
    /// How long a request waits, in ms.
    pub approval_timeout_ms: u64,
}

/// The form of what a server can do.
const SCHEMA_VERSION: u32 = 1;
/// The most bytes of a file that clients bring in: 250 MB.
const MOST_FILE_BYTES: u64 = 250_000_000;

impl CapabilitiesResponse {
    /// What a server of this version can do.
    pub fn new(abilities: ServerAbilities) -> Self {
        let write = abilities.write;
        let basic = Capability { read: true, write };
        Self {
            schema_version: SCHEMA_VERSION,
            server_version: abilities.version.into(),
            skills: SkillCapability {
                basic,
                source: "openwork".into(),
                by_name: true,
                skipped: true,
                delete: write,
            },
            plugins: basic,
            mcp: McpCapability {
                basic,
                include_global: true,
                enable: write,
            },
            commands: CommandCapability {
                basic,
                by_name: true,
                skipped: true,
            },
            agents: AgentCapability {
                basic,
                by_name: true,
                skipped: true,
                include_global: true,
            },
            config: ConfigCapability {
                basic,
                layers: true,
            },
            events: EventCapability {
                read: true,
                stream: true,
            },
            engine: EngineCapability { reload: write },
            approvals: ApprovalCapability {
                mode: abilities.approval_mode.into(),
                timeout_ms: abilities.approval_timeout_ms,
                events: true,
                console: abilities.console,
            },
            tokens: TokenCapability {
                scoped: abilities.tokens,
                scopes: Scope::ALL.to_vec(),
                pairing: abilities.tokens && write,
            },
            proxy: ProxyCapability { opencode: true },
            sandbox: SandboxCapability {
                enabled: false,
                backend: "none".into(),
            },
            tool_providers: ToolProviders {
                files: FileProvider {
                    injection: write,
                    outbox: true,
                    inbox_path: ".opencode/openwork/inbox/".into(),
                    outbox_path: ".opencode/openwork/outbox/".into(),
                    max_bytes: MOST_FILE_BYTES,
                },
            },
        }
    }
}
