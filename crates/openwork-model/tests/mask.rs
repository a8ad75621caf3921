//! What is masked, what is shown, and what is taken back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use openwork_model::mask::{MASK, mask, mask_text, unmask};
use serde_json::{Value, json};

/// Masks a value and writes `*` for the mask.
fn masked(value: &Value) -> Value {
    serde_json::from_str(&mask(value).to_string().replace(MASK, "*")).unwrap()
}

#[test]
fn values_are_masked_by_the_keys_that_lead_to_them() {
    for (value, expected) in [
        (
            json!({ "apiKey": "a", "model": "b" }),
            json!({ "apiKey": "*", "model": "b" }),
        ),
        (
            json!({ "headers": { "X": "a", "Y": ["b"] } }),
            json!({ "headers": { "X": "*", "Y": ["*"] } }),
        ),
        (
            json!({ "env": { "A": "{env:A}", "B": "b" } }),
            json!({ "env": { "A": "{env:A}", "B": "*" } }),
        ),
        (
            json!({ "password": 1234, "a": 1 }),
            json!({ "password": "*", "a": 1 }),
        ),
        (
            json!({ "maxTokens": 4096, "tokens": ["a"] }),
            json!({ "maxTokens": 4096, "tokens": ["*"] }),
        ),
        (
            json!({ "headers": { "tokens": 1 } }),
            json!({ "headers": { "tokens": "*" } }),
        ),
        (
            json!({ "token": null, "secret": true, "key": "" }),
            json!({ "token": null, "secret": true, "key": "" }),
        ),
        (
            json!({ "token": { "a": { "b": "c" } } }),
            json!({ "token": { "a": { "b": "*" } } }),
        ),
        (json!("https://a:b@c"), json!("https://*@c")),
        (
            json!({ "https://a:b@c": "ask", "https://d:e@c": "deny" }),
            json!({ "https://*@c": "ask", "https://*@c (2)": "deny" }),
        ),
    ] {
        assert_eq!(masked(&value), expected);
    }
}

#[test]
fn names_that_people_give_are_no_keys() {
    for value in [
        json!({ "mcp": { "token": { "type": "remote", "url": "https://a" } } }),
        json!({ "agent": { "key": { "prompt": "a" } } }),
        json!({ "provider": { "secret": { "models": { "key": { "options": { "a": "b" } } } } } }),
        json!({ "permission": { "get_token": "deny", "bash": { "cat *key*": "ask" } } }),
        json!({ "tools": { "get_token": false } }),
    ] {
        assert_eq!(mask(&value), value);
    }
    let hidden =
        json!({ "mcp": { "token": { "headers": { "A": "a" }, "note": "a" }, "key": "a" } });
    assert_eq!(
        masked(&hidden),
        json!({ "mcp": { "token": { "headers": { "A": "*" }, "note": "*" }, "key": "*" } })
    );
}

#[test]
fn commands_are_masked_word_by_word() {
    let value = json!({ "command": ["x", "--url=https://a:b@c", "--api-key", "d"], "list": ["--api-key", "d"] });
    let expected = json!({ "command": ["x", "--url=https://*@c", "--api-key", "*"], "list": ["--api-key", "d"] });
    assert_eq!(masked(&value), expected);
    assert_eq!(
        masked(&json!({ "command": ["--pin-token", 7] })),
        json!({ "command": ["--pin-token", "*"] })
    );
}

#[test]
fn urls_lose_their_credentials() {
    for (text, expected) in [
        ("https://host/path?id=1", "https://host/path?id=1"),
        ("https://me:pw@host/x@y", "https://*@host/x@y"),
        ("https://t0ken@host", "https://*@host"),
        ("https://a@b@host", "https://*@host"),
        ("postgres://me:p%40w@db:5432/x", "postgres://*@db:5432/x"),
        (
            "https://host?api_key=a&b=c#access_token=d",
            "https://host?api_key=*&b=c#access_token=*",
        ),
        (
            "https://host/?X-Amz-Signature=a&sig=b&design=c",
            "https://host/?X-Amz-Signature=*&sig=*&design=c",
        ),
        ("https://host/?token=", "https://host/?token="),
        (
            "https://{env:U}:{env:P}@host/?key={file:~/k}",
            "https://{env:U}:{env:P}@host/?key={file:~/k}",
        ),
        ("https://{env:U}:pw@host", "https://{env:U}*@host"),
        ("https://evil\\@good", "https://evil\\@good"),
        (
            "see <https://a:b@c>, \"https://d:e@f\" or me@g",
            "see <https://*@c>, \"https://*@f\" or me@g",
        ),
        ("a://b://c:d@e", "a://b://c:d@e"),
        ("://", "://"),
    ] {
        assert_eq!(mask_text(text).replace(MASK, "*"), expected);
    }
}

#[test]
fn a_masked_value_keeps_the_secrets_that_are_there() {
    let existing = json!({
        "mcp": { "a": { "url": "https://h/?token=x", "headers": { "A": "a", "B": "b" } } },
        "pin": 1, "password": 1234,
        "https://a:b@c": 1, "https://d:e@c": 2,
    });
    let mut sent = mask(&existing);
    assert_eq!(unmask(&sent, &existing), Ok(existing.clone()));
    sent["mcp"]["a"]["headers"] = json!({ "B": MASK, "C": "new" });
    let mut expected = existing.clone();
    expected["mcp"]["a"]["headers"] = json!({ "B": "b", "C": "new" });
    assert_eq!(unmask(&sent, &existing), Ok(expected));
}

#[test]
fn a_mask_without_a_secret_is_left_out() {
    let sent = json!({ "headers": { "A": MASK, "B": "b" }, "a": { "password": MASK } });
    assert_eq!(
        unmask(&sent, &Value::Null),
        Ok(json!({ "headers": { "B": "b" }, "a": {} }))
    );
}

#[test]
fn a_mask_that_cannot_be_left_out_is_refused() {
    for (sent, pointer) in [
        (json!(MASK), ""),
        (json!({ "url": format!("https://h/?key={MASK}") }), "/url"),
        (
            json!({ "a/b": { "command": ["x", format!("--token={MASK}")] } }),
            "/a~1b/command/1",
        ),
        (json!({ "tokens": [MASK] }), "/tokens/0"),
        (
            json!({ format!("https://{MASK}@c"): 1 }),
            "/https:~1~1••••••@c",
        ),
    ] {
        assert_eq!(unmask(&sent, &json!({})).unwrap_err().pointer, pointer);
    }
    let error = unmask(&json!([MASK]), &Value::Null).unwrap_err();
    insta::assert_snapshot!(error, @"the value at `/0` is masked, and there is none yet that could be kept");
}

#[test]
fn a_secret_is_not_taken_along_to_another_url() {
    let existing = json!({ "url": "https://good/?key=abc" });
    let sent = json!({ "url": format!("https://evil/?key={MASK}") });
    assert_eq!(unmask(&sent, &existing).unwrap_err().pointer, "/url");
}
