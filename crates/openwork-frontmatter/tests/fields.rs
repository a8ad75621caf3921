//! Headers as people write them: what is read, and what setting fields leaves behind.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use openwork_frontmatter::{
    FieldValue, FrontmatterError, HeaderField, parse, render, with_fields, without_fields,
};

fn text(text: &str) -> HeaderField {
    HeaderField::Text(text.to_owned())
}

#[track_caller]
fn check_fields(header: &str, fields: &[(&str, HeaderField)]) {
    let file = format!("---\n{header}---\nbody\n");
    let document = parse(&file).unwrap();
    let found: Vec<(&str, HeaderField)> = document
        .fields()
        .map(|(key, field)| (key, field.clone()))
        .collect();
    assert_eq!(found, fields);
    assert!(document.has_header());
    assert_eq!(document.body(), "body\n");
}

#[track_caller]
fn check_set(before: &str, set: &[(&str, FieldValue<'_>)], after: &str) {
    let edited = with_fields(before, set).unwrap();
    assert_eq!(edited, after);
    let document = parse(&edited).unwrap();
    for (key, value) in set {
        assert_eq!(document.get(key).unwrap(), value);
    }
    assert_eq!(with_fields(&edited, set).unwrap(), edited);
}

#[test]
fn ordinary_headers_are_read() {
    check_fields(
        "# ours\nname: more\n\ndescription:   Says:nothing   \nsubtask: true\nmodel:\nagent: 'it'\ntitle: \"# a: b\"\n",
        &[
            ("name", text("more")),
            ("description", text("Says:nothing")),
            ("subtask", HeaderField::Bool(true)),
            ("model", HeaderField::Null),
            ("agent", text("it")),
            ("title", text("# a: b")),
        ],
    );
}

#[test]
fn unusual_headers_are_read() {
    check_fields(
        "license: MIT\nmetadata:\n  owner: jo\n  tags: [a, b]\n# note\nname: more # here\ndescription: More fields\nallowed-tools:\n  - read\n",
        &[
            ("license", text("MIT")),
            ("metadata", HeaderField::Other),
            ("name", text("more")),
            ("description", text("More fields")),
            ("allowed-tools", HeaderField::Other),
        ],
    );
    check_fields(
        "\"name\": 'quo''ted'\n? description\n: \"Says: \\\"hi\\\" # not a comment\"\nfolded: >-\n  a\n  b\nliteral: |\n  a\n  b\nlong: a\n  b\n",
        &[
            ("name", text("quo'ted")),
            ("description", text("Says: \"hi\" # not a comment")),
            ("folded", text("a b")),
            ("literal", text("a\nb\n")),
            ("long", text("a b")),
        ],
    );
    check_fields(
        "a: 2024-01-01\nb: 12:30\nc: !!str 12\nd: &x text\ne: *x\nf: !!int \"1\"\ng: ~\nh: \"12\"\ni: 1.2.3\nj: No\n",
        &[
            ("a", HeaderField::Other),
            ("b", HeaderField::Other),
            ("c", text("12")),
            ("d", text("text")),
            ("e", text("text")),
            ("f", HeaderField::Other),
            ("g", HeaderField::Null),
            ("h", text("12")),
            ("i", text("1.2.3")),
            ("j", text("No")),
        ],
    );
    check_fields(
        "{name: a, b: [1, {c: d}]}\n",
        &[("name", text("a")), ("b", HeaderField::Other)],
    );
}

#[test]
fn a_header_may_be_empty_or_missing() {
    for header in ["", "# only\n", "\n", "null\n", "~\n"] {
        check_fields(header, &[]);
    }
    let document = parse("\u{feff}# Only text\n").unwrap();
    assert!(!document.has_header());
    assert_eq!(document.body(), "# Only text\n");
    assert_eq!(document.text_of("name"), None);
}

#[test]
fn carriage_returns_are_line_ends() {
    let document =
        parse("\u{feff}---\r\nname: crlf\r\ndescription: >\r\n  a\r\n  b\r\n---\r\nBody\r\n");
    let document = document.unwrap();
    assert_eq!(document.text_of("name"), Some("crlf"));
    assert_eq!(document.text_of("description"), Some("a b\n"));
    assert_eq!(document.body(), "Body\r\n");
    let document = parse("---\r\nname: crlf\r\nok: TRUE\r\n---\r\n").unwrap();
    assert_eq!(
        (document.text_of("name"), document.bool_of("ok")),
        (Some("crlf"), Some(true))
    );
}

#[test]
fn broken_headers_are_refused_with_their_line() {
    let errors: Vec<String> = [
        "---\nname: a\ndescription: [unclosed\n---\nx\n",
        "---\nname: [a\n---\nx",
        "---\na: 1\ndescription: Use when: x\n---\n",
        "---\nname: a\nname: b\n---\n",
        "---\na: \"b\n---\n",
        "---\na: b\n--- c\n---\n",
        "---\na: *b\n---\n",
        "---\n[a]: b\n---\n",
        "---\na: b\u{1}\n---\n",
        "---\n- a\n---\n",
        "---\ntext\n---\n",
        "---\n12\n---\n",
    ]
    .iter()
    .map(|file| parse(file).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    the frontmatter is broken at line 3: unclosed bracket '['
    the frontmatter is broken at line 2: unclosed bracket '['
    the frontmatter is broken at line 3: mapping values are not allowed in this context
    the frontmatter is broken at line 3: the key "name" is there twice
    the frontmatter is broken at line 2: unclosed quote
    the frontmatter is broken at line 3: a header is a single document
    the frontmatter is broken at line 2: while parsing node, found unknown anchor
    the frontmatter is broken at line 2: a key has to be text
    the frontmatter is broken at line 2: a control character has to be escaped
    the frontmatter is no map of fields
    the frontmatter is no map of fields
    the frontmatter is no map of fields
    "#);
}

/// Each key must not be compared with all others: a file of 1 MiB would take minutes.
#[test]
fn a_header_may_have_very_many_fields() {
    let fields = (0..30_000).map(|n| format!("k{n}: v\n"));
    let header: String = fields.collect();
    let text = format!("---\n{header}---\n");
    assert_eq!(parse(&text).unwrap().fields().count(), 30_000);
    let twice = format!("---\n{header}k7: v\n---\n");
    assert_eq!(
        parse(&twice).unwrap_err().to_string(),
        "the frontmatter is broken at line 30002: the key \"k7\" is there twice"
    );
}

/// Were aliases expanded without end, a header of 100 KB would take 300 MB.
#[test]
fn aliases_repeat_some_text_and_no_more() {
    let header = |length: usize, aliases: usize| {
        let repeated = (0..aliases).map(|n| format!("k{n}: *t\n"));
        let repeated: String = repeated.collect();
        format!("---\nt: &t {}\n{repeated}---\n", "x".repeat(length))
    };
    let text = header(1 << 10, 64);
    let document = parse(&text).unwrap();
    assert_eq!(document.text_of("k63"), Some("x".repeat(1 << 10).as_str()));
    for (length, aliases, line) in [(1 << 10, 65, 67), (30_000, 10_000, 5)] {
        assert_eq!(
            parse(&header(length, aliases)).unwrap_err().to_string(),
            format!("the frontmatter is broken at line {line}: aliases repeat too much text")
        );
    }
}

#[test]
fn fields_are_rendered_one_a_line() {
    let fields = [
        ("name", FieldValue::Text("daily-report")),
        ("description", FieldValue::Text("Daily report")),
        ("agent", FieldValue::Text("build: it")),
        ("model", FieldValue::Text("anthropic/claude")),
        ("subtask", FieldValue::Bool(true)),
    ];
    assert_eq!(
        render(&fields, "\nSummarise yesterday\n"),
        "---\nname: daily-report\ndescription: Daily report\nagent: \"build: it\"\nmodel: anthropic/claude\nsubtask: true\n---\n\nSummarise yesterday\n"
    );
    assert_eq!(render(&[], ""), "---\n---\n");
}

#[test]
fn fields_are_set_in_place_or_added_at_the_end() {
    check_set(
        "---\nlicense: MIT # ours\n\n# the name\nname: old   \nmetadata:\n  owner: jo\n---\n\nname: x\n",
        &[
            ("name", FieldValue::Text("new")),
            ("description", FieldValue::Text("12:30")),
        ],
        "---\nlicense: MIT # ours\n\n# the name\nname: new   \nmetadata:\n  owner: jo\ndescription: \"12:30\"\n---\n\nname: x\n",
    );
    check_set(
        "---\nname: 'same'\ndescription: 2024-01-01 # when\n---\n",
        &[
            ("name", FieldValue::Text("same")),
            ("description", FieldValue::Text("2024-01-01")),
        ],
        "---\nname: 'same'\ndescription: \"2024-01-01\" # when\n---\n",
    );
    check_set(
        "\u{feff}---\r\nname: a\r\n---\r\nbody\r\n",
        &[
            ("name", FieldValue::Text("b")),
            ("subtask", FieldValue::Bool(false)),
        ],
        "\u{feff}---\r\nname: b\r\nsubtask: false\r\n---\r\nbody\r\n",
    );
    check_set(
        "---\n---\n",
        &[("a", FieldValue::Text("b"))],
        "---\na: b\n---\n",
    );
    check_set(
        "---\n# c\n---",
        &[("a", FieldValue::Text("b"))],
        "---\n# c\na: b\n---",
    );
}

#[test]
fn values_over_several_lines_are_replaced_whole() {
    check_set(
        "---\nname: a\ndescription: >-\n  one\n\n  two\n\n# about b\nb: c\n---\n",
        &[("description", FieldValue::Text("x"))],
        "---\nname: a\ndescription: x\n\n# about b\nb: c\n---\n",
    );
    check_set(
        "---\ndescription:\n  - one\n  - two\nb: |\n  c\n---\n",
        &[
            ("description", FieldValue::Text("x")),
            ("b", FieldValue::Text("y\n")),
        ],
        "---\ndescription: x\nb: \"y\\n\"\n---\n",
    );
    check_set(
        "---\ndescription: \"a\n  b\" # c\nb:\n---\n",
        &[
            ("description", FieldValue::Text("x")),
            ("b", FieldValue::Text("z")),
        ],
        "---\ndescription: x # c\nb: z\n---\n",
    );
    check_set(
        "---\n  a: b\n  c : d # e\n---\n",
        &[("c", FieldValue::Text("x")), ("g", FieldValue::Text("z"))],
        "---\n  a: b\n  c : x # e\n  g: z\n---\n",
    );
    check_set(
        "---\na: !!str 1\nb: &x c\n---\n",
        &[("a", FieldValue::Text("2")), ("b", FieldValue::Text("d"))],
        "---\na: \"2\"\nb: d\n---\n",
    );
}

#[test]
fn text_without_a_header_gets_one() {
    check_set(
        "# Body\n",
        &[("name", FieldValue::Text("a"))],
        "---\nname: a\n---\n# Body\n",
    );
    check_set(
        "\u{feff}Body\r\n",
        &[("name", FieldValue::Text("a"))],
        "\u{feff}---\nname: a\n---\nBody\r\n",
    );
    check_set(
        "---\nno end\n",
        &[("name", FieldValue::Text("a"))],
        "---\nname: a\n---\n---\nno end\n",
    );
}

#[test]
fn what_cannot_be_set_by_line_is_refused() {
    let not_editable = |key: &str| {
        Err(FrontmatterError::NotEditable {
            key: key.to_owned(),
        })
    };
    let set = |file: &str, key: &str| with_fields(file, &[(key, FieldValue::Text("x"))]);
    assert_eq!(set("---\n{a: b}\n---\n", "a"), not_editable("a"));
    assert_eq!(set("---\n{a: b}\n---\n", "c"), not_editable("c"));
    assert_eq!(set("---\n? a\n: b\n---\n", "a"), not_editable("a"));
    assert_eq!(set("---\nnull\n---\n", "a"), not_editable("a"));
    assert_eq!(set("---\na: &n b\nc: *n\n---\n", "a"), not_editable("a"));
    assert_eq!(set("---\n- a\n---\n", "a"), Err(FrontmatterError::NotAMap));
    assert_eq!(
        set("---\n{a: x}\n---\n", "a").unwrap(),
        "---\n{a: x}\n---\n"
    );
}

#[test]
fn a_value_is_told_by_how_it_is_written() {
    let text = "---\na: [x, y] # z\nb:\n  - one # o\n  - two\nc: 'it'\n---\n";
    let document = parse(text).unwrap();
    assert_eq!(document.source_of("a"), Some(" [x, y]"));
    assert_eq!(document.source_of("b"), Some("\n  - one # o\n  - two"));
    assert_eq!(document.source_of("c"), Some(" 'it'"));
    assert_eq!(document.source_of("d"), None);
    assert_eq!(parse("---\n{ a: x }\n---\n").unwrap().source_of("a"), None);
}

#[test]
fn a_field_goes_with_its_lines_and_nothing_else() {
    for (before, key, after) in [
        ("a: 1 # one\nb: 2\n", "a", "b: 2\n"),
        (
            "# top\na: x\n# over b\nb: 2\n",
            "a",
            "# top\n# over b\nb: 2\n",
        ),
        ("a: >\n  x\n  y\nb: 2\n", "a", "b: 2\n"),
        ("a:\n  - x\n  - y # z\nb: 2\n", "a", "b: 2\n"),
        ("b: 2\n\"a\": null\n", "a", "b: 2\n"),
        ("a: x\r\nb: y\r\n", "a", "b: y\r\n"),
        ("a: x\n", "a", ""),
        ("a: x\n", "b", "a: x\n"),
    ] {
        let before = format!("---\n{before}---\n\nbody\n");
        let after = format!("---\n{after}---\n\nbody\n");
        assert_eq!(
            without_fields(&before, &[key]).unwrap(),
            after,
            "{before:?}"
        );
    }
    let bare = "no header\n";
    assert_eq!(without_fields(bare, &["a"]).unwrap(), bare);
}

#[test]
fn a_field_that_others_rest_on_is_not_taken_out() {
    for header in ["{a: x, b: y}\n", "? a\n: x\nb: y\n", "a: &x v\nb: *x\n"] {
        let text = format!("---\n{header}---\n");
        let refused = without_fields(&text, &["a"]);
        assert!(
            matches!(refused, Err(FrontmatterError::NotEditable { .. })),
            "{header:?}: {refused:?}"
        );
    }
}
