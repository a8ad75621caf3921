//! MCP entries in their old and their newer form.

use openwork_change::change::Change;
use serde_json::{Value, json};

use crate::support::{
    changed, effects, is_rememberable, lines, mcp, opencode, patch, set, shown, weight, written,
};

const REMOTE: &str = "https://mcp.notion.test/v1";

fn remote() -> Value {
    json!({ "type": "remote", "url": REMOTE, "headers": { "Authorization": "Bearer s3cret" } })
}

fn local() -> Value {
    json!({ "type": "local", "command": ["npx", "-y", "notion"], "environment": { "API_TOKEN": "a" } })
}

#[test]
fn what_an_entry_starts_or_calls_is_reported_in_every_form() {
    for entries in [
        json!({ "mcp": { "x": { "type": "local", "command": ["sh", "-c", "evil --now"] } } }),
        json!({ "mcp": { "x": { "type": "local", "command": ["sh", "-c", "evil --now"], "enabled": false } } }),
        json!({ "mcp": { "servers": { "x": { "type": "local", "command": ["sh", "-c", "evil --now"] } } } }),
    ] {
        let effects = set(&entries);
        assert_eq!(effects.len(), 1, "{effects:?}");
        assert!(effects[0].starts_with("high command mcp."), "{effects:?}");
        assert!(
            effects[0].ends_with("$ sh -c \"evil --now\""),
            "{effects:?}"
        );
    }
    for entries in [
        json!({ "mcp": { "x": { "type": "remote", "url": "https://evil.test:8443/x" } } }),
        json!({ "mcp": { "x": { "type": "remote", "url": "https://evil.test:8443/x", "enabled": false } } }),
        json!({ "mcp": { "servers": { "x": { "type": "remote", "url": "https://evil.test:8443/x" } } } }),
        json!({ "mcp": { "servers": { "timeout": { "type": "remote", "url": "https://evil.test:8443/x" } } } }),
        json!({ "mcp": { "timeout": { "type": "remote", "url": "https://evil.test:8443/x" } } }),
    ] {
        let effects = set(&entries);
        assert_eq!(effects.len(), 1, "{effects:?}");
        assert!(effects[0].starts_with("high sends mcp."), "{effects:?}");
        assert!(effects[0].ends_with("@ evil.test:8443"), "{effects:?}");
    }
}

#[test]
fn a_long_command_is_reported_whole() {
    let words: Vec<String> = (0..420)
        .map(|number| format!("--harmless{number}"))
        .collect();
    let mut command = vec!["node".to_owned()];
    command.extend(words);
    command.extend(["--require".to_owned(), "./evil.js".to_owned()]);
    let change = mcp("x", &json!({ "type": "local", "command": command }));
    let weight = weight(&opencode(&json!({})), &change);
    let whole = command.join(" ");
    assert_eq!(weight.effects[0].command.as_deref(), Some(whole.as_str()));
    assert!(weight.effects[0].text.contains(&whole));
}

#[test]
fn variables_are_named_one_by_one() {
    let entry = json!({
        "type": "local",
        "command": ["x"],
        "environment": { "API_TOKEN": "s3cret", "HOME": "{env:HOME}" },
    });
    assert_eq!(
        set(&json!({ "mcp": { "m": entry } })),
        [
            "high command mcp.m $ x",
            "high reads-environment",
            "high environment mcp.m.environment.API_TOKEN (unset → ••••••)",
            "high environment mcp.m.environment.HOME (unset → {env:HOME})",
        ]
    );
    let other = json!({ "mcp": { "m": { "type": "local", "command": ["x"], "environment": { "API_TOKEN": "b" } } } });
    let before = json!({ "mcp": { "m": { "type": "local", "command": ["x"], "environment": { "API_TOKEN": "a" } } } });
    assert_eq!(
        changed(&before, &other),
        [
            "high command mcp.m $ x",
            "high environment mcp.m.environment.API_TOKEN (•••••• → ••••••)",
        ]
    );
}

