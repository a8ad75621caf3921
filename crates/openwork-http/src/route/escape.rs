//! Percent escapes in one segment of a path.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Decodes a segment; `None` if an escape is cut short or gives no UTF-8.
pub(crate) fn decode(segment: &str) -> Option<Cow<'_, str>> {
    // Nearly all: it takes half the time of finding a route to decode nothing.
    if !segment.contains('%') {
        return Some(Cow::Borrowed(segment));
    }
    // The decoder leaves broken escapes as they are; here they are mistakes.
    let mut rests = segment.split('%').skip(1);
    let whole = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|b| b.is_ascii_hexdigit());
    if !rests.all(whole) {
        return None;
    }
    percent_decode_str(segment).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_escapes_are_decoded() {
        for (raw, text) in [
            ("a", "a"),
            ("a%2Fb", "a/b"),
            ("%40s%2fp", "@s/p"),
            ("%25", "%"),
            ("%C3%A4", "ä"),
        ] {
            assert_eq!(decode(raw).as_deref(), Some(text), "{raw}");
        }
    }

    #[test]
    fn broken_escapes_are_not() {
        for raw in ["%", "%z", "%zz", "a%2", "%%41", "%ff", "%C3", "%ä1"] {
            assert_eq!(decode(raw), None, "{raw}");
        }
    }
}
