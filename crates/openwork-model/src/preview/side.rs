//! A file before or after a change, as it is and as it is shown.

use std::collections::HashSet;
use std::ops::Range;

use super::extension;
use crate::mask::{self, Secret};
use crate::path::RelPath;

/// What secrets are called that are in no value of a configuration.
const TEXT: &str = "text";

/// One side of a change.
pub(super) struct Side<'e> {
    /// What is compared: lines with their ends, or all bytes if there are none.
    pub(super) lines: Vec<&'e [u8]>,
    view: View<'e>,
}

/// What is shown of a side.
enum View<'e> {
    /// Its lines.
    Text {
        text: &'e str,
        /// Where each line is.
        lines: Vec<Range<usize>>,
        source: Source,
        /// The secrets found so far in their order, none of them across lines.
        secrets: Vec<Secret>,
    },
    /// One line that says what it is.
    Note(String),
}

/// Where the secrets of a side are looked for.
enum Source {
    /// Nowhere.
    Revealed,
    /// In the addresses of any text.
    Text,
    /// In a configuration.
    Jsonc,
}

impl<'e> Side<'e> {
    /// The side of a file with these bytes; none are an empty text.
    ///
    /// A note takes the place of what is no text. Before any line is shown,
    /// its secrets have to be [hidden](Self::hide).
    pub(super) fn of(path: &RelPath, bytes: Option<&'e [u8]>) -> Self {
        let bytes = bytes.unwrap_or_default();
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Self::note(bytes, "text");
        };
        let source = match extension(path) {
            Some("json" | "jsonc") => Source::Jsonc,
            _ => Source::Text,
        };
        Self::text(text, source)
    }

    /// The side of a file with these bytes, nothing in it taken for a secret.
    pub(super) fn revealed(bytes: Option<&'e [u8]>) -> Self {
        let bytes = bytes.unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::text(text, Source::Revealed),
            Err(_) => Self::note(bytes, "text"),
        }
    }

    /// The side of a file of so many bytes that nobody has read.
    pub(super) fn unread(length: u64) -> Self {
        Self {
            lines: vec![b"unread"],
            view: View::Note(format!("(not shown: {length} bytes)\n")),
        }
    }

    fn note(bytes: &'e [u8], what: &str) -> Self {
        Self {
            lines: vec![bytes],
            view: View::Note(format!("(not {what}: {} bytes)\n", bytes.len())),
        }
    }

    fn text(text: &'e str, source: Source) -> Self {
        let bytes = text.as_bytes();
        let lines = lines(text);
        let bytes_of = |line: &Range<usize>| bytes.get(line.clone()).unwrap_or_default();
        Self {
            lines: lines.iter().map(bytes_of).collect(),
            view: View::Text {
                text,
                lines,
                source,
                secrets: Vec::new(),
            },
        }
    }

    /// Finds the secrets in some of the lines, which may be shown then. False
    /// if they cannot be told from the rest, or one reaches across lines, so
    /// that this became a note.
    pub(super) fn hide(&mut self, shown: &Range<usize>) -> bool {
        let View::Text {
            text,
            lines,
            source,
            secrets,
        } = &mut self.view
        else {
            return true;
        };
        let text = *text;
        let within = stretch(lines, shown);
        if let Some(found) = source.secrets(text, &within) {
            *secrets = found;
            return true;
        }
        *self = Self::note(text.as_bytes(), "valid JSON");
        false
    }

    /// One line as it is shown, each secret as `mask` says.
    pub(super) fn shown<'m>(&self, line: usize, mask: impl Fn(&Secret, &str) -> &'m str) -> String {
        let (text, line) = match &self.view {
            View::Note(note) => return note.clone(),
            View::Text { text, lines, .. } => (text, lines.get(line).cloned().unwrap_or_default()),
        };
        let mut shown = String::new();
        let mut from = line.start;
        for secret in self.secrets_within(&line) {
            shown.push_str(text.get(from..secret.range.start).unwrap_or_default());
            shown.push_str(&secret.shown(|part| mask(secret, part)));
            from = secret.range.end;
        }
        shown.push_str(text.get(from..line.end).unwrap_or_default());
        shown
    }

    /// All secrets, or those of one line.
    pub(super) fn secrets(&self, line: Option<usize>) -> &[Secret] {
        match (&self.view, line) {
            (View::Note(_), _) => &[],
            (View::Text { secrets, .. }, None) => secrets,
            (View::Text { lines, .. }, Some(line)) => lines
                .get(line)
                .map_or(&[], |line| self.secrets_within(line)),
        }
    }

    fn secrets_within(&self, range: &Range<usize>) -> &[Secret] {
        let View::Text { secrets, .. } = &self.view else {
            return &[];
        };
        let start = secrets.partition_point(|secret| secret.range.start < range.start);
        let end = secrets.partition_point(|secret| secret.range.start < range.end);
        secrets.get(start..end).unwrap_or_default()
    }

    /// Which line ends there are.
    pub(super) fn ends(&self) -> Ends {
        let returns = self
            .lines
            .iter()
            .filter(|line| line.ends_with(b"\r\n"))
            .count();
        let feeds = self
            .lines
            .iter()
            .filter(|line| line.ends_with(b"\n"))
            .count();
        Ends {
            feed: feeds > returns,
            return_feed: returns > 0,
        }
    }
}

/// The secret part texts of a side.
pub(super) fn known<'s>(side: &'s Side<'_>) -> HashSet<&'s str> {
    side.secrets(None).iter().flat_map(Secret::hidden).collect()
}

/// Which line ends a text has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    feed: bool,
    return_feed: bool,
}

impl Ends {
    /// Whether two texts together have both.
    pub(super) fn differ(self, other: Self) -> bool {
        (self.feed || other.feed) && (self.return_feed || other.return_feed)
    }
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let range = |line: &str| {
        start += line.len();
        start - line.len()..start
    };
    text.split_inclusive('\n').map(range).collect()
}

/// From the start of the first line to the end of the last.
fn stretch(lines: &[Range<usize>], shown: &Range<usize>) -> Range<usize> {
    match lines.get(shown.clone()) {
        Some([only]) => only.clone(),
        Some([first, .., last]) => first.start..last.end,
        _ => 0..0,
    }
}

impl Source {
    /// The secrets in a stretch of a text, and maybe others; `None` where they
    /// cannot be told, or one of them reaches across lines.
    fn secrets(&self, text: &str, within: &Range<usize>) -> Option<Vec<Secret>> {
        let secrets = match self {
            Self::Revealed => Vec::new(),
            Self::Text => {
                let plain = |range| Secret::plain(text, range, TEXT);
                mask::url_secrets(text).into_iter().map(plain).collect()
            }
            Self::Jsonc => mask::jsonc_secrets(text, within)?,
        };
        let in_line = |secret: &Secret| {
            text.get(secret.range.clone())
                .is_some_and(|source| !source.contains('\n'))
        };
        secrets.iter().all(in_line).then_some(secrets)
    }
}
