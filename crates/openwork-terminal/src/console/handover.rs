//! Gives a link with a token to the browser, and to nobody else.
//!
//! The arguments of a process can be read by every user of the machine, and
//! opening a link makes it an argument. So what is opened is an address of our
//! own that leads on to the link once, and only for the user of this process.
//! Where the system does not say whose a connection is, the address is not an
//! argument either: it is in a file that only this user can read.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, HeaderValue, LOCATION, REFERRER_POLICY};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::error::{Result, TerminalError};

use super::letter::LinkLetter;
use super::peer;

/// How long a browser may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// How others are kept from the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HandoverGuard {
    /// It leads on for the user of this process only.
    SameUser,
    /// It is told in a private file only.
    PrivateFile,
}

/// Opens a link, and waits until the browser has it.
pub(super) async fn hand_over(
    link: &str,
    directories: &[PathBuf],
    open: &dyn Fn(&str) -> io::Result<()>,
) -> Result<()> {
    let guard = if peer::can_be_known() {
        HandoverGuard::SameUser
    } else {
        HandoverGuard::PrivateFile
    };
    hand_over_behind(guard, link, directories, open).await
}

async fn hand_over_behind(
    guard: HandoverGuard,
    link: &str,
    directories: &[PathBuf],
    open: &dyn Fn(&str) -> io::Result<()>,
) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .map_err(TerminalError::BrowserFailed)?;
    let own = listener
        .local_addr()
        .map_err(TerminalError::BrowserFailed)?;
    let door = Arc::new(HandoverDoor {
        guard,
        own,
        path: format!("/{}", uuid::Uuid::new_v4()),
        link: HeaderValue::try_from(link).map_err(|cause| {
            TerminalError::BrowserFailed(io::Error::new(io::ErrorKind::InvalidInput, cause))
        })?,
    });
    let address = format!("http://{own}{}", door.path);
    let letter = match guard {
        HandoverGuard::SameUser => None,
        HandoverGuard::PrivateFile => {
            Some(LinkLetter::write(directories, &address).map_err(TerminalError::BrowserFailed)?)
        }
    };
    open(&letter.as_ref().map_or(address, LinkLetter::url))
        .map_err(TerminalError::BrowserFailed)?;
    let taken = timeout(PATIENCE, until_taken(&listener, &door)).await;
    taken
        .map_err(|_| TerminalError::BrowserSilent)?
        .map_err(TerminalError::BrowserFailed)
}

/// Serves until the link was given away. Browsers also open connections that
/// they never use, so that each has a task of its own.
async fn until_taken(listener: &TcpListener, door: &Arc<HandoverDoor>) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (socket, peer) = accepted?;
                connections.spawn(Arc::clone(door).serve(socket, peer));
            }
            Some(Ok(true)) = connections.join_next() => return Ok(()),
        }
    }
}

/// The address that leads on, and where to.
struct HandoverDoor {
    guard: HandoverGuard,
    own: SocketAddr,
    path: String,
    link: HeaderValue,
}

impl HandoverDoor {
    /// Answers one request; true if the link was given to the one who may have it.
    async fn serve(self: Arc<Self>, socket: TcpStream, peer: SocketAddr) -> bool {
        let taken = AtomicBool::new(false);
        let service = service_fn(|request| {
            let answer = self.answer(&request, peer);
            if answer.status() == StatusCode::SEE_OTHER {
                taken.store(true, Ordering::Relaxed);
            }
            std::future::ready(Ok::<_, Infallible>(answer))
        });
        let connection = http1::Builder::new()
            .keep_alive(false)
            .serve_connection(TokioIo::new(socket), service);
        // Made is not sent: the link counts as given once the connection ended
        // well.
        connection.await.is_ok() && taken.load(Ordering::Relaxed)
    }

    fn answer(&self, request: &Request<Incoming>, peer: SocketAddr) -> Response<Empty<Bytes>> {
        if request.method() != Method::GET || request.uri().path() != self.path {
            return answer(StatusCode::NOT_FOUND, None);
        }
        // Who asks too early is told no and the address stays, or another user
        // could use it up by asking first.
        if self.guard == HandoverGuard::SameUser && !peer::is_same_user(peer, self.own) {
            return answer(StatusCode::FORBIDDEN, None);
        }
        answer(StatusCode::SEE_OTHER, Some(&self.link))
    }
}

fn answer(status: StatusCode, link: Option<&HeaderValue>) -> Response<Empty<Bytes>> {
    let mut answer = Response::new(Empty::new());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    // The address that leads on is worth as much as the link for as long as it
    // stands, so it goes to no other site and into no cache.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(link) = link {
        headers.insert(LOCATION, link.clone());
    }
    answer
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
