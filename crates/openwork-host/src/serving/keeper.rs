//! One change of the list of workspaces: recorded, kept, done, in this order.

use std::sync::Arc;

use crate::consent::Consent;
use crate::error::HostError;
use crate::host::Host;
use crate::registry::WorkspaceRegistry;
use crate::server_log::ServerNote;
use crate::state::StateError;

use super::{ListOutcome, ServeError, WorkspaceList};

pub(super) type ServingCheck = Box<dyn FnOnce(&WorkspaceRegistry) -> Result<(), ServeError> + Send>;
type ListEdit = Box<dyn FnOnce(&dyn WorkspaceList) -> Result<ListOutcome, StateError> + Send>;
type RegistryEdit = Box<dyn FnOnce(&WorkspaceRegistry) + Send>;

/// What one change consists of.
pub(super) struct ServingStep {
    /// Whether it can still be made: much may happen while somebody is asked.
    pub(super) check: ServingCheck,
    /// Keeps it for the next start.
    pub(super) keep: ListEdit,
    /// Makes it.
    pub(super) done: RegistryEdit,
}

impl Host {
    /// Makes a change that was allowed, in a task of its own: a caller that goes
    /// away drops its future, and half a change must not be dropped with it.
    pub(super) async fn step(
        &self,
        note: ServerNote,
        consent: Option<Consent>,
        step: ServingStep,
    ) -> Result<ListOutcome, ServeError> {
        let (lock, registry) = (Arc::clone(&self.serving), Arc::clone(&self.registry));
        let (log, list) = (self.server_log.clone(), self.options.workspace_list.clone());
        let (pool, files) = (Arc::clone(&self.pool), Arc::clone(&self.own_files));
        let at = self.options.clock.now_ms();
        let task = self.commits.spawn(async move {
            let made = async {
                let _one_at_a_time = lock.lock().await;
                (step.check)(&registry)?;
                log.note(note, at).await.map_err(ServeError::Audit)?;
                let outcome = match list {
                    None => ListOutcome::default(),
                    Some(list) => {
                        let keep = move || (step.keep)(&*list);
                        pool.run_unbounded(&files, keep).await??
                    }
                };
                (step.done)(&registry);
                Ok(outcome)
            };
            let made: Result<ListOutcome, ServeError> = made.await;
            match (consent, &made) {
                (None, _) => {}
                (Some(consent), Ok(_)) => consent.applied(),
                (Some(consent), Err(error)) => consent.failed(error.to_string()),
            }
            made
        });
        task.await.unwrap_or_else(|_| Err(HostError::Lost.into()))
    }
}
