//! What stands outside of the workspace, where this server does not write.

use std::path::PathBuf;

use super::PlanError;
use openwork_model::command::command_outside;
use openwork_model::files::{FileRoot, Files};
use openwork_model::forms::EntrySection;
use openwork_model::layer::{ConfigFile, ConfigScope, ConfigSources};
use openwork_model::name::{CommandName, PluginName};
use openwork_model::plugin::{is_named, plugin_entries};

/// The highest file outside of the workspace that has an MCP entry.
pub(super) fn entry(name: &str, files: &dyn Files) -> Result<Option<PathBuf>, PlanError> {
    highest(files, |layer| {
        let found = layer.content.as_ref().ok();
        found
            .and_then(|settings| EntrySection::Mcp.find(settings, name))
            .is_some_and(|entry| entry.value.is_object())
    })
}

/// Fails if an MCP entry stands outside of the workspace.
pub(super) fn refuse_entry(name: &str, files: &dyn Files) -> Result<(), PlanError> {
    refuse(entry(name, files)?)
}

/// Fails if something outside of the workspace is said of a command.
pub(super) fn refuse_command(name: &CommandName, files: &dyn Files) -> Result<(), PlanError> {
    refuse(command_outside(files, name)?)
}

/// Fails if a file outside of the workspace names a plugin.
pub(super) fn refuse_plugin(plugin: &PluginName, files: &dyn Files) -> Result<(), PlanError> {
    refuse(highest(files, |layer| {
        let found = layer.content.as_ref().ok();
        let entries = found.map_or(&[][..], plugin_entries);
        entries.iter().any(|entry| is_named(entry, plugin))
    })?)
}

fn refuse(path: Option<PathBuf>) -> Result<(), PlanError> {
    path.map_or(Ok(()), |path| Err(PlanError::DefinedElsewhere { path }))
}

fn highest(
    files: &dyn Files,
    has: impl Fn(&ConfigFile) -> bool,
) -> Result<Option<PathBuf>, PlanError> {
    let sources = ConfigSources::read(files, ConfigScope::All)?;
    let outside = |layer: &&ConfigFile| layer.at.root != FileRoot::Workspace;
    let mut layers = sources.layers().iter().rev().filter(outside);
    Ok(layers
        .find(|layer| has(layer))
        .map(|layer| layer.path.clone()))
}
