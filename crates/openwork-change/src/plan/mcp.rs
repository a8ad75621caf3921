//! Plans for MCP entries.

use serde_json::{Value, json};

use super::accept;
use super::draft::PlanDraft;
use super::elsewhere;
use super::opencode::{EntryPlace, FileIndex, MAIN, OpencodeEdit, note};
use super::{Plan, PlanError, PlanReceipt, WarningCode};
use crate::change::{Action, Fields, McpDraft};
use openwork_model::files::Files;
use openwork_model::forms::{EntryForm, EntrySection, newer_server};
use openwork_model::mcp::says_what;
use openwork_model::path::RelPath;

const ENABLED: &str = "enabled";
const DISABLED: &str = "disabled";
/// Keys of other tools, and what the engine calls them.
const OTHER_WORDS: [(&str, &str); 3] = [
    ("env", "environment"),
    ("args", "command"),
    ("cmd", "command"),
];

/// Puts an entry in place of the one of its name, or into the main file.
pub(super) fn add(entry: &McpDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let name = entry.name().as_str();
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(files)?;
    opencode.guard_entry(&mut draft, EntrySection::Mcp, name);
    let (at, form) = place_for(name, &opencode);
    let path = EntrySection::Mcp.path(form, name);
    let sent = match form {
        EntryForm::Older => entry.config().clone(),
        EntryForm::Newer => newer_server(entry.config()),
    };
    let config = accept::entry(&path, &sent, || opencode.known(), opencode.target(at))?;
    put(&mut opencode, at, &path, &config)?;
    opencode.clear_second(at, &path, Some(&config))?;
    opencode.note_settings(&mut draft, at, entry_setting(&path, &config));
    note_other_words(&mut draft, opencode.path(at), name, &sent);
    opencode.close(&mut draft)?;
    Ok(draft.finish(
        Action::McpAdd,
        format!("Add MCP {name}"),
        note(format!("Added MCP {name}")),
        PlanReceipt::Mcp,
    ))
}

/// Takes an entry out of every file of the workspace; there need not be one.
pub(super) fn remove(name: &str, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(files)?;
    opencode.guard_entry(&mut draft, EntrySection::Mcp, name);
    let mut is_here = false;
    // Both forms of a file one after the other: the second counts once the first is
    // gone.
    while let Some(place) = opencode
        .standing(EntrySection::Mcp, name)
        .into_iter()
        .next()
    {
        is_here = true;
        let path = EntrySection::Mcp.path(place.form, name);
        opencode.edit(place.file, |document| document.remove(&path).map(drop))?;
    }
    if !is_here {
        elsewhere::refuse_entry(name, files)?;
    }
    opencode.close(&mut draft)?;
    Ok(draft.finish(
        Action::McpRemove,
        format!("Remove MCP {name}"),
        note(format!("Removed MCP {name}")),
        PlanReceipt::Mcp,
    ))
}

/// Switches an entry on or off: where it is if that is a file of the workspace,
/// else by an entry that says no more.
pub(super) fn set_enabled(name: &str, enabled: bool, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(files)?;
    opencode.guard_entry(&mut draft, EntrySection::Mcp, name);
    let place = switched(name, &opencode)?;
    let path = EntrySection::Mcp.path(place.form, name);
    let Value::Object(entry) = &place.value else {
        return Err(shape(&path));
    };
    let entry = switch(entry, place.form, enabled);
    let target = opencode.target(place.file);
    let entry = accept::entry(&path, &entry, || opencode.known(), target)?;
    put(&mut opencode, place.file, &path, &entry)?;
    // Only the switch: the second file may hold the entry itself.
    switch_second(&mut opencode, place.file, name, enabled)?;
    // Only what was asked for, so that a warning speaks of the switch and not of
    // the whole entry.
    let said = entry_setting(
        &EntrySection::Mcp.path(EntryForm::Older, name),
        &json!({ ENABLED: enabled }),
    );
    opencode.note_settings(&mut draft, place.file, said);
    opencode.close(&mut draft)?;
    let (imperative, past) = if enabled {
        ("Enable", "Enabled")
    } else {
        ("Disable", "Disabled")
    };
    Ok(draft.finish(
        Action::McpEnable,
        format!("{imperative} MCP {name}"),
        note(format!("{past} MCP {name}")),
        PlanReceipt::Mcp,
    ))
}

