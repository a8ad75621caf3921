//! `audit show ID`: a change that was made, and what it would be to undo it.

use openwork_api::approval::ProposedFile;
use openwork_api::audit::{AuditEntryResponse, UndoOutlook, UndoPreview};
use serde::Deserialize;

use super::entry::{LoggedChange, WorkspaceLog};
use crate::details::{self, more};
use crate::diff;
use crate::effects;
use crate::error::Result;
use crate::escape;
use crate::id;
use crate::level;
use crate::origin;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::style::{TerminalStyle, TextTone};

/// Shows a change.
pub(super) async fn show(
    log: WorkspaceLog<'_>,
    given: &str,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let answer = log.find(given).await?;
    if screen.form == OutputForm::Json {
        return screen.json(&answer.document);
    }
    let entry = &answer.body;
    screen.lines(head(entry, screen.now(), screen.style()))?;
    screen.lines(made(entry, screen.style()))?;
    screen.line("")?;
    screen.lines(outlook(&entry.undo, screen.style()))?;
    if let (true, Ok(item)) = (entry.undo.possible, LoggedChange::deserialize(&entry.item)) {
        let id = escape::line(id::alone(&item.id)).into_owned();
        screen.line(format!("undo it with: openwork-server audit undo {id}"))?;
    }
    Ok(())
}

/// What was done, when and by whom.
fn head(entry: &AuditEntryResponse<'_>, now: u64, style: TerminalStyle) -> Vec<String> {
    let Ok(item) = LoggedChange::deserialize(&entry.item) else {
        return vec!["An entry that this version cannot read.".to_owned()];
    };
    let summary = style.paint(TextTone::Strong, &escape::line(&item.summary));
    let by = origin::of_actor(&item.actor);
    let (action, when) = (escape::line(&item.action), span::ago(now, item.timestamp));
    let id = style.paint(TextTone::Faint, &format!("  {}", escape::line(&item.id)));
    vec![summary, format!("  {action}, {when}, by {by}"), id]
}

/// What it wrote, as far as the log has it.
fn made(entry: &AuditEntryResponse<'_>, style: TerminalStyle) -> Vec<String> {
    let Some(changes) = entry.item.get("changes") else {
        return Vec::new();
    };
    let Ok(changes) = Vec::<ProposedFile<'static>>::deserialize(changes) else {
        return Vec::new();
    };
    let file = |change: &ProposedFile<'_>| {
        let counts = (change.added, change.removed);
        let heading = details::file_heading(&change.path, &change.kind, counts, style);
        let mut lines = vec![String::new(), heading];
        lines.extend(diff::render(&change.diff, style));
        lines
    };
    changes.iter().flat_map(file).collect()
}

/// What it would be to undo it.
pub(super) fn outlook(undo: &UndoOutlook<'_>, style: TerminalStyle) -> Vec<String> {
    match (&undo.preview, &undo.message) {
        (Some(preview), _) => preview_lines(preview, style),
        (None, Some(message)) => vec![escape::line(message).into_owned()],
        (None, None) => vec!["It cannot be undone.".to_owned()],
    }
}

fn preview_lines(preview: &UndoPreview<'_>, style: TerminalStyle) -> Vec<String> {
    let summary = style.paint(TextTone::Strong, &escape::line(&preview.summary));
    if preview.changes.is_empty() {
        return vec![
            summary,
            "  Everything is as it was before the change already.".to_owned(),
        ];
    }
    let label = style.paint(level::tone(preview.level), level::label(preview.level));
    let mut lines = vec![
        format!("{label}  {summary}"),
        format!("  {}", escape::line(&preview.title)),
    ];
    lines.extend(effects::listed(
        &preview.effects,
        preview.more_effects,
        style,
    ));
    for change in &preview.changes {
        lines.push(String::new());
        lines.extend(details::file(change, style));
    }
    if preview.more_changes > 0 {
        lines.push(String::new());
        lines.push(more(preview.more_changes, "file"));
    }
    lines
}
