//! Agents: who carries out what people ask for, with which prompt and permissions.
//!
//! The engine (1.18) reads them from `agents` and `agent` of its directories, at any depth, and
//! from `modes` and `mode`, directly in the folder; of the configuration from `agent`, `mode` and
//! the newer form `agents`. It lays what they say of one name over each other, field by field, in
//! the order of the commands; what the `mode` setting says of any file comes last. Modes are
//! agents that are `primary`, whatever they say.
//!
//! | module | what it does |
//! | --- | --- |
//! | `place` | everything that is said of agents, in the order in which it counts |
//! | `definition` | what one file or setting says |
//! | `folders` | the files of the folders |
//! | `header` | a header as the fields of the schema, and whether the engine takes it |
//! | `entry` | a setting as the text of a file, and back |
//! | `skipped` | what is not listed, and why |

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::ReadError;
use crate::files::{FileRoot, Files};

mod definition;
mod entry;
mod folders;
mod header;
mod name;
mod place;
mod skipped;
#[cfg(test)]
mod tests;

use self::definition::AgentDefinition;
pub use self::definition::AgentMode;
pub use self::entry::{entry_of_text, text_of_entry};
pub use self::header::AgentText;
pub use self::name::AgentName;
pub use self::place::{AgentForm, AgentPlace, FoundAgents, agent_places};
use self::skipped::AgentFault;
pub use self::skipped::{AgentRule, SkippedAgent};

/// The agents that the engine has by itself, and what they are there for.
const BUILT_IN: [(&str, AgentMode); 7] = [
    ("build", AgentMode::Primary),
    ("compaction", AgentMode::Primary),
    ("explore", AgentMode::Subagent),
    ("general", AgentMode::Subagent),
    ("plan", AgentMode::Primary),
    ("summary", AgentMode::Primary),
    ("title", AgentMode::Primary),
];

/// One agent as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentItem {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who uses it.
    pub mode: AgentMode,
    /// The model that it runs on.
    pub model: Option<String>,
    /// What kind of place has the last word on it.
    pub source: AgentSource,
    /// Whose that place is.
    pub scope: AgentScope,
    /// Which file it is.
    pub path: PathBuf,
}

/// What kind of place an agent comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentSource {
    /// A file of its own.
    File,
    /// The configuration.
    Config,
}

impl AgentSource {
    /// The word that clients see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Config => "config",
        }
    }
}

/// Where an agent comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentScope {
    /// The workspace and the directories above it in its worktree.
    Workspace,
    /// The user's own directories.
    Global,
}

impl AgentScope {
    /// The word that clients see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Global => "global",
        }
    }
}

impl AsRef<str> for AgentScope {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// The agents, and what is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AgentsView {
    /// By name, each once.
    pub items: Vec<AgentItem>,
    /// What is not listed, if that was asked for.
    pub skipped: Option<Vec<SkippedAgent>>,
}

impl AgentsView {
    /// The same, with nothing said of what is left out.
    #[must_use]
    pub fn without_skipped(self) -> Self {
        Self {
            skipped: None,
            ..self
        }
    }
}

/// The agents of the workspace and the directories above it by name, with the user's own if they
/// are wanted, and what is left out.
pub fn list_agents(files: &dyn Files, include_global: bool) -> Result<AgentsView, ReadError> {
    let found = agent_places(files, include_global)?;
    let mut named: BTreeMap<&str, (AgentDefinition, &AgentPlace)> = BTreeMap::new();
    for place in &found.places {
        match named.get_mut(place.name.as_str()) {
            Some((below, last)) => {
                below.override_with(place.definition.clone());
                *last = place;
            }
            None => drop(named.insert(&place.name, (place.definition.clone(), place))),
        }
    }
    let mut skipped = found.skipped;
    let mut items = Vec::with_capacity(named.len());
    for (definition, place) in named.into_values() {
        if definition.off == Some(true) {
            skipped.push(AgentFault::off(&place.name).skipped(place.path.clone(), place.scope));
        } else {
            items.push(item(definition, place));
        }
    }
    items.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(AgentsView {
        items,
        skipped: Some(skipped),
    })
}

/// One agent with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentView {
    /// As it is listed.
    pub item: AgentItem,
    /// The text of the place that has the last word on it; of a setting that which a file of its
    /// own would have.
    pub text: String,
    /// The text without its secrets, of a setting: not everybody gets these.
    pub masked: Option<String>,
    /// Whether it stands in a file of the workspace's own.
    pub is_own: bool,
}

/// The agent that is listed under a name, with its text.
///
/// # Errors
///
/// No such agent, or files that cannot be read.
pub fn find_agent(
    files: &dyn Files,
    name: &str,
    include_global: bool,
) -> Result<AgentView, ReadError> {
    let listed = list_agents(files, include_global)?.items;
    let item = listed.into_iter().find(|item| item.name == name);
    let item = item.ok_or(ReadError::AgentNotFound)?;
    let places = agent_places(files, include_global)?.places;
    let last = places
        .into_iter()
        .rfind(|place| place.path == item.path && place.shown() == name);
    // The files may have moved between the two looks.
    let place = last.ok_or(ReadError::AgentNotFound)?;
    Ok(AgentView {
        item,
        is_own: place.at.root == FileRoot::Workspace,
        text: place.text,
        masked: place.masked,
    })
}

fn item(definition: AgentDefinition, place: &AgentPlace) -> AgentItem {
    let name = definition.shown.unwrap_or_else(|| place.name.clone());
    let built_in = BUILT_IN
        .iter()
        .find(|(built_in, _)| *built_in == place.name);
    let usual = built_in.map_or(AgentMode::All, |(_, mode)| *mode);
    AgentItem {
        name,
        description: definition.description,
        mode: definition.mode.unwrap_or(usual),
        model: definition.model,
        source: place.source(),
        scope: place.scope,
        path: place.path.clone(),
    }
}
