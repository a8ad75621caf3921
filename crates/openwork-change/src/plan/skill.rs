//! Plans for skills.

use super::draft::{PlanDraft, is_text};
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, SkillDraft, SkillFileDraft};
use openwork_model::files::{EntryKind, FileError, FileRoot, Files, Location, TEXT_LIMIT, entries};
use openwork_model::invalid::Invalid;
use openwork_model::layer::locate;
use openwork_model::layout::{SKILL_FILE, skill_folders};
use openwork_model::mask::{MASK, is_secret_file};
use openwork_model::name::SkillName;
use openwork_model::path::RelPath;
use openwork_model::skill::{
    self, SKILL_FILE_LIMIT, SkillFolder, SkillItem, SkillRule, SkillScope, StandingSkills,
};

/// Writes a skill where it stands; files of its folder that are not named stay.
pub(super) fn upsert(skill: &SkillDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let standing = StandingSkills::read(files)?;
    let path = standing.place(skill.name());
    check_fields(skill, &path, files)?;
    let at = write(&mut draft, skill, &standing)?;
    let note = draft.note(&path, format!("Upserted skill {}", skill.name()));
    let item = SkillItem {
        name: skill.name().to_string(),
        description: skill.description().to_owned(),
        path: files.absolute(&at),
        scope: SkillScope::Project,
    };
    Ok(draft.finish(
        Action::SkillsUpsert,
        format!("Upsert skill {}", skill.name()),
        note,
        PlanReceipt::Skill(item),
    ))
}

/// Adds the writing of a skill to a plan, and says where the skill is then.
pub(super) fn write(
    draft: &mut PlanDraft<'_>,
    skill: &SkillDraft,
    standing: &StandingSkills,
) -> Result<Location, PlanError> {
    // An export has the skills of the directories above as well. Written again as
    // they are, they would be there twice.
    if let Some(at) = standing.file_above(skill.name())
        && is_as_wanted(skill, at, draft.files())?
    {
        return Ok(at.clone());
    }
    let path = standing.place(skill.name());
    draft.show(&path);
    draft.note_skill(skill.name(), &path);
    draft.write_text(&path, skill.text())?;
    write_files(draft, skill, &path.parent().unwrap_or_default())?;
    Ok(Location::workspace(path))
}

