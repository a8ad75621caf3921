//! What the tests share: an ask, a gate, a clock, and ways to look at both.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use openwork_approval::{
    Ask, Asker, Event, Gate, GateOptions, Permit, Refusal, RequestId, WallClock, Watch,
};
use tokio::task::JoinHandle;

pub(crate) type Asking = JoinHandle<Result<Permit<&'static str>, Refusal>>;

pub(crate) fn asker(name: &str) -> Asker {
    Asker {
        address: None,
        client_id: Some(name.to_owned()),
    }
}

pub(crate) fn ask(name: &str) -> Ask<&'static str> {
    Ask {
        asker: asker(name),
        scope: "workspace".to_owned(),
        kind: "write".to_owned(),
        covers: String::new(),
        bytes: 0,
        rememberable: true,
        later: None,
        subject: "a subject",
    }
}

pub(crate) fn gate() -> Gate<&'static str> {
    Gate::new(GateOptions::default())
}

pub(crate) fn gate_with_timeout(timeout: Duration) -> Gate<&'static str> {
    Gate::new(GateOptions {
        timeout,
        ..GateOptions::default()
    })
}

/// Asks in a task of its own and returns once the request is pending.
pub(crate) async fn pending(
    gate: &Gate<&'static str>,
    ask: Ask<&'static str>,
) -> (RequestId, Asking) {
    let known: Vec<RequestId> = gate.pending().iter().map(|request| request.id).collect();
    let asking = start(gate, ask);
    loop {
        tokio::task::yield_now().await;
        let now = gate.pending();
        if let Some(request) = now.iter().find(|request| !known.contains(&request.id)) {
            return (request.id, asking);
        }
        assert!(
            !asking.is_finished(),
            "the request ended before it was seen"
        );
    }
}

/// Asks in a task of its own.
pub(crate) fn start(gate: &Gate<&'static str>, ask: Ask<&'static str>) -> Asking {
    let gate = gate.clone();
    tokio::spawn(async move { gate.ask(ask).await })
}

pub(crate) fn pending_ids(gate: &Gate<&'static str>) -> Vec<RequestId> {
    gate.pending().iter().map(|request| request.id).collect()
}

/// The outcomes in the history, oldest first.
pub(crate) fn outcomes<T>(gate: &Gate<T>) -> Vec<&'static str> {
    gate.history(usize::MAX)
        .iter()
        .rev()
        .map(|ended| ended.outcome.as_str())
        .collect()
}

/// What has been told so far, without waiting for more than is there.
pub(crate) async fn told<T>(watch: &mut Watch<T>) -> Vec<Event<T>> {
    let mut events = Vec::new();
    while let Some(Ok(event)) = at_once(watch.next()).await {
        events.push(event);
    }
    events
}

/// What a future gives without having to wait for it, if it does.
async fn at_once<F: Future>(future: F) -> Option<F::Output> {
    let future = tokio::task::unconstrained(future);
    tokio::time::timeout(Duration::ZERO, future).await.ok()
}

/// A wall clock that can be set.
#[derive(Debug, Default)]
pub(crate) struct Wall(AtomicU64);

impl Wall {
    pub(crate) fn at(now_ms: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(now_ms)))
    }

    pub(crate) fn set(&self, now_ms: u64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }
}

impl WallClock for Wall {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}
