//! What is written has to be what the engine takes.

use serde_json::{Map, Value};

use super::PlanError;
use crate::change::Fields;
use openwork_jsonc::pointer_below;
use openwork_model::files::{CONFIG_LIMIT, FileRoot, Files, Location};
use openwork_model::invalid::Invalid;
use openwork_model::layer::locate;
use openwork_model::mask::{Reference, is_masked, references, unmask};
use openwork_model::path::RelPath;
use openwork_model::schema;
use openwork_model::workspace::normalise;

/// The file that settings are written to.
#[derive(Clone, Copy)]
pub(super) struct TargetFile<'f> {
    pub(super) path: &'f RelPath,
    pub(super) files: &'f dyn Files,
}

/// Settings as they may be written: secrets that come back masked are those
/// that are there, and the engine takes all of it.
pub(super) fn settings(
    sent: &Fields,
    existing: impl FnOnce() -> Fields,
    at: TargetFile<'_>,
) -> Result<Fields, PlanError> {
    let settings = unmasked(sent, existing)?;
    check(&settings, at)?;
    Ok(settings)
}

/// Fails if settings that are to be written are none that the engine takes.
pub(super) fn check(settings: &Fields, at: TargetFile<'_>) -> Result<(), PlanError> {
    schema::check(settings).map_err(Invalid::from)?;
    for (key, value) in settings {
        check_files(value, &pointer_below("", key), at)?;
    }
    Ok(())
}

/// One entry as it may be written at a path of keys.
pub(super) fn entry(
    path: &[&str],
    sent: &Fields,
    existing: impl FnOnce() -> Fields,
    at: TargetFile<'_>,
) -> Result<Value, PlanError> {
    // The schema and the masks go by where a value stands, so an entry is checked
    // in its place and taken out again.
    let settings = settings(&in_place(path, sent), existing, at)?;
    let entry = path.iter().skip(1).fold(
        path.first().and_then(|key| settings.get(*key)),
        |value, key| value.and_then(|value| value.get(*key)),
    );
    // Without an entry there is nothing to write: a `null` in its place would
    // be one that the engine refuses the whole workspace over.
    entry.cloned().ok_or_else(|| PlanError::Shape {
        key: path.join("."),
        expected: "a map",
    })
}

/// Settings that say nothing but one entry.
pub(super) fn in_place(path: &[&str], entry: &Fields) -> Fields {
    let one =
        |value: Value, key: &&str| Value::Object(Map::from_iter([((*key).to_owned(), value)]));
    match path.iter().rev().fold(Value::Object(entry.clone()), one) {
        Value::Object(settings) => settings,
        _ => Map::new(),
    }
}

/// Fields without masks.
pub(super) fn unmasked(
    sent: &Fields,
    existing: impl FnOnce() -> Fields,
) -> Result<Fields, Invalid> {
    let sent = Value::Object(sent.clone());
    // What is there may be much, and is only needed for masks.
    let existing = if is_masked(&sent) {
        existing()
    } else {
        Map::new()
    };
    match unmask(&sent, &Value::Object(existing))? {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

/// Fails if a text refers to a file that is missing: the engine refuses the
/// workspace over it. Only files of the workspace are looked for, so that
/// nobody learns what else there is.
fn check_files(value: &Value, at: &str, file: TargetFile<'_>) -> Result<(), PlanError> {
    match value {
        Value::String(text) => check_text(text, at, file),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            check_files(item, &pointer_below(at, &index.to_string()), file)
        }),
        Value::Object(members) => members
            .iter()
            .try_for_each(|(key, member)| check_files(member, &pointer_below(at, key), file)),
        _ => Ok(()),
    }
}

fn check_text(text: &str, at: &str, file: TargetFile<'_>) -> Result<(), PlanError> {
    for (_, reference) in references(text) {
        let Reference::File(path) = reference else {
            continue;
        };
        if is_missing(path, file)? {
            return Err(PlanError::Invalid(Invalid::Engine {
                pointer: at.to_owned(),
                found: format!("{{file:{path}}}"),
                expected: "a file that is there".to_owned(),
            }));
        }
    }
    Ok(())
}

/// The engine takes a path as relative to the file that names it.
fn is_missing(path: &str, file: TargetFile<'_>) -> Result<bool, PlanError> {
    // Whether a file of the user is there is not for clients to find out.
    if path.starts_with('~') {
        return Ok(false);
    }
    let named_in = file.files.absolute(&Location::workspace(file.path.clone()));
    let Some(directory) = named_in.parent() else {
        return Ok(false);
    };
    let path = normalise(&directory.join(path));
    match locate(file.files, &path, [FileRoot::Workspace]) {
        Some(at) => Ok(file.files.read(&at, CONFIG_LIMIT)?.is_none()),
        None => Ok(false),
    }
}
