//! Much that waits: lists stay small, and all of it can be seen.

use std::path::PathBuf;
use std::sync::Arc;

use openwork_approval::{Ask, Asker};
use openwork_change::effect::{Effect, EffectKind, Level};
use openwork_change::preview::{ChangeKind, FileChange, Preview};
use openwork_host::{LeftOut, Subject};
use openwork_model::actor::{Actor, ActorKind, TokenHash};
use openwork_model::path::RelPath;
use openwork_model::workspace::WorkspaceId;
use openwork_testkit::memory_store::Step;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::events::Stream;
use crate::world::{self, Answer, Setting, World, refused};

/// A write that waits, and its id.
pub(crate) async fn asked(
    world: &Arc<World>,
    path: &'static str,
    body: Value,
) -> (JoinHandle<Answer>, String) {
    let request = world.client("POST", path);
    let (write, request) = world::asked(world, request, body.to_string()).await;
    (write, request.id.to_string())
}

async fn get(world: &World, path: &str) -> Answer {
    world.send(world.host("GET", path), "").await
}

fn skill(lines: usize) -> Value {
    let content: Vec<String> = (0..lines).map(|n| format!("line {n}")).collect();
    json!({ "name": "notes", "description": "d", "content": content.join("\n") })
}

fn commands(count: usize) -> Value {
    let items: Vec<Value> = (0..count)
        .map(|n| json!({ "name": format!("c{n:02}"), "template": "Do" }))
        .collect();
    json!({ "commands": items })
}

#[tokio::test]
async fn a_truncated_change_leads_through_all_of_its_pages() {
    let world = Arc::new(Setting::manual().build());
    let (_write, id) = asked(&world, "W/skills", skill(900)).await;
    let item = get(&world, &format!("/approvals/{id}")).await.json();
    let change = &item["changes"][0];
    assert_eq!(change["truncated"], true);
    assert_eq!(change["level"], "medium");
    assert_eq!(change["full"], format!("/approvals/{id}/files/0"));
    let (mut next, mut diff, mut lines) = (change["full"].clone(), String::new(), Vec::new());
    while let Some(path) = next.as_str() {
        let page = get(&world, path).await.json();
        for same in ["path", "kind", "added", "removed", "digest"] {
            assert_eq!(page[same], change[same], "{same}");
        }
        assert_eq!(page["index"], 0);
        assert_eq!(page["from"], lines.iter().sum::<u64>());
        lines.push(page["lines"].as_u64().unwrap());
        diff.push_str(page["diff"].as_str().unwrap());
        assert_eq!(page["total"], 905);
        next = page["next"].clone();
    }
    assert_eq!(lines, [400, 400, 105]);
    assert_eq!(
        change["digest"],
        openwork_change::preview::page_digest(&diff).as_str()
    );
}

#[tokio::test]
async fn pages_are_as_long_as_they_are_asked_for() {
    let world = Arc::new(Setting::manual().build());
    let (_write, id) = asked(&world, "W/skills", skill(3_000)).await;
    let page = |query: &'static str| {
        let path = format!("/approvals/{id}/files/0{query}");
        let world = Arc::clone(&world);
        async move { get(&world, &path).await.json() }
    };
    for (query, from, lines) in [
        ("", 0, 400),
        ("?from=7&lines=3", 7, 3),
        ("?lines=2000", 0, 2_000),
        ("?lines=999999999", 0, 2_000),
        ("?lines=0", 0, 400),
        ("?from=-1&lines=x", 0, 400),
        ("?from=3004&lines=10", 3_004, 1),
        ("?from=99999999999", 3_005, 0),
    ] {
        let page = page(query).await;
        assert_eq!(
            (&page["from"], &page["lines"]),
            (&json!(from), &json!(lines)),
            "{query}"
        );
    }
    let next = page("?from=5&lines=10&reveal=true").await["next"].clone();
    assert_eq!(
        next,
        format!("/approvals/{id}/files/0?from=15&lines=10&reveal=true")
    );
    assert_eq!(page("?from=3000").await["next"], Value::Null);
}

