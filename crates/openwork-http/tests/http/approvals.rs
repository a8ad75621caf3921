use std::sync::Arc;
use std::time::Duration;

use openwork_model::files::MemoryFiles;
use openwork_testkit::memory_store::Step;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::events::Stream;
use crate::world::{self, Answer, CLIENT, HOST_TOKEN, Setting, World, native, refused};

const PLUGIN: &str = r#"{"spec":"opencode-notion"}"#;

/// A write that waits, and the item that the host sees of it.
async fn asked(
    world: &Arc<World>,
    path: &'static str,
    body: &'static str,
) -> (JoinHandle<Answer>, Value) {
    let request = world.client("POST", path);
    let request = request.header("x-openwork-client-id", "phone");
    let (write, _) = world::asked(world, request, body).await;
    (write, pending(world).await.pop().unwrap())
}

async fn pending(world: &World) -> Vec<Value> {
    let list = world.send(world.host("GET", "/approvals"), "").await.json();
    list["items"].as_array().unwrap().clone()
}

async fn reply(world: &World, item: &Value, body: Value) -> Answer {
    let path = format!("/approvals/{}", item["id"].as_str().unwrap());
    world
        .send(world.host("POST", &path), body.to_string())
        .await
}

async fn host_get(world: &World, path: &str) -> Value {
    world.send(world.host("GET", path), "").await.json()
}

fn hash(token: &str) -> String {
    openwork_model::actor::TokenHash::of(token).to_string()
}

#[tokio::test]
async fn items_keep_exactly_the_keys_of_the_seed_api() {
    let world = Arc::new(Setting::manual().build());
    let (write, item) = asked(&world, "W/plugins", PLUGIN).await;
    let expected = json!({
        "id": item["id"], "workspaceId": world.id, "action": "plugins.add",
        "summary": "Add plugin opencode-notion", "paths": [native("/w/s/ws/opencode.jsonc")],
        "createdAt": item["createdAt"],
        "actor": { "type": "remote", "clientId": "phone", "tokenHash": hash(CLIENT) },
    });
    assert_eq!(item, expected);
    assert_eq!(world.store.text("opencode.jsonc"), None);
    let answer = reply(
        &world,
        &item,
        json!({ "reply": "allow", "requestId": "ignored" }),
    )
    .await;
    assert_eq!(
        answer.json(),
        json!({ "ok": true, "allowed": true, "applied": true })
    );
    assert_eq!(
        write.await.unwrap().json()["items"][0]["spec"],
        "opencode-notion"
    );
    assert_eq!(pending(&world).await, [] as [Value; 0]);
}

