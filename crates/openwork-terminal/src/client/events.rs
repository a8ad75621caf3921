//! The stream of events (HTML Living Standard, section 9.2.6), as far as the
//! server uses it: each message's data is `{"type", "properties"}`.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

type BrokenStream = Box<dyn std::error::Error + Send + Sync>;

/// The server sends something every ten seconds.
const SILENCE: Duration = Duration::from_secs(25);
/// More than a snapshot of all requests that may wait.
const MOST_BYTES: usize = 64 << 20;

/// One event.
#[derive(Debug)]
pub(crate) struct ServerEvent {
    /// What happened.
    pub(crate) kind: String,
    /// To what.
    pub(crate) properties: Value,
    /// The event as it was sent, on one line.
    pub(crate) line: String,
}

/// A stream of events.
pub(crate) struct EventReader {
    body: Incoming,
    buffer: EventBuffer,
}

impl EventReader {
    pub(super) fn new(body: Incoming) -> Self {
        Self {
            body,
            buffer: EventBuffer::default(),
        }
    }

    /// The next event; none once the server ends the stream. Nothing is lost
    /// if this is not awaited to its end.
    pub(crate) async fn next(&mut self) -> Result<Option<ServerEvent>, BrokenStream> {
        loop {
            if let Some(message) = self.buffer.take_message() {
                if let Some(event) = event(&message)? {
                    return Ok(Some(event));
                }
                continue;
            }
            let silent = |_| io::Error::new(io::ErrorKind::TimedOut, "the server is silent");
            match timeout(SILENCE, self.body.frame()).await.map_err(silent)? {
                Some(frame) => self.buffer.push(&frame?.into_data().unwrap_or_default())?,
                None => return Ok(None),
            }
        }
    }
}

/// What has come and is no whole message yet.
#[derive(Default)]
struct EventBuffer {
    bytes: BytesMut,
    /// How much of it is known to end no message.
    searched: usize,
}

impl EventBuffer {
    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.bytes.len() + bytes.len() > MOST_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "an event is too long",
            ));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Takes the first message off, without the empty line that ends it.
    fn take_message(&mut self) -> Option<Bytes> {
        let unseen = self.bytes.get(self.searched..)?;
        let Some(end) = unseen.windows(2).position(|pair| pair == b"\n\n") else {
            self.searched = self.bytes.len().saturating_sub(1);
            return None;
        };
        let message = self.bytes.split_to(self.searched + end + 2).freeze();
        self.searched = 0;
        Some(message)
    }
}

/// The event of a message; a comment has none.
fn event(message: &[u8]) -> Result<Option<ServerEvent>, BrokenStream> {
    #[derive(Deserialize)]
    struct Typed {
        r#type: String,
        #[serde(default)]
        properties: Value,
    }

    let text = std::str::from_utf8(message)?;
    let data: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .collect();
    if data.is_empty() {
        return Ok(None);
    }
    let document: Value = serde_json::from_str(&data.join("\n"))?;
    let typed = Typed::deserialize(&document)?;
    Ok(Some(ServerEvent {
        kind: typed.r#type,
        properties: typed.properties,
        line: document.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(chunks: &[&'static str]) -> Vec<String> {
        let mut buffer = EventBuffer::default();
        let mut messages = Vec::new();
        for chunk in chunks {
            buffer.push(chunk.as_bytes()).unwrap();
            while let Some(message) = buffer.take_message() {
                messages.push(String::from_utf8(message.to_vec()).unwrap());
            }
        }
        messages
    }

    #[test]
    fn messages_are_put_together_from_any_pieces() {
        let whole = "data: 1\n\n: pause\n\ndata: 2\n\nrest";
        let expected = ["data: 1\n\n", ": pause\n\n", "data: 2\n\n"];
        assert_eq!(messages(&[whole]), expected);
        let bytes: Vec<&str> = whole.split_inclusive(|_: char| true).collect();
        assert_eq!(messages(&bytes), expected);
    }

    #[test]
    fn a_message_is_an_event_or_nothing() {
        let told = event(b"id: 3\ndata: {\"type\":\"a\",\ndata: \"properties\":{\"b\":1}}\n\n");
        let told = told.unwrap().unwrap();
        assert_eq!(told.kind, "a");
        assert_eq!(told.properties["b"], 1);
        assert_eq!(told.line, r#"{"type":"a","properties":{"b":1}}"#);
        assert!(event(b": comment\n\n").unwrap().is_none());
        assert!(event(b"data: {}\n\n").is_err());
        assert!(event(b"data: \xff\n\n").is_err());
    }

    #[test]
    fn an_endless_message_is_not_kept() {
        let mut buffer = EventBuffer::default();
        buffer.push(&vec![b'x'; MOST_BYTES]).unwrap();
        assert!(buffer.push(b"x").is_err());
    }
}