#[test]
fn only_the_same_recipient_with_nothing_new_may_be_changed_again() {
    let files = opencode(&json!({ "mcp": { "n": remote() } }));
    let with = |field: &str, value: Value| {
        let mut entry = remote();
        entry[field] = value;
        mcp("n", &entry)
    };
    for change in [
        with("timeout", json!(5000)),
        with("url", json!("https://mcp.notion.test/v2")),
        with("url", json!("HTTPS://MCP.notion.test:443/v1?a=b")),
        with("enabled", json!(true)),
    ] {
        assert_eq!(
            effects(&files, &change),
            ["medium sends mcp.n @ mcp.notion.test"]
        );
        let shown = shown(&files, &change);
        assert!(shown.rememberable);
        assert_eq!(
            shown.covers,
            "medium: sends; mcp \"n\" https://mcp.notion.test"
        );
    }
    for change in [
        with("url", json!("https://evil.test/v1")),
        with("url", json!("https://mcp.notion.test:8443/v1")),
        with("url", json!("http://mcp.notion.test/v1")),
        with("url", json!("https://mcp.notion.test.evil.test/v1")),
        with("url", json!("https://{env:HOST}/v1")),
        with("url", json!("https://mcp.notion.test/{env:KEY}")),
        with("headers", json!({ "Authorization": "Bearer other" })),
        with(
            "headers",
            json!({ "Authorization": "Bearer s3cret", "X": "y" }),
        ),
        with("headers", json!({ "Authorization": "Bearer {env:AWS}" })),
        with("oauth", json!({})),
        with("oauth", json!(false)),
        mcp("other", &remote()),
    ] {
        let shown = shown(&files, &change);
        assert!(!shown.rememberable, "{change:?}");
        assert!(
            shown
                .effects
                .iter()
                .any(|effect| effect.kind.as_str() == "sends")
        );
    }
}

#[test]
fn references_of_an_entry_that_stays_are_no_news() {
    let entry = |timeout: u32, url: &str| {
        json!({
            "type": "remote", "url": url, "timeout": timeout,
            "headers": { "Authorization": "Bearer {env:KEY}" },
        })
    };
    let files = opencode(&json!({ "mcp": { "n": entry(1, REMOTE) } }));
    assert_eq!(
        effects(&files, &mcp("n", &entry(2, REMOTE))),
        ["medium sends mcp.n @ mcp.notion.test"]
    );
    let off = Change::SetMcpEnabled {
        name: "n".to_owned(),
        enabled: false,
    };
    assert_eq!(effects(&files, &off), ["low setting mcp.n"]);
    assert_eq!(
        effects(&files, &mcp("n", &entry(1, "https://evil.test"))),
        ["high sends mcp.n @ evil.test", "high reads-environment"]
    );
}

#[test]
fn an_entry_without_an_address_is_high() {
    let settings = json!({ "mcp": { "n": { "type": "remote", "headers": { "X": "y" } } } });
    let weight = written("{}", &settings.to_string());
    assert_eq!(lines(&weight), ["high sends mcp.n"]);
    assert_eq!(
        weight.effects[0].text,
        "Sends data to an address that is set up elsewhere, the MCP server `n`. Header names: X"
    );
}

#[test]
fn a_secret_that_is_there_does_not_go_to_another_host_unseen() {
    let files = opencode(&json!({ "mcp": { "n": remote() } }));
    let change = mcp(
        "n",
        &json!({ "type": "remote", "url": "http://evil.test", "headers": { "Authorization": "Bearer s3cret" } }),
    );
    assert_eq!(effects(&files, &change), ["high sends mcp.n @ evil.test"]);
}

#[test]
fn allowances_for_one_entry_cover_no_other() {
    let files = opencode(&json!({ "mcp": { "n": remote(), "o": remote() } }));
    let mut entry = remote();
    entry["timeout"] = json!(1);
    let [one, other] = ["n", "o"].map(|name| shown(&files, &mcp(name, &entry)));
    assert!(one.rememberable && other.rememberable);
    assert_ne!(one.covers, other.covers);
}

#[test]
fn switches_are_weighed_by_what_they_switch() {
    let switch = |name: &str, enabled: bool| Change::SetMcpEnabled {
        name: name.to_owned(),
        enabled,
    };
    let off = |mut entry: Value| {
        entry["enabled"] = json!(false);
        entry
    };
    let files = opencode(&json!({ "mcp": {
        "on": remote(), "off": off(remote()), "local": off(local()), "far": { "enabled": false },
    } }));
    for (change, expected) in [
        (switch("on", false), &["low setting mcp.on"][..]),
        (
            switch("off", true),
            &["high sends mcp.off @ mcp.notion.test"],
        ),
        (
            switch("local", true),
            &["high command mcp.local $ npx -y notion"],
        ),
        (
            switch("far", true),
            &["high switches-on mcp.far ({\"enabled\":false} → {\"enabled\":true})"],
        ),
        (
            Change::RemoveMcp("far".to_owned()),
            &["high switches-on mcp.far ({\"enabled\":false} → unset)"],
        ),
    ] {
        assert_eq!(effects(&files, &change), expected);
    }
    for (name, level) in [
        ("on", "low deletes mcp.on"),
        ("off", "high switches-on mcp.off"),
    ] {
        let effects = effects(&files, &Change::RemoveMcp(name.to_owned()));
        assert!(effects[0].starts_with(level), "{effects:?}");
    }
}

