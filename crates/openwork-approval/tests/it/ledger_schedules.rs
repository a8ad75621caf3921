//! Every order in which those who race for a request can come to the ledger.
//!
//! The gate reaches the ledger only under one mutex and awaits nothing while it
//! holds it, so each operation is atomic and any concurrent run equals some
//! sequence of operations in which each actor keeps its own order. Running all
//! such sequences is therefore a complete exploration of the races: what holds
//! in each of them holds whatever threads and memory do. Every prefix of a
//! sequence is covered too, because all is checked after every step.

use std::time::{Duration, Instant};

use openwork_approval::ledger::Ledger;
use openwork_approval::{Decision, Moment};
use openwork_approval::{Event, GateOptions, Reply, RequestId, Settlement};

use crate::stage::ask;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Allow,
    Deny,
    /// The deadline passes.
    Pass,
    /// A timer looks at the clock.
    Expire,
    /// Whoever asked goes away, as the gate does it: withdrawn, or else failed.
    Leave,
    /// Whoever asked has done it.
    Apply,
    ShutDown,
}

/// Calls `visit` with each way of merging the actors' steps into one sequence.
fn schedules(actors: &mut [&[Step]], sequence: &mut Vec<Step>, visit: &mut impl FnMut(&[Step])) {
    if actors.iter().all(|steps| steps.is_empty()) {
        return visit(sequence);
    }
    for turn in 0..actors.len() {
        let Some((step, rest)) = actors[turn].split_first() else {
            continue;
        };
        let steps = std::mem::replace(&mut actors[turn], rest);
        sequence.push(*step);
        schedules(actors, sequence, visit);
        sequence.pop();
        actors[turn] = steps;
    }
}

/// One request in a ledger, and everything that was told of it.
struct Race {
    ledger: Ledger<&'static str>,
    id: RequestId,
    now: Moment,
    told: Vec<&'static str>,
    winners: usize,
}

impl Race {
    fn start() -> Self {
        let mut ledger = Ledger::new(&GateOptions::default());
        let now = Moment {
            instant: Instant::now(),
            wall_ms: 0,
        };
        let id = RequestId::random();
        ledger.submit(id, ask("a"), now).unwrap();
        Self {
            ledger,
            id,
            now,
            told: Vec::new(),
            winners: 0,
        }
    }

    fn step(&mut self, step: Step) {
        let (id, now) = (self.id, self.now);
        match step {
            Step::Allow => self.answer(Reply::allow()),
            Step::Deny => self.answer(Reply::from(Decision::Deny)),
            Step::Pass => self.now.instant += Duration::from_secs(30),
            Step::Expire => self.ledger.expire(now),
            Step::Leave => {
                if !self.ledger.withdraw(id, now) {
                    self.ledger
                        .settle(id, Settlement::Failed("left".to_owned()));
                }
            }
            Step::Apply => {
                self.ledger.settle(id, Settlement::Applied);
            }
            Step::ShutDown => self.ledger.abort(now),
        }
        self.listen();
    }

    fn answer(&mut self, reply: Reply) {
        let counts = self.ledger.decide(self.id, reply, self.now).is_ok();
        self.winners += usize::from(counts);
    }

    fn listen(&mut self) {
        for event in self.ledger.events() {
            self.told.push(match event {
                Event::Asked(_) => "asked",
                Event::Replied { allowed: true, .. } => "allowed",
                Event::Replied { .. } => "denied",
                Event::Expired { .. } => "expired",
                Event::Withdrawn { .. } => "withdrawn",
                Event::Aborted { .. } => "aborted",
                Event::Applied { .. } => "applied",
                Event::Conflicted { .. } => "conflicted",
                Event::Failed { .. } => "failed",
                Event::RulesChanged => "rules",
                Event::Rescheduled { .. } => "rescheduled",
            });
        }
    }

    /// What holds at any time.
    fn check(&self, sequence: &[Step]) {
        let told = self.told.as_slice();
        let listed = self.ledger.pending().len();
        let history = self.ledger.history(10);
        let outcomes: Vec<&str> = history.iter().map(|ended| ended.outcome.as_str()).collect();
        match told {
            ["asked"] => assert_eq!((listed, outcomes.len()), (1, 0), "{sequence:?}"),
            ["asked", "allowed"] => assert_eq!((listed, outcomes), (0, vec!["allowed"])),
            ["asked", "allowed", end @ ("applied" | "failed")]
            | [
                "asked",
                end @ ("denied" | "expired" | "withdrawn" | "aborted"),
            ] => {
                assert_eq!((listed, outcomes), (0, vec![*end]), "{sequence:?}");
            }
            other => panic!("{sequence:?} told {other:?}"),
        }
        let answered = told.contains(&"allowed") || told.contains(&"denied");
        assert_eq!(self.winners, usize::from(answered), "{sequence:?}");
        let applied = told.contains(&"applied");
        assert!(!applied || sequence.contains(&Step::Apply), "{sequence:?}");
    }
}

/// Runs all schedules; returns how many there were and how they ended.
fn explore(actors: &[&[Step]]) -> (usize, Vec<&'static str>) {
    let mut count = 0;
    let mut ends = Vec::new();
    schedules(&mut actors.to_vec(), &mut Vec::new(), &mut |sequence| {
        let mut race = Race::start();
        for (at, step) in sequence.iter().enumerate() {
            race.step(*step);
            race.check(&sequence[..=at]);
        }
        count += 1;
        ends.extend(race.told.last());
    });
    ends.sort_unstable();
    ends.dedup();
    (count, ends)
}

#[test]
fn of_two_answers_and_a_deadline_exactly_one_counts() {
    let (count, ends) = explore(&[&[Step::Allow], &[Step::Deny], &[Step::Pass, Step::Expire]]);
    // 4! / 2!
    assert_eq!(count, 12);
    assert_eq!(ends, ["allowed", "denied", "expired"]);
}

#[test]
fn an_allow_that_meets_a_client_who_leaves_writes_nothing() {
    let (count, ends) = explore(&[&[Step::Allow], &[Step::Leave], &[Step::Pass, Step::Expire]]);
    assert_eq!(count, 12);
    assert_eq!(ends, ["expired", "failed", "withdrawn"]);
}

#[test]
fn everybody_at_once_still_ends_a_request_once() {
    let (count, ends) = explore(&[
        &[Step::Allow],
        &[Step::Deny, Step::Allow],
        &[Step::Apply, Step::Leave],
        &[Step::Pass, Step::Expire],
        &[Step::ShutDown],
    ]);
    // 8! / (2! 2! 2!)
    assert_eq!(count, 5_040);
    assert_eq!(
        ends,
        [
            "aborted",
            "applied",
            "denied",
            "expired",
            "failed",
            "withdrawn"
        ]
    );
}
