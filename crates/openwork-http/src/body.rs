//! Reading a request's body: bounded, in time, a JSON object.

use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body;
use openwork_model::change::Fields;
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

/// How deeply the lists and objects of a body may be nested. What is stored of
/// it is bounded more tightly by its own rules.
const DEPTH: usize = 96;

/// How much of a body that does not say its length is held in any case, in
/// bytes: what clients ask for is nearly always less.
const FREE: usize = 32 << 10;

/// Why a body was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is larger than this route takes.
    TooLarge { limit: usize },
    /// It took too long to come.
    TooSlow,
    /// It does not say its length, and others like it take all the room.
    NoRoom,
    /// The connection ended before it did, or its framing is broken.
    CutShort,
    /// It is no JSON text in UTF-8.
    NotJson,
    /// It is JSON, but no object.
    NotAnObject,
    /// It is nested more deeply than anything that is asked for.
    TooDeep,
}

/// How much of a body is taken, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds<'r> {
    pub(crate) bytes: usize,
    pub(crate) deadline: Duration,
    pub(crate) room: &'r Room,
}

/// What bodies that do not say their length may hold together, beyond what is
/// free to each. Too large ones would otherwise be noticed only after all of
/// them together have filled the memory.
#[derive(Debug)]
pub(crate) struct Room {
    left: Semaphore,
    bytes: u32,
}

impl Room {
    pub(crate) fn new(bytes: usize) -> Self {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Self {
            left: Semaphore::new(bytes as usize),
            bytes,
        }
    }

    /// Waits for room for so many bytes, or for all that there is.
    async fn share(&self, bytes: usize, end: Instant) -> Result<SemaphorePermit<'_>, BodyError> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX).min(self.bytes);
        let share = timeout_at(end, self.left.acquire_many(bytes)).await;
        share.ok().and_then(Result::ok).ok_or(BodyError::NoRoom)
    }
}

