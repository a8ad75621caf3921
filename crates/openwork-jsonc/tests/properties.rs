//! What holds for every edit of every configuration file.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::Range;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::tokens::Token;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use openwork_jsonc::{JsoncDocument, JsoncError};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Writes values with comments everywhere and a layout that nobody would choose.
struct Untidy<'c> {
    choices: std::iter::Cycle<std::slice::Iter<'c, u8>>,
    comments: usize,
    text: String,
}

impl<'c> Untidy<'c> {
    fn new(choices: &'c [u8]) -> Self {
        Self {
            choices: choices.iter().cycle(),
            comments: 0,
            text: String::new(),
        }
    }

    fn pick(&mut self, of: u8) -> u8 {
        self.choices.next().copied().unwrap_or_default() % of
    }

    fn trivia(&mut self) {
        for _ in 0..self.pick(3) {
            let number = self.comments;
            let piece = match self.pick(12) {
                0 => format!("// {number}\n"),
                1 => format!("/* {number} */"),
                2 => format!("/* {number}\n \"[{{,*/"),
                3 | 4 => "\n".to_owned(),
                5 => "\n\n".to_owned(),
                6 => "\n  ".to_owned(),
                7 => "\n\t".to_owned(),
                8 => "\t".to_owned(),
                9 => "   ".to_owned(),
                _ => " ".to_owned(),
            };
            self.comments += usize::from(piece.contains('/'));
            self.text.push_str(&piece);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                self.entries(('{', '}'), members.iter(), |this, (key, value)| {
                    this.string(key);
                    this.trivia();
                    this.text.push(':');
                    this.trivia();
                    this.value(value);
                });
            }
            Value::Array(items) => self.entries(('[', ']'), items.iter(), Self::value),
            Value::String(text) => self.string(text),
            other => self.text.push_str(&other.to_string()),
        }
    }

    fn entries<T>(
        &mut self,
        (open, close): (char, char),
        entries: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.text.push(open);
        let count = entries.len();
        for (index, entry) in entries.enumerate() {
            self.trivia();
            write(self, entry);
            self.trivia();
            if index + 1 < count || self.pick(3) == 0 {
                self.text.push(',');
            }
        }
        self.trivia();
        self.text.push(close);
    }

    fn string(&mut self, text: &str) {
        let plain = Value::from(text).to_string();
        let spelled = if self.pick(4) == 0 {
            plain.replace('a', "\\u0061")
        } else {
            plain
        };
        self.text.push_str(&spelled);
    }
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..4).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1.0e6..1.0e6f64).prop_map(Value::from),
        "[a-c]{0,2}|// x|é😀\u{2028}\u{0}\t\"\\\\".prop_map(Value::from),
    ]
}

fn key() -> impl Strategy<Value = String> {
    "[a-e]|plugin|a\\.b/~c|__proto__|é|"
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((key(), value()), 0..6).prop_map(|members| members.into_iter().collect())
}

/// A text and what it says.
fn file() -> impl Strategy<Value = (String, Map<String, Value>)> {
    (
        object(),
        prop::collection::vec(any::<u8>(), 1..200),
        any::<bool>(),
    )
        .prop_map(|(members, choices, returns)| {
            let mut untidy = Untidy::new(&choices);
            untidy.trivia();
            untidy.value(&Value::Object(members.clone()));
            untidy.trivia();
            untidy.text.push('\n');
            let text = untidy.text;
            (
                if returns {
                    text.replace('\n', "\r\n")
                } else {
                    text
                },
                members,
            )
        })
}

#[derive(Debug, Clone)]
enum Change {
    Set(Vec<String>, Value),
    Merge(Map<String, Value>),
    Remove(Vec<String>),
    Push(Vec<String>, Value),
    RemoveItems(Vec<String>, Vec<bool>),
}

fn change() -> impl Strategy<Value = Change> {
    let path = || prop::collection::vec(key(), 1..4);
    prop_oneof![
        4 => (path(), value()).prop_map(|(path, value)| Change::Set(path, value)),
        1 => object().prop_map(Change::Merge),
        3 => path().prop_map(Change::Remove),
        2 => (path(), value()).prop_map(|(path, value)| Change::Push(path, value)),
        3 => (path(), prop::collection::vec(any::<bool>(), 5))
            .prop_map(|(path, mask)| Change::RemoveItems(path, mask)),
    ]
}

