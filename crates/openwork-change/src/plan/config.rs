//! Plans for the configuration files as a whole.

use serde_json::Value;

use super::accept;
use super::draft::PlanDraft;
use super::opencode::{self, OpencodeEdit, note};
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, ConfigPatch, Fields};
use openwork_jsonc::JsoncDocument;
use openwork_model::config::{self, OpencodeFile};
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
        merge_opencode(&mut draft, fields)?;
    }
    if let Some(fields) = patch.openwork() {
        merge_settings(&mut draft, fields)?;
    }
    Ok(draft.finish(
        Action::ConfigPatch,
        "Patch workspace config".to_owned(),
        note("Patched workspace config".to_owned()),
        PlanReceipt::Updated,
    ))
}

/// Puts each key into the engine's configuration, whole.
pub(super) fn merge_opencode(draft: &mut PlanDraft<'_>, fields: &Fields) -> Result<(), PlanError> {
    let mut opencode = OpencodeEdit::open(draft)?;
    // Masks first: the schema is asked about the values that will be written.
    let fields = accept::settings(fields, || opencode.value().clone(), draft.files())?;
    // Before the edit, while the document still says what is on disk.
    opencode.guard_all(draft, &fields);
    opencode.clear_second_of(&fields)?;
    opencode.edit(|document| document.merge(&fields))?;
    opencode.note_settings(draft, fields);
    opencode.close(draft)
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
    let fields = accept::settings(fields, before, files)?;
    opencode::yield_second(draft, &file, &fields)?;
    draft.write(&file.path, openwork_jsonc::create(&fields), CONFIG_LIMIT)
}

/// Puts each key into OpenWork's settings, whole.
pub(super) fn merge_settings(draft: &mut PlanDraft<'_>, fields: &Fields) -> Result<(), PlanError> {
    let path = WorkspacePlace::OpenworkJson.path();
    draft.show(&path);
    let contents = config::openwork_contents(draft.files())?;
    let before = config::parse_openwork(contents.as_deref(), draft.files())?;
    let fields = &accept::unmasked(fields, || before.clone())?;
    for key in fields.keys() {
        draft.guard(&path, key.clone(), before.get(key));
    }
    let differs = |(key, value): (&String, &Value)| before.get(key) != Some(value);
    // This file is written whole, in our own layout. A patch that changes nothing
    // must not reformat it.
    if !fields.iter().any(differs) {
        return Ok(());
    }
    let mut after = before;
    after.extend(
        fields
            .iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
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