#[test]
fn what_is_left_of_an_entry_may_switch_on_another() {
    let before = json!({ "mcp": { "n": remote() } });
    for (after, expected) in [
        (json!({ "enabled": true }), "high switches-on mcp.n"),
        (json!({ "enabled": false }), "low setting mcp.n"),
    ] {
        let effects = changed(&before, &json!({ "mcp": { "n": after } }));
        assert!(effects[0].starts_with(expected), "{effects:?}");
    }
}

#[test]
fn fields_that_no_rule_knows_are_high() {
    let mut entry = remote();
    entry["timeout"] = json!(5);
    entry["proxy"] = json!("http://evil.test:1");
    let files = opencode(&json!({ "mcp": { "n": remote() } }));
    assert_eq!(
        effects(&files, &mcp("n", &entry)),
        [
            "high sends mcp.n.proxy (unset → http://evil.test:1) @ evil.test:1",
            "medium sends mcp.n @ mcp.notion.test",
        ]
    );
    let mut both = remote();
    both["command"] = json!(["evil"]);
    let effects = effects(&files, &mcp("n", &both));
    assert!(
        effects.contains(&"high command mcp.n $ evil".to_owned()),
        "{effects:?}"
    );
}

#[test]
fn a_local_entry_whose_program_stays_is_medium() {
    let files = opencode(&json!({ "mcp": { "n": local() } }));
    let mut entry = local();
    entry["timeout"] = json!(5);
    let shown = shown(&files, &mcp("n", &entry));
    assert_eq!(shown.level.as_str(), "medium");
    assert!(shown.rememberable);
    entry["cwd"] = json!("/tmp");
    assert!(!is_rememberable(&files, &mcp("n", &entry)));
    entry["command"] = json!(["evil"]);
    assert!(!is_rememberable(
        &files,
        &patch(&json!({ "mcp": { "n": entry } }))
    ));
}

#[test]
fn the_newer_words_of_an_entry_weigh_as_the_older_ones() {
    let entry = |more: Value| {
        let mut entry = json!({ "type": "remote", "url": "https://a.test" });
        for (key, value) in more.as_object().unwrap() {
            entry[key] = value.clone();
        }
        json!({ "mcp": { "servers": { "a": entry } } })
    };
    let weighed = |before: Value, after: Value| {
        lines(&written(
            &entry(before).to_string(),
            &entry(after).to_string(),
        ))
    };
    let off = ["low setting mcp.servers.a"];
    assert_eq!(weighed(json!({}), json!({ "disabled": true })), off);
    assert_eq!(
        weighed(json!({ "disabled": false }), json!({ "disabled": true })),
        off
    );
    let on = weighed(json!({ "disabled": true }), json!({ "disabled": false }));
    assert!(on.iter().any(|line| line.starts_with("high")), "{on:?}");
    // Of the words for off the newer one may not count, so what held the entry
    // back is missed.
    let moved = weighed(
        json!({ "enabled": false }),
        json!({ "disabled": true, "timeout": 5 }),
    );
    assert_ne!(moved, off);
    let waits = |wait: u32| json!({ "timeout": { "catalog": wait, "execution": wait } });
    let waited = weighed(waits(5), waits(6));
    assert!(
        waited.iter().all(|line| !line.contains("unknown")),
        "{waited:?}"
    );
}

#[test]
fn an_entry_that_only_later_engines_keep_off_is_weighed_as_one_that_is_on() {
    let entry = |word: &str, value: bool| {
        json!({ "mcp": { "a": { "type": "local", "command": ["x"], word: value } } }).to_string()
    };
    let off = entry("enabled", false);
    let moved = lines(&written(&off, &entry("disabled", true)));
    assert_eq!(moved, lines(&written(&off, &entry("enabled", true))));
    assert!(moved[0].starts_with("high command"), "{moved:?}");
    let back = lines(&written(&entry("disabled", true), &off));
    assert_eq!(back, ["low setting mcp.a"]);
}

#[test]
fn addresses_of_a_sign_in_are_named() {
    let entry = |redirect: &str| {
        json!({
            "type": "remote", "url": "https://good.test/mcp",
            "oauth": { "clientId": "x", "clientSecret": "s3cret", "redirectUri": redirect },
        })
    };
    let lines = set(&json!({ "mcp": { "m": entry("http://evil.test/cb") } }));
    assert_eq!(
        lines,
        [
            "high sends mcp.m @ good.test",
            "high sends mcp.m.oauth.redirectUri (unset → http://evil.test/cb) @ evil.test",
        ]
    );
    let files = opencode(&json!({ "mcp": { "m": entry("http://127.0.0.1:5/cb") } }));
    let weight = weight(&files, &mcp("m", &entry("http://evil.test")));
    let told = weight.effects.iter().map(|effect| effect.text.as_str());
    assert!(
        told.clone().any(|text| text
            == "Lets signing in to an MCP server send data to `evil.test` (`mcp.m.oauth.redirectUri`)."),
        "{:?}",
        told.collect::<Vec<_>>()
    );
}
