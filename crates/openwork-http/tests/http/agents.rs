//! What agents wait for, told and answered beside the requests of clients.

use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use openwork_api::Scope;
use openwork_host::{StateFile, VolatileState};
use openwork_testkit::fake_engine::{FakeEngine, SeenRequest, answer};
use serde_json::{Value, json};

use crate::proxy::{token, usual, with_engine};
use crate::world::{Answer, Setting, World, refused};

pub(crate) fn permission(command: &str) -> Value {
    json!([{
        "id": "per_1", "sessionID": "ses_own", "permission": "bash",
        "patterns": [command], "always": ["rm *"], "metadata": {},
    }])
}

pub(crate) fn question() -> Value {
    json!([{
        "id": "que_1", "sessionID": "ses_own",
        "questions": [{
            "question": "Which one?", "header": "Pick", "custom": false,
            "options": [
                { "label": "A", "description": "the first" },
                { "label": "B", "description": "the second" },
            ],
        }],
    }])
}

/// An engine whose agents wait for these, the permissions as they are by now.
fn engine(permissions: &Arc<Mutex<Value>>) -> FakeEngine {
    let permissions = Arc::clone(permissions);
    FakeEngine::start(
        move |request: &SeenRequest, stream: &mut TcpStream| -> io::Result<()> {
            if request.is("GET /permission?") {
                return answer(stream, "200 OK", &permissions.lock().unwrap().to_string());
            }
            if request.is("GET /question?") {
                return answer(stream, "200 OK", &question().to_string());
            }
            if request.is("POST /permission/") || request.is("POST /question/") {
                return answer(stream, "200 OK", "true");
            }
            usual(request, stream)
        },
    )
    .unwrap()
}

fn world() -> (Arc<Mutex<Value>>, FakeEngine, World) {
    let permissions = Arc::new(Mutex::new(permission("rm -rf build")));
    let engine = engine(&permissions);
    let mut setting = Setting::default();
    setting.host.tokens = Some(Arc::new(VolatileState::default()) as Arc<dyn StateFile>);
    let world = with_engine(&engine, setting).build();
    (permissions, engine, world)
}

async fn listed(world: &World) -> Value {
    let list = world.host("GET", "/approvals?include=engine");
    world.send(list, "").await.json()
}

async fn reply(world: &World, id: &str, body: &Value) -> Answer {
    let path = format!("/approvals/agent/{}/{id}", world.id);
    world
        .send(world.host("POST", &path), body.to_string())
        .await
}

fn sent(engine: &FakeEngine) -> Vec<(String, Value)> {
    let all = engine.seen().into_iter();
    let all = all.filter(|request| request.is("POST /permission") || request.is("POST /question"));
    let read = |request: SeenRequest| {
        let path = request.line.split(['?', ' ']).nth(1).unwrap().to_owned();
        (
            path,
            serde_json::from_slice(&request.body).unwrap_or(Value::Null),
        )
    };
    all.map(read).collect()
}

#[tokio::test]
async fn what_agents_ask_is_listed_for_who_wants_it() {
    let (_, engine, world) = world();
    let plain = world.send(world.host("GET", "/approvals"), "").await;
    assert_eq!(plain.json(), json!({ "items": [] }));
    assert_eq!(engine.lines(), Vec::<String>::new());
    let list = listed(&world).await;
    assert_eq!(list["items"], json!([]));
    let digest = &list["agents"]["items"][0]["digest"];
    assert_eq!(
        list["agents"]["items"][0],
        json!({
            "id": "per_1", "workspaceId": world.id, "workspaceName": "ws", "sessionId": "ses_own",
            "digest": digest, "kind": "permission", "permission": "bash",
            "patterns": ["rm -rf build"], "always": ["rm *"], "metadata": {},
        })
    );
    assert_eq!(
        list["agents"]["items"][1]["questions"][0]["options"][1]["label"],
        "B"
    );
    let (approver, _) = token(&world, Scope::Approver).await;
    let request = world.bare("GET", "/approvals?include=changes,engine");
    let request = request.header("authorization", format!("Bearer {approver}"));
    let seen = world.send(request, "").await.json();
    assert_eq!(seen["agents"]["items"].as_array().map(Vec::len), Some(2));
    engine.kill();
    let list = listed(&world).await;
    assert_eq!(
        list["agents"],
        json!({ "items": [], "unreachable": [world.id] })
    );
}

