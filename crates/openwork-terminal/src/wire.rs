//! What the server sends. Fields that a later or earlier version leaves out
//! are no reason to show nothing.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::escape;
use crate::level::RiskLevel;

/// A list.
#[derive(Deserialize)]
#[serde(expecting = "a list of items")]
pub(crate) struct RemoteList<T> {
    pub(crate) items: Vec<T>,
}

/// A request that waits.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteItem {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) workspace_id: String,
    #[serde(default)]
    pub(crate) workspace_name: Option<String>,
    pub(crate) action: String,
    pub(crate) summary: String,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) level: RiskLevel,
    #[serde(default)]
    pub(crate) expires_at: Option<u64>,
    #[serde(default)]
    pub(crate) actor: RemoteActor,
    /// None from a server that only knows risks.
    #[serde(default)]
    pub(crate) effects: Option<Vec<RemoteEffect>>,
    /// How many effects are left out.
    #[serde(default)]
    pub(crate) more_effects: u64,
    #[serde(default)]
    pub(crate) risk: Vec<String>,
    #[serde(default)]
    pub(crate) rememberable: bool,
    #[serde(default)]
    pub(crate) changes: Vec<RemoteChange>,
    /// How many changes are left out.
    #[serde(default)]
    pub(crate) more_changes: u64,
}

/// One thing that a request sets off.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RemoteEffect {
    #[serde(default)]
    pub(crate) level: RiskLevel,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) from: Option<String>,
    #[serde(default)]
    pub(crate) to: Option<String>,
    #[serde(default)]
    pub(crate) command: Option<String>,
}

/// Who asks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteActor {
    #[serde(default, rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) client_id: Option<String>,
    #[serde(default)]
    pub(crate) address: Option<String>,
}

/// What happens to one file.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteChange {
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) added: u64,
    #[serde(default)]
    pub(crate) removed: u64,
    #[serde(default)]
    pub(crate) diff: String,
    #[serde(default)]
    pub(crate) truncated: bool,
    #[serde(default)]
    pub(crate) masked: Vec<String>,
    /// The path of the first page of the whole diff, where this is not all of it.
    #[serde(default)]
    pub(crate) full: Option<String>,
}

/// Some lines of the whole diff of one file.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RemotePage {
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) added: u64,
    #[serde(default)]
    pub(crate) removed: u64,
    pub(crate) diff: String,
    /// That of the whole diff, the same on every page.
    pub(crate) digest: String,
    /// The path of the page that follows.
    #[serde(default)]
    pub(crate) next: Option<String>,
}

/// A request that has ended.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteEnded {
    #[serde(flatten)]
    pub(crate) item: RemoteItem,
    #[serde(default)]
    pub(crate) outcome: String,
    #[serde(default)]
    pub(crate) ended_at: u64,
    #[serde(default)]
    pub(crate) message: Option<String>,
    /// Why the write failed.
    #[serde(default)]
    pub(crate) error: Option<String>,
}

impl RemoteEnded {
    /// What was said about the end, by the host or by the server.
    pub(crate) fn remark(&self) -> Option<&str> {
        self.error.as_deref().or(self.message.as_deref())
    }
}

/// A timed allowance.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteRule {
    pub(crate) id: String,
    pub(crate) action: String,
    #[serde(default)]
    pub(crate) workspace_id: String,
    #[serde(default)]
    pub(crate) workspace_name: Option<String>,
    #[serde(default)]
    pub(crate) client_id: Option<String>,
    #[serde(default)]
    pub(crate) address: Option<String>,
    #[serde(default)]
    pub(crate) level: Option<RiskLevel>,
    /// What it covers, beyond the action.
    #[serde(default)]
    pub(crate) covers: String,
    #[serde(default)]
    pub(crate) expires_at: u64,
    #[serde(default)]
    pub(crate) uses: u64,
}

/// What a stream begins with.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteSnapshot {
    /// The server's time.
    pub(crate) now: u64,
    #[serde(default)]
    pub(crate) mode: String,
    #[serde(default)]
    pub(crate) timeout_ms: u64,
    #[serde(default)]
    pub(crate) read_only: bool,
    #[serde(default)]
    pub(crate) items: Vec<RemoteItem>,
}

/// What an answer led to.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnswerReceipt {
    /// Absent while the write goes on.
    #[serde(default)]
    pub(crate) applied: Option<bool>,
    #[serde(default)]
    pub(crate) error: Option<Value>,
}

/// A failure.
#[derive(Deserialize)]
pub(crate) struct RemoteFailure {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl RemoteItem {
    /// What it does, in plain words.
    pub(crate) fn title(&self) -> &str {
        if self.title.is_empty() {
            &self.summary
        } else {
            &self.title
        }
    }

    /// Whether the server left something out that one may want to see first.
    pub(crate) fn has_rest(&self) -> bool {
        let is_shortened = self.changes.iter().any(|change| change.truncated);
        is_shortened || self.more_changes > 0 || self.more_effects > 0
    }

    /// The workspace, as people call it.
    pub(crate) fn workspace(&self) -> &str {
        self.workspace_name.as_deref().unwrap_or(&self.workspace_id)
    }
}

impl RemoteRule {
    /// The workspace, as people call it.
    pub(crate) fn workspace(&self) -> &str {
        self.workspace_name.as_deref().unwrap_or(&self.workspace_id)
    }

    /// Whom it allows.
    pub(crate) fn origin(&self) -> String {
        origin(self.client_id.as_deref(), self.address.as_deref())
    }
}

impl RemoteActor {
    /// Where a request comes from. The client's own name is in quotes: anyone
    /// may call itself anything.
    pub(crate) fn origin(&self) -> String {
        if self.kind == "host" {
            return "the host itself".to_owned();
        }
        origin(self.client_id.as_deref(), self.address.as_deref())
    }
}

fn origin(client_id: Option<&str>, address: Option<&str>) -> String {
    let address = address.unwrap_or("an unknown address");
    match client_id {
        Some(id) => format!("\"{}\" at {}", escape::line(id), escape::line(address)),
        None => escape::line(address).into_owned(),
    }
}

impl AnswerReceipt {
    /// Why an allowed write did not happen.
    pub(crate) fn failure(&self) -> Option<String> {
        match (&self.error, self.applied) {
            (Some(Value::String(message)), _) => Some(message.clone()),
            (Some(error), _) => {
                let message = error.get("message").and_then(Value::as_str);
                Some(message.unwrap_or("the server does not say why").to_owned())
            }
            (None, Some(false)) => Some("the server does not say why".to_owned()),
            (None, _) => None,
        }
    }
}

/// Reads a document, or says what is odd about it.
pub(crate) fn read<T: DeserializeOwned>(document: &Value) -> Result<T, String> {
    T::deserialize(document).map_err(|cause| cause.to_string())
}
