//! What is recorded of changes, and where.

use std::time::Duration;

use serde::Deserialize;

/// What is recorded of changes, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordSettings {
    /// Where the audit log lies.
    pub(crate) location: AuditLocation,
    /// How many bytes of what files were are kept.
    pub(crate) max_bytes: u64,
    /// And for how long.
    pub(crate) max_age: Duration,
}

/// Where the audit log of a workspace lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AuditLocation {
    /// In the workspace, below `.opencode/openwork`.
    Workspace,
    /// Where this user's programs keep what outlives them.
    State,
}
