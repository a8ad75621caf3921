//! The commands of docs/phone.md, as somebody types them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;

use openwork_testkit::fake_engine::{FakeEngine, answer};
use openwork_testkit::http::{Request, send};
use openwork_testkit::port::free_port;
use serde_json::{Value, json};

use crate::walk::{Run, Walk, blocks, has_curl};

const DOCUMENT: &str = include_str!("../../docs/phone.md");

/// Presses *Allow* as soon as a message has such a button.
fn press(port: u16, message: &Value) {
    let actions = message["actions"].as_array().into_iter().flatten();
    let mut allow = actions.filter(|action| action["label"] == "Allow");
    let Some(action) = allow.next() else { return };
    let url = action["url"].as_str().unwrap();
    let path = url.strip_prefix("https://machine.tailnet.ts.net").unwrap();
    let body: Value = serde_json::from_str(action["body"].as_str().unwrap()).unwrap();
    let request = Request::new("POST", path)
        .header("Host", "machine.tailnet.ts.net")
        .json(&body);
    let answered = send(SocketAddr::from(([127, 0, 0, 1], port)), &request).unwrap();
    assert_eq!(answered.status, 200, "{}", answered.summary());
}

/// What the program is told comes a moment after the answer.
const UNTIL_TOLD: &str =
    "until grep -q approval.ended told.jsonl; do sleep 0.1; done\ncat told.jsonl\n";

#[test]
fn a_newcomer_gets_to_a_phone_that_buzzes_and_allows() {
    if !has_curl() {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let port = free_port().unwrap();
    let ntfy = FakeEngine::start(move |request, stream| {
        answer(stream, "200 OK", "{}")?;
        press(port, &serde_json::from_slice(&request.body)?);
        Ok(())
    })
    .unwrap();
    let walk = Walk::with(
        DOCUMENT,
        port,
        &[("https://ntfy.sh", &ntfy.url())],
        UNTIL_TOLD,
    );
    walk.has_said(&[
        "\"via\":\"notification\"",
        "{\"event\":\"approval.asked\",\"id\":\"",
        "\"outcome\":\"allowed\"",
    ]);
    let written = walk
        .home
        .path()
        .join("notes/.opencode/skills/kind/SKILL.md");
    assert!(
        std::fs::read_to_string(written)
            .unwrap()
            .contains("Be kind.")
    );
    let seen = ntfy.seen();
    let messages = seen
        .iter()
        .map(|seen| serde_json::from_slice(&seen.body).unwrap());
    let messages: Vec<Value> = messages.collect();
    // The second one takes the place of the first.
    assert_eq!(messages.len(), 2, "{messages:#?}");
    assert_eq!(messages[0]["sequence_id"], messages[1]["sequence_id"]);
    assert_eq!(
        (&messages[0]["priority"], &messages[1]["priority"]),
        (&json!(4), &json!(1))
    );
    let topic = messages[0]["topic"].as_str().unwrap();
    assert_eq!((topic.len(), topic.starts_with("openwork-")), (41, true));
}

#[test]
fn every_block_is_run_or_says_why_not() {
    let kinds: Vec<_> = blocks(DOCUMENT).into_iter().map(|(run, _)| run).collect();
    let count = |run| kinds.iter().filter(|kind| **kind == run).count();
    assert_eq!(
        (count(Run::Not), count(Run::GoingOn), count(Run::ToItsEnd)),
        (3, 1, 6)
    );
}
