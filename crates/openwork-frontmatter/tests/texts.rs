//! Any text comes back as it was, from this reader and from others.
//!
//! The table was checked against js-yaml 3.14 (the engine's reader), yaml 2 in both versions of the
//! language, gray-matter 4 and `PyYAML`: each gave every text back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use openwork_frontmatter::{FieldValue, HeaderField, parse, render, with_fields};
use proptest::prelude::*;

/// Texts that mean something else to one reader or another when they stand bare.
const TRICKY: &[&str] = &[
    "",
    "yes",
    "Yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "Y",
    "N",
    "true",
    "True",
    "TRUE",
    "tRue",
    "false",
    "null",
    "Null",
    "NULL",
    "~",
    "12",
    "-12",
    "+12",
    "1_000",
    "012",
    "0o14",
    "0b11",
    "0x1F",
    "1e3",
    "1.5",
    ".5",
    "5.",
    ".inf",
    "-.inf",
    ".nan",
    "NaN",
    "inf",
    "Infinity",
    "190:20:30",
    "12:30",
    "2024-01-01",
    "2024-01-01T00:00:00Z",
    "2001-12-14 21:59:43.10 -5",
    "- dash",
    "-",
    "--",
    "---",
    "...",
    "--- x",
    "# hash",
    "a #b",
    "a# b",
    "key: value",
    "a:",
    "a: ",
    ":a",
    "a:b",
    "it's",
    "it's \"quoted\"",
    "'x'",
    "\"x\"",
    "a\\b",
    "\\",
    "{x}",
    "[x]",
    "{",
    "]",
    "*ref",
    "&anchor",
    "!tag",
    "!!str x",
    "|",
    "|-",
    ">",
    "> x",
    "%YAML",
    "@at",
    "`tick`",
    "?",
    "? x",
    "<<",
    "=",
    "!",
    " lead",
    "trail ",
    " ",
    "  ",
    "a  b",
    "a\tb",
    "\t",
    "a\nb",
    "\n",
    "a\n",
    "\na",
    "a\r\nb",
    "\r",
    "a\u{0}b",
    "\u{7}",
    "\u{1b}[0m",
    "\u{7f}",
    "\u{85}",
    "a\u{85}b",
    "\u{a0}",
    "a\u{a0}b",
    "\u{2028}",
    "a\u{2028}b",
    "\u{2029}",
    "\u{feff}",
    "a\u{feff}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{fffd}",
    "😀",
    "Prüft Belege – 日本 😀",
    "a, b",
    "a;b",
    "$1",
    "$ARGUMENTS",
    "a & b",
    "a|b",
    "a > b",
    "anthropic/claude",
    "http://x.y/z",
    "v1.2.3",
    "1.2.3",
    "3d",
    "e3",
    "0",
    "00",
    "0.0",
    "1e",
    "1:2",
    "1:60",
    "::",
    "a::b",
    "Use this skill: it …",
    "C:\\dir\\new",
    "a\u{200b}b",
    "\u{ad}",
    "\u{202e}",
    "é",
    "e\u{301}",
    "constructor",
    "__proto__",
    "undefined",
    "t",
    "f",
    "TRUE ",
    "not null",
    "0xg",
    "0b2",
    "1__0",
    "_1",
    "+",
    "-1-",
    "+.inf",
    "1e+3",
    "1E3",
    "6.02e23",
    "#",
    "#a",
    "a#",
    "a # b",
    "[a, b]",
    "{a: b}",
    "a]",
    "a}",
    "a,",
    "@a",
    "a@b",
    "%a",
    "a%b",
    "`a",
    "~a",
    "a~",
    "!a",
    "a!",
    "&a",
    "a&",
    "*a",
    "a*",
    "|a",
    ">a",
    "?a",
    "a?",
    "-a",
    "a-",
    ":",
    "=a",
    "a=b",
    "<a>",
    "\"",
    "'",
    "''",
    "\"\"",
    "\\n",
    "\\u0041",
    "\u{80}",
    "\u{9f}",
    "\u{e000}",
    "\u{fffff}",
    "\u{10ffff}",
];

/// Reads a header as a reader of YAML 1.2 does, or with the older numbers of YAML 1.1.
fn read_by_others(header: &str, old: bool) -> BTreeMap<String, serde_json::Value> {
    let options = serde_saphyr::options! {
        legacy_octal_numbers: old,
        strict_booleans: !old,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(header, options).unwrap()
}

#[track_caller]
fn check(text: &str) {
    let fields = [
        ("description", FieldValue::Text(text)),
        ("last", FieldValue::Bool(true)),
    ];
    let file = render(&fields, "body\n");
    let document = parse(&file).unwrap();
    assert_eq!(document.text_of("description"), Some(text), "{file}");
    assert_eq!(
        (document.bool_of("last"), document.body()),
        (Some(true), "body\n")
    );
    let header = file
        .strip_prefix("---\n")
        .unwrap()
        .strip_suffix("---\nbody\n")
        .unwrap();
    assert_eq!(header.lines().count(), 2, "{file}");
    for old in [false, true] {
        let read = read_by_others(header, old);
        assert_eq!(read["description"], text, "{file}");
        assert_eq!(read["last"], true);
    }
}

#[test]
fn tricky_texts_come_back() {
    for text in TRICKY {
        check(text);
    }
}

fn cases() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_text_comes_back(text in "\\PC{0,12}|.{0,12}|[ -~\n\t]{0,12}|[a-e0-9:.#' _-]{0,8}") {
        check(&text);
    }

    #[test]
    fn any_characters_come_back(text in prop::collection::vec(any::<char>(), 0..8)) {
        check(&text.into_iter().collect::<String>());
    }

    /// A tricky text beside others leaves them alone, and is found where it was set.
    #[test]
    fn a_field_is_set_and_the_others_stay(
        text in prop::sample::select(TRICKY),
        other in ".{0,8}",
        body in "(---\n)?\\PC{0,8}(\r?\n)?",
    ) {
        let before = render(&[("a", FieldValue::Text(&other)), ("b", FieldValue::Bool(false))], &body);
        let edited = with_fields(&before, &[("b", FieldValue::Text(text)), ("c", FieldValue::Text(text))]);
        let edited = edited.unwrap();
        let document = parse(&edited).unwrap();
        let fields: Vec<_> = document.fields().map(|(key, field)| (key, field.clone())).collect();
        let text = HeaderField::Text((*text).to_owned());
        let expected = [("a", HeaderField::Text(other)), ("b", text.clone()), ("c", text)];
        prop_assert_eq!(fields, expected);
        prop_assert_eq!(document.body(), body);
    }

    /// No header makes the reader or an edit fall over, and what an edit accepts it has done.
    #[test]
    fn no_header_is_too_odd(lines in "([a-c?\\-]{0,2}:? ?[a\"'{}\\[\\],&*!|>#\t1~-]{0,4}\r?\n){0,5}") {
        let file = format!("---\n{lines}---\nbody");
        if let Ok(edited) = with_fields(&file, &[("a", FieldValue::Text("x: y"))]) {
            let document = parse(&edited).unwrap();
            prop_assert_eq!(document.text_of("a"), Some("x: y"));
        }
    }
}
