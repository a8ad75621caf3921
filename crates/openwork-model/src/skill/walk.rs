//! The SKILL.md files below a place.

use std::path::PathBuf;

use super::place::SkillPlace;
use super::verdict::SkillFault;
use crate::files::{DirEntry, EntryKind, Files, Location, WalkSight, walk};
use crate::layout::SKILL_FILE;

/// A SKILL.md and the name of the folder that it is in.
#[derive(Debug)]
pub(super) struct SkillCandidate {
    pub(super) at: Location,
    pub(super) folder: String,
}

/// What was found below some places.
pub(super) struct SkillWalk<'f> {
    files: &'f dyn Files,
    /// In folders directly in places of the OpenWork API.
    pub(super) first: Vec<SkillCandidate>,
    /// Everywhere else.
    pub(super) rest: Vec<SkillCandidate>,
    /// What could not be followed, and why.
    pub(super) unfollowed: Vec<(PathBuf, SkillFault)>,
}

impl<'f> SkillWalk<'f> {
    pub(super) fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            first: Vec::new(),
            rest: Vec::new(),
            unfollowed: Vec::new(),
        }
    }

    /// Looks at everything below a place.
    pub(super) fn below(&mut self, place: &SkillPlace) {
        let enters = |entry: &DirEntry| place.hidden || !entry.name.starts_with('.');
        walk(self.files, &place.at, &enters, &mut |found| match found {
            WalkSight::Entry { dir, depth, entry } => self.add_entry(place, dir, depth, entry),
            WalkSight::Closed { dir, error } => {
                self.note_unfollowed(dir, SkillFault::unreadable(&error));
            }
            WalkSight::TooDeep { dir } => self.note_unfollowed(dir, SkillFault::too_deep()),
            WalkSight::TooMany => self.note_unfollowed(&place.at, SkillFault::too_many()),
        });
    }

    fn add_entry(&mut self, place: &SkillPlace, dir: &Location, depth: usize, entry: &DirEntry) {
        let is_skill = entry.name == SKILL_FILE;
        // A link directly in a place is one that somebody made for a skill. Deeper
        // down it may be anything.
        let is_loose_link = entry.is_link && depth == 0;
        let Some(at) = dir.join(&entry.name).filter(|_| is_skill || is_loose_link) else {
            return;
        };
        match entry.kind {
            EntryKind::File if is_skill => {
                // Depth 1 is a folder directly in the place: there the OpenWork API looks, and
                // only there.
                let is_first = place.listed_first && depth == 1;
                let found = if is_first {
                    &mut self.first
                } else {
                    &mut self.rest
                };
                let folder = dir.path.file_name().unwrap_or("").to_owned();
                found.push(SkillCandidate { at, folder });
            }
            EntryKind::Other => self.note_unfollowed(&at, SkillFault::not_followed()),
            EntryKind::File | EntryKind::Dir => {}
        }
    }

    fn note_unfollowed(&mut self, at: &Location, fault: SkillFault) {
        self.unfollowed.push((self.files.absolute(at), fault));
    }
}
