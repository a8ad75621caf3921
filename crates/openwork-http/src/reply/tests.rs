use std::time::Duration;

use http_body_util::Channel;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use openwork_host::WorkThreads;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

use super::*;
use crate::body::{self, ArrivalBudget, BodyBounds, BodyError, BodyMaker};

#[tokio::test(start_paused = true)]
async fn a_stream_is_asked_for_frames_as_they_are_taken() {
    let (mut sender, frames) = Channel::<Bytes, std::io::Error>::new(1);
    let mut body = ReplyBody::stream(frames);
    assert!(!body.is_end_stream());
    sender.send_data(Bytes::from_static(b"one")).await.unwrap();
    let full = timeout(
        Duration::from_secs(1),
        sender.send_data(Bytes::from_static(b"two")),
    );
    assert!(full.await.is_err(), "nobody has taken the first frame");
    let first = body.frame().await.unwrap().unwrap();
    assert_eq!(first.into_data().unwrap(), "one");
    sender.send_data(Bytes::from_static(b"two")).await.unwrap();
    drop(sender);
    assert_eq!(body.collect().await.unwrap().to_bytes(), "two");
}

#[tokio::test]
async fn a_stream_that_breaks_off_does_not_look_whole() {
    let (mut sender, frames) = Channel::<Bytes, std::io::Error>::new(2);
    let mut body = ReplyBody::stream(frames);
    sender.send_data(Bytes::from_static(b"half")).await.unwrap();
    sender.abort(std::io::ErrorKind::ConnectionReset.into());
    assert!(body.frame().await.unwrap().is_ok());
    let cut = body.frame().await.unwrap().unwrap_err();
    assert!(cut.to_string().starts_with("an answer broke off: "));
}

#[test]
fn a_stream_says_its_length_where_it_is_known() {
    let known = http_body_util::Full::new(Bytes::from_static(b"four"));
    assert_eq!(ReplyBody::stream(known).size_hint().exact(), Some(4));
}

/// An endpoint as a proxy will have it: it passes the body on that it gets.
async fn echo(request: Request<Incoming>) -> Result<Response<ReplyBody>, BodyError> {
    let arriving = ArrivalBudget::new(1 << 20, 1 << 20);
    let maker = BodyMaker::new(0, WorkThreads::default());
    let bounds = BodyBounds {
        bytes: 10,
        values: 0,
        deadline: Duration::from_secs(30),
        arriving: &arriving,
        maker: &maker,
    };
    let taken = body::unread(request.into_body(), bounds).await?;
    Ok(Response::new(ReplyBody::stream(taken)))
}

/// A connection to [`echo`] on which a body has begun.
async fn begun() -> DuplexStream {
    let (mut client, server) = tokio::io::duplex(1 << 10);
    let connection = http1::Builder::new().serve_connection(TokioIo::new(server), service_fn(echo));
    tokio::spawn(connection);
    let head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.write_all(head).await.unwrap();
    client
}

/// Reads until the peer has sent this.
async fn read_until(client: &mut DuplexStream, end: &str) {
    let mut read = String::new();
    while !read.ends_with(end) {
        let byte = client.read_u8().await;
        read.push(char::from(byte.unwrap_or_else(|_| panic!("{read:?}"))));
    }
}

#[tokio::test]
async fn a_body_is_passed_on_while_it_comes() {
    let mut client = begun().await;
    client.write_all(b"3\r\none\r\n").await.unwrap();
    read_until(&mut client, "3\r\none\r\n").await;
    client.write_all(b"3\r\ntwo\r\n0\r\n\r\n").await.unwrap();
    read_until(&mut client, "3\r\ntwo\r\n0\r\n\r\n").await;
}

#[tokio::test]
async fn a_body_that_grows_too_large_cuts_the_answer_off() {
    let mut client = begun().await;
    client.write_all(b"3\r\none\r\n").await.unwrap();
    read_until(&mut client, "3\r\none\r\n").await;
    client.write_all(b"8\r\nmore two\r\n").await.unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"", "the answer has no end");
}
