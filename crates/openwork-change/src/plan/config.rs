//! Plans for the configuration files as a whole.

use serde_json::Value;

use super::accept::{self, TargetFile};
use super::draft::PlanDraft;
use super::opencode::{self, FileIndex, MAIN, OpencodeEdit, note};
use super::patch::{self, FilePatch};
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, ConfigPatch, Fields, PatchKind};
use openwork_jsonc::{JsoncDocument, same_value};
use openwork_model::config::{self, OpencodeFile};
use openwork_model::default_model::{MODEL, ModelName};
use openwork_model::files::{CONFIG_LIMIT, Files};
use openwork_model::layout::WorkspacePlace;
use openwork_model::plain_json;

/// Fails if the configuration is none of those that the client meant.
pub(super) fn check_revision(
    only_if: Option<&[String]>,
    files: &dyn Files,
) -> Result<(), PlanError> {
    let Some(wanted) = only_if else { return Ok(()) };
    let revision = config::revision(files)?;
    if wanted.contains(&revision) {
        Ok(())
    } else {
        Err(PlanError::Precondition)
    }
}

pub(super) fn patch(patch: &ConfigPatch, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    if let Some(fields) = patch.opencode() {
        patch_opencode(&mut draft, fields, patch.kind())?;
    }
    if let Some(fields) = patch.openwork() {
        patch_settings(&mut draft, fields, patch.kind())?;
    }
    Ok(draft.finish(
        Action::ConfigPatch,
        "Patch workspace config".to_owned(),
        note("Patched workspace config".to_owned()),
        PlanReceipt::Updated,
    ))
}

/// Says which model conversations begin with, as a patch of that key does.
pub(super) fn set_default_model(
    model: Option<&ModelName>,
    files: &dyn Files,
) -> Result<Plan, PlanError> {
    let value = model.map_or(Value::Null, |model| Value::from(model.to_string()));
    let keys = Fields::from_iter([(MODEL.to_owned(), value)]);
    let plan = self::patch(&ConfigPatch::opencode_keys(keys)?, files)?;
    let (summary, done) = match model {
        Some(model) => (
            format!("Set the default model to {model}"),
            format!("Set the default model to {model}"),
        ),
        None => (
            "Take away the default model".to_owned(),
            "Took away the default model".to_owned(),
        ),
    };
    Ok(Plan {
        summary,
        audit: note(done),
        receipt: PlanReceipt::DefaultModel,
        ..plan
    })
}

/// Brings the settings of an export in, each key whole.
pub(super) fn merge_opencode(draft: &mut PlanDraft<'_>, fields: &Fields) -> Result<(), PlanError> {
    let opencode = OpencodeEdit::open(draft.files())?;
    opencode.guard_all(draft, fields);
    // An export has the main file's settings alone. Where `.opencode` outranks one of
    // them, bringing in what was exported here would write the older value there.
    let there = |key: &String| Some((key.clone(), opencode.get(MAIN, &[key])?));
    let main: Fields = fields.keys().filter_map(there).collect();
    let mut brought = fields.clone();
    brought.retain(|key, value| !says(&main, key, value));
    patch_opened(draft, opencode, &brought, PatchKind::Keys)
}

/// Whether settings have a value already, masks in it taken for what they hide.
fn says(settings: &Fields, key: &str, value: &Value) -> bool {
    let wanted = Fields::from_iter([(key.to_owned(), value.clone())]);
    let unmasked = accept::unmasked(&wanted, || settings.clone());
    // In order: that of its keys decides between permission rules.
    unmasked.is_ok_and(|unmasked| {
        let both = unmasked.get(key).zip(settings.get(key));
        both.is_some_and(|(unmasked, there)| same_value(unmasked, there))
    })
}

/// Patches each key in the file where it is decided, and takes out of every
/// file of the workspace what is to be removed.
fn patch_opencode(
    draft: &mut PlanDraft<'_>,
    fields: &Fields,
    kind: PatchKind,
) -> Result<(), PlanError> {
    let opencode = OpencodeEdit::open(draft.files())?;
    // Before the edit, while the documents still say what is on disk.
    opencode.guard_all(draft, fields);
    patch_opened(draft, opencode, fields, kind)
}

