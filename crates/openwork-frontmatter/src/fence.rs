//! Where a header begins and ends.

use super::BYTE_ORDER_MARK;

/// The line before and after a header.
pub(super) const FENCE: &str = "---";

/// A text in its parts, which together are the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HeaderParts<'t> {
    /// The byte order mark, if there is one, and the opening fence.
    pub(super) opening: &'t str,
    /// The lines between the fences, each with its end; `None` without a header.
    pub(super) header: Option<&'t str>,
    /// The closing fence.
    pub(super) closing: &'t str,
    /// What follows the closing fence, or all of a text without a header.
    pub(super) body: &'t str,
    /// The line end after the opening fence.
    pub(super) newline: &'static str,
}

/// Splits a text at its fences.
pub(super) fn split(text: &str) -> HeaderParts<'_> {
    let mark = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    between_fences(text, mark).unwrap_or_else(|| {
        let (opening, body) = text.split_at(mark);
        HeaderParts {
            opening,
            header: None,
            closing: "",
            body,
            newline: "\n",
        }
    })
}

fn between_fences(text: &str, mark: usize) -> Option<HeaderParts<'_>> {
    let mut lines = text.get(mark..)?.split_inclusive('\n');
    let fence = lines
        .next()
        .filter(|line| is_fence(line) && line.ends_with('\n'))?;
    let (opening, rest) = text.split_at_checked(mark + fence.len())?;
    // Counted by whole lines with their ends: the parts have to make up the text
    // again, byte for byte.
    let mut end = 0;
    let closing = lines.find(|line| {
        let closes = is_fence(line);
        end += if closes { 0 } else { line.len() };
        closes
    })?;
    let (header, rest) = rest.split_at_checked(end)?;
    let (closing, body) = rest.split_at_checked(closing.len())?;
    // By the opening fence, as a header without fields has no other line.
    let newline = if opening.ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    Some(HeaderParts {
        opening,
        header: Some(header),
        closing,
        body,
        newline,
    })
}

/// Closes a header without an end, as the engine reads it: to the end of the
/// file. `None` for a text that opens none, or one that ends.
///
/// ```
/// use openwork_frontmatter::close_header;
///
/// assert_eq!(close_header("---\nname: a").as_deref(), Some("---\nname: a\n---\n"));
/// assert_eq!(close_header("---\nname: a\n---\n"), None);
/// ```
pub fn close_header(text: &str) -> Option<String> {
    let bare = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut lines = bare.lines();
    // The engine's reader opens a header at a bare fence alone, and closes it
    // at one with anything blank behind it: not the rule of `is_fence`, which
    // is that of the OpenWork API.
    let opens = lines.next() == Some(FENCE);
    let ends = lines.any(|line| line.trim_end() == FENCE);
    (opens && !ends).then(|| format!("{bare}\n{FENCE}\n"))
}

fn is_fence(line: &str) -> bool {
    line.strip_prefix(FENCE)
        .is_some_and(|rest| rest.trim_matches([' ', '\t', '\r', '\n']).is_empty())
}

#[cfg(test)]
mod tests {
    use super::{close_header, split};

    #[track_caller]
    fn check(text: &str, header: Option<&str>, body: &str) {
        let parts = split(text);
        assert_eq!((parts.header, parts.body), (header, body), "{text:?}");
        let header = parts.header.unwrap_or("");
        assert_eq!(
            [parts.opening, header, parts.closing, parts.body].concat(),
            text
        );
    }

    #[test]
    fn a_header_needs_both_fences() {
        check("---\na: b\n---\nbody\n", Some("a: b\n"), "body\n");
        check(
            "---\r\na: b\r\n---\r\n\r\nbody",
            Some("a: b\r\n"),
            "\r\nbody",
        );
        check("\u{feff}---\n---", Some(""), "");
        check("--- \na: b\n---\t\n", Some("a: b\n"), "");
        check(
            "---\na: b\n ---\n----\n--- x\n---\n---\n",
            Some("a: b\n ---\n----\n--- x\n"),
            "---\n",
        );
    }

    #[test]
    fn anything_else_is_body() {
        for text in [
            "",
            "---",
            "---\n",
            "---\na: b\n",
            " ---\na: b\n---\n",
            "----\na: b\n---\n",
        ] {
            check(text, None, text);
        }
        check("\u{feff}text", None, "text");
        check("\n---\na: b\n---\n", None, "\n---\na: b\n---\n");
    }

    #[test]
    fn only_a_header_without_an_end_is_closed() {
        for (text, closed_text) in [
            ("---\na: b", Some("---\na: b\n---\n")),
            ("\u{feff}---\r\na: b\r\n", Some("---\r\na: b\r\n\n---\n")),
            ("---\na: b\n---\n", None),
            ("---\na: b\n--- \nbody", None),
            ("text\n---\n", None),
            ("", None),
        ] {
            assert_eq!(close_header(text).as_deref(), closed_text, "{text:?}");
        }
    }
}
