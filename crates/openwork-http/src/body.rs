//! Reading a request's body: bounded, in time, a JSON object.

use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes};
use http_body_util::BodyExt;
use hyper::body::Body;
use openwork_model::change::Fields;
use serde_json::Value;

/// How deeply the lists and objects of a body may be nested. What is stored of
/// it is bounded more tightly by its own rules.
const DEPTH: usize = 96;

/// Why a body was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is larger than this route takes.
    TooLarge { limit: usize },
    /// It took too long to come.
    TooSlow,
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
pub(crate) struct Bounds {
    pub(crate) bytes: usize,
    pub(crate) deadline: Duration,
}

/// Reads a body that has to be a JSON object.
pub(crate) async fn object<B>(body: B, bounds: Bounds) -> Result<Fields, BodyError>
where
    B: Body<Data = Bytes>,
{
    parse(&bytes(body, bounds).await?)
}

/// Reads a body that does not matter, so that the connection can be reused
/// and its end is noticed.
pub(crate) async fn discard<B>(body: B, bounds: Bounds) -> Result<(), BodyError>
where
    B: Body<Data = Bytes>,
{
    if body.is_end_stream() {
        Ok(())
    } else {
        bytes(body, bounds).await.map(drop)
    }
}

async fn bytes<B>(body: B, bounds: Bounds) -> Result<Vec<u8>, BodyError>
where
    B: Body<Data = Bytes>,
{
    // A body that says it is too large is not read at all.
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > bounds.bytes {
        return Err(BodyError::TooLarge {
            limit: bounds.bytes,
        });
    }
    let within = tokio::time::timeout(bounds.deadline, collect(body, bounds.bytes));
    within.await.unwrap_or(Err(BodyError::TooSlow))
}

async fn collect<B>(body: B, limit: usize) -> Result<Vec<u8>, BodyError>
where
    B: Body<Data = Bytes>,
{
    let mut body = pin!(body);
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(BodyError::CutShort);
        };
        // Trailers are frames as well; they hold nothing that is looked at.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if data.remaining() > limit - whole.len() {
            return Err(BodyError::TooLarge { limit });
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole)
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

    const BOUNDS: Bounds = Bounds {
        bytes: 16,
        deadline: Duration::from_secs(30),
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
}
