//! Random sequences of operations, checked step by step against a model.
//!
//! The model is as plain as can be: one list of requests that is never cleaned
//! up, searched from end to end. The number of sequences can be raised through
//! `PROPTEST_CASES`; a sequence has up to 120 operations.

mod model;

use std::time::{Duration, Instant};

use openwork_approval::ledger::{Ledger, SubmittedRequest};
use openwork_approval::{
    Answerer, Ask, Asker, DecideError, EndedBy, Event, GateOptions, Refusal, Remember, Reply,
    RequestId, RequestOutcome, Settlement,
};
use openwork_approval::{Decision, Moment};
use proptest::prelude::*;

use self::model::{Happened, Model, State};

const TIMEOUT_S: u64 = 240;
const MAX_PENDING: usize = 6;
const MAX_PENDING_PER_ASKER: usize = 3;
const MAX_BYTES: usize = 20;

/// Requests are named by their turn, so that old and unknown ones come up too.
#[derive(Debug, Clone)]
enum Operation {
    Submit {
        asker: u8,
        scope: u8,
        rememberable: bool,
        bytes: usize,
    },
    Decide {
        request: usize,
        allow: bool,
        remember: Option<u64>,
    },
    Withdraw {
        request: usize,
    },
    Settle {
        request: usize,
        settlement: Settlement,
    },
    Revoke {
        request: usize,
    },
    Expire,
    Abort,
    Wait {
        half_minutes: u64,
    },
    SetWallClock {
        to: u64,
    },
}

fn operation() -> impl Strategy<Value = Operation> {
    let request = 0..40_usize;
    let remember = prop_oneof![3 => Just(None), 1 => Just(Some(5)), 1 => Just(Some(10))];
    let settlement = prop_oneof![
        Just(Settlement::Applied),
        Just(Settlement::Conflicted),
        Just(Settlement::Failed("disk full".to_owned())),
    ];
    prop_oneof![
        120 => (0..3_u8, 0..2_u8, any::<bool>(), 0..12_usize)
            .prop_map(|(asker, scope, rememberable, bytes)| Operation::Submit { asker, scope, rememberable, bytes }),
        120 => (request.clone(), any::<bool>(), remember)
            .prop_map(|(request, allow, remember)| Operation::Decide { request, allow, remember }),
        30 => request.clone().prop_map(|request| Operation::Withdraw { request }),
        60 => (request.clone(), settlement)
            .prop_map(|(request, settlement)| Operation::Settle { request, settlement }),
        10 => request.prop_map(|request| Operation::Revoke { request }),
        10 => Just(Operation::Expire),
        1 => Just(Operation::Abort),
        // Multiples of half a minute meet deadlines and ends of rules exactly.
        60 => (0..6_u64).prop_map(|half_minutes| Operation::Wait { half_minutes }),
        10 => any::<u64>().prop_map(|to| Operation::SetWallClock { to }),
    ]
}

/// The ledger beside its model.
struct Bench {
    ledger: Ledger<usize>,
    model: Model,
    ids: Vec<RequestId>,
    start: Instant,
    wall_ms: u64,
}

impl Bench {
    fn new() -> Self {
        let options = GateOptions {
            timeout: Duration::from_secs(TIMEOUT_S),
            max_pending: MAX_PENDING,
            max_pending_per_asker: MAX_PENDING_PER_ASKER,
            max_pending_bytes: MAX_BYTES,
            ..GateOptions::default()
        };
        Self {
            ledger: Ledger::new(&options),
            model: Model::default(),
            ids: Vec::new(),
            start: Instant::now(),
            wall_ms: 0,
        }
    }

    fn now(&self) -> Moment {
        let instant = self.start + Duration::from_secs(self.model.now_s);
        Moment {
            instant,
            wall_ms: self.wall_ms,
        }
    }

    /// The request of this turn, or one that never was.
    fn id(&self, request: usize) -> RequestId {
        self.ids
            .get(request)
            .copied()
            .unwrap_or_else(RequestId::random)
    }

    fn turn(&self, id: RequestId) -> usize {
        self.ids
            .iter()
            .position(|known| *known == id)
            .expect("only what was asked is named")
    }

    fn run(&mut self, operation: Operation) {
        let now = self.now();
        match operation {
            Operation::Submit {
                asker,
                scope,
                rememberable,
                bytes,
            } => {
                self.submit(asker, scope, rememberable, bytes);
            }
            Operation::Decide {
                request,
                allow,
                remember,
            } => self.decide(request, allow, remember),
            Operation::Withdraw { request } => {
                let withdrawn = self.ledger.withdraw(self.id(request), now);
                assert_eq!(withdrawn, self.model.withdraw(request));
            }
            Operation::Settle {
                request,
                settlement,
            } => {
                let state = State::Settled(settlement.clone());
                let settled = self.ledger.settle(self.id(request), settlement);
                assert_eq!(settled, self.model.settle(request, state));
            }
            Operation::Revoke { request } => {
                let revoked = self.ledger.revoke(self.id(request).into(), now);
                assert_eq!(revoked, self.model.revoke(request));
            }
            Operation::Expire => {
                self.ledger.expire(now);
                self.model.expire();
            }
            Operation::Abort => {
                self.ledger.abort(now);
                self.model.abort();
            }
            Operation::Wait { half_minutes } => self.model.now_s += half_minutes * 30,
            Operation::SetWallClock { to } => self.wall_ms = to,
        }
    }

