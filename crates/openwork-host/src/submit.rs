//! The way of a change: plan, ask, commit, answer.

use std::path::PathBuf;
use std::sync::Arc;

use openwork_change::change::Proposal;
use openwork_change::plan::{Plan, PlanReceipt, Warning};
use openwork_change::query::Query;
use openwork_change::store::{CommitReceipt, Order, StoreError, VersionedView};
use openwork_model::actor::Actor;
use openwork_model::audit::{AmendedPart, Approval};
use openwork_model::command::CommandScope;
use openwork_model::path::RelPath;
use openwork_model::skill::SkillItem;
use uuid::Uuid;

use crate::access::Writable;
use crate::consent::Consent;
use crate::error::{HostError, SubmitError};
use crate::grant::Requester;
use crate::host::Host;
use crate::registry::WorkspaceHandle;
use crate::subject::Subject;

/// A change that somebody wants made.
#[derive(Debug)]
pub struct Submission {
    /// Who wants it.
    pub requester: Requester,
    /// What is wanted.
    pub proposal: Proposal,
}

/// What came of a change.
#[derive(Debug, Clone)]
pub struct WriteOutcome {
    /// What the client is answered.
    pub answer: WriteAnswer,
    /// What may keep the change from having the effect that was wanted.
    pub warnings: Vec<Warning>,
    /// What the host has changed of what was asked for.
    pub amended: Vec<AmendedPart>,
}

/// What a client is answered.
#[derive(Debug, Clone)]
pub enum WriteAnswer {
    /// It is as wanted.
    Done,
    /// The configuration is as wanted.
    Updated {
        /// Since when, in ms since 1970.
        at: u64,
    },
    /// The file that was written as a whole.
    Written {
        /// Where it is.
        path: PathBuf,
    },
    /// The skill as it is stored.
    Skill(SkillItem),
    /// The skill is gone.
    SkillDeleted {
        /// Its name.
        name: String,
        /// Where it was.
        path: PathBuf,
    },
    /// The list that the change belongs to, as it is now.
    List(Arc<VersionedView>),
    /// A change is taken back.
    Undone {
        /// Its entry in the audit log.
        entry: Uuid,
        /// The entry of what took it back; `None` if nothing was written.
        by: Option<Uuid>,
        /// The files that were written.
        paths: Vec<RelPath>,
    },
    /// It is as wanted, and committed, but the list that the change belongs to
    /// could not be made, or not in time.
    Unlisted,
}

impl Host {
    /// Leads a change along its whole way.
    ///
    /// Dropping the future before a person has answered withdraws the change;
    /// afterwards the change is made, whether or not the caller waits for it.
    ///
    /// # Errors
    ///
    /// [`SubmitError::Host`] if the change cannot be planned or written,
    /// [`SubmitError::Refused`] if the person did not allow it.
    pub async fn submit(
        &self,
        at: Writable,
        submission: Submission,
    ) -> Result<WriteOutcome, SubmitError> {
        self.submit_holding(at, submission, ()).await
    }

