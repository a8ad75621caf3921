//! A workspace that is served stays its user's, to rename, to tidy and to delete.

use std::fs;

use openwork_testkit::http::Request;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");

/// Adds a skill and asks for it, so that whatever the server keeps open is open.
fn add_skill(server: &Server, name: &str) {
    let body = json!({ "name": name, "description": "d", "content": "Tidy up.\n" });
    let add = Request::new("POST", &server.at_workspace("skills")).json(&body);
    server.json(add).unwrap();
    let listed = server.json(skills(server)).unwrap();
    assert!(listed.to_string().contains(name), "{listed}");
}

fn skills(server: &Server) -> Request {
    Request::new("GET", &server.at_workspace("skills"))
}

#[test]
fn a_served_workspace_is_renamed_pruned_and_deleted() {
    let sandbox = Sandbox::new().unwrap();
    let server = ServerLaunch::new(PROGRAM, &sandbox)
        .args(["--approval", "auto"])
        .start()
        .unwrap();
    add_skill(&server, "one");

    let (place, aside) = (sandbox.workspace(), sandbox.path("aside"));
    fs::rename(&place, &aside).unwrap();
    let gone = server.as_client(skills(&server)).unwrap();
    assert_eq!(gone.status, 404, "{}", gone.summary());
    assert!(!place.exists());
    fs::rename(&aside, &place).unwrap();
    add_skill(&server, "two");

    for name in ["one", "two"] {
        let path = server.at_workspace(&format!("skills/{name}"));
        server.json(Request::new("DELETE", &path)).unwrap();
        let folder = sandbox.path("ws/.opencode/skills").join(name);
        assert!(!folder.exists(), "{name}");
    }

    fs::remove_dir_all(&place).unwrap();
    let status = server.stop().unwrap();
    // Wine sends no event, so that the server is killed there.
    assert!(cfg!(windows) || status.success());
    // Asked last: where a name goes with the last handle on it, as under Wine 8, the
    // server's watch keeps it until then.
    assert!(!place.exists());
}
