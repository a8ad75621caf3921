//! What the engine would load, remembered in order to notice that it changed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use sha2::{Digest, Sha256};

use super::{EventAction, EventReason, EventTrigger, by_reason};
use crate::plan::FileEdit;
use openwork_model::files::{
    CONFIG_LIMIT, EntryKind, FileError, Files, Location, TEXT_LIMIT, WalkSight, walk,
};
use openwork_model::layout::{self, EngineFolder, FOLDERS};
use openwork_model::path::RelPath;

/// The files of a workspace that the engine loads, with digests of them.
///
/// ```
/// use openwork_change::event::{EventReason, EngineSurvey};
/// use openwork_model::files::MemoryFiles;
///
/// let files = MemoryFiles::new().with("opencode.json", "{}");
/// let before = EngineSurvey::take(&files);
/// let after = EngineSurvey::take(&files.with(".opencode/commands/daily.md", "Do it"));
/// let triggers = before.triggers(&after);
/// assert_eq!(triggers[0].reason, EventReason::Commands);
/// assert_eq!(triggers[0].name.as_deref(), Some("daily"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EngineSurvey(BTreeMap<RelPath, FilePrint>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FilePrint {
    Of([u8; 32]),
    /// It is there, but is too large or may not be read.
    Unreadable,
}

impl EngineSurvey {
    /// Looks at all files. What cannot be listed counts as empty.
    pub fn take(files: &dyn Files) -> Self {
        let mut survey = Self::default();
        for path in layout::config_files() {
            survey.add(files, path, CONFIG_LIMIT);
        }
        for folder in &FOLDERS {
            survey.add_below(files, folder);
        }
        survey
    }

    /// What differs between this and a later survey, one trigger for each part.
    pub fn triggers(&self, later: &Self) -> Vec<EventTrigger> {
        let gone = self.0.keys().filter(|path| !later.0.contains_key(*path));
        let gone = gone.filter_map(|path| EventTrigger::of_path(path, EventAction::Removed));
        let other = later.0.iter().filter_map(|(path, print)| {
            let before = self.0.get(path);
            let action = EventAction::between(before.is_some(), true);
            (before != Some(print)).then(|| EventTrigger::of_path(path, action))?
        });
        by_reason(gone.chain(other))
    }

    /// Takes note of edits that were carried out; says whether any of them is
    /// news to this survey.
    pub fn settle(&mut self, edits: &[FileEdit]) -> bool {
        let loaded = edits
            .iter()
            .filter(|edit| EventReason::of_path(&edit.path).is_some());
        // All of them are entered, also after the first that is news: `any` would
        // stop there.
        let news = loaded.map(|edit| self.put(&edit.path, edit.after.as_deref().map(print)));
        news.fold(false, |any, one| any | one)
    }

    fn put(&mut self, path: &RelPath, print: Option<FilePrint>) -> bool {
        match (self.0.entry(path.clone()), print) {
            (Slot::Occupied(known), None) => {
                known.remove();
                true
            }
            (Slot::Occupied(mut known), Some(print)) => known.insert(print) != print,
            (Slot::Vacant(_), None) => false,
            (Slot::Vacant(slot), Some(print)) => {
                slot.insert(print);
                true
            }
        }
    }

    fn add_below(&mut self, files: &dyn Files, folder: &EngineFolder) {
        let hidden = folder.directory.includes_hidden();
        let top = Location::workspace(folder.path());
        let mut found = Vec::new();
        walk(
            files,
            &top,
            &|entry| hidden || !entry.name.starts_with('.'),
            &mut |met| {
                if let WalkSight::Entry { dir, entry, .. } = met
                    && entry.kind == EntryKind::File
                {
                    found.extend(dir.path.join(&entry.name));
                }
            },
        );
        // By the rule for single paths, so that a survey and an event never disagree
        // about what counts.
        found.retain(|path| EventReason::of_path(path).is_some());
        for path in found {
            self.add(files, path, TEXT_LIMIT);
        }
    }

    fn add(&mut self, files: &dyn Files, path: RelPath, limit: u64) {
        let read: Result<_, FileError> = files.read(&Location::workspace(path.clone()), limit);
        let print = match read {
            Ok(None) => return,
            Ok(Some(bytes)) => print(&bytes),
            // It still counts as there, so that a file which grows too large is reported as
            // changed and not as removed.
            Err(_) => FilePrint::Unreadable,
        };
        self.0.insert(path, print);
    }
}

fn print(bytes: &[u8]) -> FilePrint {
    FilePrint::Of(Sha256::digest(bytes).into())
}
