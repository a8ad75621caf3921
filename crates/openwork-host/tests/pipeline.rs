//! The way of a change, over a store in memory.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that fails is a failed test"
)]

use std::sync::Arc;
use std::time::Duration;

use openwork_approval::{ApprovalMode, Decision, GateOptions, Refusal, Reply};
use openwork_change::change::{Change, Proposal, read};
use openwork_change::query::View;
use openwork_change::store::StoreError;
use openwork_host::{
    Grant, Host, HostError, HostOptions, HostWrites, PoolOptions, Requester, ServedWorkspace,
    Submission, SubmitError, WriteAnswer, WriteOutcome,
};
use openwork_model::actor::{ActorKind, TokenHash};
use openwork_model::files::{FileRoot, MemoryFiles};
use openwork_model::name::PluginSpec;
use openwork_model::scope::Scope;
use openwork_model::workspace::Workspace;
use openwork_testkit::memory_store::{MemoryStore, Step};

const CONFIG: &str = "opencode.json";
const TIMEOUT: Duration = Duration::from_secs(30);

fn files() -> MemoryFiles {
    MemoryFiles::new().with(CONFIG, "{}\n")
}

struct Fixture {
    host: Arc<Host>,
    store: Arc<MemoryStore>,
    id: String,
}

impl Fixture {
    fn new(adjust: impl FnOnce(&mut HostOptions)) -> Self {
        Self::over(MemoryStore::new(files()), adjust)
    }

    fn over(store: MemoryStore, adjust: impl FnOnce(&mut HostOptions)) -> Self {
        let store = Arc::new(store);
        let workspace = Workspace::at("/w/s/ws".as_ref());
        let id = workspace.id.to_string();
        let mut options = HostOptions::default();
        adjust(&mut options);
        let served = ServedWorkspace {
            workspace,
            store: Arc::clone(&store) as _,
        };
        Self {
            host: Arc::new(Host::new(options, vec![served]).unwrap()),
            store,
            id,
        }
    }

    fn manual() -> Self {
        Self::new(|_| {})
    }

    fn auto() -> Self {
        Self::new(|options| options.gate.mode = ApprovalMode::Auto)
    }

    /// Where looking at the files never waits.
    fn on_local_disk(mode: ApprovalMode) -> Self {
        let store = MemoryStore::new(files()).on_local_disk();
        Self::over(store, |options| options.gate.mode = mode)
    }

    async fn submit(&self, submission: Submission) -> Result<WriteOutcome, SubmitError> {
        let writable = self.host.writable(&self.id).await?;
        self.host.submit(writable, submission).await
    }

    /// Submits in a task of its own and waits until the host is asked.
    async fn ask(
        &self,
        submission: Submission,
    ) -> tokio::task::JoinHandle<Result<WriteOutcome, SubmitError>> {
        let (host, id) = (Arc::clone(&self.host), self.id.clone());
        let (pending, mut watch) = self.host.gate().watch();
        let task = tokio::spawn(async move {
            let writable = host.writable(&id).await?;
            host.submit(writable, submission).await
        });
        assert!(pending.is_empty() || watch.next().await.is_ok());
        while self.host.gate().pending().len() <= pending.len() {
            tokio::task::yield_now().await;
        }
        task
    }

    fn reply(&self, decision: Decision) {
        let pending = self.host.gate().pending();
        let decided = self.host.gate().decide(pending[0].id, decision.into());
        assert!(decided.is_ok());
    }

    fn config(&self) -> String {
        self.store.text(CONFIG).unwrap()
    }

    fn summaries(&self) -> Vec<String> {
        self.store
            .entries()
            .into_iter()
            .map(|entry| entry.summary)
            .collect()
    }

    /// How refused requests were recorded, once those records are made.
    async fn refusals(&self) -> Vec<&'static str> {
        self.host.shut_down().await;
        self.store
            .refused()
            .into_iter()
            .map(|refused| refused.outcome)
            .collect()
    }
}

fn remote(change: Change) -> Submission {
    Submission {
        requester: Requester::new(Grant::of(Scope::Collaborator), TokenHash::of("t")),
        proposal: change.into(),
    }
}

fn by_host(change: Change) -> Submission {
    Submission {
        requester: Requester::new(Grant::host(), TokenHash::of("t")),
        ..remote(change)
    }
}

fn add(spec: &str) -> Change {
    Change::AddPlugin(PluginSpec::parse(spec).unwrap())
}

