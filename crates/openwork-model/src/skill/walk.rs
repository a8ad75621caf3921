//! The SKILL.md files below a place.

use std::path::PathBuf;

use super::FILE;
use super::place::Place;
use super::verdict::Fault;
use crate::files::{Entry, EntryKind, Files, Location, Sight, walk};

/// A SKILL.md and the name of the folder that it is in.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) at: Location,
    pub(super) folder: String,
}

/// What was found below some places.
pub(super) struct Walk<'f> {
    files: &'f dyn Files,
    /// In folders directly in places of the seed API.
    pub(super) first: Vec<Candidate>,
    /// Everywhere else.
    pub(super) rest: Vec<Candidate>,
    /// What could not be followed, and why.
    pub(super) astray: Vec<(PathBuf, Fault)>,
}

impl<'f> Walk<'f> {
    pub(super) fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            first: Vec::new(),
            rest: Vec::new(),
            astray: Vec::new(),
        }
    }

    /// Looks at everything below a place.
    pub(super) fn below(&mut self, place: &Place) {
        let enters = |entry: &Entry| place.hidden || !entry.name.starts_with('.');
        walk(self.files, &place.at, &enters, &mut |sight| match sight {
            Sight::Entry { dir, depth, entry } => self.look(place, dir, depth, entry),
            Sight::Closed { dir, error } => self.stray(dir, Fault::unreadable(&error)),
            Sight::TooDeep { dir } => self.stray(dir, Fault::too_deep()),
            Sight::TooMany => self.stray(&place.at, Fault::limit()),
        });
    }

    fn look(&mut self, place: &Place, dir: &Location, depth: usize, entry: &Entry) {
        let is_skill = entry.name == FILE;
        let is_loose_link = entry.is_link && depth == 0;
        let Some(at) = dir.join(&entry.name).filter(|_| is_skill || is_loose_link) else {
            return;
        };
        match entry.kind {
            EntryKind::File if is_skill => {
                let is_first = place.seed && depth == 1;
                let found = if is_first {
                    &mut self.first
                } else {
                    &mut self.rest
                };
                let folder = dir.path.file_name().unwrap_or_default().to_owned();
                found.push(Candidate { at, folder });
            }
            EntryKind::Other => self.stray(&at, Fault::not_followed()),
            EntryKind::File | EntryKind::Dir => {}
        }
    }

    fn stray(&mut self, at: &Location, fault: Fault) {
        self.astray.push((self.files.absolute(at), fault));
    }
}
