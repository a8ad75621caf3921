//! Server-sent events (HTML Living Standard, 9.2): a snapshot, then what
//! happens, and a heartbeat while nothing does.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use openwork_approval::Watch;
use openwork_host::Subject;
use serde::Serialize;
use serde_json::json;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::wire::approval::Typed;

/// What one watcher is sent.
///
/// A watcher that does not read fast enough is dropped by the gate; its stream
/// then ends, and the snapshot of the next one repairs what was missed.
pub(crate) struct EventStream(Option<Step>);

type Step = Pin<Box<dyn Future<Output = Option<(Bytes, Source)>> + Send>>;

struct Source {
    snapshot: Option<Bytes>,
    watch: Watch<Subject>,
    heartbeat: Interval,
    stopping: CancellationToken,
}

impl EventStream {
    pub(crate) fn new(
        snapshot: Bytes,
        watch: Watch<Subject>,
        heartbeat: Duration,
        stopping: CancellationToken,
    ) -> Self {
        let mut heartbeat = interval_at(Instant::now() + heartbeat, heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let source = Source {
            snapshot: Some(snapshot),
            watch,
            heartbeat,
            stopping,
        };
        Self(Some(Box::pin(source.step())))
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let Some(step) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let told = ready!(step.as_mut().poll(cx));
        let (message, rest) = told.unzip();
        self.0 = rest.map(|source| Box::pin(source.step()) as Step);
        Poll::Ready(message)
    }
}

impl Source {
    /// The next message, and where the one after it comes from.
    async fn step(mut self) -> Option<(Bytes, Self)> {
        if let Some(snapshot) = self.snapshot.take() {
            return Some((snapshot, self));
        }
        let message = tokio::select! {
            biased;
            () = self.stopping.cancelled() => None,
            event = self.watch.next() => message(&Typed::from(&event?)),
            _ = self.heartbeat.tick() => message(&Typed { kind: "server.heartbeat", properties: json!({}) }),
        };
        Some((message?, self))
    }
}

/// An event as a message of the stream. JSON holds no line feeds, so one line
/// of data is enough.
pub(crate) fn message<T: Serialize>(event: &Typed<T>) -> Option<Bytes> {
    let mut message = BytesMut::from(&b"data: "[..]).writer();
    if let Err(error) = serde_json::to_writer(&mut message, event) {
        tracing::error!(%error, "an event could not be put into JSON");
        return None;
    }
    let mut message = message.into_inner();
    message.put_slice(b"\n\n");
    Some(message.freeze())
}
