//! Server-sent events, put together from the pieces that they come in.

use bytes::{Bytes, BytesMut};

/// The most bytes of one event. The engine's largest hold what a tool has
/// printed, which it cuts long before.
pub(super) const MOST_OF_EVENT: usize = 8 << 20;

/// What has come of a stream, up to the event that is not whole yet.
#[derive(Debug, Default)]
pub(crate) struct EventPieces {
    begun: BytesMut,
    /// How far that was searched for the end of an event.
    searched: usize,
}

/// An event is larger than any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event has more than {MOST_OF_EVENT} bytes")]
pub(crate) struct EventTooLarge;

impl EventPieces {
    pub(crate) fn push(&mut self, data: &[u8]) {
        self.begun.extend_from_slice(data);
    }

    /// The next event that has come to its end, with the empty line after it.
    ///
    /// # Errors
    ///
    /// [`EventTooLarge`] if there is none and too much has come of the next.
    pub(crate) fn next_event(&mut self) -> Result<Option<Bytes>, EventTooLarge> {
        if let Some(end) = self.end_of_event() {
            self.searched = 0;
            return Ok(Some(self.begun.split_to(end).freeze()));
        }
        if self.begun.len() > MOST_OF_EVENT {
            return Err(EventTooLarge);
        }
        Ok(None)
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
}

/// The data of an event; none if it is only a comment.
pub(crate) fn event_data(event: &[u8]) -> Option<Vec<u8>> {
    let lines = event.split(|b| matches!(b, b'\n' | b'\r'));
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
    if lines.iter().all(|line| line.starts_with(b":")) {
        return None;
    }
    let data = lines.iter().filter_map(|line| line.strip_prefix(b"data:"));
    let data: Vec<&[u8]> = data.collect();
    Some(data.join(&b'\n'))
}