/// Where an entry is written: where the highest entry of its name stands that
/// says what it is, else the highest at all, else where a new one goes.
fn place_for(name: &str, opencode: &OpencodeEdit<'_>) -> (FileIndex, EntryForm) {
    let standing = opencode.standing(EntrySection::Mcp, name);
    let full = standing.iter().find(|place| says_what(&place.value));
    match full.or(standing.first()) {
        Some(place) => (place.file, place.form),
        None => (MAIN, form_for_new(name, opencode)),
    }
}

fn form_for_new(name: &str, opencode: &OpencodeEdit<'_>) -> EntryForm {
    EntrySection::Mcp.form_for_new(opencode.value(MAIN), name)
}

/// The entry that a switch is made in. Of several files the highest decides.
fn switched(name: &str, opencode: &OpencodeEdit<'_>) -> Result<EntryPlace, PlanError> {
    if let Some(place) = opencode
        .standing(EntrySection::Mcp, name)
        .into_iter()
        .next()
    {
        return Ok(place);
    }
    if elsewhere::entry(name, opencode.files())?.is_none() {
        return Err(PlanError::McpNotFound);
    }
    // The entry of another layer is not copied: what is written says `enabled`
    // alone, and follows the other file when that changes.
    Ok(EntryPlace {
        file: MAIN,
        form: form_for_new(name, opencode),
        value: Value::Object(Fields::new()),
    })
}

/// An entry that is on or off, in the word that its form has for it.
fn switch(entry: &Fields, form: EntryForm, enabled: bool) -> Fields {
    let mut entry = entry.clone();
    let is_full = entry.contains_key("type");
    // `disabled` alone is no switch, and beside it `enabled` counts.
    let has_newer_word = entry.contains_key(DISABLED) || form == EntryForm::Newer;
    if is_full && has_newer_word && !entry.contains_key(ENABLED) {
        entry.insert(DISABLED.to_owned(), Value::from(!enabled));
    } else {
        entry.insert(ENABLED.to_owned(), Value::from(enabled));
    }
    entry
}

/// Settings that say nothing but an entry.
fn entry_setting(path: &[&str], entry: &Value) -> Fields {
    let entry = entry.as_object();
    entry.map_or_else(Fields::new, |entry| accept::in_place(path, entry))
}

fn put(
    opencode: &mut OpencodeEdit<'_>,
    at: FileIndex,
    path: &[&str],
    config: &Value,
) -> Result<(), PlanError> {
    let container = path.split_last().map_or(path, |(_, container)| container);
    match opencode.get(at, container) {
        Some(Value::Object(_)) | None => opencode.edit(at, |document| document.set(path, config)),
        Some(_) => Err(shape(container)),
    }
}

/// What the second file says of the switch is made to agree. It is not taken
/// out: the engine refuses an entry that says nothing.
fn switch_second(
    opencode: &mut OpencodeEdit<'_>,
    at: FileIndex,
    name: &str,
    enabled: bool,
) -> Result<(), PlanError> {
    let Some(second) = opencode.second_of(at) else {
        return Ok(());
    };
    for form in EntryForm::ALL {
        for (word, value) in [(ENABLED, enabled), (DISABLED, !enabled)] {
            let mut path = EntrySection::Mcp.path(form, name);
            path.push(word);
            if opencode.get(second, &path).is_some() {
                opencode.edit(second, |document| document.set(&path, &Value::from(value)))?;
            }
        }
    }
    Ok(())
}

/// Says which keys of an entry other tools read and the engine does not.
fn note_other_words(draft: &mut PlanDraft<'_>, path: &RelPath, name: &str, config: &Fields) {
    for (word, key) in OTHER_WORDS {
        if config.contains_key(word) {
            let message = format!(
                "The engine does not read `{word}` of the MCP server {name}; its key for that is `{key}`"
            );
            draft.warn(WarningCode::UnknownKey, path, message);
        }
    }
}

fn shape(path: &[&str]) -> PlanError {
    PlanError::Shape {
        key: path.join("."),
        expected: "a map",
    }
}
