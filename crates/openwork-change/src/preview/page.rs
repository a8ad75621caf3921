//! All of a diff, one page after the other.

use sha2::{Digest, Sha256};

use super::ChangeKind;
use super::diff::{DiffSink, DiffWriter};
use super::side::RevealMode;
use crate::plan::FileEdit;
use openwork_model::hex::to_hex;
use openwork_model::hidden::escape_source;
use openwork_model::mask::SecretSpan;

/// How many lines a page has unless another number is asked for.
pub const PAGE_LINES: usize = 400;
/// The most lines of a page.
pub const MOST_PAGE_LINES: usize = 2000;
/// The most bytes of a page, but that a longer line is on one of its own.
pub const PAGE_BYTES: usize = 256 << 10;

/// Which lines of a diff are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageBounds {
    from: usize,
    lines: usize,
}

impl PageBounds {
    /// From a line on, counted from 0, so many lines: at least one, at most
    /// [`MOST_PAGE_LINES`].
    pub fn new(from: usize, lines: usize) -> Self {
        Self {
            from,
            lines: lines.clamp(1, MOST_PAGE_LINES),
        }
    }
}

impl Default for PageBounds {
    /// The first page.
    fn default() -> Self {
        Self::new(0, PAGE_LINES)
    }
}

/// A part of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffPage {
    /// What is done to the file.
    pub kind: ChangeKind,
    /// How many lines come in all.
    pub added: usize,
    /// How many lines go in all.
    pub removed: usize,
    /// The first line of this page, from 0.
    pub from: usize,
    /// How many lines it has.
    pub lines: usize,
    /// How many lines the whole diff has.
    pub total: usize,
    /// The lines, each ended by a line feed, with hidden characters written as
    /// `\u{…}`.
    pub diff: String,
    /// The SHA-256 of all masked pages after each other, in hex.
    pub digest: String,
    /// The first line of the following page, if one follows.
    pub next: Option<usize>,
}

/// The digest of a whole masked diff as [`DiffPage::digest`] says it.
pub fn page_digest(diff: &str) -> String {
    let mut whole = WholeDigest::default();
    for line in diff.split_inclusive('\n') {
        whole.update(&escaped(line));
    }
    whole.into_hex()
}

/// Shows a part of the whole diff of one edit. With `reveal`, the secrets of
/// lines that come or go are shown; those of the lines around stay masked.
///
/// The lines of a revealed diff may be others than those of the masked one,
/// where that says of a file only what it is.
pub fn page(edit: &FileEdit, bounds: PageBounds, reveal: bool) -> DiffPage {
    let reveal = if reveal {
        RevealMode::ChangedLines
    } else {
        RevealMode::Nothing
    };
    let diff = DiffWriter::of(edit, reveal);
    let mut page = PageWriter::new(bounds);
    diff.write(&mut page);
    let whole = match reveal {
        RevealMode::Nothing => page.whole,
        // Always the digest of the masked diff: it says that both were asked about one
        // change, whoever sees the secrets.
        RevealMode::ChangedLines => WholeDigest::of(edit),
    };
    let end = bounds.from.saturating_add(page.lines);
    DiffPage {
        kind: diff.kind,
        added: diff.added(),
        removed: diff.removed(),
        from: bounds.from.min(page.total),
        lines: page.lines,
        total: page.total,
        diff: page.text,
        digest: whole.into_hex(),
        next: (end < page.total).then_some(end),
    }
}

/// The lines of one page, while all are counted.
struct PageWriter {
    bounds: PageBounds,
    text: String,
    lines: usize,
    total: usize,
    /// Whether a line did not fit any more.
    full: bool,
    whole: WholeDigest,
}

impl PageWriter {
    fn new(bounds: PageBounds) -> Self {
        Self {
            bounds,
            text: String::new(),
            lines: 0,
            total: 0,
            full: false,
            whole: WholeDigest::default(),
        }
    }

    fn take(&mut self, line: &str) {
        let fits = self.lines < self.bounds.lines
            && (self.lines == 0 || self.text.len() + line.len() <= PAGE_BYTES);
        if !fits {
            // Later lines that are shorter might still fit. A page with holes would be no
            // part of the diff.
            self.full = true;
            return;
        }
        self.text.push_str(line);
        self.lines += 1;
    }
}

impl DiffSink for PageWriter {
    fn line(&mut self, line: &str, _: &[SecretSpan]) {
        let escaped = escaped(line);
        self.whole.update(&escaped);
        if self.total >= self.bounds.from && !self.full {
            self.take(&escaped);
        }
        self.total += 1;
    }
}

/// The digest of a whole diff, as it is shown on its pages.
#[derive(Default)]
pub(super) struct WholeDigest(Sha256);

impl WholeDigest {
    /// That of the masked diff of an edit.
    pub(super) fn of(edit: &FileEdit) -> Self {
        let mut whole = Self::default();
        DiffWriter::of(edit, RevealMode::Nothing).write(&mut whole);
        whole
    }

    fn update(&mut self, escaped: &str) {
        self.0.update(escaped.as_bytes());
    }

    pub(super) fn into_hex(self) -> String {
        to_hex(&self.0.finalize())
    }
}

impl DiffSink for WholeDigest {
    fn line(&mut self, line: &str, _: &[SecretSpan]) {
        self.update(&escaped(line));
    }
}

/// A line with its end, hidden characters written out.
fn escaped(line: &str) -> std::borrow::Cow<'_, str> {
    let text = line.strip_suffix('\n').unwrap_or(line);
    match escape_source(text) {
        std::borrow::Cow::Borrowed(_) => line.into(),
        std::borrow::Cow::Owned(shown) => (shown + "\n").into(),
    }
}
