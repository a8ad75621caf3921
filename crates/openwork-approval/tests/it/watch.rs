//! What watchers see.

use std::time::Duration;

use openwork_approval::{
    Answerer, Ask, Decision, EndedBy, Event, Gate, GateOptions, Remember, Reply, WatchEnd,
};

use crate::stage::{Asking, ask, gate, pending, told};

#[tokio::test(start_paused = true)]
async fn a_watcher_starts_from_what_is_pending_and_sees_everything_later_once() {
    let gate = gate();
    let (before, asking_before) = pending(&gate, ask("a")).await;
    let (snapshot, mut watch) = gate.watch();
    assert_eq!(snapshot, gate.pending());
    let (after, asking_after) = pending(&gate, ask("b")).await;
    let asked = gate.get(after).unwrap();
    gate.decide(before, Reply::allow()).unwrap();
    asking_before.await.unwrap().unwrap().applied();
    asking_after.abort();
    asking_after.await.unwrap_err();

    let replied = Event::Replied {
        id: before,
        allowed: true,
        message: None,
        by: EndedBy::Host(Answerer::default()),
        amended: None,
    };
    let expected = [
        Event::Asked(asked),
        replied,
        Event::Applied { id: before },
        Event::Withdrawn { id: after },
    ];
    assert_eq!(told(&mut watch).await, expected);
}

#[tokio::test(start_paused = true)]
async fn every_ending_is_told() {
    let gate = gate();
    let mut asking = Vec::new();
    let mut ids = Vec::new();
    for _ in 0..4 {
        let (id, one) = pending(&gate, ask("a")).await;
        ids.push(id);
        asking.push(one);
    }
    let (_, mut watch) = gate.watch();
    gate.decide(ids[0], Reply::deny("no")).unwrap();
    gate.decide(ids[1], Reply::allow_for(Remember::AN_HOUR))
        .unwrap();
    gate.decide(ids[2], Reply::allow()).unwrap();
    asking.remove(1).await.unwrap().unwrap().conflicted();
    asking
        .remove(1)
        .await
        .unwrap()
        .unwrap()
        .failed("disk full".to_owned());
    asking.pop().unwrap().await.unwrap().unwrap_err();

    let replied = |id, allowed, message: Option<&str>| Event::Replied {
        id,
        allowed,
        message: message.map(str::to_owned),
        by: EndedBy::Host(Answerer::default()),
        amended: None,
    };
    let expected = [
        replied(ids[0], false, Some("no")),
        replied(ids[1], true, None),
        Event::RulesChanged,
        replied(ids[2], true, None),
        Event::Conflicted { id: ids[1] },
        Event::Failed {
            id: ids[2],
            message: "disk full".to_owned(),
        },
        Event::Expired {
            id: ids[3],
            after: Duration::from_secs(30),
        },
    ];
    assert_eq!(told(&mut watch).await, expected);
}

#[tokio::test(start_paused = true)]
async fn all_watchers_see_the_same() {
    let gate = gate();
    let mut watches: Vec<_> = (0..100).map(|_| gate.watch().1).collect();
    assert_eq!(gate.watchers(), 100);
    let (id, asking) = pending(&gate, ask("a")).await;
    gate.decide(id, Reply::from(Decision::Deny)).unwrap();
    asking.await.unwrap().unwrap_err();
    let first = told(&mut watches[0]).await;
    assert_eq!(first.len(), 2);
    for watch in &mut watches[1..] {
        assert_eq!(told(watch).await, first);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_dropped_and_the_others_go_on() {
    let gate = gate();
    let (_, mut slow) = gate.watch();
    let (_, mut quick) = gate.watch();
    let mut seen = 0;
    for _ in 0..1_000 {
        let (id, asking) = pending(&gate, ask("a")).await;
        gate.decide(id, Reply::from(Decision::Deny)).unwrap();
        asking.await.unwrap().unwrap_err();
        seen += told(&mut quick).await.len();
    }
    assert_eq!(seen, 2_000);
    assert_eq!(gate.watchers(), 1);

    // It reads what it had room for, without a hole, and then the end.
    let mut read = 0;
    while slow.next().await.is_ok() {
        read += 1;
    }
    assert_eq!(read, 1_024);
    let missed = 2_000 - 1_024;
    assert_eq!(slow.next().await, Err(WatchEnd::Lagged { missed }));
    let (_, mut again) = gate.watch();
    assert_eq!(told(&mut again).await, []);
    assert_eq!(gate.watchers(), 2);
}

/// Asks for something heavy and goes away.
async fn ask_and_leave(gate: &Gate<&'static str>, bytes: usize) {
    let (_, asking) = pending(gate, Ask { bytes, ..ask("a") }).await;
    asking.abort();
    asking.await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_keeps_few_bytes_of_what_has_ended() {
    let gate = Gate::new(GateOptions {
        max_pending_bytes: 40,
        ..GateOptions::default()
    });
    let (_, mut slow) = gate.watch();
    let (_, mut quick) = gate.watch();
    // A quarter may lie unread, and one request that is larger by itself.
    ask_and_leave(&gate, 6).await;
    ask_and_leave(&gate, 4).await;
    assert_eq!(told(&mut quick).await.len(), 4);
    assert_eq!(gate.watchers(), 2);
    ask_and_leave(&gate, 1).await;
    assert_eq!(gate.watchers(), 1);
    assert_eq!(told(&mut slow).await.len(), 4);
    assert_eq!(told(&mut quick).await.len(), 2);
    for _ in 0..100 {
        ask_and_leave(&gate, 20).await;
        assert_eq!(told(&mut quick).await.len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_watching_is_not_counted() {
    let gate = gate();
    let (_, watch) = gate.watch();
    let (_, _other) = gate.watch();
    assert_eq!(gate.watchers(), 2);
    drop(watch);
    assert_eq!(gate.watchers(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_does_not_keep_the_gate_open() {
    let gate = gate();
    let (_, mut watch) = gate.watch();
    drop(gate);
    assert_eq!(watch.next().await, Err(WatchEnd::Shut));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_missed_or_seen_twice_while_others_are_asking() {
    for _ in 0..200 {
        let gate = gate();
        let asking: Vec<Asking> = ["a", "b", "c"]
            .map(|name| crate::stage::start(&gate, ask(name)))
            .into();
        let (snapshot, mut watch) = gate.watch();
        let mut seen: Vec<_> = snapshot.iter().map(|request| request.id).collect();
        while seen.len() < 3 {
            let event = tokio::time::timeout(Duration::from_secs(20), watch.next())
                .await
                .unwrap();
            let Ok(Event::Asked(request)) = event else {
                panic!("only asks happen: {event:?}")
            };
            seen.push(request.id);
        }
        let listed: Vec<_> = gate.pending().iter().map(|request| request.id).collect();
        assert_eq!(seen, listed);
        for asking in asking {
            asking.abort();
        }
    }
}
