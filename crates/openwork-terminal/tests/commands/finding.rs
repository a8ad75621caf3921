use std::net::TcpListener;

use insta::assert_snapshot;
use openwork_terminal::{ApprovalsCommand, OutputForm, ServerSearch, TerminalCommand};

use crate::fake::Fake;
use crate::session::{both, run};

const LIST: TerminalCommand = TerminalCommand::Approvals(ApprovalsCommand::List);

fn at(url: &str, token: Option<&str>) -> ServerSearch {
    let (url, host_token) = (Some(url.to_owned()), token.map(str::to_owned));
    ServerSearch {
        url,
        host_token,
        ..ServerSearch::default()
    }
}

#[tokio::test]
async fn nothing_runs() {
    assert_snapshot!(both(&LIST, &ServerSearch::default()).await, @r#"
    exit 3
    error: no running server was found
      help: start one with `openwork-server`, or name one with `--url` and `--host-token`

    exit 3
    {"error":{"code":"no_server","message":"no running server was found","help":"start one with `openwork-server`, or name one with `--url` and `--host-token`"}}
    "#);
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let search = at(
        &format!("http://{}", listener.local_addr().unwrap()),
        Some("t"),
    );
    drop(listener);
    assert_snapshot!(both(&LIST, &search).await, @r#"
    exit 3
    error: no server answers at http://SERVER: connection refused
      help: is the server running, and the URL the one it prints?

    exit 3
    {"error":{"code":"unreachable","message":"no server answers at http://SERVER: connection refused","help":"is the server running, and the URL the one it prints?"}}
    "#);
}

#[tokio::test]
async fn the_token_is_missing_or_refused() {
    let fake = Fake::start().await;
    let url = fake.search().url.unwrap();
    assert_snapshot!(both(&LIST, &at(&url, None)).await, @r#"
    exit 4
    error: the host token of http://SERVER is not known
      help: give the token that the server printed at its start: `--host-token` or `OPENWORK_HOST_TOKEN`

    exit 4
    {"error":{"code":"no_host_token","message":"the host token of http://SERVER is not known","help":"give the token that the server printed at its start: `--host-token` or `OPENWORK_HOST_TOKEN`"}}
    "#);
    assert_snapshot!(both(&LIST, &at(&url, Some("wrong"))).await, @r#"
    exit 4
    error: http://SERVER refused the host token
      help: give the token that the server printed at its start: `--host-token` or `OPENWORK_HOST_TOKEN`

    exit 4
    {"error":{"code":"host_token_refused","message":"http://SERVER refused the host token","help":"give the token that the server printed at its start: `--host-token` or `OPENWORK_HOST_TOKEN`"}}
    "#);
    let no_header = run(LIST, &at(&url, Some("a\nb")), OutputForm::Text).await;
    assert_eq!(no_header.exit.code(), 4);
    let watch = TerminalCommand::Approvals(ApprovalsCommand::Watch);
    let ran = run(watch, &at(&url, Some("wrong")), OutputForm::Json).await;
    assert_eq!(ran.exit.code(), 4);
}

#[tokio::test]
async fn the_url_is_none() {
    assert_snapshot!(both(&LIST, &at("localhost\u{1b}", Some("t"))).await, @r#"
    exit 2
    error: `localhost\u{1b}` is no server URL: it is not written as one
      help: write it as the server prints it, `http://127.0.0.1:8787`

    exit 2
    {"error":{"code":"invalid_url","message":"`localhost\u001b` is no server URL: it is not written as one","help":"write it as the server prints it, `http://127.0.0.1:8787`"}}
    "#);
}

#[tokio::test]
async fn another_program_answers() {
    let fake = Fake::start().await;
    let mut transcripts = String::new();
    for (status, body) in [
        (200, "<!DOCTYPE html>"),
        (200, r#"{"items":[{"id":1}]}"#),
        (500, "oops"),
        (200, ""),
    ] {
        fake.answer_text("GET /approvals?include=changes,engine", status, body);
        let ran = run(LIST, &fake.search(), OutputForm::Text).await;
        transcripts.push_str(&ran.transcript(&fake.search()));
    }
    assert_snapshot!(transcripts, @r"
    exit 1
    error: http://SERVER does not answer as an OpenWork server: its answer is not JSON
      help: is the URL that of another program, or version?
    exit 1
    error: http://SERVER does not answer as an OpenWork server: its answer has an unknown form, invalid type: integer `1`, expected a string
      help: is the URL that of another program, or version?
    exit 1
    error: http://SERVER does not answer as an OpenWork server: its answer is 500 Internal Server Error
      help: is the URL that of another program, or version?
    exit 1
    error: http://SERVER does not answer as an OpenWork server: its answer has an unknown form, invalid type: null, expected a list of items
      help: is the URL that of another program, or version?
    ");
}

#[tokio::test]
async fn the_server_refuses_in_its_own_words() {
    let fake = Fake::start().await;
    let body = r#"{"code":"forbidden_host","message":"Host not allowed\u001b"}"#;
    fake.answer_text("GET /approvals?include=changes,engine", 403, body);
    assert_snapshot!(both(&LIST, &fake.search()).await, @r#"
    exit 1
    error: Host not allowed\u{1b}

    exit 1
    {"error":{"code":"forbidden_host","message":"Host not allowed\u001b"}}
    "#);
}
