//! The configuration, and the layers that it comes from.

use std::borrow::Cow;

use openwork_model::config::ConfigView;
use openwork_model::layer::{ConfigLayer, ShadowedSetting};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `GET /workspace/:id/config`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConfigResponse<'a> {
    /// The engine's configuration, from the workspace's own file.
    pub opencode: Cow<'a, Map<String, Value>>,
    /// OpenWork's own settings.
    pub openwork: Cow<'a, Map<String, Value>>,
    /// When the settings of OpenWork were last changed, in ms since 1970.
    // `null` and not left out where there is none, as in the OpenWork API.
    pub updated_at: Option<u64>,
    /// What the engine reads, weakest first, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<LayerEntry<'a>>>,
    /// What comes of the layers, if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<Cow<'a, Map<String, Value>>>,
}

/// One layer of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LayerEntry<'a> {
    /// Its file.
    pub path: Cow<'a, str>,
    /// Whose it is.
    pub scope: Cow<'a, str>,
    /// What it says, if it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    // Beside `error` instead of an enum of the two, as a client may look at one
    // key alone.
    pub content: Option<Cow<'a, Map<String, Value>>>,
    /// Why it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Cow<'a, str>>,
    /// What it says without effect, since a stronger layer says otherwise.
    pub shadowed: Vec<ShadowedEntry<'a>>,
}

/// A setting that has no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShadowedEntry<'a> {
    /// The keys that lead to it in its file, joined by dots.
    pub key: Cow<'a, str>,
    /// Where it stands, as a JSON pointer (RFC 6901).
    pub pointer: Cow<'a, str>,
    /// The file that says otherwise.
    pub by: Cow<'a, str>,
}

impl<'a> From<&'a ConfigView> for ConfigResponse<'a> {
    fn from(view: &'a ConfigView) -> Self {
        let layers = view.layers.as_ref();
        Self {
            opencode: Cow::Borrowed(&view.opencode),
            openwork: Cow::Borrowed(&view.openwork),
            updated_at: view.updated_at,
            layers: layers.map(|view| view.layers.iter().map(LayerEntry::from).collect()),
            effective: layers.map(|view| Cow::Borrowed(&view.effective)),
        }
    }
}

impl<'a> From<&'a ConfigLayer> for LayerEntry<'a> {
    fn from(layer: &'a ConfigLayer) -> Self {
        let content = layer.content.as_ref();
        Self {
            path: layer.path.to_string_lossy(),
            scope: layer.scope.as_str().into(),
            content: content.ok().map(Cow::Borrowed),
            error: content.err().map(|error| error.to_string().into()),
            shadowed: layer.shadowed.iter().map(ShadowedEntry::from).collect(),
        }
    }
}

impl<'a> From<&'a ShadowedSetting> for ShadowedEntry<'a> {
    fn from(shadowed: &'a ShadowedSetting) -> Self {
        Self {
            key: shadowed.key.as_str().into(),
            pointer: shadowed.pointer.as_str().into(),
            by: shadowed.by.to_string_lossy(),
        }
    }
}
