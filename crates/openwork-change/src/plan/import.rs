//! Plans for imports: all sections of a bundle, or none.

use super::draft::PlanDraft;
use super::{Plan, PlanError, PlanReceipt, agent, command, config, skill};
use crate::change::{Action, Fields, ImportBundle, ImportMode, ImportSection, SkillDraft};
use openwork_model::audit::AuditNote;
use openwork_model::config::OpencodeFile;
use openwork_model::files::Files;
use openwork_model::layout::WorkspacePlace;
use openwork_model::skill::StandingSkills;

pub(super) fn import(bundle: &ImportBundle, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    // Named even where the import leaves them alone: these two every import may
    // touch.
    draft.show(&OpencodeFile::find(files)?.path);
    draft.show(&WorkspacePlace::OpenworkJson.path());
    if let Some(section) = bundle.opencode() {
        import_opencode(&mut draft, section)?;
    }
    if let Some(section) = bundle.openwork() {
        import_settings(&mut draft, section)?;
    }
    if let Some(section) = bundle.skills() {
        import_skills(&mut draft, section)?;
    }
    if let Some(section) = bundle.commands() {
        command::import(&mut draft, section)?;
    }
    if let Some(section) = bundle.agents() {
        agent::import(&mut draft, section)?;
    }
    draft.show_edits();
    Ok(draft.finish(
        Action::ConfigImport,
        "Import workspace config".to_owned(),
        AuditNote {
            target: "workspace".to_owned(),
            summary: "Imported workspace config".to_owned(),
        },
        PlanReceipt::Done,
    ))
}

fn import_opencode(
    draft: &mut PlanDraft<'_>,
    section: &ImportSection<Fields>,
) -> Result<(), PlanError> {
    match section.mode {
        ImportMode::Merge => config::merge_opencode(draft, &section.content),
        ImportMode::Replace => config::replace_opencode(draft, &section.content),
    }
}

fn import_settings(
    draft: &mut PlanDraft<'_>,
    section: &ImportSection<Fields>,
) -> Result<(), PlanError> {
    match section.mode {
        ImportMode::Merge => config::merge_settings(draft, &section.content),
        ImportMode::Replace => config::replace_settings(draft, &section.content),
    }
}

fn import_skills(
    draft: &mut PlanDraft<'_>,
    section: &ImportSection<Vec<SkillDraft>>,
) -> Result<(), PlanError> {
    if section.mode == ImportMode::Replace {
        draft.empty(&WorkspacePlace::Skills.path())?;
    }
    // Read once for all skills, and as they stand before anything goes.
    let standing = StandingSkills::read(draft.files())?;
    for item in &section.content {
        skill::write(draft, item, &standing)?;
    }
    Ok(())
}
