//! Every order in which a waiting client, two hosts, the clock and a shutdown
//! can come to the gate.
//!
//! On one thread with a paused clock nothing moves by itself, so the test is
//! the scheduler: the client's future runs only when its turn comes. What the
//! ledger alone cannot show is shown here: that the client learns what the
//! ledger says, however long after.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use openwork_approval::{Decision, Gate, Permit, Refusal, Reply, RequestId};
use tokio::time::advance;

use crate::stage::{ask, gate, outcomes, pending_ids};

const STEPS: [Step; 6] = [
    Step::Allow,
    Step::Deny,
    Step::Pass,
    Step::Run,
    Step::Leave,
    Step::ShutDown,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Allow,
    Deny,
    /// The deadline passes.
    Pass,
    /// The client's future runs.
    Run,
    /// The client goes away, with what it may have got by then.
    Leave,
    ShutDown,
}

type Answer = Result<Permit<&'static str>, Refusal>;
type Asking<'a> = Pin<Box<dyn Future<Output = Answer> + 'a>>;

/// Calls `visit` with each order of the steps.
fn orders(rest: &[Step], order: &mut Vec<Step>, visit: &mut impl FnMut(&[Step])) {
    if rest.is_empty() {
        return visit(order);
    }
    for step in rest {
        let others: Vec<Step> = rest.iter().copied().filter(|other| other != step).collect();
        order.push(*step);
        orders(&others, order, visit);
        order.pop();
    }
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    poll_fn(|context| match Pin::new(&mut *future).poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// What the steps before decided, by the order alone.
fn expected(order: &[Step]) -> &'static str {
    let ending = [
        Step::Allow,
        Step::Deny,
        Step::Pass,
        Step::Leave,
        Step::ShutDown,
    ];
    let first = order.iter().find(|step| ending.contains(step));
    match first {
        Some(Step::Allow) => {
            let at = |step| order.iter().position(|other| *other == step);
            let done = at(Step::Allow) < at(Step::Run) && at(Step::Run) < at(Step::Leave);
            if done { "applied" } else { "failed" }
        }
        Some(Step::Deny) => "denied",
        Some(Step::Pass) => "expired",
        Some(Step::Leave) => "withdrawn",
        Some(Step::ShutDown) => "aborted",
        Some(Step::Run) | None => "pending",
    }
}

async fn run(gate: &Gate<&'static str>, order: &[Step]) {
    let mut asking: Option<Asking<'_>> = Some(Box::pin(gate.ask(ask("a"))));
    assert!(poll_once(asking.as_mut().unwrap()).await.is_none());
    let [id] = pending_ids(gate)[..] else {
        panic!("one request is pending")
    };
    for step in order {
        match step {
            Step::Allow => drop(gate.decide(id, Reply::allow())),
            Step::Deny => drop(gate.decide(id, Reply::from(Decision::Deny))),
            Step::Pass => advance(Duration::from_secs(30)).await,
            Step::Run => client(gate, id, &mut asking).await,
            Step::Leave => asking = None,
            Step::ShutDown => gate.shut_down(),
        }
    }
}

/// Lets the client run: it does what it may and believes what it is told.
async fn client(gate: &Gate<&'static str>, id: RequestId, asking: &mut Option<Asking<'_>>) {
    let Some(future) = asking else { return };
    let Some(answer) = poll_once(future).await else {
        assert_eq!(pending_ids(gate), [id]);
        return;
    };
    *asking = None;
    let history = outcomes(gate);
    match answer {
        Ok(permit) => {
            assert_eq!(history, ["allowed"]);
            permit.applied();
        }
        Err(Refusal::Denied { request, .. }) => {
            assert_eq!((request, history), (id, vec!["denied"]));
        }
        Err(Refusal::Expired { request, .. }) => {
            assert_eq!((request, history), (id, vec!["expired"]));
        }
        Err(Refusal::ShuttingDown { request }) => {
            assert_eq!((request, history), (Some(id), vec!["aborted"]));
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_client_learns_what_the_ledger_says_in_every_order() {
    let mut count = 0;
    orders(&STEPS, &mut Vec::new(), &mut |order| {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let gate = gate();
            run(&gate, order).await;
            assert_eq!(outcomes(&gate), [expected(order)], "{order:?}");
            assert_eq!(pending_ids(&gate), [], "{order:?}");
        });
        count += 1;
    });
    assert_eq!(count, 720);
}
