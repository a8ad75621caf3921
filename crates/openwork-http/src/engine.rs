//! Engines, reached over plain HTTP.

use std::time::Duration;

use http_body_util::{BodyExt as _, Collected, Empty, Limited};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderValue};
use hyper::{Method, Request, StatusCode};
use openwork_host::{Engine, EngineCall, EngineError, VersionCall};
use openwork_model::workspace::{EngineLogin, Workspace};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::time::timeout;

use crate::proxy::{EngineClient, EngineTarget, sent};

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

/// The engines at the workspaces' own URLs. Clones share their connections.
#[derive(Clone)]
pub struct HttpEngine {
    login: EngineLogin,
    deadline: Duration,
    client: EngineClient,
}

impl HttpEngine {
    /// Engines that are spoken to in this way.
    pub fn new(options: &EngineOptions) -> Self {
        Self {
            login: EngineLogin {
                username: options.username.clone(),
                password: options.password.clone(),
            },
            deadline: options.deadline,
            client: EngineClient::new(),
        }
    }

    /// Asks the engine of a workspace whether it is there, and for its version;
    /// `None` if what answers says none.
    ///
    /// # Errors
    ///
    /// [`EngineError::Url`] if the URL cannot be called, `Unreachable` or
    /// `TimedOut` if nobody answers, `Refused` if the answer is no success.
    pub async fn health(&self, workspace: &Workspace) -> Result<Option<String>, EngineError> {
        let deadline = self.deadline.min(VERSION_DEADLINE);
        let asked = self.ask(Method::GET, workspace, "/global/health");
        let answered = timeout(deadline, asked).await;
        let (status, answer) = answered.map_err(|_| EngineError::TimedOut)??;
        if !status.is_success() {
            return Err(EngineError::Refused {
                status: status.as_u16(),
            });
        }
        let health: Option<serde_json::Value> = serde_json::from_slice(&answer).ok();
        let version = health.as_ref().and_then(|health| health.get("version"));
        Ok(version
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned))
    }

    /// Where a workspace's engine is.
    pub(crate) fn target(&self, workspace: &Workspace) -> Result<EngineTarget, EngineError> {
        EngineTarget::of(workspace, &self.login)
    }

    pub(crate) fn client(&self) -> &EngineClient {
        &self.client
    }

    /// Sends a request without a body; gives the status and the answer, as far as it comes.
    async fn ask(
        &self,
        method: Method,
        workspace: &Workspace,
        path: &str,
    ) -> Result<(StatusCode, Vec<u8>), EngineError> {
        let target = self.target(workspace)?;
        let directory = utf8_percent_encode(&target.directory, NON_ALPHANUMERIC);
        let mut request = Request::new(sent(Empty::new()));
        if method == Method::POST {
            // RFC 9110, 8.6: an empty body of a POST is announced.
            let none = HeaderValue::from(0);
            request.headers_mut().insert(CONTENT_LENGTH, none);
        }
        *request.method_mut() = method;
        *request.uri_mut() = target.uri(path, &format!("directory={directory}"))?;
        request
            .headers_mut()
            .extend(target.authorization.map(|value| (AUTHORIZATION, value)));
        let answer = self.client.send(request).await;
        let answer = answer.map_err(|fault| EngineError::Unreachable {
            reason: fault.to_string(),
        })?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), ANSWER).collect().await;
        // The status is the answer. A body that breaks off says nothing more.
        let body = body.map_or_else(|_| Vec::new(), |body: Collected<_>| body.to_bytes().into());
        Ok((status, body))
    }
}

impl Engine for HttpEngine {
    /// The engine forgets its instance for the directory and makes a new one
    /// at the next request.
    fn reload<'c>(&'c self, workspace: &'c Workspace) -> EngineCall<'c> {
        Box::pin(async move {
            let asked = self.ask(Method::POST, workspace, "/instance/dispose");
            let answered = timeout(self.deadline, asked).await;
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
        Box::pin(async move { self.health(workspace).await.ok().flatten() })
    }
}
