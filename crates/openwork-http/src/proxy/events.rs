//! The events of one directory, out of those of all.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame};
use serde::Deserialize;

use super::pieces::{EventPieces, EventTooLarge, event_data};

/// What is the same for everybody.
const OF_ALL: [&str; 3] = ["server.connected", "server.heartbeat", "global.disposed"];

/// A stream of server-sent events of which those of one directory are left.
pub(crate) struct OwnEvents<B> {
    body: B,
    directory: String,
    pieces: EventPieces,
    ready: VecDeque<Bytes>,
}

/// The stream cannot be read as events.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventsCut {
    /// The engine's stream broke off.
    #[error(transparent)]
    Engine(Box<dyn std::error::Error + Send + Sync>),
    /// An event is larger than any.
    #[error(transparent)]
    TooLarge(#[from] EventTooLarge),
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
            pieces: EventPieces::default(),
            ready: VecDeque::new(),
        }
    }

    fn take_in(&mut self, data: &[u8]) -> Result<(), EventsCut> {
        self.pieces.push(data);
        while let Some(event) = self.pieces.next_event()? {
            if self.is_own(&event) {
                self.ready.push_back(event);
            }
        }
        Ok(())
    }

    /// Whether an event is of the directory, or of nobody's.
    fn is_own(&self, event: &[u8]) -> bool {
        // A comment keeps the connection alive.
        let Some(data) = event_data(event) else {
            return true;
        };
        // What cannot be read is not shown: it may be anybody's.
        let Ok(envelope) = serde_json::from_slice::<EventEnvelope>(&data) else {
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
    use crate::proxy::pieces::MOST_OF_EVENT;

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
        let part = vec![b'x'; MOST_OF_EVENT];
        events.take_in(&part).unwrap();
        let cut = events.take_in(b"x");
        assert!(matches!(cut, Err(EventsCut::TooLarge(_))));
    }

    #[tokio::test]
    async fn the_stream_ends_with_the_engines() {
        let body: Full<Bytes> = Full::from(format!("{OWN}{CONNECTED}"));
        let events = OwnEvents::new(body, "/srv/ws".to_owned());
        let all = events.collect().await.unwrap().to_bytes();
        assert_eq!(all, format!("{OWN}{CONNECTED}"));
    }
}
