//! One request in full, as it is shown before consent.

use openwork_api::approval::{ApprovalItem, ProposedFile, RiskLevel};

use crate::diff;
use crate::effects;
use crate::escape;
use crate::id;
use crate::level;
use crate::origin;
use crate::span;
use crate::style::{TerminalStyle, TextTone};

/// The lines that show a request at a time, in ms since 1970, as far as the
/// server sent it.
pub(crate) fn render(item: &ApprovalItem<'_>, now: u64, style: TerminalStyle) -> Vec<String> {
    let mut lines = head(item, now, style);
    lines.extend(files(item, style));
    lines
}

/// The lines that show a request that has ended, as it says itself.
pub(crate) fn ended(item: &ApprovalItem<'_>, end: &str, style: TerminalStyle) -> Vec<String> {
    let mut lines = head_in_state(item, end, style);
    lines.extend(files(item, style));
    lines
}

/// The files of a request, as far as the server sent them.
pub(crate) fn files(item: &ApprovalItem<'_>, style: TerminalStyle) -> Vec<String> {
    let mut lines = Vec::new();
    for change in item.files() {
        lines.push(String::new());
        lines.extend(file(change, style));
    }
    if item.more_changes > 0 {
        lines.push(String::new());
        lines.push(more(item.more_changes, "file"));
    }
    lines
}

/// What is asked for, by whom, and what it sets off: all but the files.
pub(crate) fn head(item: &ApprovalItem<'_>, now: u64, style: TerminalStyle) -> Vec<String> {
    head_in_state(item, &left(item, now), style)
}

fn head_in_state(item: &ApprovalItem<'_>, state: &str, style: TerminalStyle) -> Vec<String> {
    let level = style.paint(
        level::tone(item.risk_level()),
        level::label(item.risk_level()),
    );
    let title = style.paint(TextTone::Strong, &escape::line(item.heading()));
    let mut lines = vec![format!("{level}  {title}")];
    // An older server sends no title; its summary would stand here twice.
    if item.heading() != item.summary {
        lines.push(format!("  {}", escape::line(&item.summary)));
    }
    lines.push(format!("  {}", origin(item)));
    let state = format!("  {}, {state}", escape::line(&item.id));
    lines.push(style.paint(TextTone::Faint, &state));
    lines.extend(effects::render(item, style));
    lines
}

/// What is asked for, where and by whom.
fn origin(item: &ApprovalItem<'_>) -> String {
    let (action, workspace) = (escape::line(&item.action), escape::line(item.workspace()));
    format!(
        "{action}, {workspace}, from {}",
        origin::of_actor(&item.actor)
    )
}

/// What is left out, in a line.
pub(crate) fn more(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("(and {count} more {what}{plural})")
}

/// How long a request still waits.
pub(crate) fn left(item: &ApprovalItem<'_>, now: u64) -> String {
    match item.expires_at {
        Some(end) if item.answers_later => {
            let left = span::words(end.saturating_sub(now));
            format!("{left} left; the client comes back for the answer")
        }
        Some(end) => format!("{} left", span::words(end.saturating_sub(now))),
        None => "waiting".to_owned(),
    }
}

/// How to answer a request with a command, once all of it was shown or not.
pub(crate) fn how_to_answer(item: &ApprovalItem<'_>, all_is_shown: bool) -> String {
    let id = escape::line(id::alone(&item.id)).into_owned();
    // Nobody is told how to allow what was not shown, only how to see the rest.
    if item.has_rest() && !all_is_shown {
        return format!(
            "not all of it is shown; see the rest with: openwork-server approvals show {id} --full\n\
             or answer with: openwork-server approvals deny {id} [-m TEXT]"
        );
    }
    let all_seen = if item.has_rest() { " --all-seen" } else { "" };
    let high = if item.risk_level() == RiskLevel::High {
        " --high"
    } else {
        ""
    };
    let span = if item.rememberable == Some(true) {
        " [--for 10m]"
    } else {
        ""
    };
    format!(
        "answer with: openwork-server approvals allow {id}{all_seen}{high}{span}, \
         or deny {id} [-m TEXT]"
    )
}

/// One file, as far as the server sent it.
pub(crate) fn file(change: &ProposedFile<'_>, style: TerminalStyle) -> Vec<String> {
    let counts = (change.added, change.removed);
    let mut lines = vec![file_heading(&change.path, &change.kind, counts, style)];
    lines.extend(diff::render(&change.diff, style));
    if change.truncated {
        lines.push("(shortened: the whole change is longer than is shown here)".to_owned());
    }
    lines.extend(masked(change));
    lines
}

/// The line above a diff; the counts are of lines that come and that go.
pub(crate) fn file_heading(
    path: &str,
    kind: &str,
    (added, removed): (u64, u64),
    style: TerminalStyle,
) -> String {
    let path = style.paint(TextTone::Strong, &escape::line(path));
    format!("{path}  {}  +{added} -{removed}", escape::line(kind))
}

/// What of a file is masked.
pub(crate) fn masked(change: &ProposedFile<'_>) -> Option<String> {
    let masked: Vec<_> = change.masked.iter().map(|one| escape::line(one)).collect();
    (!masked.is_empty()).then(|| format!("(masked: {})", masked.join(", ")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hostile_request_stays_inert() {
        let item = json!({
            "id": "7d3088e2-\u{1b}[0m", "action": "skills.upsert\r", "summary": "Upsert\u{1b}]0;x\u{7} \u{202e}lliks",
            "workspaceId": "ws_1", "workspaceName": "Fin\nance", "createdAt": 0, "expiresAt": 24_000,
            "actor": { "type": "remote", "clientId": "a\u{9b}2J", "address": "192.168.1.23" },
            "risk": ["Agents will\u{200b} read this"],
            "changes": [{
                "path": "a\u{8}.md", "kind": "create", "added": 1, "removed": 0, "truncated": true,
                "diff": "@@ -0,0 +1 @@\n+x\u{1b}[1A\u{2066}\n", "masked": ["/a\u{1b}"],
            }],
        });
        let item: ApprovalItem<'static> = serde_json::from_value(item).unwrap();
        insta::assert_snapshot!(render(&item, 0, TerminalStyle::new(false)).join("\n"), @r#"
        ▲ high  Upsert\u{1b}]0;x\u{7} \u{202e}lliks
          skills.upsert\u{d}, Fin\u{a}ance, from "a\u{9b}2J" at 192.168.1.23
          7d3088e2-\u{1b}[0m, 24 s left
          ! Agents will\u{200b} read this

        a\u{8}.md  create  +1 -0
        @@ -0,0 +1 @@
        +x\u{1b}[1A\u{2066}
        (shortened: the whole change is longer than is shown here)
        (masked: /a\u{1b})
        "#);
    }
}
