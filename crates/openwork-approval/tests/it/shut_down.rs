//! What happens when the gate is shut.

use std::time::Duration;

use openwork_approval::{
    ApprovalMode, DecideError, EndedBy, Event, Gate, GateOptions, Refusal, Reply, RequestOutcome,
    Settlement, WatchEnd,
};

use crate::stage::{ask, gate, outcomes, pending, pending_ids, told};

#[tokio::test(start_paused = true)]
async fn everything_that_waits_is_aborted_and_nothing_more_is_asked() {
    let gate = gate();
    let (_, mut watch) = gate.watch();
    let (first, asking_first) = pending(&gate, ask("a")).await;
    let (second, asking_second) = pending(&gate, ask("b")).await;
    gate.shut_down();

    for (id, asking) in [(first, asking_first), (second, asking_second)] {
        let refusal = asking.await.unwrap().unwrap_err();
        assert_eq!(refusal, Refusal::ShuttingDown { request: Some(id) });
        assert_eq!(
            gate.decide(id, Reply::allow()).unwrap_err(),
            DecideError::Unknown
        );
    }
    let refusal = gate.ask(ask("a")).await.unwrap_err();
    assert_eq!(refusal, Refusal::ShuttingDown { request: None });
    assert_eq!(pending_ids(&gate), []);
    for ended in gate.history(10) {
        assert_eq!(
            (&ended.outcome, ended.by),
            (&RequestOutcome::Aborted, EndedBy::Shutdown)
        );
    }

    let events = told(&mut watch).await;
    assert_eq!(
        events[2..],
        [Event::Aborted { id: first }, Event::Aborted { id: second }]
    );
    assert_eq!(watch.next().await, Err(WatchEnd::Shut));
    assert_eq!(gate.watchers(), 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_watches_afterwards_is_let_go_at_once() {
    let gate = gate();
    gate.shut_down();
    let (pending, mut watch) = gate.watch();
    assert_eq!(pending, []);
    assert_eq!(watch.next().await, Err(WatchEnd::Shut));
    assert_eq!(gate.watchers(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_allowed_before_can_still_be_finished() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    let decided = gate.decide(id, Reply::allow()).unwrap();
    gate.shut_down();
    asking.await.unwrap().unwrap().applied();
    assert_eq!(
        decided.settled(Duration::ZERO).await,
        Some(Settlement::Applied)
    );
    assert_eq!(outcomes(&gate), ["applied"]);
}

#[tokio::test(start_paused = true)]
async fn shutting_twice_is_shutting_once() {
    let gate = gate();
    let (_, asking) = pending(&gate, ask("a")).await;
    gate.shut_down();
    gate.shut_down();
    asking.await.unwrap().unwrap_err();
    assert_eq!(outcomes(&gate), ["aborted"]);
}

#[tokio::test(start_paused = true)]
async fn automatic_mode_ends_too() {
    let gate = Gate::new(GateOptions {
        mode: ApprovalMode::Auto,
        ..GateOptions::default()
    });
    gate.shut_down();
    let refusal = gate.ask(ask("a")).await.unwrap_err();
    assert_eq!(refusal, Refusal::ShuttingDown { request: None });
}
