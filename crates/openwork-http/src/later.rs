//! Requests whose clients come back for the answer (RFC 7240, `respond-async`),
//! and the file that keeps them until then.
//!
//! What is kept is the request as it came, and not a plan: after a restart it goes
//! its whole way once more, on the files as they are by then, and the host is asked
//! anew about what is planned then. The host's question has another name each time,
//! so that no answer to an earlier one can count.

use std::sync::Arc;
use std::time::Duration;

use openwork_host::{StateDocument as _, StateError, StateFile};
use openwork_model::clock::Clock;
use tokio::sync::{Mutex, Notify};
use uuid::Uuid;

mod document;
mod preference;

pub(crate) use document::{LaterCall, LaterEnd, LaterEntry, LaterOutcome};
use document::{LaterDocument, NoLaterRoom};
pub(crate) use preference::{prefers_async, wait};

/// How requests are kept whose clients come back for the answer.
#[derive(Clone)]
pub struct LaterOptions {
    /// Where they are kept. It holds what was asked for, so it had better be the
    /// owner's alone; no other server may use it.
    pub file: Arc<dyn StateFile>,
    /// How long they wait for the host, and how long the answer is kept.
    pub patience: Duration,
}

/// Why a request is not kept.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum LaterError {
    /// The file cannot be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// As much is kept as may be.
    #[error(transparent)]
    Full(#[from] NoLaterRoom),
    /// The work ended without a result: a defect.
    #[error("the work on the file ended without a result")]
    Lost,
}

/// The requests that are kept.
pub(crate) struct LaterBook {
    options: LaterOptions,
    clock: Arc<dyn Clock>,
    /// As the file has them; `None` if it has to be read again. Held while it is
    /// written, so that there is one writer.
    known: Mutex<Option<Arc<LaterDocument>>>,
    /// Told when anything has changed.
    changed: Notify,
}

impl LaterBook {
    pub(crate) fn new(options: LaterOptions, clock: Arc<dyn Clock>) -> Self {
        Self {
            options,
            clock,
            known: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// How long a request waits.
    pub(crate) fn patience(&self) -> Duration {
        self.options.patience
    }

    /// The time, in ms since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now_ms()
    }

    /// The request of an id.
    pub(crate) async fn get(&self, id: Uuid) -> Result<Option<LaterEntry>, LaterError> {
        let document = self.document().await?;
        Ok(document.find(id).cloned())
    }

    /// All that have not ended.
    pub(crate) async fn open(&self) -> Result<Vec<LaterEntry>, LaterError> {
        let document = self.document().await?;
        Ok(document.open().cloned().collect())
    }

    /// Waits until anything has changed since this was called.
    pub(crate) fn change(&self) -> tokio::sync::futures::Notified<'_> {
        self.changed.notified()
    }

    /// Keeps a request, or what it is called by now.
    pub(crate) async fn keep(self: &Arc<Self>, entry: LaterEntry) -> Result<(), LaterError> {
        self.edit(move |document| document.keep(entry)).await
    }

    /// Says how a request has ended.
    pub(crate) async fn end(self: &Arc<Self>, id: Uuid, end: LaterEnd) -> Result<(), LaterError> {
        self.edit(move |document| document.end(id, end)).await
    }

    /// Forgets a request.
    pub(crate) async fn forget(self: &Arc<Self>, id: Uuid) -> Result<(), LaterError> {
        self.edit(move |document| document.forget(id)).await
    }

    async fn document(&self) -> Result<Arc<LaterDocument>, LaterError> {
        let mut known = self.known.lock().await;
        if let Some(known) = &*known {
            return Ok(Arc::clone(known));
        }
        let file = Arc::clone(&self.options.file);
        let document = blocking(move || LaterDocument::load(&*file)).await?;
        Ok(Arc::clone(known.insert(Arc::new(document))))
    }

    /// Changes what is kept. What is begun is finished, whoever waits for it, so
    /// that what comes later finds it.
    async fn edit(
        self: &Arc<Self>,
        change: impl FnOnce(&mut LaterDocument) + Send + 'static,
    ) -> Result<(), LaterError> {
        let book = Arc::clone(self);
        let edit = tokio::spawn(async move {
            let mut known = book.known.lock().await;
            let (file, now) = (Arc::clone(&book.options.file), book.now());
            let patience = u64::try_from(book.options.patience.as_millis()).unwrap_or(u64::MAX);
            let edited = blocking(move || edited(&*file, change, now, patience)).await;
            // What could not be written is read again.
            let (document, result) = match edited {
                Ok(document) => (Some(Arc::new(document)), Ok(())),
                Err(error) => (None, Err(error)),
            };
            *known = document;
            drop(known);
            book.changed.notify_waiters();
            result
        });
        edit.await.unwrap_or(Err(LaterError::Lost))
    }
}

/// Changes what a file holds; what it holds then.
fn edited(
    file: &dyn StateFile,
    change: impl FnOnce(&mut LaterDocument),
    now: u64,
    patience: u64,
) -> Result<LaterDocument, LaterError> {
    let mut change = Some(change);
    let mut made = None;
    let updated = file.update(&mut |before| {
        let mut document = LaterDocument::of(file, before)?;
        document.prune(now, patience);
        if let Some(change) = change.take() {
            change(&mut document);
        }
        Ok(match document.write(now) {
            Ok(bytes) => {
                made = Some(Ok(document));
                Some(bytes)
            }
            Err(full) => {
                made = Some(Err(full.into()));
                None
            }
        })
    });
    updated?;
    made.unwrap_or(Err(LaterError::Lost))
}

/// Runs blocking work.
async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, LaterError>
where
    T: Send + 'static,
    E: Into<LaterError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(LaterError::Lost),
    }
}
