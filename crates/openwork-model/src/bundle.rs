//! Exports: everything of a workspace that an import takes.

use crate::command;
use crate::config::{self, ReadError};
use crate::files::Files;
use crate::query::ExportView;
use crate::skill;

/// Collects the configuration, the project's skills and the commands of the
/// workspace's own files.
pub fn export(files: &dyn Files) -> Result<ExportView, ReadError> {
    let settings = config::settings_contents(files)?;
    let skills = skill::found(files)?.into_iter();
    Ok(ExportView {
        opencode: config::opencode(files)?.into_value(),
        openwork: config::settings(settings.as_deref(), files)?,
        skills: skills.map(|skill| (skill.item, skill.text)).collect(),
        commands: command::exported(files)?,
    })
}
