//! Surveying the files when the store's watch calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use openwork_change::event::EngineSurvey;
use openwork_change::store::{FileWatch, WatchError};
use openwork_model::clock::Clock;
use tokio::sync::{Mutex, Notify};
use tokio::task::AbortHandle;

use super::OutdatedSurvey;
use crate::counts::WatchState;
use crate::error::HostError;
use crate::host::Host;
use crate::pool::WorkPool;
use crate::registry::WorkspaceHandle;

/// How long files may settle after a call: programs that save one file often
/// write several.
const SETTLING: Duration = Duration::from_millis(250);

/// How often the first survey is repeated if own changes overtake it.
const ATTEMPTS: usize = 8;

/// The task that watches for changes of others, once a client asks for events.
#[derive(Default)]
pub(super) struct Watcher {
    task: Mutex<Option<AbortHandle>>,
    /// Whether the log says already that watching is not possible.
    has_warned: AtomicBool,
}

/// Why changes of others are not watched for.
#[derive(Debug, thiserror::Error)]
enum WatcherError {
    #[error(transparent)]
    Watch(#[from] WatchError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("the files are changed too often to be surveyed")]
    Overtaken,
}

impl Host {
    /// Starts watching, unless it goes on already; gives whether it does now.
    pub(super) async fn keep_watching(&self, handle: &Arc<WorkspaceHandle>) -> bool {
        let watcher = &handle.changes.watcher;
        // Held while watching begins: of many clients that come at once, one
        // starts it and the others wait for the same task.
        let mut task = watcher.task.lock().await;
        if task.as_ref().is_some_and(|task| !task.is_finished()) {
            return true;
        }
        match self.begin(handle).await {
            Ok(begun) => {
                *task = Some(begun);
                watcher.has_warned.store(false, Ordering::Relaxed);
                true
            }
            Err(error) => {
                watcher.warn(handle, &error);
                false
            }
        }
    }

    /// Begins with a survey, so that whatever changes after the first answer
    /// becomes an event.
    async fn begin(&self, handle: &Arc<WorkspaceHandle>) -> Result<AbortHandle, WatcherError> {
        let called = Arc::new(Notify::new());
        let (store, call) = (Arc::clone(&handle.store), Arc::clone(&called));
        let begin = move || store.watch(Box::new(move || call.notify_one()));
        let watch = self.pool.run(&handle.limiter, begin).await??;
        let mut watching = WatchTask {
            handle: Arc::clone(handle),
            pool: Arc::clone(&self.pool),
            watch: Some(watch),
            called,
            clock: Arc::clone(&self.options.clock),
        };
        watching.survey_first().await?;
        let (stopping, removed) = (self.stopping.clone(), handle.removed.clone());
        let task = tokio::spawn(async move {
            let watched = removed.run_until_cancelled(watching.run());
            let ended = stopping.run_until_cancelled(watched).await.flatten();
            if let Some(Err(error)) = ended {
                watching.handle.changes.stop_watching();
                watching
                    .handle
                    .changes
                    .watcher
                    .warn(&watching.handle, &error);
            }
        });
        Ok(task.abort_handle())
    }
}

impl Watcher {
    /// How the watch is.
    pub(super) fn state(&self) -> WatchState {
        // Held elsewhere, it is just beginning.
        let Ok(task) = self.task.try_lock() else {
            return WatchState::Idle;
        };
        match &*task {
            Some(task) if !task.is_finished() => WatchState::Watching,
            Some(_) => WatchState::Broken,
            None if self.has_warned.load(Ordering::Relaxed) => WatchState::Broken,
            None => WatchState::Idle,
        }
    }

    /// Logs that watching is not possible.
    fn warn(&self, handle: &WorkspaceHandle, error: &WatcherError) {
        // A store that cannot watch says so to its embedder; and every request
        // for events tries again, which must not fill the log.
        let is_fault = !matches!(error, WatcherError::Watch(WatchError::Unsupported));
        if is_fault && !self.has_warned.swap(true, Ordering::Relaxed) {
            let workspace = handle.workspace.id.as_str();
            tracing::warn!(workspace, %error, "changes that other programs make go unnoticed");
        }
    }
}

struct WatchTask {
    handle: Arc<WorkspaceHandle>,
    pool: Arc<WorkPool>,
    /// `None` while a thread works with it.
    watch: Option<Box<dyn FileWatch>>,
    called: Arc<Notify>,
    clock: Arc<dyn Clock>,
}

impl WatchTask {
    /// Surveys the files at each call of the watch, until that fails.
    async fn run(&mut self) -> Result<(), WatcherError> {
        loop {
            self.called.notified().await;
            // Calls that come meanwhile are kept by the notify, as one.
            tokio::time::sleep(SETTLING).await;
            if let Err(OutdatedSurvey) = self.survey().await? {
                self.called.notify_one();
            }
        }
    }

    /// Makes the survey that later ones are compared with.
    async fn survey_first(&mut self) -> Result<(), WatcherError> {
        for _ in 0..ATTEMPTS {
            if let Ok(()) = self.survey().await? {
                return Ok(());
            }
        }
        Err(WatcherError::Overtaken)
    }

    async fn survey(&mut self) -> Result<Result<(), OutdatedSurvey>, WatcherError> {
        // Counted before the files are read, so that a change which is made
        // while they are read makes the survey an outdated one.
        let own_changes = self.handle.changes.own_changes();
        let survey = self.read_files().await?;
        let at = self.clock.now_ms();
        Ok(self.handle.changes.record_survey(own_changes, survey, at))
    }

    async fn read_files(&mut self) -> Result<EngineSurvey, WatcherError> {
        let Some(mut watch) = self.watch.take() else {
            return Err(HostError::Lost.into());
        };
        let store = Arc::clone(&self.handle.store);
        let work = move || {
            // First, so that what changes while the files are read calls again.
            let renewed = watch.renew();
            (watch, renewed.map(|()| store.survey()))
        };
        let (watch, survey) = self.pool.run(&self.handle.limiter, work).await?;
        self.watch = Some(watch);
        Ok(survey?.map_err(HostError::from)?)
    }
}
