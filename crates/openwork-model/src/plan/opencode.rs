//! A change to the engine's configuration file, in the making.

use serde_json::{Map, Value};

use super::PlanError;
use super::draft::Draft;
use crate::audit::AuditNote;
use crate::config::{OpencodeFile, ReadError};
use crate::files::{CONFIG_LIMIT, Files, Location};
use crate::jsonc::{self, Document, EditError};

/// What the engine itself puts first into a configuration file.
const SCHEMA: &str = "https://opencode.ai/config.json";

/// The engine's configuration file, opened for changes.
pub(super) struct Opencode<'f> {
    files: &'f dyn Files,
    file: OpencodeFile,
    document: Document,
}

impl<'f> Opencode<'f> {
    /// Opens the file that counts, and names it to the host.
    pub(super) fn open(draft: &mut Draft<'f>) -> Result<Self, PlanError> {
        let files = draft.files();
        let file = OpencodeFile::find(files)?;
        let document = match &file.contents {
            Some(_) => file.document(files)?,
            None => created(&file, files)?,
        };
        draft.show(&file.path);
        Ok(Self {
            files,
            file,
            document,
        })
    }

    /// The value of a setting as it is in the file.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.file
            .contents
            .as_ref()
            .and_then(|_| self.document.value().get(key))
    }

    /// Edits the text.
    pub(super) fn edit(
        &mut self,
        edit: impl FnOnce(&mut Document) -> Result<(), EditError>,
    ) -> Result<(), PlanError> {
        edit(&mut self.document).map_err(|source| PlanError::Edit {
            path: self
                .files
                .absolute(&Location::workspace(self.file.path.clone())),
            source,
        })
    }

    /// Holds a value of the file, which the key names for people.
    pub(super) fn freeze(&self, draft: &mut Draft<'_>, key: String, value: Option<Value>) {
        draft.freeze(&self.file.path, key, value);
    }

    /// Hands what was changed to the plan.
    pub(super) fn close(self, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if !self.document.is_changed() {
            return Ok(());
        }
        let OpencodeFile { path, contents } = self.file;
        draft.replace(&path, contents, self.document.into_bytes(), CONFIG_LIMIT)
    }
}

/// How changes to the configuration are recorded. The seed API calls the file
/// by this name whatever it is called.
pub(super) fn note(summary: String) -> AuditNote {
    AuditNote {
        target: "opencode.json".to_owned(),
        summary,
    }
}

/// A file that is yet to be created, with the address of its schema.
fn created(file: &OpencodeFile, files: &dyn Files) -> Result<Document, ReadError> {
    let schema = Map::from_iter([("$schema".to_owned(), Value::from(SCHEMA))]);
    let contents = Some(jsonc::create(&schema).into());
    OpencodeFile {
        path: file.path.clone(),
        contents,
    }
    .document(files)
}
