//! Text of other people, made harmless: what it cannot show, it says.
//!
//! Names, summaries, paths and diffs come from remote clients. A control
//! character in them could move the cursor or rewrite what was printed, and a
//! bidirectional or invisible one could disguise what a person consents to.

use std::borrow::Cow;
use std::fmt::Write;

use openwork_api::hidden::{self, is_hidden};

/// A text for one line: every hidden character becomes `\u{…}`, line feeds and
/// tabs too.
///
/// ```
/// use openwork_terminal::escape;
///
/// assert_eq!(escape::line("a\u{1b}[2Jb\n"), r"a\u{1b}[2Jb\u{a}");
/// assert_eq!(escape::line("\u{202e}gpj.exe"), r"\u{202e}gpj.exe");
/// assert_eq!(escape::line("Überprüfung 日本"), "Überprüfung 日本");
/// ```
pub fn line(text: &str) -> Cow<'_, str> {
    hidden::escape_line(text)
}

/// A line of a file: as [`line()`], but tabs stay, as they are how it is indented.
pub fn source(text: &str) -> Cow<'_, str> {
    hidden::escape_source(text)
}

/// A JSON document on one line. Hidden characters can only be in its texts, so
/// that escaping them in JSON's own way (RFC 8259, section 7) keeps its meaning.
pub fn json(document: &str) -> Cow<'_, str> {
    if !document.contains(is_hidden) {
        return Cow::Borrowed(document);
    }
    let mut shown = String::with_capacity(document.len() + 16);
    for character in document.chars() {
        if !is_hidden(character) {
            shown.push(character);
            continue;
        }
        // JSON has no escape for a character beyond U+FFFF: it takes two, one
        // for each half of its UTF-16 form.
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a text cannot fail.
            let _ = write!(shown, "\\u{unit:04x}");
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_keeps_its_tabs_only() {
        assert_eq!(source("\tkey:\r\u{7f}"), "\tkey:\\u{d}\\u{7f}");
        assert_eq!(line("\tkey"), "\\u{9}key");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let value = serde_json::json!({ "a\u{202e}": "b\u{e0041}\u{9b}\u{7f}" });
        let shown = json(&value.to_string()).into_owned();
        assert_eq!(shown, r#"{"a\u202e":"b\udb40\udc41\u009b\u007f"}"#);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            value
        );
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            prop_assert!(!line(&text).chars().any(is_hidden));
            let value = serde_json::Value::String(text);
            let shown = json(&value.to_string()).into_owned();
            prop_assert!(!shown.chars().any(is_hidden));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }
}
