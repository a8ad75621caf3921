//! One request in full, as it is shown before consent.

use crate::diff;
use crate::escape;
use crate::id;
use crate::span;
use crate::style::{Style, Tone};
use crate::wire::{Change, Item};

/// The lines that show a request at a time, in ms since 1970.
pub(crate) fn render(item: &Item, now: u64, style: Style) -> Vec<String> {
    let mut lines = vec![
        style.paint(Tone::Strong, &escape::line(&item.summary)),
        format!("  {}", origin(item)),
        style.paint(
            Tone::Faint,
            &format!("  {}, {}", escape::line(&item.id), left(item, now)),
        ),
    ];
    for note in &item.risk {
        lines.push(style.paint(Tone::Warning, &format!("  ! {}", escape::line(note))));
    }
    for change in &item.changes {
        lines.push(String::new());
        lines.extend(file(change, style));
    }
    lines
}

/// What is asked for, where and by whom.
fn origin(item: &Item) -> String {
    let (action, workspace) = (escape::line(&item.action), escape::line(item.workspace()));
    format!("{action}, {workspace}, from {}", item.actor.origin())
}

/// How long a request still waits.
pub(crate) fn left(item: &Item, now: u64) -> String {
    match item.expires_at {
        Some(end) => format!("{} left", span::words(end.saturating_sub(now))),
        None => "waiting".to_owned(),
    }
}

/// How to answer a request with a command.
pub(crate) fn how_to_answer(item: &Item) -> String {
    let id = escape::line(id::alone(&item.id)).into_owned();
    let span = if item.rememberable {
        " [--for 10m]"
    } else {
        ""
    };
    format!("answer with: openwork-server approvals allow {id}{span}, or deny {id} [-m TEXT]")
}

fn file(change: &Change, style: Style) -> Vec<String> {
    let counts = format!("+{} -{}", change.added, change.removed);
    let (path, kind) = (escape::line(&change.path), escape::line(&change.kind));
    let mut lines = vec![format!(
        "{}  {kind}  {counts}",
        style.paint(Tone::Strong, &path)
    )];
    lines.extend(diff::render(&change.diff, style));
    if change.truncated {
        lines.push("(shortened: the whole change is larger than is shown here)".to_owned());
    }
    if !change.masked.is_empty() {
        let masked: Vec<_> = change.masked.iter().map(|one| escape::line(one)).collect();
        lines.push(format!("(masked: {})", masked.join(", ")));
    }
    lines
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
        let item: Item = serde_json::from_value(item).unwrap();
        insta::assert_snapshot!(render(&item, 0, Style::new(false)).join("\n"), @r#"
        Upsert\u{1b}]0;x\u{7} \u{202e}lliks
          skills.upsert\u{d}, Fin\u{a}ance, from "a\u{9b}2J" at 192.168.1.23
          7d3088e2-\u{1b}[0m, 24 s left
          ! Agents will\u{200b} read this

        a\u{8}.md  create  +1 -0
        @@ -0,0 +1 @@
        +x\u{1b}[1A\u{2066}
        (shortened: the whole change is larger than is shown here)
        (masked: /a\u{1b})
        "#);
    }
}
