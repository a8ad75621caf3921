//! Addresses that people would misread are refused where the engine uses
//! them, and told as it reads them where they are.

use openwork_change::change::{Change, read};
use openwork_model::invalid::Invalid;
use serde_json::{Value, json};

use crate::support::{fields, lines, written};

const MISLEADING: &[&str] = &[
    "http:evil.test/mcp?u=https://good.test/mcp",
    "http:\\\\evil.test/b://good.test",
    "http:/\t/evil.test/c?://good.test/",
    "https://good.test\n.evil.test/",
    "https://evil\t.test/",
    "https://evil.test\\@good.test/",
    "https://good.test@evil.test/",
    "https://me:pw@evil.test/",
    "https:///evil.test/",
    "https:evil.test",
    " https://evil.test",
    "HTTP:evil.test",
    "https://{env:USER}@evil.test/",
];

/// Requests that would have the engine use an address.
fn requests(address: &str) -> Vec<(&'static str, Result<Change, Invalid>)> {
    let patch = |opencode: Value| read::patch_config(&fields(&json!({ "opencode": opencode })));
    let remote = json!({ "type": "remote", "url": address });
    vec![
        (
            "/mcp/a/url",
            read::add_mcp(&fields(&json!({ "name": "a", "config": remote }))),
        ),
        ("/mcp/a/url", patch(json!({ "mcp": { "a": remote } }))),
        (
            "/mcp/servers/a/url",
            patch(json!({ "mcp": { "servers": { "a": remote } } })),
        ),
        (
            "/provider/p/api",
            patch(json!({ "provider": { "p": { "api": address } } })),
        ),
        (
            "/provider/p/options/baseURL",
            patch(json!({ "provider": { "p": { "options": { "baseURL": address } } } })),
        ),
        (
            "/provider/p/models/m/provider/api",
            patch(
                json!({ "provider": { "p": { "models": { "m": { "provider": { "api": address } } } } } }),
            ),
        ),
        (
            "/instructions/0",
            patch(json!({ "instructions": [address] })),
        ),
        (
            "/skills/urls/0",
            patch(json!({ "skills": { "urls": [address] } })),
        ),
        (
            "/enterprise/url",
            patch(json!({ "enterprise": { "url": address } })),
        ),
        (
            "/mcp/a/url",
            read::import(&fields(&json!({ "opencode": { "mcp": { "a": remote } } }))),
        ),
    ]
}

#[test]
fn misleading_addresses_are_refused_wherever_the_engine_would_use_them() {
    for address in MISLEADING {
        for (place, request) in requests(address) {
            match request {
                Err(Invalid::Engine { pointer, .. }) => assert_eq!(pointer, place, "{address:?}"),
                other => panic!("{place} {address:?}: {other:?}"),
            }
        }
    }
}

#[test]
fn plain_addresses_are_taken() {
    for address in [
        "https://good.test/mcp",
        "http://127.0.0.1:3000",
        "https://b\u{fc}cher.test/",
        "https://good.test/{env:KEY}?a=@b",
        "https://{env:HOST}/mcp",
        "{env:URL}",
        "https://••••••@good.test/",
    ] {
        for (place, request) in requests(address) {
            assert!(request.is_ok(), "{place} {address:?}: {request:?}");
        }
    }
}

#[test]
fn plugins_may_have_user_names_and_nothing_that_is_left_out() {
    let add = |spec: &str| read::add_plugin(&fields(&json!({ "spec": spec })));
    for spec in [
        "git+ssh://git@host.test/x.git",
        "notion@1",
        "@a/b",
        "C:\\plugins\\x.js",
    ] {
        assert!(add(spec).is_ok(), "{spec}");
    }
    for spec in [
        "https://good.test\\@evil.test/x.tgz",
        "git+https:\\\\evil.test/x",
    ] {
        assert!(add(spec).is_err(), "{spec}");
    }
}

#[test]
fn what_a_file_holds_is_reported_as_the_engine_reads_it() {
    for (address, host) in [
        ("http:EVIL.test/mcp?u=https://good.test/mcp", "evil.test"),
        ("http:\\\\EVIL.test/b://good.test", "evil.test"),
        ("http:/\t/EVIL.test/c?://good.test/", "evil.test"),
        ("https://good.test\n.evil.test/", "good.test.evil.test"),
        ("https://evil\t.test/", "evil.test"),
        ("https://good.test@evil.test/", "evil.test"),
        ("https://\u{430}pple.com", "xn--pple-43d.com"),
        ("http://0x7f000001:8080/", "127.0.0.1:8080"),
    ] {
        let entry = json!({ "mcp": { "a": { "type": "remote", "url": address } } });
        let weight = written("{}", &entry.to_string());
        assert_eq!(
            lines(&weight),
            [format!("high sends mcp.a @ {host}")],
            "{address:?}"
        );
        assert_eq!(weight.title, format!("Send data to {host}"));
        let base = json!({ "provider": { "p": { "options": { "baseURL": address } } } });
        let weight = written("{}", &base.to_string());
        assert_eq!(weight.effects[0].host.as_deref(), Some(host), "{address:?}");
    }
}
