//! Skills: folders with instructions that the engine offers to the model.
//!
//! The list describes what the engine (1.18) loads, as far as the OpenWork API's
//! rules admit it. Its order: the places of the OpenWork API (`.opencode/skills`,
//! then `.claude/skills`, of the workspace and of each directory above it up
//! to the worktree's root, folders directly there by name), then what lies
//! deeper in these, and the further places of the engine in the same
//! directions. The user's own places follow in the same way. Of several
//! skills with one name the first is listed; the engine takes any.
//!
//! | module | what it does |
//! | --- | --- |
//! | `place` | where to look, and in which order |
//! | `walk` | the SKILL.md files below a place |
//! | `verdict` | what a SKILL.md says, or why it is left out |
//! | `folder` | what lies in a skill's folder beside its SKILL.md |
//! | `standing` | where the skills of a workspace stand |

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::config::ReadError;
use crate::files::{FileContents, FileError, Files, Location, TEXT_LIMIT};
use crate::layout::{self, SKILL_FILE};
use crate::name::SkillName;
use crate::path::RelPath;
use crate::skip::SkippedItem;

mod export_room;
mod folder;
mod place;
mod standing;
mod verdict;
mod walk;

pub use self::export_room::{ExportRoom, json_length, transfer_text};
pub use self::folder::{
    MOST_SKILL_FILES, OmittedFile, SKILL_FILE_LIMIT, SkillFile, SkillFileContents, SkillFolder,
};
use self::place::{SkillRegion, places};
pub use self::standing::StandingSkills;
use self::verdict::SkillFault;
pub use self::verdict::is_description;
pub use self::verdict::{SkillEntry, SkillRule};
use self::walk::{SkillCandidate, SkillWalk};

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
    pub scope: SkillScope,
}

/// Something that looks like a skill and is not listed.
pub type SkippedSkill = SkippedItem<SkillScope, SkillRule>;

impl SkippedSkill {
    /// Notes that another skill of the name counts as the loaded one.
    fn yield_to(&mut self, first: &Path) {
        self.loaded = false;
        self.message = format!(
            "{}; {} gives itself the same name, and the engine takes either, not always the same",
            self.message,
            first.display()
        );
    }
}

/// The skills of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SkillsView {
    /// Each name once, in the order of the places.
    pub items: Vec<SkillItem>,
    /// What is not listed, if that was asked for.
    pub skipped: Option<Vec<SkippedSkill>>,
}

impl SkillsView {
    /// The same, with nothing said of what is left out.
    #[must_use]
    pub fn without_skipped(self) -> Self {
        Self {
            skipped: None,
            ..self
        }
    }
}

/// Where a skill comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkillScope {
    /// From the workspace or a directory above it in the same worktree.
    Project,
    /// From the user's own directories.
    Global,
}

impl SkillScope {
    /// The word of the OpenWork API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Global => "global",
        }
    }
}

impl AsRef<str> for SkillScope {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// The skills, and what is left out of them.
///
/// What cannot be read, or is no skill by the rules of [`read_skill`], is
/// skipped and hides nothing else.
pub fn list_skills(files: &dyn Files, include_global: bool) -> Result<SkillsView, ReadError> {
    // A thousand texts of some kilobytes each are let go one by one.
    let mut survey = SkillSurvey::new(files, |item, _, _| item);
    survey.search(include_global, &|_| true)?;
    survey.settle_twins();
    Ok(SkillsView {
        items: survey.found,
        skipped: Some(survey.skipped),
    })
}

/// The skill that is listed under a name, with the text of its SKILL.md.
pub fn find_skill(
    files: &dyn Files,
    name: &str,
    include_global: bool,
) -> Result<FoundSkill, ReadError> {
    let mut survey = SkillSurvey::new(files, FoundSkill::new);
    survey.search(include_global, &|folder| folder == name)?;
    let found = survey.found.into_iter().next();
    found.ok_or(ReadError::SkillNotFound)
}

/// Reads the text of a SKILL.md in a folder of that name. `None` if it is no
/// skill: the frontmatter is broken, gives another name or none, or has no
/// description of 1 to 1024 characters.
///
/// ```
/// use openwork_model::skill::read_skill;
///
/// let skill = read_skill("audit", "---\nname: audit\ndescription: Audits expenses\n---\nSteps.\n");
/// assert_eq!(skill.map(|entry| entry.description).as_deref(), Some("Audits expenses"));
/// assert_eq!(read_skill("audit", "Steps without frontmatter.\n"), None);
/// ```
pub fn read_skill(folder: &str, text: &str) -> Option<SkillEntry> {
    verdict::judge(folder, text).ok()
}

/// A skill that was found, with its text.
#[derive(Debug)]
pub struct FoundSkill {
    /// As it is listed.
    pub item: SkillItem,
    /// The whole text of its file.
    pub text: String,
    /// Where its SKILL.md is, below one of the roots.
    pub at: Location,
}

impl FoundSkill {
    fn new(item: SkillItem, text: &str, at: &Location) -> Self {
        Self {
            item,
            text: text.to_owned(),
            at: at.clone(),
        }
    }
}

/// The project's skills as listed, with their texts.
pub fn skills_with_text(files: &dyn Files) -> Result<Vec<FoundSkill>, ReadError> {
    let mut survey = SkillSurvey::new(files, FoundSkill::new);
    survey.search(false, &|_| true)?;
    Ok(survey.found)
}

/// Visits the text of every SKILL.md that the engine finds for a workspace, the user's
/// own among them, be it that of a skill or not.
pub(crate) fn each_skill_text(
    files: &dyn Files,
    visit: &mut dyn FnMut(&str),
) -> Result<(), ReadError> {
    for region in places(files, true)? {
        let mut walk = SkillWalk::new(files);
        for place in &region.places {
            walk.below(place);
        }
        for candidate in walk.first.iter().chain(&walk.rest) {
            if let Ok(contents) = read_contents(files, &candidate.at) {
                visit(&String::from_utf8_lossy(&contents));
            }
        }
    }
    Ok(())
}

/// Where skills of these names are that lie directly in a place that the engine
/// reads, in a folder of their name.
pub fn skills_named<'n>(
    files: &dyn Files,
    names: &[&'n SkillName],
) -> Result<Vec<(&'n SkillName, PathBuf)>, ReadError> {
    let mut found = Vec::new();
    let places = places(files, true)?;
    for place in places.iter().flat_map(|places| &places.places) {
        for name in names {
            let folder = place.at.join(name.as_str());
            let Some(at) = folder.and_then(|folder| folder.join(SKILL_FILE)) else {
                continue;
            };
            // Read instead of listed, as the names are few and the places may be large.
            if let Ok(Some(_)) = files.read(&at, TEXT_LIMIT) {
                found.push((*name, files.absolute(&at)));
            }
        }
    }
    Ok(found)
}

/// Whether a folder of the workspace lies in a place that is there for skills,
/// so that all of it belongs to the skill that it holds.
pub fn is_skill_folder(folder: &RelPath) -> bool {
    layout::skill_folders().any(|around| folder.is_below(&around) && *folder != around)
}

/// Collects skills, each name and each file once.
struct SkillSurvey<'f, T> {
    files: &'f dyn Files,
    /// What is kept of a skill, its text and its place.
    keep: fn(SkillItem, &str, &Location) -> T,
    names: HashMap<SkillName, PathBuf>,
    paths: HashSet<PathBuf>,
    found: Vec<T>,
    skipped: Vec<SkippedSkill>,
}

