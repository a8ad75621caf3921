//! The agents' files in the folders of a directory.

use super::place::AgentForm;
use super::skipped::AgentFault;
use crate::files::{DirEntry, EntryKind, FileError, Files, Location, TEXT_LIMIT, WalkSight, walk};
use crate::layer::ConfigDirectory;
use crate::layout::{FolderContent, PROMPT_ENDING};

/// An agent's file and its text.
pub(super) struct AgentFile {
    pub(super) at: Location,
    pub(super) form: AgentForm,
    /// Its path below the folder, without the ending.
    pub(super) stem: String,
    pub(super) text: String,
}

/// The agents' files of a directory, in the order in which they count.
#[derive(Default)]
pub(super) struct AgentFiles {
    pub(super) files: Vec<AgentFile>,
    /// What could not be read or looked at, and why.
    pub(super) faults: Vec<(Location, AgentFault)>,
}

impl AgentFiles {
    pub(super) fn in_directory(
        files: &dyn Files,
        directory: &ConfigDirectory,
    ) -> Result<Self, FileError> {
        let mut found = Self::default();
        let kinds = [
            (FolderContent::Agents, AgentForm::File),
            (FolderContent::Modes, AgentForm::ModeFile),
        ];
        for (content, form) in kinds {
            let names = content.folder_names();
            for folder in names.filter_map(|name| directory.folder(name)) {
                found.add_folder(files, &folder, form)?;
            }
        }
        Ok(found)
    }

    fn add_folder(
        &mut self,
        files: &dyn Files,
        folder: &Location,
        form: AgentForm,
    ) -> Result<(), FileError> {
        // Modes are read directly in their folder alone.
        let enters = |_: &DirEntry| !form.is_mode();
        // The walk only calls back, so an error has to be carried out of it.
        let mut closed = Ok(());
        walk(files, folder, &enters, &mut |found| match found {
            WalkSight::Entry { dir, entry, .. } => {
                if let Some(at) = dir.join(&entry.name) {
                    self.add_entry(files, folder, at, entry, form);
                }
            }
            // Agents that cannot be listed at all must not look like none.
            WalkSight::Closed {
                dir,
                error: error @ FileError::Io { .. },
            } if *dir == *folder => closed = Err(error),
            // Not every workspace has all of the folders, or keeps a folder there.
            WalkSight::Closed { dir, .. } if *dir == *folder => {}
            WalkSight::Closed { dir, error } => {
                self.faults
                    .push((dir.clone(), AgentFault::unreadable(&error)));
            }
            WalkSight::TooDeep { dir } => {
                self.faults.push((dir.clone(), AgentFault::too_deep()));
            }
            WalkSight::TooMany => self.faults.push((folder.clone(), AgentFault::too_many())),
        });
        closed
    }

    fn add_entry(
        &mut self,
        files: &dyn Files,
        folder: &Location,
        at: Location,
        entry: &DirEntry,
        form: AgentForm,
    ) {
        let stem = stem(folder, &at).map(str::to_owned);
        match (entry.kind, stem) {
            (EntryKind::File, Some(stem)) => match read_text(files, &at) {
                Ok(text) => self.files.push(AgentFile {
                    at,
                    form,
                    stem,
                    text,
                }),
                Err(fault) => self.faults.push((at, fault)),
            },
            // A link may lead to a folder full of agents, whatever its name.
            (EntryKind::Other, stem) if entry.is_link || stem.is_some() => {
                self.faults.push((at, AgentFault::not_followed()));
            }
            (EntryKind::File | EntryKind::Dir | EntryKind::Other, _) => {}
        }
    }
}

fn stem<'a>(folder: &Location, at: &'a Location) -> Option<&'a str> {
    let below = at.path.as_str().get(folder.path.as_str().len()..)?;
    below.trim_start_matches('/').strip_suffix(PROMPT_ENDING)
}

fn read_text(files: &dyn Files, at: &Location) -> Result<String, AgentFault> {
    let contents = files
        .read(at, TEXT_LIMIT)
        .map_err(|error| AgentFault::unreadable(&error))?;
    let contents = contents.ok_or_else(AgentFault::gone)?;
    let text = std::str::from_utf8(&contents).map_err(|_| AgentFault::not_text())?;
    Ok(text.to_owned())
}
