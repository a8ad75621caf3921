//! A change to the engine's configuration of a workspace, in the making.

use serde_json::{Map, Value};

use super::PlanError;
use super::draft::PlanDraft;
use super::opened::OpenedConfig;
use crate::change::Fields;
use openwork_jsonc::{EditError, JsoncDocument};
use openwork_model::audit::AuditNote;
use openwork_model::config::{OpencodeFile, ReadError};
use openwork_model::files::{CONFIG_LIMIT, Files, Location};
use openwork_model::layout::WorkspacePlace;

/// What the engine itself puts first into a configuration file.
const SCHEMA: &str = "https://opencode.ai/config.json";

/// The most values that are looked up one by one: of more, the whole file is
/// read at once.
const FEW: usize = 8;

/// The engine's configuration of a workspace, opened for changes.
///
/// Where `opencode.jsonc` and `opencode.json` are both there the engine reads
/// both, and which one wins has changed between its versions. All is written
/// to the first; what the second says to the contrary is taken out of it, so
/// that the result is the same whichever wins.
pub(super) struct OpencodeEdit<'f> {
    files: &'f dyn Files,
    main: OpenedConfig,
    second: Option<OpenedConfig>,
}

impl<'f> OpencodeEdit<'f> {
    /// Opens the files, and names the one that counts to the host.
    pub(super) fn open(draft: &mut PlanDraft<'f>) -> Result<Self, PlanError> {
        let files = draft.files();
        let file = OpencodeFile::find(files)?;
        draft.show(&file.path);
        let document = match &file.contents {
            Some(_) => file.document(files)?,
            // An empty file that is there is left without a `$schema`: it is the user's.
            None => created(&file, files)?,
        };
        Ok(Self {
            files,
            second: second(&file, files),
            main: OpenedConfig::new(file, document),
        })
    }

    /// The files around the workspace.
    pub(super) fn files(&self) -> &'f dyn Files {
        self.files
    }

    /// The value at a path of literal keys as it is in the file that counts.
    pub(super) fn get(&self, path: &[&str]) -> Option<Value> {
        // A file that is yet to be created holds its `$schema` already. It must not
        // be guarded as if it were on disk.
        self.main.get(path).filter(|_| self.main.exists())
    }

    /// The same of the second file.
    pub(super) fn second(&self, path: &[&str]) -> Option<Value> {
        self.second.as_ref()?.get(path)
    }

    /// Everything that the file that counts says.
    pub(super) fn value(&self) -> &Fields {
        self.main.value()
    }

    /// Holds a value of both files.
    pub(super) fn guard(&self, draft: &mut PlanDraft<'_>, path: &[&str]) {
        let name = path.join(".");
        draft.guard(&self.main.path, name.clone(), self.get(path).as_ref());
        if let Some(second) = &self.second {
            draft.guard(&second.path, name, second.get(path).as_ref());
        }
    }

    /// Holds the values of several top-level keys of both files.
    pub(super) fn guard_all(&self, draft: &mut PlanDraft<'_>, settings: &Fields) {
        // Looking up each of many keys reads the text again and again.
        if settings.len() > FEW {
            self.main.value();
            self.second.as_ref().map(OpenedConfig::value);
        }
        for key in settings.keys() {
            self.guard(draft, &[key]);
        }
    }

    /// Notes what the change says in the file that counts.
    pub(super) fn note_settings(&self, draft: &mut PlanDraft<'_>, settings: Fields) {
        draft.note_settings(&self.main.path, settings);
    }

    /// Holds what was made of a value of both files.
    pub(super) fn guard_part(
        &self,
        draft: &mut PlanDraft<'_>,
        name: &str,
        part: impl Fn(Option<&Value>) -> Option<Value>,
        path: &[&str],
    ) {
        draft.guard(
            &self.main.path,
            name.to_owned(),
            part(self.get(path).as_ref()).as_ref(),
        );
        if let Some(second) = &self.second {
            draft.guard(
                &second.path,
                name.to_owned(),
                part(second.get(path).as_ref()).as_ref(),
            );
        }
    }

    /// Edits the file that counts.
    pub(super) fn edit(
        &mut self,
        edit: impl FnOnce(&mut JsoncDocument) -> Result<(), EditError>,
    ) -> Result<(), PlanError> {
        self.main.edit(self.files, edit)
    }

    /// Edits the second file, if there is one.
    pub(super) fn edit_second(
        &mut self,
        edit: impl FnOnce(&mut JsoncDocument) -> Result<(), EditError>,
    ) -> Result<(), PlanError> {
        match &mut self.second {
            Some(second) => second.edit(self.files, edit),
            None => Ok(()),
        }
    }

    /// Takes a value out of the second file, unless it is the wanted one.
    pub(super) fn clear_second(
        &mut self,
        path: &[&str],
        wanted: Option<&Value>,
    ) -> Result<(), PlanError> {
        match self.second(path) {
            // What agrees already stays: each edit of a second file is one more that a
            // person has to look at.
            Some(value) if Some(&value) != wanted => {
                self.edit_second(|document| document.remove(path).map(drop))
            }
            _ => Ok(()),
        }
    }

    /// Takes out of the second file what it says to the contrary of settings.
    pub(super) fn clear_second_of(&mut self, settings: &Fields) -> Result<(), PlanError> {
        match &mut self.second {
            Some(second) => second.yield_to(self.files, settings),
            None => Ok(()),
        }
    }

    /// Hands what was changed to the plan.
    pub(super) fn close(self, draft: &mut PlanDraft<'_>) -> Result<(), PlanError> {
        self.main.close(draft)?;
        self.second.map_or(Ok(()), |second| second.close(draft))
    }
}

