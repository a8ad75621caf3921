//! A host with one workspace and what answers for it.

use std::net::SocketAddr;
use std::path::MAIN_SEPARATOR_STR;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use hyper::header::HOST;
use hyper::http::request::Builder;
use hyper::{HeaderMap, Request, StatusCode};
use openwork_approval::{ApprovalMode, GateOptions};
use openwork_host::{Host, HostOptions, ServedWorkspace, Subject};
use openwork_http::{HttpOptions, Server, Service};
use openwork_model::files::MemoryFiles;
use openwork_model::workspace::Workspace;
use openwork_testkit::memory_store::MemoryStore;
use serde_json::Value;
use tokio::task::JoinHandle;

pub(crate) const CLIENT: &str = "client-token-7f3a";
pub(crate) const HOST_TOKEN: &str = "host-token-91bc";
pub(crate) const PEER: &str = "192.168.1.23:40000";

/// How a world differs from the usual one.
pub(crate) struct Setting {
    pub(crate) files: MemoryFiles,
    pub(crate) host: HostOptions,
    pub(crate) http: HttpOptions,
    /// The URL of the workspace's engine.
    pub(crate) engine: Option<String>,
}

impl Default for Setting {
    fn default() -> Self {
        let gate = GateOptions {
            mode: ApprovalMode::Auto,
            ..GateOptions::default()
        };
        Self {
            files: MemoryFiles::new(),
            host: HostOptions {
                gate,
                ..HostOptions::default()
            },
            http: HttpOptions::new(CLIENT, HOST_TOKEN),
            engine: None,
        }
    }
}

impl Setting {
    /// Somebody is asked about every change.
    pub(crate) fn manual() -> Self {
        let gate = GateOptions {
            mode: ApprovalMode::Manual,
            timeout: Duration::from_secs(8),
            ..GateOptions::default()
        };
        Self {
            host: HostOptions {
                gate,
                ..HostOptions::default()
            },
            ..Self::default()
        }
    }

    pub(crate) fn build(mut self) -> World {
        let files = std::mem::take(&mut self.files);
        self.build_on(Arc::new(MemoryStore::new(files)))
    }

    /// The same on a store that is there already.
    pub(crate) fn build_on(self, store: Arc<MemoryStore>) -> World {
        let workspace = Workspace {
            base_url: self.engine,
            ..Workspace::at("/w/s/ws".as_ref())
        };
        let id = workspace.id.to_string();
        let disk = ServedWorkspace {
            workspace,
            store: Arc::clone(&store) as Arc<_>,
        };
        let host = Arc::new(Host::new(self.host, vec![disk]).unwrap());
        let server = Server::new(Arc::clone(&host), self.http);
        World {
            id,
            store,
            host,
            service: server.service(),
            server,
        }
    }
}

pub(crate) struct World {
    pub(crate) id: String,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) host: Arc<Host>,
    pub(crate) service: Service,
    pub(crate) server: Server,
}

/// Sends a write that waits for the host, and its request.
pub(crate) async fn asked(
    world: &Arc<World>,
    request: Builder,
    body: impl Into<Bytes> + Send + 'static,
) -> (JoinHandle<Answer>, Arc<openwork_approval::Request<Subject>>) {
    let before = world.host.gate().pending().len();
    let client = Arc::clone(world);
    let write = tokio::spawn(async move { client.send(request, body).await });
    loop {
        if let Some(request) = world.host.gate().pending().get(before) {
            return (write, Arc::clone(request));
        }
        assert!(!write.is_finished(), "{:?}", write.await);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Setting::default().build()
    }

    /// A request with the client token; `W` stands for the workspace.
    pub(crate) fn client(&self, method: &str, path: &str) -> Builder {
        self.bare(method, path)
            .header("authorization", format!("Bearer {CLIENT}"))
    }

    /// A request with the host token.
    pub(crate) fn host(&self, method: &str, path: &str) -> Builder {
        self.bare(method, path)
            .header("x-openwork-host-token", HOST_TOKEN)
    }

    /// A request with no token.
    pub(crate) fn bare(&self, method: &str, path: &str) -> Builder {
        let path = match path.strip_prefix('W') {
            Some(rest) => format!("/workspace/{}{rest}", self.id),
            None => path.to_owned(),
        };
        Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "127.0.0.1:8787")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.client("GET", path), "").await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.send(self.client("POST", path), body).await
    }

    pub(crate) async fn send(&self, request: Builder, body: impl Into<Bytes>) -> Answer {
        call(&self.service, request.body(Full::new(body.into())).unwrap()).await
    }
}

/// Sends a request of any body.
pub(crate) async fn call<B>(service: &Service, request: Request<B>) -> Answer
where
    B: Body<Data = Bytes> + Send + 'static,
{
    let peer: SocketAddr = PEER.parse().unwrap();
    let (head, body) = service.call(request, peer).await.into_parts();
    let body = body.collect().await.unwrap();
    Answer {
        status: head.status,
        headers: head.headers,
        bytes: body.to_bytes(),
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn code(&self) -> (u16, String) {
        (
            self.status.as_u16(),
            self.json()["code"].as_str().unwrap_or_default().to_owned(),
        )
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A path as this system writes it.
pub(crate) fn native(path: &str) -> String {
    path.replace('/', MAIN_SEPARATOR_STR)
}

/// What [`Answer::code`] gives.
pub(crate) fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
