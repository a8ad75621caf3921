//! Commands that stand in the configuration, edited there.

use std::collections::HashSet;

use serde_json::Value;

use super::PlanError;
use super::accept;
use super::draft::PlanDraft;
use super::opencode::OpencodeEdit;
use crate::change::{CommandDraft, Fields};
use openwork_model::config::ReadError;
use openwork_model::files::Files;
use openwork_model::forms::{self, EntryForm, EntrySection};
use openwork_model::invalid::Invalid;
use openwork_model::path::RelPath;

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
    let Some(mut opencode) = opened(draft.files())? else {
        return Ok(None);
    };
    let name = command.name().as_str();
    let mut standing = opencode.standing(EntrySection::Command, name).into_iter();
    let Some(place) = standing.find(|place| place.value.is_object()) else {
        return Ok(None);
    };
    opencode.guard_entry(draft, EntrySection::Command, name);
    let path = EntrySection::Command.path(place.form, name);
    let sent = entry(command, place.form, place.value.as_object())?;
    let target = opencode.target(place.file);
    let entry = accept::entry(&path, &sent, || opencode.known(), target)?;
    if place.value != entry {
        opencode.edit(place.file, |document| document.set(&path, &entry))?;
    }
    opencode.clear_second(place.file, &path, Some(&entry))?;
    let file = opencode.path(place.file).clone();
    opencode.close(draft)?;
    Ok(Some(file))
}

/// The names of all commands that the settings of the workspace's files have.
pub(super) fn names(files: &dyn Files) -> Result<HashSet<String>, PlanError> {
    let mut names = HashSet::new();
    let Some(opencode) = opened(files)? else {
        return Ok(names);
    };
    for (at, form) in opencode
        .by_rank()
        .into_iter()
        .flat_map(|at| EntryForm::ALL.map(|form| (at, form)))
    {
        let mut path = EntrySection::Command.container(form).iter();
        let entries = path.try_fold(opencode.value(at), |fields, key| {
            fields.get(*key)?.as_object()
        });
        names.extend(entries.into_iter().flatten().map(|(name, _)| name.clone()));
    }
    Ok(names)
}

/// The files of the workspace; `None` where the main one is broken: lists pass over
/// it, and a command that has a file of its own can be written all the same.
fn opened(files: &dyn Files) -> Result<Option<OpencodeEdit<'_>>, PlanError> {
    match OpencodeEdit::open(files) {
        Err(PlanError::Read(ReadError::BrokenJsonc { .. } | ReadError::File(_))) => Ok(None),
        opened => opened.map(Some),
    }
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