#[tokio::test]
async fn files_that_are_not_there_and_files_that_moved_are_told_apart() {
    let world = Arc::new(Setting::manual().build());
    let (_write, id) = asked(&world, "W/skills", skill(3)).await;
    for n in ["1", "-1", "x", "99999999999999999999"] {
        let answer = get(&world, &format!("/approvals/{id}/files/{n}")).await;
        assert_eq!(
            answer.code(),
            refused(404, "approval_file_not_found"),
            "{n}"
        );
    }
    for unknown in ["nope", "00000000-0000-4000-8000-000000000000"] {
        let answer = get(&world, &format!("/approvals/{unknown}/files/0")).await;
        assert_eq!(answer.code(), refused(404, "approval_not_found"));
    }
    let bare = world.bare("GET", &format!("/approvals/{id}/files/0"));
    assert_eq!(
        world.send(bare, "").await.code(),
        refused(401, "unauthorized")
    );
    world.store.edit(|files| {
        let theirs = "---\nname: notes\ndescription: theirs\n---\n";
        *files = openwork_model::files::MemoryFiles::new()
            .with(".opencode/skills/notes/SKILL.md", theirs);
    });
    let answer = get(&world, &format!("/approvals/{id}/files/0")).await;
    assert_eq!(answer.code(), refused(409, "conflict"));
}

#[tokio::test]
async fn lists_name_the_first_of_many_and_count_the_others() {
    let world = Arc::new(Setting::manual().build());
    let (_write, id) = asked(&world, "W/import", commands(30)).await;
    let seed = get(&world, "/approvals").await.json()["items"][0].clone();
    assert_eq!(seed["paths"].as_array().unwrap().len(), 20);
    assert_eq!(seed["morePaths"], 12);
    let listed = get(&world, "/approvals?include=changes").await.json();
    let streamed = Stream::of(&world).await.next().await.unwrap();
    for items in [&listed["items"], &streamed["properties"]["items"]] {
        let item = &items[0];
        assert_eq!(item["paths"], seed["paths"]);
        assert_eq!(item["changes"].as_array().unwrap().len(), 20);
        assert_eq!(
            (&item["morePaths"], &item["moreChanges"]),
            (&json!(12), &json!(10))
        );
        assert_eq!(item["moreEffects"], Value::Null);
    }
    let whole = get(&world, &format!("/approvals/{id}")).await.json();
    assert_eq!(whole["paths"].as_array().unwrap().len(), 32);
    assert_eq!(whole["changes"].as_array().unwrap().len(), 30);
    assert_eq!(
        (&whole["morePaths"], &whole["moreChanges"]),
        (&Value::Null, &Value::Null)
    );
    let last = get(&world, &format!("/approvals/{id}/files/29"))
        .await
        .json();
    assert_eq!(last["path"], whole["changes"][29]["path"]);
}

