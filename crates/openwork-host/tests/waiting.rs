//! What waits for a person: looked at again, counted, and what is left of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that fails is a failed test"
)]

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use openwork_approval::{
    AnswerMeans, Answerer, ApprovalMode, GateOptions, Refusal, Remember, Reply, Request, RequestId,
};
use openwork_change::change::{Change, read};
use openwork_host::{
    Grant, Host, HostOptions, PageReview, PoolOptions, Requester, ReviewError, ServedWorkspace,
    Subject, Submission, SubmitError, WriteAnswer, WriteOutcome,
};
use openwork_model::actor::TokenHash;
use openwork_model::audit::{Approval, ApprovedBy};
use openwork_model::files::MemoryFiles;
use openwork_model::mask::MASK;
use openwork_model::scope::Scope;
use openwork_model::workspace::Workspace;
use openwork_testkit::memory_store::{MemoryStore, Step};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

const SKILL: &str = ".opencode/skills/notes/SKILL.md";

struct Fixture {
    host: Arc<Host>,
    store: Arc<MemoryStore>,
    id: String,
}

type Asking = JoinHandle<Result<WriteOutcome, SubmitError>>;

impl Fixture {
    fn new(files: MemoryFiles, adjust: impl FnOnce(&mut HostOptions)) -> Self {
        let store = Arc::new(MemoryStore::new(files));
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
        Self::new(MemoryFiles::new(), |_| {})
    }

    fn auto() -> Self {
        Self::new(MemoryFiles::new(), |options| {
            options.gate.mode = ApprovalMode::Auto;
        })
    }

    fn start(&self, submission: Submission) -> Asking {
        let (host, id) = (Arc::clone(&self.host), self.id.clone());
        tokio::spawn(async move {
            let writable = host.writable(&id).await?;
            host.submit(writable, submission).await
        })
    }

    async fn submit(&self, change: Change) -> Result<WriteOutcome, SubmitError> {
        self.start(by("phone", change)).await.unwrap()
    }

