//! The stream of events (HTML Living Standard, section 9.2).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::Value;
use sse_stream::{Sse, SseByteStream};
use tokio::time::timeout;

use crate::approval::ApprovalEvent;
use crate::event::ChangeItem;

/// Why a stream of events broke.
pub type BrokenStream = Box<dyn std::error::Error + Send + Sync>;

/// The server sends something every ten seconds.
const SILENCE: Duration = Duration::from_secs(25);
/// More than a snapshot of all requests that may wait.
const MOST_BYTES: usize = 64 << 20;

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerEvent {
    /// What happened.
    pub kind: String,
    /// To what.
    pub properties: Value,
    /// The event as JSON on one line, with the keys that the server sent.
    pub line: String,
}

impl ServerEvent {
    /// What the event says of requests that wait; `None` if it is of a kind that
    /// this version does not know.
    ///
    /// # Errors
    ///
    /// Fails if the kind is known and its properties have another form.
    pub fn approval(&self) -> serde_json::Result<Option<ApprovalEvent<'static>>> {
        if !ApprovalEvent::KINDS.contains(&self.kind.as_str()) {
            return Ok(None);
        }
        // Put together again, since an event is read from the line once, with
        // what this version does not know.
        let event = serde_json::json!({ "type": self.kind, "properties": self.properties });
        // By reference, as all that a client reads: of each way to read a request the
        // program would hold a copy of its own, some 100 KB of code.
        ApprovalEvent::deserialize(&event).map(Some)
    }
}

/// A stream of events about requests that wait.
pub struct EventReader(MessageReader);

/// A stream of the changes of a workspace.
pub struct ChangeReader(MessageReader);

/// The messages of a stream.
struct MessageReader {
    messages: MessageStream,
    /// How many bytes a message may have.
    most_bytes: usize,
    /// How many more the one may have that is being read.
    left: Arc<AtomicUsize>,
}

type MessageStream = Pin<Box<dyn Stream<Item = Result<Sse, sse_stream::Error>> + Send>>;

impl EventReader {
    pub(super) fn new(body: Incoming) -> Self {
        Self(MessageReader::new(body))
    }

    /// The next event; `None` once the server ends the stream. Nothing is lost
    /// if this is not awaited to its end.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks or is silent for 25 s, if an event has
    /// more than 64 MiB, or if it is none. The stream is of no use then.
    pub async fn next(&mut self) -> Result<Option<ServerEvent>, BrokenStream> {
        match self.0.next().await? {
            Some(data) => Ok(Some(event(&data)?)),
            None => Ok(None),
        }
    }
}

impl ChangeReader {
    pub(super) fn new(body: Incoming) -> Self {
        Self(MessageReader::new(body))
    }

    /// The next change; `None` once the server ends the stream. Nothing is lost
    /// if this is not awaited to its end.
    ///
    /// # Errors
    ///
    /// As of [`EventReader::next`].
    pub async fn next(&mut self) -> Result<Option<ChangeItem<'static>>, BrokenStream> {
        let Some(data) = self.0.next().await? else {
            return Ok(None);
        };
        let document: Value = serde_json::from_str(&data)?;
        Ok(Some(ChangeItem::deserialize(&document)?))
    }
}

impl MessageReader {
    fn new(body: Incoming) -> Self {
        let chunks = stream::try_unfold(body, |mut body| async move {
            // The silence is timed by what comes of the body, not by whole events:
            // a large snapshot may take longer than that to arrive.
            Ok(chunk(&mut body).await?.map(|chunk| (chunk, body)))
        });
        Self::of_chunks(chunks, MOST_BYTES)
    }

    fn of_chunks(
        chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
        most_bytes: usize,
    ) -> Self {
        let left = Arc::new(AtomicUsize::new(most_bytes));
        // The reader of messages keeps what has come of one without any bound,
        // so a server could fill the memory with a single message.
        let bound = Arc::clone(&left);
        let bounded = chunks.map(move |chunk| {
            let chunk = chunk?;
            let left = bound.load(Ordering::Relaxed).checked_sub(chunk.len());
            bound.store(left.ok_or_else(too_long)?, Ordering::Relaxed);
            Ok::<_, io::Error>(chunk)
        });
        Self {
            messages: Box::pin(SseByteStream::new(Box::pin(bounded))),
            most_bytes,
            left,
        }
    }

