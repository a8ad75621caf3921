//! Gives a link with a token to the browser, and to nobody else.
//!
//! The arguments of a process can be read by every user of the machine, and
//! opening a link makes it an argument. So what is opened is an address of our
//! own that leads on to the link once, and that nobody can guess beforehand.

use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::error::{Error, Result};

/// How long a browser may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens a link, and waits until the browser has it.
pub(super) async fn hand_over(link: &str, open: &dyn Fn(&str) -> io::Result<()>) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .map_err(Error::Open)?;
    let address = listener.local_addr().map_err(Error::Open)?;
    let path = format!("/{}", uuid::Uuid::new_v4());
    open(&format!("http://{address}{path}")).map_err(Error::Open)?;
    let taken = timeout(PATIENCE, until_taken(&listener, &path, link)).await;
    taken.map_err(|_| Error::Waited)?.map_err(Error::Open)
}

/// Serves until the link was asked for. Browsers also open connections that
/// they never use, so that each has a task of its own.
async fn until_taken(listener: &TcpListener, path: &str, link: &str) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                connections.spawn(serve(accepted?.0, path.to_owned(), link.to_owned()));
            }
            Some(Ok(true)) = connections.join_next() => return Ok(()),
        }
    }
}

/// Answers one request; true if it was the one for the link.
async fn serve(socket: TcpStream, path: String, link: String) -> bool {
    let taken = AtomicBool::new(false);
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let is_ours = request.method() == Method::GET && request.uri().path() == path;
        if is_ours {
            taken.store(true, Ordering::Relaxed);
        }
        std::future::ready(Ok::<_, Infallible>(answer(is_ours.then_some(&link))))
    });
    let connection = http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(socket), service);
    connection.await.is_ok() && taken.load(Ordering::Relaxed)
}

fn answer(link: Option<&String>) -> Response<Empty<Bytes>> {
    let answer = match link {
        Some(link) => Response::builder()
            .status(StatusCode::SEE_OTHER)
            .header(LOCATION, link),
        None => Response::builder().status(StatusCode::NOT_FOUND),
    };
    let answer = answer
        .header(REFERRER_POLICY, "no-referrer")
        .header(CACHE_CONTROL, "no-store");
    // A link is made of what headers can carry.
    answer.body(Empty::new()).unwrap_or_default()
}
