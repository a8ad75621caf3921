//! Answers that a notification carried.

use std::sync::Arc;
use std::time::Duration;

use openwork_http::HttpOptions;
use openwork_notify::{AnswerDesk, AnswerVerdict};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::world::{self, Answer, CLIENT, HOST_TOKEN, Setting, World, refused};

const PLUGIN: &str = r#"{"spec":"opencode-notion"}"#;

fn world(desk: &Arc<AnswerDesk>) -> Arc<World> {
    let http = HttpOptions {
        answers: Some(Arc::clone(desk)),
        ..HttpOptions::new(CLIENT, HOST_TOKEN)
    };
    let setting = Setting {
        http,
        ..Setting::manual()
    };
    Arc::new(setting.build())
}

fn desk() -> Arc<AnswerDesk> {
    Arc::new(AnswerDesk::new().unwrap())
}

/// A write that waits, its id and what is shown of it.
async fn asked(world: &Arc<World>) -> (JoinHandle<Answer>, Uuid, [u8; 32]) {
    let (write, request) = world::asked(world, world.client("POST", "W/plugins"), PLUGIN).await;
    (write, request.id.into(), request.subject.shown_digest())
}

/// Sends an answer as a phone does, which holds no token.
async fn press(world: &World, answer: &str) -> Answer {
    let request = world.bare("POST", "/approvals/answer");
    let body = json!({ "answer": answer }).to_string();
    world.send(request, body).await
}

#[tokio::test]
async fn a_phone_allows_by_the_answer_that_it_was_sent() {
    let desk = desk();
    let world = world(&desk);
    let (write, id, digest) = asked(&world).await;
    let answer = desk.sign(AnswerVerdict::Allow, id, digest);
    let pressed = press(&world, answer.expose()).await;
    let expected = json!({ "ok": true, "allowed": true, "applied": true });
    assert_eq!((pressed.status.as_u16(), pressed.json()), (200, expected));
    assert_eq!(write.await.unwrap().status, 200);
    let history = world.send(world.host("GET", "/approvals/history"), "");
    let ended = &history.await.json()["items"][0];
    let told = |key: &str| ended[key].clone();
    assert_eq!(
        [
            told("by"),
            told("via"),
            told("answeredFrom"),
            told("outcome")
        ],
        ["host", "notification", "192.168.1.23", "applied"].map(Value::from)
    );
    let audit = format!("/approvals/audit?workspace={}", world.id);
    let audit = world.send(world.host("GET", &audit), "").await.json();
    let approval = &audit["items"][0]["approval"];
    assert_eq!(approval["by"], "notification");
    assert_eq!(approval["requestId"], id.to_string());
    // A second press is one too many.
    assert_eq!(
        press(&world, answer.expose()).await.code(),
        refused(409, "answer_used")
    );
}

#[tokio::test]
async fn a_no_takes_the_yes_with_it() {
    let desk = desk();
    let world = world(&desk);
    let (write, id, digest) = asked(&world).await;
    let yes = desk.sign(AnswerVerdict::Allow, id, digest);
    let no = desk.sign(AnswerVerdict::Deny, id, digest);
    let pressed = press(&world, no.expose()).await.json();
    assert_eq!(pressed["allowed"], false);
    assert_eq!(write.await.unwrap().status, 403);
    let late = press(&world, yes.expose()).await;
    assert_eq!(late.code(), refused(409, "answer_used"));
    assert_eq!(world.store.text("opencode.jsonc"), None);
}

#[tokio::test]
async fn an_answer_counts_for_what_was_shown_of_one_request_alone() {
    let desk = desk();
    let world = world(&desk);
    let (write, id, digest) = asked(&world).await;
    let mut other = digest;
    other[31] ^= 1;
    let moved = desk.sign(AnswerVerdict::Allow, id, other);
    let elsewhere = desk.sign(AnswerVerdict::Allow, Uuid::from_u128(7), digest);
    // Another server, or this one before it was started anew.
    let foreign = self::desk().sign(AnswerVerdict::Allow, id, digest);
    let right = desk.sign(AnswerVerdict::Allow, id, digest);
    let tampered = right.expose().replacen(&right.expose()[30..31], "-", 1);
    for (answer, status, code) in [
        (moved.expose(), 409, "conflict"),
        (elsewhere.expose(), 404, "approval_not_found"),
        (foreign.expose(), 403, "invalid_answer"),
        (&tampered, 403, "invalid_answer"),
        ("allow", 403, "invalid_answer"),
    ] {
        assert_eq!(press(&world, answer).await.code(), refused(status, code));
    }
    for body in [
        json!({}),
        json!({ "answer": true }),
        json!({ "reply": "allow" }),
    ] {
        let request = world.bare("POST", "/approvals/answer");
        let answered = world.send(request, body.to_string()).await;
        assert_eq!(answered.code(), refused(400, "invalid_payload"));
    }
    // None of them has ended it, or used the right one up.
    assert_eq!(world.host.gate().pending().len(), 1);
    assert_eq!(press(&world, right.expose()).await.status, 200);
    assert_eq!(write.await.unwrap().status, 200);
}

#[tokio::test(start_paused = true)]
async fn an_answer_ends_after_an_hour() {
    let desk = desk();
    let old = desk.sign(AnswerVerdict::Allow, Uuid::from_u128(7), [0; 32]);
    tokio::time::advance(Duration::from_secs(3600)).await;
    let refusal = press(&world(&desk), old.expose()).await;
    assert_eq!(refusal.code(), refused(403, "invalid_answer"));
    assert!(refusal.json()["message"].to_string().contains("an hour"));
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_wrong_answers_is_put_off_and_a_right_one_counts() {
    let desk = desk();
    let world = world(&desk);
    let (write, id, digest) = asked(&world).await;
    let right = desk.sign(AnswerVerdict::Deny, id, digest);
    for _ in 0..10 {
        let wrong = press(&world, "x").await;
        assert_eq!(wrong.code(), refused(403, "invalid_answer"));
    }
    let put_off = press(&world, "x").await;
    assert_eq!(put_off.code(), refused(429, "too_many_answers"));
    let after: u64 = put_off.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&after));
    assert_eq!(press(&world, right.expose()).await.status, 200);
    assert_eq!(write.await.unwrap().status, 403);
}

#[tokio::test]
async fn a_server_that_signs_nothing_takes_no_answer() {
    let world = Setting::manual().build();
    let answer = desk().sign(AnswerVerdict::Allow, Uuid::from_u128(7), [0; 32]);
    let refusal = press(&world, answer.expose()).await;
    assert_eq!(refusal.code(), refused(403, "invalid_answer"));
}
