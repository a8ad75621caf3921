//! Server-sent events (HTML Living Standard, 9.2), with a heartbeat while
//! nothing happens.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame};
use openwork_api::approval::{AgentInbox, ApprovalEvent};
use openwork_api::event::ChangeItem;
use openwork_approval::{Attendance, Gate, Request, Watch};
use openwork_change::event::WorkspaceEvent;
use openwork_host::{Subject, Subscription, TokenLease};
use openwork_model::workspace::Workspace;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::wire::approval::approval_event;

/// What one watcher is sent.
///
/// A watcher that does not read fast enough is dropped; its stream then ends,
/// and the next one repairs what was missed.
pub(crate) struct EventStream(Option<StreamStep>);

/// Where the messages come from.
enum EventFeed {
    /// Requests that wait for the host.
    Approvals(AttendedWatch),
    /// The same, and what agents wait for.
    Agents(AttendedWatch, watch::Receiver<Arc<AgentInbox<'static>>>),
    /// Changes of a workspace.
    Changes(Box<Subscription>),
}

/// A watch by somebody who can answer: what waits has more time for it.
pub(crate) struct AttendedWatch {
    watch: Watch<Subject>,
    _attendance: Attendance<Subject>,
}

impl AttendedWatch {
    /// Watches from now on; what waits already stands beside it.
    pub(crate) fn begin(gate: &Gate<Subject>) -> (Vec<Arc<Request<Subject>>>, Self) {
        // First, so that what is listed shows the deadlines that hold then.
        let attendance = gate.attend();
        let (pending, watch) = gate.watch();
        let watch = Self {
            watch,
            _attendance: attendance,
        };
        (pending, watch)
    }

    /// The next event as a message; `None` once the watch is over.
    async fn next(&mut self) -> Option<Bytes> {
        message(&approval_event(&self.watch.next().await.ok()?))
    }
}

// A future that hands its source on, instead of a task and a channel: nothing
// has to be ended when the client goes away.
type StreamStep = Pin<Box<dyn Future<Output = Option<(Bytes, EventSource)>> + Send>>;

struct EventSource {
    snapshot: Option<Bytes>,
    feed: EventFeed,
    heartbeat: Interval,
    end: StreamEnd,
}

/// What ends a stream, however much there is to tell.
#[derive(Debug, Clone)]
pub(crate) struct StreamEnd {
    /// Cancelled when the server stops.
    pub(crate) stopping: CancellationToken,
    /// For how long its reader may read, if that can end before.
    pub(crate) lease: Option<TokenLease>,
    /// Cancelled when the workspace that it is about is served no more.
    pub(crate) removed: Option<CancellationToken>,
}

impl StreamEnd {
    /// Waits for the end.
    pub(crate) async fn reached(&self) {
        tokio::select! {
            () = self.stopping.cancelled() => {}
            () = self.forbidden() => {}
        }
    }

    /// Whether its reader may be told to stop before the server stops.
    pub(crate) fn can_be_forbidden(&self) -> bool {
        self.lease.is_some() || self.removed.is_some()
    }

    /// Waits until its reader may read no more; for ever, if nothing ends that.
    pub(crate) async fn forbidden(&self) {
        let lease = async {
            match &self.lease {
                Some(lease) => lease.ended().await,
                None => std::future::pending().await,
            }
        };
        let removed = async {
            match &self.removed {
                Some(removed) => removed.cancelled().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = lease => {}
            () = removed => {}
        }
    }
}

impl EventStream {
    /// What happens to the requests that wait, from a snapshot of them on.
    pub(crate) fn approvals(
        snapshot: Bytes,
        watch: AttendedWatch,
        agents: Option<watch::Receiver<Arc<AgentInbox<'static>>>>,
        heartbeat: Duration,
        end: StreamEnd,
    ) -> Self {
        let feed = match agents {
            Some(agents) => EventFeed::Agents(watch, agents),
            None => EventFeed::Approvals(watch),
        };
        Self::new(Some(snapshot), feed, heartbeat, end)
    }

    /// What happens to a workspace.
    pub(crate) fn changes(following: Subscription, heartbeat: Duration, end: StreamEnd) -> Self {
        let feed = EventFeed::Changes(Box::new(following));
        Self::new(None, feed, heartbeat, end)
    }

    fn new(snapshot: Option<Bytes>, feed: EventFeed, heartbeat: Duration, end: StreamEnd) -> Self {
        let mut heartbeat = interval_at(Instant::now() + heartbeat, heartbeat);
        // A client that read nothing for a while wants one heartbeat, not all that
        // it has missed.
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let source = EventSource {
            snapshot,
            feed,
            heartbeat,
            end,
        };
        Self(Some(Box::pin(source.step())))
    }
}

impl HttpBody for EventStream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(step) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let next = ready!(step.as_mut().poll(cx));
        let (message, rest) = next.unzip();
        self.0 = rest.map(|source| Box::pin(source.step()) as StreamStep);
        Poll::Ready(message.map(Frame::data).map(Ok))
    }
}

impl EventSource {
    /// The next message, and where the one after it comes from.
    async fn step(mut self) -> Option<(Bytes, Self)> {
        if let Some(snapshot) = self.snapshot.take() {
            return Some((snapshot, self));
        }
        let message = tokio::select! {
            // In this order: a server that stops must not be held up by events,
            // nor an event by a heartbeat.
            biased;
            () = self.end.reached() => None,
            message = self.feed.next() => message,
            _ = self.heartbeat.tick() => self.feed.heartbeat(),
        };
        Some((message?, self))
    }
}

impl EventFeed {
    /// The next message; dropping the future loses none.
    async fn next(&mut self) -> Option<Bytes> {
        match self {
            Self::Approvals(watch) => watch.next().await,
            Self::Agents(watch, agents) => tokio::select! {
                biased;
                message = watch.next() => message,
                changed = agents.changed() => {
                    changed.ok()?;
                    let inbox = agents.borrow_and_update().as_ref().clone();
                    message(&ApprovalEvent::AgentRequests(Box::new(inbox)))
                }
            },
            Self::Changes(following) => {
                let event = following.next().await?;
                change(&event, following.workspace())
            }
        }
    }

    fn heartbeat(&self) -> Option<Bytes> {
        match self {
            Self::Approvals(_) | Self::Agents(..) => message(&ApprovalEvent::Heartbeat {}),
            // A comment: to a client of these events a heartbeat is no event.
            Self::Changes(_) => Some(Bytes::from_static(b": heartbeat\n\n")),
        }
    }
}

/// A change as a message whose id says where to go on.
fn change(event: &WorkspaceEvent, workspace: &Workspace) -> Option<Bytes> {
    let head = format!("id: {}\n", event.seq);
    let item = message(&ChangeItem::new(event, workspace))?;
    Some([head.as_bytes(), &item].concat().into())
}

/// Something as a message of the stream. JSON holds no line feeds, so one line
/// of data is enough.
pub(crate) fn message(event: &impl Serialize) -> Option<Bytes> {
    let mut message = BytesMut::from(&b"data: "[..]).writer();
    if let Err(error) = serde_json::to_writer(&mut message, event) {
        tracing::error!(%error, "an event could not be put into JSON");
        return None;
    }
    let mut message = message.into_inner();
    message.put_slice(b"\n\n");
    Some(message.freeze())
}
