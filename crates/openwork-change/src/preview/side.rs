//! A file before or after a change, as it is and as it is shown.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

use super::extension;
use super::lines::SideLines;
use openwork_model::mask::{self, MASK, SecretSpan};
use openwork_model::path::RelPath;

/// What secrets are called that are in no value of a configuration.
const TEXT: &str = "text";

/// Who is shown a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RevealMode {
    /// Everybody who may be asked: secrets are masked.
    Nothing,
    /// The host who asked for them: secrets of lines that change are shown.
    ChangedLines,
}

/// One side of a change.
pub(super) struct DiffSide<'e> {
    /// What is compared: lines with their ends, or all bytes if there are none.
    pub(super) lines: SideLines<'e>,
    view: SideView<'e>,
    reveal: RevealMode,
}

/// What is shown of a side.
enum SideView<'e> {
    /// Its lines.
    Text {
        text: &'e str,
        source: SecretSource,
        /// The secrets found so far in their order, none of them across lines.
        secrets: Vec<SecretSpan>,
    },
    /// One line that says what it is.
    Note(String),
}

/// Where the secrets of a side are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SecretSource {
    /// In the addresses of any text.
    Text,
    /// In a configuration.
    Jsonc,
    /// Anything may be one.
    Unknown,
}

impl<'e> DiffSide<'e> {
    /// The side of a file with these bytes; none are an empty text.
    ///
    /// A note takes the place of what is no text. Before any line is shown,
    /// its secrets have to be [hidden](Self::hide).
    pub(super) fn of(path: &RelPath, bytes: Option<&'e [u8]>, reveal: RevealMode) -> Self {
        let bytes = bytes.unwrap_or(&[]);
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Self::note(bytes, "not text", reveal);
        };
        let Some(lines) = SideLines::of(text) else {
            return Self::note(bytes, "too large", reveal);
        };
        let source = match extension(path) {
            Some("json" | "jsonc") => SecretSource::Jsonc,
            _ => SecretSource::Text,
        };
        let view = SideView::Text {
            text,
            source,
            secrets: Vec::new(),
        };
        Self {
            lines,
            view,
            reveal,
        }
    }

    /// The side of a file of so many bytes that nobody has read.
    pub(super) fn unread(length: u64, reveal: RevealMode) -> Self {
        Self {
            lines: SideLines::whole(b"unread"),
            view: SideView::Note(format!("(not shown: {length} bytes)\n")),
            reveal,
        }
    }

    fn note(bytes: &'e [u8], what: &str, reveal: RevealMode) -> Self {
        Self {
            lines: SideLines::whole(bytes),
            view: SideView::Note(format!("({what}: {} bytes)\n", bytes.len())),
            reveal,
        }
    }

    /// Finds the secrets in some of the lines, which may be shown then. False
    /// if they cannot be told from the rest, or one reaches across lines, so
    /// that this became a note.
    pub(super) fn hide(&mut self, shown: &Range<usize>) -> bool {
        let SideView::Text {
            text,
            source,
            secrets,
        } = &mut self.view
        else {
            return true;
        };
        let text = *text;
        let found = source.secrets(text, &self.lines.stretch(shown));
        match (found, self.reveal) {
            (Some(found), _) => *secrets = found,
            // Who asked to see the secrets gets the lines that change. The lines around are
            // hidden whole, as nothing tells what in them is secret.
            (None, RevealMode::ChangedLines) => *source = SecretSource::Unknown,
            (None, RevealMode::Nothing) => {
                *self = Self::note(text.as_bytes(), "not valid JSON", self.reveal);
                return false;
            }
        }
        true
    }

    /// One line that stays as it is, its secrets masked.
    pub(super) fn context(&self, line: usize) -> Cow<'_, str> {
        match &self.view {
            SideView::Text {
                source: SecretSource::Unknown,
                ..
            } => {
                let end = if self.lines[line].ends_with(b"\n") {
                    "\n"
                } else {
                    ""
                };
                Cow::Owned(format!("{MASK}{end}"))
            }
            _ => self.masked(line, |_, _| MASK),
        }
    }

    /// One line that goes or comes, each secret as `mask` says unless it is
    /// revealed.
    pub(super) fn changed<'m>(
        &self,
        line: usize,
        mask: impl Fn(&SecretSpan, &str) -> &'m str,
    ) -> Cow<'_, str> {
        match (&self.view, self.reveal) {
            (SideView::Text { text, .. }, RevealMode::ChangedLines) => {
                Cow::Borrowed(text.get(self.lines.range(line)).unwrap_or(""))
            }
            _ => self.masked(line, mask),
        }
    }

    fn masked<'m>(&self, line: usize, mask: impl Fn(&SecretSpan, &str) -> &'m str) -> Cow<'_, str> {
        let text = match &self.view {
            SideView::Note(note) => return Cow::Borrowed(note),
            SideView::Text { text, .. } => text,
        };
        let line = self.lines.range(line);
        let secrets = self.secrets_within(&line);
        if secrets.is_empty() {
            return Cow::Borrowed(text.get(line).unwrap_or(""));
        }
        let mut shown = String::new();
        let mut from = line.start;
        for secret in secrets {
            shown.push_str(text.get(from..secret.range.start).unwrap_or(""));
            shown.push_str(&secret.shown(text, |part| mask(secret, part)));
            from = secret.range.end;
        }
        shown.push_str(text.get(from..line.end).unwrap_or(""));
        Cow::Owned(shown)
    }

    /// The secrets of a line that is shown, as far as they are masked there.
    pub(super) fn secrets(&self, line: usize, changed: bool) -> &[SecretSpan] {
        if changed && self.reveal == RevealMode::ChangedLines {
            return &[];
        }
        self.secrets_within(&self.lines.range(line))
    }

    fn secrets_within(&self, range: &Range<usize>) -> &[SecretSpan] {
        let SideView::Text { secrets, .. } = &self.view else {
            return &[];
        };
        // They are in order, and a page asks for each of its lines.
        let start = secrets.partition_point(|secret| secret.range.start < range.start);
        let end = secrets.partition_point(|secret| secret.range.start < range.end);
        secrets.get(start..end).unwrap_or(&[])
    }

    /// The secret parts of texts, and the places where they are.
    pub(super) fn known(&self) -> KnownSecrets<'_> {
        let SideView::Text { text, secrets, .. } = &self.view else {
            return KnownSecrets::default();
        };
        KnownSecrets {
            parts: secrets
                .iter()
                .flat_map(|secret| secret.hidden(text))
                .collect(),
            places: secrets.iter().map(|secret| secret.label.as_ref()).collect(),
        }
    }

    /// Which line ends there are.
    pub(super) fn ends(&self) -> LineEnds {
        let mut ends = LineEnds::default();
        for line in self.lines.iter() {
            match line {
                [.., b'\r', b'\n'] => ends.return_feed = true,
                [.., b'\n'] => ends.feed = true,
                _ => {}
            }
        }
        ends
    }
}

