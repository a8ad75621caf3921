//! One writer per workspace, committing in groups.
//!
//! Orders that arrive while a commit runs are taken together by the next one:
//! sixteen clients writing at once are served by few syncs. Each order keeps
//! its own consent, audit entry and error.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use openwork_change::store::{CommitReceipt, Order, Store, StoreError};
use tokio::sync::oneshot;

use crate::counts::CommitTally;
use crate::error::HostError;
use crate::pool::{WorkPool, WorkspaceLimiter};

type CommitAnswer = Result<CommitReceipt, HostError>;

/// The orders of one workspace that wait for its writer.
#[derive(Default)]
pub(crate) struct GroupWriter {
    queue: Mutex<OrderQueue>,
}

#[derive(Default)]
struct OrderQueue {
    waiting: Vec<(Order, oneshot::Sender<CommitAnswer>)>,
    /// Whether some caller commits what waits.
    is_draining: bool,
}

impl GroupWriter {
    /// Puts an order in the queue. A caller that finds it idle has to
    /// [`drain`](Self::drain) it.
    fn enqueue(&self, order: Order) -> (oneshot::Receiver<CommitAnswer>, bool) {
        let (answer, answered) = oneshot::channel();
        let mut queue = self.lock();
        queue.waiting.push((order, answer));
        let idle = !mem::replace(&mut queue.is_draining, true);
        (answered, idle)
    }

    /// Commits an order, together with whatever else waits.
    pub(crate) async fn commit(
        &self,
        order: Order,
        store: &Arc<dyn Store>,
        pool: (&WorkPool, &WorkspaceLimiter),
        tally: &CommitTally,
    ) -> CommitAnswer {
        let (answered, idle) = self.enqueue(order);
        // Not dropped half-way: `Host::carry_out` runs this in a task.
        if idle {
            self.drain(store, pool, tally).await;
        }
        answered.await.unwrap_or(Err(HostError::Lost))
    }

    /// Commits groups until nothing waits. The caller is one of those who wait:
    /// a task of the writer's own would have to be kept, and ended, for each
    /// workspace.
    async fn drain(
        &self,
        store: &Arc<dyn Store>,
        (pool, limiter): (&WorkPool, &WorkspaceLimiter),
        tally: &CommitTally,
    ) {
        while let Some(group) = self.next_group() {
            tally.begin_group();
            let (orders, answers): (Vec<_>, Vec<_>) = group.into_iter().unzip();
            let store = Arc::clone(store);
            match pool
                .run_unbounded(limiter, move || store.commit(orders))
                .await
            {
                Ok(results) => answer_each(answers, results),
                Err(error) => answer_all(answers, &error),
            }
        }
    }

    fn next_group(&self) -> Option<Vec<(Order, oneshot::Sender<CommitAnswer>)>> {
        let mut queue = self.lock();
        let group = mem::take(&mut queue.waiting);
        // Under the same lock as `enqueue`: between the look at an empty queue
        // and the end of draining no order can slip in unseen.
        queue.is_draining = !group.is_empty();
        queue.is_draining.then_some(group)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, OrderQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer_each(
    answers: Vec<oneshot::Sender<CommitAnswer>>,
    results: Vec<Result<CommitReceipt, StoreError>>,
) {
    for (answer, result) in answers.into_iter().zip(results) {
        // The caller may have stopped waiting; the commit stands all the same.
        let _ = answer.send(result.map_err(HostError::from));
    }
}

fn answer_all(answers: Vec<oneshot::Sender<CommitAnswer>>, error: &HostError) {
    for answer in answers {
        let _ = answer.send(Err(error.clone()));
    }
}

#[cfg(test)]
mod tests {
    //! The queue in every order of events.
    //!
    //! All that callers do to the queue happens under one lock: an order is put in,
    //! or a group is taken out. So all that several callers can do to each other
    //! is an order of those two steps, and trying every order tries everything.

    use openwork_change::change::Change;
    use openwork_model::actor::{Actor, ActorKind, TokenHash};

    use super::*;

    const CALLERS: usize = 4;

    /// Where one caller of [`GroupWriter::commit`] stands.
    #[derive(Clone, Copy, PartialEq)]
    enum Caller {
        Coming,
        Draining,
        Waiting,
    }

    /// One run, made by the steps of a schedule.
    struct Run {
        writer: GroupWriter,
        callers: [Caller; CALLERS],
        committed: Vec<String>,
        answers: Vec<oneshot::Receiver<CommitAnswer>>,
        held: Vec<oneshot::Sender<CommitAnswer>>,
    }

    impl Run {
        fn new(schedule: &[usize]) -> Self {
            let mut run = Self {
                writer: GroupWriter::default(),
                callers: [Caller::Coming; CALLERS],
                committed: Vec::new(),
                answers: Vec::new(),
                held: Vec::new(),
            };
            for &caller in schedule {
                run.step(caller);
            }
            run
        }

        /// The callers that can do something now.
        fn ready(&self) -> Vec<usize> {
            let can = |caller: &usize| self.callers[*caller] != Caller::Waiting;
            (0..CALLERS).filter(can).collect()
        }

        fn step(&mut self, caller: usize) {
            self.callers[caller] = match self.callers[caller] {
                Caller::Coming => {
                    let (answer, idle) = self.writer.enqueue(order(&caller.to_string()));
                    self.answers.push(answer);
                    if idle {
                        Caller::Draining
                    } else {
                        Caller::Waiting
                    }
                }
                Caller::Draining => match self.writer.next_group() {
                    Some(group) => {
                        self.commit(group);
                        Caller::Draining
                    }
                    None => Caller::Waiting,
                },
                Caller::Waiting => Caller::Waiting,
            };
            let draining = self
                .callers
                .iter()
                .filter(|caller| **caller == Caller::Draining);
            assert!(draining.count() <= 1, "two callers write at once");
        }

        fn commit(&mut self, group: Vec<(Order, oneshot::Sender<CommitAnswer>)>) {
            for (order, answer) in group {
                let Change::RemoveMcp(name) = &order.proposal.change else {
                    continue;
                };
                self.committed.push(name.clone());
                self.held.push(answer);
            }
        }
    }

    fn order(name: &str) -> Order {
        let token_hash = TokenHash::of("t");
        Order {
            proposal: Arc::new(Change::RemoveMcp(name.to_owned()).into()),
            shown: None,
            approval: openwork_model::audit::ApprovedBy::Auto.into(),
            actor: Actor {
                kind: ActorKind::Remote,
                client_id: None,
                token_hash,
            },
        }
    }

    /// Runs every schedule that begins with this one; how many there were.
    fn explore(schedule: &mut Vec<usize>) -> usize {
        let run = Run::new(schedule);
        let ready = run.ready();
        if ready.is_empty() {
            let mut committed = run.committed.clone();
            committed.sort();
            assert_eq!(committed, ["0", "1", "2", "3"], "{schedule:?}");
            assert!(!run.writer.lock().is_draining, "{schedule:?}");
            return 1;
        }
        let mut schedules = 0;
        for caller in ready {
            schedule.push(caller);
            schedules += explore(schedule);
            schedule.pop();
        }
        schedules
    }

    #[test]
    fn every_order_is_committed_once_in_every_schedule() {
        // 24 orders of coming, each with 27 ways of the groups between them.
        assert_eq!(explore(&mut Vec::new()), 24 * 27);
    }
}
