//! What clients are told of changes, over a store in memory.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that fails is a failed test"
)]

use std::sync::Arc;
use std::time::Duration;

use openwork_approval::ApprovalMode;
use openwork_change::change::Change;
use openwork_change::event::{EventAction, WorkspaceEvent};
use openwork_host::{
    Grant, Host, HostOptions, Readable, Requester, ServedWorkspace, Submission, Subscription,
};
use openwork_model::actor::TokenHash;
use openwork_model::files::{Location, MemoryFiles};
use openwork_model::name::PluginSpec;
use openwork_model::path::RelPath;
use openwork_model::scope::Scope;
use openwork_model::workspace::Workspace;
use openwork_testkit::memory_store::{MemoryStore, Step};
use tokio::time::{Instant, timeout};

const SKILL: &str = ".opencode/skills/audit/SKILL.md";
const SETTLING: Duration = Duration::from_millis(250);

struct Fixture {
    host: Host,
    store: Arc<MemoryStore>,
    at: Readable,
}

impl Fixture {
    fn new() -> Self {
        let files = MemoryFiles::new().with("opencode.json", "{}\n");
        let store = Arc::new(MemoryStore::new(files));
        let workspace = Workspace::at("/w/s/ws".as_ref());
        let id = workspace.id.to_string();
        let mut options = HostOptions::default();
        options.gate.mode = ApprovalMode::Auto;
        let served = ServedWorkspace {
            workspace,
            store: Arc::clone(&store) as _,
        };
        let host = Host::new(options, vec![served]).unwrap();
        let at = host.readable(&id).unwrap();
        Self { host, store, at }
    }

    async fn add(&self, spec: &str) {
        let submission = Submission {
            requester: Requester::new(Grant::of(Scope::Collaborator), TokenHash::of("t")),
            proposal: Change::AddPlugin(PluginSpec::parse(spec).unwrap()).into(),
        };
        let id = self.at.workspace().id.as_str();
        let writable = self.host.writable(id).await.unwrap();
        self.host.submit(writable, submission).await.unwrap();
    }

    /// Writes a file as another program would.
    fn write(&self, path: &str, text: &str) {
        let at = Location::workspace(RelPath::new(path).unwrap());
        self.store
            .edit(|files| files.insert(at, text.as_bytes().into()));
    }

    async fn described(&self) -> Vec<String> {
        let page = self.host.events(&self.at, None).await;
        page.items.iter().map(|event| described(event)).collect()
    }
}

fn described(event: &WorkspaceEvent) -> String {
    let trigger = &event.trigger;
    let action = trigger.action.map_or("-", EventAction::as_str);
    let name = trigger.name.as_deref().unwrap_or("-");
    format!("{} {action} {name}", trigger.reason.as_str())
}

async fn next(following: &mut Subscription) -> String {
    described(&following.next().await.unwrap())
}

/// Whether nothing is told in a time that is long enough for it.
async fn is_quiet(following: &mut Subscription) -> bool {
    timeout(10 * SETTLING, following.next()).await.is_err()
}

#[tokio::test(start_paused = true)]
async fn own_changes_are_told_once_whoever_looks() {
    let fixture = Fixture::new();
    fixture.add("a").await;
    let first = fixture.host.events(&fixture.at, None).await;
    assert_eq!(first.items.len(), 1);
    assert_eq!(first.cursor, first.items[0].seq);
    assert!(!first.disabled);
    let mut following = fixture.host.follow(&fixture.at, None).await;
    fixture.add("b").await;
    assert_eq!(next(&mut following).await, "plugins added b");
    // The watch sees the write as well, and finds what is known already.
    fixture.store.edit(|_| {});
    assert!(is_quiet(&mut following).await);
    let since = fixture.host.events(&fixture.at, Some(first.cursor)).await;
    assert_eq!(since.items.len(), 1);
    assert_eq!(since.cursor, first.cursor + 1);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_changes_nothing_is_not_told() {
    let fixture = Fixture::new();
    fixture.add("a").await;
    fixture.add("a").await;
    assert_eq!(fixture.described().await, ["plugins added a"]);
}

#[tokio::test(start_paused = true)]
async fn changes_of_others_are_told_when_they_have_settled() {
    let fixture = Fixture::new();
    let mut following = fixture.host.follow(&fixture.at, None).await;
    let start = Instant::now();
    fixture.write(SKILL, "on");
    fixture.write(SKILL, "one");
    assert_eq!(next(&mut following).await, "skills added audit");
    assert_eq!(start.elapsed(), SETTLING);
    fixture.write(SKILL, "one");
    fixture.write(".opencode/openwork.json", "{}");
    assert!(is_quiet(&mut following).await);
    fixture.write("opencode.json", r#"{ "model": "a/b" }"#);
    assert_eq!(next(&mut following).await, "config updated -");
}

#[tokio::test(start_paused = true)]
async fn changes_of_others_count_from_the_first_question_on() {
    let fixture = Fixture::new();
    fixture.write(SKILL, "one");
    assert!(fixture.described().await.is_empty());
    fixture.write(SKILL, "two");
    tokio::time::sleep(2 * SETTLING).await;
    assert_eq!(fixture.described().await, ["skills updated audit"]);
}

#[tokio::test(start_paused = true)]
async fn what_others_change_right_after_an_own_change_is_told_too() {
    let fixture = Fixture::new();
    let mut following = fixture.host.follow(&fixture.at, None).await;
    fixture.add("a").await;
    fixture.write("opencode.json", "{ }\n");
    assert_eq!(next(&mut following).await, "plugins added a");
    assert_eq!(next(&mut following).await, "config updated -");
    assert!(is_quiet(&mut following).await);
}

#[tokio::test(start_paused = true)]
async fn without_a_watch_own_changes_are_told_all_the_same() {
    let fixture = Fixture::new();
    fixture.store.trouble().fail(Step::Watch);
    fixture.add("a").await;
    let page = fixture.host.events(&fixture.at, None).await;
    assert!(page.disabled);
    assert_eq!(page.items.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_breaks_off_ends_the_streams_and_is_taken_up_again() {
    let fixture = Fixture::new();
    let mut following = fixture.host.follow(&fixture.at, None).await;
    fixture.store.trouble().fail(Step::Survey);
    fixture.write(SKILL, "one");
    assert!(following.next().await.is_none());
    assert!(fixture.host.events(&fixture.at, None).await.disabled);
    fixture.store.trouble().clear(Step::Survey);
    let page = fixture.host.events(&fixture.at, None).await;
    assert!(!page.disabled);
    assert_eq!(fixture.described().await, ["skills added audit"]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_misses_events_is_let_go() {
    let fixture = Fixture::new();
    let mut slow = fixture.host.follow(&fixture.at, None).await;
    for n in 0..201 {
        fixture.add(&format!("p{n}")).await;
    }
    assert!(slow.next().await.is_none());
    let mut anew = fixture.host.follow(&fixture.at, Some(0)).await;
    assert_eq!(next(&mut anew).await, "plugins added p1");
}

#[tokio::test(start_paused = true)]
async fn nobody_looks_out_for_a_host_that_is_gone() {
    let Fixture { host, store, at } = Fixture::new();
    assert!(!host.events(&at, None).await.disabled);
    drop((host, at));
    while Arc::strong_count(&store) > 1 {
        tokio::time::sleep(SETTLING).await;
    }
}