/// A change, more often than not of something that is there.
fn file_and_change() -> impl Strategy<Value = (String, Map<String, Value>, Change)> {
    (file(), change(), any::<prop::sample::Index>()).prop_map(|((text, members), change, index)| {
        let paths = paths(&Value::Object(members.clone()), &Vec::new());
        let aim = |path: Vec<String>, fits: fn(&Value) -> bool| {
            let there: Vec<_> = paths.iter().filter(|(_, value)| fits(value)).collect();
            let known = (!there.is_empty()).then(|| index.get(&there).0.clone());
            known.unwrap_or(path)
        };
        let change = match change {
            Change::Set(path, value) if path.len() > 1 => Change::Set(aim(path, |_| true), value),
            Change::Remove(path) => Change::Remove(aim(path, |_| true)),
            Change::Push(path, item) => Change::Push(aim(path, Value::is_array), item),
            Change::RemoveItems(path, mask) => Change::RemoveItems(
                aim(path, |value| {
                    value.as_array().is_some_and(|items| !items.is_empty())
                }),
                mask,
            ),
            other => other,
        };
        (text, members, change)
    })
}

fn paths(value: &Value, above: &[String]) -> Vec<(Vec<String>, Value)> {
    let members = value.as_object().into_iter().flatten();
    members
        .flat_map(|(key, value)| {
            let path = [above, std::slice::from_ref(key)].concat();
            let mut found = paths(value, &path);
            found.push((path, value.clone()));
            found
        })
        .collect()
}

fn keys(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

/// Makes the change; false when it is refused because of what is there.
fn make(document: &mut JsoncDocument, change: &Change) -> bool {
    match change {
        Change::Set(path, value) => document.set(&keys(path), value).is_ok(),
        Change::Merge(members) => document.merge(members).is_ok(),
        Change::Remove(path) => document.remove(&keys(path)).is_ok(),
        Change::Push(path, item) => document.push(&keys(path), item).is_ok(),
        Change::RemoveItems(path, mask) => document
            .remove_items(&keys(path), &|index, _| mask.get(index) == Some(&true))
            .is_ok(),
    }
}

/// Makes the change on the values; `None` when it cannot be made.
fn expected(members: &Map<String, Value>, change: &Change) -> Option<Map<String, Value>> {
    let mut root = Value::Object(members.clone());
    match change {
        Change::Set(path, value) => *slot(&mut root, path)? = value.clone(),
        Change::Merge(new) => root.as_object_mut()?.extend(new.clone()),
        Change::Remove(path) => {
            let (key, above) = path.split_last()?;
            let inner = above.iter().try_fold(&mut root, |at, key| at.get_mut(key));
            if let Some(Value::Object(inner)) = inner {
                inner.shift_remove(key);
            }
        }
        Change::Push(path, item) => {
            let list = slot(&mut root, path)?;
            if list.is_null() && at(members, path).is_none() {
                *list = json!([]);
            }
            list.as_array_mut()?.push(item.clone());
        }
        Change::RemoveItems(path, mask) => {
            slot(&mut root.clone(), path)?;
            if at(members, path).is_some() {
                let mut mask = mask.iter();
                slot(&mut root, path)?
                    .as_array_mut()?
                    .retain(|_| mask.next() != Some(&true));
            }
        }
    }
    root.as_object().cloned()
}

fn at<'v>(members: &'v Map<String, Value>, path: &[String]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(members.get(first)?, |value, key| {
        value.as_object()?.get(key)
    })
}

/// Returns the place of a value, making the objects that lead there.
fn slot<'v>(root: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    let (last, above) = path.split_last()?;
    let parent = above.iter().try_fold(root, |value, key| {
        Some(
            value
                .as_object_mut()?
                .entry(key.clone())
                .or_insert_with(|| json!({})),
        )
    })?;
    Some(
        parent
            .as_object_mut()?
            .entry(last.clone())
            .or_insert(Value::Null),
    )
}

/// The library's own reading of what the engine takes; it lets pass some characters that JSON
/// has no use for.
fn library_takes(text: &str) -> bool {
    let strict = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict);
    parsed.is_ok_and(|parsed| matches!(parsed.value, None | Some(ast::Value::Object(_))))
}