    /// As [`Self::submit`], dropping `held` before a person is asked: the memory
    /// that a caller counts for a request is counted by the gate from then on.
    ///
    /// # Errors
    ///
    /// As [`Self::submit`].
    pub async fn submit_holding(
        &self,
        at: Writable,
        submission: Submission,
        held: impl Send,
    ) -> Result<WriteOutcome, SubmitError> {
        let Submission {
            requester,
            proposal,
        } = submission;
        let Writable { handle, is_ready } = &at;
        let proposal = Arc::new(proposal);
        let is_asked = self.is_asked(requester.grant());
        if !is_asked && *is_ready {
            // The commit plans anyway, and one plan is enough where no disk can
            // hang. Elsewhere a first plan runs under the pool's deadline, so
            // that the client learns of a file system that hangs: a commit has
            // no deadline.
            let by = self.unasked(requester.grant());
            let receipt = self
                .carry_out(handle, proposal, requester.actor(), Err(by.into()))
                .await?;
            // Boxed, like all that comes after an answer: very many of these
            // futures may wait for a person, and each would be as large as that.
            return Ok(Box::pin(self.committed(&at, receipt)).await);
        }
        let plan = self.plan(handle, &proposal).await?;
        if plan.is_noop() {
            return Ok(Box::pin(self.unchanged(&at, plan)).await?);
        }
        let consent = if is_asked {
            let subject = self.describe(handle, &proposal, plan, &requester).await?;
            drop(held);
            Ok(self.consent(handle, subject, &requester).await?)
        } else {
            Err(self.unasked(requester.grant()).into())
        };
        let allowed = consent.as_ref().ok().and_then(Consent::proposal);
        let proposal = allowed.unwrap_or(proposal);
        let amended = proposal.amended.clone();
        let actor = requester.actor();
        let receipt = self.carry_out(handle, proposal, actor, consent).await?;
        let outcome = Box::pin(self.committed(&at, receipt)).await;
        Ok(WriteOutcome { amended, ..outcome })
    }

    async fn plan(
        &self,
        handle: &WorkspaceHandle,
        proposal: &Arc<Proposal>,
    ) -> Result<Plan, HostError> {
        let ready = handle.store.ready();
        if let Some(planned) = ready.and_then(|store| store.plan(proposal)) {
            return Ok(planned?);
        }
        let (store, proposal) = (Arc::clone(&handle.store), Arc::clone(proposal));
        let plan = move || {
            let plan = store.plan(&proposal)?;
            if !plan.is_noop() {
                // The answer is not needed here. But the commit reads the other
                // layers for it without a deadline, so where one of them hangs,
                // the client learns of it now.
                store.warnings(&plan)?;
            }
            Ok::<_, StoreError>(plan)
        };
        Ok(self.pool.run(&handle.limiter, plan).await??)
    }

    /// Describes a plan for the person who is asked. Comparing long texts takes
    /// a while, so it is work for the pool.
    async fn describe(
        &self,
        handle: &Arc<WorkspaceHandle>,
        proposal: &Arc<Proposal>,
        plan: Plan,
        requester: &Requester,
    ) -> Result<Subject, HostError> {
        let (at, proposal) = (Arc::clone(handle), Arc::clone(proposal));
        let (actor, address) = (requester.actor(), requester.address());
        let describe = move || Subject::new(&at.workspace, proposal, plan, actor, address);
        self.pool.run(&handle.limiter, describe).await
    }

    /// Carries out what was allowed, in a task of its own: a caller that goes
    /// away drops its future, and half a change must not be dropped with it.
    async fn carry_out(
        &self,
        handle: &Arc<WorkspaceHandle>,
        proposal: Arc<Proposal>,
        actor: Actor,
        consent: Result<Consent, Approval>,
    ) -> Result<CommitReceipt, HostError> {
        let made = Arc::clone(&proposal);
        let (shown, approval) = match &consent {
            Ok(consent) => (consent.shown(), consent.approval()),
            Err(unasked) => (None, *unasked),
        };
        let order = Order {
            proposal,
            shown,
            actor,
            approval,
        };
        // It may have been removed while somebody was asked.
        if handle.removed.is_cancelled() {
            return Err(HostError::Removed);
        }
        let (handle, pool) = (Arc::clone(handle), Arc::clone(&self.pool));
        let tally = Arc::clone(&self.tally);
        let commit = self.commits.spawn(async move {
            let result = handle
                .writer
                .commit(order, &handle.store, (&pool, &handle.limiter), &tally)
                .await;
            tally.end_commit(result.is_ok());
            if let Ok(receipt) = &result {
                handle.changes.record_own(&made.change, receipt);
            }
            if let Ok(consent) = consent {
                consent.settle(&result);
            }
            result
        });
        commit.await.unwrap_or(Err(HostError::Lost))
    }