/// Reads a body that has to be a JSON object.
pub(crate) async fn object<B>(body: B, bounds: Bounds<'_>) -> Result<Fields, BodyError>
where
    B: Body<Data = Bytes>,
{
    check_size(&body, bounds)?;
    let end = Instant::now() + bounds.deadline;
    let collected = timeout_at(end, collect(body, bounds, end)).await;
    parse(&collected.unwrap_or(Err(BodyError::TooSlow))?)
}

/// Reads a body that does not matter, so that the connection can be reused
/// and its end is noticed.
pub(crate) async fn discard<B>(body: B, bounds: Bounds<'_>) -> Result<(), BodyError>
where
    B: Body<Data = Bytes>,
{
    if body.is_end_stream() {
        return Ok(());
    }
    check_size(&body, bounds)?;
    let end = Instant::now() + bounds.deadline;
    let ended = timeout_at(end, pass(body, bounds.bytes)).await;
    ended.unwrap_or(Err(BodyError::TooSlow))
}

/// A body that says it is too large is not read at all.
fn check_size(body: &impl Body, bounds: Bounds<'_>) -> Result<(), BodyError> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > bounds.bytes {
        return Err(BodyError::TooLarge {
            limit: bounds.bytes,
        });
    }
    Ok(())
}

async fn collect<B>(body: B, bounds: Bounds<'_>, end: Instant) -> Result<Vec<u8>, BodyError>
where
    B: Body<Data = Bytes>,
{
    let limit = bounds.bytes;
    let mut needs_share = body.size_hint().exact().is_none();
    let mut body = pin!(body);
    let mut whole = Vec::new();
    let mut _share = None;
    while let Some(data) = next(body.as_mut()).await? {
        if data.len() > limit - whole.len() {
            return Err(BodyError::TooLarge { limit });
        }
        if needs_share && whole.len() + data.len() > FREE {
            _share = Some(bounds.room.share(limit, end).await?);
            needs_share = false;
            // A buffer that doubles would for moments be held twice.
            whole.reserve_exact(limit - whole.len());
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole)
}

/// Reads a body to its end, keeping nothing.
async fn pass<B>(body: B, limit: usize) -> Result<(), BodyError>
where
    B: Body<Data = Bytes>,
{
    let mut body = pin!(body);
    let mut left = limit;
    while let Some(data) = next(body.as_mut()).await? {
        let rest = left.checked_sub(data.len());
        left = rest.ok_or(BodyError::TooLarge { limit })?;
    }
    Ok(())
}

/// Returns the next bytes of a body. Trailers are frames as well; they hold
/// nothing that is looked at.
async fn next<B>(mut body: Pin<&mut B>) -> Result<Option<Bytes>, BodyError>
where
    B: Body<Data = Bytes>,
{
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::CutShort)?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

fn parse(bytes: &[u8]) -> Result<Fields, BodyError> {
    if depth(bytes) > DEPTH {
        return Err(BodyError::TooDeep);
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(BodyError::NotAnObject),
        Err(_) => Err(BodyError::NotJson),
    }
}

/// How deeply brackets are nested outside of texts; for JSON that is the depth
/// of its values.
fn depth(bytes: &[u8]) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => open += 1,
            b']' | b'}' if !in_text => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::{Channel, Full};
    use hyper::body::Frame;

    use super::*;

    static ROOM: Room = Room {
        left: Semaphore::const_new(1 << 20),
        bytes: 1 << 20,
    };

    const BOUNDS: Bounds<'_> = Bounds {
        bytes: 16,
        deadline: Duration::from_secs(30),
        room: &ROOM,
    };

    async fn read(text: impl AsRef<[u8]>) -> Result<Fields, BodyError> {
        let body = Full::new(Bytes::copy_from_slice(text.as_ref()));
        object(
            body,
            Bounds {
                bytes: 1 << 20,
                ..BOUNDS
            },
        )
        .await
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
            object(body, BOUNDS).await,
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
            object(body, BOUNDS).await,
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
        assert_eq!(object(body, BOUNDS).await, Err(BodyError::TooSlow));
        assert_eq!(started.elapsed(), Duration::from_secs(30));
        drop(sender);
    }

    /// Sends so much of a body that does not say its length.
    fn unsaid(size: usize) -> (http_body_util::channel::Sender<Bytes, Infallible>, Unsaid) {
        let (mut sender, body) = Channel::new(4);
        let text = format!("{{\"a\":\"{}\"}}", "x".repeat(size));
        sender.try_send(Frame::data(text.into())).unwrap();
        (sender, body)
    }

    type Unsaid = Channel<Bytes, Infallible>;

    #[tokio::test(start_paused = true)]
    async fn bodies_of_unsaid_length_wait_for_room_unless_they_are_small() {
        let room = Room::new(100 << 10);
        let bounds = Bounds {
            bytes: 60 << 10,
            room: &room,
            ..BOUNDS
        };
        let started = Instant::now();
        let (_slow, slow) = unsaid(40 << 10);
        let (_, small) = unsaid(FREE - 100);
        let (_, large) = unsaid(40 << 10);
        let declared = Full::new(Bytes::from(format!("{{{}}}", " ".repeat(50 << 10))));
        let others = async {
            tokio::time::sleep(Duration::from_secs(10)).await;
            assert_eq!(object(small, bounds).await.unwrap().len(), 1);
            assert_eq!(object(declared, bounds).await.unwrap().len(), 0);
            assert_eq!(started.elapsed(), Duration::from_secs(10));
            assert_eq!(object(large, bounds).await.unwrap().len(), 1);
        };
        let (slow, ()) = tokio::join!(object(slow, bounds), others);
        assert_eq!(slow, Err(BodyError::TooSlow));
        assert_eq!(started.elapsed(), Duration::from_secs(30));
        assert_eq!(room.left.available_permits(), 100 << 10);
    }

    #[tokio::test(start_paused = true)]
    async fn where_no_room_gets_free_a_body_is_refused() {
        let bounds = Bounds {
            bytes: 60 << 10,
            room: &Room::new(50 << 10),
            ..BOUNDS
        };
        let (_, first) = unsaid(40 << 10);
        assert_eq!(object(first, bounds).await.unwrap().len(), 1);
        let _taken = bounds.room.left.acquire().await.unwrap();
        let (_, second) = unsaid(40 << 10);
        let started = Instant::now();
        assert_eq!(object(second, bounds).await, Err(BodyError::NoRoom));
        assert_eq!(started.elapsed(), Duration::from_secs(30));
    }

    #[tokio::test]
    async fn what_does_not_matter_is_counted_and_not_kept() {
        let bounds = Bounds {
            bytes: 100 << 10,
            room: &Room::new(0),
            ..BOUNDS
        };
        let (_, body) = unsaid(90 << 10);
        assert_eq!(discard(body, bounds).await, Ok(()));
        let (_, body) = unsaid(100 << 10);
        assert_eq!(
            discard(body, bounds).await,
            Err(BodyError::TooLarge { limit: 100 << 10 })
        );
    }
}
