//! How much an export may hold, so that one import can bring it in again.

/// What is left for the files of skills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportRoom {
    /// Bytes of their contents.
    pub contents: usize,
    /// Bytes of JSON.
    pub body: usize,
    /// Values of JSON: list entries, lists and objects, names and values.
    pub values: usize,
}

/// What a file takes of JSON beside its path and its contents: `path`,
/// `content`, `executable` and what is between them.
const FIELDS: usize = 64;
/// As many values as a file or something that is left out has at most.
pub(super) const VALUES: usize = 9;

impl ExportRoom {
    /// Takes room for a file; false if there is none, and then it takes nothing.
    pub(super) fn take(&mut self, path: &str, contents: &[u8]) -> bool {
        let body = FIELDS + json_length(path) + transfer_length(contents);
        let left = (
            self.contents.checked_sub(contents.len()),
            self.body.checked_sub(body),
            self.values.checked_sub(VALUES),
        );
        let (Some(contents), Some(body), Some(values)) = left else {
            return false;
        };
        *self = Self {
            contents,
            body,
            values,
        };
        true
    }

    /// Takes room for something that is named and left out.
    pub(super) fn take_omitted(&mut self, path: &str, reason: &str) -> bool {
        let contents = std::mem::replace(&mut self.contents, reason.len());
        let is_taken = self.take(path, reason.as_bytes());
        self.contents = contents;
        is_taken
    }
}

/// Contents as the text that they travel as; `None` for what is no text, or
/// takes less room in base64, as texts of control characters do.
pub fn transfer_text(contents: &[u8]) -> Option<&str> {
    let text = str::from_utf8(contents).ok()?;
    (json_length(text) <= base64_length(contents)).then_some(text)
}

/// The length of a text in JSON with its quotes, in bytes.
pub fn json_length(text: &str) -> usize {
    let of = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | b'\x08' | b'\x0c' => 2,
        0..=0x1f => 6,
        _ => 1,
    };
    2 + text.bytes().map(of).sum::<usize>()
}

fn transfer_length(contents: &[u8]) -> usize {
    match transfer_text(contents) {
        Some(text) => json_length(text),
        None => base64_length(contents),
    }
}

/// The length in base64 with its quotes. A short text is read as it is,
/// whatever it takes.
fn base64_length(contents: &[u8]) -> usize {
    2 + contents.len().div_ceil(3) * 4 + SHORT
}

/// So many bytes more are nothing.
const SHORT: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_json() {
        for text in [
            "",
            "a\"b\\\n\t\r",
            "ä日\u{1f600}\u{7f}",
            "\0\u{1f}\u{8}\u{c}",
        ] {
            let length = serde_json::to_string(text).unwrap().len();
            assert_eq!(json_length(text), length, "{text:?}");
        }
    }

    #[test]
    fn what_is_shorter_in_base64_is_no_text() {
        assert_eq!(transfer_text(b"a\nb\n"), Some("a\nb\n"));
        assert_eq!(transfer_text(&[1; 1000]), None);
        assert_eq!(transfer_text(b"\xff"), None);
    }

    #[test]
    fn room_is_taken_whole_or_not_at_all() {
        let room = ExportRoom {
            contents: 10,
            body: 200,
            values: 20,
        };
        for small in [
            ExportRoom {
                contents: 2,
                ..room
            },
            ExportRoom { body: 70, ..room },
            ExportRoom { values: 8, ..room },
        ] {
            let mut left = small;
            assert!(!left.take("a", b"abc"));
            assert_eq!(left, small);
        }
        let mut left = room;
        assert!(left.take("a", b"abc"));
        assert_eq!((left.contents, left.body, left.values), (7, 128, 11));
    }
}
