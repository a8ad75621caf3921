//! Files that clients bring, and files that agents have made for them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A file of either folder. `GET /workspace/:id/inbox` and
/// `GET /workspace/:id/artifacts` list them, those that changed last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DroppedFile<'a> {
    /// By what it is fetched.
    pub id: Cow<'a, str>,
    /// Its name; in the list of what was brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// Where it is, below its folder.
    pub path: Cow<'a, str>,
    /// Its size in bytes.
    pub size: u64,
    /// When it changed last, in ms since 1970.
    pub updated_at: u64,
}

/// The answer to `POST /workspace/:id/inbox`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadResponse<'a> {
    /// Always true.
    pub ok: bool,
    /// Where the file is, below the folder of what is brought.
    pub path: Cow<'a, str>,
    /// Its size.
    pub bytes: u64,
}

/// The body of `POST /workspace/:id/artifacts/resolve`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResolveRequest<'a> {
    /// What texts name.
    pub targets: Vec<ResolveTarget<'a>>,
}

/// Something that a text names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResolveTarget<'a> {
    /// `file` or `url`.
    pub kind: Cow<'a, str>,
    /// The path or the address.
    pub value: Cow<'a, str>,
    /// How sure whoever found it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Why it was taken for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
}

/// A file or an address that a text names, and whether it is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResolvedTarget<'a> {
    /// One for all that name the same.
    pub id: Cow<'a, str>,
    /// `file` or `url`.
    pub kind: Cow<'a, str>,
    /// The path below the workspace, or the address.
    pub value: Cow<'a, str>,
    /// What people call it.
    pub name: Cow<'a, str>,
    /// How it is best shown, such as `markdown`, `image` or `external`.
    pub preview: Cow<'a, str>,
    /// How sure whoever found it is.
    pub confidence: f64,
    /// Why it was taken for one.
    pub reason: Cow<'a, str>,
    /// Whether it is there; true of addresses, which nobody calls.
    pub exists: bool,
    /// `file`, `dir` or `other`, if something is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_kind: Option<Cow<'a, str>>,
    /// Its size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// When it changed last, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<u64>,
    /// What a browser takes it for; of files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<Cow<'a, str>>,
}
