use std::net::SocketAddr;
use std::path::Path;

use insta::assert_snapshot;
use openwork_terminal::run_file::{RunFile, RunRecord};
use openwork_terminal::{
    DeviceScope, OutputForm, PairCommand, PairTerms, ServerSearch, TerminalCommand,
};
use qrcode::{Color, QrCode};
use serde_json::{Value, json};

use crate::fake::{Fake, HOST_TOKEN};
use crate::session::{both, run};

const TOKEN: TerminalCommand = TerminalCommand::Pair(PairCommand::ClientToken);
const LAN: &str = "192.0.2.7:8787";

/// A run file of the fake, as if it listened there.
struct Place {
    _directory: tempfile::TempDir,
    _file: RunFile,
    search: ServerSearch,
}

impl Place {
    fn of(fake: &Fake, listen: SocketAddr, tls: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (file, search) = run_file(directory.path(), fake, listen, tls);
        Self {
            _directory: directory,
            _file: file,
            search,
        }
    }

    /// One that listens on this machine alone, with a proxy that its settings name.
    fn behind_a_proxy(fake: &Fake) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let record = RunRecord {
            public_url: Some("https://box.tail1234.ts.net".to_owned()),
            ..record(fake, fake.address, false)
        };
        let (file, search) = written(directory.path(), &record);
        Self {
            _directory: directory,
            _file: file,
            search,
        }
    }

    fn lan(fake: &Fake) -> Self {
        Self::of(fake, LAN.parse().unwrap(), false)
    }
}

fn run_file(parent: &Path, fake: &Fake, listen: SocketAddr, tls: bool) -> (RunFile, ServerSearch) {
    written(parent, &record(fake, listen, tls))
}

fn record(fake: &Fake, listen: SocketAddr, tls: bool) -> RunRecord {
    RunRecord {
        pid: std::process::id(),
        url: format!("http://{}", fake.address),
        listen,
        host_token: HOST_TOKEN.to_owned(),
        client_token: Some("client-token".to_owned()),
        tls,
        public_url: None,
        version: "0.1.0".to_owned(),
        started_at: 0,
    }
}

fn written(parent: &Path, record: &RunRecord) -> (RunFile, ServerSearch) {
    // Made by the run file, it is the user's alone on every system.
    let directory = parent.join("run");
    let search = ServerSearch {
        url: Some(record.url.clone()),
        run_directories: vec![directory.clone()],
        ..ServerSearch::default()
    };
    (RunFile::write(&directory, record).unwrap(), search)
}

/// A server that makes a code, and has its page for these.
async fn pairing(console: &str) -> Fake {
    let fake = Fake::start().await;
    let open = json!({ "pairing": null, "console": console });
    let made = json!({
        "code": "K7QM-4XTP", "scope": "approver",
        "createdAt": 1_000_000, "expiresAt": 1_600_000,
    });
    fake.answer("GET /health", 200, &json!({ "ok": true }))
        .answer("GET /pairing", 200, &open)
        .answer("POST /pairing", 201, &made);
    fake
}

fn code() -> PairTerms {
    PairTerms {
        scope: DeviceScope::Approver,
        label: None,
        at: None,
        qr: false,
    }
}

fn pair(terms: PairTerms) -> TerminalCommand {
    TerminalCommand::Pair(PairCommand::Code(terms))
}

fn qr() -> PairTerms {
    PairTerms { qr: true, ..code() }
}

/// The rows of dark modules that half blocks show; light ones are drawn, and four
/// of them lie around the code.
fn drawn(out: &str) -> Vec<Vec<bool>> {
    let mut rows = Vec::new();
    for line in out.lines().filter(|line| line.starts_with(['█', '▀'])) {
        let dark = |is_dark: fn(char) -> bool| line.chars().map(is_dark).collect::<Vec<_>>();
        rows.push(dark(|half| matches!(half, ' ' | '▄')));
        rows.push(dark(|half| matches!(half, ' ' | '▀')));
    }
    let size = rows[0].len();
    let inner = |row: &Vec<bool>| row[4..size - 4].to_vec();
    rows[4..size - 4].iter().map(inner).collect()
}

