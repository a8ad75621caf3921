//! What every [`Store`] promises, as a test that any of them can be run against.
//!
//! ```
//! use openwork_change::store::{MemoryStore, contract};
//! use openwork_model::files::MemoryFiles;
//!
//! // Each promise is tried on a store of its own, which holds the given files.
//! contract::check(|files| {
//!     let put = |all: MemoryFiles, (path, text): &(&str, &str)| all.with(path, text);
//!     MemoryStore::new(files.iter().fold(MemoryFiles::new(), put))
//! })?;
//! # Ok::<(), contract::BrokenPromise>(())
//! ```

use std::sync::Arc;

use openwork_model::actor::Actor;
use openwork_model::audit::{ApprovedBy, AuditNote};
use openwork_model::files::Location;
use openwork_model::name::{PluginSpec, SkillName};
use openwork_model::path::RelPath;

use super::{CommitReceipt, Order, Store, StoreError};
use crate::change::{Action, Change};
use crate::plan::Precondition;
use crate::query::{Query, View};

/// A promise that a store did not keep.
#[derive(Debug, thiserror::Error)]
#[error("a store {promise}, but {found}")]
#[non_exhaustive]
pub struct BrokenPromise {
    /// What every store does.
    pub promise: &'static str,
    /// What this one did.
    pub found: String,
}

type Check = fn(&dyn Store) -> Result<(), String>;

const PROMISES: [(&str, Check); 10] = [
    ("answers queries from its files", answers_from_its_files),
    ("plans without writing", plans_without_writing),
    ("shows what was committed", shows_what_was_committed),
    ("records each change once", records_each_change_once),
    ("records nothing where nothing changes", records_no_noop),
    ("carries out orders one after another", carries_out_in_order),
    (
        "keeps a failed order apart from others",
        keeps_failures_apart,
    ),
    ("writes only what was shown", writes_only_what_was_shown),
    (
        "tells a survey before a change from one after",
        surveys_differ,
    ),
    ("records what changes no file", records_notes),
];

/// Tries each promise on a store that `open` makes of the given files: paths
/// below the workspace, and texts.
///
/// # Errors
///
/// The first promise that was not kept.
pub fn check<S: Store>(open: impl Fn(&[(&str, &str)]) -> S) -> Result<(), BrokenPromise> {
    for (promise, check) in PROMISES {
        let store = open(&[("opencode.json", CONFIG)]);
        check(&store).map_err(|found| BrokenPromise { promise, found })?;
    }
    Ok(())
}

const CONFIG: &str = "{\n  // kept\n  \"plugin\": [\"a\"]\n}\n";

fn answers_from_its_files(store: &dyn Store) -> Result<(), String> {
    store.access().map_err(failed)?;
    same(&plugins(store)?, &["a"])?;
    let files = store.files().map_err(failed)?;
    let config = files.read(&location("opencode.json")?, u64::MAX);
    let config = config.map_err(failed)?;
    same(&config.as_deref(), &Some(CONFIG.as_bytes()))
}

fn plans_without_writing(store: &dyn Store) -> Result<(), String> {
    let order = add("b")?;
    let plan = store.plan(&order.proposal).map_err(failed)?;
    same(&plan.edits.len(), &1)?;
    same(&plugins(store)?, &["a"])?;
    same(&entries(store, 10)?.len(), &0)
}

fn shows_what_was_committed(store: &dyn Store) -> Result<(), String> {
    let receipt = commit_one(store, add("b")?).map_err(failed)?;
    same(&receipt.plan.edits.len(), &1)?;
    same(&plugins(store)?, &["a", "b"])?;
    let files = store.files().map_err(failed)?;
    let config = files.read(&location("opencode.json")?, u64::MAX);
    let config = config.map_err(failed)?;
    let has_comment = config.is_some_and(|text| text.windows(7).any(|part| part == b"// kept"));
    same(&has_comment, &true)
}

fn records_each_change_once(store: &dyn Store) -> Result<(), String> {
    commit_one(store, add("b")?).map_err(failed)?;
    commit_one(store, add("c")?).map_err(failed)?;
    let all = entries(store, 10)?;
    same(&all.len(), &2)?;
    // The newest comes first, and a limit keeps the newest.
    same(
        &all.first().is_some_and(|line| line.contains("Added c")),
        &true,
    )?;
    same(&entries(store, 1)?, &all[..1])
}

fn records_no_noop(store: &dyn Store) -> Result<(), String> {
    let receipt = commit_one(store, add("a")?).map_err(failed)?;
    same(&receipt.plan.is_noop(), &true)?;
    same(&entries(store, 10)?.len(), &0)
}

fn carries_out_in_order(store: &dyn Store) -> Result<(), String> {
    let done = store.commit(vec![add("b")?, add("b")?, add("c")?]);
    let changed: Vec<bool> = done
        .into_iter()
        .map(|done| Ok(!done.map_err(failed)?.plan.is_noop()))
        .collect::<Result<_, String>>()?;
    same(&changed[..], &[true, false, true])?;
    same(&plugins(store)?, &["a", "b", "c"])
}

