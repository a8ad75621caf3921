//! The triggers of changes that are made here.

use super::{EventAction, EventReason, EventTrigger, by_reason};
use crate::change::Change;
use crate::plan::{GuardedPart, Plan};
use openwork_model::mask::mask_text;

/// What clients are told once a plan for this change was carried out, one
/// trigger for each part that changed.
///
/// A plugin or an MCP entry lies in the configuration, but is reported as what
/// it is.
pub fn triggers_of_plan(change: &Change, plan: &Plan) -> Vec<EventTrigger> {
    if plan.is_noop() {
        return Vec::new();
    }
    let named = |reason, name: &str, action| {
        let path = match plan.edits.as_slice() {
            // With both configuration files changed neither is the one.
            [only] => Some(only.path.clone()),
            _ => None,
        };
        let trigger = EventTrigger {
            reason,
            name: Some(shown(name)),
            action: Some(action),
            path,
        };
        vec![trigger]
    };
    match change {
        Change::AddPlugin(spec) => named(
            EventReason::Plugins,
            spec.name().as_str(),
            EventAction::Added,
        ),
        Change::ReplacePlugin(spec) => {
            let action = EventAction::between(replaces_a_value(plan), true);
            named(EventReason::Plugins, spec.name().as_str(), action)
        }
        Change::RemovePlugin(name) => named(EventReason::Plugins, name, EventAction::Removed),
        Change::AddMcp(draft) => {
            let action = EventAction::between(replaces_a_value(plan), true);
            named(EventReason::Mcp, draft.name().as_str(), action)
        }
        Change::RemoveMcp(name) => named(EventReason::Mcp, name, EventAction::Removed),
        Change::SetMcpEnabled { name, .. } => {
            named(EventReason::Mcp, name.as_str(), EventAction::Updated)
        }
        Change::PatchConfig(_)
        | Change::WriteConfig(_)
        | Change::SetDefaultModel(_)
        | Change::SetAuthorizedFolders(_)
        | Change::UpsertSkill(_)
        | Change::DeleteSkill(_)
        | Change::UpsertCommand(_)
        | Change::DeleteCommand(_)
        | Change::UpsertAgent(_)
        | Change::DeleteAgent(_)
        | Change::WriteFile(_)
        | Change::Import(_)
        | Change::Undo(_) => of_files(plan),
    }
}

/// A name without credentials, as every client sees events: that of a plugin may
/// be an address.
fn shown(name: &str) -> String {
    let masked = mask_text(name).into_owned();
    if !masked.contains("://") || masked.contains('@') {
        return masked;
    }
    // A name ends before the `@` that its version follows, and in an address this is
    // the one behind the credentials, without which they do not look like any.
    let end = "@host";
    let whole = format!("{masked}{end}");
    let masked = mask_text(&whole);
    masked.strip_suffix(end).unwrap_or(&masked).to_owned()
}

fn of_files(plan: &Plan) -> Vec<EventTrigger> {
    by_reason(plan.edits.iter().filter_map(|edit| {
        let action = EventAction::between(edit.before.is_some(), edit.after.is_some());
        EventTrigger::of_path(&edit.path, action)
    }))
}

fn replaces_a_value(plan: &Plan) -> bool {
    let replaces = |part: &GuardedPart| matches!(part, GuardedPart::Value(_, Some(_)));
    plan.preconditions
        .iter()
        .any(|precondition| replaces(&precondition.part))
}
