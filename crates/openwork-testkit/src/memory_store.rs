//! A store without a disk, that fails or hangs where a test wants it to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openwork_change::change::{Action, Proposal};
use openwork_change::event::EngineSurvey;
use openwork_change::plan::{Plan, Warning, plan};
use openwork_change::query::{Query, View, answer};
use openwork_change::store::{
    ChangedCallback, CommitReceipt, FileWatch, Order, ReadyStore, RefusedRequest, Store,
    StoreError, VersionedView, WatchError,
};
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditEntry, AuditLine, AuditNote, NamedFiles};
use openwork_model::clock::{Ids, RandomIds};
use openwork_model::files::{FileContents, Location, MemoryFiles};
use openwork_model::path::RelPath;
use openwork_model::workspace::{Workspace, WorkspaceId};

mod trouble;

pub use trouble::{Step, Trouble};

/// The time of the first change, in ms since 1970; each later one is 1 ms later.
pub const FIRST_CHANGE: u64 = 1_700_000_000_000;

/// A [`Store`] over [`MemoryFiles`].
///
/// It plans and answers with the real model, keeps its audit log in memory, and obeys its
/// [`Trouble`].
///
/// ```
/// use openwork_model::files::MemoryFiles;
/// use openwork_change::query::{Query, View};
/// use openwork_change::store::{Store, StoreError};
/// use openwork_testkit::memory_store::{MemoryStore, Step};
///
/// let store = MemoryStore::new(MemoryFiles::new().with("opencode.json", r#"{ "plugin": ["a"] }"#));
/// let query = Query::Plugins { include_global: false };
/// let View::Plugins(plugins) = &store.view(&query)?.view else { unreachable!() };
/// assert_eq!(plugins.items[0].spec, "a");
///
/// store.trouble().fail(Step::View);
/// assert!(matches!(store.view(&query), Err(StoreError::Io { .. })));
/// # Ok::<(), StoreError>(())
/// ```
pub struct MemoryStore {
    workspace: Option<Workspace>,
    state: Mutex<State>,
    clock: AtomicU64,
    trouble: Trouble,
    is_local: bool,
}

#[derive(Default)]
struct State {
    files: MemoryFiles,
    warm: Vec<(Query, Arc<VersionedView>)>,
    audit: Vec<AuditEntry>,
    refused: Vec<RefusedRequest>,
    changed: Option<ChangedCallback>,
}

/// A watch that sees everything.
struct Unbroken;

impl FileWatch for Unbroken {
    fn renew(&mut self) -> Result<(), WatchError> {
        Ok(())
    }
}

impl MemoryStore {
    /// Makes a store that holds these files.
    pub fn new(files: MemoryFiles) -> Self {
        Self {
            workspace: None,
            state: Mutex::new(State {
                files,
                ..State::default()
            }),
            clock: AtomicU64::new(FIRST_CHANGE),
            trouble: Trouble::default(),
            is_local: false,
        }
    }

    /// The same, ready to say whether it may be served, as a store on a local
    /// disk is.
    #[must_use]
    pub fn on_local_disk(self) -> Self {
        Self {
            is_local: true,
            ..self
        }
    }

    /// The same, knowing that its files are those of this workspace.
    #[must_use]
    pub fn of(self, workspace: Workspace) -> Self {
        Self {
            workspace: Some(workspace),
            ..self
        }
    }

    /// Returns what makes the store fail or hang.
    pub fn trouble(&self) -> &Trouble {
        &self.trouble
    }

    /// Returns the text of a file of the workspace.
    pub fn text(&self, path: &str) -> Option<String> {
        self.state().files.text(path)
    }

    /// Changes the files as another program would; a watch notices.
    pub fn edit(&self, edit: impl FnOnce(&mut MemoryFiles)) {
        let mut state = self.state();
        edit(&mut state.files);
        state.warm.clear();
        if let Some(changed) = &state.changed {
            changed();
        }
    }

    /// Returns the audit entries, oldest first.
    pub fn entries(&self) -> Vec<AuditEntry> {
        self.state().audit.clone()
    }

    /// Returns the refused requests, oldest first.
    pub fn refused(&self) -> Vec<RefusedRequest> {
        self.state().refused.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn workspace_id(&self) -> WorkspaceId {
        match &self.workspace {
            Some(workspace) => workspace.id.clone(),
            None => Workspace::at("/w/s/ws".as_ref()).id,
        }
    }

    fn newest(&self, limit: usize) -> Result<Arc<VersionedView>, StoreError> {
        self.trouble.at(Step::Audit)?;
        let state = self.state();
        let newest: Result<_, _> = state.audit.iter().rev().take(limit).map(line).collect();
        Ok(Arc::new(VersionedView::new(View::Audit(newest?))))
    }

    fn commit_one(&self, order: &Order) -> Result<CommitReceipt, StoreError> {
        self.trouble.at(Step::Commit)?;
        let mut state = self.state();
        let plan = order.plan(&state.files)?;
        let warnings = plan.warnings(&state.files);
        let at = self.clock.fetch_add(1, Ordering::Relaxed);
        if !plan.is_noop() {
            state.apply(&plan, at);
            let entry = self.entry(&order.actor, plan.action, &plan.audit, order.approval, at);
            let named = NamedFiles::of(plan.edits.iter().map(|edit| &edit.path));
            state.audit.push(AuditEntry { named, ..entry });
        }
        Ok(CommitReceipt { plan, warnings, at })
    }

    fn entry(
        &self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
        at: u64,
    ) -> AuditEntry {
        AuditEntry {
            id: RandomIds.next_id(),
            workspace_id: self.workspace_id().as_str().to_owned(),
            actor: actor.clone(),
            action: action.as_str().to_owned(),
            target: note.target.clone(),
            summary: note.summary.clone(),
            timestamp: at,
            approval: Some(approval),
            named: NamedFiles::default(),
        }
    }
}

impl State {
    fn apply(&mut self, plan: &Plan, at: u64) {
        for edit in &plan.edits {
            self.write(&edit.path, edit.after.clone());
        }
        self.files.set_last_write(Some(at));
        self.warm.clear();
    }

