//! The server's routes below those of an axum program, until Ctrl-C.
//!
//! `cargo run -p openwork --example axum -- DIRECTORY`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]
#![expect(clippy::disallowed_methods, reason = "a program reads its arguments")]

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::routing::get;
use openwork::Workspace;
use openwork::host::{Host, HostOptions};
use openwork::http::{HttpOptions, Server};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let workspace = Workspace::open(directory)?;
    let host = Arc::new(Host::new(HostOptions::default(), vec![workspace.into()])?);
    let tokens = HttpOptions::new("client-token-for-a-try", "host-token-for-a-try");
    let service = Server::new(Arc::clone(&host), tokens).service();

    let answering = service.clone();
    let openwork = move |ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request| {
        let answer = answering.call(request, peer);
        async move { answer.await.map(Body::new) }
    };
    let app = axum::Router::new()
        .route("/hello", get(async || "a page of this program"))
        .fallback(openwork)
        .into_make_service_with_connect_info::<SocketAddr>();

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let stopped = async move {
        // Without a signal handler there is nothing to wait for.
        let _ = tokio::signal::ctrl_c().await;
        // Streams of events have no end of their own, and axum waits for them.
        service.end_streams();
        host.shut_down().await;
    };
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped)
        .await?;
    Ok(())
}
