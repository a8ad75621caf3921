use std::net::SocketAddr;
use std::path::Path;

use insta::assert_snapshot;
use openwork_terminal::run_file::{RunFile, RunRecord};
use openwork_terminal::{OutputForm, ServerSearch, TerminalCommand};
use serde_json::{Value, json};

use crate::fake::{Fake, HOST_TOKEN};
use crate::session::run;

fn run_file(parent: &Path, fake: &Fake, listen: SocketAddr) -> (RunFile, ServerSearch) {
    // Made by the run file, it is the user's alone on every system.
    let directory = parent.join("run");
    let url = format!("http://{}", fake.address);
    let record = RunRecord {
        pid: std::process::id(),
        url: url.clone(),
        listen,
        host_token: HOST_TOKEN.to_owned(),
        client_token: Some("client-token".to_owned()),
        version: "0.1.0".to_owned(),
        started_at: 0,
    };
    let search = ServerSearch {
        url: Some(url),
        run_directories: vec![directory.clone()],
        ..ServerSearch::default()
    };
    (RunFile::write(&directory, &record).unwrap(), search)
}

#[tokio::test]
async fn a_device_is_given_url_and_token() {
    let fake = Fake::start().await;
    fake.answer("GET /health", 200, &json!({ "ok": true }));
    let directory = tempfile::tempdir().unwrap();
    let listen = "192.0.2.7:8787".parse().unwrap();
    let (_file, search) = run_file(directory.path(), &fake, listen);
    let ran = run(
        TerminalCommand::Pair { qr: false },
        &search,
        OutputForm::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&search), @r"
    exit 0
    Server URL    http://192.0.2.7:8787
    Client token  client-token
    ");
    let ran = run(
        TerminalCommand::Pair { qr: true },
        &search,
        OutputForm::Json,
    )
    .await;
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let link = "openwork://connect-remote?openworkHostUrl=http%3A%2F%2F192.0.2.7%3A8787\
                &openworkToken=client-token";
    let expected = json!({
        "urls": ["http://192.0.2.7:8787"], "clientToken": "client-token", "link": link,
    });
    assert_eq!(document, expected);
}