fn specs(outcome: &WriteOutcome) -> Vec<String> {
    let WriteAnswer::List(cached) = &outcome.answer else {
        panic!("no list: {outcome:?}")
    };
    let View::Plugins(plugins) = &cached.view else {
        panic!("no plugins")
    };
    let items = plugins.items.iter();
    items.map(|plugin| plugin.spec.clone()).collect()
}

#[tokio::test]
async fn a_change_is_made_recorded_and_answered() {
    let fixture = Fixture::auto();
    let outcome = fixture.submit(remote(add("a"))).await.unwrap();
    assert_eq!(specs(&outcome), ["a"]);
    assert_eq!(fixture.summaries(), ["Added a"]);
}

#[tokio::test]
async fn nothing_is_written_before_the_answer() {
    let fixture = Fixture::manual();
    let task = fixture.ask(remote(add("a"))).await;
    assert_eq!(fixture.config(), "{}\n");
    fixture.reply(Decision::Allow);
    assert_eq!(specs(&task.await.unwrap().unwrap()), ["a"]);
    assert_eq!(fixture.summaries(), ["Added a"]);
}

#[tokio::test]
async fn the_host_sees_what_will_be_written() {
    let fixture = Fixture::manual();
    let task = fixture.ask(remote(add("a"))).await;
    let request = &fixture.host.gate().pending()[0];
    assert_eq!(request.subject.summary, "Add plugin a");
    assert_eq!(
        request.subject.paths,
        [std::path::PathBuf::from("/w/s/ws/opencode.json")]
    );
    assert!(request.subject.preview.changes[0].diff.contains("\"a\""));
    assert!(!request.rememberable);
    task.abort();
}

#[tokio::test]
async fn what_is_denied_is_not_done() {
    let fixture = Fixture::manual();
    let task = fixture.ask(remote(add("a"))).await;
    fixture.reply(Decision::Deny);
    let refused = task.await.unwrap().unwrap_err();
    assert!(
        matches!(refused, SubmitError::Refused(Refusal::Denied { .. })),
        "{refused:?}"
    );
    assert_eq!(fixture.config(), "{}\n");
    assert_eq!(fixture.refusals().await, ["denied"]);
}

#[tokio::test(start_paused = true)]
async fn silence_means_no() {
    let fixture = Fixture::manual();
    let start = tokio::time::Instant::now();
    let refused = fixture.submit(remote(add("a"))).await.unwrap_err();
    assert!(
        matches!(
            refused,
            SubmitError::Refused(Refusal::Expired { after: TIMEOUT, .. })
        ),
        "{refused:?}"
    );
    assert_eq!(start.elapsed().as_secs(), TIMEOUT.as_secs());
    assert_eq!(fixture.config(), "{}\n");
    assert_eq!(fixture.refusals().await, ["expired"]);
}

#[tokio::test]
async fn a_client_that_leaves_takes_its_request_along() {
    let fixture = Fixture::manual();
    let task = fixture.ask(remote(add("a"))).await;
    let id = fixture.host.gate().pending()[0].id;
    task.abort();
    let _ = task.await;
    assert!(fixture.host.gate().pending().is_empty());
    assert!(fixture.host.gate().decide(id, Reply::allow()).is_err());
    assert_eq!(fixture.refusals().await, ["withdrawn"]);
    assert_eq!(fixture.config(), "{}\n");
}

#[tokio::test]
async fn what_was_begun_is_finished_whoever_leaves() {
    let fixture = Fixture::manual();
    fixture.store.trouble().hang(Step::Commit);
    let task = fixture.ask(remote(add("a"))).await;
    fixture.reply(Decision::Allow);
    while fixture.store.trouble().waiting(Step::Commit) == 0 {
        tokio::task::yield_now().await;
    }
    task.abort();
    let _ = task.await;
    fixture.store.trouble().clear(Step::Commit);
    fixture.host.shut_down().await;
    assert_eq!(fixture.summaries(), ["Added a"]);
}

