//! The form in which requests are kept whose clients come back for the answer.

use std::net::IpAddr;

use openwork_approval::Refusal;
use openwork_host::{StateDocument, SubmitError};
use openwork_model::actor::Actor;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// How many requests are kept at most, those that have ended included.
const MOST: usize = 256;
/// How many bytes the file has at most.
const BYTES: usize = 3 << 20;
/// How many bytes of an answer are kept at most.
const ANSWER: usize = 256 << 10;

/// All that is kept, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct LaterDocument {
    schema_version: u32,
    updated_at: u64,
    requests: Vec<LaterEntry>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LaterEntry {
    /// By what its client comes back for it.
    pub(crate) id: Uuid,
    /// The workspace that it is about.
    pub(crate) workspace_id: String,
    /// Who made it. The token itself is not kept.
    pub(crate) actor: Actor,
    /// From where.
    pub(crate) address: IpAddr,
    /// When, in ms since 1970.
    pub(crate) created_at: u64,
    /// When it expires, in ms since 1970.
    pub(crate) expires_at: u64,
    /// What it was called when the host was asked last.
    pub(crate) asked: Uuid,
    /// What was asked for, until it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<LaterCall>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<LaterEnd>,
}

/// A request as it came, without what let its client in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LaterCall {
    pub(crate) method: String,
    pub(crate) target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) if_match: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) body: String,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LaterEnd {
    /// When, in ms since 1970.
    pub(crate) at: u64,
    pub(crate) outcome: LaterOutcome,
    /// The status that the client would have been answered with; `None` if the
    /// server ended before it was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// And the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Value>,
}

/// The ways in which a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LaterOutcome {
    Applied,
    Denied,
    Expired,
    Withdrawn,
    Conflicted,
    Failed,
    /// It was allowed and begun, and then the server ended.
    Interrupted,
}

impl LaterOutcome {
    /// The word on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Conflicted => "conflicted",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// As much is kept as may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{waiting} requests that wait take all the room there is")]
pub(crate) struct NoLaterRoom {
    /// How many wait.
    pub(crate) waiting: usize,
}

impl From<NoLaterRoom> for SubmitError {
    fn from(NoLaterRoom { waiting }: NoLaterRoom) -> Self {
        Self::Refused(Refusal::LaterFull { pending: waiting })
    }
}

impl StateDocument for LaterDocument {
    const WHAT: &'static str = "list of requests";
    const VERSION: u32 = 1;

    fn empty() -> Self {
        Self {
            schema_version: Self::VERSION,
            updated_at: 0,
            requests: Vec::new(),
        }
    }

    fn version(&self) -> u32 {
        self.schema_version
    }
}

impl LaterDocument {
    /// What is to be kept, as of now. What has ended gives way, the oldest first.
    ///
    /// # Errors
    ///
    /// [`NoLaterRoom`] if that is not enough.
    pub(super) fn write(&mut self, now: u64) -> Result<Vec<u8>, NoLaterRoom> {
        self.updated_at = now;
        loop {
            let text = serde_json::to_vec(self);
            // Texts and numbers can always be written.
            let mut bytes = text.map_err(|_| self.no_room())?;
            bytes.push(b'\n');
            if self.requests.len() <= MOST && bytes.len() <= BYTES {
                return Ok(bytes);
            }
            let ended = self.requests.iter().position(|entry| entry.end.is_some());
            self.requests.remove(ended.ok_or_else(|| self.no_room())?);
        }
    }

    /// Forgets what ended so long ago.
    pub(super) fn prune(&mut self, now: u64, age: u64) {
        let is_old = |end: &LaterEnd| end.at.saturating_add(age) <= now;
        self.requests
            .retain(|entry| !entry.end.as_ref().is_some_and(is_old));
    }

    pub(super) fn find(&self, id: Uuid) -> Option<&LaterEntry> {
        self.requests.iter().find(|entry| entry.id == id)
    }

    /// Those that have not ended.
    pub(super) fn open(&self) -> impl Iterator<Item = &LaterEntry> {
        self.requests.iter().filter(|entry| entry.end.is_none())
    }

    /// Keeps a request, or what it is called by now.
    pub(super) fn keep(&mut self, entry: LaterEntry) {
        match self.requests.iter_mut().find(|old| old.id == entry.id) {
            Some(old) => old.asked = entry.asked,
            None => self.requests.push(entry),
        }
    }

    /// Says how a request ended; of what was asked for nothing is kept.
    pub(super) fn end(&mut self, id: Uuid, end: LaterEnd) {
        let open = self.requests.iter_mut().find(|entry| entry.id == id);
        if let Some(entry) = open.filter(|entry| entry.end.is_none()) {
            entry.call = None;
            entry.end = Some(end);
        }
    }

