use insta::assert_snapshot;
use openwork_terminal::{Approvals, Command, Form};
use serde_json::{Value, json};

use crate::fake::Fake;
use crate::item::{PLUGIN, SKILL, hostile, plugin, skill};
use crate::session::run;

fn allow(ids: &[&str], span: Option<&str>) -> Command {
    let ids = ids.iter().map(|&id| id.to_owned()).collect();
    Command::Approvals(Approvals::Allow {
        ids,
        span: span.map(|span| span.parse().unwrap()),
    })
}

fn deny(ids: &[&str], message: Option<&str>) -> Command {
    let ids = ids.iter().map(|&id| id.to_owned()).collect();
    Command::Approvals(Approvals::Deny {
        ids,
        message: message.map(str::to_owned),
    })
}

fn reply(id: &str) -> String {
    format!("POST /approvals/{}", id.replace('-', "%2D"))
}

/// What was posted.
fn posted(fake: &Fake) -> Vec<String> {
    fake.received()
        .into_iter()
        .filter(|call| call.starts_with("POST"))
        .collect()
}

async fn two_waiting() -> Fake {
    let fake = Fake::start().await;
    fake.waiting(&[plugin(), skill()]);
    fake.answer(
        "GET /approvals/history?limit=200",
        200,
        &json!({ "items": [] }),
    );
    fake
}

#[tokio::test]
async fn several_are_allowed_by_their_beginnings() {
    let fake = two_waiting().await;
    fake.answer(
        &reply(PLUGIN),
        200,
        &json!({ "ok": true, "allowed": true, "applied": true }),
    );
    fake.answer(&reply(SKILL), 200, &json!({ "ok": true, "allowed": true }));
    let ran = run(
        allow(&["7d3088", "7D30FFFF"], None),
        &fake.search(),
        Form::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    7d3088e2 allowed and written: Add plugin opencode-notion
    7d30ffff allowed, it is being written: Upsert skill expense-audit
    ");
    let expected = [PLUGIN, SKILL].map(|id| format!(r#"{} {{"reply":"allow"}}"#, reply(id)));
    assert_eq!(posted(&fake), expected);

    let ran = run(
        allow(&["7d3088", "7d30ffff"], None),
        &fake.search(),
        Form::Json,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    {"items":[{"id":"7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11","ok":true,"allowed":true,"applied":true},{"id":"7d30ffff-0000-4000-8000-000000000002","ok":true,"allowed":true}]}
    "#);
}

#[tokio::test]
async fn an_allowance_is_asked_for_in_minutes() {
    let fake = two_waiting().await;
    fake.answer(
        &reply(SKILL),
        200,
        &json!({ "ok": true, "allowed": true, "applied": true }),
    );
    let ran = run(allow(&[SKILL], Some("10m")), &fake.search(), Form::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    7d30ffff allowed and written: Upsert skill expense-audit; requests like it are not asked about for 10 minutes
    ");
    let body = r#"{"reply":"allow","remember":{"minutes":10}}"#;
    assert_eq!(posted(&fake), [format!("{} {body}", reply(SKILL))]);
}

#[tokio::test]
async fn an_allowance_that_is_refused_is_told() {
    let fake = two_waiting().await;
    let refusal =
        json!({ "code": "not_rememberable", "message": "Plugins are always asked about" });
    fake.answer(&reply(PLUGIN), 400, &refusal);
    let ran = run(allow(&[PLUGIN], Some("5m")), &fake.search(), Form::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 1
    error: Plugins are always asked about
    ");
    let ran = run(allow(&[PLUGIN], Some("5m")), &fake.search(), Form::Json).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 1
    {"items":[{"id":"7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11","error":{"code":"not_rememberable","message":"Plugins are always asked about"}}]}
    "#);
}

#[tokio::test]
async fn a_denial_carries_its_message() {
    let fake = two_waiting().await;
    fake.answer(
        &reply(PLUGIN),
        200,
        &json!({ "ok": true, "allowed": false }),
    );
    let ran = run(
        deny(&["7d3088"], Some("not \"today\"")),
        &fake.search(),
        Form::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    7d3088e2 denied, nothing was written: Add plugin opencode-notion
    ");
    let body = r#"{"reply":"deny","message":"not \"today\""}"#;
    assert_eq!(posted(&fake), [format!("{} {body}", reply(PLUGIN))]);
}

#[tokio::test]
async fn a_write_that_fails_is_a_failure() {
    for error in [
        json!("disk full\u{1b}[2J"),
        json!({ "code": "c", "message": "disk full" }),
    ] {
        let fake = two_waiting().await;
        let answer = json!({ "ok": true, "allowed": true, "applied": false, "error": error });
        fake.answer(&reply(PLUGIN), 200, &answer);
        let ran = run(allow(&[PLUGIN], None), &fake.search(), Form::Text).await;
        assert_eq!(ran.exit.code(), 1);
        assert_eq!(ran.out, "");
        let expected = "error: request 7d3088e2 was allowed, but the write failed: disk full";
        assert_eq!(ran.err.trim_end().trim_end_matches("\\u{1b}[2J"), expected);
    }
}

#[tokio::test]
async fn one_that_has_ended_does_not_keep_the_others() {
    let fake = two_waiting().await;
    fake.answer(
        &reply(PLUGIN),
        404,
        &json!({ "code": "approval_not_found", "message": "gone" }),
    );
    fake.answer(&reply(SKILL), 200, &json!({ "ok": true, "allowed": false }));
    let command = deny(&["ffff", PLUGIN, SKILL], None);
    let ran = run(command.clone(), &fake.search(), Form::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 5
    7d30ffff denied, nothing was written: Upsert skill expense-audit
    error: no request `ffff` is waiting
      help: `openwork-server approvals list` shows the ids; their first 4 characters suffice
    error: no request `7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11` is waiting
      help: `openwork-server approvals list` shows the ids; their first 4 characters suffice
    ");
    let ran = run(command, &fake.search(), Form::Json).await;
    assert_eq!(ran.exit.code(), 5);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let codes: Vec<_> = document["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["error"]["code"].clone())
        .collect();
    assert_eq!(
        codes,
        [
            json!("approval_not_found"),
            json!("approval_not_found"),
            Value::Null
        ]
    );
}

#[tokio::test]
async fn nothing_is_answered_if_an_id_makes_no_sense() {
    let fake = two_waiting().await;
    let ran = run(allow(&[PLUGIN, "7d30"], None), &fake.search(), Form::Text).await;
    assert_eq!(ran.exit.code(), 2);
    assert_eq!(posted(&fake), [""; 0]);
}

#[tokio::test]
async fn hostile_names_stay_inert() {
    let fake = Fake::start().await;
    fake.waiting(&[hostile()]);
    let id = hostile()["id"].as_str().unwrap().to_owned();
    fake.answer(
        &reply(&id),
        200,
        &json!({ "ok": true, "allowed": true, "applied": true }),
    );
    let ran = run(allow(&["aaaa"], None), &fake.search(), Form::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    aaaa0000 allowed and written: Upsert skill \u{202e}lave\u{202c}\u{d}\u{a}allowed and written\u{1b}]0;owned\u{7}
    ");
}
