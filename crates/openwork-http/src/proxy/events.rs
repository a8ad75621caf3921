//! The events of one directory, out of those of all.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame};
use serde::Deserialize;

/// The most bytes of one event. The engine's largest hold what a tool has
/// printed, which it cuts long before.
const MOST: usize = 8 << 20;

/// What is the same for everybody.
const OF_ALL: [&str; 3] = ["server.connected", "server.heartbeat", "global.disposed"];

/// A stream of server-sent events of which those of one directory are left.
pub(crate) struct OwnEvents<B> {
    body: B,
    directory: String,
    /// What has come of an event that is not whole yet.
    begun: BytesMut,
    /// How far that was searched for its end.
    searched: usize,
    ready: VecDeque<Bytes>,
}

/// The stream cannot be read as events.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventsCut {
    /// The engine's stream broke off.
    #[error(transparent)]
    Engine(Box<dyn std::error::Error + Send + Sync>),
    /// An event is larger than any.
    #[error("an event has more than {MOST} bytes")]
    TooLarge,
}

#[derive(Deserialize)]
struct EventEnvelope {
    directory: Option<String>,
    payload: EventPayload,
}

#[derive(Deserialize)]
struct EventPayload {
    #[serde(rename = "type")]
    kind: String,
}

impl<B> OwnEvents<B> {
    /// Those of a directory, as the engine calls it.
    pub(crate) fn new(body: B, directory: String) -> Self {
        Self {
            body,
            directory,
            begun: BytesMut::new(),
            searched: 0,
            ready: VecDeque::new(),
        }
    }

    fn take_in(&mut self, data: &[u8]) -> Result<(), EventsCut> {
        self.begun.extend_from_slice(data);
        while let Some(end) = self.end_of_event() {
            let event = self.begun.split_to(end).freeze();
            self.searched = 0;
            if self.is_own(&event) {
                self.ready.push_back(event);
            }
        }
        if self.begun.len() > MOST {
            return Err(EventsCut::TooLarge);
        }
        Ok(())
    }

    /// Where the first event ends: after an empty line.
    fn end_of_event(&mut self) -> Option<usize> {
        let text = &self.begun[self.searched..];
        let lf = text
            .windows(2)
            .position(|two| two == b"\n\n")
            .map(|at| at + 2);
        let crlf = text
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .map(|at| at + 4);
        let end = match (lf, crlf) {
            (Some(lf), Some(crlf)) => Some(lf.min(crlf)),
            (lf, crlf) => lf.or(crlf),
        };
        let end = end.map(|end| end + self.searched);
        // The end may be in what has come and what will come.
        self.searched = self.begun.len().saturating_sub(3);
        end
    }

    /// Whether an event is of the directory, or of nobody's.
    fn is_own(&self, event: &[u8]) -> bool {
        let lines = event.split(|b| matches!(b, b'\n' | b'\r'));
        let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
        // A comment, which keeps the connection alive.
        if lines.iter().all(|line| line.starts_with(b":")) {
            return true;
        }
        let data = lines.iter().filter_map(|line| line.strip_prefix(b"data:"));
        let data: Vec<&[u8]> = data.collect();
        // What cannot be read is not shown: it may be anybody's.
        let Ok(envelope) = serde_json::from_slice::<EventEnvelope>(&data.join(&b'\n')) else {
            return false;
        };
        match envelope.directory.as_deref() {
            None | Some("global") => OF_ALL.contains(&&*envelope.payload.kind),
            Some(directory) => directory == self.directory,
        }
    }
}

impl<B> HttpBody for OwnEvents<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = EventsCut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, EventsCut>>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(Frame::data(event))));
            }
            let frame = match std::task::ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(EventsCut::Engine(error.into())))),
                Some(Ok(frame)) => frame,
            };
            // Trailers say nothing of events.
            let Ok(data) = frame.into_data() else {
                continue;
            };
            if let Err(error) = self.take_in(&data) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt as _, Full};

    use super::*;

    fn left(text: &str, piece: usize) -> String {
        let mut events = OwnEvents::new(Full::<Bytes>::default(), "/srv/ws".to_owned());
        for data in text.as_bytes().chunks(piece) {
            events.take_in(data).unwrap();
        }
        let whole: Vec<u8> = events.ready.into_iter().flatten().collect();
        String::from_utf8(whole).unwrap()
    }

    const CONNECTED: &str = "data: {\"payload\":{\"type\":\"server.connected\"}}\n\n";
    const OWN: &str =
        "data: {\"directory\":\"/srv/ws\",\"payload\":{\"type\":\"x\",\"n\":\"a\\n\"}}\n\n";

    #[test]
    fn only_events_of_the_directory_are_left_however_they_come() {
        let others = [
            "data: {\"directory\":\"/srv\",\"payload\":{\"type\":\"x\"}}\n\n",
            "data: {\"directory\":\"/srv/ws/sub\",\"payload\":{\"type\":\"server.connected\"}}\n\n",
            "data: {\"payload\":{\"type\":\"session.updated\"}}\n\n",
            "data: nonsense\n\n",
            "event: x\n\n",
        ]
        .concat();
        let text = format!("{CONNECTED}{others}{OWN}: alive\n\n{others}{OWN}data: {{\"dir");
        let expected = format!("{CONNECTED}{OWN}: alive\n\n{OWN}");
        for piece in [1, 2, 3, 7, 4096] {
            assert_eq!(left(&text, piece), expected, "{piece}");
        }
        let text = text.replace("\n\n", "\r\n\r\n");
        assert_eq!(left(&text, 5), expected.replace("\n\n", "\r\n\r\n"));
    }

    #[test]
    fn an_event_without_an_end_is_not_kept_for_ever() {
        let mut events = OwnEvents::new(Full::<Bytes>::default(), "/srv/ws".to_owned());
        let part = vec![b'x'; MOST];
        events.take_in(&part).unwrap();
        assert!(matches!(events.take_in(b"x"), Err(EventsCut::TooLarge)));
    }

    #[tokio::test]
    async fn the_stream_ends_with_the_engines() {
        let body: Full<Bytes> = Full::from(format!("{OWN}{CONNECTED}"));
        let events = OwnEvents::new(body, "/srv/ws".to_owned());
        let all = events.collect().await.unwrap().to_bytes();
        assert_eq!(all, format!("{OWN}{CONNECTED}"));
    }
}