/// The same of the code that a text has.
fn code_of(text: &str) -> Vec<Vec<bool>> {
    let code = QrCode::new(text).unwrap();
    let colours = code.to_colors();
    let rows = colours.chunks(code.width());
    let dark = |row: &[Color]| row.iter().map(|colour| *colour == Color::Dark).collect();
    rows.map(dark).collect()
}

fn has_made_a_code(fake: &Fake) -> bool {
    let received = fake.received();
    received
        .iter()
        .any(|call| call.starts_with("POST /pairing"))
}

#[tokio::test]
async fn the_client_token_is_shown_as_text_and_in_no_link() {
    let fake = pairing("lan").await;
    let place = Place::lan(&fake);
    assert_snapshot!(both(&TOKEN, &place.search).await, @r#"
    exit 0
    Server URL    http://192.0.2.7:8787
    Client token  client-token

    exit 0
    {"urls":["http://192.0.2.7:8787"],"clientToken":"client-token"}
    "#);
}

#[tokio::test]
async fn a_server_for_this_machine_only_says_so() {
    let fake = pairing("local").await;
    let place = Place::of(&fake, fake.address, false);
    assert_snapshot!(both(&TOKEN, &place.search).await, @r#"
    exit 0
    Server URL    http://SERVER (this machine only)
    Client token  client-token
    warning: other devices cannot reach this server
      help: start it with `--host 0.0.0.0`, and connect this machine to their network; or use `tailscale serve`

    exit 0
    {"urls":[],"clientToken":"client-token"}
    "#);
}

#[tokio::test]
async fn without_a_run_file_the_client_token_is_not_known() {
    let fake = pairing("local").await;
    let ran = run(TOKEN, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 4
    error: the client token of http://SERVER is not known
      help: run `pair` on the server's machine as the user who started it, without `--no-run-file`
    ");
}

#[tokio::test]
async fn a_code_is_shown_with_all_that_a_device_needs() {
    let fake = pairing("lan").await;
    let place = Place::lan(&fake);
    let terms = PairTerms {
        label: Some("phone".to_owned()),
        ..code()
    };
    assert_snapshot!(both(&pair(terms), &place.search).await, @r#"
    exit 0
    Server URL  http://192.0.2.7:8787
    Page        http://192.0.2.7:8787/console#pair=K7QM-4XTP
    Code        K7QM-4XTP
    Ends        in 10 min, after one use or five wrong tries
    Grants      approver: sees what waits for approval, secrets included, and answers it
    warning: plain HTTP: whoever is on that network can read what is sent
      help: use `tailscale serve` or a proxy with TLS, and say with `--at` where it is

    exit 0
    {"code":"K7QM-4XTP","scope":"approver","createdAt":1000000,"expiresAt":1600000,"grants":"sees what waits for approval, secrets included, and answers it","urls":["http://192.0.2.7:8787"],"link":"http://192.0.2.7:8787/console#pair=K7QM-4XTP"}
    "#);
    let wanted = r#"POST /pairing {"scope":"approver","label":"phone"}"#;
    assert!(fake.received().contains(&wanted.to_owned()));
}

#[tokio::test]
async fn the_settings_name_the_proxy_unless_the_command_does() {
    let fake = pairing("local").await;
    let place = Place::behind_a_proxy(&fake);
    let told = async |terms: PairTerms| {
        let ran = run(pair(terms), &place.search, OutputForm::Json).await;
        assert_eq!(ran.err, "");
        let told: Value = serde_json::from_str(&ran.out).unwrap();
        (told["urls"].clone(), told["link"].clone())
    };
    let named = "https://box.tail1234.ts.net";
    let link = |url: &str| json!(format!("{url}/console#pair=K7QM-4XTP"));
    // The proxy runs here, so the page that only this machine is served is served by it.
    assert_eq!(told(qr()).await, (json!([named]), link(named)));
    let other = PairTerms {
        at: Some("https://other.example".parse().unwrap()),
        ..code()
    };
    let expected = (
        json!(["https://other.example"]),
        link("https://other.example"),
    );
    assert_eq!(told(other).await, expected);
    let ran = run(TOKEN, &place.search, OutputForm::Json).await;
    let token: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(token["urls"], json!([named]));
}

#[tokio::test]
async fn a_page_that_the_device_is_not_served_is_not_named() {
    let fake = pairing("local").await;
    let place = Place::lan(&fake);
    let ran = run(pair(code()), &place.search, OutputForm::Json).await;
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["link"], Value::Null);
    assert_eq!(told["code"], "K7QM-4XTP");
}

#[tokio::test]
async fn a_server_with_tls_is_linked_by_https() {
    let fake = pairing("lan").await;
    let place = Place::of(&fake, LAN.parse().unwrap(), true);
    let ran = run(pair(code()), &place.search, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&place.search), @r"
    exit 0
    Server URL  https://192.0.2.7:8787
    Page        https://192.0.2.7:8787/console#pair=K7QM-4XTP
    Code        K7QM-4XTP
    Ends        in 10 min, after one use or five wrong tries
    Grants      approver: sees what waits for approval, secrets included, and answers it
    ");
}

#[tokio::test]
async fn a_proxy_is_linked_where_it_is() {
    let fake = pairing("local").await;
    let place = Place::of(&fake, fake.address, false);
    let terms = PairTerms {
        at: Some("https://box.tail1234.ts.net".parse().unwrap()),
        ..qr()
    };
    let ran = run(pair(terms), &place.search, OutputForm::Text).await;
    let link = "https://box.tail1234.ts.net/console#pair=K7QM-4XTP";
    assert!(
        ran.out.contains(&format!("Page        {link}\n")),
        "{}",
        ran.out
    );
    assert_eq!(ran.err, "");
    assert_eq!(drawn(&ran.out), code_of(link));
}

#[tokio::test]
async fn a_camera_reads_the_link_and_no_lasting_token() {
    let fake = pairing("lan").await;
    let place = Place::lan(&fake);
    let ran = run(pair(qr()), &place.search, OutputForm::Text).await;
    let link = "http://192.0.2.7:8787/console#pair=K7QM-4XTP";
    assert_eq!(drawn(&ran.out), code_of(link));
    for token in ["client-token", HOST_TOKEN] {
        assert!(!ran.out.contains(token), "{token}");
    }
}

#[tokio::test]
async fn no_code_is_drawn_that_a_device_could_not_follow() {
    let fake = pairing("lan").await;
    let here = Place::of(&fake, fake.address, false);
    assert_snapshot!(both(&pair(qr()), &here.search).await, @r#"
    exit 1
    error: other devices cannot reach http://SERVER
      help: start it with `--host 0.0.0.0 --console lan`; or run `tailscale serve`, and say with `--at https://NAME` where that is

    exit 1
    {"error":{"code":"only_here","message":"other devices cannot reach http://SERVER","help":"start it with `--host 0.0.0.0 --console lan`; or run `tailscale serve`, and say with `--at https://NAME` where that is"}}
    "#);
    assert!(!has_made_a_code(&fake));
    let fake = pairing("local").await;
    let lan = Place::lan(&fake);
    let ran = run(pair(qr()), &lan.search, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&lan.search), @r"
    exit 1
    error: http://SERVER serves the approvals page to this machine only
      help: start it with `--console lan`; or run `tailscale serve`, and say with `--at https://NAME` where that is
    ");
    assert!(!has_made_a_code(&fake));
    let fake = pairing("off").await;
    let lan = Place::lan(&fake);
    let ran = run(pair(qr()), &lan.search, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&lan.search), @r"
    exit 1
    error: http://SERVER serves no approvals page
      help: start the server with `--console local`, or `--console lan` to open it from another machine
    ");
    assert!(!has_made_a_code(&fake));
}

#[tokio::test]
async fn what_the_server_refuses_is_told() {
    let fake = pairing("lan").await;
    let refusal = json!({ "code": "read_only", "message": "Server is read-only" });
    fake.answer("POST /pairing", 403, &refusal);
    let place = Place::lan(&fake);
    assert_snapshot!(both(&pair(code()), &place.search).await, @r#"
    exit 1
    error: Server is read-only

    exit 1
    {"error":{"code":"read_only","message":"Server is read-only"}}
    "#);
}
