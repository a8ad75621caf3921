//! MCP servers.

use std::borrow::Cow;

use openwork_model::mcp::{McpItem, McpSwitch};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::omit;

/// An MCP server, in the list of `GET /workspace/:id/mcp`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct McpResponse<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its entry, as the file has it.
    // Any value, not an object: the file may hold anything, and a list that
    // leaves an entry out would hide why it does not work.
    pub config: Cow<'a, Value>,
    /// Which file: `config.project` or `config.global`.
    pub source: Cow<'a, str>,
    /// `servers` where it stands in `mcp.servers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Cow<'a, str>>,
    /// Where that file is, unless it is the workspace's main file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Cow<'a, str>>,
    /// What comes of all layers, where that differs from the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<Cow<'a, Value>>,
    /// What switches it on or off elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<SwitchResponse<'a>>,
    /// Whether the settings of tools leave all of its tools out.
    #[serde(default, skip_serializing_if = "omit::if_false")]
    pub disabled_by_tools: bool,
}

/// A setting that switches an MCP server on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SwitchResponse<'a> {
    /// On or off.
    pub enabled: bool,
    /// The file that it stands in.
    pub path: Cow<'a, str>,
}

impl<'a> From<&'a McpItem> for McpResponse<'a> {
    fn from(item: &'a McpItem) -> Self {
        Self {
            name: item.name.as_str().into(),
            config: Cow::Borrowed(&item.config),
            source: item.source.as_str().into(),
            form: item.is_in_servers.then(|| "servers".into()),
            path: item.path.as_ref().map(|path| path.to_string_lossy()),
            effective: item.effective.as_ref().map(Cow::Borrowed),
            switch: item.switch.as_ref().map(SwitchResponse::from),
            disabled_by_tools: item.disabled_by_tools,
        }
    }
}

impl<'a> From<&'a McpSwitch> for SwitchResponse<'a> {
    fn from(switch: &'a McpSwitch) -> Self {
        Self {
            enabled: switch.enabled,
            path: switch.path.to_string_lossy(),
        }
    }
}

/// The answer to `POST /workspace/:id/mcp/:name/test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct McpTestResponse<'a> {
    /// Whether the engine is connected to it.
    pub ok: bool,
    /// How it is: `connected`, `disabled`, `needs_auth`,
    /// `needs_client_registration`, `failed`, `not_registered`, `unavailable` or
    /// `unknown`.
    pub status: Cow<'a, str>,
    /// Why it is not connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
}
