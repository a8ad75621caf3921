//! Names of what is written: those that a file can have, and one spelling of
//! each.

use std::collections::{BTreeMap, HashSet};

use super::{FileEdit, PlanError};
use openwork_model::file_name::NameRules;
use openwork_model::files::{Files, Location};
use openwork_model::invalid::Invalid;
use openwork_model::path::RelPath;

/// Refuses edits of files under names that none can have, and under other
/// spellings of names that are there.
///
/// Where `Foo` and `foo` are one file, a write to the second would replace the
/// first, of which nothing was said. That goes for names on the way as well,
/// and for a deletion.
pub(super) fn check(edits: &[FileEdit], files: &dyn Files) -> Result<(), PlanError> {
    let rules = files.name_rules();
    let written = edits.iter().filter(|edit| edit.after.is_some());
    written
        .flat_map(|edit| edit.path.components())
        .try_for_each(|name| check_name(rules, name))?;
    if !rules.fold() {
        return Ok(());
    }
    let mut spellings = Spellings::new(rules, files);
    edits.iter().try_for_each(|edit| spellings.add(&edit.path))
}

fn check_name(rules: NameRules, name: &str) -> Result<(), PlanError> {
    rules.check(name).map_err(|fault| {
        let name = name.to_owned();
        Invalid::FileName { name, fault }.into()
    })
}

/// The names that are there or are about to be.
struct Spellings<'f> {
    rules: NameRules,
    files: &'f dyn Files,
    /// By directory and by what all spellings of a name have in common.
    known: BTreeMap<(RelPath, String), String>,
    listed: HashSet<RelPath>,
}

impl<'f> Spellings<'f> {
    fn new(rules: NameRules, files: &'f dyn Files) -> Self {
        Self {
            rules,
            files,
            known: BTreeMap::new(),
            listed: HashSet::new(),
        }
    }

    /// Takes in a path, unless one of its names is there in another spelling.
    fn add(&mut self, path: &RelPath) -> Result<(), PlanError> {
        let mut dir = RelPath::root();
        for name in path.components() {
            self.list(&dir)?;
            let key = (dir.clone(), self.rules.folded(name).into_owned());
            let spelling = self.known.entry(key).or_insert_with(|| name.to_owned());
            if spelling != name {
                let taken_by = spelling.clone();
                return Err(self.taken(&dir, name, taken_by));
            }
            // A component of a path is one of any path.
            let Ok(below) = dir.join(name) else {
                return Ok(());
            };
            dir = below;
        }
        Ok(())
    }

    /// Takes in the names in a directory, once.
    fn list(&mut self, dir: &RelPath) -> Result<(), PlanError> {
        if !self.listed.insert(dir.clone()) {
            return Ok(());
        }
        let entries = self.files.list(&Location::workspace(dir.clone()))?;
        for entry in entries.into_iter().flatten() {
            let key = (dir.clone(), self.rules.folded(&entry.name).into_owned());
            self.known.insert(key, entry.name);
        }
        Ok(())
    }

    fn taken(&self, dir: &RelPath, name: &str, taken_by: String) -> PlanError {
        let at = dir.join(&taken_by).unwrap_or_else(|_| dir.clone());
        PlanError::NameTaken {
            name: name.to_owned(),
            path: self.files.absolute(&Location::workspace(at)),
            taken_by,
        }
    }
}
