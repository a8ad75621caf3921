//! The least that a proxy on hyper does: a request goes on as it is, and the
//! answer comes back as it is.

use std::io;
use std::net::SocketAddr;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::engine::listen;

type Pool = Client<HttpConnector, Incoming>;

/// Serves until the process ends.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn serve(engine: SocketAddr) -> io::Result<()> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let pool: Pool = Client::builder(TokioExecutor::new()).build(connector);
    let listener = listen().await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let pool = pool.clone();
        let pass = service_fn(move |request| pass(pool.clone(), engine, request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), pass));
    }
}

async fn pass(
    pool: Pool,
    engine: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response<Incoming>, Error> {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    if let Ok(uri) = format!("http://{engine}{path}").parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    pool.request(request).await
}
