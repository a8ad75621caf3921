//! Exports: everything of a workspace that an import takes.

mod agents;
mod commands;

pub use self::agents::AgentExport;
pub use self::commands::CommandExport;

use crate::change::SkillDraft;
use crate::query::{ExportView, SkillExport};
use openwork_model::config::{self, ReadError};
use openwork_model::files::Files;
use openwork_model::skill::{self, FoundSkill, SkillFolder};

/// The most bytes of files beside the texts of skills in one export.
pub const EXPORTED_FILES: u64 = 8 << 20;

/// Collects the configuration, the project's skills, and the commands and agents of
/// the workspace's own files.
pub fn export(files: &dyn Files) -> Result<ExportView, ReadError> {
    let settings = config::openwork_contents(files)?;
    let mut room = EXPORTED_FILES;
    // What an import refused would make the whole export useless.
    let can_come = |found: &FoundSkill| SkillDraft::of_file(&found.item.name, &found.text).is_ok();
    let skills = skill::skills_with_text(files)?.into_iter();
    let whole = |found: FoundSkill| {
        let (files, omitted) = SkillFolder::of(files, &found.at).export(&mut room);
        SkillExport {
            item: found.item,
            text: found.text,
            files,
            omitted,
        }
    };
    Ok(ExportView {
        opencode: config::read_opencode(files)?.into_value(),
        openwork: config::parse_openwork(settings.as_deref(), files)?,
        skills: skills.filter(can_come).map(whole).collect(),
        commands: commands::exported(files)?,
        agents: agents::exported(files)?,
    })
}
