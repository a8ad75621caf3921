//! What a diff shows and where it ends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use openwork_change::change::{Action, Change};
use openwork_change::plan::{FileEdit, Plan, PlanReceipt, WrittenKeys};
use openwork_change::preview::{ChangeKind, DIFF_BYTES, DIFF_LINES, FileChange, LABELS, preview};
use openwork_model::audit::AuditNote;
use openwork_model::path::RelPath;
use serde_json::{Value, json};

fn change(path: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> FileChange {
    let edit = FileEdit {
        path: RelPath::new(path).unwrap(),
        before: before.map(Into::into),
        after: after.map(Into::into),
        executable: None,
    };
    let plan = Plan {
        action: Action::PluginsRemove,
        summary: String::new(),
        paths: Vec::new(),
        edits: vec![edit],
        named_in_prompts: Vec::new(),
        preconditions: Vec::new(),
        audit: AuditNote {
            target: String::new(),
            summary: String::new(),
        },
        written: WrittenKeys::default(),
        receipt: PlanReceipt::Done,
    };
    let shown = preview(&Change::RemovePlugin("x".to_owned()), &plan);
    let [change] = <[FileChange; 1]>::try_from(shown.changes).unwrap();
    change
}

fn created(text: &str) -> FileChange {
    change("a.md", None, Some(text.as_bytes()))
}

fn diff(path: &str, before: &str, after: &str) -> String {
    change(path, Some(before.as_bytes()), Some(after.as_bytes())).diff
}

#[test]
fn equal_texts_differ_in_nothing() {
    let text = "{ \"token\": \"abc\" }\n";
    let shown = change("a.json", Some(text.as_bytes()), Some(text.as_bytes()));
    assert_eq!(
        (shown.diff.as_str(), shown.added, shown.removed),
        ("", 0, 0)
    );
    assert_eq!(shown.masked, Vec::<String>::new());
    assert!(!shown.truncated);
    assert_eq!(shown.digest, None);
}

#[test]
fn kinds_follow_what_is_there() {
    let of = |before: Option<&str>, after: Option<&str>| {
        change("a.md", before.map(str::as_bytes), after.map(str::as_bytes)).kind
    };
    assert_eq!(of(None, Some("a")), ChangeKind::Create);
    assert_eq!(of(Some("a"), Some("b")), ChangeKind::Modify);
    assert_eq!(of(Some("a"), None), ChangeKind::Delete);
    assert_eq!(ChangeKind::Create.as_str(), "create");
    assert_eq!(ChangeKind::Modify.as_str(), "modify");
    assert_eq!(ChangeKind::Delete.as_str(), "delete");
}

#[test]
fn three_lines_of_context_and_one_hunk_for_each_place() {
    let lines = |changed: &[usize]| -> String {
        (1..=20)
            .map(|n| {
                if changed.contains(&n) {
                    format!("{n}!\n")
                } else {
                    format!("{n}\n")
                }
            })
            .collect()
    };
    insta::assert_snapshot!(diff("a.md", &lines(&[]), &lines(&[5, 16])), @r"
    @@ -2,7 +2,7 @@
     2
     3
     4
    -5
    +5!
     6
     7
     8
    @@ -13,7 +13,7 @@
     13
     14
     15
    -16
    +16!
     17
     18
     19
    ");
}

#[test]
fn a_missing_line_end_is_shown() {
    insta::assert_snapshot!(diff("a.md", "a", "a\n"), @r"
    @@ -1 +1 @@
    -a
    \ No newline at end of file
    +a
    ");
}

#[test]
fn line_ends_are_shown_where_they_differ() {
    assert_eq!(
        diff("a.md", "a\r\nb\r\n", "a\r\nc\r\n"),
        "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    );
    assert_eq!(
        diff("a.md", "a\r\nb\n", "a\nb\n"),
        "@@ -1,2 +1,2 @@\n-a␍\n+a\n b\n"
    );
    assert_eq!(diff("a.md", "a\n", "a\r\n"), "@@ -1 +1 @@\n-a\n+a␍\n");
}

#[test]
fn hostile_characters_are_left_to_the_display() {
    assert_eq!(
        created("\u{202e}a\u{1b}[2J\n").diff,
        "@@ -0,0 +1 @@\n+\u{202e}a\u{1b}[2J\n"
    );
}

#[test]
fn bytes_that_are_no_text_are_shown_by_their_number() {
    let shown = change("a.md", Some(b"\xff\xfe"), Some(b"text\n"));
    assert_eq!(shown.diff, "@@ -1 +1 @@\n-(not text: 2 bytes)\n+text\n");
    let shown = change("a.md", Some(b"\xff\xfe"), Some(b"\xff\xfd"));
    assert_eq!(
        shown.diff,
        "@@ -1 +1 @@\n-(not text: 2 bytes)\n+(not text: 2 bytes)\n"
    );
}

#[test]
fn configuration_that_does_not_parse_shows_nothing_of_itself() {
    let before = "{ \"mcp\": { \"headers\": { \"A\": \"abc123\" \n";
    assert_eq!(
        diff("opencode.json", before, "{}\n"),
        "@@ -1 +1 @@\n-(not valid JSON: 39 bytes)\n+{}\n"
    );
}

#[test]
fn secrets_in_comments_are_masked() {
    let before = "{\n  // \"apiKey\": \"abc123\", \"model\": \"a\"\n  /* https://a:b@c/?token=d */\n  \"a\": 1\n}\n";
    let shown = change("opencode.jsonc", Some(before.as_bytes()), Some(b"{}\n"));
    insta::assert_snapshot!(shown.diff, @r#"
    @@ -1,5 +1 @@
    -{
    -  // "apiKey": "••••••", "model": "a"
    -  /* https://••••••@c/?token=•••••• */
    -  "a": 1
    -}
    +{}
    "#);
    assert_eq!(shown.masked, ["comment"]);
}

#[test]
fn a_secret_that_changes_is_marked_even_between_other_changes() {
    let before = r#"{ "a": 1, "token": "abc", "url": "https://h/?key=def&x=1" }"#;
    let after = r#"{ "a": 2, "token": "xyz", "url": "https://h/?key=def&x=2" }"#;
    insta::assert_snapshot!(diff("a.json", before, after), @r#"
    @@ -1 +1 @@
    -{ "a": 1, "token": "••••••", "url": "https://h/?key=••••••&x=1" }
    \ No newline at end of file
    +{ "a": 2, "token": "•••••• (changed)", "url": "https://h/?key=••••••&x=2" }
    \ No newline at end of file
    "#);
}

#[test]
fn a_byte_order_mark_moves_no_mask() {
    let before = "\u{feff}{ \"token\": \"abc\" }\n";
    let after = "\u{feff}{ \"token\": \"abc\", \"a\": 1 }\n";
    assert_eq!(
        diff("a.json", before, after),
        "@@ -1 +1 @@\n-\u{feff}{ \"token\": \"••••••\" }\n+\u{feff}{ \"token\": \"••••••\", \"a\": 1 }\n"
    );
}

#[test]
fn diffs_end_after_the_last_line_allowed() {
    // The hunk's header is a line too.
    let fitting = created(&"x\n".repeat(DIFF_LINES - 1));
    assert_eq!(fitting.diff.lines().count(), DIFF_LINES);
    assert!(!fitting.truncated);
    assert_eq!(fitting.digest, None);

    let longer = created(&"x\n".repeat(DIFF_LINES));
    assert_eq!(longer.diff.lines().count(), DIFF_LINES);
    assert!(longer.truncated);
    assert_eq!(longer.added, DIFF_LINES);
    assert_eq!(
        longer.digest.as_deref(),
        Some("c979180af5d3a93378c3c1227b0061b015b6356207f8b31cb39feae43950208b")
    );
}

#[test]
fn diffs_end_after_the_last_byte_allowed() {
    let frame = "@@ -0,0 +1 @@\n+\n".len();
    let fitting = created(&format!("{}\n", "x".repeat(DIFF_BYTES - frame)));
    assert_eq!(fitting.diff.len(), DIFF_BYTES);
    assert!(!fitting.truncated);

    let longer = created(&format!("{}\n", "x".repeat(DIFF_BYTES - frame + 1)));
    assert_eq!(longer.diff.len(), DIFF_BYTES);
    assert!(longer.truncated);
    assert_eq!(longer.digest.map(|digest| digest.len()), Some(64));
}

#[test]
fn diffs_are_cut_between_characters() {
    let shown = created(&format!("{}\n", "é".repeat(DIFF_BYTES)));
    assert!(shown.truncated);
    assert_eq!(shown.diff.len(), DIFF_BYTES - 1);
}

#[test]
fn masked_places_are_listed_if_their_line_is_shown() {
    let secrets_after = |lines: usize| {
        let text = format!("{{\n{}\"token\": \"x\"\n}}\n", "// x\n".repeat(lines));
        change("a.json", None, Some(text.as_bytes())).masked
    };
    // Before the secret come the hunk's header and the brace.
    assert_eq!(secrets_after(DIFF_LINES - 3), ["/token"]);
    assert_eq!(secrets_after(DIFF_LINES - 2), Vec::<String>::new());
}

#[test]
fn no_more_masked_places_are_listed_than_anyone_reads() {
    let text = Value::Object(
        (0..=LABELS)
            .map(|n| (format!("token{n}"), "x".into()))
            .collect(),
    );
    let shown = change("a.json", None, Some(text.to_string().as_bytes()));
    assert_eq!(shown.masked.len(), LABELS);
    assert!(!shown.truncated);
}

#[test]
fn places_below_endless_keys_have_short_names() {
    let text = json!({ "k".repeat(1000): { "a": { "token": "x" } } }).to_string();
    assert_eq!(
        change("a.json", None, Some(text.as_bytes())).masked,
        ["/…/a/token"]
    );
}
