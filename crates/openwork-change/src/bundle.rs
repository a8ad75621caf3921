//! Exports: everything of a workspace that an import takes.

use crate::query::ExportView;
use openwork_model::command;
use openwork_model::config::{self, ReadError};
use openwork_model::files::Files;
use openwork_model::skill;

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
