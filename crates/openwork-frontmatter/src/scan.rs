//! Reads headers of ordinary lines: `key: value` with a bare, quoted or missing value, a map of such
//! lines below a key (the `metadata` of skills is one), comments and blank lines. It gives up on the
//! first line that could mean anything else, and on headers of so many fields that comparing each
//! with all others would take long.

use std::borrow::Cow;
use std::ops::Range;

use super::scalar::{is_reserved_word, resolve};
use super::{HeaderEntry, HeaderField};

/// How many fields an ordinary header has at most.
const FIELDS: usize = 64;

/// Returns the entries of an ordinary header; `None` when a YAML parser has to look.
pub(super) fn entries(header: &str) -> Option<Vec<HeaderEntry<'_>>> {
    let mut lines = HeaderLines::default();
    let mut at = 0;
    for whole in header.split_inclusive('\n') {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        // A lone carriage return is a line break to YAML, so only the one before a line
        // feed goes; any other makes the line extraordinary.
        let line = line.strip_suffix('\r').unwrap_or(line);
        match line.bytes().next() {
            None => {}
            Some(b'#') => lines.comment(line)?,
            Some(b' ') => lines.inner(line, at)?,
            Some(_) => lines.outer(line, at)?,
        }
        at += whole.len();
    }
    Some(lines.entries)
}

/// The lines that were read so far.
#[derive(Default)]
struct HeaderLines<'t> {
    entries: Vec<HeaderEntry<'t>>,
    /// The map below the last key.
    map: ScannedMap<'t>,
}

/// A map of ordinary lines below a key, all of the same indentation.
#[derive(Default)]
struct ScannedMap<'t> {
    indent: usize,
    keys: Vec<&'t str>,
}

impl<'t> HeaderLines<'t> {
    /// A parser may take a comment after a map for a part of it.
    fn comment(&self, line: &str) -> Option<()> {
        (self.map.keys.is_empty() && line.chars().all(is_ordinary)).then_some(())
    }

    fn outer(&mut self, line: &'t str, at: usize) -> Option<()> {
        let (key, field, value) = entry(line, at)?;
        let is_known = self.entries.iter().any(|earlier| earlier.key == key);
        // A repeated key is an error that the parser tells better. Beyond `FIELDS`,
        // comparing each key with all others would take too long.
        if is_known || self.entries.len() == FIELDS {
            return None;
        }
        self.map = ScannedMap::default();
        self.entries.push(HeaderEntry {
            key: Cow::Borrowed(key),
            field,
            value: Some(value),
        });
        Some(())
    }

    /// A line of the map below the last key, which has no other value.
    fn inner(&mut self, line: &'t str, at: usize) -> Option<()> {
        let owner = self.entries.last_mut()?;
        let place = owner.value.as_mut()?;
        let map = &mut self.map;
        let is_first = map.keys.is_empty();
        if is_first && place.start < place.end {
            return None;
        }
        let inner = line.trim_start_matches(' ');
        let indent = line.len() - inner.len();
        let (key, field, value) = entry(inner, at + indent)?;
        let is_known = map.keys.contains(&key) || map.keys.len() == FIELDS;
        if field == HeaderField::Null || is_known || !(is_first || map.indent == indent) {
            return None;
        }
        map.indent = indent;
        map.keys.push(key);
        owner.field = HeaderField::Other;
        place.end = value.end;
        Some(())
    }
}

/// The key of a line that begins at `at`, its field, and the place of its value.
fn entry(line: &str, at: usize) -> Option<(&str, HeaderField, Range<usize>)> {
    let (key, rest) = line.split_once(':')?;
    let value = rest.trim_end_matches(' ');
    let range = at + key.len() + 1..at + key.len() + 1 + value.len();
    let scalar = value.trim_start_matches(' ');
    let separated = scalar.is_empty() || scalar.len() < value.len();
    if !(is_key(key) && separated && scalar.chars().all(is_ordinary)) {
        return None;
    }
    Some((key, field(scalar)?, range))
}

fn is_key(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        && !is_reserved_word(key)
}

fn field(scalar: &str) -> Option<HeaderField> {
    let first = scalar.chars().next();
    match first {
        None => Some(HeaderField::Null),
        Some(quote @ ('"' | '\'')) => {
            let inner = scalar.strip_prefix(quote)?.strip_suffix(quote)?;
            (!inner.contains([quote, '\\'])).then(|| HeaderField::Text(inner.to_owned()))
        }
        Some(first) if first.is_alphabetic() && is_one_scalar(scalar) => Some(resolve(scalar)),
        Some(_) => None,
    }
}

/// Tells whether no key, and no comment, begins within a bare scalar.
fn is_one_scalar(scalar: &str) -> bool {
    !(scalar.contains(": ") || scalar.contains(" #") || scalar.ends_with(':'))
}

