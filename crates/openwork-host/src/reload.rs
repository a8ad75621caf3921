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
use crate::error::{HostError, ReloadError, SubmitError};
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
        let Writable { handle, is_ready } = at;
        let engine = self.options.engine.as_ref();
        // Before anybody is asked: a yes to what cannot be done is a yes wasted.
        let engine = engine.filter(|_| handle.workspace.base_url.is_some());
        let engine = Arc::clone(engine.ok_or(ReloadError::Unconfigured)?);
        let address = requester.address();
        let subject = Subject::reload(&handle.workspace, requester.actor(), address);
        let workspace = Arc::clone(&handle);
        let done = async move { Ok(engine.reload(&workspace.workspace).await?) };
        let recorded = (Action::EngineReload, entry());
        let at = Writable { handle, is_ready };
        self.carry_out_call::<(), ReloadError>(at, requester, subject, recorded, done)
            .await?;
        Ok(self.options.clock.now_ms())
    }

    /// Asks about something that an engine is to do, records it, and has it
    /// done.
    pub(crate) async fn carry_out_call<T, E>(
        &self,
        at: Writable,
        requester: Requester,
        subject: Subject,
        recorded: (Action, AuditNote),
        done: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<SubmitError> + ToString + Send + 'static,
    {
        let is_asked = self.is_asked(requester.grant());
        self.carry_out_asked(at, requester, subject, recorded, is_asked, done)
            .await
    }

    /// The same where it is known whether a person is asked.
    pub(crate) async fn carry_out_asked<T, E>(
        &self,
        at: Writable,
        requester: Requester,
        subject: Subject,
        (action, note): (Action, AuditNote),
        is_asked: bool,
        done: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<SubmitError> + ToString + Send + 'static,
    {
        let Writable { handle, .. } = at;
        let (grant, actor) = (requester.grant(), requester.actor());
        let consent = if is_asked {
            let asked = self.consent(&handle, subject, &requester);
            Some(asked.await.map_err(E::from)?)
        } else {
            None
        };
        let approval = match &consent {
            Some(consent) => consent.approval(),
            None => self.unasked(grant).into(),
        };
        let recorded = self.note_call(handle, actor, (action, note), approval);
        let stopping = self.stopping.clone();
        // In a task of its own: a caller that goes away drops its future, and what
        // was allowed is settled all the same.
        let task = self.commits.spawn(async move {
            let result = async {
                // What cannot be recorded is not done.
                recorded.await.map_err(|error| E::from(error.into()))?;
                // Cancelled when the host stops, unlike a commit: nothing is left half
                // done by it, and an engine that does not answer would hold up the end.
                let done = stopping.run_until_cancelled(done).await;
                done.unwrap_or_else(|| Err(E::from(HostError::ShuttingDown.into())))
            };
            let result = result.await;
            match (consent, &result) {
                (None, _) => {}
                (Some(consent), Ok(_)) => consent.applied(),
                (Some(consent), Err(error)) => consent.failed(error.to_string()),
            }
            result
        });
        let lost = |_| Err(E::from(HostError::Lost.into()));
        task.await.unwrap_or_else(lost)
    }

    pub(crate) fn note_call(
        &self,
        handle: Arc<WorkspaceHandle>,
        actor: Actor,
        (action, note): (Action, AuditNote),
        approval: Approval,
    ) -> impl Future<Output = Result<(), HostError>> + Send + 'static {
        let pool = Arc::clone(&self.pool);
        async move {
            let store = Arc::clone(&handle.store);
            let work = move || store.note(&actor, action, &note, approval);
            let noted = pool.run_unbounded(&handle.limiter, work).await?;
            Ok(noted?)
        }
    }
}

fn entry() -> AuditNote {
    AuditNote {
        target: "engine".to_owned(),
        summary: "Asked the engine to reload".to_owned(),
    }
}
