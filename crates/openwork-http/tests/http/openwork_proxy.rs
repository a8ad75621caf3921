//! What the OpenWork server's own tests say of its proxy, as cases of ours. Which
//! of them hold elsewhere, or do not, and why, is told in `docs/compatibility.md`.

use std::io;
use std::net::TcpStream;

use openwork_testkit::fake_engine::{FakeEngine, SeenRequest, answer};

use crate::proxy::{QUERY, usual, with_engine};
use crate::world::{Answer, Setting, World, native, refused};

const CURSOR: &str = "opaque+/=%25?older&owner=one";
const LINK: &str = "<http://engine/session/ses_own/message?before=opaque>; rel=\"next\"";

fn engine(request: &SeenRequest, stream: &mut TcpStream) -> io::Result<()> {
    if request.is("GET /session/ses_own/message?") {
        let head = format!("200 OK\r\nX-Next-Cursor: {CURSOR}\r\nLink: {LINK}");
        return answer(stream, &head, "[]");
    }
    if request.is("POST /session/ses_own/prompt_async?") {
        return answer(stream, "401 Unauthorized", r#"{"code":"rejected"}"#);
    }
    if request.is("POST /session?") {
        return answer(stream, "200 OK", r#"{"id":"ses_new"}"#);
    }
    usual(request, stream)
}

fn world() -> (FakeEngine, World) {
    let engine = FakeEngine::start(engine).unwrap();
    let world = with_engine(&engine, Setting::default()).build();
    (engine, world)
}

fn mounts(world: &World) -> [String; 4] {
    let id = &world.id;
    [
        format!("/workspace/{id}/opencode"),
        format!("/workspace/rem_{id}/opencode"),
        format!("/w/{id}/opencode"),
        "/opencode".to_owned(),
    ]
}

async fn page(world: &World, path: &str) -> Answer {
    let request = world.client("GET", path).header("origin", "http://page");
    world.send(request, "").await
}

#[tokio::test]
async fn whatever_directory_is_named_the_engine_gets_the_workspaces_own() {
    let (engine, world) = world();
    for mount in mounts(&world) {
        for (query, kept) in [
            ("", ""),
            ("directory=%2Ftmp%2Fforeign", ""),
            ("directory=%2Ftmp%2Fa&directory=%2Ftmp%2Fb", ""),
            (
                "directory=%2Fw%2Fs%2Fws%2F%252e%252e%2F%252e%252e%2Fetc",
                "",
            ),
            (
                "directory=%2Fw%2Fs%2Fws%2F..%2Foutside&roots=true",
                "roots=true&",
            ),
            ("%64irectory=%2Ftmp&location%5Bdirectory%5D=%2Ftmp", ""),
        ] {
            let path = format!("{mount}/session?{query}");
            let request = world.client("GET", &path);
            let request = request.header("x-opencode-directory", "/tmp/foreign");
            assert_eq!(world.send(request, "").await.status, 200, "{path}");
            let seen = engine.seen().pop().unwrap();
            assert_eq!(seen.line, format!("GET /session?{kept}{QUERY}"), "{path}");
            let directory = seen.header("x-opencode-directory");
            assert_eq!(directory, Some(&*native("/w/s/ws")), "{path}");
        }
    }
}

#[tokio::test]
async fn a_body_is_the_callers_and_may_be_empty() {
    let (engine, world) = world();
    for mount in mounts(&world) {
        let path = format!("{mount}/session?directory=%2Ftmp");
        for body in ["", r#"{"title":"Spoofed","directory":"/tmp/foreign"}"#, "{"] {
            let answer = world.post(&path, body).await;
            assert_eq!(answer.json()["id"], "ses_new", "{path} {body}");
            let seen = engine.seen().pop().unwrap();
            assert_eq!(seen.line, format!("POST /session?{QUERY}"));
            assert_eq!(seen.body, body.as_bytes(), "{path}");
        }
    }
}

#[tokio::test]
async fn a_page_in_a_browser_sees_where_the_next_messages_are() {
    let (engine, world) = world();
    let messages = "W/opencode/session/ses_own/message";
    let newest = page(&world, &format!("{messages}?limit=1")).await;
    assert_eq!(newest.header("x-next-cursor"), Some(CURSOR));
    assert_eq!(newest.header("link"), Some(LINK));
    let exposed = newest.header("access-control-expose-headers").unwrap();
    for name in ["X-Next-Cursor", "Link"] {
        assert!(exposed.split(", ").any(|one| one == name), "{exposed}");
    }
    let before = "opaque%2B%2F%3D%2525%3Folder%26owner%3Done";
    page(&world, &format!("{messages}?limit=1&before={before}")).await;
    let seen = engine.seen().pop().unwrap();
    let query = format!("limit=1&before={before}&{QUERY}");
    assert_eq!(seen.line, format!("GET /session/ses_own/message?{query}"));
}

#[tokio::test]
async fn sessions_of_others_are_not_there_however_they_are_asked_for() {
    let (engine, world) = world();
    for mount in mounts(&world) {
        for below in ["", "/message?limit=50", "/todo"] {
            let path = format!("{mount}/session/ses_other{below}");
            let answer = world.get(&path).await;
            assert_eq!(answer.code(), refused(404, "session_not_found"), "{path}");
        }
    }
    let read = |line: &String| line.contains("/message") || line.contains("/todo");
    assert!(!engine.lines().iter().any(read), "{:?}", engine.lines());
}

#[tokio::test]
async fn what_the_engine_refuses_is_not_taken_for_a_wrong_token() {
    let (_engine, world) = world();
    let path = "W/opencode/session/ses_own/prompt_async";
    let refusal = world.post(path, r#"{"parts":[]}"#).await;
    assert_eq!(refusal.status, 401);
    assert_eq!(refusal.bytes, r#"{"code":"rejected"}"#);
}

#[tokio::test]
async fn without_a_token_the_engine_is_not_asked() {
    let (engine, world) = world();
    for mount in mounts(&world) {
        for token in [None, Some("Bearer wrong")] {
            let request = world.bare("GET", &format!("{mount}/session"));
            let request = match token {
                Some(token) => request.header("authorization", token),
                None => request,
            };
            let answer = world.send(request, "").await;
            assert_eq!(answer.code(), refused(401, "unauthorized"), "{mount}");
        }
    }
    assert_eq!(engine.seen(), []);
}
