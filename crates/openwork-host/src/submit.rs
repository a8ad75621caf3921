//! The way of a change: plan, ask, commit, answer.

use std::path::PathBuf;
use std::sync::Arc;

use openwork_approval::{Answerer, Ask, Asker, EndedBy, Granted, Means, Mode, Permit};
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, ApprovedBy};
use openwork_model::change::Proposal;
use openwork_model::command::Scope;
use openwork_model::plan::{Frozen, Plan, Receipt as PlanReceipt, Warning};
use openwork_model::query::Query;
use openwork_model::skill::SkillItem;
use openwork_model::store::{Cached, Order, Receipt, StoreError};

use crate::access::Writable;
use crate::error::{HostError, SubmitError};
use crate::host::{Host, HostWrites};
use crate::record::Record;
use crate::registry::Desk;
use crate::subject::Subject;

/// A change that somebody wants made.
#[derive(Debug)]
pub struct Submission {
    /// Who wants it, for the record.
    pub actor: Actor,
    /// Who wants it, for the limits of what one client may ask.
    pub asker: Asker,
    /// Whether the host itself wants it.
    pub by_host: bool,
    /// What is wanted.
    pub proposal: Proposal,
}

/// What came of a change.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What the client is answered.
    pub answer: Answer,
    /// What may keep the change from having the effect that was wanted.
    pub warnings: Vec<Warning>,
}

