//! A change to the engine's configuration of a workspace, in the making.
//!
//! An existing thing is edited in the file where it stands and counts; a new
//! one goes to the main file. The files in `.opencode` outrank those of the
//! root. Of `opencode.jsonc` and `opencode.json` in one directory the winner has
//! changed between versions of the engine, so what the second says to the
//! contrary of a change is taken out of it.

use serde_json::{Map, Value};

use super::PlanError;
use super::accept::TargetFile;
use super::draft::PlanDraft;
use super::opened::OpenedConfig;
use crate::change::Fields;
use openwork_jsonc::{EditError, JsoncDocument};
use openwork_model::audit::AuditNote;
use openwork_model::config::{OpencodeFile, ReadError};
use openwork_model::files::Files;
use openwork_model::forms::{EntryForm, EntrySection};
use openwork_model::layer::lay_over;
use openwork_model::layout::WorkspacePlace;
use openwork_model::path::RelPath;

/// What the engine itself puts first into a configuration file.
const SCHEMA: &str = "https://opencode.ai/config.json";

/// The most values that are looked up one by one: of more, the whole file is
/// read at once.
const FEW: usize = 8;

/// One of the opened files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileIndex(usize);

/// The main file, always the first.
pub(super) const MAIN: FileIndex = FileIndex(0);

/// The engine's configuration of a workspace, opened for changes.
pub(super) struct OpencodeEdit<'f> {
    files: &'f dyn Files,
    main: OpenedConfig,
    /// In the order of [`WorkspacePlace::CONFIGURATION`].
    others: Vec<OpenedConfig>,
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EntryPlace {
    pub(super) file: FileIndex,
    pub(super) form: EntryForm,
    pub(super) value: Value,
}

impl<'f> OpencodeEdit<'f> {
    /// Opens the files of a workspace.
    pub(super) fn open(files: &'f dyn Files) -> Result<Self, PlanError> {
        let main = OpencodeFile::find(files)?;
        let document = match &main.contents {
            Some(_) => main.document(files)?,
            // An empty file that is there is left without a `$schema`: it is the user's.
            None => created(&main, files)?,
        };
        let others = others(&main, files);
        Ok(Self {
            files,
            main: OpenedConfig::new(main, document),
            others,
        })
    }

