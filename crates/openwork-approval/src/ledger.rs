//! The ledger: who asked what, and how it ended. A pure state machine.
//!
//! ```text
//!            ┌─► denied       a person said no
//!            ├─► expired      the deadline came first
//! pending ───┼─► withdrawn    whoever asked went away
//!            ├─► aborted      the gate was shut
//!            └─► allowed ───┬─► applied
//!                 ▲         ├─► conflicted
//!   a rule ───────┘         └─► failed
//! ```
//!
//! Every arrow is taken at most once and there is no way back: what is not
//! pending cannot be decided, and what is not allowed cannot be settled.
//!
//! The ledger has no clock and waits for nothing: times are arguments, what
//! happened is handed out by [`Ledger::events`]. Each operation first expires
//! what is overdue at the time given, so that an answer after the deadline is
//! late even if nobody noticed the deadline yet.

mod answer;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use self::answer::AnsweredRequest;
use crate::ask::Ask;
use crate::caps::PendingCaps;
use crate::clock::Moment;
use crate::events::Event;
use crate::history::{EndedCounts, RequestHistory};
use crate::options::GateOptions;
use crate::outcome::{EndedBy, EndedRequest, RequestOutcome, Settlement};
use crate::patience::{Patience, Waiting};
use crate::pending::PendingRequests;
use crate::refusal::{DecideError, Refusal};
use crate::request::{Request, RequestId};
use crate::rules::{Rule, RuleId, RuleSet};

/// Who asked what, and how it ended.
#[derive(Debug)]
pub struct Ledger<T> {
    patience: Patience,
    is_attended: bool,
    caps: PendingCaps,
    summary: Option<RequestSummary<T>>,
    pending: PendingRequests<T>,
    allowed: HashSet<RequestId>,
    rules: RuleSet,
    history: RequestHistory<T>,
    events: Vec<Event<T>>,
    closed: bool,
}

/// Makes of a subject what is kept of it once its request has ended.
pub type RequestSummary<T> = fn(&T) -> T;

/// What became of a request at once.
#[derive(Debug, PartialEq, Eq)]
pub enum SubmittedRequest<T> {
    /// It waits for a person.
    Pending(Arc<Request<T>>),
    /// A rule allows it; it has to be settled.
    Allowed(Arc<Request<T>>, RuleId),
}

impl<T> Ledger<T> {
    /// An empty ledger with the timeout and the caps of these options.
    pub fn new(options: &GateOptions) -> Self {
        Self {
            patience: Patience::new(options),
            is_attended: false,
            caps: PendingCaps::new(options),
            summary: None,
            pending: PendingRequests::default(),
            allowed: HashSet::new(),
            rules: RuleSet::default(),
            history: RequestHistory::default(),
            events: Vec::new(),
            closed: false,
        }
    }

    /// Keeps of subjects whose requests have ended only what this makes of
    /// them. Otherwise they are kept whole.
    #[must_use]
    pub fn summarising(self, summary: RequestSummary<T>) -> Self {
        Self {
            summary: Some(summary),
            ..self
        }
    }

    /// Asks. The name must be a fresh one.
    pub fn submit(
        &mut self,
        id: RequestId,
        ask: Ask<T>,
        now: Moment,
    ) -> Result<SubmittedRequest<T>, Refusal> {
        self.expire(now);
        if self.closed {
            return Err(Refusal::ShuttingDown { request: None });
        }
        // Before the caps: what a rule allows does not wait, so it takes no
        // room from what does.
        if let Some(rule) = self.rules.allow(&ask) {
            let request = self.allow_by_rule(id, ask, rule, now);
            return Ok(SubmittedRequest::Allowed(request, rule));
        }
        self.caps.check(&ask, &self.pending)?;
        let waiting = match ask.later {
            Some(later) => Patience::begin_later(now.instant, later.patience),
            None => self.patience.begin(now.instant, self.is_attended),
        };
        let request = request(id, ask, now, waiting);
        self.pending.add(Arc::clone(&request), waiting);
        self.events.push(Event::Asked(Arc::clone(&request)));
        Ok(SubmittedRequest::Pending(request))
    }

    /// Ends every request and every rule whose time is over.
    pub fn expire(&mut self, now: Moment) {
        while let Some((request, after)) = self.pending.remove_overdue(now.instant) {
            let id = request.id;
            self.events.push(Event::Expired { id, after });
            self.end(
                request,
                RequestOutcome::Expired,
                EndedBy::Timeout,
                None,
                now,
            );
        }
        let rules_changed = self.rules.expire(now.instant);
        self.tell_rules(rules_changed);
    }

    /// Somebody is there who can answer, or nobody any more: what waits, waits
    /// longer or less long from now on.
    pub fn attend(&mut self, is_attended: bool, now: Moment) {
        self.expire(now);
        if self.is_attended == is_attended {
            return;
        }
        self.is_attended = is_attended;
        let patience = self.patience;
        for request in self.pending.list() {
            self.reschedule(request.id, |waiting| {
                if is_attended {
                    patience.attend(waiting);
                } else {
                    patience.leave(waiting, now.instant);
                }
            });
        }
    }

