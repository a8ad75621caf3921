//! Plugins.

use openwork_model::plugin::{PackageSpec, PluginItem, PluginsView};
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PluginsResponse<'v> {
    items: Vec<PluginResponse<'v>>,
    load_order: [&'static str; 4],
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<PackageResponse<'v>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PluginResponse<'v> {
    spec: &'v str,
    source: &'static str,
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'v str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved: Option<&'v str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shadowed_by: Option<String>,
}

#[derive(Serialize)]
struct PackageResponse<'v> {
    path: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dependencies: Option<&'v Map<String, Value>>,
}

impl<'v> From<&'v PluginsView> for PluginsResponse<'v> {
    fn from(view: &'v PluginsView) -> Self {
        Self {
            items: view.items.iter().map(PluginResponse::from).collect(),
            load_order: [
                "config.global",
                "config.project",
                "dir.global",
                "dir.project",
            ],
            package: view.package.as_ref().map(PackageResponse::from),
        }
    }
}

impl<'v> From<&'v PluginItem> for PluginResponse<'v> {
    fn from(item: &'v PluginItem) -> Self {
        Self {
            spec: &item.spec,
            source: item.source.as_str(),
            scope: item.scope.as_str(),
            path: item.path.as_deref(),
            resolved: item.resolved.as_deref(),
            shadowed_by: item
                .shadowed_by
                .as_ref()
                .map(|path| path.to_string_lossy().into_owned()),
        }
    }
}

impl<'v> From<&'v PackageSpec> for PackageResponse<'v> {
    fn from(package: &'v PackageSpec) -> Self {
        Self {
            path: &package.path,
            dependencies: package.dependencies.as_ref(),
        }
    }
}