    fn submit(&mut self, asker: u8, scope: u8, rememberable: bool, bytes: usize) {
        let id = RequestId::random();
        let ask = Ask {
            asker: Asker {
                address: None,
                client_id: Some(asker.to_string()),
            },
            scope: scope.to_string(),
            kind: "kind".to_owned(),
            covers: String::new(),
            bytes,
            rememberable,
            later: None,
            subject: self.ids.len(),
        };
        let submitted = self.ledger.submit(id, ask, self.now());
        let expected = self.model.submit(asker, scope, rememberable, bytes);
        match &submitted {
            Ok(SubmittedRequest::Pending(_)) => assert_eq!(expected, Ok(State::Pending)),
            Ok(SubmittedRequest::Allowed(..)) => assert_eq!(expected, Ok(State::Allowed)),
            Err(refusal) => assert_eq!(expected, Err(refusal.clone())),
        }
        if let Ok(SubmittedRequest::Pending(request) | SubmittedRequest::Allowed(request, _)) =
            submitted
        {
            assert_eq!((request.id, request.subject), (id, self.ids.len()));
            self.ids.push(id);
        }
    }

    fn decide(&mut self, request: usize, allow: bool, remember: Option<u64>) {
        let reply = Reply {
            remember: remember.and_then(Remember::from_minutes),
            ..if allow {
                Reply::allow()
            } else {
                Reply::from(Decision::Deny)
            }
        };
        let decided = self.ledger.decide(self.id(request), reply, self.now());
        assert_eq!(decided, self.model.decide(request, allow, remember));
    }

    /// Both have seen the same happen, and look the same from outside.
    fn compare(&mut self) {
        let events = self.ledger.events();
        let happened: Vec<Happened> = events
            .into_iter()
            .map(|event| self.happened(event))
            .collect();
        assert_eq!(happened, std::mem::take(&mut self.model.happened));

        let pending: Vec<usize> = self.ledger.pending().iter().map(|it| it.subject).collect();
        assert_eq!(pending, self.model.pending());
        for (turn, id) in self.ids.iter().enumerate() {
            assert_eq!(self.ledger.get(*id).is_some(), pending.contains(&turn));
        }
        let rules = self.ledger.rules();
        let rules: Vec<(String, u64)> = rules
            .iter()
            .map(|rule| (rule.id.to_string(), rule.uses))
            .collect();
        let expected = self.model.rules.iter();
        let expected: Vec<(String, u64)> = expected
            .map(|rule| (self.id(rule.granted_by).to_string(), rule.uses))
            .collect();
        assert_eq!(rules, expected);
        assert_eq!(self.history(), self.model.history());
        assert_eq!(self.ledger.is_closed(), self.model.closed);
    }

    fn history(&self) -> Vec<(usize, State)> {
        let state = |outcome: &RequestOutcome| match outcome {
            RequestOutcome::Allowed => State::Allowed,
            RequestOutcome::Applied => State::Settled(Settlement::Applied),
            RequestOutcome::Conflicted => State::Settled(Settlement::Conflicted),
            RequestOutcome::Failed(error) => State::Settled(Settlement::Failed(error.clone())),
            RequestOutcome::Denied => State::Denied,
            RequestOutcome::Expired => State::Expired,
            RequestOutcome::Withdrawn => State::Withdrawn,
            RequestOutcome::Aborted => State::Aborted,
        };
        let history = self.ledger.history(usize::MAX);
        history
            .iter()
            .map(|ended| (ended.request.subject, state(&ended.outcome)))
            .collect()
    }

    fn happened(&self, event: Event<usize>) -> Happened {
        match event {
            Event::Asked(request) => Happened::To(request.subject, State::Pending),
            Event::Replied {
                id,
                allowed: true,
                by: EndedBy::Rule(rule),
                ..
            } => {
                let granted_by = self.ids.iter().position(|id| rule == (*id).into());
                Happened::AllowedByRule(self.turn(id), granted_by.expect("a known rule"))
            }
            Event::Replied {
                id, allowed, by, ..
            } => {
                assert_eq!(by, EndedBy::Host(Answerer::default()));
                let state = if allowed {
                    State::Allowed
                } else {
                    State::Denied
                };
                Happened::To(self.turn(id), state)
            }
            Event::Expired { id, .. } => Happened::To(self.turn(id), State::Expired),
            Event::Withdrawn { id } => Happened::To(self.turn(id), State::Withdrawn),
            Event::Aborted { id } => Happened::To(self.turn(id), State::Aborted),
            Event::Applied { id } => self.settled(id, Settlement::Applied),
            Event::Conflicted { id } => self.settled(id, Settlement::Conflicted),
            Event::Failed { id, message } => self.settled(id, Settlement::Failed(message)),
            Event::RulesChanged => Happened::RulesChanged,
            Event::Rescheduled { .. } => unreachable!("nobody comes or goes here"),
        }
    }

    fn settled(&self, id: RequestId, settlement: Settlement) -> Happened {
        Happened::To(self.turn(id), State::Settled(settlement))
    }
}

proptest! {
    #[test]
    fn the_ledger_does_what_the_model_does(operations in prop::collection::vec(operation(), 1..120)) {
        let mut bench = Bench::new();
        for operation in operations {
            bench.run(operation);
            bench.compare();
        }
    }
}
