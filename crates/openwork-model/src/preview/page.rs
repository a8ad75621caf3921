//! A whole diff, a page at a time.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::diff;
use crate::actor::hex;
use crate::plan::Edit;

/// The most bytes of one page; a single line may be longer.
const PAGE_BYTES: usize = 256 << 10;

/// Some lines of one file's diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The first line, from 0.
    pub from: usize,
    /// How many lines the page has.
    pub lines: usize,
    /// How many lines the whole diff has.
    pub total: usize,
    /// The lines, each ended by a line feed, hidden characters escaped.
    pub diff: String,
    /// The SHA-256 of the whole diff in this form, masked, in hex.
    pub digest: String,
    /// Where the following page begins; `None` at the end.
    pub next_from: Option<usize>,
}

/// Shows lines of an edit's diff from one on, secrets masked or not.
pub fn page(edit: &Edit, from: usize, lines: usize, reveal: bool) -> Page {
    let masked = escaped(&diff::whole(edit, false));
    let digest = hex(&Sha256::digest(masked.as_bytes()));
    let text = if reveal {
        escaped(&diff::whole(edit, true))
    } else {
        masked
    };
    let total = text.split_inclusive('\n').count();
    let from = from.min(total);
    let mut shown = String::new();
    let mut count = 0;
    for line in text.split_inclusive('\n').skip(from).take(lines) {
        if count > 0 && shown.len() + line.len() > PAGE_BYTES {
            break;
        }
        shown.push_str(line);
        count += 1;
    }
    Page {
        from,
        lines: count,
        total,
        diff: shown,
        digest,
        next_from: (from + count < total).then_some(from + count),
    }
}

/// The digest of a whole diff as [`Page::digest`] says it.
pub fn digest(diff: &str) -> String {
    hex(&Sha256::digest(escaped(diff).as_bytes()))
}

fn escaped(diff: &str) -> String {
    let mut escaped = String::with_capacity(diff.len());
    for c in diff.chars() {
        if c.is_control() && c != '\n' && c != '\t' {
            let _ = write!(escaped, "\\u{{{:x}}}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}
