//! Codes that another device exchanges for a token of its own.

use std::borrow::Cow;

use openwork_model::device_scope::DeviceScope;
use serde::{Deserialize, Serialize};

use crate::server::ConsoleAccess;

/// The body of `POST /pairing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MakePairingRequest<'a> {
    /// What the device may do.
    pub scope: DeviceScope,
    /// What the device is to be called. If it is not given, the device says so
    /// itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
}

/// The answer to `POST /pairing`: the only one that has the code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PairingMadeResponse<'a> {
    /// The code, such as `K7QM-4XTP`.
    pub code: Cow<'a, str>,
    /// What the device may do.
    pub scope: DeviceScope,
    /// What the device is to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// When it was made, in ms since 1970.
    pub created_at: u64,
    /// When it ends, in ms since 1970.
    pub expires_at: u64,
}

/// `GET /pairing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairingResponse<'a> {
    /// The code that is open; `null` if there is none.
    pub pairing: Option<PairingItem<'a>>,
    /// Who is served the page on which a device can enter the code.
    pub console: ConsoleAccess,
}

/// A code that is open, without itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PairingItem<'a> {
    /// What the device may do.
    pub scope: DeviceScope,
    /// What the device is to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// When it was made, in ms since 1970.
    pub created_at: u64,
    /// When it ends, in ms since 1970.
    pub expires_at: u64,
    /// How many wrong codes it stands before it ends.
    pub tries_left: u32,
}

/// The body of `POST /pair` and of `POST /pair/preview`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairRequest<'a> {
    /// The code, in any case, with or without its dash.
    pub code: Cow<'a, str>,
    /// What the device calls itself. What the host has said comes before it, and a
    /// preview has no use for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
}

/// The answer to `POST /pair/preview`: what a code grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PairPreviewResponse<'a> {
    /// What the device may do.
    pub scope: DeviceScope,
    /// The same in words.
    pub grants: Cow<'a, str>,
    /// What the host has said that the device is to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// When the code ends, in ms since 1970.
    pub expires_at: u64,
    /// For how many ms it lasts yet: a device's clock may be wrong.
    pub expires_in_ms: u64,
}

impl std::fmt::Debug for PairingMadeResponse<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // By hand, as a derived one would put the code into a log.
        f.debug_struct("PairingMadeResponse")
            .field("scope", &self.scope)
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for PairRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A mistyped code is nearly the code.
        f.debug_struct("PairRequest")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}
