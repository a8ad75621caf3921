//! The beginning of a diff, as requests list it.

use std::collections::BTreeSet;

use super::super::page::WholeDigest;
use super::super::side::RevealMode;
use super::super::{DIFF_BYTES, DIFF_LINES, FileChange, LABELS};
use super::{DiffSink, DiffWriter};
use crate::plan::FileEdit;
use openwork_model::mask::SecretSpan;

/// Shows the beginning of one edit, in no more bytes than there is room for.
pub(in super::super) fn file_change(
    edit: &FileEdit,
    reveal: RevealMode,
    room: usize,
) -> FileChange {
    let diff = DiffWriter::of(edit, reveal);
    let mut beginning = DiffBeginning {
        room: room.min(DIFF_BYTES),
        ..DiffBeginning::default()
    };
    diff.write(&mut beginning);
    let whole = match reveal {
        RevealMode::Nothing => beginning.whole,
        // Whatever is shown, the digest is that of what everybody is shown.
        RevealMode::ChangedLines if beginning.truncated => WholeDigest::of(edit),
        RevealMode::ChangedLines => WholeDigest::default(),
    };
    FileChange {
        diff: beginning.text,
        truncated: beginning.truncated,
        digest: beginning.truncated.then(|| whole.into_hex()),
        masked: beginning.masked.into_iter().collect(),
        ..change(edit, &diff)
    }
}

/// Counts the lines of one edit and shows none of them.
pub(in super::super) fn counted(edit: &FileEdit) -> FileChange {
    let diff = DiffWriter::of(edit, RevealMode::Nothing);
    FileChange {
        truncated: !diff.is_empty(),
        ..change(edit, &diff)
    }
}

fn change(edit: &FileEdit, diff: &DiffWriter<'_>) -> FileChange {
    FileChange {
        path: edit.path.clone(),
        kind: diff.kind,
        level: None,
        added: diff.added(),
        removed: diff.removed(),
        diff: String::new(),
        truncated: false,
        digest: None,
        masked: Vec::new(),
    }
}

#[derive(Default)]
struct DiffBeginning {
    /// How many bytes `text` may have.
    room: usize,
    text: String,
    /// How many lines came, those not shown included.
    lines: usize,
    truncated: bool,
    masked: BTreeSet<String>,
    whole: WholeDigest,
}

impl DiffSink for DiffBeginning {
    fn line(&mut self, line: &str, secrets: &[SecretSpan]) {
        self.whole.line(line, &[]);
        let left = self.room - self.text.len();
        let shown = if self.truncated || self.lines == DIFF_LINES {
            ""
        } else {
            fitting(line, left)
        };
        self.lines += 1;
        self.truncated |= shown.len() < line.len();
        self.text.push_str(shown);
        // Those of context stay masked whoever asks, so nobody is told that there
        // is something to reveal.
        if !shown.is_empty() && !line.starts_with(' ') {
            self.list(secrets);
        }
    }
}

impl DiffBeginning {
    fn list(&mut self, secrets: &[SecretSpan]) {
        for secret in secrets {
            if self.masked.len() < LABELS {
                self.masked.insert(secret.label.to_string());
            }
        }
    }
}

/// As much of a line as there is room for.
fn fitting(line: &str, room: usize) -> &str {
    let end = (0..=room.min(line.len()))
        .rev()
        .find(|&end| line.is_char_boundary(end));
    line.get(..end.unwrap_or(0)).unwrap_or("")
}
