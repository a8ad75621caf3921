//! Tells of requests that nobody watches.

use std::sync::Arc;
use std::time::Duration;

use openwork_approval::{Event, Gate, Request};
use openwork_host::Subject;
use openwork_model::actor::ActorKind;
use openwork_terminal::{escape, span};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::hooks::Hooks;

/// This watcher itself.
const OURSELVES: usize = 1;

/// How many requests are told of within a while: a client that asks and leaves
/// must not fill the log.
const MOST: usize = 20;
/// How long that while is.
const WHILE: Duration = Duration::from_secs(10);

/// Logs the requests that come while nobody else watches, until `stop`.
///
/// `ended` is told when requests have ended, so that one watcher is enough.
/// What happens is handed on to `hooks` as well.
pub(crate) async fn watch(
    gate: Gate<Subject>,
    ended: Arc<Notify>,
    hooks: Option<Hooks>,
    stop: CancellationToken,
) {
    let mut told = NotifiedRequest::new();
    while !stop.is_cancelled() {
        let (waiting, mut events) = gate.watch();
        // Requests that were asked while this watcher was too slow.
        for request in &waiting {
            told.tell(&gate, request);
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
                Ok(Event::Asked(request)) => told.tell(&gate, &request),
                Ok(Event::RulesChanged) => {}
                Ok(_) => ended.notify_one(),
                // Whatever ended meanwhile was not seen.
                Err(_) => {
                    ended.notify_one();
                    break;
                }
            }
        }
    }
}

/// How many requests were told of lately.
struct NotifiedRequest {
    since: Instant,
    count: usize,
}

impl NotifiedRequest {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            count: 0,
        }
    }

    fn tell(&mut self, gate: &Gate<Subject>, request: &Request<Subject>) {
        if gate.watchers() > OURSELVES {
            return;
        }
        if self.since.elapsed() >= WHILE {
            *self = Self::new();
        }
        self.count += 1;
        if self.count <= MOST {
            tracing::warn!("{}", line(request));
        } else if self.count == MOST + 1 {
            tracing::warn!(
                "more approvals are needed, and not all are told here; list them with: openwork-server approvals list"
            );
        }
    }
}

/// How grave, what, who, how long, and how to answer.
fn line(request: &Request<Subject>) -> String {
    let subject = &request.subject;
    let id = request.id.to_string();
    format!(
        "approval needed ({}): {} ({}, {}, from {}), {} left; answer with: openwork-server approvals allow {}",
        subject.preview.level,
        escape::line(&subject.preview.title),
        subject.action,
        escape::line(&subject.workspace_name),
        origin(subject),
        span::words(request.expires_at().saturating_sub(request.created_at)),
        id.split_once('-').map_or(id.as_str(), |(first, _)| first),
    )
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
