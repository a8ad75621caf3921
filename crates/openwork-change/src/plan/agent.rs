//! Plans for agents.

use serde_json::Value;

use super::accept::{self, TargetFile};
use super::draft::{PlanDraft, is_text};
use super::entry_removal::{opened, remove_entries};
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, AgentDraft, Fields, ImportMode, ImportSection};
use openwork_frontmatter::FieldValue;
use openwork_model::agent::{AgentForm, AgentPlace, agent_places, entry_of_text};
use openwork_model::config::OpencodeFile;
use openwork_model::files::{CONFIG_LIMIT, FileRoot, Files, Location};
use openwork_model::invalid::Invalid;
use openwork_model::layout::FolderFile;
use openwork_model::mask::is_masked;
use openwork_model::path::RelPath;

/// The settings that have agents, in all forms.
const KEYS: [&str; 3] = ["agent", "mode", "agents"];

/// Writes an agent where it stands in the workspace, else as a file of its own.
pub(super) fn upsert(agent: &AgentDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let path = write(&mut draft, agent, &StandingAgents::read(files)?)?;
    let note = draft.note(&path, format!("Upserted agent {}", agent.name()));
    Ok(draft.finish(
        Action::AgentsUpsert,
        format!("Upsert agent {}", agent.name()),
        note,
        PlanReceipt::Agents,
    ))
}

/// Adds the writing of an agent to a plan; returns the file that it is written to.
pub(super) fn write(
    draft: &mut PlanDraft<'_>,
    agent: &AgentDraft,
    standing: &StandingAgents,
) -> Result<RelPath, PlanError> {
    draft.note_agent(agent.name());
    let name = agent.name().as_str();
    match standing.of(name).last() {
        Some(place) if place.form.key().is_some() => {
            edit_setting(draft, agent, place)?;
            Ok(place.at.path.clone())
        }
        Some(place) if is_text(place.text.as_bytes(), agent.content()) => {
            // Already there, in whatever way the file says the agent's name.
            draft.show(&place.at.path);
            draft.keep(&place.at.path);
            draft.hold(&place.at.path)?;
            Ok(place.at.path.clone())
        }
        Some(place) => {
            check_mode(agent, place)?;
            write_file(draft, agent, &place.at.path)
        }
        None if agent.is_mode() => write_file(draft, agent, &agent.name().mode_path()),
        None => write_file(draft, agent, &agent.name().path()),
    }
}

/// Adds the agents of an import to a plan.
pub(super) fn import(
    draft: &mut PlanDraft<'_>,
    section: &ImportSection<Vec<AgentDraft>>,
) -> Result<(), PlanError> {
    let standing = StandingAgents::read(draft.files())?;
    if section.mode == ImportMode::Replace {
        let own = standing
            .0
            .iter()
            .filter(|place| place.at.root == FileRoot::Workspace && place.form.key().is_none());
        for place in own {
            draft.remove(&place.at.path)?;
        }
    }
    for agent in &section.content {
        write(draft, agent, &standing)?;
    }
    Ok(())
}

/// Removes an agent from every file of the workspace, the configuration included.
pub(super) fn delete(name: &str, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let standing = StandingAgents::read(files)?;
    let own: Vec<&AgentPlace> = standing.of(name).collect();
    for place in own.iter().filter(|place| place.form.key().is_none()) {
        draft.show(&place.at.path);
        draft.remove(&place.at.path)?;
    }
    // An entry is called by its key, which need not be the name that it is shown under.
    let mut names: Vec<&str> = own.iter().map(|place| place.name.as_str()).collect();
    names.push(name);
    names.sort_unstable();
    names.dedup();
    let setting = remove_entries(&mut draft, &KEYS, &names)?;
    let Some(at) = own.last().map(|place| &place.at.path).or(setting.as_ref()) else {
        return Err(standing.elsewhere(name));
    };
    draft.show_edits();
    let note = draft.note(at, format!("Deleted agent {name}"));
    Ok(draft.finish(
        Action::AgentsDelete,
        format!("Delete agent {name}"),
        note,
        PlanReceipt::Done,
    ))
}

/// Everything that is said of agents, inside and outside of the workspace.
pub(super) struct StandingAgents(Vec<AgentPlace>);

