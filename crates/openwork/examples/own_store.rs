//! A store of one's own: here the files lie in a map, as they might in a database.
//!
//! `cargo run -p openwork --example own_store`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::sync::{Mutex, PoisonError};

use openwork::change::store::{CommitReceipt, EntryHeader, Order, Store, StoreError};
use openwork::change::{Action, Change};
use openwork::model::audit::{Approval, AuditNote};
use openwork::model::clock::{Clock, Ids, RandomIds, SystemClock};
use openwork::model::files::{Files, MemoryFiles};
use openwork::model::workspace::Workspace as Description;
use openwork::{Actor, Workspace};

/// The rows of a table: one for each file, and one for each audit entry.
struct TableStore {
    description: Description,
    rows: Mutex<MemoryFiles>,
}

impl TableStore {
    fn commit_one(
        &self,
        rows: &mut MemoryFiles,
        order: &Order,
    ) -> Result<CommitReceipt, StoreError> {
        // Fails with a conflict if what was shown no longer holds.
        let plan = order.plan(rows)?;
        let warnings = plan.warnings(rows);
        let header = self.header();
        if !plan.is_noop() {
            // In a database these two are one transaction.
            plan.apply_to(rows);
            rows.push_entry(header.of_order(order, &plan));
        }
        let at = header.at;
        Ok(CommitReceipt {
            plan,
            warnings,
            at,
            entry: None,
        })
    }

    fn header(&self) -> EntryHeader<'_> {
        let (id, at) = (RandomIds.next_id(), SystemClock.now_ms());
        let workspace = self.description.id.as_str();
        EntryHeader { id, workspace, at }
    }
}

impl Store for TableStore {
    fn files(&self) -> Result<Box<dyn Files + '_>, StoreError> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Box::new(rows.clone()))
    }

    fn commit(&self, orders: Vec<Order>) -> Vec<Result<CommitReceipt, StoreError>> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let orders = orders.iter();
        orders
            .map(|order| self.commit_one(&mut rows, order))
            .collect()
    }

    fn note(
        &self,
        actor: &Actor,
        action: Action,
        note: &AuditNote,
        approval: Approval,
    ) -> Result<(), StoreError> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.push_entry(self.header().of_note(actor, action, note, approval));
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let description = Description::at("/tables/finance".as_ref());
    let rows = MemoryFiles::new().with("opencode.json", "{\n  // kept\n}\n");
    let rows = Mutex::new(rows.with_path(&description.path));
    let store = TableStore {
        description: description.clone(),
        rows,
    };

    let workspace = Workspace::over(description, store);
    let proposed = workspace.propose(Change::add_plugin("opencode-foo@1.2.0")?)?;
    print!("{proposed}");
    proposed.commit(Actor::local("me"))?;
    for plugin in workspace.plugins()? {
        println!("{}", plugin.spec);
    }
    Ok(())
}
