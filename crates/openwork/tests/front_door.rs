//! The front door, as a program of one's own uses it.
#![expect(
    clippy::disallowed_methods,
    reason = "test fixtures are made outside of the product's store"
)]

use std::error::Error as StdError;
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use openwork::approval::Reply;
use openwork::change::Change;
use openwork::change::store::StoreError;
use openwork::{Actor, Error, Server, Workspace};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type TestResult = Result<(), Box<dyn StdError>>;

const CLIENT: &str = "client-token";
const HOST: &str = "host-token-of-a-test";
const CONFIG: &str = "{\n  // mine\n  \"plugin\": [\"a\"]\n}\n";

fn directory() -> Result<TempDir, Box<dyn StdError>> {
    let directory = tempfile::tempdir()?;
    fs::write(directory.path().join("opencode.json"), CONFIG)?;
    Ok(directory)
}

fn config(directory: &TempDir) -> String {
    fs::read_to_string(directory.path().join("opencode.json")).unwrap_or_default()
}

#[test]
fn a_relative_directory_is_opened() -> TestResult {
    let workspace = Workspace::open("src")?;
    let path = std::env::current_dir()?.join("src");
    assert_eq!(workspace.description().path, path);
    assert!(workspace.skills()?.is_empty());
    Ok(())
}

#[test]
fn a_missing_directory_fails_when_it_is_opened() {
    let error = Workspace::open("no/such/directory").unwrap_err();
    assert!(
        matches!(error, Error::Store(StoreError::Gone { .. })),
        "{error:?}"
    );
}

