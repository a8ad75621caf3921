//! One of the engine's configuration files of a workspace, opened for changes.

use std::collections::HashSet;

use serde_json::Value;

use super::PlanError;
use super::draft::PlanDraft;
use super::opencode::second_name;
use crate::change::Fields;
use openwork_jsonc::{EditError, JsoncDocument};
use openwork_model::config::OpencodeFile;
use openwork_model::files::{CONFIG_LIMIT, FileContents, Files, Location};
use openwork_model::path::RelPath;

/// A file and its text as it will be.
pub(super) struct OpenedConfig {
    pub(super) path: RelPath,
    before: Option<FileContents>,
    document: JsoncDocument,
}

impl OpenedConfig {
    /// Opens a file whose text has been parsed.
    pub(super) fn new(file: OpencodeFile, document: JsoncDocument) -> Self {
        Self {
            path: file.path,
            before: file.contents,
            document,
        }
    }

    /// Whether the file is there already.
    pub(super) fn exists(&self) -> bool {
        self.before.is_some()
    }

    /// Whether it lies in the engine's own directory.
    pub(super) fn is_inner(&self) -> bool {
        self.path.as_str().contains('/')
    }

    /// Whether the text is another one now.
    pub(super) fn is_changed(&self) -> bool {
        self.document.is_changed()
    }

    /// Whether the other file lies beside this one, and may win over it.
    pub(super) fn has_second(&self, other: &Self) -> bool {
        second_name(&self.path) == other.path.as_str()
    }

    /// The value at a path of literal keys.
    pub(super) fn get(&self, path: &[&str]) -> Option<Value> {
        self.document.get(path)
    }

    /// Everything that the file says.
    pub(super) fn value(&self) -> &Fields {
        self.document.value()
    }

    /// Takes out the top-level keys that say something else than is wanted, in
    /// one edit.
    pub(super) fn yield_to(&mut self, files: &dyn Files, wanted: &Fields) -> Result<(), PlanError> {
        let contrary = |(key, wanted): &(&String, &Value)| {
            let found = self.document.get(&[key]);
            found.is_some_and(|found| found != **wanted)
        };
        let contrary = wanted.iter().filter(contrary);
        let contrary: HashSet<&str> = contrary.map(|(key, _)| key.as_str()).collect();
        if contrary.is_empty() {
            return Ok(());
        }
        // In one edit: each is proven by parsing the whole text again.
        self.edit(files, |document| document.remove_all(&contrary))
    }

    /// Edits the text.
    pub(super) fn edit(
        &mut self,
        files: &dyn Files,
        edit: impl FnOnce(&mut JsoncDocument) -> Result<(), EditError>,
    ) -> Result<(), PlanError> {
        edit(&mut self.document).map_err(|source| PlanError::Edit {
            path: files.absolute(&Location::workspace(self.path.clone())),
            source,
        })
    }

    /// Hands what was changed to the plan.
    pub(super) fn close(self, draft: &mut PlanDraft<'_>) -> Result<(), PlanError> {
        // Handing over unchanged text would show and write a file for nothing.
        if !self.document.is_changed() {
            return Ok(());
        }
        draft.show(&self.path);
        draft.note_forms(&self.path, self.before.as_deref(), &self.document);
        let text = self.document.into_bytes();
        draft.replace(&self.path, self.before, text, CONFIG_LIMIT)
    }
}
