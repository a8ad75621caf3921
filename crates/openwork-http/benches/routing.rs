//! What a request costs on its way to an answer that needs no file.
//!
//! `cargo bench -p openwork-http`

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use divan::{Bencher, black_box};
use http_body_util::Full;
use hyper::{Request, StatusCode};
use openwork_host::{Host, HostOptions, ServedWorkspace};
use openwork_http::{HttpOptions, Server, Service};
use openwork_model::files::MemoryFiles;
use openwork_model::workspace::Workspace;
use openwork_testkit::memory_store::MemoryStore;

fn main() {
    divan::main();
}

const TOKEN: &str = "client-token-7f3a";

fn service() -> Service {
    let served = ServedWorkspace {
        workspace: Workspace::at("/w/s/ws".as_ref()),
        store: Arc::new(MemoryStore::new(MemoryFiles::new())),
    };
    let host = Host::new(HostOptions::default(), vec![served]).unwrap();
    Server::new(Arc::new(host), HttpOptions::new(TOKEN, "host-token-91bc")).service()
}

fn request(method: &str, path: &str) -> Request<Full<Bytes>> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1:8787")
        .header("authorization", format!("Bearer {TOKEN}"))
        .body(Full::default())
        .unwrap()
}

#[track_caller]
fn bench(bencher: Bencher<'_, '_>, method: &str, path: &str, status: StatusCode) {
    let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let service = service();
    bencher
        .with_inputs(|| request(method, path))
        .bench_local_values(|request| {
            let answer = runtime.block_on(service.call(black_box(request), peer));
            assert_eq!(answer.status(), status);
            answer
        });
}

#[divan::bench]
fn the_first_route(bencher: Bencher<'_, '_>) {
    bench(bencher, "GET", "/health", StatusCode::OK);
}

#[divan::bench]
fn a_route_with_two_parameters(bencher: Bencher<'_, '_>) {
    let path = "/workspace/ws_none/commands/review";
    bench(bencher, "GET", path, StatusCode::NOT_FOUND);
}

#[divan::bench]
fn a_path_that_is_no_route(bencher: Bencher<'_, '_>) {
    let path = "/workspace/ws_none/elsewhere";
    bench(bencher, "GET", path, StatusCode::NOT_FOUND);
}

#[divan::bench]
fn a_method_that_is_no_route(bencher: Bencher<'_, '_>) {
    bench(
        bencher,
        "PUT",
        "/workspaces",
        StatusCode::METHOD_NOT_ALLOWED,
    );
}
