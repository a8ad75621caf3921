//! Requests whose askers come back for the answer.

use std::time::Duration;

use openwork_approval::{
    AnswerLater, Ask, DecideError, Gate, GateOptions, Refusal, Reply, RequestId,
};
use tokio::time::Instant;

use crate::stage::{ask, gate, outcomes, pending, pending_ids, start};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn later(name: &str, patience: Duration) -> Ask<&'static str> {
    let id = RequestId::random();
    Ask {
        later: Some(AnswerLater { id, patience }),
        ..ask(name)
    }
}

#[tokio::test(start_paused = true)]
async fn it_waits_as_long_as_it_says_whoever_comes_and_goes() {
    let gate = gate();
    let begun = Instant::now();
    let wanted = later("a", 24 * HOUR);
    let named = wanted.later.unwrap().id;
    let (id, asking) = pending(&gate, wanted).await;
    assert_eq!(id, named);
    let request = gate.get(id).unwrap();
    assert!(request.answers_later);
    drop(gate.attend());
    assert_eq!(
        gate.keep(id).unwrap() - request.created_at,
        24 * 60 * 60 * 1000
    );
    let after = 24 * HOUR;
    let refusal = asking.await.unwrap().unwrap_err();
    assert_eq!(refusal, Refusal::Expired { request: id, after });
    assert_eq!(begun.elapsed(), after);
}

#[tokio::test(start_paused = true)]
async fn it_leaves_room_for_those_that_wait() {
    let gate = Gate::new(GateOptions {
        max_later: 1,
        ..GateOptions::default()
    });
    let (first, asking) = pending(&gate, later("a", HOUR)).await;
    let refused = gate.ask(later("b", HOUR)).await.unwrap_err();
    assert_eq!(refused, Refusal::LaterFull { pending: 1 });
    let (second, _asking) = pending(&gate, ask("b")).await;
    assert_eq!(pending_ids(&gate), [first, second]);
    gate.decide(first, Reply::allow()).unwrap();
    asking.await.unwrap().unwrap().applied();
    let (third, _asking) = pending(&gate, later("b", HOUR)).await;
    assert_eq!(pending_ids(&gate), [second, third]);
}

#[tokio::test(start_paused = true)]
async fn whoever_asked_takes_it_back_once() {
    let gate = gate();
    let (id, asking) = pending(&gate, later("a", HOUR)).await;
    assert!(gate.withdraw(id));
    let refusal = asking.await.unwrap().unwrap_err();
    assert_eq!(refusal, Refusal::Withdrawn { request: id });
    assert!(!gate.withdraw(id));
    assert_eq!(
        gate.decide(id, Reply::allow()).unwrap_err(),
        DecideError::Unknown
    );
    assert_eq!(outcomes(&gate), ["withdrawn"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_allowed_is_not_taken_back() {
    let gate = gate();
    let (id, asking) = pending(&gate, later("a", HOUR)).await;
    gate.decide(id, Reply::allow()).unwrap();
    assert!(!gate.withdraw(id));
    asking.await.unwrap().unwrap().applied();
    assert_eq!(outcomes(&gate), ["applied"]);
}

#[tokio::test(start_paused = true)]
async fn it_is_told_that_a_person_is_asked() {
    let gate = gate();
    let (told, waits) = tokio::sync::oneshot::channel();
    let asked = gate.clone();
    let wanted = later("a", HOUR);
    let asking = tokio::spawn(async move {
        let tell = || {
            let _ = told.send(asked.pending().len());
        };
        asked.ask_telling(wanted, tell).await
    });
    assert_eq!(waits.await, Ok(1));
    gate.shut_down();
    assert!(matches!(
        asking.await.unwrap(),
        Err(Refusal::ShuttingDown { request: Some(_) })
    ));
    let unasked = start(&gate, later("a", HOUR)).await.unwrap();
    assert!(matches!(
        unasked,
        Err(Refusal::ShuttingDown { request: None })
    ));
}
