//! The configuration, and the layers that it comes from.

use openwork_model::config::ConfigView;
use openwork_model::layer::{ConfigLayer, ShadowedSetting};
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfigResponse<'v> {
    opencode: &'v Map<String, Value>,
    openwork: &'v Map<String, Value>,
    updated_at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<Vec<LayerEntry<'v>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<&'v Map<String, Value>>,
}

#[derive(Serialize)]
struct LayerEntry<'v> {
    path: String,
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'v Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    shadowed: Vec<ShadowedEntry<'v>>,
}

#[derive(Serialize)]
struct ShadowedEntry<'v> {
    key: &'v str,
    pointer: &'v str,
    by: String,
}

impl<'v> From<&'v ConfigView> for ConfigResponse<'v> {
    fn from(view: &'v ConfigView) -> Self {
        let layers = view.layers.as_ref();
        Self {
            opencode: &view.opencode,
            openwork: &view.openwork,
            updated_at: view.updated_at,
            layers: layers.map(|view| view.layers.iter().map(LayerEntry::from).collect()),
            effective: layers.map(|view| &view.effective),
        }
    }
}

impl<'v> From<&'v ConfigLayer> for LayerEntry<'v> {
    fn from(layer: &'v ConfigLayer) -> Self {
        let content = layer.content.as_ref();
        Self {
            path: layer.path.to_string_lossy().into_owned(),
            scope: layer.scope.as_str(),
            content: content.ok(),
            error: content.err().map(ToString::to_string),
            shadowed: layer.shadowed.iter().map(ShadowedEntry::from).collect(),
        }
    }
}

impl<'v> From<&'v ShadowedSetting> for ShadowedEntry<'v> {
    fn from(shadowed: &'v ShadowedSetting) -> Self {
        Self {
            key: &shadowed.key,
            pointer: &shadowed.pointer,
            by: shadowed.by.to_string_lossy().into_owned(),
        }
    }
}