/// The secrets that were there before.
#[derive(Default)]
pub(super) struct KnownSecrets<'s> {
    pub(super) parts: HashSet<Cow<'s, str>>,
    pub(super) places: HashSet<&'s str>,
}

/// Which line ends a text has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LineEnds {
    feed: bool,
    return_feed: bool,
}

impl LineEnds {
    /// Whether two texts together have both.
    pub(super) fn differ(self, other: Self) -> bool {
        (self.feed || other.feed) && (self.return_feed || other.return_feed)
    }
}

impl SecretSource {
    /// The secrets in a stretch of a text, and maybe others; `None` where they
    /// cannot be told, or one of them reaches across lines.
    fn secrets(self, text: &str, within: &Range<usize>) -> Option<Vec<SecretSpan>> {
        let secrets = match self {
            Self::Unknown => return None,
            Self::Text => {
                let label: Rc<str> = TEXT.into();
                let plain = |range| SecretSpan::plain(range, Rc::clone(&label));
                mask::url_secrets(text).into_iter().map(plain).collect()
            }
            Self::Jsonc => mask::jsonc_secrets(text, within)?,
        };
        let in_line = |secret: &SecretSpan| {
            text.get(secret.range.clone())
                .is_some_and(|source| !source.contains('\n'))
        };
        secrets.iter().all(in_line).then_some(secrets)
    }
}
