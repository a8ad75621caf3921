//! Skills.

use openwork_model::skill::{SkillItem, SkillsView, SkippedSkill};
use serde::Serialize;

/// A skill, listed or just written.
#[derive(Serialize)]
pub(crate) struct SkillBody<'v> {
    name: &'v str,
    path: String,
    description: &'v str,
    scope: &'static str,
}

/// A skill with its text.
#[derive(Serialize)]
pub(super) struct SkillResponse<'v> {
    item: SkillBody<'v>,
    content: &'v str,
}

#[derive(Serialize)]
pub(super) struct SkillsResponse<'v> {
    items: Vec<SkillBody<'v>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<Vec<SkippedResponse<'v>>>,
}

#[derive(Serialize)]
struct SkippedResponse<'v> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'v str>,
    path: String,
    scope: &'static str,
    rule: &'static str,
    message: &'v str,
    loaded: bool,
}

impl<'v> SkillResponse<'v> {
    pub(super) fn new(item: &'v SkillItem, content: &'v str) -> Self {
        Self {
            item: item.into(),
            content,
        }
    }
}

impl<'v> From<&'v SkillItem> for SkillBody<'v> {
    fn from(item: &'v SkillItem) -> Self {
        Self {
            name: &item.name,
            path: item.path.to_string_lossy().into_owned(),
            description: &item.description,
            scope: item.scope.as_str(),
        }
    }
}

impl<'v> From<&'v SkillsView> for SkillsResponse<'v> {
    fn from(view: &'v SkillsView) -> Self {
        let skipped = view.skipped.as_ref();
        Self {
            items: view.items.iter().map(SkillBody::from).collect(),
            skipped: skipped.map(|skipped| skipped.iter().map(SkippedResponse::from).collect()),
        }
    }
}

impl<'v> From<&'v SkippedSkill> for SkippedResponse<'v> {
    fn from(skipped: &'v SkippedSkill) -> Self {
        Self {
            name: skipped.name.as_deref(),
            path: skipped.path.to_string_lossy().into_owned(),
            scope: skipped.scope.as_str(),
            rule: skipped.rule.as_str(),
            message: &skipped.message,
            loaded: skipped.loaded,
        }
    }
}