/// Takes out of the second file what it says to the contrary of settings that
/// replace all of the file that counts.
pub(super) fn yield_second(
    draft: &mut PlanDraft<'_>,
    main: &OpencodeFile,
    settings: &Fields,
) -> Result<(), PlanError> {
    let files = draft.files();
    draft.note_settings(&main.path, settings.clone());
    let Some(mut second) = second(main, files) else {
        return Ok(());
    };
    if settings.len() > FEW {
        second.value();
    }
    for key in settings.keys() {
        draft.guard(&second.path, key.clone(), second.get(&[key]).as_ref());
    }
    second.yield_to(files, settings)?;
    second.close(draft)
}

/// How changes to the configuration are recorded. The OpenWork API calls the file
/// by this name whatever it is called.
pub(super) fn note(summary: String) -> AuditNote {
    AuditNote {
        target: "opencode.json".to_owned(),
        summary,
    }
}

/// The other file beside the one that counts. One that cannot be read is left
/// alone: the engine reads neither then.
fn second(main: &OpencodeFile, files: &dyn Files) -> Option<OpenedConfig> {
    let path = WorkspacePlace::OpencodeJson.path();
    // Where the first is yet to be created there is only this one, and it is the
    // one that counts.
    if main.path == path || main.contents.is_none() {
        return None;
    }
    let at = Location::workspace(path.clone());
    let file = OpencodeFile {
        path,
        // A second file that cannot be read must not keep the first from being
        // edited.
        contents: Some(files.read(&at, CONFIG_LIMIT).ok()??),
    };
    let document = file.document(files).ok()?;
    Some(OpenedConfig::new(file, document))
}

/// A file that is yet to be created, with the address of its schema.
fn created(file: &OpencodeFile, files: &dyn Files) -> Result<JsoncDocument, ReadError> {
    let schema = Map::from_iter([("$schema".to_owned(), Value::from(SCHEMA))]);
    let contents = Some(openwork_jsonc::create(&schema).into());
    OpencodeFile {
        path: file.path.clone(),
        contents,
    }
    .document(files)
}
