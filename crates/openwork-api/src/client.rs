//! A client of one server: one connection a call, everything in time.
//!
//! It speaks HTTP/1.1 without TLS, as the server does, and knows the calls of
//! the host, which take the host token: what waits, what has ended, and the
//! answers. [`ApiClient::workspace`] has the calls of clients, which take a client
//! token. It needs a tokio runtime with its timers and its network on.
//!
//! ```
//! use openwork_api::client::{ApiClient, BaseUrl};
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! # let url = format!("http://{}", listener.local_addr()?);
//! # tokio::spawn(async move {
//! #     let (mut socket, _) = listener.accept().await?;
//! #     let _request = socket.read(&mut [0; 1024]).await?;
//! #     let body = r#"{"items":[{"id":"7d30","action":"plugins.add","summary":"Add foo"}]}"#;
//! #     let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
//! #     socket.write_all(format!("{head}{body}").as_bytes()).await
//! # });
//! let client = ApiClient::new(BaseUrl::parse(&url)?, Some("host token".to_owned()));
//! for request in client.approvals().await?.body.items {
//!     println!("{} wants {}: {}", request.id, request.action, request.heading());
//! }
//! # Ok(())
//! # }
//! ```

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::ErrorBody;

mod approvals;
mod audit;
mod base_url;
mod devices;
mod env;
mod error;
mod events;
mod tokens;
mod workspace;
mod workspace_calls;
mod workspace_files;
mod workspaces;

pub use base_url::{BaseUrl, BaseUrlError};
pub use error::ClientError;
pub use events::{BrokenStream, ChangeReader, EventReader, ServerEvent};
pub use workspace::{ChangeAnswer, WorkspaceClient};

/// The result of a call.
pub type ClientResult<T> = Result<T, ClientError>;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take. The server may hold one back for two seconds to
/// tell what it led to.
const ANSWER: Duration = Duration::from_secs(15);
/// How large an answer may be. All diffs of all requests that may wait fit into
/// it.
const MOST_BYTES: usize = 64 << 20;

/// A client of one server.
#[derive(Clone)]
pub struct ApiClient {
    url: BaseUrl,
    host_token: Option<String>,
    client_token: Option<String>,
}

/// An answer: as JSON, with all that the server sent, and as far as this
/// version knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiAnswer<T> {
    /// All of it.
    pub document: Value,
    /// What is known of it.
    pub body: T,
}

impl ApiClient {
    /// Speaks to a server. Most calls need the host token.
    pub fn new(url: BaseUrl, host_token: Option<String>) -> Self {
        Self {
            url,
            host_token,
            client_token: None,
        }
    }

    /// The same with a bearer token beside the host's, which the calls about
    /// workspaces need: they are a client's, made by the host.
    #[must_use]
    pub fn with_client_token(self, client_token: Option<String>) -> Self {
        Self {
            client_token,
            ..self
        }
    }

    /// The server that is spoken to.
    pub fn url(&self) -> &BaseUrl {
        &self.url
    }

    /// The host token.
    ///
    /// # Errors
    ///
    /// Fails if the client was given none.
    pub fn host_token(&self) -> ClientResult<&str> {
        let unknown = || ClientError::NoHostToken {
            url: self.url.to_string(),
        };
        self.host_token.as_deref().ok_or_else(unknown)
    }

