//! A change that was made, and what it would be to undo it.

use std::borrow::Cow;

use openwork_api::approval::{EffectItem, ProposedFile};
use openwork_api::audit::{AuditEntryResponse, ChangedFile, UndoOutlook, UndoPreview};
use openwork_change::change::{KeptContents, RecordedFile};
use openwork_change::preview::FileChange;
use openwork_host::{UndoError, UndoPlanPreview, UndoProspect};
use openwork_model::digest::Digest;

use super::approval::count;
use crate::error::Failure;

/// The most effects that are sent.
const EFFECTS: usize = 500;
/// The most files that are sent.
const FILES: usize = 500;

/// What is shown of a change that was made.
pub(crate) fn entry_response(prospect: &UndoProspect) -> Result<AuditEntryResponse<'_>, Failure> {
    let item = serde_json::from_str(prospect.change.line.get());
    let files = prospect.change.files.iter().flatten().take(FILES);
    Ok(AuditEntryResponse {
        item: item.map_err(|_| Failure::Internal)?,
        files: files.map(changed_file).collect(),
        undo: outlook(&prospect.outlook),
    })
}

fn changed_file(file: &RecordedFile) -> ChangedFile<'_> {
    ChangedFile {
        path: file.path.as_str().into(),
        before: digest(&file.before),
        after: digest(&file.after),
    }
}

fn digest(kept: &KeptContents) -> Option<Cow<'_, str>> {
    let digest = match kept {
        KeptContents::Absent => return None,
        KeptContents::Kept(contents) => Digest::of(contents),
        KeptContents::Gone(digest) => *digest,
    };
    Some(digest.to_string().into())
}

fn outlook(outlook: &Result<UndoPlanPreview, UndoError>) -> UndoOutlook<'_> {
    match outlook {
        Ok(planned) => UndoOutlook {
            possible: true,
            code: None,
            message: None,
            details: None,
            preview: Some(undo_preview(planned)),
        },
        Err(error) => {
            // In the words that an undo would be refused with.
            let report = Failure::Undo(error.clone()).report();
            UndoOutlook {
                possible: false,
                code: Some(report.code.as_str().into()),
                message: Some(report.message),
                details: report.details,
                preview: None,
            }
        }
    }
}

fn undo_preview(planned: &UndoPlanPreview) -> UndoPreview<'_> {
    let preview = &planned.preview;
    let effects = preview.effects.iter().take(EFFECTS);
    let changes = preview.changes.iter().take(FILES);
    UndoPreview {
        summary: planned.summary.as_str().into(),
        title: preview.title.as_str().into(),
        level: preview.level.into(),
        effects: effects.map(EffectItem::from).collect(),
        more_effects: count(preview.effects.len().saturating_sub(EFFECTS)),
        changes: changes.map(proposed_file).collect(),
        more_changes: count(preview.changes.len().saturating_sub(FILES)),
    }
}

fn proposed_file(change: &FileChange) -> ProposedFile<'_> {
    ProposedFile {
        path: change.path.as_str().into(),
        kind: change.kind.as_str().into(),
        level: change.level.map(Into::into),
        added: count(change.added),
        removed: count(change.removed),
        diff: change.diff.as_str().into(),
        truncated: change.truncated,
        digest: change.digest.as_deref().map(Cow::Borrowed),
        masked: change.masked.as_slice().into(),
        // It does not wait, so it has no pages.
        full: None,
    }
}
