//! The versions of engines, as they were told a moment ago.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openwork_host::{Host, Readable};
use openwork_model::workspace::WorkspaceId;
use tokio::time::Instant;

/// For how long what an engine said is told again: clients ask every few
/// seconds, and an engine that hangs would make each of them wait.
const FRESH: Duration = Duration::from_secs(10);

/// What engines said last.
#[derive(Debug, Default)]
pub(crate) struct EngineVersions(Mutex<HashMap<WorkspaceId, (Instant, Option<String>)>>);

impl EngineVersions {
    /// The version of a workspace's engine; `None` if there is none that says it.
    pub(crate) async fn of(&self, host: &Host, at: &Readable) -> Option<String> {
        let id = &at.workspace().id;
        if let Some((told, version)) = self.lock().get(id)
            && told.elapsed() < FRESH
        {
            return version.clone();
        }
        let version = host.engine_version(at).await;
        let mut known = self.lock();
        // Or those of workspaces that are gone would stay for ever.
        known.retain(|_, (told, _)| told.elapsed() < FRESH);
        known.insert(id.clone(), (Instant::now(), version.clone()));
        version
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<WorkspaceId, (Instant, Option<String>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
