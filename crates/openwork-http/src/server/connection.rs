//! One connection from its first byte to its last.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::seating::SeatHold;
#[cfg(feature = "tls")]
use super::secure::{self, Spoken};
use super::socket::{PeerSocket, PeerWatch};
use crate::options::HttpLimits;
use crate::reply::ReplyBody;
use crate::service::{ConnectedPeer, Service};
#[cfg(feature = "tls")]
use crate::tls::TlsIdentity;

/// How long, and how much of, the rest of a refused body is taken, so that
/// its sender gets to read the answer before the connection is reset.
const LINGER: (Duration, usize) = (Duration::from_secs(1), 64 << 10);

/// The answer to a connection that is one too many.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: application/json\r\n\
    content-length: 71\r\n\
    retry-after: 1\r\n\
    connection: close\r\n\r\n\
    {\"code\":\"overloaded\",\"message\":\"Too many connections; try again later\"}";

/// HTTP/1.1 within these limits. Twice the head fits, so that an oversized one
/// is answered by the service and in JSON.
pub(super) fn transport(limits: &HttpLimits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_deadline)
        .max_header_size(limits.head.saturating_mul(2))
        .max_buf_size(limits.head.saturating_mul(2).max(64 << 10));
    builder
}

/// Serves a connection until either side closes it.
///
/// Most connections are idle, so they are kept small: what one needs only for
/// a request, or for its end, is on the heap for as long as that takes, and
/// what is moved from future to future is a pointer: a value would take its
/// size in each of them.
pub(super) fn serve(
    transport: &http1::Builder,
    stream: TcpStream,
    peer: (SocketAddr, Arc<SeatHold>),
    service: Service,
    stopping: CancellationToken,
) -> Pin<Box<impl Future<Output = ()> + use<>>> {
    let socket = PeerSocket::new(stream, service.limits().write_deadline);
    serve_on(transport, socket, peer, service, stopping)
}

/// Serves a connection on a port that speaks TLS, once it has begun.
#[cfg(feature = "tls")]
pub(super) fn serve_secure(
    transport: &http1::Builder,
    stream: TcpStream,
    peer: (SocketAddr, Arc<SeatHold>),
    service: Service,
    (stopping, identity): (CancellationToken, TlsIdentity),
) -> Pin<Box<impl Future<Output = ()> + use<>>> {
    let transport = transport.clone();
    Box::pin(async move {
        let greeted = secure::greet(stream, peer.0, &identity, service.limits());
        match stopping.run_until_cancelled(greeted).await.flatten() {
            Some(Spoken::Tls(secured, watch)) => {
                serve_on(&transport, (secured, watch), peer, service, stopping).await;
            }
            Some(Spoken::Plain(stream)) => {
                serve(&transport, stream, peer, service, stopping).await;
            }
            None => {}
        }
    })
}

fn serve_on<S>(
    transport: &http1::Builder,
    (socket, watch): (S, PeerWatch),
    (address, seat): (SocketAddr, Arc<SeatHold>),
    service: Service,
    stopping: CancellationToken,
) -> Pin<Box<impl Future<Output = ()> + use<S>>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let observed = watch.clone();
    let answer = move |request| {
        let peer = ConnectedPeer::on(address, &seat);
        let answered = Box::pin(service.answer(request, peer));
        Box::pin(unless_gone(observed.clone(), answered))
    };
    let connection = transport.serve_connection(TokioIo::new(socket), service_fn(answer));
    let mut connection = Box::pin(connection);
    Box::pin(async move {
        let ended = run(connection.as_mut(), &stopping).await;
        // Closes the sending side, whatever the end was.
        drop(connection);
        if let Err(error) = ended {
            tracing::debug!(%address, %error, "a connection ended early");
        }
        Box::pin(linger(&watch, &stopping)).await;
    })
}

/// Takes what else the peer sends. Whoever is slower than that has to live
/// with the reset.
async fn linger(watch: &PeerWatch, stopping: &CancellationToken) {
    let (time, most) = LINGER;
    let _ = tokio::time::timeout(time, stopping.run_until_cancelled(watch.drain(most))).await;
}

/// Runs a connection to its end, which is near once the server stops.
async fn run<I, S>(
    mut connection: Pin<&mut http1::Connection<TokioIo<I>, S>>,
    stopping: &CancellationToken,
) -> hyper::Result<()>
where
    I: AsyncRead + AsyncWrite + Unpin + 'static,
    S: hyper::service::HttpService<Incoming, ResBody = ReplyBody, Error = PeerGone>,
{
    tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            // Lets the request that is being answered end.
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    }
}

/// Answers a client for which there is no seat, without waiting for it.
pub(super) fn turn_away(stream: &TcpStream) {
    // Tried once and not waited for: those who make the crowd would otherwise
    // decide how long this takes.
    if let Err(error) = stream.try_write(FULL) {
        tracing::debug!(%error, "a client was turned away without an answer");
    }
}

/// Answers a request unless its client goes away before: dropping the work
/// withdraws what still waits for consent.
async fn unless_gone(
    watch: PeerWatch,
    answered: Pin<Box<impl Future<Output = Response<ReplyBody>>>>,
) -> Result<Response<ReplyBody>, PeerGone> {
    tokio::select! {
        // The answer first: a client that closes its sending half at once, as
        // some scripts do, is still answered if the answer is there.
        biased;
        response = answered => Ok(response),
        () = watch.closed() => Err(PeerGone),
    }
}

/// Nobody is left to be answered.
#[derive(Debug, thiserror::Error)]
#[error("the client closed the connection before it was answered")]
struct PeerGone;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_to_one_too_many_is_whole() {
        let text = std::str::from_utf8(FULL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())),
            "{head}"
        );
        let error: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(error["code"], "overloaded");
    }
}
