//! Where the skills of a workspace stand.

use std::collections::HashMap;
use std::path::Path;

use super::list_skills;
use crate::config::ReadError;
use crate::files::{FileRoot, Files, Location};
use crate::layer::locate;
use crate::layout::SKILL_FILE;
use crate::name::SkillName;
use crate::path::RelPath;

/// The SKILL.md files of a workspace by the names of their skills, wherever the
/// engine looks for them.
#[derive(Debug, Default)]
pub struct StandingSkills {
    own: HashMap<String, RelPath>,
    /// Those of the directories above it that are listed.
    above: HashMap<String, Location>,
}

impl StandingSkills {
    /// Looks at all places.
    pub fn read(files: &dyn Files) -> Result<Self, ReadError> {
        let view = list_skills(files, false)?;
        let items = view.items.iter();
        let listed = items.map(|item| (Some(item.name.as_str()), item.path.as_path()));
        // One that is too broken to be listed is mended where it stands: a good copy
        // beside it would be a second skill of the name.
        let skipped = view.skipped.iter().flatten();
        let skipped = skipped.map(|skill| (skill.name.as_deref(), skill.path.as_path()));
        let mut named: HashMap<String, Vec<RelPath>> = HashMap::new();
        for (name, path) in listed.chain(skipped) {
            if let Some((name, path)) = own_skill(files, name, path) {
                named.entry(name).or_default().push(path);
            }
        }
        let own = named.into_iter();
        let own = own.filter_map(|(name, paths)| Some((name, first_of(files, paths)?)));
        let own = own.collect();
        let roots = (1..=files.ancestors()?).map(FileRoot::Ancestor);
        let roots: Vec<FileRoot> = roots.collect();
        let listed = view.items.iter();
        let above = listed.filter_map(|item| {
            let at = locate(files, &item.path, roots.iter().copied())?;
            Some((item.name.clone(), at))
        });
        let above = above.collect();
        Ok(Self { own, above })
    }

    /// The file of a skill that is there.
    pub fn file(&self, name: &SkillName) -> Option<&RelPath> {
        self.own.get(name.as_str())
    }

    /// The file of a skill that is not the workspace's own and is listed for it,
    /// as one of a directory above is.
    pub fn file_above(&self, name: &SkillName) -> Option<&Location> {
        let is_own = self.own.contains_key(name.as_str());
        self.above.get(name.as_str()).filter(|_| !is_own)
    }

    /// Where a skill is to be written: its file, or the one that a new skill gets.
    pub fn place(&self, name: &SkillName) -> RelPath {
        self.file(name).cloned().unwrap_or_else(|| name.path())
    }
}

/// The name and the place of a skill, if it is the workspace's own.
fn own_skill(files: &dyn Files, name: Option<&str>, path: &Path) -> Option<(String, RelPath)> {
    let at = locate(files, path, [FileRoot::Workspace])?;
    let is_file = at.path.file_name() == Some(SKILL_FILE);
    let folder = at.path.parent();
    let folder = folder.as_ref().and_then(RelPath::file_name);
    let name = name.or(folder).filter(|_| is_file)?;
    Some((name.to_owned(), at.path))
}

/// Which of the files of one name counts: a link to a skill is no second one.
///
/// To know what is a link, the whole path has to be followed again. So that is
/// asked only where it decides something.
fn first_of(files: &dyn Files, paths: Vec<RelPath>) -> Option<RelPath> {
    let is_file = |path: &RelPath| files.check_target(path).is_ok();
    let real = match paths.as_slice() {
        [_] => None,
        several => several.iter().position(is_file),
    };
    paths.into_iter().nth(real.unwrap_or(0))
}
