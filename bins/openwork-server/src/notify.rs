//! Tells of requests that nobody watches.

use openwork_approval::{Event, Gate, Request};
use openwork_host::Subject;
use openwork_model::actor::ActorKind;
use openwork_terminal::{escape, span};
use tokio_util::sync::CancellationToken;

/// This watcher itself.
const OURSELVES: usize = 1;

/// Logs each request that comes while nobody else watches, until `stop`.
pub(crate) async fn watch(gate: Gate<Subject>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let (waiting, mut events) = gate.watch();
        // Requests that were asked while this watcher was too slow.
        for request in &waiting {
            tell(&gate, request);
        }
        loop {
            let event = tokio::select! {
                () = stop.cancelled() => return,
                event = events.next() => event,
            };
            match event {
                Some(Event::Asked(request)) => tell(&gate, &request),
                Some(_) => {}
                None => break,
            }
        }
    }
}

fn tell(gate: &Gate<Subject>, request: &Request<Subject>) {
    if gate.watchers() <= OURSELVES {
        tracing::warn!("{}", line(request));
    }
}

/// What, who, how long, and how to answer.
fn line(request: &Request<Subject>) -> String {
    let subject = &request.subject;
    let id = request.id.to_string();
    format!(
        "approval needed: {} ({}, {}, from {}), {} left; answer with: openwork-server approvals allow {}",
        escape::line(&subject.summary),
        subject.action,
        escape::line(&subject.workspace_name),
        origin(subject),
        span::words(request.expires_at.saturating_sub(request.created_at)),
        id.split('-').next().unwrap_or_default(),
    )
}

/// Where a request comes from; a client's own name is in quotes.
fn origin(subject: &Subject) -> String {
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
