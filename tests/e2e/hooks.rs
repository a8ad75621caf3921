//! People elsewhere are told of what waits, and answer from there.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use openwork_testkit::fake_engine::{FakeEngine, SeenRequest, answer, until_gone};
use openwork_testkit::http::{Answer, Request, send};
use openwork_testkit::process::{Launch, poll};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch, TOKEN};
use serde_json::{Value, json};

mod programs;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const LIMIT: Duration = Duration::from_secs(20);
const PUBLIC: &str = "https://box.tail1234.ts.net";

fn launch(sandbox: &Sandbox) -> ServerLaunch {
    ServerLaunch::new(PROGRAM, sandbox).args(["--approval-timeout", "60000"])
}

fn ntfy(sandbox: &Sandbox, service: &FakeEngine) -> Server {
    let launch = launch(sandbox).args(["--public-url", PUBLIC]);
    let launch = launch.env(
        "OPENWORK_NOTIFY_URL",
        format!("{}/secret-topic", service.url()),
    );
    launch
        .env("OPENWORK_NOTIFY_FORMAT", "ntfy")
        .start()
        .unwrap()
}

/// Takes whatever it is sent.
fn taking(_: &SeenRequest, stream: &mut TcpStream) -> io::Result<()> {
    answer(stream, "200 OK", "{}")
}

/// What the service was sent, once there is so much.
fn sent(service: &FakeEngine, count: usize) -> Vec<Value> {
    let all = poll(LIMIT, || {
        let seen = service.seen();
        Ok::<_, io::Error>((seen.len() >= count).then_some(seen))
    });
    let all = all.unwrap().unwrap_or_else(|| service.seen());
    let body = |seen: SeenRequest| serde_json::from_slice(&seen.body).unwrap();
    let all: Vec<Value> = all.into_iter().map(body).collect();
    assert_eq!(all.len(), count, "{all:#?}");
    all
}

/// A client that asks for something and waits for the answer.
fn ask(server: &Server, path: &str, body: &Value) -> JoinHandle<Answer> {
    let request = Request::new("POST", &server.at_workspace(path))
        .header("Authorization", &format!("Bearer {TOKEN}"))
        .within(Duration::from_secs(50))
        .json(body);
    let address = server.address();
    thread::spawn(move || send(address, &request).unwrap())
}

fn skill(server: &Server, name: &str) -> JoinHandle<Answer> {
    let content = format!("---\nname: {name}\ndescription: d\n---\nBe kind.\n");
    ask(
        server,
        "skills",
        &json!({ "name": name, "content": content }),
    )
}

/// A skill that is asked for, and allowed as if nobody had to be told.
fn asked_and_allowed(server: &Server) {
    let asked = skill(server, "kind");
    let waiting = server.approver().wait_for(1).unwrap();
    server
        .approver()
        .reply(waiting[0]["id"].as_str().unwrap(), "allow")
        .unwrap();
    assert_eq!(asked.join().unwrap().status, 200);
}

/// Presses a button as the app on a phone does, at the address behind the public one.
fn press(server: &Server, message: &Value, label: &str) -> Answer {
    let actions = message["actions"].as_array().unwrap();
    let action = actions.iter().find(|action| action["label"] == label);
    let action = action.unwrap();
    assert_eq!(
        (&action["action"], &action["method"]),
        (&json!("http"), &json!("POST"))
    );
    assert_eq!(
        action["headers"],
        json!({ "Content-Type": "application/json" })
    );
    let path = action["url"]
        .as_str()
        .unwrap()
        .strip_prefix(PUBLIC)
        .unwrap();
    let body: Value = serde_json::from_str(action["body"].as_str().unwrap()).unwrap();
    let request = Request::new("POST", path)
        .header("Host", "box.tail1234.ts.net")
        .json(&body);
    server.send(&request).unwrap()
}

fn history(server: &Server) -> Value {
    let request = Request::new("GET", "/approvals/history");
    let request = request.header("X-OpenWork-Host-Token", HOST_TOKEN);
    server.send(&request).unwrap().json().unwrap()
}

/// Waits until the log of a server says something.
fn logged(server: &mut Server, text: &str) -> String {
    let log = poll(LIMIT, || {
        let log = server.process().stderr();
        Ok::<_, io::Error>(log.contains(text).then_some(log))
    });
    log.unwrap().unwrap_or_else(|| server.process().stderr())
}