/// Whether a skill is there just as it is wanted.
fn is_as_wanted(skill: &SkillDraft, at: &Location, files: &dyn Files) -> Result<bool, PlanError> {
    let text = files.read(at, TEXT_LIMIT)?;
    if !text.is_some_and(|text| is_text(&text, skill.text())) {
        return Ok(false);
    }
    let folder = SkillFolder::of(files, at);
    for file in skill.files() {
        // One that cannot be read is at least not known to be the same.
        let Ok(there) = folder.read(&file.path, SKILL_FILE_LIMIT) else {
            return Ok(false);
        };
        let executable = there.as_ref().map(|there| there.executable);
        let is_same_mark = file.executable.is_none() || file.executable == executable;
        if there.map(|there| there.contents) != file.contents
            || (file.contents.is_some() && !is_same_mark)
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Fails if the header has a field that the specification does not have and
/// that the file does not have already: programs give such fields a meaning, as
/// `hooks` and `model`, that nobody looks for.
fn check_fields(skill: &SkillDraft, path: &RelPath, files: &dyn Files) -> Result<(), PlanError> {
    let unknown = skill.unknown_fields();
    if unknown.is_empty() {
        return Ok(());
    }
    let old = files.read(&Location::workspace(path.clone()), TEXT_LIMIT)?;
    let old = old.as_deref().and_then(|old| str::from_utf8(old).ok());
    let old = old.and_then(|old| openwork_frontmatter::parse(old).ok());
    let is_there = |field: &str| old.as_ref().is_some_and(|old| old.get(field).is_some());
    match unknown.into_iter().find(|field| !is_there(field)) {
        Some(field) => Err(PlanError::Invalid(Invalid::SkillUnknownField { field })),
        None => Ok(()),
    }
}

/// Adds the writing and removing of a skill's other files.
fn write_files(
    draft: &mut PlanDraft<'_>,
    skill: &SkillDraft,
    folder: &RelPath,
) -> Result<(), PlanError> {
    for path in skill.omitted() {
        draft.keep(&folder.join_path(path));
    }
    if let Some(file) = skill.files().first()
        && !skill::is_skill_folder(folder)
    {
        return Err(PlanError::Invalid(Invalid::SkillFile {
            path: file.path.to_string(),
            reason: format!("the folder `{folder}` is not there for this skill alone"),
        }));
    }
    skill
        .files()
        .iter()
        .try_for_each(|file| write_file(draft, &folder.join_path(&file.path), file))
}

fn write_file(
    draft: &mut PlanDraft<'_>,
    path: &RelPath,
    file: &SkillFileDraft,
) -> Result<(), PlanError> {
    draft.show(path);
    let Some(contents) = &file.contents else {
        return Ok(draft.remove(path)?);
    };
    let contents = if **contents == *MASK.as_bytes() && is_secret_file(&file.path) {
        kept_secret(draft, path)?
    } else {
        contents.to_vec()
    };
    draft.write(path, contents, SKILL_FILE_LIMIT)?;
    Ok(draft.make_executable(path, file.executable)?)
}

/// What a file holds that went out masked and comes back so.
fn kept_secret(draft: &PlanDraft<'_>, path: &RelPath) -> Result<Vec<u8>, PlanError> {
    let at = Location::workspace(path.clone());
    let there = draft.files().read(&at, SKILL_FILE_LIMIT)?;
    let there = there.map(|there| there.to_vec());
    there.ok_or_else(|| {
        PlanError::Invalid(Invalid::Masked {
            pointer: path.to_string(),
        })
    })
}

/// Removes a skill from all places of the workspace, so that no other of its
/// name comes to light there.
///
/// A folder in a place that is there for skills goes with all that is in it,
/// but for links and what lies deeper than is looked at. Anywhere else, as where
/// `skills.paths` leads to, a folder holds who knows what beside a skill: there
/// its SKILL.md goes and nothing more.
pub(super) fn delete(name: &SkillName, files: &dyn Files) -> Result<Plan, PlanError> {
    let folders = folders(name, files)?;
    let file = folders
        .first()
        .and_then(|folder| folder.join(SKILL_FILE).ok());
    let file = file.ok_or(PlanError::SkillNotFound)?;
    let mut draft = PlanDraft::new(files);
    draft.show(&file);
    for folder in &folders {
        // `skills.paths` may name any folder. There, the files beside a SKILL.md are
        // sources and not parts of a skill.
        if skill::is_skill_folder(folder) {
            draft.empty(folder)?;
        } else if let Ok(file) = folder.join(SKILL_FILE) {
            draft.remove(&file)?;
        }
    }
    draft.show_edits();
    let path = draft.absolute(&file);
    let note = draft.note(&file, format!("Deleted skill {name}"));
    Ok(draft.finish(
        Action::SkillsDelete,
        format!("Delete skill {name}"),
        note,
        PlanReceipt::SkillDeleted {
            name: name.to_string(),
            path,
        },
    ))
}

/// The real folders of the workspace that hold a SKILL.md of this name: those
/// called so, and those that are listed under it wherever they lie.
fn folders(name: &SkillName, files: &dyn Files) -> Result<Vec<RelPath>, PlanError> {
    let mut folders = Vec::new();
    for place in skill_folders() {
        let place = Location::workspace(place);
        let Some(folder) = place.join(name.as_str()) else {
            continue;
        };
        if holds(files, &place, name.as_str(), EntryKind::Dir)?
            && holds(files, &folder, SKILL_FILE, EntryKind::File)?
        {
            folders.push(folder.path);
        }
    }
    for folder in listed(name, files)? {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    Ok(folders)
}

/// The folders of the workspace's skills of a name, without those that only a
/// link leads to.
fn listed(name: &SkillName, files: &dyn Files) -> Result<Vec<RelPath>, PlanError> {
    let view = skill::list_skills(files, false)?;
    let items = view.items.iter().filter(|item| item.name == name.as_str());
    let skipped = view.skipped.iter().flatten();
    // A skill that is deleted must not come back from a place that it shadowed.
    let shadowed = skipped.filter(|skill| {
        skill.rule == SkillRule::Shadowed && skill.name.as_deref() == Some(name.as_str())
    });
    let paths = items
        .map(|item| &item.path)
        .chain(shadowed.map(|skill| &skill.path));
    let own = paths.filter_map(|path| locate(files, path, [FileRoot::Workspace]));
    // Through a link the same skill would be found, and deleted, elsewhere.
    let real = own.filter(|at| files.check_target(&at.path).is_ok());
    Ok(real.filter_map(|at| at.path.parent()).collect())
}

/// Whether a directory has an entry of that name which is no link.
fn holds(
    files: &dyn Files,
    directory: &Location,
    name: &str,
    kind: EntryKind,
) -> Result<bool, FileError> {
    let entries = entries(files, directory)?;
    Ok(entries
        .iter()
        .any(|entry| entry.name == name && entry.kind == kind && !entry.is_link))
}
