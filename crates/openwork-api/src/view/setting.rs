//! Single settings, and the text of the file that they stand in.

use std::borrow::Cow;

use openwork_model::authorized_folders::AuthorizedFoldersView;
use openwork_model::config::ConfigTextView;
use openwork_model::default_model::{DefaultModelView, ModelName};
use serde::{Deserialize, Serialize};

/// `GET /workspace/:id/opencode-config`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfigTextResponse<'a> {
    /// The file, or the one that would be created.
    pub path: Cow<'a, str>,
    /// Whether it is there.
    pub exists: bool,
    /// All of it; `null` if it is not there.
    pub content: Option<Cow<'a, str>>,
}

/// `GET /workspace/:id/default-model`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DefaultModelResponse<'a> {
    /// The model; `null` if the workspace names none.
    pub model: Option<ModelReference<'a>>,
    /// When the workspace was changed last, in ms since 1970; `null` if never.
    pub updated_at: Option<u64>,
}

/// A model by its two names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelReference<'a> {
    /// Who provides it.
    #[serde(rename = "providerID")]
    pub provider_id: Cow<'a, str>,
    /// What the provider calls it.
    #[serde(rename = "modelID")]
    pub model_id: Cow<'a, str>,
}

/// `GET /workspace/:id/authorized-folders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuthorizedFoldersResponse<'a> {
    /// The folders outside of the workspace that agents may work in unasked.
    pub folders: Vec<Cow<'a, str>>,
    /// How many other rules there are for what lies outside.
    pub hidden_count: usize,
    /// The workspace's own directory.
    pub workspace_root: Cow<'a, str>,
    /// When the workspace was changed last, in ms since 1970; `null` if never.
    pub updated_at: Option<u64>,
}

impl<'a> From<&'a ConfigTextView> for ConfigTextResponse<'a> {
    fn from(view: &'a ConfigTextView) -> Self {
        Self {
            path: view.path.to_string_lossy(),
            exists: view.text.is_some(),
            content: view.text.as_deref().map(Cow::Borrowed),
        }
    }
}

impl<'a> From<&'a DefaultModelView> for DefaultModelResponse<'a> {
    fn from(view: &'a DefaultModelView) -> Self {
        Self {
            model: view.model.as_ref().map(ModelReference::from),
            updated_at: view.updated_at,
        }
    }
}

impl<'a> From<&'a ModelName> for ModelReference<'a> {
    fn from(name: &'a ModelName) -> Self {
        Self {
            provider_id: name.provider().into(),
            model_id: name.model().into(),
        }
    }
}

impl<'a> From<&'a AuthorizedFoldersView> for AuthorizedFoldersResponse<'a> {
    fn from(view: &'a AuthorizedFoldersView) -> Self {
        let folders = view.folders.iter();
        Self {
            folders: folders.map(|folder| folder.as_str().into()).collect(),
            hidden_count: view.hidden,
            workspace_root: view.workspace_root.to_string_lossy(),
            updated_at: view.updated_at,
        }
    }
}