    /// Whether a page that needs no token is there.
    ///
    /// # Errors
    ///
    /// Fails if no answer comes.
    pub async fn serves(&self, path: &str) -> ClientResult<bool> {
        let request = self.request(Method::GET, path, Bytes::new(), None)?;
        let answer = self.in_time(self.send(request)).await??;
        Ok(answer.status().is_success())
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> ClientResult<ApiAnswer<T>> {
        self.answer(self.call(Method::GET, path, Bytes::new()).await?)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> ClientResult<ApiAnswer<T>> {
        let body = serde_json::to_vec(body).map_err(|cause| self.lost(cause))?;
        self.answer(self.call(Method::POST, path, body.into()).await?)
    }

    async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> ClientResult<ApiAnswer<T>> {
        let body = serde_json::to_vec(body).map_err(|cause| self.lost(cause))?;
        self.answer(self.call(Method::PUT, path, body.into()).await?)
    }

    async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> ClientResult<ApiAnswer<T>> {
        let body = serde_json::to_vec(body).map_err(|cause| self.lost(cause))?;
        self.answer(self.call(Method::PATCH, path, body.into()).await?)
    }

    async fn delete(&self, path: &str) -> ClientResult<()> {
        // Read all the same: an answer that is no JSON is not from a server of
        // ours, and nothing was taken back.
        let _receipt = self.call(Method::DELETE, path, Bytes::new()).await?;
        Ok(())
    }

    async fn stream(&self, path: &str) -> ClientResult<EventReader> {
        let token = Some(self.host_token()?);
        let request = self.request(Method::GET, path, Bytes::new(), token)?;
        // Only the head is waited for: the stream itself goes on for hours.
        let answer = self.in_time(self.send(request)).await??;
        if answer.status() == StatusCode::OK {
            return Ok(EventReader::new(answer.into_body()));
        }
        Err(self.refusal(answer).await)
    }

    fn answer<T: DeserializeOwned>(&self, document: Value) -> ClientResult<ApiAnswer<T>> {
        // By way of the document, which is kept: programs are shown all that the
        // server sent, also what this version has no field for.
        match T::deserialize(&document) {
            Ok(body) => Ok(ApiAnswer { document, body }),
            Err(cause) => Err(self.unknown_form(&cause)),
        }
    }

    /// The error of an answer or an event whose form is not known.
    pub fn unknown_form(&self, cause: &serde_json::Error) -> ClientError {
        self.unknown_answer(format!("its answer has an unknown form, {cause}"))
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> ClientResult<Value> {
        let request = self.request(method, path, body, Some(self.host_token()?))?;
        self.exchange(request).await
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> ClientResult<Value> {
        // One deadline for head and body, or a body that drips would never end.
        let exchange = async {
            let answer = self.send(request).await?;
            if !answer.status().is_success() {
                return Err(self.refusal(answer).await);
            }
            self.document(answer).await
        };
        self.in_time(exchange).await?
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        token: Option<&str>,
    ) -> ClientResult<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.url.authority())
            .header(ACCEPT, "application/json, text/event-stream");
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(token) = token {
            request = request.header("X-OpenWork-Host-Token", token);
            if let Some(bearer) = &self.client_token {
                request = request.header(AUTHORIZATION, format!("Bearer {bearer}"));
            }
        }
        // Only a token that no header can carry is left to fail here.
        let refused = |_| ClientError::TokenRefused {
            url: self.url.to_string(),
        };
        request.body(Full::new(body)).map_err(refused)
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> ClientResult<Response<Incoming>> {
        let socket = TokioIo::new(self.connect().await?);
        let (mut sender, connection) = http1::handshake(socket)
            .await
            .map_err(|cause| self.lost(cause))?;
        // A connection for each call, and none that is kept: an answer of the
        // host may follow the last one by hours. It ends with the answer's body,
        // and what goes wrong is seen there.
        tokio::spawn(connection);
        sender.send_request(request).await.map_err(|cause| {
            if cause.is_parse() {
                self.unknown_answer("its answer is not HTTP".to_owned())
            } else {
                self.lost(cause)
            }
        })
    }

    async fn connect(&self) -> ClientResult<TcpStream> {
        let connected = within(
            CONNECT,
            TcpStream::connect((self.url.host(), self.url.port())),
        );
        let unreachable = |cause| ClientError::Unreachable {
            url: self.url.to_string(),
            cause,
        };
        let connected = connected.await.and_then(|connected| connected);
        connected.map_err(unreachable)
    }

    async fn body(&self, answer: Response<Incoming>) -> ClientResult<Bytes> {
        // Whatever listens at the URL may send without end.
        let body = Limited::new(answer.into_body(), MOST_BYTES);
        let whole = body.collect().await.map_err(|cause| self.lost(cause))?;
        Ok(whole.to_bytes())
    }

    async fn document(&self, answer: Response<Incoming>) -> ClientResult<Value> {
        let bytes = self.body(answer).await?;
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        let not_json = |_| self.unknown_answer("its answer is not JSON".to_owned());
        serde_json::from_slice(&bytes).map_err(not_json)
    }

    async fn refusal(&self, answer: Response<Incoming>) -> ClientError {
        let status = answer.status();
        // Whatever else the server says, a person has to know which token it is.
        if status == StatusCode::UNAUTHORIZED {
            return ClientError::TokenRefused {
                url: self.url.to_string(),
            };
        }
        let document = self.document(answer).await;
        match document.and_then(|document| self.answer::<ErrorBody<'static>>(document)) {
            Ok(ApiAnswer { body, .. }) => ClientError::Refused {
                status: status.as_u16(),
                code: body.code.into_owned(),
                message: body.message.into_owned(),
            },
            // A proxy answers with a page of its own.
            Err(_) => self.unknown_answer(format!("its answer is {status}")),
        }
    }

    fn lost(&self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ClientError {
        ClientError::ConnectionLost {
            url: self.url.to_string(),
            cause: cause.into(),
        }
    }

    fn unknown_answer(&self, reason: String) -> ClientError {
        ClientError::UnknownAnswer {
            url: self.url.to_string(),
            reason,
        }
    }

    async fn in_time<T>(&self, work: impl Future<Output = T>) -> ClientResult<T> {
        within(ANSWER, work).await.map_err(|late| self.lost(late))
    }
}

/// An id as a segment of a path.
fn segment(id: &str) -> impl std::fmt::Display + '_ {
    // All but letters and digits: an id that the server sent, or a person typed,
    // must not lead to another path.
    utf8_percent_encode(id, NON_ALPHANUMERIC)
}

async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> io::Result<T> {
    let late = || {
        io::Error::new(
            io::ErrorKind::TimedOut,
            format!("no answer within {} s", limit.as_secs()),
        )
    };
    timeout(limit, work).await.map_err(|_| late())
}
