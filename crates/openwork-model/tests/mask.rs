//! What is masked, what is shown, and what is taken back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use openwork_model::mask::{MASK, MaskedError, mask, mask_text, unmask};
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
            json!({ "env": { "A_TOKEN": "{env:A}", "B_TOKEN": "b", "C": "c" } }),
            json!({ "env": { "A_TOKEN": "{env:A}", "B_TOKEN": "*", "C": "c" } }),
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

/// A provider's `env` lists the names of variables, as no entry of an MCP
/// server or a formatter does.
#[test]
fn the_names_of_a_providers_variables_are_shown() {
    for names in [
        json!(["ACME_TOKEN", "ACME_KEY"]),
        json!(["--token", "abc"]),
        json!(["TOKEN=abc"]),
        json!(["--header", "X-Key: abc"]),
        json!(["https://a:b@c"]),
    ] {
        for section in ["provider", "providers"] {
            let entry =
                json!({ section: { "acme": { "env": names, "options": { "apiKey": "a" } } } });
            let mut expected = entry.clone();
            expected[section]["acme"]["options"]["apiKey"] = json!("*");
            assert_eq!(masked(&entry), expected);
        }
    }
    let others = json!({ "formatter": { "acme": { "environment": ["TOKEN=abc"] } } });
    let expected = json!({ "formatter": { "acme": { "environment": ["TOKEN=*"] } } });
    assert_eq!(masked(&others), expected);
}

#[test]
fn names_that_people_give_are_no_keys() {
    let entry = json!({
        "type": "local", "command": ["evil"], "cwd": "/", "url": "https://a", "note": "a",
        "npm": "@evil/sdk", "api": "https://a", "environment": { "LEVEL": "a" },
        "prompt": "a", "template": "a", "permission": { "bash": "allow" }, "tools": { "x": true },
        "models": { "key": { "provider": { "npm": "evil", "api": "https://a" } } },
        "provider": { "npm": "evil" }, "options": { "baseURL": "https://a" },
    });
    for section in [
        "agent",
        "agents",
        "command",
        "commands",
        "formatter",
        "lsp",
        "mcp",
        "mode",
        "provider",
        "providers",
    ] {
        for name in [
            "token",
            "api_key",
            "password",
            "headers",
            "environment",
            "env",
            "servers",
        ] {
            let value = json!({ section: { name: entry } });
            assert_eq!(mask(&value), value, "{section}.{name}");
        }
    }
    for name in ["token", "secret", "headers"] {
        let value =
            json!({ "mcp": { "servers": { name: { "type": "local", "command": ["evil"] } } } });
        assert_eq!(mask(&value), value);
    }
}

#[test]
fn names_that_people_give_hide_nothing_that_has_no_fields() {
    for value in [
        json!({ "permission": { "get_token": "deny", "bash": { "cat *key*": "ask" } } }),
        json!({ "agent": { "key": { "permission": { "token": { "secret": "allow" } } } } }),
        json!({ "tools": { "get_token": false } }),
        json!({ "references": { "token": "../../secrets" } }),
        json!({ "mcp": { "key": "a" } }),
        json!({ "experimental": { "hook": { "file_edited": { "token": [{ "command": ["evil"] }] } } } }),
    ] {
        assert_eq!(mask(&value), value);
    }
}

#[test]
fn what_acts_is_shown_below_any_key() {
    let value = json!({ "new": { "token": {
        "command": ["evil"], "npm": "evil", "url": "https://a", "value": "b",
    } } });
    let mut expected = value.clone();
    expected["new"]["token"]["value"] = json!("*");
    assert_eq!(masked(&value), expected);
}

#[test]
fn entries_with_any_name_keep_their_secrets() {
    for section in ["mcp", "provider", "agents"] {
        for name in ["x", "token", "headers"] {
            let entry = |secret: &str| {
                json!({ section: { name: {
                    "headers": { "A": secret, "url": secret }, "apiKey": secret,
                    "environment": { "API_KEY": secret }, "oauth": { "clientSecret": secret },
                } } })
            };
            assert_eq!(masked(&entry("s3cret")), entry("*"), "{section} {name}");
        }
    }
    let servers =
        |secret: &str| json!({ "mcp": { "servers": { "x": { "headers": { "A": secret } } } } });
    assert_eq!(masked(&servers("s3cret")), servers("*"));
}

