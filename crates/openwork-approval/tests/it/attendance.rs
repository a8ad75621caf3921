//! Whoever is there to answer gets time to read; silence still means no.

use std::time::Duration;

use openwork_approval::{DecideError, Event, Gate, GateOptions, Refusal, Reply, RequestId};
use tokio::time::{Instant, advance};

use crate::stage::{Asking, ask, gate, gate_with_timeout, outcomes, pending, told};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Waits until a request has expired: how long that took from `start`.
async fn expired(asking: Asking, start: Instant) -> Duration {
    let refusal = asking.await.unwrap().unwrap_err();
    let waited = start.elapsed();
    assert!(matches!(refusal, Refusal::Expired { .. }));
    waited
}

fn shown(gate: &Gate<&'static str>, id: RequestId) -> Duration {
    let request = gate.get(id).unwrap();
    Duration::from_millis(request.expires_at() - request.created_at)
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_while_somebody_is_there_waits_five_minutes() {
    let gate = gate();
    let start = Instant::now();
    let attendance = gate.attend();
    let (id, asking) = pending(&gate, ask("a")).await;
    assert_eq!(shown(&gate, id), 5 * MINUTE);
    let refusal = asking.await.unwrap().unwrap_err();
    let after = 5 * MINUTE;
    assert_eq!(refusal, Refusal::Expired { request: id, after });
    assert_eq!(start.elapsed(), after);
    drop(attendance);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_watches_is_nobody() {
    let gate = gate();
    let start = Instant::now();
    let (_, _watch) = gate.watch();
    let (_, asking) = pending(&gate, ask("a")).await;
    assert_eq!(expired(asking, start).await, 30 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn somebody_who_comes_in_time_gives_it_time_from_when_it_was_asked() {
    let gate = gate();
    let start = Instant::now();
    let (id, asking) = pending(&gate, ask("a")).await;
    advance(29 * SECOND).await;
    let _attendance = gate.attend();
    assert_eq!(shown(&gate, id), 5 * MINUTE);
    assert_eq!(expired(asking, start).await, 5 * MINUTE);
}

#[tokio::test(start_paused = true)]
async fn once_the_last_one_has_left_it_waits_as_if_it_were_asked_then() {
    for stay in [SECOND, 29 * SECOND, 31 * SECOND, 269 * SECOND, 290 * SECOND] {
        let gate = gate();
        let start = Instant::now();
        let (first, second) = (gate.attend(), gate.attend());
        let (_, asking) = pending(&gate, ask("a")).await;
        drop(first);
        advance(stay).await;
        drop(second);
        let expected = (stay + 30 * SECOND).min(5 * MINUTE);
        assert_eq!(expired(asking, start).await, expected, "{stay:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_loaded_again_costs_nothing() {
    let gate = gate();
    let start = Instant::now();
    let attendance = gate.attend();
    let (_, asking) = pending(&gate, ask("a")).await;
    for _ in 0..5 {
        advance(20 * SECOND).await;
    }
    drop(attendance);
    advance(2 * SECOND).await;
    let _again = gate.attend();
    assert_eq!(expired(asking, start).await, 5 * MINUTE);
}

#[tokio::test(start_paused = true)]
async fn keeping_adds_five_minutes_up_to_an_hour_and_outlasts_whoever_asked_for_it() {
    let gate = gate();
    let start = Instant::now();
    let attendance = gate.attend();
    let (id, asking) = pending(&gate, ask("a")).await;
    let created = gate.get(id).unwrap().created_at;
    for minutes in (10..=60).step_by(5) {
        let at = gate.keep(id).unwrap();
        assert_eq!(at - created, minutes * 60 * 1000);
    }
    assert_eq!(gate.keep(id).unwrap() - created, 60 * 60 * 1000);
    drop(attendance);
    assert_eq!(expired(asking, start).await, 60 * MINUTE);
    assert_eq!(gate.keep(id).unwrap_err(), DecideError::Unknown);
}

#[tokio::test(start_paused = true)]
async fn keeping_makes_nothing_shorter() {
    let gate = gate_with_timeout(2 * 60 * MINUTE);
    let start = Instant::now();
    let (id, asking) = pending(&gate, ask("a")).await;
    gate.keep(id).unwrap();
    assert_eq!(expired(asking, start).await, 2 * 60 * MINUTE);
}

#[tokio::test(start_paused = true)]
async fn attention_makes_nothing_shorter() {
    let gate = Gate::new(GateOptions {
        timeout: 10 * MINUTE,
        watched_timeout: SECOND,
        ..GateOptions::default()
    });
    let start = Instant::now();
    let _attendance = gate.attend();
    let (_, asking) = pending(&gate, ask("a")).await;
    assert_eq!(expired(asking, start).await, 10 * MINUTE);
}

#[tokio::test(start_paused = true)]
async fn each_move_of_a_deadline_is_told_once() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    let created = gate.get(id).unwrap().created_at;
    let (_, mut watch) = gate.watch();
    let attendance = gate.attend();
    let second = gate.attend();
    gate.keep(id).unwrap();
    drop((attendance, second));
    let moved = |minutes: u64| Event::Rescheduled {
        id,
        expires_at: created + minutes * 60_000,
    };
    assert_eq!(told(&mut watch).await, [moved(5), moved(10)]);
    gate.decide(id, Reply::allow()).unwrap();
    asking.await.unwrap().unwrap().applied();
    assert_eq!(outcomes(&gate), ["applied"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_due_first_expires_first_and_lists_stay_in_order() {
    let gate = gate();
    let start = Instant::now();
    let (first, kept) = pending(&gate, ask("a")).await;
    gate.keep(first).unwrap();
    let (second, asking) = pending(&gate, ask("b")).await;
    let listed: Vec<_> = gate.pending().iter().map(|request| request.id).collect();
    assert_eq!(listed, [first, second]);
    assert_eq!(expired(asking, start).await, 30 * SECOND);
    assert_eq!(expired(kept, start).await, 5 * MINUTE + 30 * SECOND);
}
