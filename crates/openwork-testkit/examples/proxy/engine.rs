//! A stand-in for the engine: a small answer, a large one, and events without end.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::iter::repeat_with;

use futures_util::{StreamExt as _, stream};
use http_body_util::combinators::BoxBody;
use http_body_util::{Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// The large answer comes in so many pieces of [`PIECE`] bytes.
const PIECES: usize = 1600;
const PIECE: usize = 64 << 10;

pub(crate) type AnyBody = BoxBody<Bytes, Infallible>;

/// Serves until the process ends.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn serve() -> io::Result<()> {
    let listener = listen().await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answer = service_fn(async |request| Ok::<_, Infallible>(answer(&request)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    }
}

/// Listens, and says where as the server does.
pub(crate) async fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!(
        "OpenWork server listening on http://{}",
        listener.local_addr()?
    );
    Ok(listener)
}

fn answer(request: &Request<Incoming>) -> Response<AnyBody> {
    let (kind, body) = match request.uri().path() {
        "/event" => ("text/event-stream", events()),
        "/find" => ("application/json", large()),
        _ => ("application/json", small()),
    };
    let mut response = Response::new(body);
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn small() -> AnyBody {
    let text = r#"[{"id":"per_1","permission":"bash","patterns":["rm -rf build"]}]"#;
    BoxBody::new(Full::new(Bytes::from_static(text.as_bytes())))
}

fn large() -> AnyBody {
    static ZEROES: [u8; PIECE] = [b'0'; PIECE];
    let piece = || Ok(Frame::data(Bytes::from_static(&ZEROES)));
    BoxBody::new(StreamBody::new(stream::iter(
        repeat_with(piece).take(PIECES),
    )))
}

fn events() -> AnyBody {
    let first = "data: {\"type\":\"server.connected\",\"properties\":{}}\n\n";
    let first = Frame::data(Bytes::from_static(first.as_bytes()));
    let events = stream::once(ready(Ok(first))).chain(stream::pending());
    BoxBody::new(StreamBody::new(events))
}
