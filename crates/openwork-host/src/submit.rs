//! The way of a change: plan, ask, commit, answer.

use std::path::PathBuf;
use std::sync::Arc;

use openwork_change::change::Proposal;
use openwork_change::plan::{Plan, PlanReceipt, Warning};
use openwork_change::query::Query;
use openwork_change::store::{CommitReceipt, Order, StoreError, VersionedView};
use openwork_model::actor::Actor;
use openwork_model::audit::Approval;
use openwork_model::command::CommandScope;
use openwork_model::skill::SkillItem;

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
    /// It is as wanted, and committed, but the list that the change belongs to
    /// could not be made, or not in time.
    Unlisted,
}

impl Host {
    /// Leads a change along its whole way.
    ///
    /// Dropping the future before a person has answered withdraws the change;
    /// afterwards it is carried out whoever leaves.
    ///
    /// Many of these may wait for a person at once. So what comes after the
    /// answer takes its room on the heap, and only then.
    pub async fn submit(
        &self,
        at: Writable,
        submission: Submission,
    ) -> Result<WriteOutcome, SubmitError> {
        self.submit_holding(at, submission, ()).await
    }

    /// As [`Self::submit`], with something that is let go of before a person
    /// is asked: what waits for one is counted by the gate.
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
        let Writable { desk, is_ready } = &at;
        let proposal = Arc::new(proposal);
        let is_asked = self.is_asked(requester.grant());
        if !is_asked && *is_ready {
            // Elsewhere it is planned before as well, under the pool's deadline,
            // so that a file system that hangs is told to the client.
            let by = self.unasked(requester.grant());
            let receipt = self
                .carry_out(desk, proposal, requester.actor(), Err(by.into()))
                .await?;
            return Ok(Box::pin(self.committed(&at, receipt)).await);
        }
        let plan = self.plan(desk, &proposal).await?;
        if plan.is_noop() {
            return Ok(Box::pin(self.unchanged(&at, plan)).await?);
        }
        let consent = if is_asked {
            let subject = self.describe(desk, &proposal, plan, &requester).await?;
            drop(held);
            Ok(self.consent(desk, subject, requester.asker()).await?)
        } else {
            Err(self.unasked(requester.grant()).into())
        };
        let actor = requester.actor();
        let receipt = self.carry_out(desk, proposal, actor, consent).await?;
        Ok(Box::pin(self.committed(&at, receipt)).await)
    }

    async fn plan(
        &self,
        desk: &WorkspaceHandle,
        proposal: &Arc<Proposal>,
    ) -> Result<Plan, HostError> {
        let ready = desk.store.ready();
        if let Some(planned) = ready.and_then(|store| store.plan(proposal)) {
            return Ok(planned?);
        }
        let (store, proposal) = (Arc::clone(&desk.store), Arc::clone(proposal));
        let plan = move || {
            let plan = store.plan(&proposal)?;
            if !plan.is_noop() {
                // The commit looks at the other layers without a deadline: where
                // one of them hangs, that is told here.
                store.warnings(&plan)?;
            }
            Ok::<_, StoreError>(plan)
        };
        Ok(self.pool.run(&desk.lane, plan).await??)
    }

    /// Describes a plan for the person who is asked. Comparing long texts takes
    /// a while, so it is work for the pool.
    async fn describe(
        &self,
        desk: &Arc<WorkspaceHandle>,
        proposal: &Arc<Proposal>,
        plan: Plan,
        requester: &Requester,
    ) -> Result<Subject, HostError> {
        let (at, proposal) = (Arc::clone(desk), Arc::clone(proposal));
        let (actor, address) = (requester.actor(), requester.address());
        let describe = move || Subject::new(&at.workspace, proposal, plan, actor, address);
        self.pool.run(&desk.lane, describe).await
    }

    /// Carries out what was allowed, in a task of its own, so that nobody who
    /// leaves takes the change with them.
    async fn carry_out(
        &self,
        desk: &Arc<WorkspaceHandle>,
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
        let (desk, pool) = (Arc::clone(desk), Arc::clone(&self.pool));
        let commit = self.commits.spawn(async move {
            let result = desk
                .writer
                .commit(order, &desk.store, &pool, &desk.lane)
                .await;
            if let Ok(receipt) = &result {
                desk.changes.made(&made.change, receipt);
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
        let (store, time) = (Arc::clone(&at.desk.store), self.options.clock.now_ms());
        let note = move || {
            let warnings = store.warnings(&plan)?;
            Ok::<_, StoreError>((plan.receipt, warnings))
        };
        let (receipt, warnings) = self.pool.run(&at.desk.lane, note).await??;
        let answer = match answer(receipt, time) {
            Ok(answer) => answer,
            Err(list) => WriteAnswer::List(self.query(&at.readable(), list).await?),
        };
        Ok(WriteOutcome { answer, warnings })
    }

    /// The outcome of what is on disk: whatever follows, it was made.
    async fn committed(&self, at: &Writable, receipt: CommitReceipt) -> WriteOutcome {
        let CommitReceipt {
            plan,
            warnings,
            at: time,
        } = receipt;
        let answer = match answer(plan.receipt, time) {
            Ok(answer) => answer,
            Err(list) => self.list(at, list).await,
        };
        WriteOutcome { answer, warnings }
    }

    /// The list after a commit, for which there is more time than for others.
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

/// What a client is answered, or the list that answers it.
fn answer(receipt: PlanReceipt, time: u64) -> Result<WriteAnswer, Query> {
    match receipt {
        PlanReceipt::Done => Ok(WriteAnswer::Done),
        PlanReceipt::Updated => Ok(WriteAnswer::Updated { at: time }),
        PlanReceipt::Skill(skill) => Ok(WriteAnswer::Skill(skill)),
        PlanReceipt::SkillDeleted { name, path } => Ok(WriteAnswer::SkillDeleted { name, path }),
        PlanReceipt::Plugins => Err(Query::Plugins {
            include_global: false,
        }),
        PlanReceipt::Mcp => Err(Query::Mcp {
            include_global: false,
        }),
        PlanReceipt::Commands => Err(Query::Commands {
            scope: CommandScope::Workspace,
            skipped: false,
        }),
    }
}
