use std::convert::Infallible;

use http_body_util::{Channel, Full};
use hyper::body::Frame;
use openwork_host::WorkThreads;

use super::making::DEPTH;
use super::reading::FREE;
use super::*;

/// What all bodies share.
struct Shared {
    arriving: ArrivalBudget,
    maker: BodyMaker,
}

impl Shared {
    fn new(arriving: usize, made: usize) -> Self {
        Self {
            arriving: ArrivalBudget::new(arriving, arriving),
            maker: BodyMaker::new(made, WorkThreads::default()),
        }
    }

    fn bounds(&self, bytes: usize) -> BodyBounds<'_> {
        BodyBounds {
            bytes,
            values: 1000,
            deadline: Duration::from_secs(30),
            arriving: &self.arriving,
            maker: &self.maker,
        }
    }
}

fn shared() -> Shared {
    Shared::new(1 << 20, 1 << 20)
}

async fn read(text: impl AsRef<[u8]>) -> Result<Fields, BodyError> {
    let body = Full::new(Bytes::copy_from_slice(text.as_ref()));
    object(body, shared().bounds(1 << 20)).await
}

#[tokio::test]
async fn objects_are_taken() {
    assert_eq!(read(r#" {"a": "ä"} "#).await.unwrap()["a"], "ä");
    assert_eq!(read("{}").await.unwrap().len(), 0);
}

#[tokio::test]
async fn other_json_is_no_object() {
    for text in ["null", "[]", "1", "\"text\"", "true"] {
        assert_eq!(read(text).await, Err(BodyError::NotAnObject), "{text}");
    }
}

#[tokio::test]
async fn other_text_is_no_json() {
    for text in [
        "",
        "{",
        "{'a': 1}",
        "{} {}",
        "allow",
        "\u{feff}{}",
        "{\"a\":1,}",
    ] {
        assert_eq!(read(text).await, Err(BodyError::NotJson), "{text}");
    }
    assert_eq!(read(b"{\"a\":\"\xff\"}").await, Err(BodyError::NotJson));
    assert_eq!(read(b"{\"a\":\"\xff\"").await, Err(BodyError::NotJson));
}

#[tokio::test]
async fn depth_is_bounded_whatever_stands_in_texts() {
    let nested = |levels| {
        format!(
            "{{\"a\":{}{}}}",
            "[".repeat(levels - 1),
            "]".repeat(levels - 1)
        )
    };
    assert!(read(nested(DEPTH)).await.is_ok());
    assert_eq!(read(nested(DEPTH + 1)).await, Err(BodyError::TooDeep));
    assert_eq!(read("[".repeat(100_000)).await, Err(BodyError::TooDeep));
    let text = format!("{{\"a\":\"\\\"{}\"}}", "[".repeat(1000));
    assert!(read(text).await.is_ok());
}

#[tokio::test]
async fn declared_sizes_are_believed_before_a_byte_is_read() {
    let body = Full::new(Bytes::from_static(b"{\"a\": 1234567890}"));
    assert_eq!(
        object(body, shared().bounds(16)).await,
        Err(BodyError::TooLarge { limit: 16 })
    );
}

#[tokio::test]
async fn undeclared_sizes_are_counted_while_reading() {
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(4);
    for _ in 0..3 {
        sender
            .try_send(Frame::data(Bytes::from_static(b"{\"a\": 1")))
            .unwrap();
    }
    assert_eq!(
        object(body, shared().bounds(16)).await,
        Err(BodyError::TooLarge { limit: 16 })
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(4);
    sender
        .try_send(Frame::data(Bytes::from_static(b"{")))
        .unwrap();
    let started = tokio::time::Instant::now();
    assert_eq!(
        object(body, shared().bounds(16)).await,
        Err(BodyError::TooSlow)
    );
    assert_eq!(started.elapsed(), Duration::from_secs(30));
    drop(sender);
}

#[tokio::test]
async fn values_are_counted_before_they_are_made() {
    let list = |values: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(values - 4));
    assert_eq!(read(list(1000)).await.unwrap().len(), 1);
    let refused = read(list(1001)).await;
    assert_eq!(refused, Err(BodyError::TooManyValues { limit: 1000 }));
    let text = format!("{{\"a\":\"{}\"}}", ",[{".repeat(5000));
    assert!(read(text).await.is_ok());
}

/// Whether a body declares its length.
#[derive(Clone, Copy, Debug)]
enum Length {
    Declared(usize),
    Undeclared,
}

/// A body of which some has come, and whoever sends the rest.
fn started(
    sent: usize,
    length: Length,
) -> (http_body_util::channel::Sender<Bytes, Infallible>, Started) {
    let (mut sender, rest) = Channel::new(4);
    sender.try_send(Frame::data(object_of(sent))).unwrap();
    (sender, Started { rest, length })
}

/// An object in so many bytes.
fn object_of(size: usize) -> Bytes {
    format!("{{\"a\":\"{}\"}}", "x".repeat(size - 8)).into()
}

struct Started {
    rest: Channel<Bytes, Infallible>,
    length: Length,
}

impl Body for Started {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        std::pin::Pin::new(&mut self.rest).poll_frame(cx)
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        match self.length {
            Length::Declared(bytes) => hyper::body::SizeHint::with_exact(bytes as u64),
            Length::Undeclared => hyper::body::SizeHint::default(),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_wait_for_memory_unless_they_are_small() {
    for length in [Length::Declared(60 << 10), Length::Undeclared] {
        let shared = Shared::new(80 << 10, 1 << 20);
        let bounds = shared.bounds(60 << 10);
        let begun = Instant::now();
        let (_sender, slow) = started(40 << 10, length);
        let (_, small) = started(FREE, Length::Undeclared);
        let (_, large) = started(40 << 10, Length::Undeclared);
        let others = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(object(small, bounds).await.unwrap().len(), 1);
            assert_eq!(begun.elapsed(), Duration::from_secs(1));
            assert_eq!(object(large, bounds).await.unwrap().len(), 1);
        };
        let (slow, ()) = tokio::join!(object(slow, bounds), others);
        assert_eq!(slow, Err(BodyError::TooSlow));
        assert_eq!(begun.elapsed(), Duration::from_secs(4), "{length:?}");
        assert_eq!(shared.arriving.left(), (80 << 10, 80 << 10));
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_without_a_length_have_a_part_of_the_memory() {
    let shared = Shared {
        arriving: ArrivalBudget::new(1 << 20, 40 << 10),
        ..shared()
    };
    let end = Instant::now() + Duration::from_secs(1);
    let _first = shared.arriving.share(None, 30 << 10, end).await.unwrap();
    let second = shared.arriving.share(None, 30 << 10, end).await;
    assert!(second.is_err());
    let end = Instant::now() + Duration::from_secs(1);
    let _declared = shared.arriving.share(Some(30 << 10), 0, end).await.unwrap();
    assert_eq!(shared.arriving.left(), (964 << 10, 10 << 10));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_holds_memory_has_to_keep_coming() {
    let shared = shared();
    let bounds = shared.bounds(400 << 10);
    let begun = Instant::now();
    let (mut sender, body) = started(40 << 10, Length::Undeclared);
    let sending = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_secs(3)).await;
            let piece = Bytes::from(vec![b' '; 64 << 10]);
            sender.try_send(Frame::data(piece)).unwrap();
        }
        // Of this there is too little.
        tokio::time::sleep(Duration::from_secs(3)).await;
        sender
            .try_send(Frame::data(Bytes::from_static(b" ")))
            .unwrap();
        std::future::pending::<()>().await;
    };
    let read = tokio::select! {
        read = object(body, bounds) => read,
        () = sending => unreachable!(),
    };
    assert_eq!(read, Err(BodyError::TooSlow));
    assert_eq!(begun.elapsed(), Duration::from_secs(13));
}

#[tokio::test(start_paused = true)]
async fn a_body_is_refused_if_no_memory_gets_free() {
    let shared = Shared::new(60 << 10, 1 << 20);
    let bounds = shared.bounds(60 << 10);
    for length in [Length::Declared(40 << 10), Length::Undeclared] {
        let (_, first) = started(40 << 10, length);
        assert_eq!(object(first, bounds).await.unwrap().len(), 1);
        let end = Instant::now() + Duration::from_secs(1);
        let _taken = bounds.arriving.share(Some(60 << 10), 0, end).await.unwrap();
        let (_, second) = started(40 << 10, length);
        let begun = Instant::now();
        assert_eq!(object(second, bounds).await, Err(BodyError::NoRoom));
        assert_eq!(begun.elapsed(), Duration::from_secs(30));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_made_of_a_body_holds_memory_until_it_is_dropped() {
    let shared = Shared::new(1 << 20, 300 << 10);
    let bounds = shared.bounds(60 << 10);
    let make = |_: Fields| ();
    let text = object_of(60 << 10);
    let first = made(Full::new(text.clone()), bounds, make).await.unwrap();
    let refused = made(Full::new(text.clone()), bounds, make).await;
    assert_eq!(refused.map(|made| made.value), Err(BodyError::NoRoom));
    let small = made(Full::new(object_of(100)), bounds, make).await;
    assert!(small.unwrap().held.is_none());
    drop(first);
    assert!(made(Full::new(text), bounds, make).await.is_ok());
}

#[tokio::test]
async fn large_bodies_are_read_elsewhere() {
    let shared = shared();
    let bounds = shared.bounds(1 << 20);
    let thread = |_: Fields| std::thread::current().id();
    for (size, is_here) in [(1 << 10, true), (200 << 10, false)] {
        let made = made(Full::new(object_of(size)), bounds, thread).await;
        let here = std::thread::current().id();
        assert_eq!(made.unwrap().value == here, is_here, "{size}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_matter_is_counted_and_not_kept() {
    let shared = Shared::new(0, 0);
    let bounds = shared.bounds(100 << 10);
    let (_, body) = started(90 << 10, Length::Undeclared);
    assert_eq!(discard(body, bounds).await, Ok(()));
    let (_, body) = started((100 << 10) + 1, Length::Undeclared);
    assert_eq!(
        discard(body, bounds).await,
        Err(BodyError::TooLarge { limit: 100 << 10 })
    );
}

#[tokio::test]
async fn a_body_that_is_passed_on_holds_memory_for_a_frame() {
    let shared = shared();
    let bounds = shared.bounds(200 << 10);
    let (_, body) = started(150 << 10, Length::Undeclared);
    let body = unread(body, bounds).await.unwrap();
    assert_eq!(shared.arriving.left().0, (1 << 20) - (64 << 10));
    let taken = body.collect().await.unwrap().to_bytes();
    assert_eq!(taken.len(), 150 << 10);
    assert_eq!(shared.arriving.left().0, 1 << 20);
    let (_, body) = started(150 << 10, Length::Declared(201 << 10));
    let refused = unread(body, bounds).await.map(drop);
    assert_eq!(refused, Err(BodyError::TooLarge { limit: 200 << 10 }));
}
