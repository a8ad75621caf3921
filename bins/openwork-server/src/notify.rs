//! Tells the log of requests that wait, and of how they ended.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use openwork_approval::{Event, Gate, Request, RequestId};
use openwork_change::effect::Level;
use openwork_host::Subject;
use openwork_model::actor::ActorKind;
use openwork_terminal::{escape, span};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

mod ended;

use crate::hooks::Hooks;

/// This watcher itself.
const OURSELVES: usize = 1;

/// How many requests are told of within a while: a client that asks and leaves
/// must not fill the log.
const MOST: usize = 20;
/// How long that while is.
const WHILE: Duration = Duration::from_secs(10);

/// Logs the requests that come and end, until `stop`: as a warning while nobody
/// else watches.
///
/// `ended` is told when requests have ended, so that one watcher is enough.
/// What happens is handed on to `hooks` as well.
pub(crate) async fn watch(
    gate: Gate<Subject>,
    ended: Arc<Notify>,
    hooks: Option<Hooks>,
    stop: CancellationToken,
) {
    let mut told = LineBudget::new();
    let mut told_ends = LineBudget::new();
    while !stop.is_cancelled() {
        let (waiting, mut events) = gate.watch();
        // Requests that were asked while this watcher was too slow.
        for request in &waiting {
            tell(&gate, request, &mut told);
        }
        if let Some(hooks) = &hooks {
            hooks.catch_up(&waiting);
        }
        loop {
            let event = tokio::select! {
                () = stop.cancelled() => return,
                event = events.next() => event,
            };
            if let (Some(hooks), Ok(event)) = (&hooks, &event) {
                hooks.tell(event);
            }
            match event {
                Ok(Event::Asked(request)) => tell(&gate, &request, &mut told),
                Ok(event) => {
                    if let Some(id) = ended::ends(&event) {
                        ended.notify_one();
                        tell_end(&gate, id, &mut told_ends);
                    }
                }
                // Whatever ended meanwhile was not seen.
                Err(_) => {
                    ended.notify_one();
                    break;
                }
            }
        }
    }
}

/// How many lines were written lately.
struct LineBudget {
    since: Instant,
    count: usize,
}

/// Whether there is room for a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineRoom {
    Left,
    /// This is the first for which there is none.
    JustGone,
    Gone,
}

impl LineBudget {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            count: 0,
        }
    }

    fn take(&mut self) -> LineRoom {
        if self.since.elapsed() >= WHILE {
            *self = Self::new();
        }
        self.count += 1;
        match self.count.cmp(&(MOST + 1)) {
            Ordering::Less => LineRoom::Left,
            Ordering::Equal => LineRoom::JustGone,
            Ordering::Greater => LineRoom::Gone,
        }
    }
}

fn tell(gate: &Gate<Subject>, request: &Request<Subject>, budget: &mut LineBudget) {
    // Whoever watches is told already, so that no warning is due.
    let is_watched = gate.watchers() > OURSELVES;
    match budget.take() {
        LineRoom::Left if is_watched => tracing::info!("approval asked {}", line(request)),
        LineRoom::Left => tracing::warn!("approval needed {}", line(request)),
        LineRoom::JustGone => tracing::warn!(
            "more approvals are needed, and not all are told here; list them with: openwork-server approvals list"
        ),
        LineRoom::Gone => {}
    }
}

fn tell_end(gate: &Gate<Subject>, id: RequestId, budget: &mut LineBudget) {
    match budget.take() {
        LineRoom::Left => {
            if let Some(line) = ended::line(gate, id) {
                tracing::info!("{line}");
            }
        }
        LineRoom::JustGone => tracing::info!(
            "more approvals have ended, and not all are told here; list them with: openwork-server approvals history"
        ),
        LineRoom::Gone => {}
    }
}

/// How grave, what, who, how long, and how to answer.
fn line(request: &Request<Subject>) -> String {
    let subject = &request.subject;
    let how = match subject.preview.level {
        // It is allowed by nobody who has not looked: what shows it says how.
        Level::High => "look at it with: openwork-server approvals show",
        _ => "answer with: openwork-server approvals allow",
    };
    format!(
        "({}): {} ({}, {}, from {}), {} left; {how} {}",
        subject.preview.level,
        escape::line(&subject.preview.title),
        subject.action,
        escape::line(&subject.workspace_name),
        origin(subject),
        span::words(request.expires_at().saturating_sub(request.created_at)),
        short(request.id),
    )
}

/// The beginning of an id, which is enough to answer with.
fn short(id: RequestId) -> String {
    let mut id = id.to_string();
    id.truncate(id.find('-').unwrap_or(id.len()));
    id
}

/// Where a request comes from; a client's own name is in quotes.
pub(crate) fn origin(subject: &Subject) -> String {
    if subject.actor.kind == ActorKind::Host {
        return "the host itself".to_owned();
    }
    let address = subject
        .address
        .map_or_else(|| "an unknown address".to_owned(), |ip| ip.to_string());
    match &subject.actor.client_id {
        Some(id) => format!("\"{}\" at {address}", escape::line(id)),
        None => address,
    }
}
