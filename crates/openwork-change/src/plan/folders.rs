//! Plans for the folders outside of a workspace that agents may work in.

use serde_json::Value;

use super::accept;
use super::draft::PlanDraft;
use super::opencode::{FileIndex, MAIN, OpencodeEdit, note};
use super::{Plan, PlanError, PlanReceipt, WarningCode};
use crate::change::{Action, Fields};
use openwork_model::authorized_folders::{AuthorizedFolder, RULES, rules, with_folders};
use openwork_model::files::{Files, Location};
use openwork_model::path::RelPath;

/// Opens these folders and no others. What the files say besides stays, and
/// comes after in the order of the rules, so that it holds as before.
pub(super) fn set(wanted: &[AuthorizedFolder], files: &dyn Files) -> Result<Plan, PlanError> {
    let root = files.absolute(&Location::workspace(RelPath::root()));
    let wanted: Vec<_> = wanted
        .iter()
        .filter(|folder| !folder.is_workspace(&root))
        .cloned()
        .collect();
    let mut draft = PlanDraft::new(files);
    let mut opencode = OpencodeEdit::open(files)?;
    // All of the setting, as rules of other tools decide what these come to.
    opencode.guard(&mut draft, &RULES[..1]);
    let here = deciding(&opencode);
    let mut standing = Vec::new();
    for at in opencode.by_rank() {
        let before = standing_rules(&opencode, at)?;
        let open = before
            .iter()
            .filter_map(|(pattern, verdict)| AuthorizedFolder::of_rule(pattern, verdict));
        let open: Vec<_> = open.filter(|folder| !folder.is_workspace(&root)).collect();
        let (keep, remove): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|folder| wanted.contains(folder));
        standing.extend(keep);
        if !remove.is_empty() {
            write(&mut opencode, at, &with_folders(&before, &remove, &[]))?;
        }
    }
    let add: Vec<_> = wanted
        .into_iter()
        .filter(|folder| !standing.contains(folder))
        .collect();
    if !add.is_empty() {
        let before = standing_rules(&opencode, here)?;
        let after = with_folders(&before, &[], &add);
        note_kept(&mut draft, &opencode, here, &before, &add);
        if after != before {
            let said = accept::in_place(&RULES, &after);
            accept::check(&said, opencode.target(here))?;
            write(&mut opencode, here, &after)?;
            opencode.note_settings(&mut draft, here, said);
        }
    }
    opencode.close(&mut draft)?;
    Ok(draft.finish(
        Action::ConfigPatch,
        "Set the authorized folders".to_owned(),
        note("Set the authorized folders".to_owned()),
        PlanReceipt::AuthorizedFolders,
    ))
}

/// The file that new rules go to: one of the engine's own directory that has
/// such rules, else the main file.
fn deciding(opencode: &OpencodeEdit<'_>) -> FileIndex {
    let mut inner = opencode.by_rank().into_iter();
    inner
        .find(|at| opencode.is_inner(*at) && opencode.get(*at, &RULES).is_some())
        .unwrap_or(MAIN)
}

/// The rules of a file. A word in the place of all permissions says more than
/// folders can be added to.
fn standing_rules(opencode: &OpencodeEdit<'_>, at: FileIndex) -> Result<Fields, PlanError> {
    let shape = |key: &[&str]| PlanError::Shape {
        key: key.join("."),
        expected: "a map",
    };
    let permission = opencode.get(at, &RULES[..1]);
    if permission.as_ref().is_some_and(|value| !value.is_object()) {
        return Err(shape(&RULES[..1]));
    }
    // Of the edited text, where an edit was made already.
    let value = permission.and_then(|permission| permission.get(RULES[1]).cloned());
    rules(value.as_ref()).ok_or_else(|| shape(&RULES))
}

fn write(opencode: &mut OpencodeEdit<'_>, at: FileIndex, after: &Fields) -> Result<(), PlanError> {
    if after.is_empty() {
        return opencode.edit(at, |document| document.remove(&RULES).map(drop));
    }
    opencode.edit(at, |document| {
        document.set(&RULES, &Value::Object(after.clone()))
    })
}

/// Says which folders stay shut, as somebody else's rule for exactly them stays.
fn note_kept(
    draft: &mut PlanDraft<'_>,
    opencode: &OpencodeEdit<'_>,
    at: FileIndex,
    before: &Fields,
    add: &[AuthorizedFolder],
) {
    for folder in add
        .iter()
        .filter(|folder| before.contains_key(&folder.pattern()))
    {
        let message = format!(
            "There is another rule for {} already, which stays; change it in the file",
            folder.as_str()
        );
        draft.warn(WarningCode::RuleKept, opencode.path(at), message);
    }
}