    fn write(&mut self, path: &RelPath, after: Option<FileContents>) {
        let at = Location::workspace(path.clone());
        match after {
            Some(contents) => self.files.insert(at, contents),
            None => drop(self.files.remove(&at)),
        }
    }
}

impl ReadyStore for MemoryStore {
    fn access(&self) -> Option<Result<(), StoreError>> {
        self.is_local.then(|| self.trouble.at(Step::Access))
    }

    fn view(&self, query: &Query) -> Option<Arc<VersionedView>> {
        let state = self.state();
        let (_, known) = state.warm.iter().find(|(kept, _)| kept == query)?;
        Some(Arc::clone(known))
    }
}

impl Store for MemoryStore {
    fn workspace(&self) -> Option<&Workspace> {
        self.workspace.as_ref()
    }

    fn access(&self) -> Result<(), StoreError> {
        self.trouble.at(Step::Access)
    }

    fn view(&self, query: &Query) -> Result<Arc<VersionedView>, StoreError> {
        if let Query::Audit { limit } = query {
            return self.newest(*limit);
        }
        self.trouble.at(Step::View)?;
        let mut state = self.state();
        let cached = Arc::new(VersionedView::new(answer(query, &state.files)?));
        state.warm.retain(|(kept, _)| kept != query);
        state.warm.push((query.clone(), Arc::clone(&cached)));
        Ok(cached)
    }

    fn ready(&self) -> Option<&dyn ReadyStore> {
        Some(self)
    }

    fn plan(&self, proposal: &Proposal) -> Result<Plan, StoreError> {
        self.trouble.at(Step::Plan)?;
        Ok(plan(proposal, &self.state().files)?)
    }

    fn warnings(&self, plan: &Plan) -> Result<Vec<Warning>, StoreError> {
        self.trouble.at(Step::Warnings)?;
        Ok(plan.warnings(&self.state().files))
    }

    fn commit(&self, orders: Vec<Order>) -> Vec<Result<CommitReceipt, StoreError>> {
        orders.iter().map(|order| self.commit_one(order)).collect()
    }

    fn record(&self, refused: &RefusedRequest) -> Result<(), StoreError> {
        self.trouble.at(Step::Record)?;
        self.state().refused.push(refused.clone());
        Ok(())
    }

    fn note(
        &self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
    ) -> Result<(), StoreError> {
        self.trouble.at(Step::Record)?;
        let at = self.clock.fetch_add(1, Ordering::Relaxed);
        let entry = self.entry(actor, action, note, approval, at);
        self.state().audit.push(entry);
        Ok(())
    }

    fn survey(&self) -> Result<EngineSurvey, StoreError> {
        self.trouble.at(Step::Survey)?;
        Ok(EngineSurvey::take(&self.state().files))
    }

    fn watch(&self, changed: ChangedCallback) -> Result<Box<dyn FileWatch>, WatchError> {
        if self.trouble.at(Step::Watch).is_err() {
            return Err(WatchError::Unsupported);
        }
        self.state().changed = Some(changed);
        Ok(Box::new(Unbroken))
    }
}

fn line(entry: &AuditEntry) -> Result<AuditLine, StoreError> {
    let line = serde_json::value::to_raw_value(entry).map(AuditLine::from);
    line.map_err(|error| StoreError::audit(error.into()))
}

#[cfg(test)]
mod tests {
    use openwork_change::change::Change;
    use openwork_model::actor::{Actor, ActorKind, TokenHash};
    use openwork_model::name::PluginSpec;

    use super::*;

    fn add(spec: &str, shown: Option<Vec<openwork_change::plan::Precondition>>) -> Order {
        let change = Change::AddPlugin(PluginSpec::parse(spec).unwrap());
        let actor = Actor {
            kind: ActorKind::Remote,
            client_id: None,
            token_hash: TokenHash::of("t"),
        };
        Order {
            approval: openwork_model::audit::ApprovedBy::Auto.into(),
            proposal: Arc::new(change.into()),
            shown,
            actor,
        }
    }

    #[test]
    fn commits_show_in_files_and_audit() {
        let store = MemoryStore::new(MemoryFiles::new().with("opencode.json", "{}\n"));
        let results = store.commit(vec![add("a", None), add("a", None), add("b", None)]);
        assert!(results.iter().all(Result::is_ok));
        let summaries: Vec<_> = store
            .entries()
            .into_iter()
            .map(|entry| entry.summary)
            .collect();
        assert_eq!(summaries, ["Added a", "Added b"]);
        assert_eq!(store.audit(1).unwrap().len(), 1);
        assert!(store.text("opencode.json").unwrap().contains("\"b\""));
    }

    #[test]
    fn what_was_shown_must_still_hold() {
        let store = MemoryStore::new(MemoryFiles::new().with("opencode.json", "{}\n"));
        let order = add("a", None);
        let shown = Store::plan(&store, &order.proposal).unwrap().frozen;
        let other = r#"{ "plugin": ["a@1"] }"#;
        store.edit(|files| *files = MemoryFiles::new().with("opencode.json", other));
        let results = store.commit(vec![add("a", Some(shown))]);
        assert!(
            matches!(results[..], [Err(StoreError::Conflict { .. })]),
            "{results:?}"
        );
        assert_eq!(store.text("opencode.json").unwrap(), other);
    }
}