    pub(super) fn forget(&mut self, id: Uuid) {
        self.requests.retain(|entry| entry.id != id);
    }

    fn no_room(&self) -> NoLaterRoom {
        NoLaterRoom {
            waiting: self.open().count(),
        }
    }
}

impl LaterEnd {
    /// An end with the answer that the client would have had, its body if there is
    /// room for it.
    pub(crate) fn answered(at: u64, outcome: LaterOutcome, status: u16, body: &[u8]) -> Self {
        let body = (body.len() <= ANSWER).then(|| serde_json::from_slice(body).ok());
        Self {
            at,
            outcome,
            status: Some(status),
            body: body.flatten(),
        }
    }

    /// An end of which nothing is known but how it was.
    pub(crate) fn unanswered(at: u64, outcome: LaterOutcome) -> Self {
        Self {
            at,
            outcome,
            status: None,
            body: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use openwork_host::VolatileState;
    use openwork_model::actor::{ActorKind, TokenHash};
    use std::net::Ipv4Addr;

    use super::*;

    fn entry(id: u128, body: usize) -> LaterEntry {
        LaterEntry {
            id: Uuid::from_u128(id),
            workspace_id: "ws_1".to_owned(),
            actor: Actor {
                kind: ActorKind::Remote,
                client_id: None,
                token_hash: TokenHash::of("t"),
            },
            address: Ipv4Addr::LOCALHOST.into(),
            created_at: 1,
            expires_at: 2,
            asked: Uuid::from_u128(id),
            call: Some(LaterCall {
                method: "POST".to_owned(),
                target: "/".to_owned(),
                content_type: None,
                if_match: Vec::new(),
                body: "x".repeat(body),
            }),
            end: None,
        }
    }

    fn kept(document: &LaterDocument) -> Vec<u128> {
        let all = document.requests.iter();
        all.map(|entry| entry.id.as_u128()).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut document = LaterDocument::empty();
        document.keep(entry(1, 3));
        document.keep(entry(2, 3));
        let end = LaterEnd::answered(5, LaterOutcome::Applied, 200, br#"{"ok":true}"#);
        document.end(Uuid::from_u128(1), end.clone());
        let bytes = document.write(7).unwrap();
        let again = LaterDocument::of(&VolatileState::default(), Some(&bytes)).unwrap();
        assert_eq!(again, document);
        let ended = again.find(Uuid::from_u128(1)).unwrap();
        assert_eq!((&ended.call, &ended.end), (&None, &Some(end)));
        assert_eq!(again.open().count(), 1);
    }

    #[test]
    fn an_end_is_final() {
        let mut document = LaterDocument::empty();
        document.keep(entry(1, 0));
        let applied = LaterEnd::unanswered(5, LaterOutcome::Applied);
        document.end(Uuid::from_u128(1), applied.clone());
        document.end(
            Uuid::from_u128(1),
            LaterEnd::unanswered(6, LaterOutcome::Failed),
        );
        assert_eq!(
            document.find(Uuid::from_u128(1)).unwrap().end,
            Some(applied)
        );
    }

    #[test]
    fn what_has_ended_gives_way_and_what_waits_does_not() {
        let mut document = LaterDocument::empty();
        document.keep(entry(1, BYTES / 2));
        for id in 2..6 {
            document.keep(entry(id, 0));
            let body = format!("\"{}\"", "y".repeat(ANSWER - 2));
            let end = LaterEnd::answered(5, LaterOutcome::Applied, 200, body.as_bytes());
            document.end(Uuid::from_u128(id), end);
        }
        document.write(7).unwrap();
        assert_eq!(kept(&document), [1, 2, 3, 4, 5]);
        document.keep(entry(6, BYTES / 3));
        document.write(8).unwrap();
        assert_eq!(kept(&document), [1, 5, 6]);
        document.keep(entry(7, BYTES / 3));
        assert_eq!(document.write(9), Err(NoLaterRoom { waiting: 3 }));
    }

    #[test]
    fn a_long_answer_is_left_out_and_an_old_one_forgotten() {
        let body = format!("\"{}\"", "y".repeat(ANSWER));
        let end = LaterEnd::answered(5, LaterOutcome::Applied, 200, body.as_bytes());
        assert_eq!((end.status, &end.body), (Some(200), &None));
        let mut document = LaterDocument::empty();
        document.keep(entry(1, 0));
        document.keep(entry(2, 0));
        document.end(Uuid::from_u128(1), end);
        document.prune(14, 10);
        assert_eq!(kept(&document), [1, 2]);
        document.prune(15, 10);
        assert_eq!(kept(&document), [2]);
    }
}
