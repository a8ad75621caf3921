//! A store in memory: for tests, and for programs without a disk.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditEntry, AuditLine, AuditNote};
use openwork_model::clock::{Clock, Ids, RandomIds, SystemClock};
use openwork_model::config::ReadError;
use openwork_model::files::{FileContents, Files, Location, MemoryFiles};
use openwork_model::workspace::Workspace;
use uuid::Uuid;

use super::{CommitReceipt, EntryHeader, Order, RefusedRequest, Store, StoreError, undone_by};
use crate::change::{Action, KeptContents, RecordedChange, RecordedFile};
use crate::plan::{FileEdit, Plan};

/// A [`Store`] over [`MemoryFiles`], which also keep its audit log.
///
/// ```
/// use openwork_change::query::{Query, View};
/// use openwork_change::store::{MemoryStore, Store};
/// use openwork_model::files::MemoryFiles;
///
/// let files = MemoryFiles::new().with("opencode.json", r#"{ "plugin": ["a"] }"#);
/// let store = MemoryStore::new(files.with_path("/srv/finance"));
/// assert_eq!(store.description().name, "finance");
///
/// let query = Query::Plugins { include_global: false };
/// let View::Plugins(plugins) = &store.view(&query)?.view else { unreachable!() };
/// assert_eq!(plugins.items[0].spec, "a");
/// # Ok::<(), openwork_change::store::StoreError>(())
/// ```
pub struct MemoryStore {
    workspace: Workspace,
    state: Mutex<MemoryState>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

#[derive(Default)]
struct MemoryState {
    files: MemoryFiles,
    refused: Vec<RefusedRequest>,
    /// What the files of each change were, by its entry.
    kept: Vec<(Uuid, Vec<RecordedFile>)>,
}

impl MemoryStore {
    /// A store that holds these files. The workspace is where they say that it
    /// is ([`MemoryFiles::with_path`]).
    pub fn new(files: MemoryFiles) -> Self {
        Self {
            workspace: Workspace::at(files.path()),
            state: Mutex::new(MemoryState {
                files,
                ..MemoryState::default()
            }),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        }
    }

    /// An empty workspace at an absolute path, which need not exist.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self::new(MemoryFiles::new().with_path(path))
    }

    /// The same store with another clock; the default is the machine's.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The same store with other ids for its audit entries; the default is
    /// random ones.
    #[must_use]
    pub fn with_ids(self, ids: Arc<dyn Ids>) -> Self {
        Self { ids, ..self }
    }

    /// The same store with another description: another path, name or engine.
    #[must_use]
    pub fn with_description(self, workspace: Workspace) -> Self {
        self.edit(|files| *files = std::mem::take(files).with_path(&workspace.path));
        Self { workspace, ..self }
    }

    /// Its description: the path, and the name and the id that follow from it.
    pub fn description(&self) -> &Workspace {
        &self.workspace
    }

    /// The text of a file of the workspace.
    pub fn text(&self, path: &str) -> Option<String> {
        self.state().files.text(path)
    }

    /// Changes the files as another program would.
    pub fn edit(&self, edit: impl FnOnce(&mut MemoryFiles)) {
        edit(&mut self.state().files);
    }

    /// The audit entries, oldest first.
    pub fn entries(&self) -> Vec<AuditEntry> {
        self.state().files.log().to_vec()
    }

    /// The refused requests, oldest first.
    pub fn refused(&self) -> Vec<RefusedRequest> {
        self.state().refused.clone()
    }

    fn commit_one(
        &self,
        state: &mut MemoryState,
        order: &Order,
    ) -> Result<CommitReceipt, StoreError> {
        let files = &mut state.files;
        let plan = order.plan(files)?;
        let warnings = plan.warnings(files);
        let header = self.header();
        let mut entry = None;
        if !plan.is_noop() {
            let made = header.of_order(order, &plan);
            state.kept.push((made.id, kept_files(&plan, files)?));
            plan.apply_to(files);
            entry = Some(made.id);
            files.push_entry(made);
        }
        Ok(CommitReceipt {
            plan,
            warnings,
            at: header.at,
            entry,
        })
    }

    fn header(&self) -> EntryHeader<'_> {
        EntryHeader {
            id: self.ids.next_id(),
            workspace: self.workspace.id.as_str(),
            at: self.clock.now_ms(),
        }
    }

    fn state(&self) -> MutexGuard<'_, MemoryState> {
        // A panic while it was held left whole files: each is put in one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn files(&self) -> Result<Box<dyn Files + '_>, StoreError> {
        // A copy and not the lock: whoever reads may take as long as he likes,
        // and may commit meanwhile. Contents are shared, so it copies names only.
        Ok(Box::new(self.state().files.clone()))
    }

    fn workspace(&self) -> Option<&Workspace> {
        Some(&self.workspace)
    }

    fn commit(&self, orders: Vec<Order>) -> Vec<Result<CommitReceipt, StoreError>> {
        let state = &mut *self.state();
        let orders = orders.iter();
        orders.map(|order| self.commit_one(state, order)).collect()
    }

    fn recorded(&self, entry: Uuid) -> Result<Option<RecordedChange>, StoreError> {
        let state = self.state();
        let log = state.files.log();
        let Some(made) = log.iter().find(|one| one.id == entry) else {
            return Ok(None);
        };
        let line = AuditLine::try_from(made);
        let line = line.map_err(|error| StoreError::audit(error.into()))?;
        let kept = state.kept.iter().find(|(id, _)| *id == entry);
        Ok(Some(RecordedChange {
            entry,
            line,
            action: made.action.clone(),
            summary: made.summary.clone(),
            files: kept.map(|(_, files)| files.clone()),
            undone_by: undone_by(entry, log.iter().rev().map(|one| (one.id, one.undoes))),
        }))
    }

    fn note(
        &self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
    ) -> Result<(), StoreError> {
        let entry = self.header().of_note(actor, action, note, approval);
        self.state().files.push_entry(entry);
        Ok(())
    }

    fn record(&self, refused: &RefusedRequest) -> Result<(), StoreError> {
        self.state().refused.push(refused.clone());
        Ok(())
    }
}

/// What the files of a plan are before it and after it.
fn kept_files(plan: &Plan, files: &MemoryFiles) -> Result<Vec<RecordedFile>, StoreError> {
    let kept =
        |contents: Option<FileContents>| contents.map_or(KeptContents::Absent, KeptContents::Kept);
    let file = |edit: &FileEdit| {
        let at = Location::workspace(edit.path.clone());
        let was = files.is_executable(&at).map_err(ReadError::from)?;
        let is_marked = edit.executable.is_some() || (was && edit.after.is_none());
        let before = files.read(&at, u64::MAX).map_err(ReadError::from)?;
        Ok(RecordedFile {
            path: edit.path.clone(),
            before: kept(before),
            after: kept(edit.after.clone()),
            was_executable: is_marked.then_some(was),
        })
    };
    plan.edits.iter().map(file).collect()
}

impl Plan {
    /// Makes its edits on files in memory.
    pub fn apply_to(&self, files: &mut MemoryFiles) {
        for edit in &self.edits {
            let at = Location::workspace(edit.path.clone());
            match &edit.after {
                Some(contents) => {
                    files.insert(at.clone(), Arc::clone(contents));
                    if let Some(executable) = edit.executable {
                        files.set_executable(at, executable);
                    }
                }
                None => drop(files.remove(&at)),
            }
        }
    }
}
