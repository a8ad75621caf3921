//! Allowing less than was asked, or in other words.
//!
//! The host sees what would come of an amendment, and then says yes to that. In
//! between the files may change, so it is planned both times and the two plans are
//! compared by what they would write.

use std::sync::Arc;

use openwork_approval::{DecideError, DecidedRequest, Reply, Request, RequestId};
use openwork_change::change::{AmendError, Amendment, Change, Proposal};

use crate::error::HostError;
use crate::host::Host;
use crate::registry::WorkspaceHandle;
use crate::subject::{ShownPlan, Subject};

/// Why a request is not amended. It goes on waiting.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AmendRefusal {
    /// No such request waits.
    #[error("no such request is waiting for an answer")]
    UnknownRequest,
    /// The request changes nothing that has parts.
    #[error("the request has no parts that could be left out or edited")]
    NoParts,
    /// The amendment does not fit.
    #[error(transparent)]
    Unfit(#[from] AmendError),
    /// With the amendment nothing would be written.
    #[error("nothing would be written")]
    Nothing,
    /// What would be written is not what the host was shown.
    #[error("what would be written is not what was shown")]
    OtherPlan,
    /// The answer is to be remembered.
    #[error("this answer cannot be remembered")]
    NotRememberable,
    /// What would come of it cannot be planned.
    #[error(transparent)]
    Host(#[from] HostError),
}

impl Host {
    /// The change of a request that waits.
    ///
    /// # Errors
    ///
    /// [`AmendRefusal::UnknownRequest`], and [`AmendRefusal::NoParts`] if it is
    /// no change of files.
    pub fn asked_change(&self, id: RequestId) -> Result<AskedChange, AmendRefusal> {
        let request = self.gate.get(id).ok_or(AmendRefusal::UnknownRequest)?;
        let shown = request.subject.shown.as_ref();
        let shown = Arc::clone(shown.ok_or(AmendRefusal::NoParts)?);
        Ok(AskedChange { request, shown })
    }

    /// Shows a request as it would be with an amendment.
    ///
    /// # Errors
    ///
    /// [`AmendRefusal`].
    pub async fn amended(
        &self,
        id: RequestId,
        amendment: Amendment,
    ) -> Result<Request<Subject>, AmendRefusal> {
        let asked = self.asked_change(id)?;
        let handle = self.registry.find(asked.request.subject.workspace.as_str());
        let handle = handle.ok_or(HostError::UnknownWorkspace)?;
        let limiter = Arc::clone(&handle.limiter);
        let work = move || {
            let subject = asked.amended(&handle, &amendment)?;
            Ok(asked.request.about(subject))
        };
        self.pool.run(&limiter, work).await?
    }

    /// Allows a request with an amendment, if what would be written is still what
    /// has this digest.
    ///
    /// # Errors
    ///
    /// [`AmendRefusal`].
    pub async fn allow_amended(
        &self,
        id: RequestId,
        amendment: Amendment,
        digest: &str,
        reply: Reply,
    ) -> Result<DecidedRequest, AmendRefusal> {
        let amended = self.amended(id, amendment).await?;
        let now = amended.subject.digest;
        if now.is_none_or(|now| now.to_string() != digest) {
            return Err(AmendRefusal::OtherPlan);
        }
        let decided = self.gate.decide_on(id, reply, amended.subject);
        decided.map_err(|error| match error {
            DecideError::Unknown => AmendRefusal::UnknownRequest,
            DecideError::NotRememberable => AmendRefusal::NotRememberable,
        })
    }
}

/// The change of a request that waits.
pub struct AskedChange {
    request: Arc<Request<Subject>>,
    shown: Arc<ShownPlan>,
}

impl AskedChange {
    /// What is asked for.
    pub fn change(&self) -> &Change {
        &self.shown.proposal.change
    }

    fn amended(
        &self,
        handle: &WorkspaceHandle,
        amendment: &Amendment,
    ) -> Result<Subject, AmendRefusal> {
        let asked = &*self.shown.proposal;
        let proposal = Arc::new(Proposal {
            change: asked.change.amended(amendment)?,
            only_if: asked.only_if.clone(),
            amended: amendment.record(),
        });
        let plan = handle.store.plan(&proposal).map_err(HostError::from)?;
        if plan.is_noop() {
            return Err(AmendRefusal::Nothing);
        }
        let Subject { actor, address, .. } = &self.request.subject;
        let workspace = &handle.workspace;
        Ok(Subject::new(
            workspace,
            proposal,
            plan,
            actor.clone(),
            *address,
        ))
    }
}
