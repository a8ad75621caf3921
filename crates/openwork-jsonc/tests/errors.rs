//! What is refused, and where the fault is said to be.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use openwork_jsonc::{EditError, JsoncDocument, JsoncError, SyntaxProblem};
use serde_json::json;

#[track_caller]
fn problem(text: &str) -> SyntaxProblem {
    match JsoncDocument::parse(text.as_bytes()) {
        Err(JsoncError::Syntax { problems }) => problems.into_iter().next().unwrap(),
        other => panic!("{text:?} gave {other:?}"),
    }
}

#[track_caller]
fn check(text: &str, code: &str, offset: usize, length: usize, line: usize, column: usize) {
    let found = problem(text);
    let place = (found.offset, found.length, found.line, found.column);
    assert_eq!(
        (found.code, place),
        (code, (offset, length, line, column)),
        "{text:?}"
    );
}

#[test]
fn faults_are_named_and_placed() {
    check(
        "{\n  \"a\": 1,\n  \"b\": \n}\n",
        "ValueExpected",
        20,
        1,
        4,
        1,
    );
    check(
        "{ \"plugin\": [\"a\" \"b\"] }\n",
        "CommaExpected",
        16,
        0,
        1,
        17,
    );
    check("{ \"a\": {} \"b\": 1 }", "CommaExpected", 9, 0, 1, 10);
    check(
        "{ \"a\": \"é😀\", b: 1 }",
        "PropertyNameExpected",
        13,
        1,
        1,
        14,
    );
    check("{ \"a\" 1 }", "ColonExpected", 6, 1, 1, 7);
    check("{ \"a\": }", "ValueExpected", 7, 1, 1, 8);
    check("{ \"a\": [1,, 2] }", "ValueExpected", 10, 1, 1, 11);
    check("{ , }", "PropertyNameExpected", 2, 1, 1, 3);
    check("{ \"a\": 1", "CloseBraceExpected", 8, 0, 1, 9);
    check("{\n\"a\": [1\n", "CloseBracketExpected", 10, 0, 3, 1);
    check("{} {}", "EndOfFileExpected", 3, 1, 1, 4);
    check("{}}", "EndOfFileExpected", 2, 1, 1, 3);
    check("{ \"a\": 'b' }", "InvalidSymbol", 7, 1, 1, 8);
    check("{ \"a\": 0x1 }", "InvalidSymbol", 7, 1, 1, 8);
    check("{ \"a\": +1 }", "InvalidSymbol", 7, 1, 1, 8);
    check("{ \"a\": .5 }", "UnexpectedEndOfNumber", 7, 1, 1, 8);
    check("{ \"a\": 1. }", "UnexpectedEndOfNumber", 7, 2, 1, 8);
    check("{ \"a\": 01 }", "CommaExpected", 8, 0, 1, 9);
    check("{ \"a\": NaN }", "InvalidSymbol", 7, 3, 1, 8);
    check("{ \"a\": {env:PORT} }", "PropertyNameExpected", 8, 3, 1, 9);
    check("{ /* ", "UnexpectedEndOfComment", 2, 3, 1, 3);
    check("{ \"a", "UnexpectedEndOfString", 2, 2, 1, 3);
    check("{ \"a\": \"b\n\" }", "UnexpectedEndOfString", 7, 2, 1, 8);
    check("{ \"a\": \"b\tc\" }", "InvalidCharacter", 9, 1, 1, 10);
    check("{ \"a\": \"\\x\" }", "InvalidEscapeCharacter", 8, 2, 1, 9);
    check("{ \"a\": \"\\\n\" }", "UnexpectedEndOfString", 7, 2, 1, 8);
    check("{ \"a\": \"\\ud800\" }", "InvalidUnicode", 8, 7, 1, 9);
    check("{\u{a0}}", "InvalidSymbol", 1, 1, 1, 2);
    check("{\r\u{b}}", "InvalidSymbol", 2, 1, 2, 1);
    check("\u{feff}{\r\nx}", "InvalidSymbol", 3, 1, 2, 1);
    check("{}\0", "InvalidSymbol", 2, 1, 1, 3);
}

