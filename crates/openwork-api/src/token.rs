//! Tokens that are made for somebody.

use std::borrow::Cow;

use openwork_model::actor::Actor;
use openwork_model::scope::Scope;
use serde::{Deserialize, Serialize};

/// The body of `POST /tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MakeTokenRequest<'a> {
    /// What its holder may do.
    pub scope: Scope,
    /// What it is called, such as by the device that gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// For how long it lets its holder in, in ms; none for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_ms: Option<u64>,
}

/// The body of `PATCH /tokens/:id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RenameTokenRequest<'a> {
    /// What it is called from now on.
    pub label: Cow<'a, str>,
}

/// The answer to `POST /tokens` and to `POST /pair`: the only one that has
/// the token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeTokenResponse<'a> {
    /// The token itself.
    pub token: Cow<'a, str>,
    /// What is told of it from now on.
    #[serde(flatten)]
    pub item: TokenItem<'a>,
}

/// A token, without itself and without its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenItem<'a> {
    /// By what it is ended.
    pub id: Cow<'a, str>,
    /// What its holder may do.
    pub scope: Scope,
    /// When it was made, in ms since 1970.
    pub created_at: u64,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// When it was used last, in ms since 1970, to about a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<u64>,
    /// When it stops letting its holder in, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
}

/// `GET /whoami`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhoAmIResponse {
    /// Always true: nobody is told who he is not.
    pub ok: bool,
    /// Whoever asks.
    pub actor: ScopedActor,
}

/// Somebody, as records have him, and what he may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScopedActor {
    /// As records have him.
    #[serde(flatten)]
    pub actor: Actor,
    /// What he may do.
    pub scope: Scope,
}

impl std::fmt::Debug for MadeTokenResponse<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // By hand, as a derived one would put the token into a log.
        f.debug_struct("MadeTokenResponse")
            .field("item", &self.item)
            .finish_non_exhaustive()
    }
}
