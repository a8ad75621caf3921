//! Everything that is said of agents, in the order in which it counts.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::definition::AgentDefinition;
use super::entry::text_of_entry;
use super::folders::{AgentFile, AgentFiles};
use super::header::AgentText;
use super::skipped::{AgentFault, SkippedAgent};
use super::{AgentScope, AgentSource};
use crate::config::ReadError;
use crate::fields::Fields;
use crate::files::{Files, Location};
use crate::forms;
use crate::layer::{ConfigFile, ConfigScope, ConfigSources, LayerScope, LoadItem};
use crate::mask::mask;

/// The forms in which an agent is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentForm {
    /// A file in `agents` or `agent`.
    File,
    /// A file in `modes` or `mode`.
    ModeFile,
    /// An entry of the setting `agent`.
    Agent,
    /// An entry of the setting `mode`.
    Mode,
    /// An entry of the setting `agents`, which the engine has since 1.18.24.
    Agents,
}

impl AgentForm {
    /// Whether the agent is a mode, and so primary.
    pub fn is_mode(self) -> bool {
        matches!(self, Self::ModeFile | Self::Mode)
    }

    /// The setting that has such entries; `None` for files.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::File | Self::ModeFile => None,
            Self::Agent => Some("agent"),
            Self::Mode => Some("mode"),
            Self::Agents => Some("agents"),
        }
    }
}

/// A place that says something of an agent.
#[derive(Debug, Clone)]
pub struct AgentPlace {
    /// The name that the engine keeps it under.
    pub name: String,
    /// How it is said.
    pub form: AgentForm,
    /// The file that says it.
    pub at: Location,
    /// The same for people.
    pub path: PathBuf,
    /// Whose file it is.
    pub scope: AgentScope,
    /// The text, of a setting that which a file of its own would have.
    pub text: String,
    /// The text without its secrets, of a setting.
    pub masked: Option<String>,
    pub(super) definition: AgentDefinition,
}

impl AgentPlace {
    /// The name that the agent is shown under.
    pub fn shown(&self) -> &str {
        self.definition.shown.as_deref().unwrap_or(&self.name)
    }

    /// What kind of place it is.
    pub fn source(&self) -> AgentSource {
        match self.form.key() {
            None => AgentSource::File,
            Some(_) => AgentSource::Config,
        }
    }
}

/// What is said of agents, and what looks like it and does not count.
#[derive(Debug, Default)]
pub struct FoundAgents {
    /// In rising order of precedence.
    pub places: Vec<AgentPlace>,
    /// What is left out.
    pub skipped: Vec<SkippedAgent>,
}

/// Looks for all that is said of agents; the user's own only if it is wanted.
pub fn agent_places(files: &dyn Files, include_global: bool) -> Result<FoundAgents, ReadError> {
    let scope = if include_global {
        ConfigScope::All
    } else {
        ConfigScope::Project
    };
    let sources = ConfigSources::read(files, scope)?;
    let mut found = FoundAgents::default();
    for item in sources.load_order() {
        match item {
            LoadItem::Layer(layer) => found.add_settings(layer),
            LoadItem::Directory(directory) => {
                let read = AgentFiles::in_directory(files, directory)?;
                let scope = scope_of(directory.scope);
                let places = read.files.into_iter().map(|AgentFile { file, form }| {
                    let text = AgentText::read(&file.text);
                    AgentPlace {
                        name: text.name.unwrap_or(file.stem),
                        form,
                        path: files.absolute(&file.at),
                        at: file.at,
                        scope,
                        definition: AgentDefinition {
                            shown: None,
                            ..AgentDefinition::of_fields(&text.fields.into(), form)
                        },
                        text: file.text,
                        masked: None,
                    }
                });
                found.places.extend(places);
                let faults = read.faults.into_iter();
                found
                    .skipped
                    .extend(faults.map(|(at, fault)| fault.skipped(files.absolute(&at), scope)));
            }
        }
    }
    // Stable: the engine lays the `mode` settings of all files over everything else.
    found
        .places
        .sort_by_key(|place| place.form == AgentForm::Mode);
    Ok(found)
}

impl FoundAgents {
    fn add_settings(&mut self, layer: &ConfigFile) {
        let Ok(written) = &layer.content else {
            return;
        };
        let loaded = forms::loaded(written);
        for (name, entry) in entries(&loaded, AgentForm::Agent) {
            // Within one file the older form of a name counts alone.
            let is_older = entries(written, AgentForm::Agent).any(|(older, _)| older == name);
            let form = if is_older {
                AgentForm::Agent
            } else {
                AgentForm::Agents
            };
            self.add_setting(layer, form, name, entry);
        }
        for (name, entry) in entries(&loaded, AgentForm::Mode) {
            self.add_setting(layer, AgentForm::Mode, name, entry);
        }
        for (name, _) in entries(written, AgentForm::Agents) {
            let is_loaded = entries(&loaded, AgentForm::Agent).any(|(loaded, _)| loaded == name);
            if !is_loaded {
                let fault = AgentFault::lost(name);
                let skipped = fault.skipped(layer.path.clone(), scope_of(layer.scope));
                self.skipped.push(skipped);
            }
        }
    }

    fn add_setting(&mut self, layer: &ConfigFile, form: AgentForm, name: &str, entry: &Value) {
        self.places.push(AgentPlace {
            name: name.to_owned(),
            form,
            at: layer.at.clone(),
            path: layer.path.clone(),
            scope: scope_of(layer.scope),
            text: text_of_entry(entry),
            masked: Some(text_of_entry(&masked(name, entry))),
            definition: AgentDefinition::of_fields(entry, form),
        });
    }
}

fn entries(fields: &Fields, form: AgentForm) -> impl Iterator<Item = (&str, &Value)> {
    let setting = form.key().and_then(|key| fields.get(key)?.as_object());
    let entries = setting.into_iter().flatten();
    entries.map(|(name, entry)| (name.as_str(), entry))
}

/// An entry without its secrets. The keys that lead to a value say whether it is secret, so it is
/// looked at in its place.
fn masked(name: &str, entry: &Value) -> Value {
    let shown = mask(&json!({ "agent": { name: entry } }));
    let entry = shown
        .get("agent")
        .and_then(|agents| agents.as_object()?.values().next());
    // Masking keeps the keys. If it ever did not, nothing is better than a secret.
    entry.cloned().unwrap_or(Value::Null)
}

fn scope_of(layer: LayerScope) -> AgentScope {
    if layer.is_global() {
        AgentScope::Global
    } else {
        AgentScope::Workspace
    }
}
