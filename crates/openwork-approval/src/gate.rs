//! The gate: a ledger at which one can wait.
//!
//! Every operation is one visit to the ledger under one lock, and nothing is
//! awaited while it is held. Who wins a race is therefore decided by who comes
//! to the lock first, and by nothing else.

mod approver;
mod attendance;
mod builder;
mod state;

pub use attendance::Attendance;
pub use builder::GateBuilder;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio::time::Instant;

use self::state::{GateState, GateVerdict};
use crate::ask::Ask;
use crate::clock::{Moment, WallClock};
use crate::events::Watch;
use crate::history::EndedCounts;
use crate::ledger::{Ledger, SubmittedRequest};
use crate::options::{ApprovalMode, GateOptions};
use crate::outcome::{EndedBy, EndedRequest, Settlement};
use crate::permit::{DecidedRequest, GrantedBy, Permit, Ticket};
use crate::refusal::{DecideError, Refusal};
use crate::reply::Reply;
use crate::request::{Request, RequestId, RequestIds};
use crate::rules::{Rule, RuleId};

/// What is said of something that was allowed and then dropped.
const GIVEN_UP: &str = "it was given up before it was finished";

/// Asks a person before something happens. Clones are the same gate.
pub struct Gate<T> {
    shared: Arc<GateShared<T>>,
}

struct GateShared<T> {
    options: GateOptions,
    wall: Arc<dyn WallClock>,
    ids: Arc<dyn RequestIds>,
    state: Mutex<GateState<T>>,
}

// Derived, this would ask for a `T` that can be cloned.
impl<T> Clone for Gate<T> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T> Gate<T> {
    /// A gate at which nothing waits.
    #[cfg(all(feature = "clock", feature = "random"))]
    pub fn new(options: GateOptions) -> Self {
        Self::builder().options(options).build()
    }

    /// A gate of which nothing was said yet, with this machine's clock and
    /// random ids; without those features a [`GateBuilder`] is given its own.
    #[cfg(all(feature = "clock", feature = "random"))]
    pub fn builder() -> GateBuilder<T> {
        GateBuilder::new(
            Arc::new(crate::clock::SystemWallClock),
            Arc::new(crate::request::RandomRequestIds),
        )
    }

    /// How the gate behaves.
    pub fn options(&self) -> &GateOptions {
        &self.shared.options
    }

    /// Asks, and waits until a person has answered or the time is over.
    ///
    /// Dropping the future withdraws the request. If it was allowed just then,
    /// nobody is left to do it, and it counts as failed.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] says why it may not be done.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with its timer enabled, as the deadline is
    /// kept by it.
    pub async fn ask(&self, ask: Ask<T>) -> Result<Permit<T>, Refusal> {
        self.ask_telling(ask, || {}).await
    }

    /// As [`Self::ask`], calling `waits` once the request waits for a person; not
    /// so where nobody has to be asked.
    ///
    /// # Errors
    ///
    /// As of [`Self::ask`].
    ///
    /// # Panics
    ///
    /// As [`Self::ask`].
    pub async fn ask_telling(
        &self,
        ask: Ask<T>,
        waits: impl FnOnce(),
    ) -> Result<Permit<T>, Refusal> {
        // Before the ledger: what nobody is asked about fills no list, no cap
        // and no history.
        if self.shared.options.mode == ApprovalMode::Auto {
            return self.allow_unasked();
        }
        match self.submit(ask)? {
            (ticket, GateSubmission::Pending(verdict)) => {
                waits();
                self.wait(ticket, verdict).await
            }
            (ticket, GateSubmission::Allowed(granted)) => Ok(Permit::asked(ticket, granted)),
        }
    }

    /// Answers a pending request. Of several answers the first counts.
    ///
    /// # Errors
    ///
    /// [`DecideError`] if the request does not wait any more, or the answer
    /// cannot be remembered; then it goes on waiting.
    pub fn decide(&self, id: RequestId, reply: Reply) -> Result<DecidedRequest, DecideError> {
        self.decide_as(id, |ledger, now| ledger.decide(id, reply, now))
    }