    /// The data of the next message that has some.
    async fn next(&mut self) -> Result<Option<String>, BrokenStream> {
        while let Some(message) = self.messages.next().await {
            self.left.store(self.most_bytes, Ordering::Relaxed);
            // Messages without data carry an id or a pause, of no use here.
            if let Some(data) = message?.data {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

/// What comes next of a body; trailers count as its end.
async fn chunk(body: &mut Incoming) -> io::Result<Option<Bytes>> {
    let silent = |_| io::Error::new(io::ErrorKind::TimedOut, "the server is silent");
    let Some(frame) = timeout(SILENCE, body.frame()).await.map_err(silent)? else {
        return Ok(None);
    };
    let frame = frame.map_err(io::Error::other)?;
    Ok(frame.into_data().ok())
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an event is too long")
}

fn event(data: &str) -> serde_json::Result<ServerEvent> {
    #[derive(Deserialize)]
    struct TypedMessage {
        r#type: String,
        #[serde(default)]
        properties: Value,
    }

    let document: Value = serde_json::from_str(data)?;
    let typed = TypedMessage::deserialize(&document)?;
    Ok(ServerEvent {
        kind: typed.r#type,
        properties: typed.properties,
        line: document.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(chunks: Vec<Vec<u8>>) -> EventReader {
        let chunks = stream::iter(chunks).map(|chunk| Ok(chunk.into()));
        EventReader(MessageReader::of_chunks(chunks, 100))
    }

    async fn kinds(chunks: Vec<Vec<u8>>) -> Vec<String> {
        let mut reader = reader(chunks);
        let mut kinds = Vec::new();
        while let Some(event) = reader.next().await.unwrap() {
            kinds.push(event.kind);
        }
        kinds
    }

    #[tokio::test]
    async fn messages_are_put_together_from_any_pieces() {
        let whole = "data: {\"type\":\"a\"}\n\n: pause\n\nid: 4\n\ndata: {\"type\":\"b\"}\r\n\r\ndata: {\"ty";
        assert_eq!(kinds(vec![whole.into()]).await, ["a", "b"]);
        let bytes = whole.bytes().map(|byte| vec![byte]).collect();
        assert_eq!(kinds(bytes).await, ["a", "b"]);
    }

    #[tokio::test]
    async fn a_message_is_an_event_or_breaks_the_stream() {
        let message = b"id: 3\ndata: {\"type\":\"a\",\ndata: \"properties\":{\"b\":1}}\n\n";
        let mut events = reader(vec![message.to_vec()]);
        let event = events.next().await.unwrap().unwrap();
        assert_eq!(event.kind, "a");
        assert_eq!(event.properties["b"], 1);
        assert_eq!(event.line, r#"{"type":"a","properties":{"b":1}}"#);
        assert_eq!(event.approval().unwrap(), None);
        for broken in [&b"data: {}\n\n"[..], b"data: \xff\n\n"] {
            assert!(reader(vec![broken.to_vec()]).next().await.is_err());
        }
    }

    #[tokio::test]
    async fn an_endless_message_is_not_kept() {
        let endless = stream::repeat("x").map(|chunk| Ok(chunk.into()));
        let mut reader = EventReader(MessageReader::of_chunks(endless, 100));
        let error = reader.next().await.unwrap_err();
        assert!(error.to_string().contains("too long"), "{error}");
    }

    #[tokio::test]
    async fn many_messages_may_be_as_long_together_as_they_like() {
        let mut message = b"data: {\"type\":\"a\", \"properties\":\"".to_vec();
        message.resize(90, b'x');
        message.extend_from_slice(b"\"}\n\n");
        assert_eq!(kinds(vec![message; 3]).await.len(), 3);
    }
}
