//! Exports.

use openwork_change::query::ExportView;
use openwork_model::skill::SkillItem;
use serde::Serialize;
use serde_json::{Map, Value};

use super::command::CommandResponse;

/// The part of an export that differs each time.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportHead<'w> {
    pub(crate) workspace_id: &'w str,
    pub(crate) exported_at: u64,
}

/// The part of an export that is the same while the files are.
#[derive(Serialize)]
pub(super) struct ExportResponse<'v> {
    opencode: &'v Map<String, Value>,
    openwork: &'v Map<String, Value>,
    skills: Vec<ExportedSkill<'v>>,
    commands: Vec<CommandResponse<'v>>,
}

#[derive(Serialize)]
struct ExportedSkill<'v> {
    name: &'v str,
    description: &'v str,
    content: &'v str,
}

impl<'v> From<&'v ExportView> for ExportResponse<'v> {
    fn from(view: &'v ExportView) -> Self {
        let skill = |(item, content): &'v (SkillItem, String)| ExportedSkill {
            name: &item.name,
            description: &item.description,
            content,
        };
        Self {
            opencode: &view.opencode,
            openwork: &view.openwork,
            skills: view.skills.iter().map(skill).collect(),
            commands: view
                .commands
                .iter()
                .map(CommandResponse::exported)
                .collect(),
        }
    }
}
