//! How much may wait, in all and of one asker.

use std::net::{IpAddr, Ipv4Addr};

use openwork_approval::{Ask, Asker, Decision, Gate, GateOptions, Refusal, Reply};

use crate::stage::{Asking, ask, gate, outcomes, pending, pending_ids, start};

async fn fill(gate: &Gate<&'static str>, name: &str, count: usize) -> Vec<Asking> {
    let mut asking = Vec::new();
    for _ in 0..count {
        asking.push(pending(gate, ask(name)).await.1);
    }
    asking
}

#[tokio::test(start_paused = true)]
async fn an_asker_at_its_cap_is_refused_and_blocks_nobody_else() {
    let gate = gate();
    let _waiting = fill(&gate, "greedy", 16).await;
    assert_eq!(
        gate.ask(ask("greedy")).await.unwrap_err(),
        Refusal::AskerFull { pending: 16 }
    );
    let _other = fill(&gate, "modest", 16).await;
    assert_eq!(pending_ids(&gate).len(), 32);
    // What is refused leaves no trace: a flood must not push out the history.
    assert_eq!(outcomes(&gate), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn askers_differ_by_address_and_by_name() {
    let gate = Gate::new(GateOptions {
        max_pending_per_asker: 1,
        ..GateOptions::default()
    });
    let addresses = [
        None,
        Some(Ipv4Addr::new(10, 0, 0, 1)),
        Some(Ipv4Addr::new(10, 0, 0, 2)),
    ];
    let mut waiting = Vec::new();
    for address in addresses {
        for name in [None, Some("a"), Some("b")] {
            let asker = Asker {
                address: address.map(IpAddr::V4),
                client_id: name.map(str::to_owned),
            };
            let mut ask = ask("");
            ask.asker = asker;
            waiting.push(pending(&gate, ask.clone()).await);
            assert_eq!(
                gate.ask(ask).await.unwrap_err(),
                Refusal::AskerFull { pending: 1 }
            );
        }
    }
    assert_eq!(pending_ids(&gate).len(), 9);
}

#[tokio::test(start_paused = true)]
async fn the_whole_is_capped_too() {
    let gate = gate();
    let mut waiting = Vec::new();
    for name in ["a", "b", "c", "d"] {
        waiting.extend(fill(&gate, name, 16).await);
    }
    assert_eq!(
        gate.ask(ask("e")).await.unwrap_err(),
        Refusal::Full { pending: 64 }
    );
}

/// A request that holds so many bytes.
fn heavy(name: &str, bytes: usize) -> Ask<&'static str> {
    Ask { bytes, ..ask(name) }
}

fn gate_for_bytes(max_pending_bytes: usize) -> Gate<&'static str> {
    Gate::new(GateOptions {
        max_pending_bytes,
        ..GateOptions::default()
    })
}

#[tokio::test(start_paused = true)]
async fn all_that_waits_shares_64_mib() {
    let gate = gate();
    let mut waiting = Vec::new();
    for name in ["a", "b", "c", "d"] {
        waiting.push(pending(&gate, heavy(name, 16 << 20)).await);
    }
    assert_eq!(
        gate.ask(heavy("e", 1)).await.unwrap_err(),
        Refusal::TooMuch { bytes: 64 << 20 }
    );
    let (_, _light) = pending(&gate, ask("e")).await;
}

#[tokio::test(start_paused = true)]
async fn one_asker_fills_at_most_half_of_the_bytes() {
    let gate = gate_for_bytes(100);
    let (_, _waiting) = pending(&gate, heavy("greedy", 30)).await;
    assert_eq!(
        gate.ask(heavy("greedy", 21)).await.unwrap_err(),
        Refusal::AskerTooMuch { bytes: 30 }
    );
    let (_, _rest) = pending(&gate, heavy("greedy", 20)).await;
    let (_, _other) = pending(&gate, heavy("modest", 50)).await;
}

#[tokio::test(start_paused = true)]
async fn what_never_fits_is_told_so() {
    let gate = gate_for_bytes(100);
    assert_eq!(
        gate.ask(heavy("a", 51)).await.unwrap_err(),
        Refusal::TooLarge {
            bytes: 51,
            limit: 50
        }
    );
    assert_eq!(outcomes(&gate), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn every_ending_gives_its_bytes_back() {
    let gate = gate_for_bytes(100);
    let (id, asking) = pending(&gate, heavy("a", 50)).await;
    gate.decide(id, Reply::allow()).unwrap();
    asking.await.unwrap().unwrap().applied();
    let (id, asking) = pending(&gate, heavy("a", 50)).await;
    gate.decide(id, Reply::from(Decision::Deny)).unwrap();
    asking.await.unwrap().unwrap_err();
    let (_, asking) = pending(&gate, heavy("a", 50)).await;
    asking.abort();
    asking.await.unwrap_err();
    let (_, asking) = pending(&gate, heavy("a", 50)).await;
    asking.await.unwrap().unwrap_err();
    let (_, _a) = pending(&gate, heavy("a", 50)).await;
    let (_, _b) = pending(&gate, heavy("b", 50)).await;
}

#[tokio::test(start_paused = true)]
async fn every_ending_gives_its_place_back() {
    let options = GateOptions {
        max_pending: 1,
        max_pending_per_asker: 1,
        ..GateOptions::default()
    };
    let gate = Gate::new(options);
    let (id, asking) = pending(&gate, ask("a")).await;
    gate.decide(id, Reply::allow()).unwrap();
    let permit = asking.await.unwrap().unwrap();
    let (id, asking) = pending(&gate, ask("a")).await;
    gate.decide(id, Reply::from(Decision::Deny)).unwrap();
    asking.await.unwrap().unwrap_err();
    let (_, asking) = pending(&gate, ask("a")).await;
    asking.abort();
    asking.await.unwrap_err();
    let (_, asking) = pending(&gate, ask("a")).await;
    asking.await.unwrap().unwrap_err();
    permit.applied();
    let (_, _asking) = pending(&gate, ask("b")).await;
    assert_eq!(
        outcomes(&gate),
        ["applied", "denied", "withdrawn", "expired"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_thousand_may_wait_where_the_caps_allow_it() {
    let options = GateOptions {
        max_pending: 1_000,
        max_pending_per_asker: 1_000,
        ..GateOptions::default()
    };
    let gate = Gate::new(options);
    let (_, mut watch) = gate.watch();
    let waiting: Vec<Asking> = (0..1_000).map(|_| start(&gate, ask("a"))).collect();
    while pending_ids(&gate).len() < 1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        gate.ask(ask("a")).await.unwrap_err(),
        Refusal::AskerFull { pending: 1_000 }
    );
    for id in pending_ids(&gate).into_iter().rev() {
        gate.decide(id, Reply::allow()).unwrap();
    }
    for asking in waiting {
        asking.await.unwrap().unwrap().applied();
    }
    assert_eq!(pending_ids(&gate), []);
    // Nobody who watches falls behind by that.
    assert_eq!(crate::stage::told(&mut watch).await.len(), 3_000);
    assert_eq!(gate.watchers(), 1);
}