    /// Submits and waits until the host is asked.
    async fn ask(&self, submission: Submission) -> (Arc<Request<Subject>>, Asking) {
        let before = self.host.gate().pending().len();
        let asking = self.start(submission);
        loop {
            let mut pending = self.host.gate().pending();
            if pending.len() > before {
                return (pending.pop().unwrap(), asking);
            }
            assert!(!asking.is_finished(), "{:?}", asking.await);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The entry of a change that is answered so.
    async fn entry(&self, change: Change, reply: Reply) -> (RequestId, Option<Approval>) {
        let (request, asking) = self.ask(by("phone", change)).await;
        self.host.gate().decide(request.id, reply).unwrap();
        asking.await.unwrap().unwrap();
        (request.id, self.store.entries().pop().unwrap().approval)
    }
}

fn by(client: &str, change: Change) -> Submission {
    Submission {
        requester: requester(Grant::of(Scope::Collaborator), client),
        proposal: change.into(),
    }
}

fn requester(grant: Grant, client: &str) -> Requester {
    Requester::new(grant, TokenHash::of("t"))
        .calling_itself(Some(client.to_owned()))
        .from_address(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

fn skill(lines: usize) -> Change {
    let mut content = String::new();
    for line in 0..lines {
        let _ = writeln!(content, "line {line}");
    }
    content.push_str("the end");
    read(
        read::upsert_skill,
        &json!({ "name": "notes", "description": "d", "content": content }),
    )
}

fn command(name: &str) -> Change {
    read(
        read::upsert_command,
        &json!({ "name": name, "template": "Do" }),
    )
}

fn import(count: usize, template: &str) -> Change {
    let items: Vec<Value> = (0..count)
        .map(|n| json!({ "name": format!("c{n}"), "template": template }))
        .collect();
    read(read::import, &json!({ "commands": items }))
}

fn mcp(secret: &str) -> Change {
    let config = json!({ "type": "remote", "url": "https://a.test", "headers": { "X": secret } });
    read(read::add_mcp, &json!({ "name": "notes", "config": config }))
}

fn read<E: std::fmt::Debug>(
    parse: impl Fn(&serde_json::Map<String, Value>) -> Result<Change, E>,
    body: &Value,
) -> Change {
    parse(body.as_object().unwrap()).unwrap()
}

fn review(index: usize, from: usize, lines: usize) -> PageReview {
    PageReview {
        index,
        from,
        lines,
        reveal: false,
    }
}

#[tokio::test]
async fn the_whole_of_a_truncated_change_is_shown_in_pages() {
    let fixture = Fixture::manual();
    let (request, asking) = fixture.ask(by("phone", skill(1_000))).await;
    let change = &request.subject.preview.changes[0];
    assert!(change.truncated);
    let (mut whole, mut from, mut pages) = (String::new(), 0, 0);
    loop {
        let (_, page) = fixture
            .host
            .page(request.id, review(0, from, 300))
            .await
            .unwrap();
        assert_eq!(
            (page.from, Some(&page.digest)),
            (from, change.digest.as_ref())
        );
        whole.push_str(&page.diff);
        pages += 1;
        match page.next {
            Some(next) => from = next,
            None => break,
        }
    }
    assert_eq!(pages, 4);
    assert!(whole.starts_with(&change.diff) && whole.ends_with("+the end\n"));
    assert_eq!(
        openwork_change::preview::page_digest(&whole),
        change.digest.clone().unwrap()
    );
    asking.abort();
}

#[tokio::test]
async fn what_is_not_there_cannot_be_looked_at() {
    let fixture = Fixture::manual();
    let (request, asking) = fixture.ask(by("phone", skill(1))).await;
    let page = |id, index| fixture.host.page(id, review(index, 0, 400));
    assert!(matches!(
        page(request.id, 1).await,
        Err(ReviewError::UnknownFile)
    ));
    let unknown = page(RequestId::random(), 0).await;
    assert!(matches!(unknown, Err(ReviewError::UnknownRequest)));
    asking.abort();
    let _ = asking.await;
    assert!(matches!(
        page(request.id, 0).await,
        Err(ReviewError::UnknownRequest)
    ));
}

#[tokio::test]
async fn what_moved_since_it_was_shown_is_not_shown_as_something_else() {
    let fixture = Fixture::manual();
    let (request, asking) = fixture.ask(by("phone", skill(1_000))).await;
    let theirs = "---\nname: notes\ndescription: theirs\n---\n";
    fixture
        .store
        .edit(|files| *files = MemoryFiles::new().with(SKILL, theirs));
    let moved = fixture.host.page(request.id, review(0, 0, 400)).await;
    let Err(ReviewError::Moved { path }) = moved else {
        panic!("{moved:?}")
    };
    assert_eq!(path, std::path::Path::new("/w/s/ws").join(SKILL));
    asking.abort();
}

#[tokio::test]
async fn another_diff_of_the_same_change_is_told_as_well() {
    let config = "{\n  \"theme\": \"dark\"\n}\n";
    let files = MemoryFiles::new().with("opencode.json", config);
    let fixture = Fixture::new(files, |_| {});
    let (request, asking) = fixture.ask(by("phone", mcp("s3cret"))).await;
    // What is guarded stays as it was, but the lines around it do not.
    let other = "{\n  \"theme\": \"light\"\n}\n";
    fixture
        .store
        .edit(|files| *files = MemoryFiles::new().with("opencode.json", other));
    for shown in [
        fixture
            .host
            .page(request.id, review(0, 0, 9))
            .await
            .map(drop),
        fixture.host.reveal(request.id).await.map(drop),
    ] {
        assert!(matches!(shown, Err(ReviewError::Moved { .. })), "{shown:?}");
    }
    asking.abort();
}

#[tokio::test]
async fn secrets_are_looked_up_when_somebody_asks() {
    let fixture = Fixture::manual();
    let (request, asking) = fixture.ask(by("phone", mcp("s3cret"))).await;
    let preview = format!("{:?}", request.subject.preview);
    assert!(!preview.contains("s3cret"), "{preview}");
    let revealed = fixture.host.reveal(request.id).await.unwrap();
    let masked = &request.subject.preview.changes[0].diff;
    assert_eq!(revealed.changes[0].diff, masked.replace(MASK, "s3cret"));
    let reveal = PageReview {
        reveal: true,
        ..review(0, 0, 400)
    };
    let (_, page) = fixture.host.page(request.id, reveal).await.unwrap();
    let (_, hidden) = fixture
        .host
        .page(request.id, review(0, 0, 400))
        .await
        .unwrap();
    assert_eq!(page.diff, hidden.diff.replace(MASK, "s3cret"));
    assert_eq!(page.digest, hidden.digest);
    asking.abort();
}

#[tokio::test]
async fn what_waits_is_counted_with_all_that_was_sent() {
    let fixture = Fixture::new(MemoryFiles::new(), |options| {
        options.gate = GateOptions {
            max_pending_bytes: 5 << 20,
            ..GateOptions::default()
        };
    });
    let text = "x".repeat(200_000);
    let (request, first) = fixture.ask(by("phone", import(6, &text))).await;
    assert!(request.bytes > 1_200_000, "{}", request.bytes);
    let refused = fixture.submit(import(6, &text)).await.unwrap_err();
    assert!(
        matches!(
            refused,
            SubmitError::Refused(Refusal::AskerTooMuch { bytes }) if bytes == request.bytes
        ),
        "{refused:?}"
    );
    let refused = fixture.submit(import(12, &text)).await.unwrap_err();
    assert!(
        matches!(refused, SubmitError::Refused(Refusal::TooLarge { .. })),
        "{refused:?}"
    );
    let (_, other) = fixture.ask(by("tablet", import(6, &text))).await;
    first.abort();
    other.abort();
}

#[tokio::test]
async fn what_ended_is_kept_in_few_words() {
    let fixture = Fixture::manual();
    let (request, asking) = fixture.ask(by("phone", import(50, "Do"))).await;
    assert_eq!(request.subject.preview.changes.len(), 50);
    asking.abort();
    let _ = asking.await;
    let ended = fixture.host.gate().history(1).remove(0);
    let subject = &ended.request.subject;
    assert!(subject.shown.is_none());
    assert_eq!(subject.summary, "Import workspace config");
    assert_eq!((subject.paths.len(), subject.left_out.paths), (20, 32));
    assert_eq!(
        (subject.preview.changes.len(), subject.left_out.changes),
        (20, 30)
    );
}

#[tokio::test]
async fn comparing_long_texts_stops_nobody() {
    let lines = |word: &str| {
        let lines: Vec<_> = (0..2_500).map(|n| format!("{word} {}", n % 7)).collect();
        lines.join("\n")
    };
    let before = format!("---\nname: notes\ndescription: d\n---\n{}", lines("old"));
    let fixture = Fixture::new(MemoryFiles::new().with(SKILL, &before), |_| {});
    let body = json!({ "name": "notes", "description": "d", "content": lines("new") });
    let asking = fixture.start(by("phone", read(read::upsert_skill, &body)));
    let (mut turns, start) = (0, std::time::Instant::now());
    while fixture.host.gate().pending().is_empty() && !asking.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
        turns += 1;
    }
    // Each turn takes about a millisecond, however long the whole takes; on Windows
    // a tick of the clock, which is 16.
    let took = start.elapsed().as_millis();
    let a_turn = if cfg!(windows) { 60 } else { 10 };
    assert!(turns * a_turn > took, "{turns} turns in {took} ms");
    asking.abort();
}

#[tokio::test]
async fn a_change_that_was_made_is_answered_whatever_its_list_does() {
    let fixture = Fixture::auto();
    fixture.store.trouble().fail(Step::View);
    let outcome = fixture.submit(command("a")).await.unwrap();
    assert!(
        matches!(outcome.answer, WriteAnswer::Unlisted),
        "{outcome:?}"
    );
    assert_eq!(fixture.store.entries().len(), 1);
    // What changes nothing is no more than its list.
    assert!(fixture.submit(command("a")).await.is_err());
}

#[tokio::test]
async fn a_list_that_hangs_does_not_take_a_commit_back() {
    let fixture = Fixture::new(MemoryFiles::new(), |options| {
        options.gate.mode = ApprovalMode::Auto;
        options.pool = PoolOptions {
            deadline: Duration::from_millis(400),
            ..PoolOptions::default()
        };
    });
    fixture.store.trouble().hang(Step::View);
    let outcome = fixture.submit(command("a")).await.unwrap();
    assert!(
        matches!(outcome.answer, WriteAnswer::Unlisted),
        "{outcome:?}"
    );
    fixture.store.trouble().clear(Step::View);
}

#[tokio::test]
async fn what_is_held_for_a_change_is_let_go_while_it_waits() {
    let fixture = Fixture::manual();
    let (host, id) = (Arc::clone(&fixture.host), fixture.id.clone());
    let held = Arc::new(());
    let holding = Arc::clone(&held);
    let asking = tokio::spawn(async move {
        let writable = host.writable(&id).await?;
        host.submit_holding(writable, by("phone", command("a")), holding)
            .await
    });
    while fixture.host.gate().pending().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(Arc::strong_count(&held), 1);
    asking.abort();
}

#[tokio::test]
async fn entries_say_how_a_change_was_allowed() {
    let fixture = Fixture::manual();
    let address = Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7)));
    for (means, expected) in [
        (AnswerMeans::Unsaid, ApprovedBy::Host),
        (AnswerMeans::Page, ApprovedBy::Page),
        (AnswerMeans::Terminal, ApprovedBy::Terminal),
        (AnswerMeans::Notification, ApprovedBy::Notification),
    ] {
        let reply = Reply::allow().by(Answerer { address, means });
        let change = command(&format!("{means:?}"));
        let (request, approval) = fixture.entry(change, reply).await;
        let approval = approval.unwrap();
        assert!(approval.answered_at.is_some());
        let expected = Approval {
            by: expected,
            address,
            rule_id: None,
            request_id: Some(request.into()),
            answered_at: approval.answered_at,
        };
        assert_eq!(approval, expected);
    }
}

