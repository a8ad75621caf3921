//! A diff with its secrets, for the host who asks for them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use openwork_change::plan::FileEdit;
use openwork_change::preview::{PageBounds, page, reveal};
use openwork_model::path::RelPath;

fn edit(before: &[u8], after: &[u8]) -> FileEdit {
    FileEdit {
        path: RelPath::new("opencode.json").unwrap(),
        before: Some(before.into()),
        after: Some(after.into()),
        executable: None,
    }
}

/// The revealed diff, and what is masked in it all the same.
fn revealed(before: &[u8], after: &[u8]) -> (String, Vec<String>) {
    let edit = edit(before, after);
    let shown = reveal(&edit);
    assert_eq!(page(&edit, PageBounds::default(), true).diff, shown.diff);
    (shown.diff, shown.masked)
}

#[test]
fn secrets_of_lines_that_change_are_shown() {
    let (diff, masked) = revealed(b"{ \"token\": \"old\" }\n", b"{ \"token\": \"new\" }\n");
    assert_eq!(
        diff,
        "@@ -1 +1 @@\n-{ \"token\": \"old\" }\n+{ \"token\": \"new\" }\n"
    );
    assert_eq!(masked, [""; 0]);
}

#[test]
fn secrets_of_the_lines_around_stay_masked() {
    let file = |model: &str| {
        let text = "{\n  \"apiKey\": \"s3cret\",\n  \"model\": \"NAME\",\n  \"url\": \"https://a:b@c\"\n}\n";
        text.replace("NAME", model)
    };
    let (diff, masked) = revealed(file("a").as_bytes(), file("b").as_bytes());
    insta::assert_snapshot!(diff, @r#"
    @@ -1,5 +1,5 @@
     {
       "apiKey": "••••••",
    -  "model": "a",
    +  "model": "b",
       "url": "https://••••••@c"
     }
    "#);
    // None of them could be shown, so none is named.
    assert_eq!(masked, [""; 0]);
}

#[test]
fn where_secrets_are_not_known_only_lines_that_change_are_shown() {
    let (diff, _) = revealed(b"token: {\n", b"{}\n");
    assert_eq!(diff, "@@ -1 +1 @@\n-token: {\n+{}\n");
    let (diff, _) = revealed(
        b"{ \"token\": \"s3cret\n,\na\n",
        b"{ \"token\": \"s3cret\n,\nb\n",
    );
    assert_eq!(diff, "@@ -1,3 +1,3 @@\n ••••••\n ••••••\n-a\n+b\n");
    let (diff, _) = revealed(b"\xff", b"{}\n");
    assert_eq!(diff, "@@ -1 +1 @@\n-(not text: 1 bytes)\n+{}\n");
}

#[test]
fn the_digest_is_that_of_the_masked_diff() {
    let lines = "  \"a\": 1,\n".repeat(500);
    let file = |token: &str| format!("{{\n{lines}  \"token\": \"{token}\"\n}}\n");
    let edit = edit(b"", file("s3cret").as_bytes());
    let masked = page(&edit, PageBounds::default(), false);
    let shown = reveal(&edit);
    assert!(shown.truncated);
    assert_eq!(shown.digest.as_ref(), Some(&masked.digest));
    assert_eq!(
        page(&edit, PageBounds::default(), true).digest,
        masked.digest
    );
    let end = page(&edit, PageBounds::new(490, 400), true).diff;
    assert!(end.contains("+  \"token\": \"s3cret\"\n"), "{end}");
}