#[test]
fn a_phone_allows_and_denies_by_its_buttons() {
    let (sandbox, service) = (Sandbox::new().unwrap(), FakeEngine::start(taking).unwrap());
    let server = ntfy(&sandbox, &service);
    let asked = skill(&server, "kind");
    let message = sent(&service, 1).remove(0);
    assert_eq!(service.seen()[0].line, "POST /");
    let id = message["sequence_id"].as_str().unwrap();
    let link = format!("{PUBLIC}/console#request={id}");
    assert_eq!(
        (
            &message["topic"],
            &message["click"],
            &message["priority"],
            &message["tags"]
        ),
        (
            &json!("secret-topic"),
            &json!(link),
            &json!(4),
            &json!(["warning"])
        )
    );
    // Neither what would be written nor a token is in it.
    let text = message.to_string();
    for hidden in ["Be kind", TOKEN, HOST_TOKEN] {
        assert!(!text.contains(hidden), "{text}");
    }
    let pressed = press(&server, &message, "Allow");
    assert_eq!(pressed.status, 200, "{}", pressed.summary());
    assert_eq!(asked.join().unwrap().status, 200);
    let ended = &history(&server)["items"][0];
    assert_eq!(
        (&ended["id"], &ended["via"]),
        (&json!(id), &json!("notification"))
    );
    for label in ["Allow", "Deny"] {
        let again = press(&server, &message, label);
        assert_eq!(
            (again.status, again.json().unwrap()["code"].clone()),
            (409, json!("answer_used"))
        );
    }

    let asked = skill(&server, "kinder");
    let message = sent(&service, 2).remove(1);
    assert_eq!(
        press(&server, &message, "Deny").json().unwrap()["allowed"],
        false
    );
    let denied = asked.join().unwrap();
    assert_eq!(denied.json().unwrap()["code"], "write_denied");
}

#[test]
fn what_is_high_has_to_be_looked_at() {
    let (sandbox, service) = (Sandbox::new().unwrap(), FakeEngine::start(taking).unwrap());
    let server = ntfy(&sandbox, &service);
    let _asked = ask(&server, "plugins", &json!({ "spec": "opencode-notion" }));
    let message = sent(&service, 1).remove(0);
    let id = message["sequence_id"].as_str().unwrap();
    let open = json!([{
        "action": "view", "label": "Open", "clear": true,
        "url": format!("{PUBLIC}/console#request={id}"),
    }]);
    assert_eq!(
        (&message["actions"], &message["priority"]),
        (&open, &json!(5))
    );
    assert_eq!(message["title"], "Run a plugin: opencode-notion");
    server.approver().reply(id, "deny").unwrap();
}

#[test]
fn an_answer_of_a_server_before_counts_no_more() {
    let (sandbox, service) = (Sandbox::new().unwrap(), FakeEngine::start(taking).unwrap());
    let server = ntfy(&sandbox, &service);
    let asked = skill(&server, "kind");
    let message = sent(&service, 1).remove(0);
    let ended = server.stop().unwrap();
    // Wine cannot ask it to end, so that it was killed.
    assert!(cfg!(windows) || ended.success());
    // And a server that is killed answers nobody.
    if let Ok(answer) = asked.join() {
        assert_ne!(answer.status, 200);
    } else if !cfg!(windows) {
        panic!("nobody answered");
    }
    let server = ntfy(&sandbox, &service);
    let asked = skill(&server, "kind");
    let current = sent(&service, 2).remove(1);
    let refused = press(&server, &message, "Allow");
    assert_eq!(refused.json().unwrap()["code"], "invalid_answer");
    assert_eq!(press(&server, &current, "Allow").status, 200);
    assert_eq!(asked.join().unwrap().status, 200);
}

#[test]
fn the_end_is_told_to_whom_that_is_wanted_for() {
    let (sandbox, service) = (Sandbox::new().unwrap(), FakeEngine::start(taking).unwrap());
    let launch = launch(&sandbox).env("OPENWORK_NOTIFY_URL", format!("{}/hook", service.url()));
    let server = launch.env("OPENWORK_NOTIFY_ENDED", "true").start().unwrap();
    let asked = skill(&server, "kind");
    let told = sent(&service, 1).remove(0);
    let id = told["id"].as_str().unwrap().to_owned();
    server.approver().reply(&id, "deny").unwrap();
    asked.join().unwrap();
    let ended = sent(&service, 2).remove(1);
    assert_eq!(service.seen()[1].line, "POST /hook");
    let keys = ["event", "id", "title", "level", "workspace", "who"];
    let both = [told, ended].map(|notice| keys.map(|key| notice[key].clone()));
    assert_eq!(both[0][1..], both[1][1..]);
    assert_eq!(
        (&both[0][0], &both[1][0]),
        (&json!("approval.asked"), &json!("approval.ended"))
    );
    assert_eq!(sent(&service, 2)[1]["outcome"], "denied");
    // Without an address of its own there is nothing to lead to.
    assert_eq!(sent(&service, 2)[0].get("link"), None);
}

