//! Text of other people, made harmless: what it cannot show, it says.
//!
//! Names, summaries, paths and diffs come from remote clients. A control
//! character in them could move the cursor or rewrite what was printed, and a
//! bidirectional or invisible one could disguise what a person consents to.
//!
//! `openwork-model` has the same table, on which nothing here may depend; a test
//! compares the two.

use std::borrow::Cow;
use std::fmt::Write;

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
    escaped(text, is_hidden, |shown, hidden| {
        let _ = write!(shown, "\\u{{{:x}}}", u32::from(hidden));
    })
}

/// A line of a file: as [`line()`], but tabs stay, as they are how it is indented.
pub fn source(text: &str) -> Cow<'_, str> {
    let is_hidden = |character| character != '\t' && is_hidden(character);
    escaped(text, is_hidden, |shown, hidden| {
        let _ = write!(shown, "\\u{{{:x}}}", u32::from(hidden));
    })
}

/// A JSON document on one line. Hidden characters can only be in its texts, so
/// that escaping them in JSON's own way (RFC 8259, section 7) keeps its meaning.
pub fn json(document: &str) -> Cow<'_, str> {
    escaped(document, is_hidden, |shown, hidden| {
        for unit in hidden.encode_utf16(&mut [0; 2]) {
            let _ = write!(shown, "\\u{unit:04x}");
        }
    })
}

/// Control characters (`Cc`), format characters (`Cf`), separators but the
/// space (`Z`), `Default_Ignorable_Code_Point` and `Noncharacter_Code_Point` of
/// Unicode 17, and these, which fonts draw as nothing: U+2800 braille blank,
/// U+13441 and U+13442 hieroglyph blanks, U+16FE4 Khitan filler, U+1D159 null
/// notehead.
const HIDDEN: &[(char, char)] = &[
    ('\0', '\u{1f}'),
    ('\u{7f}', '\u{a0}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{2000}', '\u{200f}'),
    ('\u{2028}', '\u{202f}'),
    ('\u{205f}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fdd0}', '\u{fdef}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{fffe}', '\u{ffff}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{13441}', '\u{13442}'),
    ('\u{16fe4}', '\u{16fe4}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d159}', '\u{1d159}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{1fffe}', '\u{1ffff}'),
    ('\u{2fffe}', '\u{2ffff}'),
    ('\u{3fffe}', '\u{3ffff}'),
    ('\u{4fffe}', '\u{4ffff}'),
    ('\u{5fffe}', '\u{5ffff}'),
    ('\u{6fffe}', '\u{6ffff}'),
    ('\u{7fffe}', '\u{7ffff}'),
    ('\u{8fffe}', '\u{8ffff}'),
    ('\u{9fffe}', '\u{9ffff}'),
    ('\u{afffe}', '\u{affff}'),
    ('\u{bfffe}', '\u{bffff}'),
    ('\u{cfffe}', '\u{cffff}'),
    ('\u{dfffe}', '\u{e0fff}'),
    ('\u{efffe}', '\u{effff}'),
    ('\u{ffffe}', '\u{fffff}'),
    ('\u{10fffe}', '\u{10ffff}'),
];

/// Whether a character has no sign of its own, imitates a space, or changes
/// the place or the look of others.
pub fn is_hidden(character: char) -> bool {
    if matches!(character, ' '..='~') {
        return false;
    }
    let before = HIDDEN.partition_point(|&(_, last)| last < character);
    HIDDEN
        .get(before)
        .is_some_and(|&(first, _)| first <= character)
}

fn escaped(
    text: &str,
    is_hidden: impl Fn(char) -> bool,
    escape: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    if !text.contains(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            escape(&mut shown, character);
        } else {
            shown.push(character);
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
