//! What an engine says happens, as far as it bears on what its agents wait for.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::Method;
use hyper::body::{Bytes, Incoming};
use openwork_model::workspace::Workspace;
use serde::Deserialize;
use tokio::time::{Instant, timeout, timeout_at};

use super::{DEADLINE, Untold};
use crate::engine::HttpEngine;
use crate::proxy::{EventPieces, event_data, is_event_stream, own_call};

/// Engines send something every ten seconds.
const SILENCE: Duration = Duration::from_secs(30);
/// How long news are gathered before the engine is asked what they are about.
const GATHERED: Duration = Duration::from_millis(20);

/// The events of an engine for one workspace.
pub(super) struct EngineNews {
    body: Incoming,
    pieces: EventPieces,
}

#[derive(Deserialize)]
struct EventKind {
    #[serde(rename = "type")]
    kind: String,
}

impl EngineNews {
    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// [`Untold`] if the engine has no stream for us.
    pub(super) async fn listen(engine: &HttpEngine, workspace: &Workspace) -> Result<Self, Untold> {
        let target = engine.target(workspace).map_err(|_| Untold)?;
        let request = own_call(&target, Method::GET, "/event").map_err(|_| Untold)?;
        let answer = timeout(DEADLINE, engine.client().send(request)).await;
        let answer = answer.map_err(|_| Untold)?.map_err(|_| Untold)?;
        if !answer.status().is_success() || !is_event_stream(answer.headers()) {
            return Err(Untold);
        }
        Ok(Self {
            body: answer.into_body(),
            pieces: EventPieces::default(),
        })
    }

    /// Waits until agents may wait for something else than before; false once
    /// the stream has ended.
    pub(super) async fn next(&mut self) -> bool {
        loop {
            match self.event().await {
                Some(event) if is_news(&event) => break,
                Some(_) => {}
                None => return false,
            }
        }
        // An agent that asks ten things at once is asked once what they are. What
        // comes later is news again.
        let gathered = Instant::now() + GATHERED;
        while let Ok(Some(_)) = timeout_at(gathered, self.event()).await {}
        true
    }

    /// The next event; none once the stream has ended, is silent, or is no stream
    /// of events. Nothing is lost if this is not awaited to its end.
    async fn event(&mut self) -> Option<Bytes> {
        loop {
            if let Some(event) = self.pieces.next_event().ok()? {
                return Some(event);
            }
            let frame = timeout(SILENCE, self.body.frame()).await.ok()??.ok()?;
            // Trailers say nothing of events.
            if let Ok(data) = frame.into_data() {
                self.pieces.push(&data);
            }
        }
    }
}

/// Whether an event may be about what agents wait for. The first one of a stream is
/// taken for one: from there on nothing is missed.
fn is_news(event: &[u8]) -> bool {
    let Some(data) = event_data(event) else {
        return false;
    };
    let Ok(EventKind { kind }) = serde_json::from_slice(&data) else {
        return false;
    };
    // Engines have several versions of these: `permission.v2.asked`.
    kind == "server.connected" || kind.starts_with("permission.") || kind.starts_with("question.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_agents_ask_is_news() {
        for (kind, expected) in [
            ("server.connected", true),
            ("permission.asked", true),
            ("permission.v2.replied", true),
            ("question.rejected", true),
            ("server.heartbeat", false),
            ("message.part.updated", false),
            ("permissions", false),
        ] {
            let event =
                format!("data: {{\"id\":\"evt_1\",\"type\":\"{kind}\",\"properties\":{{}}}}\n\n");
            assert_eq!(is_news(event.as_bytes()), expected, "{kind}");
        }
        for odd in [
            ": alive\n\n",
            "data: nonsense\n\n",
            "data: {}\n\n",
            "event: permission.asked\n\n",
        ] {
            assert!(!is_news(odd.as_bytes()), "{odd:?}");
        }
    }
}
