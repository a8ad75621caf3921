//! Comments above entries: which go with an entry that is removed, and which head others and stay.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use openwork_jsonc::JsoncDocument;
use proptest::prelude::*;

const RULES: &str = "\
{
  // Ask unless a rule below says otherwise.
  \"*\": \"ask\",

  // Looking around
  \"ls *\": \"allow\",
  \"git log *\": \"allow\",

  // ---- irreversible ----

  // Later rules win.
  // Keep these at the end.
  \"rm *\": \"deny\",
  \"ssh *\": \"deny\", // never
  // No downloads.
  \"curl *\": \"deny\",
  /* No uploads. */ \"scp *\": \"deny\"
}
";

fn without(text: &str, keys: &[&str]) -> String {
    let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
    for key in keys {
        assert!(document.remove(&[key]).unwrap(), "{key}");
    }
    document.text().to_owned()
}

/// The text without the lines that have one of these parts.
fn less(text: &str, parts: &[&str]) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .filter(|line| !parts.iter().any(|part| line.contains(part)))
        .collect()
}

#[test]
fn a_comment_goes_with_its_entry_unless_it_heads_others() {
    let after = |text: &str| text.replace("\"deny\",\n}", "\"deny\"\n}");
    for (keys, gone) in [
        // A blank line follows.
        (&["*"][..], &["\"*\"", "Ask unless"][..]),
        // It heads the next entry as well.
        (&["ls *"], &["ls *"]),
        (&["git log *"], &["git log"]),
        (&["rm *"], &["rm *"]),
        // The next entry has a comment of its own; the one on this line is no heading.
        (&["ssh *"], &["ssh *"]),
        (&["curl *"], &["curl *", "No downloads"]),
        // The last entry, with a comment on its line.
        (&["scp *"], &["scp *"]),
        // One after the other: whoever is left last takes the heading along.
        (&["git log *", "ls *"], &["git log", "ls *", "Looking"]),
    ] {
        let expected = after(&less(RULES, gone));
        assert_eq!(without(RULES, keys), expected, "{keys:?}");
        let windows = RULES.replace('\n', "\r\n");
        assert_eq!(without(&windows, keys), expected.replace('\n', "\r\n"));
    }
}

#[test]
fn a_comment_goes_with_the_last_entry() {
    let text = "{\n  \"a\": 1,\n  // about b\n  \"b\": 2\n}\n";
    assert_eq!(without(text, &["b"]), "{\n  \"a\": 1\n}\n");
}

#[test]
fn a_comment_on_the_line_of_an_entry_is_no_heading() {
    let text = "{ /* one */ \"a\": 1, /* two */ \"b\": 2, \"c\": 3 }\n";
    assert_eq!(without(text, &["b"]), "{ /* one */ \"a\": 1, \"c\": 3 }\n");
    let text = "{\n  // both\n  /* one */ \"a\": 1,\n  \"b\": 2\n}\n";
    assert_eq!(without(text, &["a"]), "{\n  // both\n  \"b\": 2\n}\n");
}

#[test]
fn a_heading_goes_when_all_below_it_go_at_once() {
    let text = "{\n  \"l\": [\n    // two\n    1,\n    2,\n\n    // one\n    3\n  ]\n}\n";
    let drop = |wanted: &[usize]| {
        let mut document = JsoncDocument::parse(text.as_bytes()).unwrap();
        let gone = document.remove_items(&["l"], &|index, _| wanted.contains(&index));
        assert_eq!(gone.unwrap(), wanted.len());
        document.text().to_owned()
    };
    assert_eq!(
        drop(&[0, 1]),
        "{\n  \"l\": [\n\n    // one\n    3\n  ]\n}\n"
    );
    assert_eq!(
        drop(&[0, 2]),
        "{\n  \"l\": [\n    // two\n    2\n\n  ]\n}\n"
    );
}

/// What stands above an entry in a file with an entry a line.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Above {
    Nothing,
    Blank,
    Comment,
    BlankAndComment,
}

fn above() -> impl Strategy<Value = Above> {
    prop::sample::select(vec![
        Above::Nothing,
        Above::Nothing,
        Above::Blank,
        Above::Comment,
        Above::BlankAndComment,
    ])
}

/// A file of entries, without those that go and the comments that go with them.
fn file(entries: &[Above], gone: &BTreeSet<usize>) -> String {
    let heads = |index: usize| matches!(entries[index], Above::Comment | Above::BlankAndComment);
    let is_headed = |next: &usize| entries[*next] == Above::Nothing;
    let comment_stays = |index: usize| {
        let others = (index + 1..entries.len()).take_while(is_headed);
        [index]
            .into_iter()
            .chain(others)
            .any(|index| !gone.contains(&index))
    };
    let mut lines = Vec::new();
    for (index, above) in entries.iter().enumerate() {
        if matches!(above, Above::Blank | Above::BlankAndComment) {
            lines.push(String::new());
        }
        if heads(index) && comment_stays(index) {
            lines.push(format!("  // {index}"));
        }
        if !gone.contains(&index) {
            lines.push(format!("  \"{index}\": {index},"));
        }
    }
    format!("{{\n{}\n}}\n", lines.join("\n"))
}

proptest! {
    /// A heading stays as long as one of the entries below it does, in a file of any sections.
    #[test]
    fn headings_stay_with_what_they_head(
        entries in prop::collection::vec(above(), 2..9),
        picks in prop::collection::vec(any::<bool>(), 9),
    ) {
        // The first stays, so that none of the cases is an empty object.
        let gone: BTreeSet<usize> =
            (1..entries.len()).filter(|index| picks[*index]).collect();
        let mut document = JsoncDocument::parse(file(&entries, &BTreeSet::new()).as_bytes()).unwrap();
        let gone_keys: Vec<String> = gone.iter().map(usize::to_string).collect();
        let mut left = document.value().clone();
        left.retain(|key, _| !gone_keys.contains(key));
        document.set(&[], &left.into()).unwrap();
        prop_assert_eq!(document.text(), file(&entries, &gone));
    }
}
