//! Reloads of the engine at a server with approvers.

use std::error::Error as StdError;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use openwork::approval::Reply;
use openwork::host::{Engine, EngineCall};
use openwork::model::workspace::Workspace as Description;
use openwork::store::FsOptions;
use openwork::{Server, ServerBuilder, Workspace};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CLIENT: &str = "client-token";
const HOST: &str = "host-token-of-a-test";

/// An engine that counts how often it was reloaded.
#[derive(Default)]
struct CountingEngine(AtomicUsize);

impl Engine for CountingEngine {
    fn reload<'c>(&'c self, _: &'c Description) -> EngineCall<'c> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A workspace that has an engine.
struct Fixture {
    engine: Arc<CountingEngine>,
    id: String,
    _directory: TempDir,
}

impl Fixture {
    /// The workspace, and a server of it whose questions wait for so long.
    fn new(timeout: Duration) -> Result<(Self, ServerBuilder), Box<dyn StdError>> {
        let directory = tempfile::tempdir()?;
        let mut options = FsOptions::at(directory.path())?;
        options.workspace.base_url = Some("http://127.0.0.1:9".to_owned());
        let workspace = Workspace::open_with(options)?;
        let id = workspace.description().id.to_string();
        let engine = Arc::new(CountingEngine::default());
        let port: Arc<dyn Engine> = engine.clone();
        let builder = Server::builder()
            .workspace(workspace)
            .tokens(CLIENT, HOST)
            .host_options(|host| {
                host.engine = Some(port);
                host.gate.timeout = timeout;
            });
        let fixture = Self {
            engine,
            id,
            _directory: directory,
        };
        Ok((fixture, builder))
    }

    fn reloads(&self) -> usize {
        self.engine.0.load(Ordering::Relaxed)
    }
}

/// The status of the answer to a client who wants a reload.
async fn reload(address: SocketAddr, workspace: &str) -> Result<String, Box<dyn StdError>> {
    let request = format!(
        "POST /workspace/{workspace}/engine/reload HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {CLIENT}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.chars().skip("HTTP/1.1 ".len()).take(3).collect())
}

#[tokio::test]
async fn an_approver_of_changes_is_not_asked_about_reloads() -> Result<(), Box<dyn StdError>> {
    let (fixture, builder) = Fixture::new(Duration::from_millis(50))?;
    let server = builder
        .approver(|_| Reply::allow())
        .bind("127.0.0.1:0")
        .await?;
    // It waits for people, and none of them answers in time.
    assert_eq!(reload(server.local_addr(), &fixture.id).await?, "403");
    assert_eq!(fixture.reloads(), 0);
    server.shut_down().await?;
    Ok(())
}

#[tokio::test]
async fn reloads_have_an_approver_of_their_own() -> Result<(), Box<dyn StdError>> {
    let (fixture, builder) = Fixture::new(Duration::from_secs(10))?;
    let mut answers = [Reply::deny("busy"), Reply::allow()].into_iter();
    let server = builder
        .reload_approver(move |request| {
            assert!(!request.workspace_name().is_empty());
            answers.next()
        })
        .bind("127.0.0.1:0")
        .await?;
    assert_eq!(reload(server.local_addr(), &fixture.id).await?, "403");
    assert_eq!(fixture.reloads(), 0);
    assert_eq!(reload(server.local_addr(), &fixture.id).await?, "200");
    assert_eq!(fixture.reloads(), 1);
    server.shut_down().await?;
    Ok(())
}
