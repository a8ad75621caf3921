//! Browsers are told while their page is closed: what arrives is decrypted and its
//! signature checked by another implementation, that of Node.js.

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use openwork_testkit::fake_engine::{FakeEngine, SeenRequest, answer};
use openwork_testkit::http::{Answer, Request, send};
use openwork_testkit::process::poll;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch, TOKEN};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(20);

/// A browser: makes keys, and opens what it is sent (RFC 8291, RFC 8292).
const BROWSER: &str = r"
const c = require('crypto');
const from = (text) => Buffer.from(text, 'base64url');
function make() {
  const own = c.createECDH('prime256v1');
  const p256dh = own.generateKeys('base64url');
  return { d: own.getPrivateKey('base64url'), p256dh, auth: c.randomBytes(16).toString('base64url') };
}
function open({ d, p256dh, auth, body, authorization }) {
  const sent = Buffer.from(body, 'hex');
  const [salt, length] = [sent.subarray(0, 16), sent[20]];
  const server = sent.subarray(21, 21 + length);
  const sealed = sent.subarray(21 + length);
  const own = c.createECDH('prime256v1');
  own.setPrivateKey(d, 'base64url');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), from(p256dh), server]);
  const secret = Buffer.from(c.hkdfSync('sha256', own.computeSecret(server), from(auth), info, 32));
  const derived = (name, size) => Buffer.from(c.hkdfSync('sha256', secret, salt, 'Content-Encoding: ' + name + '\0', size));
  const cipher = c.createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12));
  cipher.setAuthTag(sealed.subarray(-16));
  const text = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  const [, token, k] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization);
  const [head, claims, signature] = token.split('.');
  const point = from(k);
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const key = { key: c.createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  const signed = c.verify('sha256', Buffer.from(head + '.' + claims), key, from(signature));
  return { text: JSON.parse(text.subarray(0, -1)), end: text.at(-1), signed, k, claims: JSON.parse(from(claims)) };
}
const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(given.body ? open(given) : make()));
";

