//! A reader for JSON with comments and trailing commas that shares no code with the product.

use serde_json::Value;

/// Reads JSON that may hold comments, trailing commas and a byte order mark.
pub fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(&without_trailing_commas(&without_comments(text)))
}

/// Blanks out comments, so that positions in error messages stay true.
fn without_comments(text: &str) -> String {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut plain = String::with_capacity(rest.len());
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' {
            string_length(rest)
        } else if rest.starts_with("//") {
            rest.find(['\r', '\n']).unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else {
            first.len_utf8()
        };
        let (token, tail) = rest.split_at(length);
        if token.starts_with("//") || token.starts_with("/*") {
            plain.extend(token.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        } else {
            plain.push_str(token);
        }
        rest = tail;
    }
    plain
}

fn without_trailing_commas(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::with_capacity(text.len());
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' {
            string_length(rest)
        } else {
            first.len_utf8()
        };
        let (token, tail) = rest.split_at(length);
        let after_value = !plain.trim_end().ends_with(['{', '[', ',']);
        let trailing = token == "," && after_value && tail.trim_start().starts_with(['}', ']']);
        plain.push_str(if trailing { " " } else { token });
        rest = tail;
    }
    plain
}

/// Returns the length in bytes of the string token that `text` starts with.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn comments_and_trailing_commas_are_skipped() {
        let text =
            "\u{feff}// head\n{ \"a\": [1, /* one */ 2,], // tail\r\n \"b\": {}, /* end */ }";
        assert_eq!(parse(text).unwrap(), json!({ "a": [1, 2], "b": {} }));
    }

    #[test]
    fn strings_keep_what_looks_like_a_comment() {
        let text = r#"{ "a": "// no", "b": "/* no */ ,}", "c": "\"// \\" }"#;
        assert_eq!(
            parse(text).unwrap(),
            json!({ "a": "// no", "b": "/* no */ ,}", "c": "\"// \\" })
        );
    }

    #[test]
    fn what_is_broken_stays_broken() {
        for text in [
            "{",
            "{ 'a': 1 }",
            "[1 2]",
            "[,]",
            "{ \"a\": 1 } x",
            "/* open",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
