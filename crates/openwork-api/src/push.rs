//! Devices that want to be told of what waits while their page is closed.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The answer of `GET /push`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PushResponse<'a> {
    /// Whether the device that asks can be told.
    pub available: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
    /// What its browser subscribes by: a point in base64 for URLs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Cow<'a, str>>,
    /// Whether it is told already.
    #[serde(default)]
    pub subscribed: bool,
}

/// The body of `PUT /push`: what a browser says of its subscription.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubscribeRequest<'a> {
    /// Where messages to it are sent.
    pub endpoint: Cow<'a, str>,
    /// What they are encrypted with.
    pub keys: SubscriptionKeys<'a>,
}

/// What messages to a browser are encrypted with, in base64 for URLs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubscriptionKeys<'a> {
    /// Its public key.
    pub p256dh: Cow<'a, str>,
    /// A secret that it shares with the server alone.
    pub auth: Cow<'a, str>,
}
