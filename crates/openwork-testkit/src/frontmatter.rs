//! A reader for the plain frontmatter that the server writes, sharing no code with the product.

use serde_json::{Map, Value};

/// What stands for a value that this reader does not take apart.
pub const COMPLEX: &str = "<complex>";

/// Splits a text into its frontmatter fields and the body; `None` without frontmatter.
///
/// Only fields at the left margin with a value on one line are read; any other value is [`COMPLEX`].
pub fn split(text: &str) -> Option<(Map<String, Value>, &str)> {
    let inner = text
        .strip_prefix("---\n")
        .or_else(|| text.strip_prefix("---\r\n"))?;
    let mut fields = Map::new();
    let mut last = None;
    let mut rest = inner;
    loop {
        let (line, tail) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line == "---" {
            return Some((fields, tail));
        }
        match field(line) {
            Some((key, value)) => {
                last = Some(key.to_owned());
                fields.insert(key.to_owned(), scalar(value));
            }
            None => continue_value(&mut fields, last.as_deref(), line),
        }
        if tail.is_empty() {
            return None;
        }
        rest = tail;
    }
}

fn field(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '"' | '\'');
    let named = !key.is_empty() && key.chars().all(plain);
    let parted = value.is_empty() || value.starts_with([' ', '\t']);
    (named && parted).then(|| (key.trim_matches(['"', '\'']), value.trim()))
}

fn continue_value(fields: &mut Map<String, Value>, key: Option<&str>, line: &str) {
    if let (Some(key), false) = (key, line.trim().is_empty()) {
        fields.insert(key.to_owned(), COMPLEX.into());
    }
}

fn scalar(raw: &str) -> Value {
    let complex = || Value::from(COMPLEX);
    if raw.len() > 1 && raw.starts_with('"') && raw.ends_with('"') {
        return serde_json::from_str(raw).unwrap_or_else(|_| complex());
    }
    if let Some(inner) = raw
        .strip_prefix('\'')
        .and_then(|raw| raw.strip_suffix('\''))
    {
        return inner.replace("''", "'").into();
    }
    match raw {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ if raw.starts_with(['|', '>', '[', '{', '&', '*', '!', '%', '@', '`']) => complex(),
        _ => number(raw).unwrap_or_else(|| without_comment(raw).into()),
    }
}

fn number(raw: &str) -> Option<Value> {
    let digits = raw.strip_prefix(['+', '-']).unwrap_or(raw);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let whole = raw
        .trim_start_matches('+')
        .parse::<i64>()
        .ok()
        .map(Value::from);
    whole.or_else(|| raw.parse::<f64>().ok().map(Value::from))
}

fn without_comment(raw: &str) -> &str {
    raw.split_once(" #")
        .map_or(raw, |(text, _)| text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_of_every_plain_kind_are_read() {
        let text = "---\na: plain # why\nb: \"x\\ny\"\nc: 'it''s'\nd: 12\ne: -1.5\nf: true\ng:\nh: [1]\n---\n\nbody\n";
        let (fields, body) = split(text).unwrap();
        assert_eq!(
            Value::from(fields),
            json!({ "a": "plain", "b": "x\ny", "c": "it's", "d": 12, "e": -1.5, "f": true,
                    "g": null, "h": COMPLEX })
        );
        assert_eq!(body, "\nbody\n");
    }

    #[test]
    fn a_value_over_several_lines_is_not_taken_apart() {
        let (fields, body) = split("---\r\na: |\r\n  one\r\nb: 2024-01-01\r\n---\r\nx").unwrap();
        assert_eq!(
            Value::from(fields),
            json!({ "a": COMPLEX, "b": "2024-01-01" })
        );
        assert_eq!(body, "x");
    }

    #[test]
    fn text_without_a_closed_block_has_no_frontmatter() {
        for text in [
            "",
            "a: 1\n",
            " ---\na: 1\n---\n",
            "---\na: 1\n",
            "---\na: 1",
        ] {
            assert_eq!(split(text), None, "{text:?}");
        }
    }
}
