//! The form in which tokens are kept. It has their hashes and not themselves.

use openwork_model::hex::from_hex;
use openwork_model::scope::Scope;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::TokenRecord;
use crate::state::StateDocument;

/// All tokens. Fields of later versions stay where they are.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenDocument {
    schema_version: u32,
    updated_at: u64,
    pub(super) tokens: Vec<TokenEntry>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// One token.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenEntry {
    pub(super) id: String,
    /// The SHA-256 of the token in hexadecimal.
    hash: String,
    /// A word, and not a scope: one of a later version lets nobody in, and is
    /// no reason to refuse the others.
    scope: String,
    created_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_used_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<u64>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl StateDocument for TokenDocument {
    const WHAT: &'static str = "list of tokens";
    const VERSION: u32 = 1;

    fn empty() -> Self {
        Self {
            schema_version: Self::VERSION,
            updated_at: 0,
            tokens: Vec::new(),
            rest: Map::new(),
        }
    }

    fn version(&self) -> u32 {
        self.schema_version
    }
}

impl TokenDocument {
    /// Notes when it was changed.
    pub(super) fn changed(&mut self, now: u64) {
        self.updated_at = now;
    }
}

impl TokenEntry {
    pub(super) fn new(record: &TokenRecord, hash: String) -> Self {
        Self {
            id: record.id.clone(),
            hash,
            scope: record.scope.as_str().to_owned(),
            created_at: record.created_at,
            label: record.label.clone(),
            last_used_at: None,
            expires_at: record.expires_at,
            rest: Map::new(),
        }
    }

    /// The token and its digest; `None` if it lets nobody in.
    pub(super) fn token(&self) -> Option<(TokenRecord, [u8; 32])> {
        let record = TokenRecord {
            id: self.id.clone(),
            scope: Scope::from_word(&self.scope)?,
            created_at: self.created_at,
            label: self.label.clone(),
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
        };
        Some((record, from_hex(&self.hash)?))
    }

    pub(super) fn rename(&mut self, label: &str) {
        self.label = Some(label.to_owned());
    }

    pub(super) fn has_expired(&self, now: u64) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}
