//! Moving an entry of a list to the front, as it stands, with its comments.

use jsonc_parser::ast::{self, ObjectProp};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

/// An entry as it stands in the text.
struct Entry<'t> {
    /// What comes before it: its line's indent and comments above it.
    lead: &'t str,
    /// The entry itself, with what stands before its comma.
    body: &'t str,
    /// The rest of its line: a comment beside it.
    trail: &'t str,
}

/// Puts that entry of `workspaces` first which `is_it` picks by its `path`. A
/// text that does not parse has none.
pub(super) fn put_first(text: &str, is_it: &dyn Fn(&str) -> bool) -> Moved {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    let Ok(Some(ast::Value::Object(root))) = parsed.map(|parsed| parsed.value) else {
        return Moved::NoEntry;
    };
    let list = root.get("workspaces").map(|property| &property.value);
    let Some(ast::Value::Array(list)) = list else {
        return Moved::NoEntry;
    };
    let path = |element: &ast::Value<'_>| -> Option<String> {
        let path: &ObjectProp<'_> = element.as_object()?.get("path")?;
        Some(path.value.as_string_lit()?.value.to_string())
    };
    let fits = |element: &ast::Value<'_>| path(element).is_some_and(|path| is_it(&path));
    match list.elements.iter().position(fits) {
        None => Moved::NoEntry,
        Some(0) => Moved::IsFirst,
        Some(index) => {
            let moved = moved(text, list, index);
            // Looked at once more: a text that came out wrong is never written.
            match put_first(&moved, is_it) {
                Moved::IsFirst => Moved::Text(moved),
                Moved::NoEntry | Moved::Text(_) => Moved::NoEntry,
            }
        }
    }
}

/// What came of moving an entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// There is no such entry.
    NoEntry,
    /// It is the first already.
    IsFirst,
    /// The text with it at the front.
    Text(String),
}

fn moved(text: &str, list: &ast::Array<'_>, index: usize) -> String {
    let begin = list.range.start + 1;
    let (mut entries, end, has_last_comma) = entries(text, list, begin);
    let first = entries.remove(index);
    entries.insert(0, first);
    let end_place = entries.len().saturating_sub(1);
    let mut moved = text.get(..begin).unwrap_or_default().to_owned();
    for (place, entry) in entries.iter().enumerate() {
        moved.push_str(entry.lead);
        moved.push_str(entry.body);
        if place < end_place || has_last_comma {
            moved.push(',');
        }
        moved.push_str(entry.trail);
    }
    moved.push_str(text.get(end..).unwrap_or_default());
    moved
}

/// The entries, where the last of them ends, and whether a comma follows it.
fn entries<'t>(
    text: &'t str,
    list: &ast::Array<'_>,
    begin: usize,
) -> (Vec<Entry<'t>>, usize, bool) {
    let mut entries = Vec::new();
    let (mut at, mut has_comma) = (begin, false);
    for element in &list.elements {
        let range = element.range();
        let comma = comma_after(text, range.end, list.range.end);
        has_comma = comma.is_some();
        let rest = |from: usize| text.get(from..).unwrap_or_default();
        // A comment within the line stands with the last entry, which has no
        // comma to stand before.
        let own = match beside(rest(range.end)) {
            Some(comment) if !comment.ends_line => comment.length,
            _ => 0,
        };
        let body_end = comma.unwrap_or(range.end + own);
        let trail_start = comma.map_or(body_end, |comma| comma + 1);
        let trail = beside(rest(trail_start)).filter(|comment| comment.ends_line);
        let trail_end = trail_start + trail.map_or(0, |comment| comment.length);
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        entries.push(Entry {
            lead: part(at, range.start),
            body: part(range.start, body_end),
            trail: part(trail_start, trail_end),
        });
        at = trail_end;
    }
    (entries, at, has_comma)
}

/// Where the comma after an entry is, past blanks and comments.
fn comma_after(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    while at < to {
        let rest = text.get(at..to)?;
        let first = rest.chars().next()?;
        at += match first {
            ',' => return Some(at),
            blank if blank.is_whitespace() => blank.len_utf8(),
            _ => comment(rest)?,
        };
    }
    None
}

/// How long the comment is that a text begins with; `None` if it is none.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        Some(text.find('\n').unwrap_or(text.len()))
    } else if text.starts_with("/*") {
        Some(text.find("*/")? + "*/".len())
    } else {
        None
    }
}

/// A comment on the same line, with the blanks before it.
struct CommentBeside {
    length: usize,
    /// Whether nothing else follows on the line.
    ends_line: bool,
}

/// The comment that stands on the line which a text begins in.
fn beside(text: &str) -> Option<CommentBeside> {
    let rest = text.trim_start_matches([' ', '\t']);
    let comment = rest.get(..comment(rest)?)?;
    if comment.contains('\n') {
        return None;
    }
    let after = rest
        .get(comment.len()..)?
        .trim_start_matches([' ', '\t', '\r']);
    // Without the carriage return of a Windows line end.
    let length = text.len() - rest.len() + comment.trim_end_matches('\r').len();
    Some(CommentBeside {
        length,
        ends_line: after.is_empty() || after.starts_with('\n'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str, path: &str) -> Moved {
        put_first(text, &|own| own == path)
    }

    #[test]
    fn an_entry_takes_its_comments_along() {
        let text = r#"{
  // mine
  "port": 1,
  "workspaces": [
    // the first
    { "path": "a" }, // a beside
    /* the second */
    { "path": "b", "name": "B" /* inner */ } /* before the comma */, // b beside
    { "path": "c" } // c beside
    // nothing follows
  ], // the list
}
"#;
        let expected = r#"{
  // mine
  "port": 1,
  "workspaces": [
    /* the second */
    { "path": "b", "name": "B" /* inner */ } /* before the comma */, // b beside
    // the first
    { "path": "a" }, // a beside
    { "path": "c" } // c beside
    // nothing follows
  ], // the list
}
"#;
        assert_eq!(first(text, "b"), Moved::Text(expected.to_owned()));
        let Moved::Text(last) = first(text, "c") else {
            panic!("it was moved")
        };
        assert!(
            last.contains("[\n    { \"path\": \"c\" }, // c beside\n    // the first\n"),
            "{last}"
        );
        assert!(
            last.contains("/* before the comma */ // b beside\n    // nothing follows\n"),
            "{last}"
        );
        assert_eq!(first(text, "a"), Moved::IsFirst);
        assert_eq!(first(text, "d"), Moved::NoEntry);
    }

    #[test]
    fn other_layouts_stay_what_they_are() {
        for (text, path, expected) in [
            (
                r#"{"workspaces":[{"path":"a"},{"path":"b"}]}"#,
                "b",
                r#"{"workspaces":[{"path":"b"},{"path":"a"}]}"#,
            ),
            (
                "{\"workspaces\": [\r\n\t{\"path\":\"a\"}, // x\r\n\t{\"path\":\"b\"},\r\n]}",
                "b",
                "{\"workspaces\": [\r\n\t{\"path\":\"b\"},\r\n\t{\"path\":\"a\"}, // x\r\n]}",
            ),
        ] {
            assert_eq!(first(text, path), Moved::Text(expected.to_owned()));
        }
        for text in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"workspaces": 1}"#,
            r#"{"workspaces": ["a"]}"#,
        ] {
            assert_eq!(first(text, "a"), Moved::NoEntry, "{text}");
        }
    }
}
