//! Plugins.

use std::borrow::Cow;

use openwork_model::plugin::{PackageSpec, PluginItem, PluginsView};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `GET /workspace/:id/plugins`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PluginsResponse<'a> {
    /// The plugins, in the order in which the engine loads them.
    pub items: Vec<PluginResponse<'a>>,
    /// The places that plugins are loaded from, in that order.
    pub load_order: Cow<'a, [Cow<'a, str>]>,
    /// What the plugins in the directory depend on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageResponse<'a>>,
}

/// A plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PluginResponse<'a> {
    /// The package, the URL or the file.
    pub spec: Cow<'a, str>,
    /// Whether a setting or a directory names it.
    pub source: Cow<'a, str>,
    /// Whose it is.
    pub scope: Cow<'a, str>,
    /// Its file, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Cow<'a, str>>,
    /// Where a relative path leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Cow<'a, str>>,
    /// The file that names another version of it, which is loaded instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadowed_by: Option<Cow<'a, str>>,
}

/// What the plugins in a directory depend on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PackageResponse<'a> {
    /// The file that says so.
    pub path: Cow<'a, str>,
    /// Packages and their versions; none if the file cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<Cow<'a, Map<String, Value>>>,
}

/// The places that the engine loads plugins from, first to last.
// Of borrowed `Cow`s, so that an answer borrows the list instead of making it.
const LOAD_ORDER: &[Cow<'static, str>] = &[
    Cow::Borrowed("config.global"),
    Cow::Borrowed("config.project"),
    Cow::Borrowed("dir.global"),
    Cow::Borrowed("dir.project"),
];

impl<'a> From<&'a PluginsView> for PluginsResponse<'a> {
    fn from(view: &'a PluginsView) -> Self {
        Self {
            items: view.items.iter().map(PluginResponse::from).collect(),
            load_order: LOAD_ORDER.into(),
            package: view.package.as_ref().map(PackageResponse::from),
        }
    }
}

impl<'a> From<&'a PluginItem> for PluginResponse<'a> {
    fn from(item: &'a PluginItem) -> Self {
        let shadowed_by = item.shadowed_by.as_ref();
        Self {
            spec: item.spec.as_str().into(),
            source: item.source.as_str().into(),
            scope: item.scope.as_str().into(),
            path: item.path.as_deref().map(Cow::Borrowed),
            resolved: item.resolved.as_deref().map(Cow::Borrowed),
            shadowed_by: shadowed_by.map(|path| path.to_string_lossy()),
        }
    }
}

impl<'a> From<&'a PackageSpec> for PackageResponse<'a> {
    fn from(package: &'a PackageSpec) -> Self {
        Self {
            path: package.path.as_str().into(),
            dependencies: package.dependencies.as_ref().map(Cow::Borrowed),
        }
    }
}