/// Says that a character is put in, or taken out, somewhere.
fn slip() -> impl Strategy<Value = (prop::sample::Index, Option<char>)> {
    let characters: Vec<char> = "{}[]:,/*\"'\\019.+-eE ant\n\t".chars().collect();
    let character = prop::option::of(prop::sample::select(characters));
    (any::<prop::sample::Index>(), character)
}

fn slipped(text: &str, slips: &[(prop::sample::Index, Option<char>)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (at, character) in slips {
        let at = at.index(characters.len() + 1);
        match character {
            Some(character) => characters.insert(at, *character),
            None if at < characters.len() => drop(characters.remove(at)),
            None => {}
        }
    }
    characters.into_iter().collect()
}

fn tokens(text: &str) -> (Vec<(String, Range<usize>)>, ast::Value<'_>) {
    let collect = CollectOptions {
        comments: CommentCollectionStrategy::AsTokens,
        tokens: true,
    };
    let parsed = parse_to_ast(text, &collect, &ParseOptions::default()).unwrap();
    let comments = parsed
        .tokens
        .unwrap()
        .into_iter()
        .filter_map(|token| match token.token {
            Token::CommentLine(text) | Token::CommentBlock(text) => {
                Some((text.to_owned(), token.range.start..token.range.end))
            }
            _ => None,
        });
    (comments.collect(), parsed.value.unwrap())
}

/// Returns the bytes within which a change may take comments away.
fn reach(root: &ast::Value<'_>, change: &Change) -> Vec<Range<usize>> {
    match change {
        Change::Set(path, _) => node(root, path).map(range_of).into_iter().collect(),
        Change::Merge(members) => members
            .keys()
            .filter_map(|key| node(root, std::slice::from_ref(key)).map(range_of))
            .collect(),
        Change::Remove(path) => {
            let (key, above) = path.split_last().unwrap();
            let Some(ast::Value::Object(object)) = node(root, above) else {
                return Vec::new();
            };
            let ranges = object
                .properties
                .iter()
                .map(|property| property.start()..property.end());
            let picked = object
                .properties
                .iter()
                .map(|property| property.name.as_str() == key);
            with_gaps(
                object.range.start..object.range.end,
                &ranges.collect::<Vec<_>>(),
                picked.collect(),
            )
        }
        Change::Push(..) => Vec::new(),
        Change::RemoveItems(path, mask) => {
            let Some(ast::Value::Array(array)) = node(root, path) else {
                return Vec::new();
            };
            let ranges: Vec<_> = array.elements.iter().map(range_of).collect();
            with_gaps(array.range.start..array.range.end, &ranges, mask.clone())
        }
    }
}

/// Returns each picked range together with the gaps around it.
fn with_gaps(whole: Range<usize>, ranges: &[Range<usize>], picked: Vec<bool>) -> Vec<Range<usize>> {
    let starts = ranges
        .iter()
        .skip(1)
        .map(|range| range.start)
        .chain([whole.end]);
    let ends = [whole.start]
        .into_iter()
        .chain(ranges.iter().map(|range| range.end));
    let wide = ends.zip(starts).zip(picked);
    wide.filter(|(_, picked)| *picked)
        .map(|((start, end), _)| start..end)
        .collect()
}

fn node<'n, 't>(root: &'n ast::Value<'t>, path: &[String]) -> Option<&'n ast::Value<'t>> {
    path.iter()
        .try_fold(root, |value, key| Some(&value.as_object()?.get(key)?.value))
}

fn range_of(value: &ast::Value<'_>) -> Range<usize> {
    value.start()..value.end()
}

/// Tells whether all of `some` are in `all`, in order.
fn is_subsequence(some: &[&str], all: &[&str]) -> bool {
    let mut all = all.iter();
    some.iter().all(|wanted| all.any(|found| found == wanted))
}

/// Asks for fewer cases than usual, unless the environment asks for a number.
fn cases() -> ProptestConfig {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let cases = if config.cases == 256 {
        96
    } else {
        config.cases
    };
    ProptestConfig { cases, ..config }
}

proptest! {
    #![proptest_config(cases())]

    /// The new text says what the old one said, plus the change, to this reader and to another.
    #[test]
    fn an_edit_is_the_change_and_nothing_else((text, members, change) in file_and_change()) {
        let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(document.value(), &members);
        let made = make(&mut document, &change);
        let expected = expected(&members, &change);
        prop_assert_eq!(made, expected.is_some(), "{}", document.text());
        if let Some(expected) = expected {
            let other: Value = tokens(document.text()).1.into();
            prop_assert_eq!(document.value(), &expected);
            prop_assert_eq!(other, Value::Object(expected));
        } else {
            prop_assert_eq!(document.text(), text);
        }
    }

    /// Comments outside of what is replaced or removed stay, and in their order.
    #[test]
    fn comments_stay((text, _, change) in file_and_change()) {
        let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
        make(&mut document, &change);
        let (before, root) = tokens(&text);
        let (after, _) = tokens(document.text());
        let within = reach(&root, &change);
        let is_free = |range: &Range<usize>| {
            !within.iter().any(|reach| reach.start <= range.start && range.end <= reach.end)
        };
        let all: Vec<&str> = before.iter().map(|(text, _)| text.as_str()).collect();
        let free: Vec<&str> =
            before.iter().filter(|(_, range)| is_free(range)).map(|(text, _)| text.as_str()).collect();
        let left: Vec<&str> = after.iter().map(|(text, _)| text.as_str()).collect();
        prop_assert!(is_subsequence(&free, &left), "{}\n---\n{}", text, document.text());
        prop_assert!(is_subsequence(&left, &all), "{}\n---\n{}", text, document.text());
    }

    /// Line ends stay what they were, and none is missing at the end.
    #[test]
    fn line_ends_are_those_of_the_file((text, _, change) in file_and_change()) {
        let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
        make(&mut document, &change);
        let newline = if text.contains('\r') { "\r\n" } else { "\n" };
        prop_assert!(document.text().ends_with(newline));
        let others = document.text().replace("\r\n", "").matches(['\r', '\n']).count();
        prop_assert_eq!(others, if newline == "\n" { document.text().matches('\n').count() } else { 0 });
    }

    /// What was appended can be taken away again without a trace.
    #[test]
    fn appending_and_removing_leaves_no_trace((text, members) in file(), item in value()) {
        let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
        document.set(&["new"], &item).unwrap();
        prop_assert!(document.remove(&["new"]).unwrap());
        if !members.is_empty() {
            prop_assert_eq!(document.text(), &text);
        }
        for (path, list) in paths(&Value::Object(members), &[]) {
            let Some(count) = list.as_array().map(Vec::len).filter(|count| *count > 0) else { continue };
            let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
            document.push(&keys(&path), &item).unwrap();
            document.remove_items(&keys(&path), &|index, _| index == count).unwrap();
            prop_assert_eq!(document.text(), &text);
        }
    }

    /// A value that is there already is not written again, however it is spelled.
    #[test]
    fn setting_what_is_there_changes_nothing((text, members) in file()) {
        let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
        document.merge(&members).unwrap();
        document.set(&[], &Value::Object(members.clone())).unwrap();
        for (path, value) in paths(&Value::Object(members), &[]) {
            document.set(&keys(&path), &value).unwrap();
        }
        prop_assert!(!document.is_changed());
        prop_assert_eq!(document.into_bytes(), text.into_bytes());
    }

    /// Texts with slips are taken where the library takes them, but for what JSON has no use for.
    #[test]
    fn the_library_agrees_on_what_parses((text, _) in file(), slips in prop::collection::vec(slip(), 0..4)) {
        let text = slipped(&text, &slips);
        match JsoncDocument::parse(text.as_bytes()) {
            Ok(_) => prop_assert!(library_takes(&text), "{}", text),
            Err(JsoncError::Syntax { problems }) if library_takes(&text) => {
                let strict = ["InvalidCharacter", "InvalidSymbol", "UnexpectedEndOfString"];
                prop_assert!(strict.contains(&problems[0].code), "{}: {:?}", text, problems);
            }
            Err(_) => prop_assert!(!library_takes(&text), "{}", text),
        }
    }

    /// No bytes make the parser or an edit fall over.
    #[test]
    fn no_text_is_too_odd(bytes in "[\\[\\]{}:,\"\\\\/*\n\r\t a1.eE+\\-\u{b}\u{a0}\u{feff}]{0,40}") {
        if let Ok(mut document) = JsoncDocument::parse(bytes.as_bytes()) {
            let _ = document.set(&["a", "b"], &json!([1]));
            let _ = document.push(&["a"], &json!({"x": {}}));
            let _ = document.remove(&["a"]);
        }
    }
}
