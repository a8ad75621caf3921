//! Plans for the engine's configuration file as a whole text.

use std::path::Path;

use serde_json::Value;

use super::accept::{self, TargetFile};
use super::draft::{PlanDraft, is_text};
use super::opencode::note;
use super::{FileEdit, OldContents, Plan, PlanError, PlanReceipt, WrittenKeys};
use crate::change::{Action, ConfigText, Fields, check_addresses};
use openwork_jsonc::{JsoncDocument, pointer_below};
use openwork_model::audit::AuditNote;
use openwork_model::config::{OpencodeFile, ReadError};
use openwork_model::files::{CONFIG_LIMIT, FileContents, Files, Location};
use openwork_model::invalid::Invalid;
use openwork_model::mask::is_masked;
use openwork_model::path::RelPath;

/// Writes the main file, whatever is there: this is also how one that does not
/// parse is mended.
pub(super) fn write(text: &ConfigText, files: &dyn Files) -> Result<Plan, PlanError> {
    let file = OpencodeFile::find(files)?;
    let path = files.absolute(&Location::workspace(file.path.clone()));
    let document = parsed(text, &path)?;
    let new = new_settings(&document, file.contents.as_deref());
    check(&new)?;
    let target = TargetFile {
        path: &file.path,
        files,
    };
    accept::check(&new, target)?;
    let mut draft = PlanDraft::new(files);
    draft.show(&file.path);
    draft.note_forms(&file.path, file.contents.as_deref(), &document);
    draft.note_settings(&file.path, new);
    // A line feed alone is not worth a question.
    let after = match file.contents.as_deref() {
        Some(there) if is_text(there, text.as_str()) => there.to_vec(),
        _ => text.as_str().as_bytes().to_vec(),
    };
    draft.write(&file.path, after, CONFIG_LIMIT)?;
    Ok(draft.finish(
        Action::ConfigWrite,
        "Write project OpenCode config".to_owned(),
        note("Updated project OpenCode config".to_owned()),
        PlanReceipt::Written { path },
    ))
}

/// Plans to write the user's own configuration file, which holds for all
/// workspaces: from what it holds to a text, by the rules of a workspace's file.
///
/// Of its edit the path is the file's name alone.
///
/// # Errors
///
/// What a text is refused for in a workspace, but for files that it refers to:
/// those are the user's, and nobody is told which there are.
pub fn plan_global(
    text: &ConfigText,
    path: &Path,
    before: Option<FileContents>,
) -> Result<Plan, PlanError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = RelPath::new(name.unwrap_or(""));
    let name = name.unwrap_or_else(|_| RelPath::root());
    let document = parsed(text, path)?;
    let new = new_settings(&document, before.as_deref());
    check(&new)?;
    openwork_model::schema::check(&new).map_err(Invalid::from)?;
    let after = match &before {
        Some(there) if is_text(there, text.as_str()) => there.clone(),
        _ => text.as_str().as_bytes().into(),
    };
    let edit = FileEdit {
        path: name.clone(),
        before: before.map(OldContents::Held),
        after: Some(after),
        executable: None,
    };
    Ok(Plan {
        action: Action::ConfigGlobalWrite,
        summary: "Write global OpenCode config".to_owned(),
        paths: vec![name],
        edits: Some(edit).filter(FileEdit::is_change).into_iter().collect(),
        preconditions: Vec::new(),
        named_in_prompts: Vec::new(),
        written: WrittenKeys::default(),
        audit: AuditNote {
            target: path.to_string_lossy().into_owned(),
            summary: "Updated global OpenCode config".to_owned(),
        },
        receipt: PlanReceipt::Written {
            path: path.to_owned(),
        },
    })
}

fn parsed(text: &ConfigText, path: &Path) -> Result<JsoncDocument, ReadError> {
    let parsed = JsoncDocument::parse(text.as_str().as_bytes());
    parsed.map_err(|source| ReadError::BrokenJsonc {
        path: path.to_owned(),
        source,
    })
}

/// What a text says that the file does not say already. A file that cannot be
/// read says nothing.
fn new_settings(document: &JsoncDocument, before: Option<&[u8]>) -> Fields {
    let before = JsoncDocument::parse(before.unwrap_or(&[])).ok();
    let before = before.map(JsoncDocument::into_value).unwrap_or_default();
    let new = document.value().iter();
    let new = new.filter(|(key, value)| before.get(*key) != Some(*value));
    new.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Fails at a mask, which would be written as it stands, and at an address that
/// people and the engine read differently.
fn check(new: &Fields) -> Result<(), Invalid> {
    for (key, value) in new {
        if let Some(pointer) = masked_at(value, pointer_below("", key)) {
            return Err(Invalid::Masked { pointer });
        }
    }
    check_addresses(new)
}

/// Where a mask is, as a JSON pointer.
fn masked_at(value: &Value, at: String) -> Option<String> {
    if !is_masked(value) {
        return None;
    }
    let inner = match value {
        Value::Object(members) => members
            .iter()
            .find_map(|(key, member)| masked_at(member, pointer_below(&at, key))),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| masked_at(item, pointer_below(&at, &index.to_string()))),
        _ => None,
    };
    Some(inner.unwrap_or(at))
}
