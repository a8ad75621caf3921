//! How a server is set up.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::workspace::WorkspaceItem;

/// `GET /status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusResponse<'a> {
    /// Always true: a server that is not well does not answer.
    pub ok: bool,
    /// The server's version.
    pub version: Cow<'a, str>,
    /// The version of the active workspace's engine, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opencode_version: Option<Cow<'a, str>>,
    /// For how long it has run, in ms.
    pub uptime_ms: u64,
    /// Whether changes are refused altogether.
    pub read_only: bool,
    /// How changes are asked about.
    pub approval: ApprovalPolicy<'a>,
    /// The origins whose pages may call; `*` stands for all.
    pub cors_origins: Vec<Cow<'a, str>>,
    /// How many workspaces are served.
    pub workspace_count: usize,
    /// The id of the active one; `null` if there are none.
    pub active_workspace_id: Option<Cow<'a, str>>,
    /// The active one; `null` if there are none.
    pub workspace: Option<WorkspaceItem<'a>>,
    /// The directories that workspaces may lie in.
    pub authorized_roots: Vec<Cow<'a, str>>,
    /// Where it listens and what it was set up with.
    pub server: ServerPlace<'a>,
    /// Where its two tokens come from.
    pub token_source: TokenSources,
}

/// How changes are asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApprovalPolicy<'a> {
    /// `manual` or `auto`.
    pub mode: Cow<'a, str>,
    /// How long a change waits for an answer, in ms.
    pub timeout_ms: u64,
}

/// Where a server listens and what it was set up with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ServerPlace<'a> {
    /// The address, as it stands in the settings.
    pub host: Cow<'a, str>,
    /// The port.
    pub port: u16,
    /// The configuration file; `null` if there is none.
    pub config_path: Option<Cow<'a, str>>,
}

/// Where the two tokens of a server come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenSources {
    /// The clients'.
    pub client: TokenSource,
    /// The host's.
    pub host: TokenSource,
}

/// Where a token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TokenSource {
    /// A flag.
    Cli,
    /// The environment.
    Env,
    /// The configuration file.
    File,
    /// Nobody gave one, so the server made it.
    #[default]
    Generated,
}