    /// Allows a pending request as something that is not quite what was asked: it
    /// ends as a request about `subject`, and whoever asked is
    /// [told](Permit::request).
    ///
    /// # Errors
    ///
    /// As of [`Self::decide`]; such an answer cannot be remembered. A no is
    /// one to what was asked.
    pub fn decide_on(
        &self,
        id: RequestId,
        reply: Reply,
        subject: T,
    ) -> Result<DecidedRequest, DecideError> {
        self.decide_as(id, |ledger, now| ledger.decide_on(id, reply, subject, now))
    }

    fn decide_as(
        &self,
        id: RequestId,
        decide: impl FnOnce(&mut Ledger<T>, Moment) -> Result<bool, DecideError>,
    ) -> Result<DecidedRequest, DecideError> {
        self.change(|state, now| {
            let allowed = decide(&mut state.ledger, now)?;
            // Within the same visit, or the request could be settled before
            // anybody waits to hear of it.
            let settlement = allowed.then(|| state.wait_settled(id));
            Ok(DecidedRequest {
                id,
                allowed,
                settlement,
            })
        })
    }

    /// The pending requests, oldest first.
    pub fn pending(&self) -> Vec<Arc<Request<T>>> {
        self.read(|state| state.ledger.pending())
    }

    /// The pending request of this name.
    pub fn get(&self, id: RequestId) -> Option<Arc<Request<T>>> {
        self.read(|state| state.ledger.get(id))
    }

    /// The requests that ended last, newest first, at most [`HISTORY`](crate::HISTORY).
    pub fn history(&self, limit: usize) -> Vec<Arc<EndedRequest<T>>> {
        self.read(|state| state.ledger.history(limit))
    }

    /// How many requests have ended, by how they did.
    pub fn ended_counts(&self) -> EndedCounts {
        self.read(|state| state.ledger.ended_counts())
    }

    /// The allowances in force, oldest first.
    pub fn rules(&self) -> Vec<Rule> {
        self.read(|state| state.ledger.rules())
    }

    /// Takes an allowance back; false if there is none of this name.
    pub fn revoke(&self, id: RuleId) -> bool {
        self.change(|state, now| state.ledger.revoke(id, now))
    }

    /// What is pending now, and every event from now on, each exactly once.
    pub fn watch(&self) -> (Vec<Arc<Request<T>>>, Watch<T>) {
        self.read(|state| (state.ledger.pending(), state.watchers.add()))
    }

    /// Somebody is there who can answer, until what this gives is dropped. So
    /// long what waits has [more time](GateOptions::watched_timeout). A
    /// [`watch`](Self::watch) alone does not say so: a log watches, too.
    pub fn attend(&self) -> Attendance<T> {
        Attendance::begin(self.clone())
    }

    /// Has a pending request wait 5 minutes longer, in all an hour at most. When
    /// it expires by now, in ms since 1970.
    ///
    /// # Errors
    ///
    /// [`DecideError::Unknown`] if the request does not wait any more.
    pub fn keep(&self, id: RequestId) -> Result<u64, DecideError> {
        self.change(|state, now| state.ledger.keep(id, now))
    }

    /// Takes a request back for whoever asked it, who is told; false if it does not
    /// wait any more.
    pub fn withdraw(&self, id: RequestId) -> bool {
        self.change(|state, now| state.ledger.withdraw(id, now))
    }

    /// How many watch.
    pub fn watchers(&self) -> usize {
        self.lock().watchers.count()
    }

    /// Ends every pending request as aborted, refuses later ones and lets the
    /// watchers go. What was allowed before can still be settled.
    pub fn shut_down(&self) {
        self.change(|state, now| state.ledger.abort(now));
    }

    pub(crate) fn settle(&self, id: RequestId, settlement: Settlement) {
        self.change(|state, _| state.ledger.settle(id, settlement));
    }

    /// Whoever wanted this is gone, or through with it.
    pub(crate) fn leave(&self, id: RequestId) {
        self.change(|state, now| {
            // It may have been allowed just before. Then nobody is left to do
            // it, and silence would leave it open for ever.
            if !state.ledger.withdraw(id, now) {
                state
                    .ledger
                    .settle(id, Settlement::Failed(GIVEN_UP.to_owned()));
            }
        });
    }

    fn allow_unasked(&self) -> Result<Permit<T>, Refusal> {
        if self.lock().ledger.is_closed() {
            return Err(Refusal::ShuttingDown { request: None });
        }
        Ok(Permit::unasked())
    }

