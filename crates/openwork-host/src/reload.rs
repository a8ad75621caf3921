//! Having an engine read its files again.
//!
//! An engine never does so by itself, and the server never asks it on its own:
//! work that runs would be lost. So a reload goes the way of a change: access,
//! ask, record, do.

use std::sync::Arc;

use openwork_change::change::Action;
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditNote};

use crate::access::Writable;
use crate::engine::Engine;
use crate::error::{HostError, ReloadError};
use crate::grant::Requester;
use crate::host::Host;
use crate::registry::WorkspaceHandle;
use crate::subject::Subject;

impl Host {
    /// Has the workspace's engine read its files again; gives the time, in ms
    /// since 1970.
    ///
    /// Dropping the future before a person has answered withdraws it.
    pub async fn reload(&self, at: Writable, requester: Requester) -> Result<u64, ReloadError> {
        let Writable { handle, .. } = at;
        let engine = self.options.engine.as_ref();
        // Before anybody is asked: a yes to what cannot be done is a yes wasted.
        let engine = engine.filter(|_| handle.workspace.base_url.is_some());
        let engine = Arc::clone(engine.ok_or(ReloadError::Unconfigured)?);
        let (grant, actor) = (requester.grant(), requester.actor());
        let consent = if self.is_asked(grant) {
            let address = requester.address();
            let subject = Subject::reload(&handle.workspace, actor.clone(), address);
            Some(self.consent(&handle, subject, requester.asker()).await?)
        } else {
            None
        };
        let approval = match &consent {
            Some(consent) => consent.approval(),
            None => self.unasked(grant).into(),
        };
        let done = self.reload_now(handle, engine, actor, approval);
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
        handle: Arc<WorkspaceHandle>,
        engine: Arc<dyn Engine>,
        actor: Actor,
        approval: Approval,
    ) -> impl Future<Output = Result<(), ReloadError>> + Send + 'static {
        let (pool, stopping) = (Arc::clone(&self.pool), self.stopping.clone());
        async move {
            let store = Arc::clone(&handle.store);
            let work = move || store.note(&actor, Action::EngineReload, &entry(), approval);
            let noted = pool.run_unbounded(&handle.limiter, work).await?;
            noted.map_err(HostError::from)?;
            // Cancelled when the host stops, unlike a commit: nothing is left half
            // done by it, and an engine that does not answer would hold up the end.
            let reloaded = stopping.run_until_cancelled(engine.reload(&handle.workspace));
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
