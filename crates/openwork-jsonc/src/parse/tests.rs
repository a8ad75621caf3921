use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use proptest::prelude::*;

use super::*;

/// What stands where, one line a value, key or comment.
type Outline = Vec<(Range<usize>, String)>;

fn of_tree(node: &Node, text: &str, out: &mut Outline) {
    let what = match &node.kind {
        NodeKind::Object(_) => "object".to_owned(),
        NodeKind::Array(_) => "array".to_owned(),
        NodeKind::Scalar => match LenientText::string(node.source(text)) {
            Some(text) => format!("text {text}"),
            None => format!("scalar {}", node.source(text)),
        },
    };
    out.push((node.start..node.end, what));
    match &node.kind {
        NodeKind::Object(members) => {
            for member in members {
                out.push((member.key.clone(), format!("key {}", member.name(text))));
                of_tree(&member.value, text, out);
            }
        }
        NodeKind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                out.push((item.start..item.end, format!("item {index}")));
                of_tree(item, text, out);
            }
        }
        NodeKind::Scalar => {}
    }
}

fn of_ast(value: &Value<'_>, text: &str, out: &mut Outline) {
    let range = value.start()..value.end();
    let what = match value {
        Value::Object(_) => "object".to_owned(),
        Value::Array(_) => "array".to_owned(),
        Value::StringLit(text) => format!("text {}", text.value),
        _ => format!("scalar {}", &text[range.clone()]),
    };
    out.push((range, what));
    match value {
        Value::Object(object) => {
            for property in &object.properties {
                let name = &property.name;
                let what = format!("key {}", name.as_str());
                out.push((name.start()..name.end(), what));
                of_ast(&property.value, text, out);
            }
        }
        Value::Array(array) => {
            for (index, item) in array.elements.iter().enumerate() {
                out.push((item.start()..item.end(), format!("item {index}")));
                of_ast(item, text, out);
            }
        }
        _ => {}
    }
}

/// What this parser makes of a text.
fn ours(text: &str) -> Option<Outline> {
    ours_within(text, 0..text.len())
}

/// What this parser makes of a text of which a stretch matters.
fn ours_within(text: &str, within: Range<usize>) -> Option<Outline> {
    let parsed = LenientText::parse(text, within)?;
    let mut out = Vec::new();
    if let Some(root) = &parsed.root {
        of_tree(root, text, &mut out);
    }
    let comment = |range: &Range<usize>| (range.clone(), "comment".to_owned());
    out.extend(parsed.comments.iter().map(comment));
    Some(out)
}

/// What the library makes of it.
fn the_librarys(text: &str) -> Option<Outline> {
    let collect = CollectOptions {
        comments: CommentCollectionStrategy::Separate,
        tokens: false,
    };
    let parsed = parse_to_ast(text, &collect, &ParseOptions::default()).ok()?;
    let mut out = Vec::new();
    if let Some(root) = &parsed.value {
        of_ast(root, text, &mut out);
    }
    let lists = parsed.comments.iter().flat_map(|map| map.values());
    let mut comments: Vec<_> = lists
        .flat_map(|list| list.iter())
        .map(|comment| (comment.start()..comment.end(), "comment".to_owned()))
        .collect();
    comments.sort_by_key(|(range, _)| range.start);
    comments.dedup();
    out.extend(comments);
    Some(out)
}

/// Tokens, all that the most lenient reading knows and some that it does not.
fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"\\u0041\\n\"",
        "'b'",
        "'\"'",
        "'\\x41'",
        "word",
        "1",
        "-2.5e3",
        "0xF",
        "+1",
        "01",
        "-0.50",
        "-",
        "1.",
        "12a",
        "truer",
        ".5",
        "true",
        "false",
        "null",
        "Infinity",
        "// c\n",
        "/* d */",
        " ",
        "\n",
        "\u{a0}",
        "ä",
        "/",
        "\"",
        "\\",
        "*/",
        "\u{0}",
    ])
}

/// Texts that are nearly always taken.
fn loose() -> impl Strategy<Value = String> {
    loose_between(vec![",", " ", ",\n// c\n", "/* d */,", ", // e\n"])
}

fn loose_between(gaps: Vec<&'static str>) -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "\"a\"", "'b'", "'\\x41'", "\"\\\"\"", "0xF", "null", "-12.5", "true",
    ]);
    let scalar = scalar.prop_map(str::to_owned);
    let gap = prop::sample::select(gaps);
    scalar.prop_recursive(4, 40, 5, move |inner| {
        let key = prop::sample::select(vec!["\"a\"", "word", "'q'", "1", "true", "\"\\u0062\""]);
        let member = (key, inner.clone(), gap.clone())
            .prop_map(|(key, value, gap)| format!("{key}: {value}{gap}"));
        let item = (inner, gap.clone()).prop_map(|(value, gap)| format!("{value}{gap}"));
        prop_oneof![
            prop::collection::vec(member, 0..5).prop_map(|all| format!("{{{}}}", all.concat())),
            prop::collection::vec(item, 0..5).prop_map(|all| format!("[{}]", all.concat())),
        ]
    })
}

proptest! {
    #[test]
    fn the_lenient_reading_of_any_tokens_is_the_librarys(
        tokens in prop::collection::vec(token(), 0..12),
    ) {
        let text = tokens.concat();
        prop_assert_eq!(ours(&text), the_librarys(&text), "{:?}", text);
    }

    #[test]
    fn what_is_kept_of_a_stretch_is_what_lies_in_it(
        text in loose(),
        ends in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let (one, other) = (ends.0.index(text.len() + 1), ends.1.index(text.len() + 1));
        let within = one.min(other)..one.max(other);
        let in_it = |outline: Option<Outline>| -> Outline {
            let all = outline.unwrap().into_iter();
            let all = all.filter(|(range, _)| range.start < within.end && within.start < range.end);
            // Where a container ends that reaches further is not looked for.
            all.map(|(range, what)| (range.start..range.end.min(within.end), what)).collect()
        };
        prop_assert_eq!(in_it(ours_within(&text, within.clone())), in_it(ours(&text)), "{:?}", text);
    }

    #[test]
    fn what_follows_a_stretch_does_not_matter(
        text in loose_between(vec![",", " ", ",\n"]),
        end in any::<prop::sample::Index>(),
        tail in "[{}\\[\\],:\"'a]{1,5}",
    ) {
        let ends: Vec<usize> = text.match_indices([',', ' ', ']', '}']).map(|(at, _)| at).collect();
        let end = if ends.is_empty() { return Ok(()) } else { *end.get(&ends) };
        let cut = format!("{}{}", &text[..=end], tail);
        let at_least = |outline: Option<Outline>| -> Outline {
            let all = outline.unwrap().into_iter();
            all.filter(|(range, _)| range.end < end).collect()
        };
        prop_assert_eq!(
            at_least(ours_within(&cut, 0..end)), at_least(ours(&text)), "{:?} {:?}", text, cut
        );
    }

    #[test]
    fn the_lenient_reading_of_loose_texts_is_the_librarys(text in loose()) {
        let outline = ours(&text);
        prop_assert!(outline.is_some(), "{:?}", text);
        prop_assert_eq!(outline, the_librarys(&text), "{:?}", text);
    }
}