#[tokio::test]
async fn what_changes_nothing_is_not_asked() {
    let fixture = Fixture::manual();
    fixture
        .store
        .edit(|files| *files = MemoryFiles::new().with(CONFIG, r#"{ "plugin": ["a@1"] }"#));
    let outcome = fixture.submit(remote(add("a@2"))).await.unwrap();
    assert_eq!(specs(&outcome), ["a@1"]);
    assert!(fixture.host.gate().history(1).is_empty());
    assert_eq!(fixture.summaries(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_another_file_decides_is_told_whether_or_not_something_changes() {
    let above = r#"{ "model": "a/above" }"#;
    let files = || files().with_at(FileRoot::Home, ".opencode/opencode.json", above);
    let manual = Fixture::over(MemoryStore::new(files()), |_| {});
    let model = || {
        let wanted = serde_json::json!({ "opencode": { "model": "a/b" } });
        read::patch_config(wanted.as_object().unwrap()).unwrap()
    };
    let codes = |outcome: WriteOutcome| -> Vec<&str> {
        let warnings = outcome.warnings.iter();
        warnings.map(|warning| warning.code.as_str()).collect()
    };
    let asked = manual.ask(remote(model())).await;
    manual.reply(Decision::Allow);
    assert_eq!(codes(asked.await.unwrap().unwrap()), ["shadowed"]);
    let unchanged = manual.submit(remote(model())).await.unwrap();
    assert_eq!(codes(unchanged), ["shadowed"]);

    let auto = Fixture::over(MemoryStore::new(files()).on_local_disk(), |options| {
        options.gate.mode = ApprovalMode::Auto;
    });
    for _ in 0..2 {
        let outcome = auto.submit(remote(model())).await.unwrap();
        assert_eq!(codes(outcome), ["shadowed"]);
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_not_asked() {
    let fixture = Fixture::manual();
    fixture
        .store
        .edit(|files| *files = MemoryFiles::new().with(CONFIG, "{ broken"));
    let refused = fixture.submit(remote(add("a"))).await.unwrap_err();
    let SubmitError::Host(HostError::Store(error)) = refused else {
        panic!("{refused:?}")
    };
    assert!(matches!(*error, StoreError::Plan(_)), "{error:?}");
    assert!(fixture.host.gate().history(1).is_empty());
}

#[tokio::test]
async fn what_is_not_asked_is_planned_only_when_it_is_carried_out() {
    let fixture = Fixture::on_local_disk(ApprovalMode::Auto);
    fixture.store.trouble().fail(Step::Plan);
    let outcome = fixture.submit(remote(add("a"))).await.unwrap();
    assert_eq!(specs(&outcome), ["a"]);
    let again = fixture.submit(remote(add("a"))).await.unwrap();
    assert_eq!(specs(&again), ["a"]);
    assert_eq!(fixture.summaries(), ["Added a"]);
    let asked = Fixture::on_local_disk(ApprovalMode::Manual);
    asked.store.trouble().fail(Step::Plan);
    assert!(asked.submit(remote(add("a"))).await.is_err());
}

#[tokio::test]
async fn the_hosts_own_changes_are_not_asked() {
    let fixture = Fixture::manual();
    fixture.submit(by_host(add("a"))).await.unwrap();
    assert_eq!(fixture.store.entries()[0].actor.kind, ActorKind::Host);
    assert!(fixture.host.gate().history(1).is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_hosts_own_changes_are_asked_where_that_is_set() {
    let fixture = Fixture::new(|options| options.host_writes = HostWrites::Ask);
    let refused = fixture.submit(by_host(add("a"))).await.unwrap_err();
    assert!(
        matches!(refused, SubmitError::Refused(Refusal::Expired { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_moved_meanwhile_conflicts() {
    let fixture = Fixture::manual();
    let task = fixture.ask(remote(add("a@2"))).await;
    let theirs = r#"{ "plugin": ["a@1"] }"#;
    fixture
        .store
        .edit(|files| *files = MemoryFiles::new().with(CONFIG, theirs));
    fixture.reply(Decision::Allow);
    let refused = task.await.unwrap().unwrap_err();
    let SubmitError::Host(HostError::Store(error)) = refused else {
        panic!("{refused:?}")
    };
    assert!(matches!(*error, StoreError::Conflict { .. }), "{error:?}");
    assert_eq!(fixture.config(), theirs);
    assert_eq!(
        fixture.host.gate().history(1)[0].outcome.as_str(),
        "conflicted"
    );
    assert_eq!(fixture.refusals().await, ["conflicted"]);
}

#[tokio::test]
async fn what_moved_elsewhere_in_the_file_survives() {
    let fixture = Fixture::manual();
    let task = fixture.ask(remote(add("a"))).await;
    fixture
        .store
        .edit(|files| *files = MemoryFiles::new().with(CONFIG, "{\n  \"theme\": \"dark\"\n}\n"));
    fixture.reply(Decision::Allow);
    task.await.unwrap().unwrap();
    assert_eq!(
        fixture.config(),
        "{\n  \"theme\": \"dark\",\n  \"plugin\": [\n    \"a\"\n  ]\n}\n"
    );
}

#[tokio::test]
async fn an_allowed_change_that_fails_says_so() {
    let fixture = Fixture::manual();
    let task = fixture.ask(remote(add("a"))).await;
    fixture.store.trouble().fail(Step::Commit);
    fixture.reply(Decision::Allow);
    assert!(matches!(
        task.await.unwrap(),
        Err(SubmitError::Host(HostError::Store(_)))
    ));
    assert_eq!(fixture.host.gate().history(1)[0].outcome.as_str(), "failed");
    assert_eq!(fixture.refusals().await, ["failed"]);
}

#[tokio::test]
async fn changes_that_arrive_together_all_survive() {
    let fixture = Arc::new(Fixture::auto());
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let fixture = Arc::clone(&fixture);
            tokio::spawn(async move { fixture.submit(remote(add(&format!("plugin-{n}")))).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(fixture.summaries().len(), 50);
    let all: serde_json::Value = serde_json::from_str(&fixture.config()).unwrap();
    assert_eq!(all["plugin"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn a_read_only_host_takes_no_changes() {
    let fixture = Fixture::new(|options| options.read_only = true);
    assert!(matches!(
        fixture.host.writable(&fixture.id).await,
        Err(HostError::ReadOnly)
    ));
    assert!(matches!(
        fixture.host.writable("ws_unknown").await,
        Err(HostError::ReadOnly)
    ));
    assert!(fixture.host.readable(&fixture.id).is_ok());
}

#[tokio::test]
async fn unknown_workspaces_are_told_apart() {
    let fixture = Fixture::auto();
    assert!(matches!(
        fixture.host.readable("ws_0"),
        Err(HostError::UnknownWorkspace)
    ));
    assert!(matches!(
        fixture.host.writable("ws_0").await,
        Err(HostError::UnknownWorkspace)
    ));
}

#[tokio::test]
async fn a_stuck_workspace_ends_at_its_deadline() {
    let deadline = Duration::from_millis(40);
    let fixture = Fixture::new(|options| {
        options.pool = PoolOptions {
            deadline,
            ..PoolOptions::default()
        }
    });
    // The layers outside of the workspace may be on another file system.
    for step in [Step::Plan, Step::Warnings] {
        fixture.store.trouble().hang(step);
        let stuck = fixture.submit(remote(add("a"))).await.unwrap_err();
        assert!(
            matches!(stuck, SubmitError::Host(HostError::Stuck)),
            "{stuck:?}"
        );
        assert_eq!(fixture.host.gate().pending().len(), 0);
        fixture.store.trouble().clear(step);
    }
}

#[tokio::test]
async fn a_shutdown_refuses_what_waits() {
    let fixture = Fixture::manual();
    let task = fixture.ask(remote(add("a"))).await;
    fixture.host.gate().shut_down();
    let refused = task.await.unwrap().unwrap_err();
    assert!(
        matches!(
            refused,
            SubmitError::Refused(Refusal::ShuttingDown { request: Some(_) })
        ),
        "{refused:?}"
    );
    assert_eq!(fixture.refusals().await, ["aborted"]);
    assert_eq!(fixture.config(), "{}\n");
}

#[tokio::test]
async fn a_change_meant_for_another_revision_is_refused() {
    let fixture = Fixture::auto();
    let proposal = Proposal {
        only_if: Some(vec!["other".to_owned()]),
        ..add("a").into()
    };
    let refused = fixture
        .submit(Submission {
            proposal,
            ..remote(add("a"))
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(fixture.config(), "{}\n");
}

#[tokio::test]
async fn one_client_at_its_cap_leaves_others_alone() {
    let fixture = Fixture::new(|options| {
        options.gate = GateOptions {
            max_pending_per_asker: 1,
            ..GateOptions::default()
        };
    });
    let first = fixture.ask(remote(add("a"))).await;
    let full = fixture.submit(remote(add("b"))).await.unwrap_err();
    assert!(
        matches!(
            full,
            SubmitError::Refused(Refusal::AskerFull { pending: 1 })
        ),
        "{full:?}"
    );
    let another = remote(add("c"));
    let phone = another.requester.calling_itself(Some("phone".to_owned()));
    let other = fixture
        .ask(Submission {
            requester: phone,
            ..another
        })
        .await;
    assert_eq!(fixture.host.gate().pending().len(), 2);
    first.abort();
    other.abort();
}
