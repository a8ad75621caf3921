//! What is said to an agent through the server, where it is talk and where it is more.

use openwork_testkit::fake_engine::{FakeEngine, answer};
use serde_json::{Value, json};

use crate::proxy::{QUERY, reply, usual, with_engine, world};
use crate::world::{HOST_TOKEN, Setting, refused};

const PROMPT: &str = "W/opencode/session/ses_own/prompt_async";

#[tokio::test]
async fn talk_passes_unasked_and_byte_for_byte() {
    let (engine, world) = world(Setting::manual());
    for (method, path, body) in [
        ("POST", "session", ""),
        ("POST", "session", r#"{"title" : "a"}"#),
        ("PATCH", "session/ses_own", r#"{"title":"b"}"#),
        (
            "POST",
            "session/ses_own/message",
            r#"{ "parts":[{"type":"text","text":"`ls` @/etc/passwd"}], "n":1.0 }"#,
        ),
        (
            "POST",
            "session/ses_own/prompt_async",
            r#"{"parts":[{"type":"file","mime":"image/png","url":"data:image/png;base64,AA"}]}"#,
        ),
    ] {
        let request = world.client(method, &format!("W/opencode/{path}"));
        let request = request.header("content-type", "application/json");
        assert_eq!(world.send(request, body).await.status, 200, "{path}");
        let seen = engine.seen().pop().unwrap();
        assert_eq!(seen.line, format!("{method} /{path}?{QUERY}"));
        assert_eq!(seen.body, body.as_bytes(), "{path}");
    }
    assert_eq!(world.store.entries().len(), 0);
}

#[tokio::test]
async fn what_is_more_than_talk_is_asked_about_and_then_passes() {
    let (engine, world) = world(Setting::manual());
    let file = r#"{"parts":[{"type":"file","mime":"text/plain","url":"file:///etc/passwd"}]}"#;
    let rules = r#"{"permission":[{"permission":"*","pattern":"*","action":"allow"}]}"#;
    let read = (
        "reads-file",
        "Reads, from outside of the workspace, and sends to the model: file:///etc/passwd",
    );
    let part = r#"{"type":"file","url":"file:///etc/passwd"}"#;
    let at = "session/ses_own/message/msg_1/part/prt_1";
    for (method, path, body, (kind, text)) in [
        ("POST", "session/ses_own/message", file, read),
        ("POST", "session/ses_own/prompt_async", file, read),
        ("PATCH", at, part, read),
        (
            "POST",
            "session",
            rules,
            ("permission", "Sets what agents may do"),
        ),
        (
            "PATCH",
            "session/ses_own",
            rules,
            ("permission", "Sets what agents may do"),
        ),
        (
            "POST",
            "session/ses_own/message",
            r#"{"tools":{"bash":true},"parts":[]}"#,
            ("permission", "Sets what agents may do"),
        ),
        (
            "POST",
            "session/ses_own/command",
            r#"{"command":"hi","arguments":"!`touch x`"}"#,
            ("command", "May run as a program on this machine"),
        ),
    ] {
        let request = world.client(method, &format!("W/opencode/{path}"));
        let sent = world.send(request, body);
        let (answer, item) = tokio::join!(sent, reply(&world, "allow"));
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(
            (&item["level"], &item["rememberable"]),
            (&json!("high"), &json!(false))
        );
        let effect = &item["effects"][0];
        assert_eq!(effect["kind"], kind, "{path}");
        assert!(
            effect["text"].as_str().unwrap().starts_with(text),
            "{effect}"
        );
        let seen = engine.seen().pop().unwrap();
        assert_eq!(seen.line, format!("{method} /{path}?{QUERY}"));
        let (seen, sent): (Value, Value) = (
            serde_json::from_slice(&seen.body).unwrap(),
            serde_json::from_str(body).unwrap(),
        );
        assert_eq!(seen, sent);
        let entries = world.store.entries();
        let expected = format!("Do more than talk to an agent: {method} /{path}");
        assert_eq!(entries.last().unwrap().summary, expected);
    }
}

#[tokio::test]
async fn what_is_denied_or_cannot_be_shown_never_reaches_the_engine() {
    let (engine, world) = world(Setting::manual());
    let file = |url: &str| json!({ "parts": [{ "type": "file", "url": url }] }).to_string();
    let sent = world.send(world.client("POST", PROMPT), file("file:///etc/passwd"));
    let (answer, _) = tokio::join!(sent, reply(&world, "deny"));
    assert_eq!(answer.code(), refused(403, "write_denied"));
    let command = world.client("POST", "W/opencode/session/ses_own/command");
    let body = r#"{"command":"c","arguments":"`id`","messageID":"msg_1"}"#;
    let (answer, _) = tokio::join!(world.send(command, body), reply(&world, "deny"));
    assert_eq!(answer.code(), refused(403, "write_denied"));
    for (body, expected) in [
        (
            file(&format!("file:///{}", "x".repeat(20_000))),
            (413, "payload_too_large"),
        ),
        // What the engine's reader may take for more than it is here.
        (r#"{"parts":"\ud800"}"#.to_owned(), (400, "invalid_json")),
        (
            format!("{}1{}", r#"{"a":"#.repeat(200), "}".repeat(200)),
            (422, "too_deep"),
        ),
    ] {
        let answer = world.send(world.client("POST", PROMPT), body).await;
        assert_eq!(answer.code(), refused(expected.0, expected.1));
    }
    let asked = |line: &String| line.starts_with("GET ");
    assert!(engine.lines().iter().all(asked), "{:?}", engine.lines());
}

#[tokio::test]
async fn what_is_too_large_to_be_looked_at_is_asked_about_and_passes() {
    let (engine, world) = world(Setting::manual());
    let body = format!("{{\"parts\":[],\"x\":\"{}\"}}", "y".repeat(13 << 20));
    let length = body.len();
    let request = world.client("POST", PROMPT);
    let request = request.header("content-length", length);
    let sent = world.send(request, body);
    let (answer, item) = tokio::join!(sent, reply(&world, "allow"));
    assert_eq!(answer.status, 200);
    let text = format!("Sends the engine {length} bytes, which are too many to look at.");
    assert_eq!(item["effects"][0]["text"], json!(text));
    let seen = engine.seen().pop().unwrap();
    assert_eq!((seen.length, seen.is_whole), (length, true));
}

#[tokio::test]
async fn a_host_is_not_asked_about_what_it_says() {
    let (engine, world) = world(Setting::manual());
    let body = r#"{"parts":[{"type":"file","url":"file:///etc/hosts"}]}"#;
    let request = world.client("POST", PROMPT);
    let request = request.header("x-openwork-host-token", HOST_TOKEN);
    assert_eq!(world.send(request, body).await.status, 200);
    assert_eq!(engine.seen().pop().unwrap().body, body.as_bytes());
}

#[tokio::test]
async fn an_engine_that_does_not_say_its_directory_is_taken_at_its_sessions_word() {
    let own = crate::world::native("/w/s/ws");
    let engine = FakeEngine::start(move |request, stream| {
        if request.is("GET /path?") {
            return answer(stream, "404 Not Found", "{}");
        }
        if request.is("GET /session/ses_mine?") {
            let told = json!({ "directory": own }).to_string();
            return answer(stream, "200 OK", &told);
        }
        usual(request, stream)
    })
    .unwrap();
    let world = with_engine(&engine, Setting::default()).build();
    assert_eq!(world.get("W/opencode/session/ses_mine").await.status, 200);
    let other = world.get("W/opencode/session/ses_other").await;
    assert_eq!(other.code(), refused(404, "session_not_found"));
}

#[tokio::test]
async fn what_the_engine_refuses_of_a_session_passes_as_it_is() {
    for status in [
        "401 Unauthorized",
        "403 Forbidden",
        "429 Too Many",
        "503 Gone Away",
    ] {
        let engine = FakeEngine::start(move |request, stream| {
            if request.is("GET /session/ses_own?") {
                return answer(stream, status, "{\"name\":\"Theirs\"}");
            }
            usual(request, stream)
        })
        .unwrap();
        let world = with_engine(&engine, Setting::default()).build();
        for (method, path) in [("GET", "W/opencode/session/ses_own/todo"), ("POST", PROMPT)] {
            let answer = world.send(world.client(method, path), "{}").await;
            assert_eq!(answer.status.as_str(), &status[..3], "{path}");
            assert_eq!(answer.json(), json!({ "name": "Theirs" }));
        }
        assert!(
            engine
                .lines()
                .iter()
                .all(|line| line.starts_with("GET /session/ses_own?"))
        );
    }
}
