//! Plans for the `mcp` setting.

use serde_json::{Value, json};

use super::draft::Draft;
use super::opencode::{Opencode, note};
use super::{Plan, PlanError, Receipt};
use crate::change::{Action, McpDraft};
use crate::files::Files;
use crate::name::McpName;

const KEY: &str = "mcp";

/// Puts an entry in place of the one of its name, or last.
pub(super) fn add(entry: &McpDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let name = entry.name.as_str();
    let config = Value::Object(entry.config.clone());
    let mut draft = Draft::new(files);
    let mut opencode = Opencode::open(&mut draft)?;
    freeze(&opencode, &mut draft, name);
    match opencode.get(KEY) {
        Some(Value::Object(_)) => opencode.edit(|document| document.set(&[KEY, name], &config)),
        None => opencode.edit(|document| document.set(&[KEY], &json!({ name: config }))),
        Some(_) => Err(shape(KEY)),
    }?;
    opencode.close(&mut draft)?;
    Ok(draft.finish(
        Action::McpAdd,
        format!("Add MCP {name}"),
        note(format!("Added MCP {name}")),
        Receipt::Mcp,
    ))
}

/// Takes an entry out; there need not be one.
pub(super) fn remove(name: &str, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = Draft::new(files);
    let mut opencode = Opencode::open(&mut draft)?;
    freeze(&opencode, &mut draft, name);
    if entry(&opencode, name).is_some() {
        opencode.edit(|document| document.remove(&[KEY, name]).map(drop))?;
    }
    opencode.close(&mut draft)?;
    Ok(draft.finish(
        Action::McpRemove,
        format!("Remove MCP {name}"),
        note(format!("Removed MCP {name}")),
        Receipt::Mcp,
    ))
}

/// Switches an entry of the workspace on or off.
pub(super) fn set_enabled(
    name: &McpName,
    enabled: bool,
    files: &dyn Files,
) -> Result<Plan, PlanError> {
    let mut draft = Draft::new(files);
    let mut opencode = Opencode::open(&mut draft)?;
    freeze(&opencode, &mut draft, name.as_str());
    match entry(&opencode, name.as_str()) {
        Some(Value::Object(_)) => opencode
            .edit(|document| document.set(&[KEY, name.as_str(), "enabled"], &Value::from(enabled))),
        Some(_) => Err(shape(&format!("{KEY}.{name}"))),
        None => Err(PlanError::McpNotFound),
    }?;
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
        Receipt::Mcp,
    ))
}

fn entry<'o>(opencode: &'o Opencode<'_>, name: &str) -> Option<&'o Value> {
    opencode.get(KEY)?.as_object()?.get(name)
}

fn freeze(opencode: &Opencode<'_>, draft: &mut Draft<'_>, name: &str) {
    opencode.freeze(
        draft,
        format!("{KEY}.{name}"),
        entry(opencode, name).cloned(),
    );
}

fn shape(key: &str) -> PlanError {
    PlanError::Shape {
        key: key.to_owned(),
        expected: "a map",
    }
}
