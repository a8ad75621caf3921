//! OpenWork over HTTP: hyper, authentication, CORS, JSON.
//!
//! A [`Server`] answers the OpenWork API, and what was added to it, from a
//! [`Host`](openwork_host::Host). Everything here is about the wire: which
//! requests are let in, what they say, and how answers look. What a request
//! means is decided below.
//!
//! # The order of the checks
//!
//! The first that fails answers: the size of the head, the `Host` header,
//! `OPTIONS`, the route, the token, read-only, the scope, the workspace, the body, its
//! meaning, and only then a person. Nothing of a body is read for a client that
//! was not let in.
//!
//! # Map
//!
//! | module | its single job |
//! | --- | --- |
//! | `options` | what an embedder decides |
//! | [`route`] | from method and path to an endpoint |
//! | [`engine`] | the host's port to engines, over plain HTTP |
//! | `proxy` | the engine through the server: how calls are put, and what comes back |
//! | `agent` | what agents wait for, asked of their engines |
//! | `origin` | where a request comes from: what counts as one address |
//! | `host_check` | the names that the server answers to |
//! | `auth` | tokens: who is let in, and as whom |
//! | `cors` | which pages may call |
//! | `query`, `condition`, `body` | reading parameters, conditions, bodies |
//! | `wire` | from what the layers below answer to the types of `openwork-api` |
//! | `render` | views as bytes, and the bytes that are kept |
//! | `reply` | from outcome to response |
//! | `error` | from failure to response: all statuses, codes and messages |
//! | `events` | server-sent events |
//! | `later` | requests whose clients come back for the answer |
//! | `served` | files of a workspace as answers |
//! | `approval_log` | requests that have ended, kept in a file |
//! | `console` | the approvals page, embedded (feature `console`) |
//! | `metrics` | what is counted, and how Prometheus is told |
//! | `request_name` | the word by which an answer and the log name a request |
//! | `service` | one request |
//! | `server` | accept, serve, drain |
//! | `tls` | what the server speaks HTTPS with (feature `tls`) |
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//!
//! use openwork_host::{Host, HostOptions, ServedWorkspace};
//! use openwork_http::{HttpOptions, Server};
//! use openwork_model::files::MemoryFiles;
//! use openwork_model::workspace::Workspace;
//! use openwork_testkit::memory_store::MemoryStore;
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio_util::sync::CancellationToken;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let workspace = Workspace::at("/srv/finance".as_ref());
//! let store = Arc::new(MemoryStore::new(MemoryFiles::new()));
//! let host = Arc::new(Host::new(HostOptions::default(), vec![ServedWorkspace { workspace, store }])?);
//! let server = Server::new(host, HttpOptions::new("client token", "host token"));
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let stop = CancellationToken::new();
//! let serving = tokio::spawn(server.serve(listener, stop.clone().cancelled_owned()));
//!
//! let mut client = tokio::net::TcpStream::connect(address).await?;
//! client.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer).await?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK"));
//!
//! stop.cancel();
//! serving.await??;
//! # Ok(())
//! # }
//! ```

pub mod engine;
pub mod route;

mod agent;
mod approval_log;
mod auth;
mod body;
mod condition;
#[cfg(feature = "console")]
mod console;
mod cors;
mod error;
mod events;
mod host_check;
mod later;
mod metrics;
mod options;
mod origin;
mod proxy;
mod query;
mod render;
mod reply;
mod request_name;
mod served;
mod server;
mod service;
#[cfg(feature = "tls")]
mod tls;
mod wire;

pub use agent::{AgentFeed, WaitingAgent};
pub use approval_log::ApprovalRecorder;
pub use metrics::{MetricsAccess, SyncCounts};
pub use openwork_api::openapi;
pub use options::{
    ConsoleAccess, HttpLimits, HttpOptions, KeySource, LaterOptions, ServerFacts, TokenSource,
    TokenSources, random_key,
};
pub use reply::{ReplyBody, ReplyCut};
pub use server::Server;
pub use service::Service;
#[cfg(feature = "tls")]
pub use tls::{TlsError, TlsIdentity};