#[test]
fn errors_read_well() {
    let errors: Vec<String> = [
        b"{ \"a\": }".as_slice(),
        b"{ \"a\": \"b\tc\" }",
        b"[1]",
        b"\"{}\"",
        b"null",
        b"{}\xff",
    ]
    .iter()
    .map(|bytes| JsoncDocument::parse(bytes).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(errors.join("\n"), @r"
    the text does not parse: Unexpected close brace at line 1, column 8
    the text does not parse: A control character has to be escaped at line 1, column 10
    the top level is a list, not an object
    the top level is a text, not an object
    the top level is null, not an object
    the text is not UTF-8 from byte 2 on
    ");
}

#[test]
fn only_an_object_is_a_configuration() {
    for (text, found) in [
        ("[]", "a list"),
        ("null", "null"),
        ("1", "a number"),
        ("\"{}\"", "a text"),
        ("true // {}", "a boolean"),
    ] {
        assert_eq!(
            JsoncDocument::parse(text.as_bytes()).unwrap_err(),
            JsoncError::NotAnObject { found }
        );
    }
}

#[test]
fn deep_values_are_refused_and_not_fallen_over() {
    for depth in [600, 100_000] {
        let text = format!("{{\"a\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(
            JsoncDocument::parse(text.as_bytes()).unwrap_err(),
            JsoncError::TooDeep
        );
        assert!(JsoncDocument::parse("{\"a\": ".repeat(depth).as_bytes()).is_err());
    }
    let path = vec!["a"; 400];
    let mut document = JsoncDocument::parse(b"{ \"b\": 1 }").unwrap();
    assert_eq!(document.set(&path, &json!(1)), Err(EditError::TooDeep));
    assert_eq!(document.text(), "{ \"b\": 1 }");
}

#[test]
fn a_repeated_key_is_read_but_not_edited() {
    let text =
        "{\n  \"m\": { \"a\": 1 },\n  \"n\": 1,\n  \"m\": { \"\\u0061/~\": 1, \"a/~\": 2 }\n}\n";
    let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
    assert_eq!(document.value()["m"], json!({"a/~": 2}));
    assert_eq!(document.value().keys().collect::<Vec<_>>(), ["m", "n"]);
    let refused = Err(EditError::DuplicateKey {
        pointer: "/m".to_owned(),
        line: 4,
        column: 3,
    });
    assert_eq!(document.set(&["m", "a"], &json!(2)), refused);
    assert_eq!(document.set(&["m"], &json!(2)), refused);
    assert_eq!(
        document.merge(json!({"m": {}, "n": 2}).as_object().unwrap()),
        refused
    );
    assert_eq!(document.remove(&["m"]).map(drop), refused);
    assert_eq!(document.push(&["m"], &json!(2)), refused);
    assert!(!document.is_changed());
    document.set(&["n"], &json!(2)).unwrap();
    assert_eq!(document.text(), text.replace("\"n\": 1", "\"n\": 2"));
}

#[test]
fn a_repeated_key_inside_goes_with_the_value_it_is_in() {
    let mut document = JsoncDocument::parse(b"{ \"m\": { \"a\": 1, \"a\": 2 } }\n").unwrap();
    document.set(&["m"], &json!({"a": 2})).unwrap();
    assert!(!document.is_changed());
    document.set(&["m"], &json!({"a": 3})).unwrap();
    assert_eq!(document.text(), "{ \"m\": { \"a\": 3 } }\n");
    let mut document = JsoncDocument::parse(b"{ \"m\": { \"a/~\": 1, \"a/~\": 2 } }\n").unwrap();
    assert_eq!(
        document.set(&["m", "a/~"], &json!(2)),
        Err(EditError::DuplicateKey {
            pointer: "/m/a~1~0".to_owned(),
            line: 1,
            column: 20
        })
    );
}

#[test]
fn values_of_another_kind_are_not_overwritten_on_the_way() {
    let text = "{ \"m\": [], \"l\": {} }";
    let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
    assert_eq!(
        document.set(&["m", "a"], &json!(1)),
        Err(EditError::NotAnObject {
            pointer: "/m".to_owned()
        })
    );
    assert_eq!(
        document.push(&["l"], &json!(1)),
        Err(EditError::NotAList {
            pointer: "/l".to_owned()
        })
    );
    assert_eq!(
        document.remove_items(&["l"], &|_, _| true),
        Err(EditError::NotAList {
            pointer: "/l".to_owned()
        })
    );
    assert_eq!(
        document.set(&[], &json!(1)),
        Err(EditError::NotAnObject {
            pointer: String::new()
        })
    );
    assert_eq!(document.remove(&["m", "a"]), Ok(false));
    assert_eq!(document.remove(&[]), Ok(false));
    assert_eq!(document.text(), text);
}

#[test]
fn numbers_are_exact_or_the_nearest_there_is() {
    let text = "{ \"a\": 9223372036854775807, \"b\": 18446744073709551615, \"c\": -0, \"d\": 1e400, \"e\": 18446744073709551616 }";
    let document = JsoncDocument::parse(text.as_bytes()).unwrap();
    assert_eq!(
        serde_json::to_string(document.value()).unwrap(),
        "{\"a\":9223372036854775807,\"b\":18446744073709551615,\"c\":-0.0,\"d\":null,\"e\":1.8446744073709552e+19}"
    );
}
