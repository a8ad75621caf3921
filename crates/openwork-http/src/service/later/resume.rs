//! Requests that an earlier run of the server has left.

use std::collections::HashMap;
use std::sync::Arc;

use openwork_approval::Refusal;
use openwork_change::query::{Query, View};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::super::{Service, ServiceState};
use super::run::LaterRun;
use crate::auth::MissingCredential;
use crate::error::Failure;
use crate::later::{LaterBook, LaterEnd, LaterEntry, LaterOutcome};

/// How many entries of a log are looked at: of this many changes one was the last
/// before the server ended.
const ENTRIES: usize = 200;

/// What is done by an engine, or outside of a workspace: these are recorded before
/// they are done, and not with it.
const RECORDED_BEFORE: [&str; 3] = ["engine.call", "engine.reload", "config.global.write"];

/// What an entry of the audit log says of the request that it came of.
#[derive(Deserialize)]
struct AnsweredEntry {
    action: String,
    approval: Option<LoggedAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoggedAnswer {
    request_id: Option<Uuid>,
}

impl Service {
    /// Goes on with the requests that an earlier run has left, each from the start:
    /// it is planned on the files as they are, and the host is asked anew.
    pub(crate) async fn resume(&self) {
        let state = &self.0;
        let Some(book) = &state.later else { return };
        // What could not be made would be refused, and nobody has asked for that.
        if state.host.is_read_only() {
            return;
        }
        state.host.look_at_tokens().await;
        match book.open().await {
            Ok(open) => {
                for entry in open {
                    Box::pin(state.resume(book, entry)).await;
                }
            }
            Err(error) => tracing::error!(
                %error,
                "requests that are answered later cannot be read; nothing of them is lost, and \
                 none can be made until the file is mended or moved away"
            ),
        }
    }

    /// Waits for the requests that are being carried out, once none begins any more.
    pub(crate) async fn settled(&self) {
        self.0.runs.close();
        self.0.runs.wait().await;
    }
}

impl ServiceState {
    async fn resume(self: &Arc<Self>, book: &Arc<LaterBook>, entry: LaterEntry) {
        let id = entry.id;
        let ended = match self.ended_meanwhile(book, &entry).await {
            Some(end) => Err(end),
            None => self.begun_again(book, entry),
        };
        let end = match ended {
            Ok(run) => {
                self.runs.spawn(run.carry_out(CancellationToken::new()));
                return;
            }
            Err(end) => end,
        };
        if let Err(error) = book.end(id, end).await {
            tracing::error!(%error, "how a request ended that is answered later could not be kept");
        }
    }

    /// How a request has ended without anybody noticing.
    async fn ended_meanwhile(&self, book: &LaterBook, entry: &LaterEntry) -> Option<LaterEnd> {
        let now = book.now();
        if let Some(outcome) = self.made(entry).await {
            return Some(LaterEnd::unanswered(now, outcome));
        }
        if entry.expires_at > now {
            return None;
        }
        let after = entry.expires_at.saturating_sub(entry.created_at);
        let refusal = Refusal::Expired {
            request: entry.asked.into(),
            after: std::time::Duration::from_millis(after),
        };
        let refused = Failure::Submit(refusal.into());
        Some(refused_end(now, LaterOutcome::Expired, &refused))
    }

    fn begun_again(
        self: &Arc<Self>,
        book: &Arc<LaterBook>,
        entry: LaterEntry,
    ) -> Result<LaterRun, LaterEnd> {
        let now = book.now();
        let made = |digest: &[u8; 32]| self.host.token(digest);
        let Some(caller) = self.auth.recall(&entry.actor, made) else {
            let missing = Failure::Unauthorized(MissingCredential::Client);
            return Err(refused_end(now, LaterOutcome::Withdrawn, &missing));
        };
        LaterRun::again(self, book, caller, entry)
            .map_err(|failure| refused_end(now, LaterOutcome::Failed, &failure))
    }

    /// What came of a request that was allowed right before the server ended, if it
    /// was: what is done is recorded with the name of the host's question.
    async fn made(&self, entry: &LaterEntry) -> Option<LaterOutcome> {
        let at = self.host.readable(&entry.workspace_id).ok()?;
        let query = Query::Audit { limit: ENTRIES };
        let view = match self.host.query(&at, query).await {
            Ok(view) => view,
            Err(error) => {
                tracing::warn!(%error, "the audit log could not be looked at for a request");
                return None;
            }
        };
        let View::Audit(lines) = &view.view else {
            return None;
        };
        let made: HashMap<Uuid, String> = lines
            .iter()
            .filter_map(|line| serde_json::from_str::<AnsweredEntry>(line.get()).ok())
            .filter_map(|made| Some((made.approval?.request_id?, made.action)))
            .collect();
        let action = made.get(&entry.asked)?;
        Some(if RECORDED_BEFORE.contains(&action.as_str()) {
            LaterOutcome::Interrupted
        } else {
            LaterOutcome::Applied
        })
    }
}

fn refused_end(now: u64, outcome: LaterOutcome, failure: &Failure) -> LaterEnd {
    let report = failure.report();
    let status = report.status().as_u16();
    let error = openwork_api::ErrorBody {
        code: report.code.as_str().into(),
        message: report.message,
        details: report.details.map(std::borrow::Cow::Owned),
    };
    let body = serde_json::to_vec(&error).unwrap_or_default();
    LaterEnd::answered(now, outcome, status, &body)
}