/// What the browser makes of something; `None` if there is no Node.js.
fn browser(given: &Value) -> Option<Value> {
    let mut node = Command::new("node")
        .args(["-e", BROWSER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    node.stdin
        .take()?
        .write_all(given.to_string().as_bytes())
        .ok()?;
    let said = node.wait_with_output().ok()?;
    assert!(said.status.success());
    Some(serde_json::from_slice(&said.stdout).unwrap())
}

struct World {
    sandbox: Sandbox,
    service: FakeEngine,
    has_gone: Arc<AtomicBool>,
}

impl World {
    fn new() -> Self {
        let has_gone = Arc::new(AtomicBool::new(false));
        let gone = Arc::clone(&has_gone);
        let service = move |_: &SeenRequest, stream: &mut TcpStream| {
            let has_gone = gone.load(Ordering::SeqCst);
            let status = if has_gone { "410 Gone" } else { "201 Created" };
            answer(stream, status, "")
        };
        Self {
            sandbox: Sandbox::new().unwrap(),
            service: FakeEngine::start(service).unwrap(),
            has_gone,
        }
    }

    fn start(&self) -> Server {
        let launch = ServerLaunch::new(env!("CARGO_BIN_EXE_openwork-server"), &self.sandbox);
        let launch = launch.args(["--approval-timeout", "60000"]);
        let launch = launch.args(["--public-url", "https://box.tail1234.ts.net"]);
        launch
            .env("OPENWORK_NOTIFY_PUSH_SERVICES", self.service.url())
            .start()
            .unwrap()
    }

    fn sent(&self, count: usize) -> Vec<SeenRequest> {
        let seen = poll(LIMIT, || {
            let seen = self.service.seen();
            Ok::<_, io::Error>((seen.len() >= count).then_some(seen))
        });
        let seen = seen.unwrap().unwrap_or_else(|| self.service.seen());
        assert_eq!(seen.len(), count, "{seen:?}");
        seen
    }
}

fn by(server: &Server, token: &str, method: &str, body: &Value) -> Answer {
    let request = Request::new(method, "/push")
        .header("Authorization", &format!("Bearer {token}"))
        .json(body);
    server.send(&request).unwrap()
}

fn status(server: &Server, token: &str) -> Value {
    let request = Request::new("GET", "/push").header("Authorization", &format!("Bearer {token}"));
    server.send(&request).unwrap().json().unwrap()
}

/// A token of a device, and its id.
fn device(server: &Server) -> (String, String) {
    let request = Request::new("POST", "/tokens")
        .header("X-OpenWork-Host-Token", HOST_TOKEN)
        .json(&json!({ "scope": "approver", "label": "phone" }));
    let made = server.send(&request).unwrap().json().unwrap();
    let field = |name: &str| made[name].as_str().unwrap().to_owned();
    (field("token"), field("id"))
}

fn ask(server: &Server) -> JoinHandle<Answer> {
    let request = Request::new("POST", &server.at_workspace("plugins"))
        .header("Authorization", &format!("Bearer {TOKEN}"))
        .within(Duration::from_secs(50))
        .json(&json!({ "spec": "opencode-notion" }));
    let address = server.address();
    thread::spawn(move || send(address, &request).unwrap())
}

fn deny(server: &Server, asked: JoinHandle<Answer>) -> String {
    let waiting = server.approver().wait_for(1).unwrap();
    let id = waiting[0]["id"].as_str().unwrap().to_owned();
    server.approver().reply(&id, "deny").unwrap();
    asked.join().unwrap();
    id
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[allow(clippy::print_stderr, reason = "a test says that it was skipped")]
#[test]
fn a_device_is_told_until_its_browser_or_its_token_has_gone() {
    let Some(keys) = browser(&json!({})) else {
        eprintln!("skipped: there is no Node.js here");
        return;
    };
    let world = World::new();
    let server = world.start();
    let (token, id) = device(&server);
    let before = status(&server, &token);
    assert_eq!(
        (&before["available"], &before["subscribed"]),
        (&json!(true), &json!(false))
    );
    let subscription = json!({
        "endpoint": format!("{}/send/phone", world.service.url()),
        "keys": { "p256dh": keys["p256dh"], "auth": keys["auth"] },
    });
    let subscribed = by(&server, &token, "PUT", &subscription);
    assert_eq!(subscribed.status, 200, "{}", subscribed.summary());
    assert_eq!(status(&server, &token)["subscribed"], true);

    let asked = deny(&server, ask(&server));
    let sent = world.sent(1).remove(0);
    assert_eq!(sent.line, "POST /send/phone");
    let opened = browser(&json!({
        "d": keys["d"], "p256dh": keys["p256dh"], "auth": keys["auth"],
        "body": hex(&sent.body), "authorization": sent.header("authorization"),
    }));
    let opened = opened.unwrap();
    let expected = json!({
        "id": asked, "title": "Run a plugin: opencode-notion", "request": asked,
        "body": opened["text"]["body"],
    });
    assert_eq!((&opened["text"], &opened["end"]), (&expected, &json!(2)));
    assert_eq!(
        (&opened["signed"], &opened["k"]),
        (&json!(true), &before["publicKey"])
    );
    assert_eq!(opened["claims"]["aud"], world.service.url());
    assert_eq!(opened["claims"]["sub"], "https://box.tail1234.ts.net");

    // What is kept is its user's alone, and another start tells it all the same.
    let file = world.sandbox.home().join(".config/openwork/push.json");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(server.stop().unwrap().success());
    let server = world.start();
    assert_eq!(status(&server, &token)["publicKey"], before["publicKey"]);
    deny(&server, ask(&server));
    world.sent(2);

    world.has_gone.store(true, Ordering::SeqCst);
    deny(&server, ask(&server));
    world.sent(3);
    let forgotten = poll(LIMIT, || {
        let told = status(&server, &token)["subscribed"] == true;
        Ok::<_, io::Error>((!told).then_some(()))
    });
    assert!(forgotten.unwrap().is_some());
    deny(&server, ask(&server));
    world.has_gone.store(false, Ordering::SeqCst);

    assert_eq!(by(&server, &token, "PUT", &subscription).status, 200);
    let revoked = Request::new("DELETE", &format!("/tokens/{id}"));
    let revoked = revoked.header("X-OpenWork-Host-Token", HOST_TOKEN);
    assert_eq!(server.send(&revoked).unwrap().status, 200);
    deny(&server, ask(&server));
    thread::sleep(Duration::from_millis(500));
    world.sent(3);
}

#[test]
fn the_server_calls_no_address_that_a_device_makes_up() {
    let world = World::new();
    let server = world.start();
    let (token, _) = device(&server);
    let keys = json!({
        "p256dh": "BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il2nNZct4HgAUQU",
        "auth": "i0JrW3G_gGBkCLPGgYOMqQ",
    });
    for endpoint in [
        "https://127.0.0.1/",
        "https://evil.test/x",
        "http://fcm.googleapis.com/",
        "",
    ] {
        let body = json!({ "endpoint": endpoint, "keys": keys });
        let refused = by(&server, &token, "PUT", &body);
        assert_eq!(
            refused.json().unwrap()["code"],
            "invalid_subscription",
            "{endpoint}"
        );
    }
    // The host's own token belongs to no device.
    let host = Request::new("GET", "/push").header("X-OpenWork-Host-Token", HOST_TOKEN);
    let host = server.send(&host).unwrap().json().unwrap();
    assert_eq!(host["available"], false);
    assert_eq!(by(&server, TOKEN, "PUT", &json!({})).status, 401);
}