    /// The files around the workspace.
    pub(super) fn files(&self) -> &'f dyn Files {
        self.files
    }

    /// All files, those that outrank others first.
    pub(super) fn by_rank(&self) -> Vec<FileIndex> {
        let all = || self.all();
        let inner = all().filter(|at| self.is_inner(*at));
        inner
            .chain(all().filter(|at| !self.is_inner(*at)))
            .collect()
    }

    /// Whether a file lies in the engine's own directory.
    pub(super) fn is_inner(&self, at: FileIndex) -> bool {
        self.file(at).is_inner()
    }

    /// Where a file is, below the workspace.
    pub(super) fn path(&self, at: FileIndex) -> &RelPath {
        &self.file(at).path
    }

    /// A file as one that settings are written to.
    pub(super) fn target(&self, at: FileIndex) -> TargetFile<'_> {
        TargetFile {
            path: self.path(at),
            files: self.files,
        }
    }

    /// The value at a path of literal keys as it is on disk.
    pub(super) fn get(&self, at: FileIndex, path: &[&str]) -> Option<Value> {
        // A file that is yet to be created holds its `$schema` already. It must not
        // be guarded as if it were on disk.
        let file = self.file(at);
        file.exists().then(|| file.get(path))?
    }

    /// Everything that a file says.
    pub(super) fn value(&self, at: FileIndex) -> &Fields {
        self.file(at).value()
    }

    /// Everything that the files of the workspace say together.
    pub(super) fn known(&self) -> Fields {
        let mut known = Fields::new();
        for at in self.by_rank().into_iter().rev() {
            lay_over(&mut known, self.value(at));
        }
        known
    }

    /// Where the entry of a name stands: in each file the form that counts, the
    /// files that outrank others first.
    pub(super) fn standing(&self, kind: EntrySection, name: &str) -> Vec<EntryPlace> {
        let place = |file: FileIndex| {
            let entry = kind.find(self.value(file), name)?;
            Some(EntryPlace {
                file,
                form: entry.form,
                value: entry.value.clone(),
            })
        };
        self.by_rank().into_iter().filter_map(place).collect()
    }

    /// Holds a value of all files.
    pub(super) fn guard(&self, draft: &mut PlanDraft<'_>, path: &[&str]) {
        for at in self.all() {
            let value = self.get(at, path);
            draft.guard(self.path(at), path.join("."), value.as_ref());
        }
    }

    /// Holds an entry of all files, in both forms.
    pub(super) fn guard_entry(&self, draft: &mut PlanDraft<'_>, kind: EntrySection, name: &str) {
        self.guard(draft, &kind.path(EntryForm::Older, name));
        let container = kind.container(EntryForm::Newer);
        let path = kind.path(EntryForm::Newer, name);
        for at in self.all().filter(|at| self.get(*at, container).is_some()) {
            let value = self.get(at, &path);
            draft.guard(self.path(at), path.join("."), value.as_ref());
        }
    }

    /// Holds the values of several top-level keys of all files.
    pub(super) fn guard_all(&self, draft: &mut PlanDraft<'_>, settings: &Fields) {
        // Looking up each of many keys reads the text again and again.
        if settings.len() > FEW {
            for at in self.all() {
                self.value(at);
            }
        }
        for key in settings.keys() {
            self.guard(draft, &[key]);
        }
    }

    /// Holds what was made of a value of all files.
    pub(super) fn guard_part(
        &self,
        draft: &mut PlanDraft<'_>,
        name: &str,
        part: impl Fn(Option<&Value>) -> Option<Value>,
        path: &[&str],
    ) {
        for at in self.all() {
            let value = part(self.get(at, path).as_ref());
            draft.guard(self.path(at), name.to_owned(), value.as_ref());
        }
    }

    /// Notes what the change says in a file.
    pub(super) fn note_settings(&self, draft: &mut PlanDraft<'_>, at: FileIndex, said: Fields) {
        draft.note_settings(self.path(at), said);
    }

    /// Edits a file.
    pub(super) fn edit(
        &mut self,
        at: FileIndex,
        edit: impl FnOnce(&mut JsoncDocument) -> Result<(), EditError>,
    ) -> Result<(), PlanError> {
        let files = self.files;
        self.file_mut(at).edit(files, edit)
    }

    /// The file of the same directory that may or may not win over this one.
    pub(super) fn second_of(&self, at: FileIndex) -> Option<FileIndex> {
        let first = self.file(at);
        self.all().find(|other| first.has_second(self.file(*other)))
    }

    /// Takes a value out of the second file beside this one, unless it is the
    /// wanted one.
    pub(super) fn clear_second(
        &mut self,
        at: FileIndex,
        path: &[&str],
        wanted: Option<&Value>,
    ) -> Result<(), PlanError> {
        let Some(second) = self.second_of(at) else {
            return Ok(());
        };
        match self.get(second, path) {
            // What agrees already stays: each edit of a second file is one more that a
            // person has to look at.
            Some(value) if Some(&value) != wanted => {
                self.edit(second, |document| document.remove(path).map(drop))
            }
            _ => Ok(()),
        }
    }

    /// Takes out of the second file what it says to the contrary of settings.
    pub(super) fn clear_second_of(
        &mut self,
        at: FileIndex,
        settings: &Fields,
    ) -> Result<(), PlanError> {
        let files = self.files;
        match self.second_of(at) {
            Some(second) => self.file_mut(second).yield_to(files, settings),
            None => Ok(()),
        }
    }

    /// Hands what was changed to the plan. Where nothing was, the main file is
    /// what the host is told of.
    pub(super) fn close(self, draft: &mut PlanDraft<'_>) -> Result<(), PlanError> {
        if !self.all().any(|at| self.file(at).is_changed()) {
            draft.show(&self.main.path);
        }
        let mut all = [self.main].into_iter().chain(self.others);
        all.try_for_each(|file| file.close(draft))
    }

    fn all(&self) -> impl Iterator<Item = FileIndex> + use<> {
        (0..=self.others.len()).map(FileIndex)
    }

    // Every index comes from `all` or is that of the main file.
    fn file(&self, at: FileIndex) -> &OpenedConfig {
        let other = at.0.checked_sub(1);
        other
            .and_then(|other| self.others.get(other))
            .unwrap_or(&self.main)
    }

    fn file_mut(&mut self, at: FileIndex) -> &mut OpenedConfig {
        let other = at.0.checked_sub(1);
        other
            .and_then(|other| self.others.get_mut(other))
            .unwrap_or(&mut self.main)
    }
}

/// Takes out of the second file what it says to the contrary of settings that
/// replace all of the main file.
pub(super) fn yield_second(
    draft: &mut PlanDraft<'_>,
    main: &OpencodeFile,
    settings: &Fields,
) -> Result<(), PlanError> {
    let files = draft.files();
    draft.note_settings(&main.path, settings.clone());
    let is_second = |other: &OpenedConfig| {
        RelPath::new(&second_name(&main.path)).ok().as_ref() == Some(&other.path)
    };
    let Some(mut second) = others(main, files).into_iter().find(is_second) else {
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

/// The name of the file beside `opencode.jsonc` that may win over it.
pub(super) fn second_name(first: &RelPath) -> String {
    match first.as_str().strip_suffix(".jsonc") {
        Some(stem) => format!("{stem}.json"),
        // `opencode.json` alone has nobody beside it, or it would not be the first.
        None => String::new(),
    }
}

/// How changes to the configuration are recorded. The OpenWork API calls the file
/// by this name whatever it is called.
pub(super) fn note(summary: String) -> AuditNote {
    AuditNote {
        target: "opencode.json".to_owned(),
        summary,
    }
}

/// The files beside the main one. One that cannot be read is left alone: the
/// engine reads none of them then.
fn others(main: &OpencodeFile, files: &dyn Files) -> Vec<OpenedConfig> {
    let places = WorkspacePlace::CONFIGURATION.into_iter();
    let opened = |place: WorkspacePlace| {
        let file = OpencodeFile::at(place, files).ok()??;
        let document = file.document(files).ok()?;
        Some(OpenedConfig::new(file, document))
    };
    places
        .filter(|place| place.path() != main.path)
        .filter_map(opened)
        .collect()
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
