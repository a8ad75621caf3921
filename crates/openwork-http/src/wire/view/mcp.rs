//! MCP entries.

use openwork_model::mcp::{McpItem, McpSwitch};
use serde::Serialize;
use serde_json::Value;

use super::is_false;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct McpResponse<'v> {
    name: &'v str,
    config: &'v Value,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<&'v Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    switch: Option<SwitchResponse>,
    #[serde(skip_serializing_if = "is_false")]
    disabled_by_tools: bool,
}

#[derive(Serialize)]
struct SwitchResponse {
    enabled: bool,
    path: String,
}

impl<'v> From<&'v McpItem> for McpResponse<'v> {
    fn from(item: &'v McpItem) -> Self {
        Self {
            name: &item.name,
            config: &item.config,
            source: item.source.as_str(),
            path: item
                .path
                .as_ref()
                .map(|path| path.to_string_lossy().into_owned()),
            effective: item.effective.as_ref(),
            switch: item.switch.as_ref().map(SwitchResponse::from),
            disabled_by_tools: item.disabled_by_tools,
        }
    }
}

impl From<&McpSwitch> for SwitchResponse {
    fn from(switch: &McpSwitch) -> Self {
        Self {
            enabled: switch.enabled,
            path: switch.path.to_string_lossy().into_owned(),
        }
    }
}
