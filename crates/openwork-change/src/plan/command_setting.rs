//! Commands that stand in the configuration, edited there.

use serde_json::Value;

use super::PlanError;
use super::accept::{self, TargetFile};
use super::draft::PlanDraft;
use super::entry_removal::opened;
use super::opened::OpenedConfig;
use crate::change::{CommandDraft, Fields};
use openwork_model::config::OpencodeFile;
use openwork_model::forms::{self, EntryForm, EntrySection};
use openwork_model::invalid::Invalid;
use openwork_model::layout::WorkspacePlace;
use openwork_model::name::CommandName;
use openwork_model::path::RelPath;

/// The files of a workspace, those that outrank others first.
const BY_RANK: [WorkspacePlace; 4] = [
    WorkspacePlace::InnerOpencodeJsonc,
    WorkspacePlace::InnerOpencodeJson,
    WorkspacePlace::OpencodeJsonc,
    WorkspacePlace::OpencodeJson,
];

/// The fields of an entry that this server reads and writes.
const FIELDS: [&str; 6] = [
    "template",
    "description",
    "agent",
    "model",
    "variant",
    "subtask",
];

/// Gives the entry of a command what the draft says, in the form that it has,
/// and says in which file; `None` if no file of the workspace has one.
pub(super) fn write(
    draft: &mut PlanDraft<'_>,
    command: &CommandDraft,
) -> Result<Option<RelPath>, PlanError> {
    let Some((mut file, form)) = standing(draft, command.name())? else {
        return Ok(None);
    };
    let at = EntrySection::Command.path(form, command.name().as_str());
    let old = file.get(&at);
    let fields = old.as_ref().and_then(Value::as_object);
    let sent = entry(command, form, fields)?;
    let target = TargetFile {
        path: &file.path,
        files: draft.files(),
    };
    let entry = accept::entry(&at, &sent, || file.value().clone(), target)?;
    draft.guard(&file.path, at.join("."), old.as_ref());
    if old.as_ref() != Some(&entry) {
        file.edit(draft.files(), |document| document.set(&at, &entry))?;
    }
    let path = file.path.clone();
    file.close(draft)?;
    Ok(Some(path))
}

/// The highest file that has an entry of a name, and the form that counts.
fn standing(
    draft: &PlanDraft<'_>,
    name: &CommandName,
) -> Result<Option<(OpenedConfig, EntryForm)>, PlanError> {
    for place in BY_RANK {
        let Some(file) = OpencodeFile::at(place, draft.files())? else {
            continue;
        };
        // Lists pass over a file that is broken, too.
        let Ok(file) = opened(draft, file) else {
            continue;
        };
        let entry = EntrySection::Command.find(file.value(), name.as_str());
        let form = entry.filter(|entry| entry.value.is_object());
        if let Some(form) = form.map(|entry| entry.form) {
            return Ok(Some((file, form)));
        }
    }
    Ok(None)
}

/// The entry with the fields of the draft; its other keys stay, and so does
/// what says the same in other words.
fn entry(
    command: &CommandDraft,
    form: EntryForm,
    old: Option<&Fields>,
) -> Result<Fields, PlanError> {
    let mut wanted = said(command);
    if form == EntryForm::Newer {
        join_variant(&mut wanted)?;
    }
    let mut entry = Fields::new();
    for (key, there) in old.into_iter().flatten() {
        match wanted.shift_remove(key) {
            Some(wanted) if is_same(form, key, there, &wanted) => {
                entry.insert(key.clone(), there.clone());
            }
            Some(wanted) => drop(entry.insert(key.clone(), wanted)),
            None if FIELDS.contains(&key.as_str()) => {}
            None => drop(entry.insert(key.clone(), there.clone())),
        }
    }
    entry.extend(wanted);
    Ok(entry)
}

fn said(command: &CommandDraft) -> Fields {
    let texts = [
        Some(command.template()),
        command.description(),
        command.agent(),
        command.model(),
        command.variant(),
    ];
    let texts = texts.map(|text| text.map(Value::from));
    let values = texts
        .into_iter()
        .chain([command.subtask().map(Value::from)]);
    let fields = FIELDS.into_iter().zip(values);
    fields
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
}

/// The newer form has the variant in the model.
fn join_variant(fields: &mut Fields) -> Result<(), PlanError> {
    let Some(variant) = fields.shift_remove("variant") else {
        return Ok(());
    };
    let model = fields.get_mut("model");
    let Some(model) = model else {
        let field = "model".to_owned();
        let expected = "there beside a variant";
        return Err(Invalid::WrongType { field, expected }.into());
    };
    let parts = [&*model, &variant].map(|part| part.as_str().unwrap_or_default());
    *model = Value::from(parts.join("#"));
    Ok(())
}

/// Whether the engine makes the same of two values.
fn is_same(form: EntryForm, key: &str, there: &Value, wanted: &Value) -> bool {
    let trimmed = |value: &Value| value.as_str().map(|text| text.trim().to_owned());
    match (key, form) {
        ("template", _) => trimmed(there) == trimmed(wanted),
        ("model", EntryForm::Newer) => loaded(there) == loaded(wanted),
        _ => there == wanted,
    }
}

/// What the engine makes of a model of the newer form.
fn loaded(model: &Value) -> Fields {
    let entry = serde_json::json!({ "template": "", "model": model });
    let setting = accept::in_place(
        &["commands", "it"],
        entry.as_object().unwrap_or(&Fields::new()),
    );
    forms::loaded(&setting).into_owned()
}