#[test]
fn what_was_proposed_is_shown_and_committed() -> TestResult {
    let directory = directory()?;
    let workspace = Workspace::open(directory.path())?;
    let proposed = workspace.propose(Change::add_plugin("opencode-foo@1.2.0")?)?;

    let shown = proposed.to_string();
    let effect = &proposed.effects()[0];
    assert!(
        shown.starts_with("Add plugin opencode-foo@1.2.0\n"),
        "{shown}"
    );
    assert!(
        shown.contains(&format!("{}: {}", effect.level, effect.text)),
        "{shown}"
    );
    assert!(
        shown.contains("--- opencode.json\n+++ opencode.json\n@@"),
        "{shown}"
    );
    assert!(
        shown.contains("+  \"plugin\": [\"a\", \"opencode-foo@1.2.0\"]\n"),
        "{shown}"
    );
    assert_eq!(config(&directory), CONFIG);

    proposed.commit(Actor::local("me"))?;
    let specs: Vec<String> = workspace.plugins()?.into_iter().map(|p| p.spec).collect();
    assert_eq!(specs, ["a", "opencode-foo@1.2.0"]);
    assert!(config(&directory).contains("// mine"));
    assert!(workspace.audit(1)?[0].get().contains(r#""clientId":"me""#));

    let again = workspace.propose(Change::add_plugin("opencode-foo@1.2.0")?)?;
    assert!(again.is_noop());
    assert!(again.commit(Actor::local("me"))?.plan.is_noop());
    Ok(())
}

#[test]
fn a_stale_proposal_is_not_committed() -> TestResult {
    let directory = directory()?;
    let workspace = Workspace::open(directory.path())?;
    let proposed = workspace.propose(Change::remove_plugin("a")?)?;
    let moved = CONFIG.replace("\"a\"", "\"a@2\"");
    fs::write(directory.path().join("opencode.json"), &moved)?;
    let error = proposed.commit(Actor::local("me")).unwrap_err();
    assert!(
        matches!(&error, Error::Stale { path } if path.ends_with("opencode.json")),
        "{error:?}"
    );
    assert_eq!(config(&directory), moved);
    Ok(())
}

#[test]
fn what_else_changed_in_a_file_survives() -> TestResult {
    let directory = directory()?;
    let workspace = Workspace::open(directory.path())?;
    let proposed = workspace.propose(Change::add_plugin("b")?)?;
    let moved = CONFIG.replace("\n}", ",\n  \"theme\": \"dark\"\n}");
    fs::write(directory.path().join("opencode.json"), moved)?;
    proposed.commit(Actor::local("me"))?;
    let now = config(&directory);
    assert!(now.contains("\"theme\": \"dark\"") && now.contains("\"b\""));
    Ok(())
}

#[test]
fn characters_that_cannot_be_seen_are_spelt_out() -> TestResult {
    let directory = directory()?;
    let workspace = Workspace::open(directory.path())?;
    let skill = Change::upsert_skill("notes", "Takes notes", "Say \u{1b}[2Jhello\n")?;
    let shown = workspace.propose(skill)?.to_string();
    assert!(shown.contains("--- /dev/null\n+++ .opencode/"), "{shown}");
    assert!(shown.contains(r"+Say \u{1b}[2Jhello"), "{shown}");
    Ok(())
}

#[tokio::test]
async fn an_approver_answers_what_clients_ask() -> TestResult {
    let directory = directory()?;
    let workspace = Workspace::open(directory.path())?;
    let id = workspace.description().id.to_string();
    let server = Server::builder()
        .workspace(workspace.clone())
        .tokens(CLIENT, HOST)
        .approver(|request| match request.change() {
            Change::AddPlugin(spec)
                if spec.registry_name() == Some("good") && !request.effects().is_empty() =>
            {
                Reply::allow()
            }
            _ => Reply::deny("only good ones"),
        })
        .bind("127.0.0.1:0")
        .await?;

    let address = server.local_addr();
    let good = add_plugin(address, &id, "good").await?;
    assert!(good.starts_with("HTTP/1.1 200 "), "{good}");
    let evil = add_plugin(address, &id, "evil").await?;
    assert!(evil.starts_with("HTTP/1.1 403 "), "{evil}");
    assert!(evil.contains("only good ones"), "{evil}");
    let specs: Vec<String> = workspace.plugins()?.into_iter().map(|p| p.spec).collect();
    assert_eq!(specs, ["a", "good"]);

    tokio::time::timeout(Duration::from_secs(10), server.shut_down()).await??;
    assert!(TcpStream::connect(address).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_stop_refuses_what_waits() -> TestResult {
    let directory = directory()?;
    let workspace = Workspace::open(directory.path())?;
    let id = workspace.description().id.to_string();
    let server = Server::builder()
        .workspace(workspace)
        .tokens(CLIENT, HOST)
        .approver(|_| None)
        .bind("127.0.0.1:0")
        .await?;
    let (host, address) = (server.host().clone(), server.local_addr());
    let stop = async {
        while host.gate().pending().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.shut_down().await
    };
    let waiting = add_plugin(address, &id, "b");
    let both = async { tokio::join!(waiting, stop) };
    let (answer, stopped) = tokio::time::timeout(Duration::from_secs(10), both).await?;
    assert!(answer?.starts_with("HTTP/1.1 503 "));
    stopped?;
    assert_eq!(config(&directory), CONFIG);
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_dropped_stops() -> TestResult {
    let server = Server::builder().tokens(CLIENT, HOST);
    let server = server.bind("127.0.0.1:0").await?;
    let address = server.local_addr();
    drop(server);
    let stopped = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), stopped).await?;
    Ok(())
}

#[tokio::test]
async fn a_server_without_tokens_does_not_start() {
    let error = Server::builder().bind("127.0.0.1:0").await.unwrap_err();
    assert!(
        matches!(error, Error::TokenMissing { whose: "client" }),
        "{error:?}"
    );
}

async fn add_plugin(address: SocketAddr, workspace: &str, spec: &str) -> std::io::Result<String> {
    let body = format!(r#"{{"spec":"{spec}"}}"#);
    let request = format!(
        "POST /workspace/{workspace}/plugins HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {CLIENT}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
