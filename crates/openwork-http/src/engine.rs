//! Engines, reached over plain HTTP.

use std::pin::pin;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Collected, Empty, Limited};
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, HOST};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use openwork_host::{Engine, EngineCall, EngineError, VersionCall};
use openwork_model::workspace::{EngineLogin, Workspace};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Who the engine (1.18) takes a client for that names nobody.
const USERNAME: &str = "opencode";

/// How long an engine may take to say its version: the answer to a change waits for it.
const VERSION_DEADLINE: Duration = Duration::from_secs(1);

/// The most of an answer that is read, in bytes.
const ANSWER: usize = 64 << 10;

/// How engines are spoken to. Holds a secret, so it is neither shown nor
/// logged.
#[derive(Clone)]
pub struct EngineOptions {
    /// The user name; `None` stands for the engine's own default.
    pub username: Option<String>,
    /// The password; without one, none is sent.
    pub password: Option<String>,
    /// How long an engine may take for an answer.
    pub deadline: Duration,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            username: None,
            password: None,
            deadline: Duration::from_secs(10),
        }
    }
}

/// The engines at the workspaces' own URLs.
pub struct HttpEngine {
    authorization: Option<String>,
    deadline: Duration,
}

impl HttpEngine {
    /// Engines that are spoken to in this way.
    pub fn new(options: &EngineOptions) -> Self {
        let login = EngineLogin {
            username: options.username.clone(),
            password: options.password.clone(),
        };
        Self {
            authorization: basic(&login),
            deadline: options.deadline,
        }
    }

    fn request(
        &self,
        method: Method,
        workspace: &Workspace,
        target: &EngineTarget,
        path: &str,
    ) -> Result<Request<Empty<Bytes>>, EngineError> {
        let is_post = method == Method::POST;
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", target.base))
            .header(HOST, &target.host);
        if is_post {
            // RFC 9110, 8.6: an empty body of a POST is announced.
            request = request.header(CONTENT_LENGTH, 0);
        }
        // A workspace's own goes first: engines differ.
        let own = basic(&workspace.login);
        if let Some(authorization) = own.as_ref().or(self.authorization.as_ref()) {
            request = request.header(AUTHORIZATION, authorization);
        }
        let malformed = |_| EngineError::Url {
            reason: "it cannot be put into a request",
        };
        request.body(Empty::new()).map_err(malformed)
    }
}

impl Engine for HttpEngine {
    /// The engine forgets its instance for the directory and makes a new one
    /// at the next request.
    fn reload<'c>(&'c self, workspace: &'c Workspace) -> EngineCall<'c> {
        Box::pin(async move {
            let target = EngineTarget::of(workspace)?;
            let path = format!("/instance/dispose?directory={}", directory(workspace));
            let sending = send(
                &target,
                self.request(Method::POST, workspace, &target, &path)?,
            );
            let answered = timeout(self.deadline, sending).await;
            let (status, _) = answered.map_err(|_| EngineError::TimedOut)??;
            if status.is_success() {
                return Ok(());
            }
            Err(EngineError::Refused {
                status: status.as_u16(),
            })
        })
    }

    fn version<'c>(&'c self, workspace: &'c Workspace) -> VersionCall<'c> {
        Box::pin(async move {
            let target = EngineTarget::of(workspace).ok()?;
            let request = self.request(Method::GET, workspace, &target, "/global/health");
            let request = request.ok()?;
            let deadline = self.deadline.min(VERSION_DEADLINE);
            let (_, answer) = timeout(deadline, send(&target, request)).await.ok()?.ok()?;
            let health: serde_json::Value = serde_json::from_slice(&answer).ok()?;
            Some(health.get("version")?.as_str()?.to_owned())
        })
    }
}

/// Basic credentials (RFC 7617); none without a password.
fn basic(login: &EngineLogin) -> Option<String> {
    let username = login.username.as_deref().unwrap_or(USERNAME);
    let password = login.password.as_deref()?;
    let credentials = BASE64_STANDARD.encode(format!("{username}:{password}"));
    Some(format!("Basic {credentials}"))
}

/// Where a request goes.
#[derive(Debug, PartialEq)]
struct EngineTarget {
    /// What is connected to: a name or an address, and a port.
    address: (String, u16),
    host: String,
    /// The path that all others begin with.
    base: String,
}

