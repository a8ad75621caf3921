//! The agents of an export.

use std::collections::BTreeMap;

use crate::change::AgentDraft;
use openwork_model::agent::{AgentForm, AgentPlace, agent_places};
use openwork_model::config::ReadError;
use openwork_model::files::{FileRoot, Files};

/// An agent as it is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentExport {
    /// Its name.
    pub name: String,
    /// The whole text of its file.
    pub content: String,
    /// Whether it is primary by its folder.
    pub is_mode: bool,
}

/// The agents of the workspace's own files by name, as far as an import can make them again. Those
/// of the configuration come with the configuration.
pub(super) fn exported(files: &dyn Files) -> Result<Vec<AgentExport>, ReadError> {
    let places = agent_places(files, false)?.places.into_iter();
    let is_own =
        |place: &AgentPlace| place.at.root == FileRoot::Workspace && place.form.key().is_none();
    // Of several with one name the last counts.
    let named: BTreeMap<String, AgentPlace> = places
        .filter(is_own)
        .map(|place| (place.name.clone(), place))
        .collect();
    let exported = named.into_iter().map(|(name, place)| AgentExport {
        name,
        is_mode: place.form == AgentForm::ModeFile,
        content: place.text,
    });
    // What an import refused would make the whole export useless.
    let can_come = |agent: &AgentExport| AgentDraft::new(&agent.name, &agent.content).is_ok();
    Ok(exported.filter(can_come).collect())
}