/// What a client is answered.
#[derive(Debug, Clone)]
pub enum Answer {
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
    List(Arc<Cached>),
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
    ) -> Result<Outcome, SubmitError> {
        self.submit_holding(at, submission, ()).await
    }

    /// As [`Self::submit`], with something that is let go of before a person
    /// is asked: what waits for one is counted by the gate.
    pub async fn submit_holding(
        &self,
        at: Writable,
        submission: Submission,
        held: impl Send,
    ) -> Result<Outcome, SubmitError> {
        let Submission {
            actor,
            asker,
            by_host,
            proposal,
        } = submission;
        let Writable { desk, is_at_hand } = &at;
        let proposal = Arc::new(proposal);
        let is_asked = self.is_asked(by_host);
        if !is_asked && *is_at_hand {
            // Elsewhere it is planned before as well, under the pool's deadline,
            // so that a file system that hangs is told to the client.
            let by = self.unasked(by_host);
            let receipt = self
                .carry_out(desk, proposal, None, actor, Err(by.into()))
                .await?;
            return Ok(Box::pin(self.outcome(&at, receipt)).await?);
        }
        let plan = self.plan(desk, &proposal).await?;
        if plan.is_noop() {
            let receipt = Box::pin(self.noted(desk, plan)).await?;
            return Ok(Box::pin(self.outcome(&at, receipt)).await?);
        }
        let (consent, shown) = if is_asked {
            let (actor, address) = (actor.clone(), asker.address);
            let subject = Subject::new(&desk.workspace, &proposal.change, &plan, actor, address);
            // It may be long until somebody answers: the rest of the plan is let go.
            let frozen = plan.into_frozen();
            drop(held);
            let consent = self.consent(desk, subject, asker).await?;
            let asked = consent.permit.request().is_some();
            (Ok(consent), asked.then_some(frozen))
        } else {
            (Err(self.unasked(by_host).into()), None)
        };
        let receipt = self
            .carry_out(desk, proposal, shown, actor, consent)
            .await?;
        Ok(Box::pin(self.outcome(&at, receipt)).await?)
    }

    /// Whether a person is asked: a host that asks itself has nobody to answer.
    pub(crate) fn is_asked(&self, by_host: bool) -> bool {
        let unasked = by_host && self.options.host_writes == HostWrites::Allow;
        self.options.gate.mode == Mode::Manual && !unasked
    }

    /// How a change is allowed that nobody is asked about.
    pub(crate) fn unasked(&self, by_host: bool) -> ApprovedBy {
        if by_host && self.options.host_writes == HostWrites::Allow {
            ApprovedBy::Host
        } else {
            ApprovedBy::Auto
        }
    }

    async fn plan(&self, desk: &Desk, proposal: &Arc<Proposal>) -> Result<Plan, HostError> {
        if let Some(planned) = desk.store.plan_at_once(proposal) {
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

    /// The receipt of a plan that changes nothing.
    async fn noted(&self, desk: &Desk, plan: Plan) -> Result<Receipt, HostError> {
        let (store, at) = (Arc::clone(&desk.store), self.options.clock.now_ms());
        let note = move || {
            let warnings = store.warnings(&plan)?;
            Ok::<_, StoreError>(Receipt { plan, warnings, at })
        };
        Ok(self.pool.run(&desk.lane, note).await??)
    }

    /// Asks a person; whoever leaves meanwhile withdraws.
    pub(crate) async fn consent(
        &self,
        desk: &Arc<Desk>,
        subject: Subject,
        asker: Asker,
    ) -> Result<Consent, SubmitError> {
        let (mut record, ask) = self.question(desk, subject, asker);
        match self.gate.ask(ask).await {
            Ok(permit) => Ok(Consent { permit, record }),
            Err(refusal) => {
                record.refused(&refusal);
                Err(SubmitError::Refused(refusal))
            }
        }
    }

    /// What is asked, and what is recorded if it comes to nothing.
    fn question(&self, desk: &Arc<Desk>, subject: Subject, asker: Asker) -> (Record, Ask<Subject>) {
        let record = self.record(desk, &subject);
        let ask = Ask {
            asker,
            scope: desk.workspace.id.to_string(),
            kind: subject.action.to_owned(),
            covers: subject.preview.covers.clone(),
            bytes: 0,
            rememberable: subject.preview.rememberable,
            subject,
        };
        (record, ask)
    }

    /// Carries out what was allowed, in a task of its own, so that nobody who
    /// leaves takes the change with them.
    async fn carry_out(
        &self,
        desk: &Arc<Desk>,
        proposal: Arc<Proposal>,
        shown: Option<Vec<Frozen>>,
        actor: Actor,
        consent: Result<Consent, Approval>,
    ) -> Result<Receipt, HostError> {
        let made = Arc::clone(&proposal);
        let order = Order {
            proposal,
            shown,
            actor,
            approval: match &consent {
                Ok(consent) => consent.approval(),
                Err(unasked) => *unasked,
            },
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

    async fn outcome(&self, at: &Writable, receipt: Receipt) -> Result<Outcome, HostError> {
        let Receipt {
            plan,
            warnings,
            at: time,
        } = receipt;
        let answer = self.answer(at, plan.receipt, time).await?;
        Ok(Outcome { answer, warnings })
    }

    async fn answer(
        &self,
        at: &Writable,
        receipt: PlanReceipt,
        time: u64,
    ) -> Result<Answer, HostError> {
        let query = match receipt {
            PlanReceipt::Done => return Ok(Answer::Done),
            PlanReceipt::Updated => return Ok(Answer::Updated { at: time }),
            PlanReceipt::Skill(skill) => return Ok(Answer::Skill(skill)),
            PlanReceipt::SkillDeleted { name, path } => {
                return Ok(Answer::SkillDeleted { name, path });
            }
            PlanReceipt::Plugins => Query::Plugins {
                include_global: false,
            },
            PlanReceipt::Mcp => Query::Mcp {
                include_global: false,
            },
            PlanReceipt::Commands => Query::Commands(Scope::Workspace),
        };
        Ok(Answer::List(self.query(&at.readable(), query).await?))
    }
}

/// A person's yes, and the record that is made if it comes to nothing.
pub(crate) struct Consent {
    permit: Permit<Subject>,
    record: Record,
}

impl Consent {
    /// How it was allowed, for the record.
    pub(crate) fn approval(&self) -> Approval {
        let Some(Granted { by, at }) = self.permit.granted() else {
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

    fn settle(self, result: &Result<Receipt, HostError>) {
        match result {
            Ok(_) => self.applied(),
            Err(HostError::Store(error)) if matches!(**error, StoreError::Conflict { .. }) => {
                let Self { permit, mut record } = self;
                record.ended("conflicted");
                permit.conflicted();
            }
            Err(error) => self.failed(error.to_string()),
        }
    }

    /// What was allowed is done.
    pub(crate) fn applied(self) {
        let Self { permit, mut record } = self;
        record.discard();
        permit.applied();
    }

    /// What was allowed could not be done.
    pub(crate) fn failed(self, reason: String) {
        let Self { permit, mut record } = self;
        record.ended("failed");
        permit.failed(reason);
    }
}

fn approved_by(means: Means) -> ApprovedBy {
    match means {
        Means::Unsaid => ApprovedBy::Host,
        Means::Page => ApprovedBy::Page,
        Means::Terminal => ApprovedBy::Terminal,
    }
}
