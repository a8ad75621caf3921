//! What clients are told when a workspace has changed.
//!
//! Only files that the engine loads count: [`EventReason::of_path`] says which. A
//! [`EngineSurvey`] is what they hold at one moment, two of them differ by
//! [`EventTrigger`]s, and a [`EventRing`] keeps the last of what was told.

use std::sync::Arc;

use uuid::Uuid;

use openwork_model::path::RelPath;

mod of_plan;
mod reason;
mod ring;
mod survey;

pub use of_plan::triggers_of_plan;
pub use reason::{may_change_engine, watched_directories};
pub use ring::{EventRing, RING};
pub use survey::EngineSurvey;

/// Which part of a workspace has changed, by its name in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the texts below say what each is")]
#[non_exhaustive]
pub enum EventReason {
    Plugins,
    Skills,
    Mcp,
    Config,
    Agents,
    Commands,
}

impl EventReason {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plugins => "plugins",
            Self::Skills => "skills",
            Self::Mcp => "mcp",
            Self::Config => "config",
            Self::Agents => "agents",
            Self::Commands => "commands",
        }
    }

    /// What one thing of this part is called on the wire.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Plugins => "plugin",
            Self::Skills => "skill",
            Self::Mcp => "mcp",
            Self::Config => "config",
            Self::Agents => "agent",
            Self::Commands => "command",
        }
    }
}

/// What was done to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the texts below say what each is")]
#[non_exhaustive]
pub enum EventAction {
    Added,
    Updated,
    Removed,
}

impl EventAction {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Removed => "removed",
        }
    }

    /// What is done where something was, or was not, and is, or is not.
    pub(crate) fn between(before: bool, after: bool) -> Self {
        match (before, after) {
            (false, _) => Self::Added,
            (true, true) => Self::Updated,
            (true, false) => Self::Removed,
        }
    }
}

/// What gave rise to an event. Several things of one part that changed
/// together have neither name nor path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventTrigger {
    /// Which part changed.
    pub reason: EventReason,
    /// What the thing is called.
    pub name: Option<String>,
    /// What was done to it.
    pub action: Option<EventAction>,
    /// The file that changed.
    pub path: Option<RelPath>,
}

impl EventTrigger {
    /// The trigger that a changed file is, if the engine loads that file.
    pub fn of_path(path: &RelPath, action: EventAction) -> Option<Self> {
        let (reason, name) = reason::reason_and_name(path)?;
        Some(Self {
            reason,
            name,
            action: Some(action),
            path: Some(path.clone()),
        })
    }
}

/// One change that clients are told about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkspaceEvent {
    /// Its own id.
    pub id: Uuid,
    /// Its place among all events of the workspace.
    pub seq: u64,
    /// What gave rise to it.
    pub trigger: EventTrigger,
    /// When it was noticed, in ms since 1970.
    pub timestamp: u64,
}

/// An event as it is shared by all who are told.
pub type SharedEvent = Arc<WorkspaceEvent>;

/// One trigger for each part, in a fixed order.
fn by_reason(triggers: impl IntoIterator<Item = EventTrigger>) -> Vec<EventTrigger> {
    let mut merged: Vec<EventTrigger> = Vec::new();
    for trigger in triggers {
        let known = merged
            .iter_mut()
            .find(|known| known.reason == trigger.reason);
        match known {
            Some(known) => {
                // Things that were done differently have no action in common.
                known.action = known
                    .action
                    .filter(|action| Some(*action) == trigger.action);
                (known.name, known.path) = (None, None);
            }
            None => merged.push(trigger),
        }
    }
    merged.sort_by_key(|trigger| trigger.reason);
    merged
}

#[cfg(test)]
mod tests;