    /// Has a request wait 5 minutes longer, in all an hour at most. When it
    /// expires then, in ms since 1970.
    pub fn keep(&mut self, id: RequestId, now: Moment) -> Result<u64, DecideError> {
        self.expire(now);
        let patience = self.patience;
        self.reschedule(id, |waiting| patience.keep(waiting));
        let request = self.pending.get(id).ok_or(DecideError::Unknown)?;
        Ok(request.expires_at())
    }

    /// When to look again whether a request has expired; `None` if it does not
    /// wait any more.
    pub(crate) fn next_look(&self, id: RequestId, now: Instant) -> Option<Instant> {
        let waiting = self.pending.waiting(id)?;
        Some(self.patience.next_look(&waiting, now))
    }

    fn reschedule(&mut self, id: RequestId, change: impl FnOnce(&mut Waiting)) {
        if let Some(request) = self.pending.reschedule(id, change) {
            self.events.push(Event::Rescheduled {
                id,
                expires_at: request.expires_at(),
            });
        }
    }

    /// Takes a request back; false if it is not pending.
    pub fn withdraw(&mut self, id: RequestId, now: Moment) -> bool {
        self.expire(now);
        let Some(request) = self.pending.remove(id) else {
            return false;
        };
        self.events.push(Event::Withdrawn { id });
        self.end(
            request,
            RequestOutcome::Withdrawn,
            EndedBy::Client,
            None,
            now,
        );
        true
    }

    /// Says what came of a request that was allowed; false if it was not
    /// allowed, or is settled already.
    pub fn settle(&mut self, id: RequestId, settlement: Settlement) -> bool {
        if !self.allowed.remove(&id) {
            return false;
        }
        self.history.settle(id, settlement.clone().into());
        self.events.push(Event::settled(id, settlement));
        true
    }

    /// Ends every pending request and refuses all further ones. What was
    /// allowed before can still be settled.
    pub fn abort(&mut self, now: Moment) {
        self.expire(now);
        self.closed = true;
        while let Some(request) = self.pending.remove_first() {
            self.events.push(Event::Aborted { id: request.id });
            self.end(
                request,
                RequestOutcome::Aborted,
                EndedBy::Shutdown,
                None,
                now,
            );
        }
    }

    /// Takes a rule back; false if there is none of this name.
    pub fn revoke(&mut self, id: RuleId, now: Moment) -> bool {
        self.expire(now);
        let revoked = self.rules.revoke(id);
        self.tell_rules(revoked);
        revoked
    }

    /// Hands out what happened since the last call, in order.
    pub fn events(&mut self) -> Vec<Event<T>> {
        std::mem::take(&mut self.events)
    }

    /// The pending requests, oldest first.
    pub fn pending(&self) -> Vec<Arc<Request<T>>> {
        self.pending.list()
    }

    /// The pending request of this name.
    pub fn get(&self, id: RequestId) -> Option<Arc<Request<T>>> {
        self.pending.get(id).map(Arc::clone)
    }

    /// The rules in force, oldest first.
    pub fn rules(&self) -> Vec<Rule> {
        self.rules.list()
    }

    /// The requests that ended last, newest first.
    pub fn history(&self, limit: usize) -> Vec<Arc<EndedRequest<T>>> {
        self.history.newest(limit)
    }

    /// How many requests have ended, by how they did.
    pub fn ended_counts(&self) -> EndedCounts {
        self.history.counts()
    }

    /// Whether nothing can be asked any more.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    fn allow_by_rule(
        &mut self,
        id: RequestId,
        ask: Ask<T>,
        rule: RuleId,
        now: Moment,
    ) -> Arc<Request<T>> {
        let waiting = self.patience.begin(now.instant, self.is_attended);
        let request = request(id, ask, now, waiting);
        let answered = AnsweredRequest {
            request: Arc::clone(&request),
            allowed: true,
            message: None,
            by: EndedBy::Rule(rule),
            amended: None,
        };
        self.reply(answered, now);
        request
    }

    fn end(
        &mut self,
        request: Arc<Request<T>>,
        outcome: RequestOutcome,
        by: EndedBy,
        message: Option<String>,
        now: Moment,
    ) {
        let kept = self.summary.map(|summary| request.summarised(summary));
        self.history.add(EndedRequest {
            request: kept.map_or(request, Arc::new),
            outcome,
            ended_at: now.wall_ms,
            message,
            by,
        });
    }

    fn tell_rules(&mut self, changed: bool) {
        if changed {
            self.events.push(Event::RulesChanged);
        }
    }
}

fn request<T>(id: RequestId, ask: Ask<T>, now: Moment, waiting: Waiting) -> Arc<Request<T>> {
    let request = Request::new(id, ask, now.wall_ms);
    request.show_patience(waiting.patience());
    Arc::new(request)
}
