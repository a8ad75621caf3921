//! A diff with its secrets, for the host who asks for them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use openwork_model::path::RelPath;
use openwork_model::plan::Edit;
use openwork_model::preview::reveal;

fn revealed(before: &[u8], after: &[u8]) -> (String, Vec<String>) {
    let shown = reveal(&Edit {
        path: RelPath::new("opencode.json").unwrap(),
        before: Some(before.into()),
        after: Some(after.into()),
    });
    (shown.diff, shown.masked)
}

#[test]
fn nothing_is_masked() {
    let (diff, masked) = revealed(b"{ \"token\": \"old\" }\n", b"{ \"token\": \"new\" }\n");
    assert_eq!(
        diff,
        "@@ -1 +1 @@\n-{ \"token\": \"old\" }\n+{ \"token\": \"new\" }\n"
    );
    assert_eq!(masked, [""; 0]);
}

#[test]
fn what_is_no_json_is_shown_and_what_is_no_text_is_not() {
    let (diff, _) = revealed(b"token: {\n", b"{}\n");
    assert_eq!(diff, "@@ -1 +1 @@\n-token: {\n+{}\n");
    let (diff, _) = revealed(b"\xff", b"{}\n");
    assert_eq!(diff, "@@ -1 +1 @@\n-(not text: 1 bytes)\n+{}\n");
}
