//! Requests: the first line is method, target and headers; the rest is a body.
//! No answer is a server error.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use openwork_approval::{ApprovalMode, GateOptions};
use openwork_host::{Host, HostOptions, ServedWorkspace};
use openwork_http::{HttpOptions, Server};
use openwork_model::files::MemoryFiles;
use openwork_model::workspace::Workspace;
use openwork_testkit::memory_store::MemoryStore;

/// Sends one request with both tokens.
pub fn feed(data: &[u8]) {
    let (head, body) = data.split_at(data.iter().position(|&b| b == b'\n').unwrap_or(data.len()));
    let Some(request) = request(head, body) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let status = runtime.expect("a runtime starts").block_on(async {
        let peer = ([127, 0, 0, 1], 9).into();
        server().service().call(request, peer).await.status()
    });
    assert!(!status.is_server_error(), "{status}");
}

fn request(head: &[u8], body: &[u8]) -> Option<Request<Full<Bytes>>> {
    let head = std::str::from_utf8(head).ok()?;
    let mut words = head.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let workspace = Workspace::at("/w/s/ws".as_ref());
    let target = target.replace(":id", workspace.id.as_str());
    let mut builder = Request::builder().method(method).uri(target);
    builder = builder
        .header("Host", "127.0.0.1")
        .header("Authorization", "Bearer c");
    builder = builder.header("X-OpenWork-Host-Token", "h");
    for (name, value) in words.filter_map(|word| word.split_once('=')) {
        builder = builder.header(name, value);
    }
    builder.body(Full::new(Bytes::copy_from_slice(body))).ok()
}

fn server() -> Server {
    let workspace = Workspace::at("/w/s/ws".as_ref());
    let files = MemoryFiles::new().with("opencode.json", "{ \"plugin\": [\"a\"] }\n");
    let served = ServedWorkspace {
        workspace,
        store: Arc::new(MemoryStore::new(files)),
    };
    let gate = GateOptions {
        mode: ApprovalMode::Auto,
        ..GateOptions::default()
    };
    let host = Host::new(
        HostOptions {
            gate,
            ..HostOptions::default()
        },
        vec![served],
    )
    .expect("one workspace with a store that knows no other");
    Server::new(Arc::new(host), HttpOptions::new("c", "h"))
}