#[tokio::test]
async fn entries_name_the_allowance_that_covered_a_change() {
    let fixture = Fixture::manual();
    let reply = Reply::allow_for(Remember::AN_HOUR);
    let (first, _) = fixture.entry(command("a"), reply).await;
    fixture.submit(command("b")).await.unwrap();
    let approval = fixture.store.entries().pop().unwrap().approval.unwrap();
    let ended = fixture.host.gate().history(1).remove(0);
    let expected = Approval {
        by: ApprovedBy::Rule,
        address: None,
        rule_id: Some(first.into()),
        request_id: Some(ended.request.id.into()),
        answered_at: approval.answered_at,
    };
    assert_eq!(approval, expected);
    assert!(approval.answered_at.is_some());
}

#[tokio::test]
async fn entries_tell_a_person_from_nobody() {
    let auto = Fixture::auto();
    auto.submit(command("a")).await.unwrap();
    let manual = Fixture::manual();
    let own = Submission {
        requester: requester(Grant::host(), "phone"),
        ..by("phone", command("a"))
    };
    manual.start(own).await.unwrap().unwrap();
    for (fixture, expected) in [(auto, ApprovedBy::Auto), (manual, ApprovedBy::Host)] {
        let entry = fixture.store.entries().pop().unwrap();
        assert_eq!(entry.approval, Some(expected.into()));
    }
}