#[test]
fn environment_values_are_masked_by_name() {
    let value = json!({ "mcp": { "a": { "environment": {
        "NODE_OPTIONS": "--require x://evil.js@y", "PATH": "/evil", "LD_PRELOAD": "token=evil.so",
        "npm_config_registry": "https://me:pw@evil.test", "LEVEL": "debug",
        "GITHUB_TOKEN": "abc", "DATABASE_URL": "postgres://me:pw@db/x",
    } } } });
    let mut expected = value.clone();
    let shown = &mut expected["mcp"]["a"]["environment"];
    shown["npm_config_registry"] = json!("https://*@evil.test");
    shown["GITHUB_TOKEN"] = json!("*");
    shown["DATABASE_URL"] = json!("postgres://*@db/x");
    assert_eq!(masked(&value), expected);
    assert_eq!(
        masked(&json!({ "env": ["OPENAI_API_KEY", "A_TOKEN=abc", "LEVEL=abc"] })),
        json!({ "env": ["OPENAI_API_KEY", "A_TOKEN=*", "LEVEL=abc"] })
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
        ("a://b://c:d@e", "a://b://*@e"),
        (
            "https://a.test/?next=https://b:c@d",
            "https://a.test/?next=https://*@d",
        ),
        (
            "git+https://t0ken@host/a.git#main",
            "git+https://*@host/a.git#main",
        ),
        ("git+ssh://me:pw@host:22/a.git", "git+ssh://*@host:22/a.git"),
        (
            "plugin@git+https://t0ken@host/a.git",
            "plugin@git+https://*@host/a.git",
        ),
        ("me:pw@host.test:a/b.git", "*@host.test:a/b.git"),
        ("git@host.test:a/b.git", "git@host.test:a/b.git"),
        ("https:me:pw@host/a", "https:*@host/a"),
        ("HTTPS:\\/me:pw@host/a", "HTTPS:\\/*@host/a"),
        ("npm:https:/me:pw@host/a", "npm:https:/*@host/a"),
        ("https://me:p$w(d)@host/a", "https://*@host/a"),
        ("://", "://"),
    ] {
        assert_eq!(mask_text(text).replace(MASK, "*"), expected);
    }
}

#[test]
fn addresses_in_texts_hide_nothing_that_a_shell_runs() {
    for text in [
        "!`curl https://$(evil)@host`",
        "curl https://;evil;@host now",
        "curl https://host/?token=x|sh -s",
        "curl 'https://host/?token=x'|sh -s",
        "curl https://host/?token=x$IFS-o$IFS~/.profile -s",
    ] {
        assert_eq!(mask_text(text), text);
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
        assert_eq!(unmask(&sent, &json!({})).unwrap_err().pointer(), pointer);
    }
    let error = unmask(&json!([MASK]), &Value::Null).unwrap_err();
    insta::assert_snapshot!(error, @"the value at `/0` is masked, and there is none yet that could be kept");
}

#[test]
fn a_secret_is_not_taken_along_to_another_url() {
    let existing = json!({ "url": "https://good/?key=abc" });
    let sent = json!({ "url": format!("https://evil/?key={MASK}") });
    assert_eq!(unmask(&sent, &existing).unwrap_err().pointer(), "/url");
}

#[test]
fn a_secret_is_not_taken_along_to_another_address() {
    let existing = json!({
        "mcp": { "a": { "url": "https://good.test/mcp", "headers": { "A": "s3cret" } } },
        "provider": { "p": {
            "options": { "apiKey": "s3cret" },
            "models": { "m": { "headers": { "A": "s3cret" } } },
        } },
        "own": { "server": { "url": "https://good.test" }, "login": { "token": "s3cret" } },
    });
    let entry = |url: &str| json!({ "mcp": { "a": { "url": url, "headers": { "A": MASK } } } });
    for (sent, pointer) in [
        (entry("https://evil.test/mcp"), "/mcp/a/headers/A"),
        (entry("http://good.test/mcp"), "/mcp/a/headers/A"),
        (entry("https://good.test:8443/mcp"), "/mcp/a/headers/A"),
        (
            entry("https:evil.test/?u=https://good.test/"),
            "/mcp/a/headers/A",
        ),
        (entry("{env:EVIL}"), "/mcp/a/headers/A"),
        (
            json!({ "provider": { "p": { "options": { "apiKey": MASK, "baseURL": "https://evil.test" } } } }),
            "/provider/p/options/apiKey",
        ),
        (
            json!({ "provider": { "p": { "api": "https://evil.test", "options": { "apiKey": MASK } } } }),
            "/provider/p/options/apiKey",
        ),
        (
            json!({ "provider": { "p": {
                "options": { "baseURL": "https://evil.test" },
                "models": { "m": { "headers": { "A": MASK } } },
            } } }),
            "/provider/p/models/m/headers/A",
        ),
        (
            json!({ "own": { "server": { "url": "https://evil.test" }, "login": { "token": MASK } } }),
            "/own/login/token",
        ),
    ] {
        let error = unmask(&sent, &existing).unwrap_err();
        assert_eq!(
            error,
            MaskedError::Moved {
                pointer: pointer.to_owned()
            }
        );
    }
    for same in [
        "https://good.test/mcp",
        "https://good.test/other?x",
        "https://GOOD.test",
    ] {
        let taken = unmask(&entry(same), &existing).unwrap();
        assert_eq!(taken["mcp"]["a"]["headers"]["A"], "s3cret", "{same}");
    }
    let schema = json!({ "$schema": "https://opencode.ai/config.json", "own": { "login": { "token": MASK } } });
    assert_eq!(
        unmask(&schema, &existing).unwrap()["own"]["login"]["token"],
        "s3cret"
    );
    let error = unmask(&entry("https://evil.test"), &existing).unwrap_err();
    insta::assert_snapshot!(error, @"the value at `/mcp/a/headers/A` is masked, and the one that is there belongs to another address");
}
