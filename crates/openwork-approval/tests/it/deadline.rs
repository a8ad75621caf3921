//! Silence means no, to the millisecond, whatever the wall clock says.

use std::time::Duration;

use openwork_approval::{DecideError, Decision, EndedBy, Gate, Refusal, Reply, RequestOutcome};
use tokio::time::{Instant, advance};

use crate::stage::{Wall, ask, gate, gate_with_timeout, outcomes, pending, pending_ids};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

#[tokio::test(start_paused = true)]
async fn a_request_that_nobody_answers_expires_to_the_millisecond() {
    for timeout in [1, 2, 999, 30_000, 86_400_000] {
        let timeout = Duration::from_millis(timeout);
        let gate = gate_with_timeout(timeout);
        let start = Instant::now();
        let refusal = gate.ask(ask("a")).await.unwrap_err();
        assert_eq!(start.elapsed(), timeout);
        let history = gate.history(10);
        let [ended] = history.as_slice() else {
            panic!("one request ended")
        };
        assert_eq!(
            refusal,
            Refusal::Expired {
                request: ended.request.id,
                after: timeout
            }
        );
        assert_eq!(
            (&ended.outcome, ended.by),
            (&RequestOutcome::Expired, EndedBy::Timeout)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_counts_until_just_before_the_deadline() {
    let gate = gate_with_timeout(Duration::from_secs(30));
    let (id, asking) = pending(&gate, ask("a")).await;
    advance(Duration::from_millis(29_999)).await;
    assert!(gate.decide(id, Reply::allow()).unwrap().allowed);
    asking.await.unwrap().unwrap().applied();
    assert_eq!(outcomes(&gate), ["applied"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_at_the_deadline_is_late_even_if_no_timer_has_fired() {
    let gate = gate_with_timeout(Duration::from_secs(30));
    let mut asking = Box::pin(gate.ask(ask("a")));
    // Polled once and then never again, so its timer cannot do the work.
    assert!(
        tokio::time::timeout(Duration::ZERO, &mut asking)
            .await
            .is_err()
    );
    let [id] = pending_ids(&gate)[..] else {
        panic!("one request is pending")
    };
    advance(Duration::from_secs(30)).await;
    assert_eq!(
        gate.decide(id, Reply::allow()).unwrap_err(),
        DecideError::Unknown
    );
    let after = Duration::from_secs(30);
    assert_eq!(
        asking.await.unwrap_err(),
        Refusal::Expired { request: id, after }
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_after_ten_minutes_still_reaches_a_client_that_waits() {
    let gate = gate_with_timeout(Duration::from_secs(3600));
    let (id, asking) = pending(&gate, ask("a")).await;
    advance(Duration::from_secs(600)).await;
    let decided = gate.decide(id, Reply::allow()).unwrap();
    asking.await.unwrap().unwrap().applied();
    assert!(decided.settled(Duration::ZERO).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_moves_no_deadline() {
    let noon = 1_000 * DAY_MS;
    for jump in [0, noon - DAY_MS, noon + DAY_MS, u64::MAX] {
        let wall = Wall::at(noon);
        let gate = Gate::builder().clock(wall.clone()).build();
        let start = Instant::now();
        let (id, asking) = pending(&gate, ask("a")).await;
        let request = gate.get(id).unwrap();
        assert_eq!(
            (request.created_at, request.expires_at()),
            (noon, noon + 30_000)
        );
        wall.set(jump);
        assert_eq!(pending_ids(&gate), [id]);
        asking.await.unwrap().unwrap_err();
        assert_eq!(start.elapsed(), Duration::from_secs(30));
        assert_eq!(
            gate.history(1).first().map(|ended| ended.ended_at),
            Some(jump)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_beyond_all_time_is_no_timeout() {
    let gate = gate_with_timeout(Duration::MAX);
    let (id, asking) = pending(&gate, ask("a")).await;
    advance(Duration::from_secs(10 * 365 * 24 * 3600)).await;
    gate.decide(id, Reply::from(Decision::Deny)).unwrap();
    assert_eq!(
        asking.await.unwrap().unwrap_err(),
        Refusal::Denied {
            request: id,
            message: None
        }
    );
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_unknown() {
    let gate = gate();
    gate.ask(ask("a")).await.unwrap_err();
    let id = gate.history(1).first().unwrap().request.id;
    assert_eq!(
        gate.decide(id, Reply::allow()).unwrap_err(),
        DecideError::Unknown
    );
    assert_eq!(
        gate.decide(id, Reply::from(Decision::Deny)).unwrap_err(),
        DecideError::Unknown
    );
    assert_eq!(outcomes(&gate), ["expired"]);
}