/// A request of a client with everything in it large.
fn large(n: usize, changes: usize, effects: usize) -> Ask<Subject> {
    let text = |bytes: usize| "\"".repeat(bytes / 2);
    let change = |n: usize| FileChange {
        path: RelPath::new(&format!("{}{n}", "d/".repeat(2_000))).unwrap(),
        kind: ChangeKind::Create,
        level: Some(Level::High),
        added: 1,
        removed: 0,
        diff: text(64 << 10),
        truncated: false,
        digest: None,
        masked: vec![text(1_000); 4],
    };
    let effect = |_| Effect::new(EffectKind::Unknown, Level::High, text(4_000));
    let effects: Vec<Effect> = (0..effects).map(effect).collect();
    let asker = Asker {
        address: None,
        client_id: Some(n.to_string()),
    };
    let subject = Subject {
        workspace: WorkspaceId::of("/w/s/ws".as_ref()),
        workspace_name: "ws".to_owned(),
        action: "config.import",
        summary: text(2_000),
        paths: (0..21)
            .map(|n| PathBuf::from(format!("/{n}{}", "/d".repeat(2_000))))
            .collect(),
        actor: Actor {
            kind: ActorKind::Remote,
            client_id: Some("c".repeat(128)),
            token_hash: TokenHash::of("t"),
        },
        address: None,
        preview: Preview {
            changes: (0..changes).map(change).collect(),
            title: text(2_000),
            risk: effects.iter().map(|effect| effect.text.clone()).collect(),
            effects,
            ..Preview::default()
        },
        amended: Vec::new(),
        digest: None,
        shown: None,
        left_out: LeftOut::default(),
    };
    Ask {
        asker,
        scope: "s".to_owned(),
        kind: "k".to_owned(),
        covers: String::new(),
        bytes: 0,
        rememberable: false,
        later: None,
        subject,
    }
}

fn roomy(max_pending: usize) -> Arc<World> {
    let mut setting = Setting::manual();
    setting.host.gate.max_pending = max_pending;
    setting.host.gate.timeout = std::time::Duration::from_secs(600);
    Arc::new(setting.build())
}

fn wait(world: &Arc<World>, ask: Ask<Subject>) -> JoinHandle<()> {
    let gate = world.host.gate().clone();
    tokio::spawn(async move { drop(gate.ask(ask).await) })
}