#[test]
fn what_an_agent_asks_is_told_without_saying_what() {
    let engine = FakeEngine::start(|request, stream| {
        if request.is("GET /permission?") {
            let asked = r#"[{"id":"per_1","sessionID":"ses_1","permission":"bash","patterns":["cat secret"]}]"#;
            answer(stream, "200 OK", asked)
        } else if request.is("GET /question?") {
            answer(stream, "200 OK", "[]")
        } else {
            answer(stream, "404 Not Found", "{}")
        }
    })
    .unwrap();
    let (sandbox, service) = (Sandbox::new().unwrap(), FakeEngine::start(taking).unwrap());
    let launch = launch(&sandbox)
        .args(["--opencode-base-url", &engine.url(), "--public-url", PUBLIC])
        .env("OPENWORK_NOTIFY_URL", service.url());
    let _server = launch.start().unwrap();
    let told = sent(&service, 1).remove(0);
    let expected = json!({
        "event": "agent.asked", "id": "per_1", "workspace": told["workspace"],
        "title": "An agent asks whether it may use the tool bash",
        "link": format!("{PUBLIC}/console"),
    });
    assert_eq!(told, expected);
    // The same is not told again, however often the engine is asked.
    thread::sleep(Duration::from_millis(1_500));
    sent(&service, 1);
}

#[test]
fn a_service_that_fails_is_told_of_once_and_keeps_nobody_waiting() {
    let works = Arc::new(AtomicBool::new(false));
    let service = {
        let works = Arc::clone(&works);
        FakeEngine::start(move |request, stream| {
            if works.load(Ordering::SeqCst) {
                taking(request, stream)
            } else {
                answer(stream, "500 Oops", "{}")
            }
        })
    }
    .unwrap();
    let sandbox = Sandbox::new().unwrap();
    let url = service.url();
    let mut server = launch(&sandbox)
        .env("OPENWORK_NOTIFY_URL", &url)
        .start()
        .unwrap();
    let deny = |name, count| {
        let asked = skill(&server, name);
        sent(&service, count);
        let waiting = server.approver().wait_for(1).unwrap();
        server
            .approver()
            .reply(waiting[0]["id"].as_str().unwrap(), "deny")
            .unwrap();
        asked.join().unwrap();
    };
    deny("one", 1);
    deny("two", 2);
    works.store(true, Ordering::SeqCst);
    deny("three", 3);
    let log = logged(&mut server, "delivered again");
    let told = log
        .lines()
        .filter(|line| line.contains("WARN") && line.contains("not delivered"));
    assert_eq!(told.count(), 1, "{log}");
    assert!(log.contains("it was answered with status 500"), "{log}");
    assert!(!log.contains(&url), "{log}");
}

#[test]
fn a_service_that_hangs_keeps_nobody_waiting() {
    let (sandbox, service) = (
        Sandbox::new().unwrap(),
        FakeEngine::start(|_, stream| until_gone(stream)).unwrap(),
    );
    let launch = launch(&sandbox).env("OPENWORK_NOTIFY_URL", service.url());
    let mut server = launch
        .env("OPENWORK_NOTIFY_TIMEOUT_MS", "700")
        .start()
        .unwrap();
    let began = Instant::now();
    asked_and_allowed(&server);
    assert!(began.elapsed() < Duration::from_secs(15));
    let log = logged(&mut server, "it took longer than 700 ms");
    assert!(
        log.contains("it took longer than 700 ms and was ended"),
        "{log}"
    );
    // The connection is gone, too.
    let gone = poll(LIMIT, || {
        Ok::<_, io::Error>((service.connections() == 0).then_some(()))
    });
    assert!(gone.unwrap().is_some());
}

#[test]
fn a_url_that_cannot_be_called_stops_the_start() {
    for (url, format, expected) in [
        (
            "ntfy.sh/hush",
            "ntfy",
            "expected a URL that begins with `http://` or `https://`",
        ),
        ("http://127.0.0.1:9", "ntfy", "expected the URL of a topic"),
        #[cfg(not(feature = "tls"))]
        (
            "https://ntfy.sh/hush",
            "ntfy",
            "built without TLS, so that it cannot call `https://` URLs",
        ),
    ] {
        let sandbox = Sandbox::new().unwrap();
        let run = |args: &[&str]| {
            let launch = Launch::new(PROGRAM, sandbox.root()).home(sandbox.home());
            let launch = launch.env("OPENWORK_NOTIFY_URL", url);
            let launch = launch.env("OPENWORK_NOTIFY_FORMAT", format);
            let mut process = launch.args(args).start().unwrap();
            let status = process.wait(LIMIT).unwrap().unwrap();
            (status.code(), process.stdout() + &process.stderr())
        };
        for args in [&["--port", "0"][..], &["config", "check"], &["doctor"]] {
            let (code, said) = run(args);
            assert_ne!(code, Some(0), "{args:?}: {said}");
            assert!(said.contains(expected), "{args:?}: {said}");
            assert!(!said.contains("hush"), "{args:?}: {said}");
        }
    }
}
