//! Skills: folders with instructions that the engine offers to the model.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::config::ReadError;
use crate::files::{EntryKind, Files, Location, Root, TEXT_LIMIT, entries, text};
use crate::frontmatter;
use crate::name::SkillName;
use crate::path::RelPath;

/// The file of a skill's folder that makes it one.
pub(crate) const FILE: &str = "SKILL.md";

/// One skill as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillItem {
    /// Its name, which is also its folder's.
    pub name: String,
    /// When to use it.
    pub description: String,
    /// Where its SKILL.md is.
    pub path: PathBuf,
    /// Whether it belongs to the workspace's project or to the user.
    pub scope: Scope,
}

/// Where a skill comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// From the workspace or a directory above it in the same worktree.
    Project,
    /// From the user's own directories.
    Global,
}

impl Scope {
    /// The word of the seed API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Global => "global",
        }
    }
}

/// What the frontmatter of a SKILL.md says of its skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The skill's name.
    pub name: SkillName,
    /// Its description.
    pub description: String,
}

/// The skills in the order of their places, nearest first, by name within
/// one. Of several with the same name only the first is there.
///
/// What cannot be read, or is no skill by the rules of [`read_entry`], is
/// left out and hides nothing else.
pub fn list(files: &dyn Files, include_global: bool) -> Result<Vec<SkillItem>, ReadError> {
    Ok(found(files, include_global)?
        .into_iter()
        .map(|skill| skill.item)
        .collect())
}

/// Reads the text of a SKILL.md in a folder of that name. `None` if it is no
/// skill: the frontmatter is broken, names another skill, or has no
/// description of 1 to 1024 characters.
///
/// ```
/// use openwork_model::skill::read_entry;
///
/// let skill = read_entry("audit", "---\ndescription: Audits expenses\n---\nSteps.\n");
/// assert_eq!(skill.map(|entry| entry.description).as_deref(), Some("Audits expenses"));
/// assert_eq!(read_entry("audit", "Steps without frontmatter.\n"), None);
/// ```
pub fn read_entry(folder: &str, text: &str) -> Option<Entry> {
    let file = frontmatter::parse(text).ok()?;
    let name = SkillName::parse(folder).ok()?;
    let own = file.text_of("name").unwrap_or(folder);
    let description = file.text_of("description")?;
    let is_skill = own == folder && name.as_str() == folder && is_description(description);
    is_skill.then(|| Entry {
        name,
        description: description.to_owned(),
    })
}

/// A skill that was found, with its text.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) item: SkillItem,
    pub(crate) text: String,
}

/// As [`list`], with texts.
pub(crate) fn found(files: &dyn Files, include_global: bool) -> Result<Vec<Found>, ReadError> {
    let mut names = HashSet::new();
    let mut skills = Vec::new();
    for (place, scope) in places(files.ancestors()?, include_global) {
        let here = in_place(files, &place, scope);
        skills.extend(here.filter(|skill| names.insert(skill.item.name.clone())));
    }
    Ok(skills)
}

/// The places of the workspace itself that hold skill folders.
pub(crate) fn workspace_places() -> [RelPath; 2] {
    [".opencode", ".claude"].map(|parent| RelPath::of_components(&[parent, "skills"]))
}

/// Whether a text may describe a skill. Characters count, not bytes.
pub(crate) fn is_description(text: &str) -> bool {
    (1..=1024).contains(&text.chars().count())
}

fn places(ancestors: usize, include_global: bool) -> impl Iterator<Item = (Location, Scope)> {
    let roots = std::iter::once(Root::Workspace).chain((1..=ancestors).map(Root::Ancestor));
    let project = roots.flat_map(|root| workspace_places().map(|path| Location::new(root, path)));
    let global = [
        Location::new(Root::Global, RelPath::of_components(&["skills"])),
        Location::new(Root::Home, RelPath::of_components(&[".claude", "skills"])),
    ];
    let global = global.into_iter().filter(move |_| include_global);
    project
        .map(|at| (at, Scope::Project))
        .chain(global.map(|at| (at, Scope::Global)))
}

/// The skills of one place. A place that cannot be looked at has none, lest
/// it hide those of the others.
fn in_place(files: &dyn Files, place: &Location, scope: Scope) -> impl Iterator<Item = Found> {
    let folders = entries(files, place).unwrap_or_default().into_iter();
    let folders = folders.filter(|entry| entry.kind == EntryKind::Dir);
    folders.filter_map(move |folder| in_folder(files, place, &folder.name, scope))
}

fn in_folder(files: &dyn Files, place: &Location, folder: &str, scope: Scope) -> Option<Found> {
    let at = place.join(folder)?.join(FILE)?;
    let text = text(files, &at, TEXT_LIMIT)?;
    let entry = read_entry(folder, &text)?;
    let item = SkillItem {
        name: entry.name.to_string(),
        description: entry.description,
        path: files.absolute(&at),
        scope,
    };
    Some(Found { item, text })
}
