//! What is told of the host's token, and of files that show it.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use openwork_testkit::http::Request;
use openwork_testkit::private::is_private;
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
    assert!(is_private(&key).unwrap());
    assert_eq!(fs::metadata(&key).unwrap().len(), 32);
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

#[cfg(unix)]
#[test]
fn a_configuration_file_that_shows_tokens_is_named() {
    use std::os::unix::fs::PermissionsExt;

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

/// A token of its own for somebody.
fn made(server: &Server, scope: &str) -> (String, String) {
    let request = Request::new("POST", "/tokens")
        .header("X-OpenWork-Host-Token", HOST_TOKEN)
        .json(&json!({ "scope": scope, "label": "phone" }));
    let answer = server.send(&request).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.summary());
    let answer = answer.json().unwrap();
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

fn who_is(server: &Server, token: &str) -> u16 {
    let request =
        Request::new("GET", "/whoami").header("Authorization", &format!("Bearer {token}"));
    server.send(&request).unwrap().status
}

#[test]
fn tokens_outlive_the_server_and_are_shared_by_two() {
    let sandbox = Sandbox::new().unwrap();
    let first = start(&sandbox);
    let (token, id) = made(&first, "viewer");
    let file = sandbox.home().join(".config/openwork/tokens.json");
    assert!(is_private(&file).unwrap());
    assert!(!fs::read_to_string(&file).unwrap().contains(&token));
    // Another server knows it at once, and so does the next start.
    let second = start(&sandbox);
    assert_eq!(who_is(&second, &token), 200);
    first.stop().unwrap();
    let third = start(&sandbox);
    assert_eq!(who_is(&third, &token), 200);
    let (other, _) = made(&second, "owner");
    let end = Request::new("DELETE", &format!("/tokens/{id}"))
        .header("Authorization", &format!("Bearer {other}"));
    assert_eq!(third.send(&end).unwrap().status, 200);
    assert_eq!(who_is(&third, &token), 401);
    thread::sleep(Duration::from_millis(300));
    assert_eq!(who_is(&second, &token), 401);
    assert_eq!(who_is(&second, &other), 200);
}

/// Lets others write a file; on Windows reading is enough for it not to count.
fn let_others_in(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        fs::set_permissions(path, fs::Permissions::from_mode(0o622)).unwrap();
    }
    #[cfg(windows)]
    openwork_testkit::private::let_others_read(path).unwrap();
}

#[test]
fn a_file_of_tokens_that_others_may_write_lets_nobody_in() {
    let sandbox = Sandbox::new().unwrap();
    let place = sandbox.path("kept/t.json");
    let launch = || ServerLaunch::new(PROGRAM, &sandbox).env("OPENWORK_TOKEN_STORE", &place);
    let server = launch().start().unwrap();
    let (token, _) = made(&server, "owner");
    assert_eq!(who_is(&server, &token), 200);
    let before = fs::read(&place).unwrap();
    let_others_in(&place);
    let server = launch().start().unwrap();
    assert_eq!(who_is(&server, &token), 401);
    let wanted = Request::new("POST", "/tokens")
        .header("X-OpenWork-Host-Token", HOST_TOKEN)
        .json(&json!({ "scope": "viewer" }));
    let refused = server.send(&wanted).unwrap();
    assert_eq!(refused.status, 409, "{}", refused.summary());
    assert_eq!(refused.json().unwrap()["code"], "state_unreadable");
    assert_eq!(fs::read(&place).unwrap(), before);
}

#[test]
fn records_come_on_standard_output_after_the_boot_lines() {
    let sandbox = Sandbox::new().unwrap();
    let file = sandbox.home().join(".config/openwork/server.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(
        &file,
        r#"{ "workspaces": [{ "path": "", "displayName": "Office" }] }"#,
    )
    .unwrap();
    let launch = ServerLaunch::new(PROGRAM, &sandbox).args(["--log-format", "json"]);
    let mut server = launch.start().unwrap();
    made(&server, "viewer");
    let output = server.process().stdout();
    let mut lines = output.lines();
    let boot = lines.next().unwrap();
    assert!(boot.starts_with("OpenWork server listening on "), "{boot}");
    let records = lines.skip_while(|line| !line.starts_with('{'));
    let records: Vec<Value> = records
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let bodies: Vec<_> = records
        .iter()
        .map(|record| record["body"].as_str().unwrap())
        .collect();
    assert!(
        bodies
            .iter()
            .any(|body| body.starts_with("workspace `Office` is left out")),
        "{bodies:?}"
    );
    assert!(bodies.contains(&"a token was made"), "{bodies:?}");
    assert_eq!(server.process().stderr(), "");
}
