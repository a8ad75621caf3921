//! The commands of docs/remote.md, as somebody types them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use openwork_testkit::engine::Engine;
use openwork_testkit::fake_engine::{FakeEngine, SeenRequest, answer, begin_events, chunk};
use openwork_testkit::port::free_port;
use serde_json::{Value, json};

use crate::walk::{Run, Walk, blocks, has_curl};

const DOCUMENT: &str = include_str!("../../docs/remote.md");

/// Runs all commands with the engine at a URL.
fn walk(engine: &str, after: &str) -> Walk {
    let replaced = [("http://127.0.0.1:4096", engine)];
    Walk::with(DOCUMENT, free_port().unwrap(), &replaced, after)
}

/// What a phone has asked for and was allowed.
fn has_written(walk: &Walk) {
    walk.has_said(&[
        "\"path\":\"list.txt\"",
        "Run a plugin: opencode-notion",
        "\"spec\":\"opencode-notion\"",
    ]);
    let written = walk.home.path().join("notes/opencode.jsonc");
    let written = std::fs::read_to_string(written).unwrap();
    assert!(written.contains("opencode-notion"), "{written}");
}

/// An engine with one session of the workspace.
fn engine(request: &SeenRequest, stream: &mut TcpStream) -> io::Result<()> {
    let session = r#"{"id":"ses_1","directory":"/real/notes","title":"From the phone"}"#;
    if request.is("GET /path?") {
        answer(stream, "200 OK", r#"{"directory":"/real/notes"}"#)
    } else if request.is("GET /session?") {
        answer(stream, "200 OK", &format!("[{session}]"))
    } else if request.is("POST /session?") || request.is("GET /session/ses_1?") {
        answer(stream, "200 OK", session)
    } else if request.is("POST /session/ses_1/prompt_async?") {
        answer(stream, "204 No Content", "")
    } else if request.is("GET /session/ses_1/message?") {
        answer(
            stream,
            "200 OK",
            r#"[{"parts":[{"type":"text","text":"A list of notes."}]}]"#,
        )
    } else if request.is("GET /permission?") {
        let asked = r#"[{"id":"per_1","sessionID":"ses_1","permission":"bash","patterns":["ls"]}]"#;
        answer(stream, "200 OK", asked)
    } else if request.is("GET /question?") {
        answer(stream, "200 OK", "[]")
    } else if request.is("POST /permission/per_1/reply?") {
        answer(stream, "200 OK", "true")
    } else {
        answer(stream, "404 Not Found", "{}")
    }
}

#[test]
fn a_newcomer_gets_from_a_bare_machine_to_a_phone() {
    if !has_curl() {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let engine = FakeEngine::start(engine).unwrap();
    let walk = walk(&engine.url(), "");
    has_written(&walk);
    walk.has_said(&[
        "phone, approver",
        "\"title\":\"From the phone\"",
        "A list of notes.",
        "\"patterns\":[\"ls\"]",
    ]);
    let seen = engine.seen();
    let body = |line: &str| {
        let seen = seen.iter().find(|seen| seen.is(line)).unwrap();
        String::from_utf8_lossy(&seen.body).into_owned()
    };
    let prompt = body("POST /session/ses_1/prompt_async?");
    assert!(prompt.contains("What is in this folder?"), "{prompt}");
    assert_eq!(body("POST /permission/per_1/reply?"), r#"{"reply":"once"}"#);
}

/// A model that wants to say hello, and then says what there is.
fn model(request: &SeenRequest, stream: &mut TcpStream) -> io::Result<()> {
    let asked: Value = serde_json::from_slice(&request.body)?;
    let last = asked["messages"].as_array().and_then(|all| all.last());
    let has_tools = asked["tools"].as_array().is_some_and(|all| !all.is_empty());
    let is_first = last.is_some_and(|last| last["role"] == "user");
    let (delta, reason) = if has_tools && is_first {
        let arguments = r#"{"command":"echo hello","description":"Says hello"}"#;
        let function = json!({ "name": "bash", "arguments": arguments });
        let call = json!({ "index": 0, "id": "call_1", "type": "function", "function": function });
        (
            json!({ "role": "assistant", "tool_calls": [call] }),
            "tool_calls",
        )
    } else {
        (
            json!({ "role": "assistant", "content": "A list of notes." }),
            "stop",
        )
    };
    begin_events(stream)?;
    for (delta, reason) in [(delta, None), (json!({}), Some(reason))] {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": reason });
        let part = json!({
            "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "x",
            "choices": [choice],
        });
        chunk(stream, format!("data: {part}\n\n").as_bytes())?;
    }
    chunk(stream, b"data: [DONE]\n\n")?;
    chunk(stream, b"")
}

/// The engine's own settings: it asks before it runs commands, and has the stand-in
/// for a model.
fn settings(model: &FakeEngine) -> String {
    let local = json!({
        "npm": "@ai-sdk/openai-compatible",
        "options": { "baseURL": format!("{}/v1", model.url()), "apiKey": "k" },
        "models": { "x": { "name": "X" } },
    });
    json!({
        "enabled_providers": ["local"], "model": "local/x", "permission": { "bash": "ask" },
        "provider": { "local": local },
    })
    .to_string()
}

/// Waits for what comes of the answer to the agent. Then has it ask once more,
/// which whoever watches is told by the engine's own events.
const READ_ON: &str = r#"
read_on() { curl -sf -H "Authorization: Bearer $PHONE" $OPENWORK/opencode/session/$SESSION/message; }
until read_on | grep -q "A list of notes."; do sleep 0.2; done
read_on
curl -sf -H "Authorization: Bearer $PHONE" $OPENWORK/opencode/session
curl -sfN -H "Authorization: Bearer $JUDGE" "$OPENWORK/approvals/events?include=engine" > told &
PIDS="$PIDS $!"
until grep -q agent.requests told; do sleep 0.1; done
curl -sf -H "Authorization: Bearer $PHONE" -H 'Content-Type: application/json' -d '{"parts":[{"type":"text","text":"Once more."}]}' $OPENWORK/opencode/session/$SESSION/prompt_async
until grep -q "echo hello" told; do sleep 0.1; done
"#;

#[allow(clippy::print_stderr, reason = "a test says that it was skipped")]
fn walk_with_the_real_one(program: Option<PathBuf>) {
    let Some(program) = program.filter(|_| has_curl()) else {
        eprintln!("skipped: there is no curl here, or no OpenCode in tests/node_modules");
        return;
    };
    let model = FakeEngine::start(model).unwrap();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/opencode");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("opencode.json"), settings(&model)).unwrap();
    let engine = Engine::start(&program, home.path()).unwrap();
    let walk = walk(&engine.url(), READ_ON);
    has_written(&walk);
    walk.has_said(&[
        "What is in this folder?",
        "\"patterns\":[\"echo hello\"]",
        "hello\\n",
        "A list of notes.",
        "\"title\":\"From the phone\"",
    ]);
    engine.stop().unwrap();
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

#[test]
fn the_same_holds_for_opencode_itself() {
    walk_with_the_real_one(Engine::installed_below(&tests()));
}

#[test]
fn the_same_holds_for_an_earlier_opencode() {
    walk_with_the_real_one(Engine::earlier_installed_below(&tests()));
}

#[test]
fn every_block_is_run_or_says_why_not() {
    let kinds: Vec<_> = blocks(DOCUMENT).into_iter().map(|(run, _)| run).collect();
    let count = |run| kinds.iter().filter(|kind| **kind == run).count();
    assert_eq!(
        (count(Run::Not), count(Run::GoingOn), count(Run::ToItsEnd)),
        (5, 1, 9)
    );
}
