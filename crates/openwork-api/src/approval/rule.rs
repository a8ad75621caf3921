//! Timed allowances.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::RiskLevel;

/// A timed allowance, in the list of `GET /approvals/rules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleItem<'a> {
    /// Its id.
    pub id: Cow<'a, str>,
    /// What kind of change it allows.
    pub action: Cow<'a, str>,
    /// How much is at stake in what it allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RiskLevel>,
    /// What it covers, beyond the action.
    #[serde(default)]
    pub covers: Cow<'a, str>,
    /// The workspace that it holds in.
    #[serde(default)]
    pub workspace_id: Cow<'a, str>,
    /// What people call the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_name: Option<Cow<'a, str>>,
    /// The client that it holds for, as the client calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Cow<'a, str>>,
    /// The address that it holds for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Cow<'a, str>>,
    /// For how many minutes it was given.
    #[serde(default)]
    pub minutes: u64,
    /// When it was given, in ms since 1970.
    #[serde(default)]
    pub created_at: u64,
    /// Until when it holds, in ms since 1970.
    #[serde(default)]
    pub expires_at: u64,
    /// How many requests it has allowed.
    #[serde(default)]
    pub uses: u64,
}

impl RuleItem<'_> {
    /// The workspace, as people call it.
    pub fn workspace(&self) -> &str {
        self.workspace_name.as_deref().unwrap_or(&self.workspace_id)
    }
}