impl EngineTarget {
    fn of(workspace: &Workspace) -> Result<Self, EngineError> {
        let refused = |reason| EngineError::Url { reason };
        let url = workspace.base_url.as_deref();
        let url = url.ok_or(refused("there is none"))?;
        let url: Uri = url.trim().parse().map_err(|_| refused("it is no URL"))?;
        // Engines speak plain HTTP, mostly on this machine; TLS would take a
        // library of its own.
        if url.scheme_str() != Some("http") {
            return Err(refused("only http:// can be called"));
        }
        let name = url.host().ok_or(refused("it names no host"))?;
        let port = url.port_u16();
        Ok(Self {
            address: (name.trim_matches(['[', ']']).to_owned(), port.unwrap_or(80)),
            host: port.map_or_else(|| name.to_owned(), |port| format!("{name}:{port}")),
            base: url.path().trim_end_matches('/').to_owned(),
        })
    }
}

fn directory(workspace: &Workspace) -> String {
    let own = workspace.path.to_string_lossy();
    let directory = workspace.directory.as_deref().unwrap_or(&own);
    utf8_percent_encode(directory, NON_ALPHANUMERIC).to_string()
}

/// Sends one request over a connection of its own; gives the status and the answer, as far as it
/// comes.
async fn send(
    target: &EngineTarget,
    request: Request<Empty<Bytes>>,
) -> Result<(StatusCode, Bytes), EngineError> {
    let (name, port) = &target.address;
    let stream = TcpStream::connect((name.as_str(), *port));
    let stream = TokioIo::new(stream.await.map_err(|error| unreachable(&error))?);
    // Not the client of `openwork-api`: that one speaks to our own server, and brings
    // its bearer, its documents and its errors, of which an engine knows none.
    // A connection for each request: reloads are rare, and one that is kept may
    // be closed by the engine just when it is needed.
    let (mut sender, connection) = http1::handshake(stream)
        .await
        .map_err(|error| unreachable(&error))?;
    let mut answer = pin!(async {
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), ANSWER).collect().await;
        // The status is the answer. A body that breaks off says nothing more.
        let body = body.map_or_else(|_| Bytes::new(), Collected::to_bytes);
        Ok::<_, hyper::Error>((status, body))
    });
    let answered = tokio::select! {
        biased;
        answered = &mut answer => answered,
        // A connection that has ended may have brought the answer last.
        _ = connection => answer.await,
    };
    answered.map_err(|error| unreachable(&error))
}

fn unreachable(reason: &impl std::error::Error) -> EngineError {
    EngineError::Unreachable {
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Result<EngineTarget, EngineError> {
        EngineTarget::of(&Workspace {
            base_url: Some(url.to_owned()),
            ..Workspace::at("/srv/my ws".as_ref())
        })
    }

    #[test]
    fn requests_go_where_the_url_says() {
        for (url, address, host, path) in [
            (
                "http://127.0.0.1:4096",
                ("127.0.0.1", 4096),
                "127.0.0.1:4096",
                "",
            ),
            (
                "http://engine.test/",
                ("engine.test", 80),
                "engine.test",
                "",
            ),
            ("http://[::1]:5/sub/", ("::1", 5), "[::1]:5", "/sub"),
            ("http://u:p@h:6", ("h", 6), "h:6", ""),
        ] {
            let expected = EngineTarget {
                address: (address.0.to_owned(), address.1),
                host: host.to_owned(),
                base: path.to_owned(),
            };
            assert_eq!(target(url), Ok(expected), "{url}");
        }
    }

    #[test]
    fn other_urls_cannot_be_called() {
        for url in [
            "",
            "/only/a/path",
            "https://engine.test",
            "engine.test:80",
            "http://",
        ] {
            assert!(matches!(target(url), Err(EngineError::Url { .. })), "{url}");
        }
    }

    #[test]
    fn the_configured_directory_counts() {
        let workspace = Workspace {
            directory: Some("/other/ü".to_owned()),
            ..Workspace::at("/srv/ws".as_ref())
        };
        assert_eq!(directory(&workspace), "%2Fother%2F%C3%BC");
    }

    #[test]
    fn credentials_are_basic() {
        let engine = |username: Option<&str>, password: Option<&str>| {
            HttpEngine::new(&EngineOptions {
                username: username.map(str::to_owned),
                password: password.map(str::to_owned),
                ..EngineOptions::default()
            })
            .authorization
        };
        assert_eq!(
            engine(Some("anna"), Some("secret")).as_deref(),
            Some("Basic YW5uYTpzZWNyZXQ=")
        );
        assert_eq!(
            engine(None, Some("secret")).as_deref(),
            Some("Basic b3BlbmNvZGU6c2VjcmV0")
        );
        assert_eq!(engine(Some("anna"), None), None);
    }
}
