//! What is told of the host's token, and of files that show it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use openwork_testkit::http::Request;
use openwork_testkit::sandbox::{Sandbox, sha256_hex};
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");

fn start(sandbox: &Sandbox) -> Server {
    ServerLaunch::new(PROGRAM, sandbox).start().unwrap()
}

/// Has the host write something, and reads as a client by which token.
fn hash_of_host(server: &Server, spec: &str) -> String {
    let write = Request::new("POST", &server.at_workspace("plugins"))
        .header("X-OpenWork-Host-Token", HOST_TOKEN)
        .json(&json!({ "spec": spec }));
    assert_eq!(server.as_client(write).unwrap().status, 200);
    let audit = Request::new("GET", &server.at_workspace("audit"));
    let audit: Value = server.as_client(audit).unwrap().json().unwrap();
    let actor = &audit["items"][0]["actor"];
    assert_eq!(actor["type"], "host");
    actor["tokenHash"].as_str().unwrap().to_owned()
}

#[test]
fn clients_cannot_guess_the_hosts_token_by_its_hash() {
    let sandbox = Sandbox::new().unwrap();
    let first = hash_of_host(&start(&sandbox), "a");
    assert_eq!(first.len(), 64);
    assert_ne!(first, sha256_hex(HOST_TOKEN));
    let key = sandbox.home().join(".local/state/openwork/token-key");
    let metadata = fs::metadata(&key).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert_eq!(metadata.len(), 32);
    // Another start knows the token by the same hash.
    assert_eq!(hash_of_host(&start(&sandbox), "b"), first);
    fs::remove_file(&key).unwrap();
    assert_ne!(hash_of_host(&start(&sandbox), "c"), first);
}

#[test]
fn the_plain_hash_of_earlier_entries_is_not_told() {
    let sandbox = Sandbox::new().unwrap();
    let log = sandbox.workspace().join(".opencode/openwork");
    fs::create_dir_all(&log).unwrap();
    let entry = json!({
        "id": "5c4ef2f2-0000-4000-8000-000000000001", "workspaceId": "x", "action": "plugins.add",
        "actor": { "type": "host", "tokenHash": sha256_hex(HOST_TOKEN) }, "target": "opencode.json",
        "summary": "Added b", "timestamp": 1,
    });
    fs::write(log.join("audit.jsonl"), format!("{entry}\n")).unwrap();
    let server = start(&sandbox);
    let audit = Request::new("GET", &server.at_workspace("audit"));
    let told = server.as_client(audit).unwrap();
    assert!(told.text().contains("Added b"), "{}", told.summary());
    assert!(
        !told.text().contains(&sha256_hex(HOST_TOKEN)),
        "{}",
        told.summary()
    );
}

#[test]
fn a_configuration_file_that_shows_tokens_is_named() {
    let sandbox = Sandbox::new().unwrap();
    let file = sandbox.home().join(".config/openwork/server.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, r#"{ "token": "from-the-file" }"#).unwrap();
    for (mode, is_named) in [(0o666, true), (0o640, true), (0o600, false)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let errors = start(&sandbox).process().stderr();
        let named = format!("chmod 600 {}", file.display());
        assert_eq!(errors.contains(&named), is_named, "{mode:o}: {errors}");
    }
}
