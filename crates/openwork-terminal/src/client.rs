//! Speaks to the server: one connection a call, everything in time.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{Result, TerminalError};
use crate::server::ServerAddress;
use crate::wire::{self, RemoteFailure};

mod events;

pub(crate) use events::{EventReader, ServerEvent};

const CONNECT: Duration = Duration::from_secs(3);
/// The server may hold an answer back for two seconds to tell what it led to.
const ANSWER: Duration = Duration::from_secs(15);
/// All diffs of all requests that may wait fit into it.
const MOST_BYTES: usize = 64 << 20;

/// A client of one server.
pub(crate) struct ApiClient {
    server: ServerAddress,
}

impl ApiClient {
    /// Speaks to a server.
    pub(crate) fn new(server: ServerAddress) -> Self {
        Self { server }
    }

    /// The server that is spoken to.
    pub(crate) fn server(&self) -> &ServerAddress {
        &self.server
    }

    /// Reads a document.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.call(Method::GET, path, Bytes::new()).await
    }

    /// Sends a document, reads another.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call(Method::POST, path, body.to_string().into()).await
    }

    /// Removes something.
    pub(crate) async fn delete(&self, path: &str) -> Result<Value> {
        self.call(Method::DELETE, path, Bytes::new()).await
    }

    /// The status of a path that needs no token.
    pub(crate) async fn status(&self, path: &str) -> Result<StatusCode> {
        let request = self.request(Method::GET, path, Bytes::new(), None)?;
        Ok(in_time(ANSWER, self.send(request))
            .await
            .map_err(|broken| self.lost(broken))??
            .status())
    }

    /// Opens the stream of events.
    pub(crate) async fn events(&self) -> Result<EventReader> {
        let token = Some(self.server.host_token()?);
        let request = self.request(Method::GET, "/approvals/events", Bytes::new(), token)?;
        let answer = in_time(ANSWER, self.send(request))
            .await
            .map_err(|broken| self.lost(broken))??;
        if answer.status() == StatusCode::OK {
            return Ok(EventReader::new(answer.into_body()));
        }
        Err(self.refusal(answer).await)
    }

    /// Reads what a document says.
    pub(crate) fn read<T: DeserializeOwned>(&self, document: &Value) -> Result<T> {
        let odd = |cause| self.odd(format!("its answer has an unknown form, {cause}"));
        wire::read(document).map_err(odd)
    }

    /// The connection that broke.
    pub(crate) fn lost(
        &self,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> TerminalError {
        TerminalError::Lost {
            url: self.server.url.to_string(),
            cause: cause.into(),
        }
    }

    fn odd(&self, reason: String) -> TerminalError {
        TerminalError::Answer {
            url: self.server.url.to_string(),
            reason,
        }
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> Result<Value> {
        let request = self.request(method, path, body, Some(self.server.host_token()?))?;
        let exchange = async {
            let answer = self.send(request).await?;
            if !answer.status().is_success() {
                return Err(self.refusal(answer).await);
            }
            self.document(answer).await
        };
        in_time(ANSWER, exchange)
            .await
            .map_err(|broken| self.lost(broken))?
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        token: Option<&str>,
    ) -> Result<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.server.url.authority())
            .header(ACCEPT, "application/json, text/event-stream");
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(token) = token {
            request = request.header("X-OpenWork-Host-Token", token);
        }
        // Only a token that no header can carry is left to fail here.
        let refused = |_| TerminalError::TokenRefused {
            url: self.server.url.to_string(),
        };
        request.body(Full::new(body)).map_err(refused)
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>> {
        let socket = TokioIo::new(self.connect().await?);
        let (mut sender, connection) = http1::handshake(socket)
            .await
            .map_err(|cause| self.lost(cause))?;
        // It ends with the answer's body, and what goes wrong is seen there.
        tokio::spawn(connection);
        sender.send_request(request).await.map_err(|cause| {
            if cause.is_parse() {
                self.odd("its answer is not HTTP".to_owned())
            } else {
                self.lost(cause)
            }
        })
    }

    async fn connect(&self) -> Result<TcpStream> {
        let url = &self.server.url;
        let connected = in_time(CONNECT, TcpStream::connect((url.host(), url.port()))).await;
        let unreachable = |cause| TerminalError::Unreachable {
            url: url.to_string(),
            cause,
        };
        connected
            .and_then(|connected| connected)
            .map_err(unreachable)
    }

    async fn document(&self, answer: Response<Incoming>) -> Result<Value> {
        let body = Limited::new(answer.into_body(), MOST_BYTES);
        let bytes = body
            .collect()
            .await
            .map_err(|cause| self.lost(cause))?
            .to_bytes();
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|_| self.odd("its answer is not JSON".to_owned()))
    }

    async fn refusal(&self, answer: Response<Incoming>) -> TerminalError {
        let status = answer.status();
        if status == StatusCode::UNAUTHORIZED {
            return TerminalError::TokenRefused {
                url: self.server.url.to_string(),
            };
        }
        let document = self.document(answer).await;
        match document.and_then(|document| self.read::<RemoteFailure>(&document)) {
            Ok(RemoteFailure { code, message }) => TerminalError::Refused {
                status: status.as_u16(),
                code,
                message,
            },
            Err(_) => self.odd(format!("its answer is {status}")),
        }
    }
}

/// The path of a request.
pub(crate) fn request_path(id: &str) -> String {
    format!("/approvals/{}", segment(id))
}

/// An id as a segment of a path.
pub(crate) fn segment(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}

async fn in_time<T>(limit: Duration, work: impl Future<Output = T>) -> io::Result<T> {
    let late = || {
        io::Error::new(
            io::ErrorKind::TimedOut,
            format!("no answer within {} s", limit.as_secs()),
        )
    };
    timeout(limit, work).await.map_err(|_| late())
}
