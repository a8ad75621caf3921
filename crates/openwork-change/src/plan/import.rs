//! Plans for imports: all sections of a bundle, or none.

use super::draft::Draft;
use super::{Plan, PlanError, Receipt, command, config, skill};
use crate::change::{Action, Bundle, CommandDraft, Fields, Mode, Section, SkillDraft};
use openwork_model::audit::AuditNote;
use openwork_model::config::OpencodeFile;
use openwork_model::files::Files;
use openwork_model::name::Place;

pub(super) fn import(bundle: &Bundle, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = Draft::new(files);
    draft.show(&OpencodeFile::find(files)?.path);
    draft.show(&Place::OpenworkJson.path());
    if let Some(section) = &bundle.opencode {
        import_opencode(&mut draft, section)?;
    }
    if let Some(section) = &bundle.openwork {
        import_settings(&mut draft, section)?;
    }
    if let Some(section) = &bundle.skills {
        import_skills(&mut draft, section)?;
    }
    if let Some(section) = &bundle.commands {
        import_commands(&mut draft, section)?;
    }
    draft.show_edits();
    Ok(draft.finish(
        Action::ConfigImport,
        "Import workspace config".to_owned(),
        AuditNote {
            target: "workspace".to_owned(),
            summary: "Imported workspace config".to_owned(),
        },
        Receipt::Done,
    ))
}

fn import_opencode(draft: &mut Draft<'_>, section: &Section<Fields>) -> Result<(), PlanError> {
    match section.mode {
        Mode::Merge => config::merge_opencode(draft, &section.content),
        Mode::Replace => config::replace_opencode(draft, &section.content),
    }
}

fn import_settings(draft: &mut Draft<'_>, section: &Section<Fields>) -> Result<(), PlanError> {
    match section.mode {
        Mode::Merge => config::merge_settings(draft, &section.content),
        Mode::Replace => config::replace_settings(draft, &section.content),
    }
}

fn import_skills(
    draft: &mut Draft<'_>,
    section: &Section<Vec<SkillDraft>>,
) -> Result<(), PlanError> {
    if section.mode == Mode::Replace {
        draft.empty(&Place::Skills.path())?;
    }
    section
        .content
        .iter()
        .try_for_each(|item| skill::write(draft, item))
}

fn import_commands(
    draft: &mut Draft<'_>,
    section: &Section<Vec<CommandDraft>>,
) -> Result<(), PlanError> {
    if section.mode == Mode::Replace {
        draft.empty(&Place::Commands.path())?;
    }
    let listed = command::Listed::read(draft.files())?;
    section
        .content
        .iter()
        .try_for_each(|item| command::write(draft, item, &listed))
}
