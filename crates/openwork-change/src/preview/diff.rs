//! One file's change as a unified diff.

use std::fmt::Write;

use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, DiffTag, group_diff_ops};

use super::ChangeKind;
use super::compare::compare;
use super::side::{DiffSide, KnownSecrets, RevealMode};
use crate::plan::{FileEdit, OldContents};
use openwork_model::mask::{MASK, SecretSpan};

mod beginning;

pub(super) use self::beginning::{counted, file_change};

/// Unchanged lines around each change.
const CONTEXT: usize = 3;
/// How a carriage return at the end of a line is shown, where it matters.
const RETURN: char = '␍';
/// How a secret is shown that takes the place of another.
const CHANGED: &str = "•••••• (changed)";
/// What follows a line without an end.
const UNENDED: &str = "\\ No newline at end of file\n";
/// What comes first where a file becomes a program, or none.
const PROGRAM: &str = "\\ The file becomes a program (executable)\n";
const NO_PROGRAM: &str = "\\ The file is no program any more (not executable)\n";

/// What becomes of the lines of a diff, one after the other.
pub(super) trait DiffSink {
    /// Takes one line with its end, and the secrets that are masked in it.
    fn line(&mut self, line: &str, secrets: &[SecretSpan]);
}

/// One edit, compared: what is needed to write its diff, line by line.
pub(super) struct DiffWriter<'e> {
    before: DiffSide<'e>,
    after: DiffSide<'e>,
    hunks: Vec<Vec<DiffOp>>,
    executable: Option<bool>,
    pub(super) kind: ChangeKind,
}

impl<'e> DiffWriter<'e> {
    /// Compares both sides of an edit.
    pub(super) fn of(edit: &'e FileEdit, reveal: RevealMode) -> Self {
        let mut before = match &edit.before {
            Some(OldContents::Unread(file)) => DiffSide::unread(file.length, reveal),
            Some(OldContents::Held(_)) | None => DiffSide::of(&edit.path, edit.held(), reveal),
        };
        let mut after = DiffSide::of(&edit.path, edit.after.as_deref(), reveal);
        let mut hunks = hunks(&before, &after);
        // A side that cannot be shown in lines is another text to compare with.
        // Only the secrets near what is shown are looked for, and finding them may turn
        // a side into a note. Then the lines are others, and so are the hunks.
        while !hide(&mut before, &mut after, &hunks) {
            hunks = self::hunks(&before, &after);
        }
        Self {
            before,
            after,
            hunks,
            executable: edit.executable,
            kind: kind(edit),
        }
    }

    /// Whether it says anything.
    pub(super) fn is_empty(&self) -> bool {
        self.hunks.is_empty() && self.executable.is_none()
    }

    /// How many lines come.
    pub(super) fn added(&self) -> usize {
        self.changed().map(|op| op.new_range().len()).sum()
    }

    /// How many lines go.
    pub(super) fn removed(&self) -> usize {
        self.changed().map(|op| op.old_range().len()).sum()
    }

    fn changed(&self) -> impl Iterator<Item = &DiffOp> {
        let ops = self.hunks.iter().flatten();
        ops.filter(|op| op.tag() != DiffTag::Equal)
    }

    /// Writes all lines of the diff.
    pub(super) fn write(&self, sink: &mut impl DiffSink) {
        match self.executable {
            Some(true) => sink.line(PROGRAM, &[]),
            Some(false) => sink.line(NO_PROGRAM, &[]),
            None => {}
        }
        let mut writer = HunkWriter {
            diff: self,
            marks_ends: self.before.ends().differ(self.after.ends()),
            known: self.before.known(),
            line: String::new(),
            sink,
        };
        for hunk in &self.hunks {
            writer.hunk(hunk);
        }
    }
}

/// Lines are compared as they are and shown masked: a secret that changes is
/// a changed line, though both of its masks look alike.
fn hunks(before: &DiffSide<'_>, after: &DiffSide<'_>) -> Vec<Vec<DiffOp>> {
    group_diff_ops(compare(&before.lines, &after.lines), CONTEXT)
}

/// Finds the secrets from the first to the last line that is shown; false if
/// a side became a note over it.
fn hide(before: &mut DiffSide<'_>, after: &mut DiffSide<'_>, hunks: &[Vec<DiffOp>]) -> bool {
    let ops = || hunks.iter().flatten();
    let (Some(first), Some(last)) = (ops().next(), ops().next_back()) else {
        return true;
    };
    let stay = before.hide(&(first.old_range().start..last.old_range().end));
    // `&` and not `&&`: both sides have to be hidden.
    stay & after.hide(&(first.new_range().start..last.new_range().end))
}

fn kind(edit: &FileEdit) -> ChangeKind {
    match (&edit.before, &edit.after) {
        (None, _) => ChangeKind::Create,
        (_, None) => ChangeKind::Delete,
        _ => ChangeKind::Modify,
    }
}

/// A diff while it is written.
struct HunkWriter<'d, 'e, S> {
    diff: &'d DiffWriter<'e>,
    /// Whether line ends differ and so are shown.
    marks_ends: bool,
    /// The secrets that were there.
    known: KnownSecrets<'d>,
    /// The line that is written; kept for its room.
    line: String,
    sink: &'d mut S,
}

impl<S: DiffSink> HunkWriter<'_, '_, S> {
    fn hunk(&mut self, ops: &[DiffOp]) {
        self.line.clear();
        // Writing to a text cannot fail.
        let _ = writeln!(self.line, "{}", UnifiedHunkHeader::new(ops));
        self.sink.line(&self.line, &[]);
        for op in ops {
            if op.tag() == DiffTag::Equal {
                op.old_range().for_each(|line| self.context(line));
                continue;
            }
            op.old_range().for_each(|line| self.gone(line));
            op.new_range().for_each(|line| self.come(line));
        }
    }

    fn context(&mut self, line: usize) {
        let before = &self.diff.before;
        self.push(' ', &before.context(line), before.secrets(line, false));
    }

    fn gone(&mut self, line: usize) {
        let before = &self.diff.before;
        let shown = before.changed(line, |_, _| MASK);
        self.push('-', &shown, before.secrets(line, true));
    }

    fn come(&mut self, line: usize) {
        let after = &self.diff.after;
        let known = &self.known;
        let mask = |secret: &SecretSpan, part: &str| {
            // Two masks look alike. Without a mark, a token that is swapped for another
            // would look like a line that is merely moved.
            let replaces = known.places.contains(secret.label.as_ref());
            if replaces && !known.parts.contains(part) {
                CHANGED
            } else {
                MASK
            }
        };
        let shown = after.changed(line, mask);
        self.push('+', &shown, after.secrets(line, true));
    }

    fn push(&mut self, sign: char, line: &str, secrets: &[SecretSpan]) {
        let unended = line.strip_suffix('\n');
        let unreturned = unended.and_then(|line| line.strip_suffix('\r'));
        self.line.clear();
        self.line.push(sign);
        self.line.push_str(unreturned.or(unended).unwrap_or(line));
        if unreturned.is_some() && self.marks_ends {
            self.line.push(RETURN);
        }
        self.line.push('\n');
        self.sink.line(&self.line, secrets);
        if unended.is_none() {
            self.sink.line(UNENDED, &[]);
        }
    }
}
