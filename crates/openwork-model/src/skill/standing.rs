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
        let all: Vec<_> = listed.chain(skipped).collect();
        let mut standing = Self::default();
        // Files before links: a link to a skill is no second one.
        for is_link in [false, true] {
            for (name, path) in &all {
                standing.add(files, *name, path, is_link);
            }
        }
        let roots = (1..=files.ancestors()?).map(FileRoot::Ancestor);
        let roots: Vec<FileRoot> = roots.collect();
        let listed = view.items.iter();
        let above = listed.filter_map(|item| {
            let at = locate(files, &item.path, roots.iter().copied())?;
            Some((item.name.clone(), at))
        });
        standing.above = above.collect();
        Ok(standing)
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

    fn add(&mut self, files: &dyn Files, name: Option<&str>, path: &Path, is_link: bool) {
        let Some(at) = locate(files, path, [FileRoot::Workspace]) else {
            return;
        };
        if at.path.file_name() != Some(SKILL_FILE)
            || files.check_target(&at.path).is_err() != is_link
        {
            return;
        }
        let folder = at.path.parent();
        let folder = folder.as_ref().and_then(RelPath::file_name);
        if let Some(name) = name.or(folder) {
            self.own.entry(name.to_owned()).or_insert(at.path);
        }
    }
}
