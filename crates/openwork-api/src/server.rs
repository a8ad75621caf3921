//! What a server says of itself.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthResponse<'a> {
    /// Always true: a server that is not well does not answer.
    pub ok: bool,
    /// The server's version.
    pub version: Cow<'a, str>,
    /// For how long it has run, in ms.
    pub uptime_ms: u64,
}

/// `GET /capabilities`: what can be done, and what was added to the OpenWork
/// API, so that a client need not try.
///
/// What a server does not mention it cannot do.
// All of it may be absent: the OpenWork API has fewer sections, and a client
// that meets such a server reads a plain no.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CapabilitiesResponse {
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
}

/// What can be done with one kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Capability {
    /// It can be read.
    pub read: bool,
    /// It can be changed.
    pub write: bool,
}

/// What can be done with skills.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
#[serde(default)]
pub struct EventCapability {
    /// By asking.
    pub read: bool,
    /// By a stream.
    pub stream: bool,
}

/// What can be done with the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EngineCapability {
    /// It can be told to reload.
    pub reload: bool,
}

/// How the host can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ApprovalCapability {
    /// There is a stream of what waits.
    pub events: bool,
    /// The server has a page for it.
    pub console: bool,
}

impl CapabilitiesResponse {
    /// What a server of this version can do, given whether it takes changes and
    /// serves the approvals page.
    pub fn new(write: bool, console: bool) -> Self {
        let basic = Capability { read: true, write };
        Self {
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
                events: true,
                console,
            },
        }
    }
}
