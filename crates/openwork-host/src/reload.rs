//! Having an engine read its files again.
//!
//! It never does so by itself, and the server never makes it on its own:
//! work that runs would be lost. So a reload goes the way of a change: access,
//! ask, record, do.

use std::sync::Arc;

use openwork_approval::Asker;
use openwork_change::change::Action;
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditNote};

use crate::access::Writable;
use crate::engine::Engine;
use crate::error::{HostError, ReloadError};
use crate::host::Host;
use crate::registry::WorkspaceHandle;
use crate::subject::Subject;

/// A reload that somebody wants.
#[derive(Debug)]
pub struct EngineReload {
    /// Who wants it, for the record.
    pub actor: Actor,
    /// Who wants it, for the limits of what one client may ask.
    pub asker: Asker,
    /// Whether the host itself wants it.
    pub by_host: bool,
}

impl Host {
    /// Has the workspace's engine read its files again; gives the time, in ms
    /// since 1970.
    ///
    /// Dropping the future before a person has answered withdraws it.
    pub async fn reload(&self, at: Writable, reload: EngineReload) -> Result<u64, ReloadError> {
        let Writable { desk, .. } = at;
        let engine = self.options.engine.as_ref();
        let engine = engine.filter(|_| desk.workspace.base_url.is_some());
        let engine = Arc::clone(engine.ok_or(ReloadError::Unconfigured)?);
        let EngineReload {
            actor,
            asker,
            by_host,
        } = reload;
        let consent = if self.is_asked(by_host) {
            let subject = Subject::reload(&desk.workspace, actor.clone(), asker.address);
            Some(self.consent(&desk, subject, asker).await?)
        } else {
            None
        };
        let approval = match &consent {
            Some(consent) => consent.approval(),
            None => self.unasked(by_host).into(),
        };
        let done = self.reload_now(desk, engine, actor, approval);
        let task = self.commits.spawn(async move {
            let result = done.await;
            match (consent, &result) {
                (None, _) => {}
                (Some(consent), Ok(())) => consent.applied(),
                (Some(consent), Err(error)) => consent.failed(error.to_string()),
            }
            result
        });
        task.await.unwrap_or(Err(HostError::Lost.into()))?;
        Ok(self.options.clock.now_ms())
    }

    /// Records first: what cannot be recorded is not done.
    fn reload_now(
        &self,
        desk: Arc<WorkspaceHandle>,
        engine: Arc<dyn Engine>,
        actor: Actor,
        approval: Approval,
    ) -> impl Future<Output = Result<(), ReloadError>> + Send + 'static {
        let (pool, stopping) = (Arc::clone(&self.pool), self.stopping.clone());
        async move {
            let store = Arc::clone(&desk.store);
            let work = move || store.note(&actor, Action::EngineReload, &entry(), approval);
            let noted = pool.run_unbounded(&desk.lane, work).await?;
            noted.map_err(HostError::from)?;
            let reloaded = stopping.run_until_cancelled(engine.reload(&desk.workspace));
            let reloaded = reloaded.await.ok_or(HostError::ShuttingDown)?;
            Ok(reloaded?)
        }
    }
}

fn entry() -> AuditNote {
    AuditNote {
        target: "engine".to_owned(),
        summary: "Asked the engine to reload".to_owned(),
    }
}
