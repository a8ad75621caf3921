//! Changes that are not taken back.

use openwork_api::ErrorCode;
use openwork_change::change::UndoRefusal;
use openwork_change::plan::UndoConflict;
use openwork_host::UndoError;
use serde_json::{Value, json};

use super::{FailureReport, submit};

pub(super) fn report(error: &UndoError) -> FailureReport {
    match error {
        UndoError::UnknownEntry => unknown(),
        UndoError::Refused(refusal) => refused(*refusal),
        UndoError::Submit(error) => submit(error),
    }
}

pub(super) fn unknown() -> FailureReport {
    FailureReport::new(
        ErrorCode::AuditEntryNotFound,
        "The audit log has no such entry, or no longer",
    )
}

fn refused(refusal: UndoRefusal) -> FailureReport {
    match refusal {
        UndoRefusal::AlreadyUndone { by } => {
            FailureReport::new(ErrorCode::AlreadyUndone, refusal.to_string())
                .details(json!({ "undoneBy": by }))
        }
        UndoRefusal::NotKept => FailureReport::new(ErrorCode::HistoryGone, refusal.to_string()),
    }
}

/// Where others have changed the same.
pub(super) fn conflicts(conflicts: &[UndoConflict]) -> Value {
    let conflict = |one: &UndoConflict| {
        let mut found = json!({ "path": one.path.as_str(), "reason": one.fault.as_str() });
        if let Some(pointer) = &one.pointer {
            found["pointer"] = pointer.as_str().into();
        }
        found
    };
    let all: Vec<Value> = conflicts.iter().map(conflict).collect();
    json!({ "conflicts": all })
}

#[cfg(test)]
mod tests {
    use openwork_change::plan::{PlanError, UndoFault};
    use openwork_model::path::RelPath;
    use uuid::Uuid;

    use super::*;
    use crate::error::Failure;
    use crate::error::tests::table;

    #[test]
    fn undos_that_are_refused_say_what_is_in_the_way() {
        let path = RelPath::new("opencode.json").unwrap();
        let conflict = UndoConflict {
            path: path.clone(),
            pointer: Some("/mcp/a".to_owned()),
            fault: UndoFault::Changed,
        };
        let plan = |error: PlanError| UndoError::from(openwork_host::HostError::from(error));
        let by = Uuid::from_u128(7);
        let conflicts = vec![conflict];
        let reports = [
            UndoError::UnknownEntry,
            UndoRefusal::AlreadyUndone { by }.into(),
            UndoRefusal::NotKept.into(),
            plan(PlanError::HistoryGone { path }),
            plan(PlanError::UndoConflict { conflicts }),
        ];
        insta::assert_snapshot!(table(reports.map(Failure::Undo)));
    }
}
