//! A store without a disk, that fails or hangs where a test wants it to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openwork_change::change::{Action, Proposal, RecordedChange};
use openwork_change::event::EngineSurvey;
use openwork_change::plan::{Plan, Warning};
use openwork_change::query::Query;
use openwork_change::store::{
    self, ChangedCallback, CommitReceipt, FileStreams, FileWatch, Order, ReadyStore,
    RefusedRequest, Store, StoreError, VersionedView, WatchError,
};
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditEntry, AuditNote};
use openwork_model::clock::Clock;
use openwork_model::files::{Files, MemoryFiles};
use openwork_model::workspace::Workspace;
use uuid::Uuid;

mod streams;
mod trouble;

pub use trouble::{Step, Trouble};

/// The time of the first change, in ms since 1970; each later one is 1 ms later.
pub const FIRST_CHANGE: u64 = 1_700_000_000_000;

/// The [store in memory](store::MemoryStore), with a clock that counts changes, and under a
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
    inner: Arc<store::MemoryStore>,
    is_known: bool,
    known: Mutex<KnownState>,
    trouble: Trouble,
    is_local: bool,
}

/// What is kept beside the files.
#[derive(Default)]
struct KnownState {
    views: Vec<(Query, Arc<VersionedView>)>,
    changed: Option<ChangedCallback>,
}

/// A clock on which each look is 1 ms after the one before.
struct CountingClock(AtomicU64);

impl Clock for CountingClock {
    fn now_ms(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
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
        let clock = CountingClock(AtomicU64::new(FIRST_CHANGE));
        Self {
            inner: Arc::new(store::MemoryStore::new(files).with_clock(Arc::new(clock))),
            is_known: false,
            known: Mutex::default(),
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
        let inner = match Arc::try_unwrap(self.inner) {
            Ok(inner) => Arc::new(inner.with_description(workspace)),
            // Somebody writes a file in pieces already: then it is too late.
            Err(shared) => shared,
        };
        Self {
            inner,
            is_known: true,
            ..self
        }
    }

    /// Returns what makes the store fail or hang.
    pub fn trouble(&self) -> &Trouble {
        &self.trouble
    }

    /// Returns the text of a file of the workspace.
    pub fn text(&self, path: &str) -> Option<String> {
        self.inner.text(path)
    }

    /// Changes the files as another program would; a watch notices.
    pub fn edit(&self, edit: impl FnOnce(&mut MemoryFiles)) {
        self.inner.edit(edit);
        let mut known = self.known();
        known.views.clear();
        if let Some(changed) = &known.changed {
            changed();
        }
    }

    /// Returns the audit entries, oldest first.
    pub fn entries(&self) -> Vec<AuditEntry> {
        self.inner.entries()
    }

    /// Returns the refused requests, oldest first.
    pub fn refused(&self) -> Vec<RefusedRequest> {
        self.inner.refused()
    }

    fn known(&self) -> MutexGuard<'_, KnownState> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn commit_one(&self, order: Order) -> Result<CommitReceipt, StoreError> {
        self.trouble.at(Step::Commit)?;
        // Held until the views are gone, or one of before could be kept meanwhile.
        let mut known = self.known();
        let done = self.inner.commit(vec![order]).pop();
        known.views.clear();
        done.unwrap_or_else(|| Err(trouble::refused_by_the_system()))
    }
}

impl ReadyStore for MemoryStore {
    fn access(&self) -> Option<Result<(), StoreError>> {
        self.is_local.then(|| self.trouble.at(Step::Access))
    }

    fn view(&self, query: &Query) -> Option<Arc<VersionedView>> {
        let known = self.known();
        let (_, view) = known.views.iter().find(|(kept, _)| kept == query)?;
        Some(Arc::clone(view))
    }
}

impl Store for MemoryStore {
    fn files(&self) -> Result<Box<dyn Files + '_>, StoreError> {
        self.inner.files()
    }

    fn workspace(&self) -> Option<&Workspace> {
        self.is_known.then(|| self.inner.description())
    }

    fn access(&self) -> Result<(), StoreError> {
        self.trouble.at(Step::Access)
    }

    fn view(&self, query: &Query) -> Result<Arc<VersionedView>, StoreError> {
        if matches!(query, Query::Audit { .. }) {
            self.trouble.at(Step::Audit)?;
            return self.inner.view(query);
        }
        self.trouble.at(Step::View)?;
        let mut known = self.known();
        let view = self.inner.view(query)?;
        known.views.retain(|(kept, _)| kept != query);
        known.views.push((query.clone(), Arc::clone(&view)));
        Ok(view)
    }

    fn ready(&self) -> Option<&dyn ReadyStore> {
        Some(self)
    }

    fn streams(&self) -> Option<&dyn FileStreams> {
        Some(self)
    }

    fn plan(&self, proposal: &Proposal) -> Result<Plan, StoreError> {
        self.trouble.at(Step::Plan)?;
        self.inner.plan(proposal)
    }

    fn warnings(&self, plan: &Plan) -> Result<Vec<Warning>, StoreError> {
        self.trouble.at(Step::Warnings)?;
        self.inner.warnings(plan)
    }

    fn commit(&self, orders: Vec<Order>) -> Vec<Result<CommitReceipt, StoreError>> {
        let orders = orders.into_iter();
        orders.map(|order| self.commit_one(order)).collect()
    }

    fn recorded(&self, entry: Uuid) -> Result<Option<RecordedChange>, StoreError> {
        self.trouble.at(Step::Audit)?;
        self.inner.recorded(entry)
    }

    fn record(&self, refused: &RefusedRequest) -> Result<(), StoreError> {
        self.trouble.at(Step::Record)?;
        self.inner.record(refused)
    }

    fn note(
        &self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
    ) -> Result<(), StoreError> {
        self.trouble.at(Step::Record)?;
        self.inner.note(actor, action, note, approval)
    }

    fn survey(&self) -> Result<EngineSurvey, StoreError> {
        self.trouble.at(Step::Survey)?;
        self.inner.survey()
    }

    fn watch(&self, changed: ChangedCallback) -> Result<Box<dyn FileWatch>, WatchError> {
        if self.trouble.at(Step::Watch).is_err() {
            return Err(WatchError::Unsupported);
        }
        self.known().changed = Some(changed);
        Ok(Box::new(Unbroken))
    }
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
        let shown = Store::plan(&store, &order.proposal).unwrap().preconditions;
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