#[tokio::test]
async fn an_answer_goes_to_the_engine_and_into_the_record() {
    let (_, engine, world) = world();
    let list = listed(&world).await;
    let digest = |n: usize| list["agents"]["items"][n]["digest"].clone();
    for (id, body) in [
        (
            "per_1",
            json!({ "reply": "once", "digest": digest(0), "via": "page" }),
        ),
        ("per_1", json!({ "reply": "reject", "message": "not now" })),
        ("que_1", json!({ "answers": [["B"]], "digest": digest(1) })),
        ("que_1", json!({ "reply": "reject" })),
    ] {
        let answer = reply(&world, id, &body).await;
        assert_eq!(answer.json(), json!({ "ok": true }), "{body}");
    }
    assert_eq!(
        sent(&engine),
        [
            (
                "/permission/per_1/reply".to_owned(),
                json!({ "reply": "once" })
            ),
            (
                "/permission/per_1/reply".to_owned(),
                json!({ "reply": "reject", "message": "not now" })
            ),
            (
                "/question/que_1/reply".to_owned(),
                json!({ "answers": [["B"]] })
            ),
            ("/question/que_1/reject".to_owned(), Value::Null),
        ]
    );
    let audit = world.get("W/audit").await.json();
    let first = &audit["items"][3];
    assert_eq!(
        first["summary"],
        "Answered the agent “once”: The agent wants to run `rm -rf build`"
    );
    assert_eq!(
        (&first["action"], &first["approval"]["by"]),
        (&json!("engine.call"), &json!("page"))
    );
}

#[tokio::test]
async fn only_what_was_shown_is_answered() {
    let (permissions, engine, world) = world();
    let list = listed(&world).await;
    let shown = list["agents"]["items"][0]["digest"].clone();
    *permissions.lock().unwrap() = permission("rm -rf /");
    for (id, body, expected) in [
        (
            "per_1",
            json!({ "reply": "once", "digest": shown }),
            refused(409, "conflict"),
        ),
        (
            "per_1",
            json!({ "reply": "once" }),
            refused(409, "conflict"),
        ),
        (
            "per_9",
            json!({ "reply": "reject" }),
            refused(404, "approval_not_found"),
        ),
        ("per_1", json!({}), refused(409, "conflict")),
        (
            "que_1",
            json!({ "answers": [["C"]], "digest": "x" }),
            refused(409, "conflict"),
        ),
    ] {
        assert_eq!(reply(&world, id, &body).await.code(), expected, "{body}");
    }
    let list = listed(&world).await;
    let digest = |n: usize| list["agents"]["items"][n]["digest"].clone();
    for (id, body) in [
        ("per_1", json!({ "reply": "maybe", "digest": digest(0) })),
        ("per_1", json!({ "answers": [["A"]], "digest": digest(0) })),
        ("que_1", json!({ "answers": [["C"]], "digest": digest(1) })),
        (
            "que_1",
            json!({ "answers": [["A", "B"]], "digest": digest(1) }),
        ),
        ("que_1", json!({ "answers": [], "digest": digest(1) })),
    ] {
        let invalid = refused(400, "invalid_payload");
        assert_eq!(reply(&world, id, &body).await.code(), invalid, "{body}");
    }
    *permissions.lock().unwrap() = permission(&"x".repeat(9_000));
    let list = listed(&world).await;
    assert_eq!(list["agents"]["items"][0]["truncated"], true);
    let body = json!({ "reply": "once", "digest": list["agents"]["items"][0]["digest"] });
    let cut = reply(&world, "per_1", &body).await;
    assert_eq!(cut.code(), refused(422, "not_shown_whole"));
    assert_eq!(sent(&engine), []);
}

#[tokio::test]
async fn a_server_that_takes_no_changes_answers_no_agent() {
    let permissions = Arc::new(Mutex::new(permission("ls")));
    let engine = engine(&permissions);
    let mut setting = Setting::default();
    setting.host.read_only = true;
    let world = with_engine(&engine, setting).build();
    let answer = reply(&world, "per_1", &json!({ "reply": "reject" })).await;
    assert_eq!(answer.code(), refused(403, "read_only"));
}
