//! The parts of an import.

use std::collections::HashSet;

use openwork_model::forms;
use openwork_model::invalid::Invalid;
use serde_json::Value;

use super::{AmendError, ChangePart, MCP, command_text, found, leave_out_file, of_skill};
use crate::change::{Fields, ImportBundle, ImportMode, ImportSection};

/// The key of MCP entries in their newer form, below that of all.
const SERVERS: &str = "servers";
/// The key that says how long to wait for MCP servers, beside their names.
const TIMEOUT: &str = "timeout";

pub(super) fn parts(bundle: &ImportBundle) -> Vec<ChangePart> {
    let mut parts: Vec<ChangePart> = mcp_names(bundle).map(ChangePart::Mcp).collect();
    parts.extend(content(bundle.skills()).iter().flat_map(of_skill));
    let commands = content(bundle.commands()).iter();
    parts.extend(commands.map(|draft| ChangePart::Command(draft.name().as_str().to_owned())));
    let agents = content(bundle.agents()).iter();
    parts.extend(agents.map(|draft| ChangePart::Agent(draft.name().as_str().to_owned())));
    // Of one name the last counts, so it is one part.
    let mut seen = HashSet::new();
    parts.retain(|part| seen.insert(part.clone()));
    parts
}

fn content<T>(section: Option<&ImportSection<Vec<T>>>) -> &[T] {
    section.map_or(&[], |section| &section.content)
}

/// The MCP entries of an import, in both forms.
fn mcp_names(bundle: &ImportBundle) -> impl Iterator<Item = String> {
    let mcp = bundle
        .opencode()
        .and_then(|section| section.content.get(MCP));
    let mcp = mcp.and_then(Value::as_object);
    let names: Vec<String> = mcp.map_or_else(Vec::new, |mcp| {
        let has_servers = forms::has_servers(mcp);
        let is_entry = |name: &&String| !is_container(mcp, name);
        let servers = mcp.get(SERVERS).filter(|_| has_servers);
        let servers = servers.and_then(Value::as_object).into_iter();
        let newer = servers.flat_map(Fields::keys);
        mcp.keys().filter(is_entry).chain(newer).cloned().collect()
    });
    names.into_iter()
}

pub(super) fn text(bundle: &ImportBundle, part: &ChangePart) -> Option<String> {
    match part {
        ChangePart::Skill(name) => {
            let mut drafts = content(bundle.skills()).iter().rev();
            let draft = drafts.find(|draft| draft.name().as_str() == name)?;
            Some(draft.text().to_owned())
        }
        ChangePart::Command(name) => {
            let mut drafts = content(bundle.commands()).iter().rev();
            let draft = drafts.find(|draft| draft.name().as_str() == name)?;
            Some(command_text(draft))
        }
        ChangePart::Agent(name) => {
            let mut drafts = content(bundle.agents()).iter().rev();
            let draft = drafts.find(|draft| draft.name().as_str() == name)?;
            Some(draft.content().to_owned())
        }
        ChangePart::SkillFile { .. } | ChangePart::Mcp(_) => None,
    }
}

pub(super) fn leave_out(bundle: &mut ImportBundle, part: &ChangePart) -> Result<(), AmendError> {
    let is_there = match part {
        ChangePart::Skill(name) => keep(&mut bundle.skills, part, |draft| {
            draft.name().as_str() != name
        })?,
        ChangePart::Command(name) => keep(&mut bundle.commands, part, |draft| {
            draft.name().as_str() != name
        })?,
        ChangePart::Agent(name) => keep(&mut bundle.agents, part, |draft| {
            draft.name().as_str() != name
        })?,
        ChangePart::SkillFile { skill, path } => match &mut bundle.skills {
            None => false,
            Some(section) => {
                let mut is_there = false;
                let drafts = section.content.iter_mut();
                for draft in drafts.filter(|draft| draft.name().as_str() == skill) {
                    is_there |= leave_out_file(draft, path);
                }
                check_mode(section.mode, is_there, part)?
            }
        },
        ChangePart::Mcp(name) => match &mut bundle.opencode {
            None => false,
            Some(section) => {
                let is_there = leave_out_entry(&mut section.content, name);
                check_mode(section.mode, is_there, part)?
            }
        },
    };
    found(is_there, part)
}

/// Keeps what fits of a section; whether anything else was there.
fn keep<T>(
    section: &mut Option<ImportSection<Vec<T>>>,
    part: &ChangePart,
    fits: impl Fn(&T) -> bool,
) -> Result<bool, AmendError> {
    let Some(ImportSection { mode, content }) = section else {
        return Ok(false);
    };
    let before = content.len();
    content.retain(fits);
    let (mode, is_there) = (*mode, content.len() < before);
    if content.is_empty() {
        *section = None;
    }
    check_mode(mode, is_there, part)
}

/// What a section that replaces does not bring is removed: to leave something out
/// of it would not leave it alone.
fn check_mode(mode: ImportMode, is_there: bool, part: &ChangePart) -> Result<bool, AmendError> {
    match mode {
        ImportMode::Replace if is_there => Err(AmendError::Replaces { part: part.clone() }),
        ImportMode::Replace | ImportMode::Merge => Ok(is_there),
    }
}

/// Whether a key of MCP entries is none of them.
fn is_container(mcp: &Fields, name: &str) -> bool {
    match name {
        SERVERS => forms::has_servers(mcp),
        TIMEOUT => forms::is_wait(mcp),
        _ => false,
    }
}

/// Takes an MCP entry out of settings, whichever form it has.
fn leave_out_entry(settings: &mut Fields, name: &str) -> bool {
    let Some(Value::Object(mcp)) = settings.get_mut(MCP) else {
        return false;
    };
    let has_servers = forms::has_servers(mcp);
    let mut is_there = !is_container(mcp, name) && mcp.shift_remove(name).is_some();
    if let Some(Value::Object(servers)) = mcp.get_mut(SERVERS).filter(|_| has_servers) {
        is_there |= servers.shift_remove(name).is_some();
        if servers.is_empty() {
            mcp.shift_remove(SERVERS);
        }
    }
    // An empty section would still be written.
    if mcp.is_empty() {
        settings.shift_remove(MCP);
    }
    is_there
}

pub(super) fn edit(
    bundle: &mut ImportBundle,
    part: &ChangePart,
    text: &str,
) -> Result<(), AmendError> {
    match part {
        ChangePart::Skill(name) => edit_each(&mut bundle.skills, |draft| {
            let is_meant = draft.name().as_str() == name;
            is_meant.then(|| draft.with_text(text)).transpose()
        }),
        ChangePart::Command(name) => edit_each(&mut bundle.commands, |draft| {
            let is_meant = draft.name().as_str() == name;
            is_meant.then(|| draft.with_text(text)).transpose()
        }),
        ChangePart::Agent(name) => edit_each(&mut bundle.agents, |draft| {
            let is_meant = draft.name().as_str() == name;
            is_meant.then(|| draft.with_text(text)).transpose()
        }),
        ChangePart::SkillFile { .. } | ChangePart::Mcp(_) => {
            Err(AmendError::NoText { part: part.clone() })
        }
    }
}

fn edit_each<T>(
    section: &mut Option<ImportSection<Vec<T>>>,
    edited: impl Fn(&T) -> Result<Option<T>, Invalid>,
) -> Result<(), AmendError> {
    for draft in section.iter_mut().flat_map(|section| &mut section.content) {
        if let Some(edited) = edited(draft)? {
            *draft = edited;
        }
    }
    Ok(())
}
