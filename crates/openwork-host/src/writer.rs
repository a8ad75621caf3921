//! One writer per workspace, committing in groups.
//!
//! Orders that arrive while a commit runs are taken together by the next one:
//! sixteen clients writing at once are served by few syncs. Each order keeps
//! its own consent, audit entry and error.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use openwork_model::store::{Order, Receipt, Store, StoreError};
use tokio::sync::oneshot;

use crate::error::HostError;
use crate::pool::{Lane, Pool};

type Answer = Result<Receipt, HostError>;

/// The orders of one workspace that wait for its writer.
#[derive(Default)]
pub(crate) struct Writer {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<(Order, oneshot::Sender<Answer>)>,
    at_work: bool,
}

impl Writer {
    /// Puts an order in the queue. The caller that finds nobody at work has to
    /// [`drain`](Self::drain) it.
    fn enqueue(&self, order: Order) -> (oneshot::Receiver<Answer>, bool) {
        let (answer, answered) = oneshot::channel();
        let mut queue = self.lock();
        queue.waiting.push((order, answer));
        let idle = !mem::replace(&mut queue.at_work, true);
        (answered, idle)
    }

    /// Commits an order, together with whatever else waits.
    pub(crate) async fn commit(
        &self,
        order: Order,
        store: &Arc<dyn Store>,
        pool: &Pool,
        lane: &Lane,
    ) -> Answer {
        let (answered, idle) = self.enqueue(order);
        if idle {
            self.drain(store, pool, lane).await;
        }
        answered.await.unwrap_or(Err(HostError::Lost))
    }

    async fn drain(&self, store: &Arc<dyn Store>, pool: &Pool, lane: &Lane) {
        while let Some(group) = self.next_group() {
            let (orders, answers): (Vec<_>, Vec<_>) = group.into_iter().unzip();
            let store = Arc::clone(store);
            match pool.run_unbounded(lane, move || store.commit(orders)).await {
                Ok(results) => answer_each(answers, results),
                Err(error) => answer_all(answers, &error),
            }
        }
    }

    fn next_group(&self) -> Option<Vec<(Order, oneshot::Sender<Answer>)>> {
        let mut queue = self.lock();
        let group = mem::take(&mut queue.waiting);
        queue.at_work = !group.is_empty();
        queue.at_work.then_some(group)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer_each(answers: Vec<oneshot::Sender<Answer>>, results: Vec<Result<Receipt, StoreError>>) {
    for (answer, result) in answers.into_iter().zip(results) {
        // The caller may have stopped waiting; the commit stands all the same.
        let _ = answer.send(result.map_err(HostError::from));
    }
}

fn answer_all(answers: Vec<oneshot::Sender<Answer>>, error: &HostError) {
    for answer in answers {
        let _ = answer.send(Err(error.clone()));
    }
}
