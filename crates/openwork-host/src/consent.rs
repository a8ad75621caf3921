//! Asking a person, and the yes that comes of it.

use std::sync::Arc;

use openwork_approval::{
    AnswerMeans, Answerer, ApprovalMode, Ask, Asker, EndedBy, GrantedBy, Permit,
};
use openwork_change::change::Proposal;
use openwork_change::plan::Precondition;
use openwork_change::store::{CommitReceipt, StoreError};
use openwork_model::audit::{Approval, ApprovedBy};

use crate::error::{HostError, SubmitError};
use crate::grant::{Grant, Permission, Requester};
use crate::host::{Host, HostWrites};
use crate::later::LaterAnswer;
use crate::record::RefusalRecord;
use crate::registry::WorkspaceHandle;
use crate::subject::Subject;

impl Host {
    /// Whether a person is asked.
    pub(crate) fn is_asked(&self, grant: &Grant) -> bool {
        self.options.gate.mode == ApprovalMode::Manual && !self.allows_itself(grant)
    }

    /// How a change is allowed that nobody is asked about.
    pub(crate) fn unasked(&self, grant: &Grant) -> ApprovedBy {
        if self.allows_itself(grant) {
            ApprovedBy::Host
        } else {
            ApprovedBy::Auto
        }
    }

    /// Whether the answer would come from whoever asks: then nobody is asked.
    fn allows_itself(&self, grant: &Grant) -> bool {
        grant.allows(Permission::WriteUnasked) && self.options.host_writes == HostWrites::Allow
    }

    /// Asks a person. A caller that goes away meanwhile withdraws.
    pub(crate) async fn consent(
        &self,
        handle: &Arc<WorkspaceHandle>,
        subject: Subject,
        requester: &Requester,
    ) -> Result<Consent, SubmitError> {
        // The record exists before the question does: this future may be dropped
        // at any point of the wait, and what is dropped then is the record.
        let (mut record, ask) = self.question(handle, subject, requester);
        // Boxed: what waits is held twice by whatever waits for it.
        let asked = Box::pin(self.asked(ask, requester.later()));
        match handle.removed.run_until_cancelled(asked).await {
            Some(Ok(permit)) => Ok(Consent {
                permit,
                record: Some(record),
            }),
            Some(Err(SubmitError::Refused(refusal))) => {
                record.refused(&refusal);
                Err(SubmitError::Refused(refusal))
            }
            Some(Err(error)) => {
                // Nobody was asked.
                record.discard();
                Err(error)
            }
            None => {
                // Nothing is written any more where nothing is served.
                record.discard();
                Err(HostError::Removed.into())
            }
        }
    }

    /// Asks; what is answered later is kept before, so that whoever is told that it
    /// waits finds it again.
    async fn asked(
        &self,
        ask: Ask<Subject>,
        later: Option<&LaterAnswer>,
    ) -> Result<Permit<Subject>, SubmitError> {
        let Some(later) = later else {
            return Ok(self.gate.ask(ask).await?);
        };
        later.keeper.keep().await?;
        let waits = || later.keeper.waits();
        Ok(self.gate.ask_telling(ask, waits).await?)
    }

    /// Asks a person about the server itself, which has no workspace to record
    /// refusals in: they are logged.
    pub(crate) async fn consent_of_server(
        &self,
        subject: Subject,
        asker: Asker,
    ) -> Result<Consent, SubmitError> {
        let (action, summary) = (subject.action, subject.summary.clone());
        let ask = ask(subject.workspace.to_string(), subject, asker);
        match self.gate.ask(ask).await {
            Ok(permit) => Ok(Consent {
                permit,
                record: None,
            }),
            Err(refusal) => {
                tracing::info!(action, summary, %refusal, "a change of the server was refused");
                Err(SubmitError::Refused(refusal))
            }
        }
    }

    /// What is asked, and what is recorded if it comes to nothing.
    fn question(
        &self,
        handle: &Arc<WorkspaceHandle>,
        subject: Subject,
        requester: &Requester,
    ) -> (RefusalRecord, Ask<Subject>) {
        let asker = requester.asker();
        let record = self.record(handle, &subject, asker.clone());
        let ask = Ask {
            later: requester.later().map(LaterAnswer::ask),
            ..ask(handle.workspace.id.to_string(), subject, asker)
        };
        (record, ask)
    }
}

fn ask(scope: String, subject: Subject, asker: Asker) -> Ask<Subject> {
    Ask {
        asker,
        scope,
        kind: subject.action.to_owned(),
        covers: subject.preview.covers.clone(),
        bytes: subject.weight(),
        rememberable: subject.preview.rememberable,
        later: None,
        subject,
    }
}

/// A person's yes, and the record that is made if it comes to nothing.
pub(crate) struct Consent {
    permit: Permit<Subject>,
    /// None of what no workspace has a record of.
    record: Option<RefusalRecord>,
}

impl Consent {
    /// What was shown and so has to hold still; `None` if nobody was asked.
    pub(crate) fn shown(&self) -> Option<Vec<Precondition>> {
        let shown = self.permit.request()?.subject.shown.as_ref()?;
        Some(shown.preconditions.clone())
    }

    /// What was allowed: not quite what was asked where the host has amended it.
    /// `None` if that is no change of files.
    pub(crate) fn proposal(&self) -> Option<Arc<Proposal>> {
        let shown = self.permit.request()?.subject.shown.as_ref()?;
        Some(Arc::clone(&shown.proposal))
    }

    /// How it was allowed, for the record.
    pub(crate) fn approval(&self) -> Approval {
        let Some(GrantedBy { by, at }) = self.permit.granted() else {
            return ApprovedBy::Auto.into();
        };
        let (by, address, rule_id) = match by {
            EndedBy::Rule(rule) => (ApprovedBy::Rule, None, Some(rule.into())),
            EndedBy::Host(Answerer { address, means }) => (approved_by(means), address, None),
            // None of these allows anything.
            EndedBy::Timeout | EndedBy::Client | EndedBy::Shutdown => {
                (ApprovedBy::Host, None, None)
            }
        };
        Approval {
            by,
            address,
            rule_id,
            request_id: self.permit.request().map(|request| request.id.into()),
            answered_at: Some(at),
        }
    }

    pub(crate) fn settle(self, result: &Result<CommitReceipt, HostError>) {
        match result {
            Ok(_) => self.applied(),
            Err(HostError::Store(error)) if matches!(**error, StoreError::Conflict { .. }) => {
                let Self { permit, record } = self;
                if let Some(mut record) = record {
                    record.ended("conflicted");
                }
                permit.conflicted();
            }
            Err(error) => self.failed(error.to_string()),
        }
    }

    /// What was allowed is done.
    pub(crate) fn applied(self) {
        let Self { permit, record } = self;
        if let Some(mut record) = record {
            record.discard();
        }
        permit.applied();
    }

    /// What was allowed could not be done.
    pub(crate) fn failed(self, reason: String) {
        let Self { permit, record } = self;
        if let Some(mut record) = record {
            record.ended("failed");
        }
        permit.failed(reason);
    }
}

pub(crate) fn approved_by(means: AnswerMeans) -> ApprovedBy {
    match means {
        AnswerMeans::Unsaid => ApprovedBy::Host,
        AnswerMeans::Page => ApprovedBy::Page,
        AnswerMeans::Terminal => ApprovedBy::Terminal,
        AnswerMeans::Notification => ApprovedBy::Notification,
    }
}
