//! Permission to do one thing once.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::gate::Gate;
use crate::outcome::{EndedBy, Settlement};
use crate::request::{Request, RequestId};

/// Permission to do one thing once.
///
/// Whoever holds it says what came of it. A permit that is dropped without a
/// word counts as failed, so nothing that was allowed stays open for ever.
#[must_use = "say what came of what was allowed"]
pub struct Permit<T> {
    ticket: Option<Ticket<T>>,
    granted: Option<GrantedBy>,
}

/// How something was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantedBy {
    /// By whom or by what.
    pub by: EndedBy,
    /// When, in ms since 1970.
    pub at: u64,
}

impl<T> Permit<T> {
    /// Permission that nobody was asked for.
    pub(crate) fn unasked() -> Self {
        Self {
            ticket: None,
            granted: None,
        }
    }

    pub(crate) fn asked(ticket: Ticket<T>, granted: GrantedBy) -> Self {
        Self {
            ticket: Some(ticket),
            granted: Some(granted),
        }
    }

    /// How it was allowed; `None` if nobody was asked.
    pub fn granted(&self) -> Option<GrantedBy> {
        self.granted
    }

    /// What a person or a rule allowed; `None` if nobody was asked.
    pub fn request(&self) -> Option<&Request<T>> {
        self.ticket.as_ref().map(|ticket| &*ticket.request)
    }

    /// It was done.
    pub fn applied(self) {
        self.conclude(Settlement::Applied);
    }

    /// It was not done, because what the person was shown no longer held.
    pub fn conflicted(self) {
        self.conclude(Settlement::Conflicted);
    }

    /// It could not be done, for this reason.
    pub fn failed(self, message: String) {
        self.conclude(Settlement::Failed(message));
    }

    /// What came of it: a [`Settlement`], or a result, owned or borrowed. It was
    /// done if that is a value, and could not be done, for the reason that the
    /// error gives, if it is none.
    ///
    /// ```
    /// # use openwork_approval::{Ask, Decision, Gate};
    /// # async fn send(gate: &Gate<&'static str>) -> Result<(), Box<dyn std::error::Error>> {
    /// let permit = gate.ask(Ask::new("office", "mail.send", "hello")).await?;
    /// let sent = std::fs::write("outbox", "hello");
    /// permit.settle(&sent);
    /// # Ok(sent?)
    /// # }
    /// ```
    pub fn settle(self, outcome: impl Into<Settlement>) {
        self.conclude(outcome.into());
    }

    fn conclude(self, settlement: Settlement) {
        // The ticket is dropped right after and leaves the request, which by
        // then is settled; a second settlement counts for nothing.
        if let Some(ticket) = &self.ticket {
            ticket.gate.settle(ticket.request.id, settlement);
        }
    }
}

impl<T> fmt::Debug for Permit<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.ticket.as_ref().map(|ticket| ticket.request.id);
        out.debug_struct("Permit")
            .field("request", &request)
            .field("granted", &self.granted)
            .finish()
    }
}

/// A request's hold on somebody who wants it.
///
/// Dropping it leaves the request: it is withdrawn if it still waits, and has
/// failed if it was allowed but nobody said what came of it.
pub(crate) struct Ticket<T> {
    pub(crate) gate: Gate<T>,
    pub(crate) request: Arc<Request<T>>,
}

impl<T> Drop for Ticket<T> {
    fn drop(&mut self) {
        self.gate.leave(self.request.id);
    }
}

/// An answer that counted.
#[derive(Debug)]
pub struct DecidedRequest {
    /// The request that was answered.
    pub id: RequestId,
    /// Whether the answer was yes.
    pub allowed: bool,
    pub(crate) settlement: Option<oneshot::Receiver<Settlement>>,
}

impl DecidedRequest {
    /// What came of it, as soon as that is known, but waiting no longer than
    /// this. `None` if it is not known by then, or if the answer was no.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with its timer enabled.
    pub async fn settled(self, wait: Duration) -> Option<Settlement> {
        // A bounded wait: what was allowed may take as long as it likes, but
        // whoever answered wants to go on.
        let settlement = self.settlement?;
        tokio::time::timeout(wait, settlement).await.ok()?.ok()
    }
}