#[tokio::test]
async fn the_list_is_always_of_the_requests_that_wait() {
    let world = Arc::new(Setting::manual().build());
    let summaries = |items: &[Value]| -> Vec<String> {
        let summary = |item: &Value| item["summary"].as_str().unwrap().to_owned();
        items.iter().map(summary).collect()
    };
    let (first, item) = asked(&world, "W/plugins", PLUGIN).await;
    let listed = pending(&world).await;
    assert_eq!(pending(&world).await, listed);
    let (second, other) = asked(&world, "W/plugins", r#"{"spec":"other"}"#).await;
    assert_eq!(
        summaries(&pending(&world).await),
        ["Add plugin opencode-notion", "Add plugin other"]
    );
    reply(&world, &item, json!({ "reply": "deny" })).await;
    assert_eq!(first.await.unwrap().status, 403);
    assert_eq!(pending(&world).await, std::slice::from_ref(&other));
    reply(&world, &other, json!({ "reply": "deny" })).await;
    assert_eq!(second.await.unwrap().status, 403);
    // As many as were listed before, and maybe where the last one lay.
    let (_third, _) = asked(&world, "W/plugins", r#"{"spec":"third"}"#).await;
    assert_eq!(summaries(&pending(&world).await), ["Add plugin third"]);
}

#[tokio::test]
async fn the_rich_form_shows_what_would_be_written() {
    let world = Arc::new(Setting::manual().build());
    let (_write, item) = asked(&world, "W/plugins", PLUGIN).await;
    let rich = host_get(&world, "/approvals?include=changes").await["items"][0].clone();
    assert_eq!(rich["workspaceName"], "ws");
    assert_eq!(rich["actor"]["address"], "192.168.1.23");
    assert_eq!(rich["rememberable"], false);
    assert_eq!(
        rich["expiresAt"].as_u64().unwrap(),
        rich["createdAt"].as_u64().unwrap() + 8000
    );
    assert!(!rich["risk"].as_array().unwrap().is_empty());
    let change = &rich["changes"][0];
    assert_eq!(
        (&change["path"], &change["kind"], &change["truncated"]),
        (&json!("opencode.jsonc"), &json!("create"), &json!(false))
    );
    assert!(change["diff"].as_str().unwrap().contains("opencode-notion"));
    let path = format!("/approvals/{}", item["id"].as_str().unwrap());
    assert_eq!(host_get(&world, &path).await, rich);
}

#[tokio::test]
async fn the_host_sees_secrets_only_when_it_asks_for_them() {
    let world = Arc::new(Setting::manual().build());
    let mcp = r#"{"name":"notes","config":{"type":"remote","url":"https://a.example","headers":{"X":"s3cret"}}}"#;
    let (_write, item) = asked(&world, "W/mcp", mcp).await;
    let path = format!("/approvals/{}", item["id"].as_str().unwrap());
    let masked = host_get(&world, &path).await["changes"][0].clone();
    assert_eq!(masked["masked"], json!(["/mcp/notes/headers/X"]));
    let diff = |change: &Value| change["diff"].as_str().unwrap().to_owned();
    assert!(!diff(&masked).contains("s3cret"), "{masked}");
    let revealed = host_get(&world, &format!("{path}?reveal=true")).await["changes"][0].clone();
    assert_eq!(revealed["masked"], json!([]));
    assert_eq!(
        diff(&revealed),
        diff(&masked).replace(openwork_model::mask::MASK, "s3cret")
    );
}

#[tokio::test]
async fn a_denied_client_reads_why() {
    let world = Arc::new(Setting::manual().build());
    let (write, item) = asked(&world, "W/plugins", PLUGIN).await;
    let answer = reply(
        &world,
        &item,
        json!({ "reply": "deny", "message": "ask me tomorrow" }),
    )
    .await;
    assert_eq!(answer.json(), json!({ "ok": true, "allowed": false }));
    let denied = write.await.unwrap();
    assert_eq!(denied.status, 403);
    let expected = json!({
        "code": "write_denied",
        "message": "Write request denied by the host: ask me tomorrow",
        "details": { "requestId": item["id"], "reason": "denied" },
    });
    assert_eq!(denied.json(), expected);
    assert_eq!(world.store.entries(), []);
}

#[tokio::test(start_paused = true)]
async fn nobody_answering_counts_as_no() {
    let world = Setting::manual().build();
    let answer = world.post("W/plugins", PLUGIN).await;
    assert_eq!(answer.code(), refused(403, "write_denied"));
    let error = answer.json();
    assert_eq!(error["details"]["reason"], "timeout");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("Write request denied: nobody answered within 8 s. ")
    );
    let late = reply(
        &world,
        &json!({ "id": error["details"]["requestId"] }),
        json!({ "reply": "allow" }),
    )
    .await;
    assert_eq!(
        late.json(),
        json!({ "code": "approval_not_found", "message": "Approval request not found" })
    );
}

#[tokio::test]
async fn what_is_no_answer_leaves_the_request_waiting() {
    let world = Arc::new(Setting::manual().build());
    let (write, item) = asked(&world, "W/plugins", PLUGIN).await;
    let path = format!("/approvals/{}", item["id"].as_str().unwrap());
    let send = |body: &'static str| world.send(world.host("POST", &path), body);
    assert_eq!(send("allow").await.code(), refused(400, "invalid_json"));
    assert_eq!(
        send(r#"{"reply":"ALLOW"}"#).await.code(),
        refused(400, "invalid_payload")
    );
    assert_eq!(
        send(r#"{"reply":"allow","remember":{"minutes":10}}"#)
            .await
            .code(),
        refused(422, "not_rememberable")
    );
    assert_eq!(pending(&world).await.len(), 1);
    assert_eq!(send(r#"{"reply":"allow"}"#).await.status, 200);
    assert_eq!(write.await.unwrap().status, 200);
}

#[tokio::test]
async fn unknown_requests_are_not_found() {
    let world = World::new();
    for id in ["nope", "00000000-0000-4000-8000-000000000000"] {
        let answer = reply(&world, &json!({ "id": id }), json!({ "reply": "allow" })).await;
        assert_eq!(answer.code(), refused(404, "approval_not_found"));
        let path = format!("/approvals/{id}");
        assert_eq!(
            world.send(world.host("GET", &path), "").await.code(),
            refused(404, "approval_not_found")
        );
    }
    let broken = world.send(world.host("POST", "/approvals/x"), "{").await;
    assert_eq!(broken.code(), refused(400, "invalid_json"));
}

#[tokio::test]
async fn invalid_requests_are_never_put_to_the_host() {
    let world = Setting::manual().build();
    let (_, mut watch) = world.host.gate().watch();
    for (path, body, refusal) in [
        (
            "W/plugins",
            r#"{"spec":" "}"#,
            refused(400, "invalid_plugin_spec"),
        ),
        (
            "W/skills",
            r#"{"name":"Bad","content":"x","description":"d"}"#,
            refused(400, "invalid_skill_name"),
        ),
        (
            "W/skills",
            r#"{"name":"a","content":"x"}"#,
            refused(422, "invalid_description"),
        ),
        (
            "W/mcp",
            r#"{"name":"__proto__","config":{"type":"remote","url":"http://x"}}"#,
            refused(400, "invalid_mcp_name"),
        ),
        (
            "W/commands",
            r#"{"name":"a","template":""}"#,
            refused(400, "invalid_command_template"),
        ),
    ] {
        assert_eq!(
            world.post(path, body).await.code(),
            refusal,
            "{path} {body}"
        );
    }
    world.host.shut_down().await;
    assert_eq!(
        watch.next().await.map(|_| ()),
        Err(openwork_approval::WatchEnd::Shut)
    );
}

#[tokio::test]
async fn an_allowance_answers_what_is_alike_and_can_be_taken_back() {
    let world = Arc::new(Setting::manual().build());
    let skill = |name| format!(r#"{{"name":"{name}","content":"Do","description":"d"}}"#);
    let (write, item) = asked(
        &world,
        "W/skills",
        r#"{"name":"a","content":"Do","description":"d"}"#,
    )
    .await;
    let answer = reply(
        &world,
        &item,
        json!({ "reply": "allow", "remember": { "minutes": 10 } }),
    )
    .await;
    assert_eq!(answer.status, 200);
    assert_eq!(write.await.unwrap().status, 200);
    let again = world
        .client("POST", "W/skills")
        .header("x-openwork-client-id", "phone");
    assert_eq!(world.send(again, skill("b")).await.status, 200);

    let rules = host_get(&world, "/approvals/rules").await;
    let rule = &rules["items"][0];
    let expected = json!({ "items": [{
        "id": rule["id"], "action": "skills.upsert", "level": "medium", "covers": "instructions", "workspaceId": world.id, "workspaceName": "ws",
        "clientId": "phone", "address": "192.168.1.23", "minutes": 10, "uses": 1,
        "createdAt": rule["createdAt"], "expiresAt": rule["createdAt"].as_u64().unwrap() + 600_000,
    }] });
    assert_eq!(rules, expected);
    let path = format!("/approvals/rules/{}", rule["id"].as_str().unwrap());
    assert_eq!(
        world.send(world.host("DELETE", &path), "").await.json(),
        json!({ "ok": true })
    );
    assert_eq!(
        world.send(world.host("DELETE", &path), "").await.code(),
        refused(404, "rule_not_found")
    );
    assert_eq!(
        host_get(&world, "/approvals/rules").await,
        json!({ "items": [] })
    );
}

#[tokio::test]
async fn what_moved_meanwhile_is_told_to_both_sides() {
    let world = Arc::new(Setting::manual().build());
    let (write, item) = asked(
        &world,
        "W/skills",
        r#"{"name":"a","content":"Do","description":"d"}"#,
    )
    .await;
    let (skill, theirs) = (
        ".opencode/skills/a/SKILL.md",
        "---\nname: a\ndescription: theirs\n---\n",
    );
    world
        .store
        .edit(|files| *files = MemoryFiles::new().with(skill, theirs));
    let answer = reply(&world, &item, json!({ "reply": "allow" }))
        .await
        .json();
    assert_eq!(
        (&answer["allowed"], &answer["applied"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(answer["error"]["code"], "conflict");
    assert_eq!(write.await.unwrap().code(), refused(409, "conflict"));
    assert_eq!(world.store.text(skill).as_deref(), Some(theirs));
}

#[tokio::test]
async fn a_write_that_takes_long_is_not_waited_for() {
    let mut setting = Setting::manual();
    setting.http.limits.applied_deadline = Duration::from_millis(20);
    let world = Arc::new(setting.build());
    let (write, item) = asked(&world, "W/plugins", PLUGIN).await;
    world.store.trouble().hang(Step::Commit);
    let answer = reply(&world, &item, json!({ "reply": "allow" }))
        .await
        .json();
    assert_eq!(answer, json!({ "ok": true, "allowed": true }));
    world.store.trouble().clear(Step::Commit);
    assert_eq!(write.await.unwrap().status, 200);
}

#[tokio::test]
async fn history_tells_how_requests_ended() {
    let world = Arc::new(Setting::manual().build());
    let (first, item) = asked(&world, "W/plugins", PLUGIN).await;
    reply(&world, &item, json!({ "reply": "deny", "message": "no" })).await;
    first.await.unwrap();
    let (second, item) = asked(&world, "W/plugins", PLUGIN).await;
    reply(&world, &item, json!({ "reply": "allow" })).await;
    second.await.unwrap();
    let items = host_get(&world, "/approvals/history").await["items"].clone();
    let told = |index: usize| {
        (
            items[index]["outcome"].clone(),
            items[index]["by"].clone(),
            items[index]["message"].clone(),
        )
    };
    assert_eq!(told(0), (json!("applied"), json!("host"), Value::Null));
    assert_eq!(told(1), (json!("denied"), json!("host"), json!("no")));
    assert_eq!(items[0]["changes"], Value::Null);
    let one = host_get(&world, "/approvals/history?limit=1&include=changes").await["items"].clone();
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert_eq!(one[0]["changes"][0]["path"], "opencode.jsonc");
}

#[tokio::test]
async fn caps_are_answered_with_a_time_to_try_again() {
    let mut setting = Setting::manual();
    setting.host.gate.max_pending_per_asker = 1;
    let world = Arc::new(setting.build());
    let (_write, _) = asked(&world, "W/plugins", PLUGIN).await;
    let request = world
        .client("POST", "W/plugins")
        .header("x-openwork-client-id", "phone");
    let answer = world.send(request, r#"{"spec":"other"}"#).await;
    assert_eq!(answer.code(), refused(429, "too_many_pending"));
    assert_eq!(answer.header("retry-after"), Some("5"));
}

#[tokio::test]
async fn the_host_reads_audit_logs_with_its_own_token() {
    let world = World::new();
    assert_eq!(world.post("W/plugins", PLUGIN).await.status, 200);
    let audit = host_get(
        &world,
        &format!("/approvals/audit?workspace={}&limit=5", world.id),
    )
    .await;
    assert_eq!(audit["items"][0]["summary"], "Added opencode-notion");
    let unknown = world.host("GET", "/approvals/audit?workspace=gone");
    let unknown = world.send(unknown, "").await;
    assert_eq!(unknown.code(), refused(404, "workspace_not_found"));
}

#[tokio::test]
async fn approvals_work_on_a_read_only_server() {
    let mut setting = Setting::manual();
    setting.host.read_only = true;
    let world = setting.build();
    assert_eq!(host_get(&world, "/approvals").await, json!({ "items": [] }));
    let wrong = world
        .bare("GET", "/approvals")
        .header("x-openwork-host-token", format!("{HOST_TOKEN} x"));
    assert_eq!(
        world.send(wrong, "").await.code(),
        refused(401, "unauthorized")
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_watches_has_time_and_may_take_more() {
    let world = Arc::new(Setting::manual().build());
    let (write, item) = asked(&world, "W/plugins", PLUGIN).await;
    let shown = |item: &Value| {
        let at = |key: &str| item[key].as_u64().unwrap();
        at("expiresAt") - at("createdAt")
    };
    let path = format!("/approvals/{}", item["id"].as_str().unwrap());
    let now = host_get(&world, &path).await;
    assert_eq!(shown(&now), 8_000);
    let stream = Stream::of(&world).await;
    let now = host_get(&world, &path).await;
    assert_eq!(shown(&now), 300_000);
    let keep = format!("{path}/keep");
    let kept = world.send(world.host("POST", &keep), "").await.json();
    let until = now["createdAt"].as_u64().unwrap() + 600_000;
    assert_eq!(kept, json!({ "ok": true, "expiresAt": until }));
    assert_eq!(shown(&host_get(&world, &path).await), 600_000);
    drop(stream);
    // Long after what nobody watches would have expired.
    tokio::time::sleep(Duration::from_secs(599)).await;
    reply(&world, &item, json!({ "reply": "allow" })).await;
    assert_eq!(write.await.unwrap().status, 200);
    let late = world.send(world.host("POST", &keep), "").await;
    assert_eq!(late.code(), (404, "approval_not_found".to_owned()));
}
