//! Real races between real threads.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use openwork_approval::{Decision, Permit, Reply};
use tokio::runtime::{Builder, Runtime};

use crate::stage::{ask, gate, outcomes, pending, pending_ids};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

#[test]
fn of_two_replies_at_once_exactly_one_counts() {
    race_two_replies(1_000);
}

#[test]
#[ignore = "takes seconds; for the nightly run"]
fn of_two_replies_at_once_exactly_one_counts_ten_thousand_times() {
    race_two_replies(10_000);
}

fn race_two_replies(races: usize) {
    let runtime = runtime();
    let gate = gate();
    for _ in 0..races {
        let (id, asking) = runtime.block_on(pending(&gate, ask("a")));
        let start = Barrier::new(2);
        let answer = |reply| {
            start.wait();
            gate.decide(id, reply).is_ok()
        };
        let (yes, no) = thread::scope(|scope| {
            let no = scope.spawn(|| answer(Reply::from(Decision::Deny)));
            (answer(Reply::allow()), no.join().unwrap())
        });
        assert_ne!(yes, no);
        let permitted = runtime.block_on(asking).unwrap().map(Permit::applied);
        assert_eq!(permitted.is_ok(), yes);
        let outcome = if yes { "applied" } else { "denied" };
        let newest: Vec<_> = gate
            .history(1)
            .iter()
            .map(|it| it.outcome.as_str())
            .collect();
        assert_eq!(newest, [outcome]);
    }
}

#[test]
fn an_allow_that_races_a_client_who_leaves_writes_nothing() {
    for _ in 0..1_000 {
        let gate = gate();
        let written = AtomicUsize::new(0);
        let runtime = runtime();
        let mut client = Box::pin(async {
            let permit = gate.ask(ask("a")).await;
            written.fetch_add(1, Ordering::SeqCst);
            permit.unwrap().applied();
        });
        let polled = runtime
            .block_on(async { tokio::time::timeout(std::time::Duration::ZERO, &mut client).await });
        assert!(polled.is_err());
        let [id] = pending_ids(&gate)[..] else {
            panic!("one request is pending")
        };
        let start = Barrier::new(2);
        let decided = thread::scope(|scope| {
            let host = scope.spawn(|| {
                start.wait();
                gate.decide(id, Reply::allow())
            });
            start.wait();
            drop(client);
            host.join().unwrap()
        });
        assert_eq!(written.load(Ordering::SeqCst), 0);
        let outcome = if decided.is_ok() {
            "failed"
        } else {
            "withdrawn"
        };
        assert_eq!(outcomes(&gate), [outcome]);
        assert_eq!(pending_ids(&gate), []);
    }
}