#[tokio::test]
async fn the_code_for_a_camera_is_square() {
    let fake = Fake::start().await;
    fake.answer("GET /health", 200, &json!({ "ok": true }));
    let directory = tempfile::tempdir().unwrap();
    let (_file, search) = run_file(directory.path(), &fake, "192.0.2.7:8787".parse().unwrap());
    let ran = run(
        TerminalCommand::Pair { qr: true },
        &search,
        OutputForm::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&search), @r"
    exit 0
    Server URL    http://192.0.2.7:8787
    Client token  client-token

    █████████████████████████████████████████████████
    █████████████████████████████████████████████████
    ████ ▄▄▄▄▄ █▄▄ ▄▀ ▀   █▀▀ ▀▄▄▀██▀▄▄▀ █ ▄▄▄▄▄ ████
    ████ █   █ █▀▀▄ ▀█▀▀▀▀▀    █▀▀   ▄▀▄██ █   █ ████
    ████ █▄▄▄█ █ ██▄▄ ▀▀▀█▄▀▄▄▀▄▀██▄▄  ▀▀█ █▄▄▄█ ████
    ████▄▄▄▄▄▄▄█ ▀ ▀▄█ █▄▀▄█ ▀▄▀ █▄█ ▀▄█▄█▄▄▄▄▄▄▄████
    ████ █▀▀▄█▄▄ █▄█▄▄▀█▄▄▀▄█▄ ▀ █▀▀▀  █▀▄ ▄ ▄█▀▄████
    █████ ▀▀▄█▄ ▀ █▀██▄ █▀█▀    ▀█▄▄█▀ ▀▄█  ▄ ▄█▄████
    █████▄▄██▄▄▀▀ ▄  ▀▄▀▀█▀▀▀▄█▀▄▀▄ █ ██▄▄▀▀▀▀▀█▄████
    █████▀ ██ ▄ ▄▀  ▀▀  ▄▀ █▄▀▀  ██ ▄▀▄▀▄█▄█▄▀█▀▄████
    ████ ▄▄ ▄█▄ ▄▀▀ █▀█▀ ▄▀▄▄ ▄█▀ ▄█▀ ▄▄▀▄▀ ▀▄▀▀▀████
    ████ ▄▄█▄▄▄ ██▀▄▄ █▀  ▀█ █▀ ▀█▄▄▀ ▀▀▀██▄ █▄█▄████
    ████▄█▀▄█ ▄▀▄█▄▀▀▀ █▀█▄▄ █▄▀██▀▀  ▀▀▄ ▀▀▀█▀▄ ████
    ████ ▀ █▀▄▄   ▀▀▀ ▄▄▄  █▄▀  ▀▄▄ █▀ ▀▄▀█▀ ▀██▄████
    ████▀  ▀▀▀▄▀▄ ▄ ▀██▄ ▄▄▄▄▄▄▀██▀▀▀▄ █▄▀▀▄▀ ▀█▀████
    ████▀██▄▀█▄▀█▀  █ █▀▀▀▄█  █▄▄█ ▄▀▀▀▀█▀█▀▀▀█▀▄████
    ████▀██▄  ▄▀▀ ▄█▀▀▀ ▀  ▀▄ ▀▀▄▀▀▀ ▄█▄▄▀▀ ▀▄▀▀▀████
    ██████▀█▀▀▄▀▄▀▄█▄█▀▀█▀  ▀▀█▄▄▄▀▄▄▀ █ ██▄  █▄ ████
    ████▄▄█▄▄█▄█▀   ██ █  ██▄▄  ██▀ ▄▄ ▀ ▄▄▄  ▀▄▀████
    ████ ▄▄▄▄▄ █▄  ▄▄▀██▄█▄██ ▄▄▀▄  █  ▄ █▄█ ▄██▄████
    ████ █   █ █▄▄▀█▄   ▄▀▀ ▄█▀ █▀▀█  ▀   ▄▄▄██▄▄████
    ████ █▄▄▄█ ███ ▀▀▄▄ ▄█▄▀▄ █ ██  ▄▀ █▀▀▀██ ▄▀ ████
    ████▄▄▄▄▄▄▄█▄██▄█▄██▄██▄▄▄▄▄▄████▄██▄█▄▄▄▄█▄█████
    █████████████████████████████████████████████████
    ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
    ");
}

#[tokio::test]
async fn a_server_for_this_machine_only_is_no_pair() {
    let fake = Fake::start().await;
    fake.answer("GET /health", 200, &json!({ "ok": true }));
    let directory = tempfile::tempdir().unwrap();
    let (_file, search) = run_file(directory.path(), &fake, fake.address);
    let ran = run(
        TerminalCommand::Pair { qr: true },
        &search,
        OutputForm::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&search), @r"
    exit 0
    Server URL    http://SERVER (this machine only)
    Client token  client-token
    warning: other devices cannot reach this server
      help: start it with `--host 0.0.0.0`, and connect this machine to their network
    ");
    let ran = run(
        TerminalCommand::Pair { qr: false },
        &search,
        OutputForm::Json,
    )
    .await;
    assert_snapshot!(ran.transcript(&search), @r#"
    exit 0
    {"urls":[],"clientToken":"client-token","link":null}
    "#);
}

#[tokio::test]
async fn without_a_run_file_the_client_token_is_not_known() {
    let fake = Fake::start().await;
    fake.answer("GET /health", 200, &json!({ "ok": true }));
    let ran = run(
        TerminalCommand::Pair { qr: false },
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 4
    error: the client token of http://SERVER is not known
      help: run `pair` on the server's machine as the user who started it, without `--no-run-file`
    ");
}