async fn until_pending(world: &World, count: usize) {
    while world.host.gate().pending().len() < count {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn lists_and_streams_stay_small_whatever_waits() {
    for (count, changes, effects) in [(3, 21, 60), (40, 3, 20), (1_000, 1, 1)] {
        let world = roomy(1_000);
        let mut stream = Stream::of(&world).await;
        stream.next().await.unwrap();
        for n in 0..count {
            wait(&world, large(n, changes, effects));
        }
        until_pending(&world, count).await;
        for path in ["/approvals", "/approvals?include=changes"] {
            let list = get(&world, path).await;
            assert!(
                list.bytes.len() < 2_000_000,
                "{count}: {}",
                list.bytes.len()
            );
            let list = list.json();
            assert_eq!(list["items"].as_array().unwrap().len(), count);
            let item = &list["items"][count - 1];
            let paths = item["paths"].as_array().unwrap().len();
            assert_eq!(item["morePaths"], 21 - paths);
        }
        let snapshot = Stream::of(&world).await.next().await.unwrap();
        assert_eq!(
            snapshot["properties"]["items"].as_array().unwrap().len(),
            count
        );
        let bytes = snapshot.to_string().len();
        assert!(bytes < 8_000_000, "{count}: {bytes}");
        let asked = stream.next().await.unwrap();
        assert_eq!(asked["type"], "approval.asked");
        let bytes = asked.to_string().len();
        assert!(bytes < 256 << 10, "{count}: {bytes}");
    }
}

#[tokio::test]
async fn more_requests_than_a_list_has_room_for_are_counted() {
    let world = roomy(5_000);
    for n in 0..5_000 {
        let mut ask = large(n, 0, 0);
        ask.subject.paths.truncate(1);
        wait(&world, ask);
    }
    until_pending(&world, 5_000).await;
    let list = get(&world, "/approvals").await;
    assert!(list.bytes.len() < 2_000_000, "{}", list.bytes.len());
    let list = list.json();
    let shown = list["items"].as_array().unwrap().len();
    assert!(shown > 1_000, "{shown}");
    assert_eq!(list["moreItems"], 5_000 - shown);
}

#[tokio::test]
async fn the_history_stays_small_whatever_ended() {
    let world = roomy(1_000);
    for n in 0..200 {
        let asking = wait(&world, large(n, 2, 20));
        until_pending(&world, 1).await;
        asking.abort();
        let _ = asking.await;
    }
    for path in ["/approvals/history", "/approvals/history?include=changes"] {
        let history = get(&world, path).await;
        assert!(history.bytes.len() < 8_000_000, "{}", history.bytes.len());
        let history = history.json();
        assert_eq!(history["items"].as_array().unwrap().len(), 200);
        let item = &history["items"][0];
        let effects = item["effects"].as_array().unwrap().len();
        assert!(effects > 0);
        assert_eq!(item["moreEffects"], 20 - effects);
        assert_eq!(item["risk"].as_array().unwrap().len(), effects);
    }
    let changes = get(&world, "/approvals/history?include=changes&limit=1")
        .await
        .json();
    let change = &changes["items"][0]["changes"][0];
    // Nothing is left of it that could be paged through.
    assert_eq!(change["full"], Value::Null);
    assert!(change["digest"].is_string() || change["diff"] != "");
}

#[tokio::test]
async fn too_many_items_are_refused_before_anybody_is_asked() {
    let world = Setting::manual().build();
    let answer = world.post("W/import", commands(5_001).to_string()).await;
    assert_eq!(answer.code(), refused(422, "too_many_items"));
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("at most 5000"), "{message}");
    let zeros = json!({ "skills": vec![0; 30_000], "commands": vec![0; 5_000] });
    let answer = world.post("W/import", zeros.to_string()).await;
    assert_eq!(answer.code(), refused(422, "too_many_items"));
    assert!(world.host.gate().history(1).is_empty());
}

#[tokio::test]
async fn what_takes_too_much_room_is_put_off() {
    let mut setting = Setting::manual();
    setting.host.gate.max_pending_bytes = 1_200_000;
    let world = Arc::new(setting.build());
    let import = |n: usize| json!({ "commands": [{ "name": format!("c{n}"), "template": "x".repeat(300_000) }] });
    let (_write, _) = asked(&world, "W/import", import(0)).await;
    let answer = world.post("W/import", import(1).to_string()).await;
    assert_eq!(answer.code(), refused(429, "too_many_pending"));
    assert_eq!(answer.header("retry-after"), Some("5"));
    let large = json!({ "commands": [{ "name": "c", "template": "x".repeat(600_000) }] });
    let answer = world.post("W/import", large.to_string()).await;
    assert_eq!(answer.code(), refused(413, "payload_too_large"));
}

#[tokio::test]
async fn what_is_committed_is_answered_200() {
    let world = World::new();
    world.store.trouble().fail(Step::View);
    let body = r#"{"name":"notes","config":{"type":"remote","url":"https://a.example"}}"#;
    let answer = world.post("W/mcp", body).await;
    assert_eq!(answer.status, 200);
    let expected = json!({ "ok": true, "committed": true, "warnings": [{
        "code": "list_unavailable",
        "message": "The change was made, but the list could not be; ask for it again",
    }] });
    assert_eq!(answer.json(), expected);
    assert_eq!(world.store.entries().len(), 1);
}

#[tokio::test]
async fn an_answer_says_by_what_means_it_was_given() {
    for (via, by) in [("page", "page"), ("terminal", "terminal"), ("x", "host")] {
        let world = Arc::new(Setting::manual().build());
        let (write, id) = asked(&world, "W/import", commands(1)).await;
        let reply = json!({ "reply": "allow", "via": via });
        let request = world.host("POST", &format!("/approvals/{id}"));
        assert_eq!(world.send(request, reply.to_string()).await.status, 200);
        assert_eq!(write.await.unwrap().status, 200);
        let path = format!("/approvals/audit?workspace={}", world.id);
        let approval = get(&world, &path).await.json()["items"][0]["approval"].clone();
        let expected = json!({
            "by": by, "address": "192.168.1.23", "requestId": id, "answeredAt": approval["answeredAt"],
        });
        assert_eq!(approval, expected);
    }
}