    /// The outcome of a plan that changes nothing.
    async fn unchanged(&self, at: &Writable, plan: Plan) -> Result<WriteOutcome, HostError> {
        let (store, time) = (Arc::clone(&at.handle.store), self.options.clock.now_ms());
        let note = move || {
            let warnings = store.warnings(&plan)?;
            Ok::<_, StoreError>((plan.receipt, warnings))
        };
        let (receipt, warnings) = self.pool.run(&at.handle.limiter, note).await??;
        let written = WrittenEntry {
            at: time,
            entry: None,
            paths: Vec::new(),
        };
        let answer = match answer(receipt, written) {
            Ok(answer) => answer,
            Err(list) => WriteAnswer::List(self.query(&at.readable(), list).await?),
        };
        let amended = Vec::new();
        Ok(WriteOutcome {
            answer,
            warnings,
            amended,
        })
    }

    /// The outcome of what is on disk: whatever follows, it was made.
    async fn committed(&self, at: &Writable, receipt: CommitReceipt) -> WriteOutcome {
        let CommitReceipt {
            plan,
            mut warnings,
            at: time,
            entry,
        } = receipt;
        warnings.extend(self.version_warning(at, &plan).await);
        let edits = plan.edits.into_iter();
        let written = WrittenEntry {
            at: time,
            entry,
            paths: edits.map(|edit| edit.path).collect(),
        };
        let answer = match answer(plan.receipt, written) {
            Ok(answer) => answer,
            Err(list) => self.list(at, list).await,
        };
        WriteOutcome {
            answer,
            warnings,
            amended: Vec::new(),
        }
    }

    /// What to say of an engine that refuses what was written. One that does not answer is not
    /// known, and said nothing of.
    async fn version_warning(&self, at: &Writable, plan: &Plan) -> Option<Warning> {
        let workspace = &at.handle.workspace;
        let engine = self.options.engine.as_ref()?;
        if workspace.base_url.is_none() || !plan.has_newer_forms() {
            return None;
        }
        let version = engine.version(workspace).await?;
        plan.version_warning(&version, &workspace.path)
    }

    /// The list after a commit. It gets more time than others: without it the
    /// client is told less about a change that was made.
    async fn list(&self, at: &Writable, query: Query) -> WriteAnswer {
        match self.query_patiently(&at.readable(), query).await {
            Ok(list) => WriteAnswer::List(list),
            Err(error) => {
                tracing::warn!(%error, "a change was made, but the list of what is there was not");
                WriteAnswer::Unlisted
            }
        }
    }
}

/// What was written for a plan, and recorded.
struct WrittenEntry {
    /// When, in ms since 1970.
    at: u64,
    entry: Option<Uuid>,
    paths: Vec<RelPath>,
}

/// What a client is answered, or the list that answers it.
fn answer(receipt: PlanReceipt, written: WrittenEntry) -> Result<WriteAnswer, Query> {
    match receipt {
        PlanReceipt::Done => Ok(WriteAnswer::Done),
        PlanReceipt::Updated => Ok(WriteAnswer::Updated { at: written.at }),
        PlanReceipt::Written { path } => Ok(WriteAnswer::Written { path }),
        PlanReceipt::DefaultModel => Err(Query::DefaultModel),
        PlanReceipt::AuthorizedFolders => Err(Query::AuthorizedFolders),
        PlanReceipt::Skill(skill) => Ok(WriteAnswer::Skill(skill)),
        PlanReceipt::SkillDeleted { name, path } => Ok(WriteAnswer::SkillDeleted { name, path }),
        PlanReceipt::Undone { entry } => Ok(WriteAnswer::Undone {
            entry,
            by: written.entry,
            paths: written.paths,
        }),
        PlanReceipt::Plugins => Err(Query::Plugins {
            include_global: false,
        }),
        PlanReceipt::Mcp => Err(Query::Mcp {
            include_global: false,
        }),
        PlanReceipt::Agents => Err(Query::Agents {
            include_global: false,
            skipped: false,
        }),
        PlanReceipt::Commands => Err(Query::Commands {
            scope: CommandScope::Workspace,
            skipped: false,
        }),
    }
}
