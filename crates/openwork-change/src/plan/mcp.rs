//! Plans for the `mcp` setting.

use serde_json::{Value, json};

use super::accept;
use super::draft::PlanDraft;
use super::opencode::{OpencodeEdit, note};
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, Fields, McpDraft};
use openwork_model::files::Files;
use openwork_model::layer::{ConfigScope, ConfigSources};

const KEY: &str = "mcp";
const ENABLED: &str = "enabled";

/// Puts an entry in place of the one of its name, or last.
pub(super) fn add(entry: &McpDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let name = entry.name().as_str();
    let path = [KEY, name];
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(&mut draft)?;
    opencode.guard(&mut draft, &path);
    let config = accept::entry(path, entry.config(), || opencode.value().clone(), files)?;
    put(&mut opencode, &path, &config)?;
    opencode.clear_second(&path, Some(&config))?;
    opencode.note_settings(&mut draft, entry_setting(name, config));
    opencode.close(&mut draft)?;
    Ok(draft.finish(
        Action::McpAdd,
        format!("Add MCP {name}"),
        note(format!("Added MCP {name}")),
        PlanReceipt::Mcp,
    ))
}

/// Takes an entry out; there need not be one.
pub(super) fn remove(name: &str, files: &dyn Files) -> Result<Plan, PlanError> {
    let path = [KEY, name];
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(&mut draft)?;
    opencode.guard(&mut draft, &path);
    if opencode.get(&path).is_some() {
        opencode.edit(|document| document.remove(&path).map(drop))?;
    }
    opencode.clear_second(&path, None)?;
    opencode.close(&mut draft)?;
    Ok(draft.finish(
        Action::McpRemove,
        format!("Remove MCP {name}"),
        note(format!("Removed MCP {name}")),
        PlanReceipt::Mcp,
    ))
}

/// Switches an entry on or off: where it is if that is the workspace's
/// configuration, else by an entry that says no more.
pub(super) fn set_enabled(name: &str, enabled: bool, files: &dyn Files) -> Result<Plan, PlanError> {
    let path = [KEY, name];
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(&mut draft)?;
    opencode.guard(&mut draft, &path);
    let entry = match opencode.get(&path) {
        Some(Value::Object(own)) => own,
        Some(_) => return Err(shape(&path.join("."))),
        // The entry of another layer is not copied: what is written says `enabled`
        // alone, and follows the other file when that changes.
        None if is_elsewhere(name, &opencode)? => Fields::new(),
        None => return Err(PlanError::McpNotFound),
    };
    let entry = with_enabled(entry, enabled);
    let entry = accept::entry(path, &entry, || opencode.value().clone(), files)?;
    put(&mut opencode, &path, &entry)?;
    // Only the switch: the second file may hold the entry itself.
    switch_second(&mut opencode, &path, enabled)?;
    // Only what was asked for, so that a warning speaks of the switch and not of
    // the whole entry.
    opencode.note_settings(&mut draft, entry_setting(name, json!({ ENABLED: enabled })));
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

/// What a change says of an entry.
fn entry_setting(name: &str, entry: Value) -> Fields {
    let entries = Fields::from_iter([(name.to_owned(), entry)]);
    Fields::from_iter([(KEY.to_owned(), entries.into())])
}

fn put(opencode: &mut OpencodeEdit<'_>, path: &[&str; 2], config: &Value) -> Result<(), PlanError> {
    match opencode.get(&[KEY]) {
        Some(Value::Object(_)) | None => opencode.edit(|document| document.set(path, config)),
        Some(_) => Err(shape(KEY)),
    }
}

/// Whether another layer has an entry of a name.
fn is_elsewhere(name: &str, opencode: &OpencodeEdit<'_>) -> Result<bool, PlanError> {
    let sources = ConfigSources::read(opencode.files(), ConfigScope::All)?;
    let effective = sources.effective(opencode.files());
    Ok(effective
        .get(KEY)
        .and_then(|entries| entries.get(name))
        .is_some_and(Value::is_object))
}

fn with_enabled(mut entry: Fields, enabled: bool) -> Fields {
    entry.insert(ENABLED.to_owned(), Value::from(enabled));
    entry
}

/// What the second file says of the switch is made to agree. It is not taken
/// out: the engine refuses an entry that says nothing.
fn switch_second(
    opencode: &mut OpencodeEdit<'_>,
    [key, name]: &[&str; 2],
    enabled: bool,
) -> Result<(), PlanError> {
    let path = [*key, *name, ENABLED];
    if opencode.second(&path).is_none() {
        return Ok(());
    }
    opencode.edit_second(|document| document.set(&path, &Value::from(enabled)))
}

fn shape(key: &str) -> PlanError {
    PlanError::Shape {
        key: key.to_owned(),
        expected: "a map",
    }
}
