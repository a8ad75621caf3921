//! Entries of the audit log, made in one place.

use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditEntry, AuditNote, NamedFiles};
use uuid::Uuid;

use super::Order;
use crate::change::Action;
use crate::plan::Plan;

/// What an entry says beside what was done: its id, where and when.
#[derive(Debug, Clone, Copy)]
pub struct EntryHeader<'w> {
    /// The entry's own id.
    pub id: Uuid,
    /// The id of the workspace.
    pub workspace: &'w str,
    /// When, in ms since 1970.
    pub at: u64,
}

impl EntryHeader<'_> {
    /// The entry of an order that was planned: it names the files that change.
    pub fn of_order(self, order: &Order, plan: &Plan) -> AuditEntry {
        let entry = self.of_note(&order.actor, plan.action, &plan.audit, order.approval);
        AuditEntry {
            named: NamedFiles::of(plan.edits.iter().map(|edit| &edit.path)),
            undoes: order.proposal.change.undoes(),
            amended: order.proposal.amended.clone(),
            ..entry
        }
    }

    /// The entry of something that changes no file.
    pub fn of_note(
        self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
    ) -> AuditEntry {
        AuditEntry {
            id: self.id,
            workspace_id: self.workspace.to_owned(),
            actor: actor.clone(),
            action: action.as_str().to_owned(),
            target: note.target.clone(),
            summary: note.summary.clone(),
            timestamp: self.at,
            approval: Some(approval),
            named: NamedFiles::default(),
            undoes: None,
            amended: Vec::new(),
        }
    }
}
