//! Environment variables that are kept for the programs of a machine.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A variable. `GET /env` lists them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EnvItem<'a> {
    /// Its name.
    pub key: Cow<'a, str>,
    /// When it was set, in ms since 1970.
    pub updated_at: u64,
    /// Whether it is set to anything but nothing.
    pub has_value: bool,
    /// What it is set to, unless `?includeValues=false` was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Cow<'a, str>>,
}

/// `GET /env/keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnvKeysResponse<'a> {
    /// All names.
    pub keys: Vec<Cow<'a, str>>,
}

/// The body of `PUT /env`. The server also takes one entry by itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetEnvRequest<'a> {
    /// What is to be set, all or none of it.
    pub entries: Vec<EnvEntryBody<'a>>,
}

/// A variable that is to be set.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnvEntryBody<'a> {
    /// Its name.
    pub key: Cow<'a, str>,
    /// What to; by default to an empty text.
    #[serde(default)]
    pub value: Cow<'a, str>,
}

/// The answer to `PUT /env`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnvSetResponse {
    /// Always true.
    pub ok: bool,
    /// How many variables are as they were to be.
    pub count: usize,
}

impl std::fmt::Debug for EnvItem<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // By hand, here and below, as derived ones would put values into a log.
        f.debug_struct("EnvItem")
            .field("key", &self.key)
            .field("updated_at", &self.updated_at)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SetEnvRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys: Vec<_> = self.entries.iter().map(|entry| &entry.key).collect();
        f.debug_struct("SetEnvRequest")
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for EnvEntryBody<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnvEntryBody")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
