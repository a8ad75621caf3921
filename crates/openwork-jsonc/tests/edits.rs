//! What edits of configuration files leave behind, byte for byte.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use openwork_jsonc::JsoncDocument;
use serde_json::{Value, json};

/// Joins lines and ends the last one.
fn lines(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

fn edit(before: &str, change: impl FnOnce(&mut JsoncDocument)) -> String {
    let mut document = JsoncDocument::parse(before.as_bytes()).unwrap();
    change(&mut document);
    let after = document.text().to_owned();
    assert_eq!(
        JsoncDocument::parse(after.as_bytes()).unwrap().value(),
        document.value()
    );
    after
}

#[track_caller]
fn check_set(before: &str, path: &[&str], value: &Value, after: &str) {
    assert_eq!(
        edit(before, |document| document.set(path, value).unwrap()),
        after
    );
}

#[track_caller]
fn check_remove(before: &str, path: &[&str], after: &str) {
    assert_eq!(
        edit(before, |document| assert!(document.remove(path).unwrap())),
        after
    );
}

#[track_caller]
fn check_push(before: &str, item: &Value, after: &str) {
    assert_eq!(
        edit(before, |document| document.push(&["l"], item).unwrap()),
        after
    );
}

#[track_caller]
fn check_drop(before: &str, items: &[Value], after: &str) {
    let edited = edit(before, |document| {
        let gone = document
            .remove_items(&["l"], &|_, item| items.contains(item))
            .unwrap();
        assert_eq!(gone, items.len());
    });
    assert_eq!(edited, after);
}

#[test]
fn a_new_key_comes_last() {
    check_set(
        "{\n  \"theme\": \"dark\"\n}\n",
        &["model"],
        &json!("a/b"),
        "{\n  \"theme\": \"dark\",\n  \"model\": \"a/b\"\n}\n",
    );
}

#[test]
fn tabs_are_kept() {
    check_set(
        "{\n\t\"theme\": \"dark\",\n\t\"permission\": {\n\t\t\"edit\": \"ask\"\n\t}\n}\n",
        &["mcp", "x"],
        &json!({"type": "remote", "urls": ["a"]}),
        "{\n\t\"theme\": \"dark\",\n\t\"permission\": {\n\t\t\"edit\": \"ask\"\n\t},\n\t\"mcp\": {\n\t\t\"x\": {\n\t\t\t\"type\": \"remote\",\n\t\t\t\"urls\": [\n\t\t\t\t\"a\"\n\t\t\t]\n\t\t}\n\t}\n}\n",
    );
}

#[test]
fn carriage_returns_are_kept() {
    check_set(
        "{\r\n    \"a\": 1\r\n}\r\n",
        &["l"],
        &json!(["x"]),
        "{\r\n    \"a\": 1,\r\n    \"l\": [\r\n        \"x\"\r\n    ]\r\n}\r\n",
    );
    check_remove(
        "{\r\n    \"a\": 1,\r\n    \"b\": 2\r\n}\r\n",
        &["b"],
        "{\r\n    \"a\": 1\r\n}\r\n",
    );
}

#[test]
fn a_comment_stays_with_its_property() {
    check_set(
        "{\n  \"theme\": \"dark\" // my favourite\n}\n",
        &["model"],
        &json!("a/b"),
        "{\n  \"theme\": \"dark\", // my favourite\n  \"model\": \"a/b\"\n}\n",
    );
    check_set(
        "{\n  \"theme\": \"dark\", // my favourite\n  // \"old\": 1\n}\n",
        &["model"],
        &json!("a/b"),
        "{\n  \"theme\": \"dark\", // my favourite\n  \"model\": \"a/b\",\n  // \"old\": 1\n}\n",
    );
}

#[test]
fn trailing_commas_are_kept_and_not_spread() {
    check_push(
        "{\n  \"l\": [\n    1,\n  ]\n}\n",
        &json!(2),
        "{\n  \"l\": [\n    1,\n    2,\n  ]\n}\n",
    );
    check_push("{ \"l\": [1, ] }\n", &json!(2), "{ \"l\": [1, 2, ] }\n");
    check_drop(
        "{\n  \"l\": [\n    1,\n    2,\n  ],\n}\n",
        &[json!(2)],
        "{\n  \"l\": [\n    1,\n  ],\n}\n",
    );
}

#[test]
fn a_list_gains_and_loses_lines() {
    let three = lines(&[
        "{",
        "  \"l\": [",
        "    \"a\",",
        "    \"b\",",
        "    \"c\"",
        "  ],",
        "  \"x\": 1",
        "}",
    ]);
    let four = lines(&[
        "{",
        "  \"l\": [",
        "    \"a\",",
        "    \"b\",",
        "    \"c\",",
        "    \"d\"",
        "  ],",
        "  \"x\": 1",
        "}",
    ]);
    check_push(&three, &json!("d"), &four);
    check_drop(&four, &[json!("d")], &three);
    check_drop(
        &four,
        &[json!("a"), json!("c")],
        &lines(&[
            "{",
            "  \"l\": [",
            "    \"b\",",
            "    \"d\"",
            "  ],",
            "  \"x\": 1",
            "}",
        ]),
    );
    check_drop(
        &four,
        &[json!("a"), json!("b"), json!("c"), json!("d")],
        &lines(&["{", "  \"l\": [],", "  \"x\": 1", "}"]),
    );
}

#[test]
fn an_inline_list_stays_inline() {
    check_push(
        "{ \"l\": [ \"a\" ] }\n",
        &json!("b"),
        "{ \"l\": [ \"a\", \"b\" ] }\n",
    );
    check_push(
        "{\"l\":[\"a\",\"b\"]}\n",
        &json!({"c": [1, 2]}),
        "{\"l\":[\"a\",\"b\",{\"c\":[1,2]}]}\n",
    );
    check_push("{ \"l\": [] }\n", &json!("b"), "{ \"l\": [\"b\"] }\n");
    check_push("{\"l\":[]}", &json!("b"), "{\"l\":[\"b\"]}\n");
    check_drop(
        "{ \"l\": [ \"a\", \"b\", \"c\" ] }\n",
        &[json!("a")],
        "{ \"l\": [ \"b\", \"c\" ] }\n",
    );
    check_drop(
        "{ \"l\": [ \"a\", \"b\", \"c\" ] }\n",
        &[json!("b")],
        "{ \"l\": [ \"a\", \"c\" ] }\n",
    );
    check_drop(
        "{ \"l\": [ \"a\", \"b\", \"c\" ] }\n",
        &[json!("c")],
        "{ \"l\": [ \"a\", \"b\" ] }\n",
    );
    check_drop(
        "{ \"l\": [ \"a\", \"b\", \"c\" ] }\n",
        &[json!("b"), json!("c")],
        "{ \"l\": [ \"a\" ] }\n",
    );
    check_drop(
        "{ \"l\": [ \"a\", \"b\", ] }\n",
        &[json!("b")],
        "{ \"l\": [ \"a\", ] }\n",
    );
    check_drop("{ \"l\": [ \"a\" ] }\n", &[json!("a")], "{ \"l\": [] }\n");
}

#[test]
fn an_empty_list_is_filled_as_its_surroundings() {
    check_push(
        "{\n  \"l\": []\n}\n",
        &json!(1),
        "{\n  \"l\": [\n    1\n  ]\n}\n",
    );
    check_push(
        "{\n  \"l\": [\n  ]\n}\n",
        &json!(1),
        "{\n  \"l\": [\n    1\n  ]\n}\n",
    );
    check_push(
        "{\n  \"l\": [\n    // none\n  ]\n}\n",
        &json!(1),
        "{\n  \"l\": [\n    // none\n    1\n  ]\n}\n",
    );
    check_push(
        "{ \"l\": [ /* none */ ] }\n",
        &json!(1),
        "{ \"l\": [ /* none */ 1 ] }\n",
    );
    check_push("{}", &json!(1), "{\n  \"l\": [\n    1\n  ]\n}\n");
    check_push("{ }\n", &json!(1), "{\n  \"l\": [\n    1\n  ]\n}\n");
    check_push(
        "{\n  \"a\": 1\n}\n",
        &json!(1),
        "{\n  \"a\": 1,\n  \"l\": [\n    1\n  ]\n}\n",
    );
}

#[test]
fn comments_go_with_their_entry_and_no_other() {
    let before = lines(&[
        "{",
        "  \"l\": [ // all of them",
        "    // a heading",
        "",
        "    // about a",
        "    \"a\", // a too",
        "    \"b\", /* b",
        "            too */",
        "    // about c",
        "    /* and */ \"c\" // c too",
        "    // the end",
        "  ]",
        "}",
    ]);
    check_drop(
        &before,
        &[json!("a")],
        &lines(&[
            "{",
            "  \"l\": [ // all of them",
            "    // a heading",
            "",
            "    // about a",
            "    \"b\", /* b",
            "            too */",
            "    // about c",
            "    /* and */ \"c\" // c too",
            "    // the end",
            "  ]",
            "}",
        ]),
    );
    check_drop(
        &before,
        &[json!("b"), json!("c")],
        &lines(&[
            "{",
            "  \"l\": [ // all of them",
            "    // a heading",
            "",
            "    // about a",
            "    \"a\" // a too",
            "    // the end",
            "  ]",
            "}",
        ]),
    );
    check_drop(
        &before,
        &[json!("a"), json!("b"), json!("c")],
        &lines(&[
            "{",
            "  \"l\": [ // all of them",
            "    // a heading",
            "",
            "    // the end",
            "  ]",
            "}",
        ]),
    );
}

#[test]
fn commas_at_line_starts_are_borne() {
    let before = "{ \"a\": 1\n, \"b\": 2 // two\n, \"c\": 3\n}\n";
    check_set(
        before,
        &["d"],
        &json!(4),
        "{ \"a\": 1\n, \"b\": 2 // two\n, \"c\": 3,\n  \"d\": 4\n}\n",
    );
    check_remove(before, &["a"], "{\n \"b\": 2 // two\n, \"c\": 3\n}\n");
    check_remove(before, &["b"], "{ \"a\": 1\n,\n \"c\": 3\n}\n");
    check_remove(before, &["c"], "{ \"a\": 1\n, \"b\": 2 // two\n}\n");
}

#[test]
fn only_the_differing_leaf_of_an_object_is_touched() {
    check_set(
        "{\n  \"mcp\": {\n    \"a\": { \"type\": \"local\", /* slow */ \"command\": [\"x\", /* y */ \"y\"], \"n\": 1.0 },\n  },\n}\n",
        &["mcp", "a"],
        &json!({"type": "remote", "command": ["x", "y", "z"], "n": 1, "m": {"k": []}}),
        "{\n  \"mcp\": {\n    \"a\": { \"type\": \"remote\", /* slow */ \"command\": [\"x\", /* y */ \"y\", \"z\"], \"n\": 1.0, \"m\": { \"k\": [] } },\n  },\n}\n",
    );
}

#[test]
fn members_come_and_go_in_the_given_order() {
    let before = "{\n  \"p\": {\n    // every\n    \"*\": \"ask\",\n    \"b\": \"deny\", // never\n    \"c\": \"allow\"\n  }\n}\n";
    check_set(
        before,
        &["p"],
        &json!({"first": 1, "*": "ask", "between": 2, "c": "deny"}),
        "{\n  \"p\": {\n    \"first\": 1,\n    // every\n    \"*\": \"ask\",\n    \"between\": 2,\n    \"c\": \"deny\"\n  }\n}\n",
    );
    check_set(
        before,
        &["p"],
        &json!({"b": "deny", "*": "ask"}),
        "{\n  \"p\": {\n    \"b\": \"deny\",\n    \"*\": \"ask\"\n  }\n}\n",
    );
    check_set(
        before,
        &["p"],
        &json!({"z": 1}),
        "{\n  \"p\": {\n    \"z\": 1\n  }\n}\n",
    );
    check_set(before, &["p"], &json!({}), "{\n  \"p\": {}\n}\n");
    check_set(
        "{ \"p\": { \"a\": 1, \"b\": 2 } }\n",
        &["p"],
        &json!({"a": 1, "c": 3}),
        "{ \"p\": { \"a\": 1, \"c\": 3 } }\n",
    );
    check_set(
        "{ \"p\": { \"a\": 1, \"b\": 2 } }\n",
        &["p"],
        &json!({"c": 3, "b": 2}),
        "{ \"p\": { \"c\": 3, \"b\": 2 } }\n",
    );
}

#[test]
fn list_items_keep_their_comments_where_they_stay() {
    let before = "{\n  \"l\": [\n    1, // one\n    2, // two\n    3 // three\n  ]\n}\n";
    check_set(
        before,
        &["l"],
        &json!([1, 3]),
        "{\n  \"l\": [\n    1, // one\n    3 // three\n  ]\n}\n",
    );
    check_set(
        before,
        &["l"],
        &json!([0, 1, 2, 3]),
        "{\n  \"l\": [\n    0,\n    1, // one\n    2, // two\n    3 // three\n  ]\n}\n",
    );
    check_set(
        before,
        &["l"],
        &json!([1, 5, 3]),
        "{\n  \"l\": [\n    1, // one\n    5, // two\n    3 // three\n  ]\n}\n",
    );
    check_set(
        before,
        &["l"],
        &json!([1, 2, 3, 4, 5]),
        "{\n  \"l\": [\n    1, // one\n    2, // two\n    3, // three\n    4,\n    5\n  ]\n}\n",
    );
    check_set(before, &["l"], &json!([]), "{\n  \"l\": []\n}\n");
}

#[test]
fn another_kind_of_value_is_printed_as_its_surroundings() {
    check_set(
        "{\n  \"l\": \"solo\" // one\n}\n",
        &["l"],
        &json!(["solo", "next"]),
        "{\n  \"l\": [\n    \"solo\",\n    \"next\"\n  ] // one\n}\n",
    );
    check_set(
        "{ \"l\": \"solo\" }\n",
        &["l"],
        &json!(["solo", "next"]),
        "{ \"l\": [\"solo\", \"next\"] }\n",
    );
    check_set(
        "{\n  \"l\": [\n    1\n  ]\n}\n",
        &["l"],
        &json!(null),
        "{\n  \"l\": null\n}\n",
    );
}

#[test]
fn an_equal_value_changes_nothing() {
    let before = "{ \"a\" : 1e2, \"b\":[ 1 , 2 ] /* c */ }";
    let mut document = JsoncDocument::parse(before.as_bytes()).unwrap();
    document.set(&["a"], &json!(100)).unwrap();
    document.set(&["b"], &json!([1, 2])).unwrap();
    document
        .merge(json!({"a": 100.0}).as_object().unwrap())
        .unwrap();
    assert!(!document.remove(&["nope"]).unwrap());
    assert!(!document.remove(&["a", "nope"]).unwrap());
    assert_eq!(document.remove_items(&["nope"], &|_, _| true).unwrap(), 0);
    assert!(!document.is_changed());
    assert_eq!(document.into_bytes(), before.as_bytes());
}

#[test]
fn text_without_a_value_is_patched_into_an_object() {
    for (before, after) in [
        ("", "{\n  \"m\": {\n    \"k\": 1\n  }\n}\n"),
        (" \n\t", "{\n  \"m\": {\n    \"k\": 1\n  }\n}\n"),
        ("// only", "// only\n{\n  \"m\": {\n    \"k\": 1\n  }\n}\n"),
        (
            "/* a */\r\n",
            "/* a */\r\n{\r\n  \"m\": {\r\n    \"k\": 1\r\n  }\r\n}\r\n",
        ),
    ] {
        assert!(JsoncDocument::parse(before.as_bytes()).unwrap().is_blank());
        check_set(before, &["m", "k"], &json!(1), after);
    }
}

#[test]
fn the_byte_order_mark_stays() {
    let mut document = JsoncDocument::parse("\u{feff}{}".as_bytes()).unwrap();
    document.set(&["a"], &json!(1)).unwrap();
    assert_eq!(
        document.into_bytes(),
        "\u{feff}{\n  \"a\": 1\n}\n".as_bytes()
    );
}

#[test]
fn keys_are_literal() {
    check_set("{}\n", &["a.b/c"], &json!(1), "{\n  \"a.b/c\": 1\n}\n");
    check_set(
        "{ \"\\u0061\": 1 }\n",
        &["a"],
        &json!(2),
        "{ \"\\u0061\": 2 }\n",
    );
    check_set(
        "{ \"a\": 1 }\n",
        &["q\"\n"],
        &json!("ü\u{1}"),
        "{ \"a\": 1, \"q\\\"\\n\": \"ü\\u0001\" }\n",
    );
    check_set(
        "{}\n",
        &["__proto__"],
        &json!({}),
        "{\n  \"__proto__\": {}\n}\n",
    );
}