/// Leaves out tabs, control characters and all that any reader might take for white space.
fn is_ordinary(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_ascii() && !other.is_control() && !other.is_whitespace(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::entries;
    use crate::yaml;

    /// Lines that the scan takes, lines that it leaves, and lines in between.
    fn header() -> impl Strategy<Value = String> {
        let key = "[a-c]|name|description|true|a-b_1|1a|\"a\"|a b|é|<<|";
        let value = "[a-z ]{0,6}|[a-z]{1,3}[:#'\",\\[\\]{}&*!|>%@`?~= -]{1,3}[a-z ]{0,2}\
            |(true|False|null|~|yes|12|1e3|2024-01-01|12:30|0x1|\\.inf|e3|nan)[ a]{0,2}\
            |\"[a\\\\\" :#']{0,4}\"|'[a\\\\\" :#']{0,4}'|[|>][-+]?|- a|\\[a\\]|&x a|\\*x\
            |a\t|a\u{a0}|\u{feff}a|\u{2028}a|é😀|a\u{85}b|a\rb|a\u{1}";
        let line = (key, "(:|: |:  |:\t| : )", value, "( |  # c|\t|\r)?")
            .prop_map(|(key, colon, value, end)| format!("{key}{colon}{value}{end}"));
        let line = prop_oneof![
            8 => line,
            2 => "[ab]:",
            5 => "(  ?|    )[a-d]: (b|'c'|1|  d)? ?",
            1 => "# [a-c:é]{0,3}|| |  a|  # a|\t|#|\\.\\.\\.|%a|- a|  b: c",
        ];
        let lines = prop::collection::vec(line, 0..6);
        (lines, "\n|\r\n").prop_map(|(lines, end)| {
            lines
                .iter()
                .flat_map(|line| [line.as_str(), &end])
                .collect()
        })
    }

    /// Asks for more cases than usual: most headers are not ordinary.
    fn cases() -> ProptestConfig {
        let config = ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        ProptestConfig {
            cases: config.cases.saturating_mul(4),
            ..config
        }
    }

    proptest! {
        #![proptest_config(cases())]

        #[test]
        fn what_the_scan_reads_a_yaml_parser_reads_the_same(header in header()) {
            if let Some(scanned) = entries(&header) {
                prop_assert_eq!(Ok(scanned), yaml::entries(&header));
            }
        }
    }

    #[test]
    fn nearly_all_headers_are_ordinary() {
        for (header, count) in [
            ("", 0),
            ("# c\r\n\r\nname: expense-audit\r\n", 1),
            (
                "name: a\ndescription: Explains how - names, rules [1], it's (fine).\nsubtask: true\n",
                3,
            ),
            (
                "description: \"Use when: asked\"\nmodel: 'a/b:free'\nagent:\n",
                3,
            ),
            (
                "name: a\nmetadata:\n  audience: maintainers\n  workflow: \"b\"\nlicense: MIT\n",
                3,
            ),
            ("description: Prüft Belege – 日本 😀 http://x.y/#z", 1),
        ] {
            assert_eq!(
                entries(header).map(|entries| entries.len()),
                Some(count),
                "{header:?}"
            );
        }
    }

    #[test]
    fn many_fields_are_left() {
        let header = |fields| (0..fields).fold(String::new(), |all, n| all + &format!("k{n}: v\n"));
        assert_eq!(entries(&header(64)).map(|found| found.len()), Some(64));
        assert_eq!(entries(&header(65)), None);
    }

    #[test]
    fn what_could_mean_something_else_is_left() {
        for header in [
            "a: b: c\n",
            "a: b # c\n",
            "a: b:\n",
            "a:b\n",
            "a: 12\n",
            "a: - b\n",
            "a: |\n  b\n",
            "a: b\n  c\n",
            "a: b\n  c: d\n",
            "a:\n  b: c\n   d: e\n",
            "a:\n  b: c\n  b: d\n",
            "a:\n  b:\n    c: d\n",
            "a:\n  b: c\n# d\n",
            "a:\n  - b\n",
            "  b: c\n",
            "a: [b]\n",
            "a: \"b\\n\"\n",
            "a: 'b''c'\n",
            "a: 'b' # c\n",
            "a: b\t\n",
            "a: b\na: c\n",
            "true: b\n",
            "\"a\": b\n",
            "a: b\n---\n",
            "- a\n",
            "a\n",
            " a: b\n",
            "a: é\u{a0}b\n",
            "a: b\rc: d\n",
            "a: ~\n",
            "a: *b\n",
            "a: !!str b\n",
            "# \u{1}\n",
        ] {
            assert_eq!(entries(header), None, "{header:?}");
        }
    }
}
