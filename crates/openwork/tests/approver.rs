//! A function that answers a gate, whatever happens to its watch.

use std::time::Duration;

use openwork::approval::{Ask, Asker, Gate, GateOptions, Permit, Remember, Reply, Request};

fn ask(client: usize) -> Ask<usize> {
    Ask {
        asker: Asker {
            address: None,
            client_id: Some(client.to_string()),
        },
        scope: "test".to_owned(),
        kind: "test".to_owned(),
        covers: String::new(),
        bytes: 10,
        rememberable: false,
        later: None,
        subject: client,
    }
}

/// A gate for forty of them, of which a watcher may leave ten unread.
fn crowd() -> Gate<usize> {
    Gate::new(GateOptions {
        max_pending_bytes: 400,
        ..GateOptions::default()
    })
}

/// On one thread nothing is read while all of them ask, so the watch falls
/// behind and is dropped.
#[tokio::test]
async fn a_watch_that_falls_behind_is_begun_anew() {
    let gate = crowd();
    let approver = tokio::spawn(
        gate.clone()
            .approve_with(|_: &Request<usize>| Reply::allow()),
    );
    while gate.watchers() == 0 {
        tokio::task::yield_now().await;
    }
    let askers = (0..40).map(|client| {
        let gate = gate.clone();
        tokio::spawn(async move { gate.ask(ask(client)).await.map(Permit::applied) })
    });
    let askers: Vec<_> = askers.collect();
    for asker in askers {
        let asked = tokio::time::timeout(Duration::from_secs(5), asker).await;
        asked.unwrap().unwrap().unwrap();
    }
    gate.shut_down();
    approver.await.unwrap();
}

#[tokio::test]
async fn what_waits_already_is_answered_and_the_end_is_seen() {
    let gate = crowd();
    let front = gate.clone();
    let asker = tokio::spawn(async move { front.ask(ask(1)).await.map(Permit::applied) });
    while gate.pending().is_empty() {
        tokio::task::yield_now().await;
    }
    // It may not be remembered, so it counts this once.
    let for_long = |_: &Request<usize>| Reply::allow_for(Remember::AN_HOUR);
    let approver = tokio::spawn(gate.clone().approve_with(for_long));
    asker.await.unwrap().unwrap();
    gate.shut_down();
    approver.await.unwrap();
    assert!(gate.rules().is_empty());

    // A gate that was shut before has nothing to answer.
    gate.approve_with(|_: &Request<usize>| Reply::allow()).await;
}
