//! The agents' files in the folders of a directory.

use super::place::AgentForm;
use super::skipped::AgentFault;
use crate::files::{FileError, Files, Location};
use crate::layer::ConfigDirectory;
use crate::layout::FolderContent;
use crate::prompt_files::{PromptDepth, PromptFile, PromptFiles};

/// An agent's file, and in which kind of folder it is.
pub(super) struct AgentFile {
    pub(super) file: PromptFile,
    pub(super) form: AgentForm,
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
        let kinds = [
            (FolderContent::Agents, AgentForm::File, PromptDepth::Any),
            // Modes are read directly in their folder alone.
            (FolderContent::Modes, AgentForm::ModeFile, PromptDepth::Flat),
        ];
        let mut all = Self::default();
        for (content, form, depth) in kinds {
            let found = PromptFiles::in_directory(files, directory, content, depth)?;
            let of_form = |file| AgentFile { file, form };
            all.files.extend(found.files.into_iter().map(of_form));
            all.faults.extend(found.faults);
        }
        Ok(all)
    }
}