fn keeps_failures_apart(store: &dyn Store) -> Result<(), String> {
    let missing = SkillName::parse("none").map_err(|error| error.to_string())?;
    let missing = order(Change::DeleteSkill(missing), None);
    let done = store.commit(vec![add("b")?, missing, add("c")?]);
    let kinds: Vec<&str> = done.iter().map(kind).collect();
    same(&kinds[..], &["done", "plan", "done"])?;
    same(&plugins(store)?, &["a", "b", "c"])
}

fn writes_only_what_was_shown(store: &dyn Store) -> Result<(), String> {
    let change = Change::remove_plugin("a").map_err(|error| error.to_string())?;
    let shown = store
        .plan(&change.clone().into())
        .map_err(failed)?
        .preconditions;
    // What was shown is removed and added again in another version.
    commit_one(store, order(change.clone(), None)).map_err(failed)?;
    commit_one(store, add("a@2")?).map_err(failed)?;
    let stale = store.commit(vec![order(change, Some(shown))]);
    same(
        &stale.iter().map(kind).collect::<Vec<_>>()[..],
        &["conflict"],
    )?;
    same(&plugins(store)?, &["a@2"])?;

    // What lies beside it may move.
    let change = Change::remove_plugin("a").map_err(|error| error.to_string())?;
    let shown = store
        .plan(&change.clone().into())
        .map_err(failed)?
        .preconditions;
    commit_one(store, add("b")?).map_err(failed)?;
    commit_one(store, order(change, Some(shown))).map_err(failed)?;
    same(&plugins(store)?, &["b"])
}

fn surveys_differ(store: &dyn Store) -> Result<(), String> {
    let before = store.survey().map_err(failed)?;
    let unchanged = store.survey().map_err(failed)?;
    same(&before.triggers(&unchanged).len(), &0)?;
    commit_one(store, add("b")?).map_err(failed)?;
    let after = store.survey().map_err(failed)?;
    same(&before.triggers(&after).is_empty(), &false)
}

fn records_notes(store: &dyn Store) -> Result<(), String> {
    let note = AuditNote {
        target: "engine".to_owned(),
        summary: "Reloaded".to_owned(),
    };
    let actor = Actor::local("contract");
    store
        .note(&actor, Action::EngineReload, &note, ApprovedBy::Host.into())
        .map_err(failed)?;
    let newest = entries(store, 1)?;
    same(
        &newest.first().is_some_and(|line| line.contains("Reloaded")),
        &true,
    )?;
    same(&plugins(store)?, &["a"])
}

fn add(spec: &str) -> Result<Order, String> {
    let spec = PluginSpec::parse(spec).map_err(|error| error.to_string())?;
    Ok(order(Change::AddPlugin(spec), None))
}

fn order(change: Change, shown: Option<Vec<Precondition>>) -> Order {
    Order {
        proposal: Arc::new(change.into()),
        shown,
        actor: Actor::local("contract"),
        approval: ApprovedBy::Host.into(),
    }
}

fn commit_one(store: &dyn Store, order: Order) -> Result<CommitReceipt, StoreError> {
    let mut done = store.commit(vec![order]);
    // A store that gives no answer at all breaks its word like one that is busy.
    done.pop().unwrap_or_else(|| {
        Err(StoreError::Busy {
            path: "no answer".into(),
        })
    })
}

fn plugins(store: &dyn Store) -> Result<Vec<String>, String> {
    let include_global = false;
    let answer = store.view(&Query::Plugins { include_global });
    match &answer.map_err(failed)?.view {
        View::Plugins(plugins) => Ok(plugins.items.iter().map(|item| item.spec.clone()).collect()),
        other => Err(format!("the plugins were answered with {other:?}")),
    }
}

fn entries(store: &dyn Store, limit: usize) -> Result<Vec<String>, String> {
    let lines = store.audit(limit).map_err(failed)?;
    Ok(lines.iter().map(|line| line.get().to_owned()).collect())
}

fn location(path: &str) -> Result<Location, String> {
    let path = RelPath::new(path).map_err(|error| error.to_string())?;
    Ok(Location::workspace(path))
}

fn kind(done: &Result<CommitReceipt, StoreError>) -> &'static str {
    match done {
        Ok(_) => "done",
        Err(StoreError::Plan(_)) => "plan",
        Err(StoreError::Conflict { .. }) => "conflict",
        Err(_) => "another error",
    }
}

fn failed(error: impl std::fmt::Display) -> String {
    format!("it failed: {error}")
}

fn same<T: PartialEq<U> + std::fmt::Debug + ?Sized, U: std::fmt::Debug + ?Sized>(
    found: &T,
    expected: &U,
) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{expected:?} was expected and {found:?} found"))
}
