//! The model: the rules of the ledger in the plainest words.

use super::{
    DecideError, MAX_BYTES, MAX_PENDING, MAX_PENDING_PER_ASKER, Refusal, Settlement, TIMEOUT_S,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Allowed,
    Denied,
    Expired,
    Withdrawn,
    Aborted,
    Settled(Settlement),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happened {
    To(usize, State),
    /// To a request, through the rule that the answer to another one made.
    AllowedByRule(usize, usize),
    RulesChanged,
}

#[derive(Debug)]
struct Request {
    asker: u8,
    scope: u8,
    rememberable: bool,
    bytes: usize,
    deadline_s: u64,
    state: State,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) granted_by: usize,
    pub(super) uses: u64,
    asker: u8,
    scope: u8,
    end_s: u64,
}

#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) now_s: u64,
    pub(super) closed: bool,
    pub(super) rules: Vec<Rule>,
    pub(super) happened: Vec<Happened>,
    requests: Vec<Request>,
    ended: Vec<usize>,
}

impl Model {
    pub(super) fn submit(
        &mut self,
        asker: u8,
        scope: u8,
        rememberable: bool,
        bytes: usize,
    ) -> Result<State, Refusal> {
        self.expire();
        if self.closed {
            return Err(Refusal::ShuttingDown { request: None });
        }
        let turn = self.requests.len();
        let state = State::Pending;
        let deadline_s = self.now_s + TIMEOUT_S;
        let request = Request {
            asker,
            scope,
            rememberable,
            bytes,
            deadline_s,
            state,
        };
        let mut rules = self.rules.iter_mut();
        let rule = rules.find(|rule| rememberable && rule.asker == asker && rule.scope == scope);
        if let Some(rule) = rule {
            rule.uses += 1;
            self.happened
                .push(Happened::AllowedByRule(turn, rule.granted_by));
            self.requests.push(Request {
                state: State::Allowed,
                ..request
            });
            self.ended.push(turn);
            return Ok(State::Allowed);
        }
        let all = self.pending();
        let own = all
            .iter()
            .filter(|turn| self.requests[**turn].asker == asker)
            .count();
        if own >= MAX_PENDING_PER_ASKER {
            return Err(Refusal::AskerFull { pending: own });
        }
        if all.len() >= MAX_PENDING {
            return Err(Refusal::Full { pending: all.len() });
        }
        let limit = MAX_BYTES / 2;
        if bytes > limit {
            return Err(Refusal::TooLarge { bytes, limit });
        }
        let of = |turns: &[usize]| turns.iter().map(|turn| self.requests[*turn].bytes).sum();
        let own: Vec<usize> = all
            .iter()
            .copied()
            .filter(|turn| self.requests[*turn].asker == asker)
            .collect();
        let (own, all): (usize, usize) = (of(&own), of(&all));
        if own + bytes > limit {
            return Err(Refusal::AskerTooMuch { bytes: own });
        }
        if all + bytes > MAX_BYTES {
            return Err(Refusal::TooMuch { bytes: all });
        }
        self.requests.push(request);
        self.happened.push(Happened::To(turn, State::Pending));
        Ok(State::Pending)
    }

    pub(super) fn decide(
        &mut self,
        turn: usize,
        allow: bool,
        remember: Option<u64>,
    ) -> Result<bool, DecideError> {
        self.expire();
        let Some(request) = self.requests.get(turn) else {
            return Err(DecideError::Unknown);
        };
        if request.state != State::Pending {
            return Err(DecideError::Unknown);
        }
        if remember.is_some() && !(allow && request.rememberable) {
            return Err(DecideError::NotRememberable);
        }
        let (asker, scope) = (request.asker, request.scope);
        self.end(turn, if allow { State::Allowed } else { State::Denied });
        if !allow || remember.is_some() {
            let before = self.rules.len();
            self.rules
                .retain(|rule| rule.asker != asker || rule.scope != scope);
            if self.rules.len() != before || allow {
                self.happened.push(Happened::RulesChanged);
            }
        }
        if let Some(minutes) = remember {
            let end_s = self.now_s + minutes * 60;
            self.rules.push(Rule {
                granted_by: turn,
                uses: 0,
                asker,
                scope,
                end_s,
            });
        }
        Ok(allow)
    }

    pub(super) fn withdraw(&mut self, turn: usize) -> bool {
        self.expire();
        let pending = self
            .requests
            .get(turn)
            .is_some_and(|it| it.state == State::Pending);
        if pending {
            self.end(turn, State::Withdrawn);
        }
        pending
    }

    pub(super) fn settle(&mut self, turn: usize, state: State) -> bool {
        let Some(request) = self.requests.get_mut(turn) else {
            return false;
        };
        if request.state != State::Allowed {
            return false;
        }
        request.state = state.clone();
        self.happened.push(Happened::To(turn, state));
        true
    }

    pub(super) fn revoke(&mut self, granted_by: usize) -> bool {
        self.expire();
        self.end_rules(|rule| rule.granted_by == granted_by)
    }

    pub(super) fn expire(&mut self) {
        for turn in self.pending() {
            if self.requests[turn].deadline_s <= self.now_s {
                self.end(turn, State::Expired);
            }
        }
        let now_s = self.now_s;
        self.end_rules(|rule| rule.end_s <= now_s);
    }

    pub(super) fn abort(&mut self) {
        self.expire();
        self.closed = true;
        for turn in self.pending() {
            self.end(turn, State::Aborted);
        }
    }

    pub(super) fn pending(&self) -> Vec<usize> {
        let all = 0..self.requests.len();
        all.filter(|turn| self.requests[*turn].state == State::Pending)
            .collect()
    }

    pub(super) fn history(&self) -> Vec<(usize, State)> {
        let newest = self.ended.iter().rev();
        newest
            .map(|turn| (*turn, self.requests[*turn].state.clone()))
            .collect()
    }

    fn end(&mut self, turn: usize, state: State) {
        self.requests[turn].state = state.clone();
        self.ended.push(turn);
        self.happened.push(Happened::To(turn, state));
    }

    fn end_rules(&mut self, ended: impl Fn(&Rule) -> bool) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| !ended(rule));
        let changed = self.rules.len() != before;
        if changed {
            self.happened.push(Happened::RulesChanged);
        }
        changed
    }
}