impl<'f, T> SkillSurvey<'f, T> {
    fn new(files: &'f dyn Files, keep: fn(SkillItem, &str, &Location) -> T) -> Self {
        Self {
            files,
            keep,
            names: HashMap::new(),
            paths: HashSet::new(),
            found: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// Looks at all places, reading the skills of those folders that are wanted.
    fn search(
        &mut self,
        include_global: bool,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<(), ReadError> {
        for SkillRegion {
            scope,
            places,
            outside,
        } in places(self.files, include_global)?
        {
            // One walk for all places of a scope: what lies directly in any of them comes
            // before what lies deeper in the first.
            let mut walk = SkillWalk::new(self.files);
            for place in &places {
                walk.below(place);
            }
            for candidate in walk.first.iter().chain(&walk.rest) {
                if is_wanted(&candidate.folder) {
                    self.read(candidate, scope);
                }
            }
            let unfollowed = walk.unfollowed.into_iter().chain(outside);
            self.skipped
                .extend(unfollowed.map(|(path, fault)| fault.skipped(path, scope)));
        }
        Ok(())
    }

    fn read(&mut self, candidate: &SkillCandidate, scope: SkillScope) {
        let path = self.files.absolute(&candidate.at);
        // The home directory may be one of those above the workspace.
        if !self.paths.insert(path.clone()) {
            return;
        }
        if let Err(fault) = self.take(candidate, &path, scope) {
            self.skipped.push(fault.skipped(path, scope));
        }
    }

    fn take(
        &mut self,
        candidate: &SkillCandidate,
        path: &Path,
        scope: SkillScope,
    ) -> Result<(), SkillFault> {
        let contents = read_contents(self.files, &candidate.at)?;
        let text = std::str::from_utf8(&contents).map_err(|_| SkillFault::not_text())?;
        let entry = verdict::judge(&candidate.folder, text)?;
        // Skipped and not dropped: two skills of a name are a mistake that somebody
        // has to hear of, since the engine takes either.
        if let Some(first) = self.names.get(&entry.name) {
            return Err(SkillFault::shadowed(&entry.name, first));
        }
        let item = SkillItem {
            name: entry.name.to_string(),
            description: entry.description,
            path: path.to_owned(),
            scope,
        };
        self.names.insert(entry.name, path.to_owned());
        self.found.push((self.keep)(item, text, &candidate.at));
        Ok(())
    }
}

impl SkillSurvey<'_, SkillItem> {
    /// Leaves one skill of each name that is loaded, as the engine does: the one
    /// that is listed, or else the first.
    fn settle_twins(&mut self) {
        let listed = self.found.iter();
        let mut loaded: HashMap<String, PathBuf> = listed
            .map(|item| (item.name.clone(), item.path.clone()))
            .collect();
        for skill in self.skipped.iter_mut().filter(|skill| skill.loaded) {
            let Some(name) = &skill.name else {
                continue;
            };
            match loaded.get(name) {
                Some(first) => skill.yield_to(first),
                None => drop(loaded.insert(name.clone(), skill.path.clone())),
            }
        }
    }
}

fn read_contents(files: &dyn Files, at: &Location) -> Result<FileContents, SkillFault> {
    let contents = files.read(at, TEXT_LIMIT).map_err(|error| match error {
        FileError::TooLarge { limit, .. } => SkillFault::too_large(limit),
        error => SkillFault::unreadable(&error),
    })?;
    contents.ok_or_else(SkillFault::gone)
}
