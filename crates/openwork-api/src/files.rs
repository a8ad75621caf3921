//! Files of a workspace as they are.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::omit;

/// `GET /workspace/:id/files/content`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileContentResponse<'a> {
    /// Where the file is, below the workspace.
    pub path: Cow<'a, str>,
    /// All of it.
    pub content: Cow<'a, str>,
    /// Its size.
    pub bytes: u64,
    /// When it changed last, in ms since 1970.
    pub updated_at: u64,
}

/// `GET /workspace/:id/files/stat`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileStatResponse<'a> {
    /// Always true.
    pub ok: bool,
    /// The path, below the workspace.
    pub path: Cow<'a, str>,
    /// Whether something is there.
    pub exists: bool,
    /// `file`, `dir` or `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Cow<'a, str>>,
    /// Its size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// When it changed last, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<u64>,
}

/// The body of `POST /workspace/:id/files/content`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WriteContentRequest<'a> {
    /// Where the file is, below the workspace.
    pub path: Cow<'a, str>,
    /// What it is to hold.
    pub content: Cow<'a, str>,
    /// When the file that the client has seen changed last, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_updated_at: Option<u64>,
    /// Whether it is written even if the file was changed since.
    #[serde(default, skip_serializing_if = "omit::if_false")]
    pub force: bool,
}

/// The body of `POST /workspace/:id/files/raw`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WriteRawRequest<'a> {
    /// Where the file is, below the workspace.
    pub path: Cow<'a, str>,
    /// What it is to hold, in base64.
    pub data_base64: Cow<'a, str>,
    /// When the file that the client has seen changed last, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_updated_at: Option<u64>,
    /// Whether it is written even if the file was changed since.
    #[serde(default, skip_serializing_if = "omit::if_false")]
    pub force: bool,
}

/// The answer to both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileWritten<'a> {
    /// Always true.
    pub ok: bool,
    /// Where the file is, below the workspace.
    pub path: Cow<'a, str>,
    /// Its size.
    pub bytes: u64,
    /// When it changed last, in ms since 1970.
    pub updated_at: u64,
    /// The same and its size, as one word.
    pub revision: Cow<'a, str>,
}
