//! Exports: everything of a workspace that an import takes.

mod agents;

pub use self::agents::AgentExport;

use crate::query::ExportView;
use openwork_model::command;
use openwork_model::config::{self, ReadError};
use openwork_model::files::Files;
use openwork_model::skill;

/// Collects the configuration, the project's skills, and the commands and agents of
/// the workspace's own files.
pub fn export(files: &dyn Files) -> Result<ExportView, ReadError> {
    let settings = config::openwork_contents(files)?;
    let skills = skill::skills_with_text(files)?.into_iter();
    Ok(ExportView {
        opencode: config::read_opencode(files)?.into_value(),
        openwork: config::parse_openwork(settings.as_deref(), files)?,
        skills: skills.map(|skill| (skill.item, skill.text)).collect(),
        commands: command::importable_commands(files)?,
        agents: agents::exported(files)?,
    })
}