fn patch_opened(
    draft: &mut PlanDraft<'_>,
    mut opencode: OpencodeEdit<'_>,
    fields: &Fields,
    kind: PatchKind,
) -> Result<(), PlanError> {
    for at in opencode.by_rank() {
        let mut patched = FilePatch::default();
        for (key, value) in fields {
            let is_decided_here = deciding(&opencode, key) == at;
            let before = opencode.get(at, &[key]);
            patched.add(
                key,
                before,
                patch::Wanted::of(key, value, kind),
                is_decided_here,
            );
        }
        // Masks first: the schema is asked about the values that will be written.
        let said = accept::unmasked(&patched.said, || opencode.known())?;
        // What the file says already is not written, whatever the engine makes of it.
        let is_new =
            |(key, value): &(&String, &Value)| opencode.get(at, &[key]).as_ref() != Some(value);
        let new = said.iter().filter(is_new);
        let new = new
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        accept::check(&new, opencode.target(at))?;
        opencode.clear_second_of(at, &said)?;
        // Each edit goes through the whole text, so none is made for nothing.
        if !patched.gone.is_empty() {
            let gone = patched.gone.iter().map(String::as_str).collect();
            opencode.edit(at, |document| document.remove_all(&gone))?;
        }
        for settings in [&patched.rest, &said] {
            if !settings.is_empty() {
                opencode.edit(at, |document| document.merge(settings))?;
            }
        }
        opencode.note_settings(draft, at, said);
    }
    opencode.close(draft)
}

/// The file that decides a key: one of the engine's own directory that sets it,
/// else the main file.
fn deciding(opencode: &OpencodeEdit<'_>, key: &str) -> FileIndex {
    let is_inner = |at: &FileIndex| opencode.is_inner(*at) && opencode.get(*at, &[key]).is_some();
    opencode
        .by_rank()
        .into_iter()
        .find(is_inner)
        .unwrap_or(MAIN)
}

/// Writes the engine's configuration anew, whatever is there.
pub(super) fn replace_opencode(
    draft: &mut PlanDraft<'_>,
    fields: &Fields,
) -> Result<(), PlanError> {
    let files = draft.files();
    let file = OpencodeFile::find(files)?;
    // A file that does not parse is replaced as well, and has no secrets that
    // could be kept.
    let before = || {
        let before = file.document(files);
        before.map_or_else(|_| Fields::new(), JsoncDocument::into_value)
    };
    let path = &file.path;
    let fields = accept::settings(fields, before, TargetFile { path, files })?;
    opencode::yield_second(draft, &file, &fields)?;
    draft.write(&file.path, openwork_jsonc::create(&fields), CONFIG_LIMIT)
}

/// Puts each key into OpenWork's settings, whole.
pub(super) fn merge_settings(draft: &mut PlanDraft<'_>, fields: &Fields) -> Result<(), PlanError> {
    patch_settings(draft, fields, PatchKind::Keys)
}

fn patch_settings(
    draft: &mut PlanDraft<'_>,
    fields: &Fields,
    kind: PatchKind,
) -> Result<(), PlanError> {
    let path = WorkspacePlace::OpenworkJson.path();
    draft.show(&path);
    let contents = config::openwork_contents(draft.files())?;
    let before = config::parse_openwork(contents.as_deref(), draft.files())?;
    let fields = &accept::unmasked(fields, || before.clone())?;
    for key in fields.keys() {
        draft.guard(&path, key.clone(), before.get(key));
    }
    let mut after = before.clone();
    match kind {
        // `null` is a value here, as in the OpenWork API.
        PatchKind::Keys => after.extend(fields.clone()),
        PatchKind::Merge => patch::merge_members(&mut after, fields),
    }
    // This file is written whole, in our own layout. A patch that changes nothing
    // must not reformat it.
    if after == before {
        return Ok(());
    }
    draft.replace(&path, contents, plain_json::render(&after), CONFIG_LIMIT)
}

/// Writes OpenWork's settings anew, whatever is there.
pub(super) fn replace_settings(
    draft: &mut PlanDraft<'_>,
    fields: &Fields,
) -> Result<(), PlanError> {
    let path = WorkspacePlace::OpenworkJson.path();
    let contents = config::openwork_contents(draft.files())?;
    let before = || {
        let before = config::parse_openwork(contents.as_deref(), draft.files());
        before.unwrap_or_else(|_| Fields::new())
    };
    let fields = accept::unmasked(fields, before)?;
    draft.write(&path, plain_json::render(&fields), CONFIG_LIMIT)
}
