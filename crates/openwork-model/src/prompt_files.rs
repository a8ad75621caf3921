//! The files of prompts in a folder: commands and agents, one for each file.

use crate::files::{DirEntry, EntryKind, FileError, Files, Location, TEXT_LIMIT, WalkSight, walk};
use crate::layer::ConfigDirectory;
use crate::layout::{FolderContent, PROMPT_ENDING};
use crate::skip::{FileRule, SkipFault};

/// A prompt's file and its text.
pub(crate) struct PromptFile {
    pub(crate) at: Location,
    /// Its path below the folder, without the ending.
    pub(crate) stem: String,
    pub(crate) text: String,
}

/// How far below a folder its prompts lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PromptDepth {
    /// Directly in it.
    Flat,
    /// At any depth.
    Any,
}

/// The prompts' files of some folders, in the order in which they count.
pub(crate) struct PromptFiles<R> {
    pub(crate) files: Vec<PromptFile>,
    /// What could not be read or looked at, and why.
    pub(crate) faults: Vec<(Location, SkipFault<R>)>,
}

impl<R: From<FileRule>> PromptFiles<R> {
    /// Those of the directory's folders for this, which need not be there.
    pub(crate) fn in_directory(
        files: &dyn Files,
        directory: &ConfigDirectory,
        content: FolderContent,
        depth: PromptDepth,
    ) -> Result<Self, FileError> {
        let mut found = Self {
            files: Vec::new(),
            faults: Vec::new(),
        };
        let names = content.folder_names();
        for folder in names.filter_map(|name| directory.folder(name)) {
            found.add_folder(files, &folder, depth)?;
        }
        Ok(found)
    }

    fn add_folder(
        &mut self,
        files: &dyn Files,
        folder: &Location,
        depth: PromptDepth,
    ) -> Result<(), FileError> {
        let enters = |_: &DirEntry| depth == PromptDepth::Any;
        // The walk only calls back, so an error has to be carried out of it.
        let mut closed = Ok(());
        walk(files, folder, &enters, &mut |found| match found {
            WalkSight::Entry { dir, entry, .. } => {
                if let Some(at) = dir.join(&entry.name) {
                    self.add_entry(files, folder, at, entry);
                }
            }
            // Prompts that cannot be listed at all must not look like none.
            WalkSight::Closed {
                dir,
                error: error @ FileError::Io { .. },
            } if *dir == *folder => closed = Err(error),
            // Not every workspace has all of the folders, or keeps a folder there.
            WalkSight::Closed { dir, .. } if *dir == *folder => {}
            WalkSight::Closed { dir, error } => self.skip(dir, SkipFault::unreadable(&error)),
            WalkSight::TooDeep { dir } => self.skip(dir, SkipFault::too_deep()),
            WalkSight::TooMany => self.skip(folder, SkipFault::too_many()),
        });
        closed
    }

    fn add_entry(&mut self, files: &dyn Files, folder: &Location, at: Location, entry: &DirEntry) {
        let stem = stem(folder, &at).map(str::to_owned);
        match (entry.kind, stem) {
            (EntryKind::File, Some(stem)) => match read_text(files, &at) {
                Ok(text) => self.files.push(PromptFile { at, stem, text }),
                Err(fault) => self.faults.push((at, fault)),
            },
            // A link may lead to a folder full of prompts, whatever its name.
            (EntryKind::Other, stem) if entry.is_link || stem.is_some() => {
                self.faults.push((at, SkipFault::not_followed()));
            }
            (EntryKind::File | EntryKind::Dir | EntryKind::Other, _) => {}
        }
    }

    fn skip(&mut self, at: &Location, fault: SkipFault<R>) {
        self.faults.push((at.clone(), fault));
    }
}

fn stem<'a>(folder: &Location, at: &'a Location) -> Option<&'a str> {
    let below = at.path.as_str().get(folder.path.as_str().len()..)?;
    below.trim_start_matches('/').strip_suffix(PROMPT_ENDING)
}

fn read_text<R: From<FileRule>>(files: &dyn Files, at: &Location) -> Result<String, SkipFault<R>> {
    let contents = files
        .read(at, TEXT_LIMIT)
        .map_err(|error| SkipFault::unreadable(&error))?;
    let contents = contents.ok_or_else(SkipFault::gone)?;
    let text = std::str::from_utf8(&contents).map_err(|_| SkipFault::not_text())?;
    Ok(text.to_owned())
}