impl StandingAgents {
    pub(super) fn read(files: &dyn Files) -> Result<Self, PlanError> {
        Ok(Self(agent_places(files, true)?.places))
    }

    /// What the workspace's own files say of an agent, in rising order of precedence.
    fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a AgentPlace> {
        let named = self.0.iter().filter(move |place| is_named(place, name));
        named.filter(|place| place.at.root == FileRoot::Workspace)
    }

    /// Why an agent cannot be removed that the workspace does not have.
    fn elsewhere(&self, name: &str) -> PlanError {
        let other = self.0.iter().rfind(|place| is_named(place, name));
        other.map_or(PlanError::AgentNotFound, |place| {
            PlanError::DefinedElsewhere {
                path: place.path.clone(),
            }
        })
    }
}

fn is_named(place: &AgentPlace, name: &str) -> bool {
    place.name == name || place.shown() == name
}

/// The engine runs every mode as primary, so another word would be lost.
fn check_mode(agent: &AgentDraft, place: &AgentPlace) -> Result<(), Invalid> {
    match agent.text().fields.get("mode") {
        Some(mode) if place.form == AgentForm::ModeFile && mode != "primary" => {
            Err(Invalid::AgentField {
                field: "mode".to_owned(),
                reason: format!("would be lost: all agents in {} are primary", place.at.path),
            })
        }
        _ => Ok(()),
    }
}

fn write_file(
    draft: &mut PlanDraft<'_>,
    agent: &AgentDraft,
    path: &RelPath,
) -> Result<RelPath, PlanError> {
    draft.show(path);
    // A text that went out masked came from a setting, and no file has its secrets.
    if is_masked(&Value::Object(agent.text().fields.clone())) {
        let pointer = path.to_string();
        return Err(Invalid::Masked { pointer }.into());
    }
    let content = named_content(agent, path)?;
    draft.write_text(path, &content)?;
    Ok(path.clone())
}

/// The content, with the agent's name in its header if the file is called something else.
fn named_content(agent: &AgentDraft, path: &RelPath) -> Result<String, Invalid> {
    let name = agent.name().as_str();
    let stem = FolderFile::of_path(path).and_then(|file| file.stem());
    if agent.text().name.is_some() || stem.as_deref() == Some(name) {
        return Ok(agent.content().to_owned());
    }
    let field = [("name", FieldValue::Text(name))];
    let document = openwork_frontmatter::parse(agent.content()).map_err(broken)?;
    if document.has_header() {
        openwork_frontmatter::with_fields(agent.content(), &field).map_err(broken)
    } else {
        Ok(openwork_frontmatter::render(&field, agent.content()))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "errors are mapped by value")]
fn broken(error: openwork_frontmatter::FrontmatterError) -> Invalid {
    Invalid::AgentFrontmatter {
        reason: error.to_string(),
    }
}

/// Gives an agent of the configuration what the text says, in the form that it has there.
fn edit_setting(
    draft: &mut PlanDraft<'_>,
    agent: &AgentDraft,
    place: &AgentPlace,
) -> Result<(), PlanError> {
    let Some(key) = place.form.key() else {
        return Ok(());
    };
    let at = [key, place.name.as_str()];
    let at_file = Location::workspace(place.at.path.clone());
    let contents = draft.files().read(&at_file, CONFIG_LIMIT)?;
    let path = place.at.path.clone();
    let mut file = opened(draft, OpencodeFile { path, contents })?;
    let old = file.get(&at);
    let old_fields = old.as_ref().and_then(Value::as_object).cloned();
    let old_fields = old_fields.unwrap_or_else(Fields::new);
    let entry = entry_of_text(agent.text(), place.form, &old_fields);
    let entry = entry.map_err(|field| Invalid::AgentField {
        field,
        reason: format!(
            "would be lost: the agent is in `{key}` of {}, where the engine does not take it",
            place.at.path
        ),
    })?;
    let existing = || file.value().clone();
    let written = TargetFile {
        path: &place.at.path,
        files: draft.files(),
    };
    let entry = accept::entry(&at, &entry, existing, written)?;
    draft.guard(&place.at.path, at.join("."), old.as_ref());
    file.edit(draft.files(), |document| document.set(&at, &entry))?;
    file.close(draft)
}
