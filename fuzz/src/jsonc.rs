//! Configuration files: what parses can be edited, and the edit is exact.

use openwork_jsonc::JsoncDocument;
use serde_json::{Value, json};

/// Parses a file and makes one edit of each kind.
pub fn feed(data: &[u8]) {
    let Ok(document) = JsoncDocument::parse(data) else {
        return;
    };
    let before = Value::Object(document.value().clone());

    let mut set = JsoncDocument::parse(data).expect("it parsed before");
    if set
        .set(&["mcp", "fuzz"], &json!({ "enabled": true }))
        .is_ok()
    {
        assert_eq!(set.value()["mcp"]["fuzz"], json!({ "enabled": true }));
        reread(set);
    }
    let mut removed = JsoncDocument::parse(data).expect("it parsed before");
    let key = document.value().keys().next().cloned().unwrap_or_default();
    if removed.remove(&[&key]).is_ok_and(|removed| removed) {
        let mut expected = before.as_object().cloned().unwrap_or_default();
        expected.shift_remove(&key);
        assert_eq!(removed.value(), &expected);
        reread(removed);
    }
    let mut pushed = JsoncDocument::parse(data).expect("it parsed before");
    if pushed.push(&["plugin"], &json!("fuzz")).is_ok() {
        reread(pushed);
    }
    assert_eq!(
        document.into_bytes(),
        data,
        "a file that is not edited stays as it is"
    );
}

fn reread(document: JsoncDocument) {
    let value = document.value().clone();
    let bytes = document.into_bytes();
    let again = JsoncDocument::parse(&bytes).expect("an edited file parses");
    assert_eq!(again.value(), &value);
}