#[tokio::test]
async fn a_flood_of_withdrawn_requests_leaves_two_records() {
    let fixture = Fixture::manual();
    for n in 0..50 {
        let (_, asking) = fixture.ask(by("phone", command(&format!("c{n}")))).await;
        asking.abort();
        let _ = asking.await;
    }
    let (_, other) = fixture.ask(by("tablet", command("x"))).await;
    other.abort();
    let _ = other.await;
    fixture.host.shut_down().await;
    let mut recorded: Vec<_> = fixture
        .store
        .refused()
        .into_iter()
        .map(|refused| {
            let client = refused.actor.client_id.unwrap();
            (client, refused.outcome, refused.count, refused.summary)
        })
        .collect();
    recorded.sort();
    let record = |client: &str, count, name| {
        let summary = format!("Upsert command {name}");
        (client.to_owned(), "withdrawn", count, summary)
    };
    assert_eq!(
        recorded,
        [
            record("phone", 1, "c0"),
            record("phone", 49, "c49"),
            record("tablet", 1, "x"),
        ]
    );
    assert_eq!(
        fixture.store.refused()[0].address,
        Some(IpAddr::V4(Ipv4Addr::LOCALHOST))
    );
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_recorded_when_it_is_over() {
    let fixture = Fixture::manual();
    for _ in 0..3 {
        fixture.submit(command("a")).await.unwrap_err();
    }
    let counts = || -> Vec<u64> {
        let refused = fixture.store.refused();
        refused.iter().map(|refused| refused.count).collect()
    };
    tokio::time::sleep(Duration::from_secs(1)).await;
    // Each waited for 30 s, so none of them belongs to a burst.
    assert_eq!(counts(), [1, 1, 1]);
    let asking: Vec<_> = (0..3)
        .map(|_| fixture.start(by("phone", command("a"))))
        .collect();
    for asking in asking {
        asking.await.unwrap().unwrap_err();
    }
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(counts(), [1, 1, 1, 1, 2]);
}
