//! Exports: everything of a workspace that an import takes.

mod agents;
mod commands;
mod room;

pub use self::agents::AgentExport;
pub use self::commands::CommandExport;

use crate::change::SkillDraft;
use crate::query::{ExportView, SkillExport};
use openwork_model::config::{self, OpencodeFile, ReadError};
use openwork_model::files::Files;
use openwork_model::skill::{self, FoundSkill, OmittedFile, SkillFolder};

/// The most bytes of files beside the texts of skills in one export.
pub const EXPORTED_FILES: usize = 8 << 20;

/// The most bytes of an import's body: [`EXPORTED_FILES`] in base64 take four
/// thirds of that, and the rest is for everything else of an export.
pub const IMPORT_BODY: usize = 12 << 20;

/// The most values of an import's body: list entries, lists and objects, names
/// and values.
pub const IMPORT_VALUES: usize = 40_000;

/// Collects the configuration, the project's skills, and the commands and agents of
/// the workspace's own files.
pub fn export(files: &dyn Files) -> Result<ExportView, ReadError> {
    let settings = config::openwork_contents(files)?;
    // What an import refused would make the whole export useless.
    let can_come = |found: &FoundSkill| SkillDraft::of_file(&found.item.name, &found.text).is_ok();
    let skills: Vec<FoundSkill> = skill::skills_with_text(files)?
        .into_iter()
        .filter(can_come)
        .collect();
    let mut view = ExportView {
        opencode: config::read_opencode(files)?.into_value(),
        openwork: config::parse_openwork(settings.as_deref(), files)?,
        skills: Vec::new(),
        commands: commands::exported(files)?,
        agents: agents::exported(files)?,
        omitted: omitted_settings(files)?,
    };
    let mut room = room::for_files(&view, &skills);
    let whole = |found: FoundSkill| {
        let (files, omitted) = SkillFolder::of(files, &found.at).export(&mut room);
        SkillExport {
            item: found.item,
            text: found.text,
            files,
            omitted,
        }
    };
    view.skills = skills.into_iter().map(whole).collect();
    Ok(view)
}

/// The configuration files that an export says nothing of. Whoever brings one
/// to another workspace has to know that not all of the settings come along.
fn omitted_settings(files: &dyn Files) -> Result<Vec<OmittedFile>, ReadError> {
    let main = OpencodeFile::find(files)?.path;
    let others = OpencodeFile::others(files)?.into_iter();
    let omitted = others.map(|file| OmittedFile {
        path: file.path,
        reason: format!("an export has the settings of the main file, {main}, alone"),
    });
    Ok(omitted.collect())
}
