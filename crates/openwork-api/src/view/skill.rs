//! Skills.

use std::borrow::Cow;

use openwork_change::query::SkillView;
use openwork_model::skill::{SkillItem, SkillsView};
use serde::{Deserialize, Serialize};

use super::{SkillFileBody, SkippedResponse};

/// `GET /workspace/:id/skills`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkillsResponse<'a> {
    /// The skills, the nearest first, each name once.
    pub items: Vec<SkillBody<'a>>,
    /// What is not listed, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Vec<SkippedResponse<'a>>>,
}

/// `GET /workspace/:id/skills/:name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkillResponse<'a> {
    /// The skill, as it is listed.
    pub item: SkillBody<'a>,
    /// The whole file.
    pub content: Cow<'a, str>,
    /// The other files of its folder, if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<SkillFileBody<'a>>>,
}

/// A skill, listed or just written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkillBody<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its file.
    pub path: Cow<'a, str>,
    /// When it is of use.
    pub description: Cow<'a, str>,
    /// Whose it is: `project` or `global`.
    pub scope: Cow<'a, str>,
}

impl<'a> From<&'a SkillView> for SkillResponse<'a> {
    fn from(skill: &'a SkillView) -> Self {
        let files = skill.files.as_ref();
        Self {
            item: (&skill.item).into(),
            content: skill.text.as_str().into(),
            files: files.map(|all| all.iter().map(SkillFileBody::from).collect()),
        }
    }
}

impl<'a> From<&'a SkillItem> for SkillBody<'a> {
    fn from(item: &'a SkillItem) -> Self {
        Self {
            name: item.name.as_str().into(),
            path: item.path.to_string_lossy(),
            description: item.description.as_str().into(),
            scope: item.scope.as_str().into(),
        }
    }
}

impl<'a> From<&'a SkillsView> for SkillsResponse<'a> {
    fn from(view: &'a SkillsView) -> Self {
        let skipped = view.skipped.as_ref();
        Self {
            items: view.items.iter().map(SkillBody::from).collect(),
            skipped: skipped.map(|all| all.iter().map(SkippedResponse::from).collect()),
        }
    }
}
