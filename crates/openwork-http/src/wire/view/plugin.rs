//! Plugins.

use openwork_model::plugin::{Package as PackageView, PluginItem, PluginsView};
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plugins<'v> {
    items: Vec<Plugin<'v>>,
    load_order: [&'static str; 4],
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<Package<'v>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plugin<'v> {
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
struct Package<'v> {
    path: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dependencies: Option<&'v Map<String, Value>>,
}

impl<'v> From<&'v PluginsView> for Plugins<'v> {
    fn from(view: &'v PluginsView) -> Self {
        Self {
            items: view.items.iter().map(Plugin::from).collect(),
            load_order: [
                "config.global",
                "config.project",
                "dir.global",
                "dir.project",
            ],
            package: view.package.as_ref().map(Package::from),
        }
    }
}

impl<'v> From<&'v PluginItem> for Plugin<'v> {
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

impl<'v> From<&'v PackageView> for Package<'v> {
    fn from(package: &'v PackageView) -> Self {
        Self {
            path: &package.path,
            dependencies: package.dependencies.as_ref(),
        }
    }
}
