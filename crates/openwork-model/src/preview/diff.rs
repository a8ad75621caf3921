//! One file's change as a unified diff.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;

use sha2::{Digest, Sha256};
use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::side::{Side, known};
use super::{ChangeKind, DIFF_BYTES, DIFF_LINES, FileChange, LABELS};
use crate::actor::hex;
use crate::mask::{MASK, Secret};
use crate::plan::Edit;

/// Unchanged lines around each change.
const CONTEXT: usize = 3;
/// How a carriage return at the end of a line is shown, where it matters.
const RETURN: char = '␍';
/// How a secret is shown that takes the place of another.
const CHANGED: &str = "•••••• (changed)";

/// Shows one edit.
pub(super) fn file_change(edit: &Edit) -> FileChange {
    let before = Side::of(&edit.path, edit.before.as_deref());
    let after = Side::of(&edit.path, edit.after.as_deref());
    compare(edit, before, after)
}

/// Shows one edit as it is.
pub(super) fn revealed(edit: &Edit) -> FileChange {
    let before = Side::revealed(edit.before.as_deref());
    let after = Side::revealed(edit.after.as_deref());
    compare(edit, before, after)
}

/// The whole diff of one edit.
pub(super) fn whole(edit: &Edit, reveal: bool) -> String {
    let side = |bytes| {
        if reveal {
            Side::revealed(bytes)
        } else {
            Side::of(&edit.path, bytes)
        }
    };
    let (mut before, mut after) = (side(edit.before.as_deref()), side(edit.after.as_deref()));
    let mut hunks = hunks(&before, &after);
    while !hide(&mut before, &mut after, &hunks) {
        hunks = self::hunks(&before, &after);
    }
    let mut diff = Diff::new(&before, &after);
    for hunk in hunks {
        diff.hunk(&hunk);
    }
    diff.text
}

fn compare(edit: &Edit, mut before: Side<'_>, mut after: Side<'_>) -> FileChange {
    let mut hunks = hunks(&before, &after);
    // A side that cannot be shown in lines is another text to compare with.
    while !hide(&mut before, &mut after, &hunks) {
        hunks = self::hunks(&before, &after);
    }
    let mut diff = Diff::new(&before, &after);
    for hunk in hunks {
        diff.hunk(&hunk);
    }
    diff.into_file_change(edit)
}

/// Lines are compared as they are and shown masked: a secret that changes is
/// a changed line, though both of its masks look alike.
fn hunks(before: &Side<'_>, after: &Side<'_>) -> Vec<Vec<DiffOp>> {
    let ops = capture_diff_slices(Algorithm::Myers, &before.lines, &after.lines);
    group_diff_ops(ops, CONTEXT)
}

/// Finds the secrets from the first to the last line that is shown; false if
/// a side became a note over it.
fn hide(before: &mut Side<'_>, after: &mut Side<'_>, hunks: &[Vec<DiffOp>]) -> bool {
    let ops = || hunks.iter().flatten();
    let (Some(first), Some(last)) = (ops().next(), ops().next_back()) else {
        return true;
    };
    let stay = before.hide(&(first.old_range().start..last.old_range().end));
    stay & after.hide(&(first.new_range().start..last.new_range().end))
}

/// A diff while it is written.
struct Diff<'s> {
    before: &'s Side<'s>,
    after: &'s Side<'s>,
    /// Whether line ends differ and so are shown.
    marks_ends: bool,
    /// The secrets that were there.
    known: HashSet<&'s str>,
    /// Where they were.
    places: HashSet<&'s str>,
    text: String,
    /// How many lines `text` has, the notes on missing line ends left out.
    lines: usize,
    added: usize,
    removed: usize,
    masked: BTreeSet<String>,
}

impl<'s> Diff<'s> {
    fn new(before: &'s Side<'s>, after: &'s Side<'s>) -> Self {
        Self {
            before,
            after,
            marks_ends: before.ends().differ(after.ends()),
            known: known(before),
            places: before
                .secrets(None)
                .iter()
                .map(|secret| secret.label.as_str())
                .collect(),
            text: String::new(),
            lines: 0,
            added: 0,
            removed: 0,
            masked: BTreeSet::new(),
        }
    }

    fn hunk(&mut self, ops: &[DiffOp]) {
        let _ = writeln!(self.text, "{}", UnifiedHunkHeader::new(ops));
        self.lines += 1;
        for op in ops {
            if op.tag() == DiffTag::Equal {
                op.old_range().for_each(|line| self.old(' ', line));
                continue;
            }
            self.removed += op.old_range().len();
            self.added += op.new_range().len();
            op.old_range().for_each(|line| self.old('-', line));
            op.new_range().for_each(|line| self.new_line(line));
        }
    }

    fn old(&mut self, sign: char, line: usize) {
        let shown = self.before.shown(line, |_, _| MASK);
        self.push(sign, &shown, self.before.secrets(Some(line)));
    }

    fn new_line(&mut self, line: usize) {
        let mask = |secret: &Secret, part: &str| {
            let replaces = self.places.contains(secret.label.as_str());
            if replaces && !self.known.contains(part) {
                CHANGED
            } else {
                MASK
            }
        };
        let shown = self.after.shown(line, mask);
        self.push('+', &shown, self.after.secrets(Some(line)));
    }

    fn push(&mut self, sign: char, line: &str, secrets: &[Secret]) {
        let fits = self.lines < DIFF_LINES && self.text.len() < DIFF_BYTES;
        self.lines += 1;
        let unended = line.strip_suffix('\n');
        let unreturned = unended.and_then(|line| line.strip_suffix('\r'));
        self.text.push(sign);
        self.text.push_str(unreturned.or(unended).unwrap_or(line));
        if unreturned.is_some() && self.marks_ends {
            self.text.push(RETURN);
        }
        self.text.push('\n');
        if unended.is_none() {
            self.text.push_str("\\ No newline at end of file\n");
        }
        if fits {
            self.list(secrets);
        }
    }

    fn list(&mut self, secrets: &[Secret]) {
        for secret in secrets {
            if self.masked.len() < LABELS {
                self.masked.insert(secret.label.clone());
            }
        }
    }

    fn into_file_change(self, edit: &Edit) -> FileChange {
        let shown = fitting(&self.text);
        let truncated = shown.len() < self.text.len();
        FileChange {
            path: edit.path.clone(),
            kind: kind(edit),
            added: self.added,
            removed: self.removed,
            diff: shown.to_owned(),
            truncated,
            digest: truncated.then(|| hex(&Sha256::digest(self.text.as_bytes()))),
            masked: self.masked.into_iter().collect(),
        }
    }
}

fn kind(edit: &Edit) -> ChangeKind {
    match (&edit.before, &edit.after) {
        (None, _) => ChangeKind::Create,
        (_, None) => ChangeKind::Delete,
        _ => ChangeKind::Modify,
    }
}

/// As much of a diff as is shown.
fn fitting(text: &str) -> &str {
    let lines: usize = text
        .split_inclusive('\n')
        .take(DIFF_LINES)
        .map(str::len)
        .sum();
    let ends = (0..=lines.min(DIFF_BYTES))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    text.get(..ends.unwrap_or_default()).unwrap_or_default()
}
