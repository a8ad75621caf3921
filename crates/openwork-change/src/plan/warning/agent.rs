//! What other files do to an agent.

use super::{Warning, WarningCode};
use openwork_model::agent::{AgentForm, AgentName, AgentPlace, agent_places};
use openwork_model::files::{FileRoot, Files};
use openwork_model::layout::AgentDirectory;

/// What the engine reads after agents of the workspace, and lays over them.
pub(super) fn of_agents(names: &[AgentName], files: &dyn Files) -> Vec<Warning> {
    if names.is_empty() {
        return Vec::new();
    }
    // The change is made by now. What cannot be looked at warns of nothing.
    let Ok(found) = agent_places(files, true) else {
        return Vec::new();
    };
    let deciding = found.places.iter().filter(|place| is_above(place));
    let warnings = deciding.filter_map(|place| {
        let name = names.iter().find(|name| name.as_str() == place.name)?;
        Some(warning(name, place))
    });
    warnings.collect()
}

/// Whether the engine reads a place after all files of the workspace.
fn is_above(place: &AgentPlace) -> bool {
    let is_later = match place.at.root {
        FileRoot::Workspace => return false,
        FileRoot::Global => false,
        FileRoot::Ancestor(_) => place.at.path.is_below(&AgentDirectory::Opencode.path()),
        FileRoot::Home | FileRoot::Custom => true,
    };
    is_later || place.form == AgentForm::Mode
}

fn warning(name: &AgentName, place: &AgentPlace) -> Warning {
    let path = place.path.clone();
    let message = format!(
        "The engine lays the agent {name} of {} over this one",
        path.display()
    );
    Warning {
        code: WarningCode::Shadowed,
        message,
        path,
    }
}
