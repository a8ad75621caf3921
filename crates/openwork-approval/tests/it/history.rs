//! The requests that ended last.

use openwork_approval::{HISTORY, Reply};

use crate::stage::{ask, gate, outcomes, pending};

#[tokio::test(start_paused = true)]
async fn the_last_two_hundred_are_kept_newest_first() {
    let gate = gate();
    let mut ended = Vec::new();
    for _ in 0..HISTORY + 5 {
        let (id, asking) = pending(&gate, ask("a")).await;
        gate.decide(id, Reply::deny()).unwrap();
        asking.await.unwrap().unwrap_err();
        ended.push(id);
    }
    ended.reverse();
    let kept = |limit| -> Vec<_> {
        gate.history(limit)
            .iter()
            .map(|ended| ended.request.id)
            .collect()
    };
    assert_eq!(HISTORY, 200);
    assert_eq!(kept(usize::MAX), ended[..200]);
    assert_eq!(kept(3), ended[..3]);
    assert_eq!(kept(0), []);
}

#[tokio::test(start_paused = true)]
async fn what_is_settled_after_it_was_forgotten_is_settled_all_the_same() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    let decided = gate.decide(id, Reply::allow()).unwrap();
    let permit = asking.await.unwrap().unwrap();
    for _ in 0..HISTORY {
        let (id, asking) = pending(&gate, ask("a")).await;
        gate.decide(id, Reply::deny()).unwrap();
        asking.await.unwrap().unwrap_err();
    }
    permit.applied();
    assert!(decided.settled(std::time::Duration::ZERO).await.is_some());
    assert_eq!(outcomes(&gate), ["denied"; HISTORY]);
}
