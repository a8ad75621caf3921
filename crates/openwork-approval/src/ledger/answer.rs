//! Answers: what becomes of a request that a person or a rule has answered.

use std::sync::Arc;

use super::Ledger;
use crate::clock::Moment;
use crate::events::Event;
use crate::outcome::{EndedBy, RequestOutcome};
use crate::refusal::DecideError;
use crate::reply::{Decision, Reply};
use crate::request::{Request, RequestId};

/// A request and the answer to it.
pub(super) struct AnsweredRequest<T> {
    /// As it was answered.
    pub(super) request: Arc<Request<T>>,
    pub(super) allowed: bool,
    pub(super) message: Option<String>,
    pub(super) by: EndedBy,
    /// The same, if that is not quite what was asked.
    pub(super) amended: Option<Arc<Request<T>>>,
}

impl<T> Ledger<T> {
    /// Answers a pending request; true if it is allowed and has to be settled.
    pub fn decide(
        &mut self,
        id: RequestId,
        reply: Reply,
        now: Moment,
    ) -> Result<bool, DecideError> {
        self.answer(id, reply, None, now)
    }

    /// Allows a pending request as something that is not quite what was asked: it
    /// ends as a request about `subject`. Always true.
    pub fn decide_on(
        &mut self,
        id: RequestId,
        reply: Reply,
        subject: T,
        now: Moment,
    ) -> Result<bool, DecideError> {
        self.answer(id, reply, Some(subject), now)
    }

    fn answer(
        &mut self,
        id: RequestId,
        reply: Reply,
        amended: Option<T>,
        now: Moment,
    ) -> Result<bool, DecideError> {
        self.expire(now);
        let Reply {
            decision,
            message,
            remember,
            answerer,
        } = reply;
        let request = self.pending.get(id).ok_or(DecideError::Unknown)?;
        let is_allowed = decision == Decision::Allow;
        let may_remember = request.rememberable && is_allowed && amended.is_none();
        // Refused and not forgotten: whoever meant an hour must not find that
        // it was once.
        if remember.is_some() && !may_remember {
            return Err(DecideError::NotRememberable);
        }
        // Taken out only now, so that an answer that does not count leaves it
        // waiting.
        let request = self.pending.remove(id).ok_or(DecideError::Unknown)?;
        let amended = amended
            .filter(|_| is_allowed)
            .map(|subject| Arc::new(request.about(subject)));
        let rules_changed = match (decision, remember) {
            (Decision::Deny, _) => self.rules.deny(&request),
            (Decision::Allow, None) => false,
            (Decision::Allow, Some(remember)) => {
                self.rules.grant(&request, remember, now);
                true
            }
        };
        let answered = AnsweredRequest {
            request: amended.as_ref().map_or(request, Arc::clone),
            allowed: is_allowed,
            message,
            by: EndedBy::Host(answerer),
            amended,
        };
        self.reply(answered, now);
        self.tell_rules(rules_changed);
        Ok(is_allowed)
    }

    pub(super) fn reply(&mut self, answered: AnsweredRequest<T>, now: Moment) {
        let AnsweredRequest {
            request,
            allowed,
            message,
            by,
            amended,
        } = answered;
        let id = request.id;
        let outcome = if allowed {
            RequestOutcome::Allowed
        } else {
            RequestOutcome::Denied
        };
        if allowed {
            self.allowed.insert(id);
        }
        self.events.push(Event::Replied {
            id,
            allowed,
            message: message.clone(),
            by,
            amended,
        });
        self.end(request, outcome, by, message, now);
    }
}
