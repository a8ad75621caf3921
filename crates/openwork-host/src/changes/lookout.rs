//! Looking at the files when the store's watch calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use openwork_change::event::EngineSurvey;
use openwork_change::store::{FileWatch, WatchError};
use openwork_model::clock::Clock;
use tokio::sync::{Mutex, Notify};
use tokio::task::AbortHandle;

use super::OutdatedSurvey;
use crate::error::HostError;
use crate::host::Host;
use crate::pool::WorkPool;
use crate::registry::WorkspaceHandle;

/// How long files may settle after a call: who saves one often writes several.
const SETTLING: Duration = Duration::from_millis(250);

/// How often the first look is repeated because own changes overtook it.
const ATTEMPTS: usize = 8;

/// What looks out for the changes of others, once somebody wants to know.
#[derive(Default)]
pub(super) struct Watcher {
    task: Mutex<Option<AbortHandle>>,
    /// Whether it was said that it cannot be done.
    complained: AtomicBool,
}

/// Why nobody looks out.
#[derive(Debug, thiserror::Error)]
enum WatcherError {
    #[error(transparent)]
    Watch(#[from] WatchError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("the files are changed too often to be looked at")]
    Overtaken,
}

impl Host {
    /// Sees to it that somebody looks out; says whether that could be done.
    pub(super) async fn look_out(&self, desk: &Arc<WorkspaceHandle>) -> bool {
        let lookout = &desk.changes.lookout;
        let mut task = lookout.task.lock().await;
        if task.as_ref().is_some_and(|task| !task.is_finished()) {
            return true;
        }
        match self.begin(desk).await {
            Ok(begun) => {
                *task = Some(begun);
                lookout.complained.store(false, Ordering::Relaxed);
                true
            }
            Err(error) => {
                lookout.complain(desk, &error);
                false
            }
        }
    }

    /// The files are known before the first answer, so that whatever happens
    /// after it is told.
    async fn begin(&self, desk: &Arc<WorkspaceHandle>) -> Result<AbortHandle, WatcherError> {
        let called = Arc::new(Notify::new());
        let (store, call) = (Arc::clone(&desk.store), Arc::clone(&called));
        let begin = move || store.watch(Box::new(move || call.notify_one()));
        let watch = self.pool.run(&desk.lane, begin).await??;
        let mut looking = WatchTask {
            desk: Arc::clone(desk),
            pool: Arc::clone(&self.pool),
            watch: Some(watch),
            called,
            clock: Arc::clone(&self.options.clock),
        };
        looking.begin().await?;
        let stopping = self.stopping.clone();
        let task = tokio::spawn(async move {
            let ended = stopping.run_until_cancelled(looking.run()).await;
            if let Some(Err(error)) = ended {
                looking.desk.changes.broke_off();
                looking.desk.changes.lookout.complain(&looking.desk, &error);
            }
        });
        Ok(task.abort_handle())
    }
}

impl Watcher {
    /// A store that cannot watch is no news, and neither is the same trouble
    /// at every request.
    fn complain(&self, desk: &WorkspaceHandle, error: &WatcherError) {
        let is_odd = !matches!(error, WatcherError::Watch(WatchError::Unsupported));
        if is_odd && !self.complained.swap(true, Ordering::Relaxed) {
            let workspace = desk.workspace.id.as_str();
            tracing::warn!(workspace, %error, "changes that other programs make go unnoticed");
        }
    }
}

struct WatchTask {
    desk: Arc<WorkspaceHandle>,
    pool: Arc<WorkPool>,
    /// Away while a thread works with it.
    watch: Option<Box<dyn FileWatch>>,
    called: Arc<Notify>,
    clock: Arc<dyn Clock>,
}

impl WatchTask {
    /// Looks whenever it is called, until that fails.
    async fn run(&mut self) -> Result<(), WatcherError> {
        loop {
            self.called.notified().await;
            tokio::time::sleep(SETTLING).await;
            if let Err(OutdatedSurvey) = self.look().await? {
                self.called.notify_one();
            }
        }
    }

    /// Looks for the first time.
    async fn begin(&mut self) -> Result<(), WatcherError> {
        for _ in 0..ATTEMPTS {
            if let Ok(()) = self.look().await? {
                return Ok(());
            }
        }
        Err(WatcherError::Overtaken)
    }

    async fn look(&mut self) -> Result<Result<(), OutdatedSurvey>, WatcherError> {
        let own = self.desk.changes.own();
        let survey = self.survey().await?;
        let at = self.clock.now_ms();
        Ok(self.desk.changes.found(own, survey, at))
    }

    async fn survey(&mut self) -> Result<EngineSurvey, WatcherError> {
        let Some(mut watch) = self.watch.take() else {
            return Err(HostError::Lost.into());
        };
        let store = Arc::clone(&self.desk.store);
        let work = move || {
            // What comes while the files are looked at calls again.
            let renewed = watch.renew();
            (watch, renewed.map(|()| store.survey()))
        };
        let (watch, survey) = self.pool.run(&self.desk.lane, work).await?;
        self.watch = Some(watch);
        Ok(survey?.map_err(HostError::from)?)
    }
}
