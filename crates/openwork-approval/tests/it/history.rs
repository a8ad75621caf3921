//! The requests that ended last.

use openwork_approval::{Ask, Decision, Gate, HISTORY, Remember, Reply};

use crate::stage::{ask, gate, outcomes, pending};

#[tokio::test(start_paused = true)]
async fn the_last_two_hundred_are_kept_newest_first() {
    let gate = gate();
    let mut ended = Vec::new();
    for _ in 0..HISTORY + 5 {
        let (id, asking) = pending(&gate, ask("a")).await;
        gate.decide(id, Reply::from(Decision::Deny)).unwrap();
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

/// A gate whose history keeps three letters of each subject.
fn forgetful() -> Gate<&'static str> {
    Gate::builder()
        .summary(|subject: &&str| &subject[..3])
        .build()
}

fn subjects(gate: &Gate<&'static str>) -> Vec<(&'static str, usize)> {
    gate.history(usize::MAX)
        .iter()
        .map(|ended| (ended.request.subject, ended.request.bytes))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn only_summaries_outlive_their_requests_however_those_end() {
    let heavy = || Ask {
        bytes: 9,
        subject: "abcdef",
        ..ask("a")
    };
    let gate = forgetful();
    let (id, asking) = pending(&gate, heavy()).await;
    assert_eq!(gate.get(id).unwrap().subject, "abcdef");
    gate.decide(id, Reply::allow_for(Remember::AN_HOUR))
        .unwrap();
    let permit = asking.await.unwrap().unwrap();
    // Whoever does what was allowed still has all of it.
    assert_eq!(permit.request().unwrap().subject, "abcdef");
    permit.applied();
    gate.ask(heavy()).await.unwrap().applied();
    let every_time = || Ask {
        rememberable: false,
        ..heavy()
    };
    let (_, left) = pending(&gate, every_time()).await;
    left.abort();
    left.await.unwrap_err();
    let (_, expired) = pending(&gate, every_time()).await;
    expired.await.unwrap().unwrap_err();
    let (id, denied) = pending(&gate, every_time()).await;
    gate.decide(id, Reply::from(Decision::Deny)).unwrap();
    denied.await.unwrap().unwrap_err();
    let (_, _aborted) = pending(&gate, every_time()).await;
    gate.shut_down();
    let expected = [
        "aborted",
        "denied",
        "expired",
        "withdrawn",
        "applied",
        "applied",
    ];
    let mut told = outcomes(&gate);
    told.reverse();
    assert_eq!(told, expected);
    assert_eq!(subjects(&gate), [("abc", 0); 6]);
}

#[tokio::test(start_paused = true)]
async fn what_is_settled_after_it_was_forgotten_is_settled_all_the_same() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    let decided = gate.decide(id, Reply::allow()).unwrap();
    let permit = asking.await.unwrap().unwrap();
    for _ in 0..HISTORY {
        let (id, asking) = pending(&gate, ask("a")).await;
        gate.decide(id, Reply::from(Decision::Deny)).unwrap();
        asking.await.unwrap().unwrap_err();
    }
    permit.applied();
    assert!(decided.settled(std::time::Duration::ZERO).await.is_some());
    assert_eq!(outcomes(&gate), ["denied"; HISTORY]);
}