    /// A ticket, and what became of the request at once.
    fn submit(&self, ask: Ask<T>) -> Result<(Ticket<T>, GateSubmission<T>), Refusal> {
        let id = match ask.later {
            Some(later) => later.id,
            None => self.shared.ids.next_id(),
        };
        let (request, submission) =
            self.change(|state, now| match state.ledger.submit(id, ask, now)? {
                SubmittedRequest::Allowed(request, rule) => {
                    let granted = GrantedBy {
                        by: EndedBy::Rule(rule),
                        at: now.wall_ms,
                    };
                    Ok((request, GateSubmission::Allowed(granted)))
                }
                SubmittedRequest::Pending(request) => {
                    Ok((request, GateSubmission::Pending(state.wait(id))))
                }
            })?;
        let ticket = Ticket {
            gate: self.clone(),
            request,
        };
        Ok((ticket, submission))
    }

    async fn wait(
        &self,
        mut ticket: Ticket<T>,
        verdict: oneshot::Receiver<GateVerdict<T>>,
    ) -> Result<Permit<T>, Refusal> {
        let request = ticket.request.id;
        match self.verdict(request, verdict).await {
            GateVerdict::Allowed(granted, amended) => {
                if let Some(amended) = amended {
                    ticket.request = amended;
                }
                Ok(Permit::asked(ticket, granted))
            }
            GateVerdict::Withdrawn => Err(Refusal::Withdrawn { request }),
            GateVerdict::Denied { message } => Err(Refusal::Denied { request, message }),
            GateVerdict::Expired { after } => Err(Refusal::Expired { request, after }),
            GateVerdict::Aborted => Err(Refusal::ShuttingDown {
                request: Some(request),
            }),
        }
    }

    /// Waits for the verdict. The deadline is the ledger's to judge: an answer
    /// that was there before it counts, even if it is only seen now.
    async fn verdict(
        &self,
        request: RequestId,
        mut verdict: oneshot::Receiver<GateVerdict<T>>,
    ) -> GateVerdict<T> {
        // The timer only wakes; the ledger judges. Two clocks that both decide
        // could let one request expire and be allowed.
        while let Some(look) = self.next_look(request) {
            if let Ok(verdict) = tokio::time::timeout_at(look, &mut verdict).await {
                return verdict.unwrap_or(GateVerdict::Aborted);
            }
        }
        // Its sender waits beside the ledger and goes nowhere without a verdict.
        verdict.await.unwrap_or(GateVerdict::Aborted)
    }

    /// When to look at a request again; `None` if it does not wait any more.
    fn next_look(&self, request: RequestId) -> Option<Instant> {
        let look = self.change(|state, now| {
            state.ledger.expire(now);
            state.ledger.next_look(request, now.instant)
        });
        look.map(Instant::from_std)
    }

    /// Reads the state once everything overdue has ended.
    fn read<R>(&self, read: impl FnOnce(&mut GateState<T>) -> R) -> R {
        let mut state = self.lock();
        let now = self.now();
        state.ledger.expire(now);
        state.deliver(now.wall_ms);
        read(&mut state)
    }

    /// One operation; what happens in it is told before anybody else comes in.
    fn change<R>(&self, change: impl FnOnce(&mut GateState<T>, Moment) -> R) -> R {
        let mut state = self.lock();
        let now = self.now();
        let result = change(&mut state, now);
        state.deliver(now.wall_ms);
        result
    }

    /// Taken under the lock, so that the ledger sees times in their order.
    fn now(&self) -> Moment {
        Moment {
            // Tokio's clock and not the system's: tests pause it, and the timer
            // and the ledger must agree on what time it is.
            instant: Instant::now().into_std(),
            wall_ms: self.shared.wall.now_ms(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, GateState<T>> {
        self.shared
            .state
            .lock()
            // One panic must not have every later call panic, or nobody could
            // answer any more. The only foreign code that runs under the lock
            // makes a summary or drops a subject.
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of a request at once.
enum GateSubmission<T> {
    /// A rule allows it.
    Allowed(GrantedBy),
    /// It waits, and its verdict arrives here.
    Pending(oneshot::Receiver<GateVerdict<T>>),
}
