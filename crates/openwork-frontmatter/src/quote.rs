//! Writing values so that every reader gets the same back.

use std::fmt::Write;

use super::FieldValue;
use super::scalar::is_reserved_word;

/// Returns one line of a header, without its end.
pub(super) fn line(key: &str, value: FieldValue<'_>) -> String {
    format!("{}: {}", scalar(key), printed(value))
}

/// Returns a value as a scalar on one line.
pub(super) fn printed(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Text(text) => scalar(text),
        FieldValue::Bool(is) => is.to_string(),
    }
}

/// Leaves bare what is certainly text to everyone, and puts all else in double quotes.
fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Tells whether a text is words of letters and digits, beginning with a letter, and harmless
/// punctuation between them: nothing that is an indicator anywhere.
pub(super) fn is_plain(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(char::is_alphabetic)
        && characters.all(|c| c.is_alphanumeric() || " .,;()/_-+'".contains(c))
        && !text.ends_with(' ')
        // A few readers take `e3` for a number.
        && text.chars().any(|c| c.is_alphabetic() && !"eE".contains(c))
        && !is_reserved_word(text)
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        escape(character, &mut quoted);
    }
    quoted.push('"');
    quoted
}

/// Escapes as JSON does, so that simpler readers understand it too, and whatever a YAML reader
/// might refuse, fold or take for a line end.
fn escape(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // Control characters, line separators, byte order mark and non-characters.
        '\0'..=' '
        | '\u{7f}'..='\u{a0}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{feff}'
        | '\u{fffe}'
        | '\u{ffff}'
            if character != ' ' =>
        {
            let code = u32::from(character);
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{code:04X}");
        }
        plain => out.push(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::{line, quoted};
    use crate::FieldValue;

    #[test]
    fn certain_text_stays_bare() {
        for text in [
            "Daily report",
            "anthropic/claude",
            "it's fine (mostly), ok; a+b",
            "Prüft Belege",
            "日本",
        ] {
            assert_eq!(
                line("description", FieldValue::Text(text)),
                format!("description: {text}")
            );
        }
        assert_eq!(line("subtask", FieldValue::Bool(false)), "subtask: false");
    }

    #[test]
    fn all_else_is_quoted() {
        for text in [
            "",
            " ",
            "a ",
            " a",
            "true",
            "No",
            "y",
            "null",
            "NaN",
            "12",
            "1e3",
            "3d",
            "- x",
            "-",
            "a: b",
            "a:b",
            "# x",
            "a #b",
            "*x",
            "&x",
            "!x",
            "?x",
            "|",
            ">",
            "%x",
            "@x",
            "`x",
            "{x}",
            "[x]",
            "~",
            "=",
            "<<",
            "...",
            "---",
            "2024-01-01",
            "12:30",
            "'",
            "a=b",
            "😀",
        ] {
            assert_eq!(
                line("k", FieldValue::Text(text)),
                format!("k: {}", quoted(text)),
                "{text}"
            );
        }
        assert_eq!(line("yes", FieldValue::Text("a")), "\"yes\": a");
    }

    #[test]
    fn escapes_are_those_of_json() {
        assert_eq!(
            quoted("\"\\\n\r\t\0\u{1}\u{7f}\u{85}\u{a0}\u{2028}\u{feff}\u{ffff}é😀"),
            r#""\"\\\n\r\t\u0000\u0001\u007F\u0085\u00A0\u2028\uFEFF\uFFFFé😀""#
        );
    }
}
