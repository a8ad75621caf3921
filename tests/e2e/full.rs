//! A disk without space, and files that may not grow: a write fails by itself, leaves nothing
//! behind, and the next one succeeds once there is room.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use openwork_testkit::http::Request;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");

/// How a process gets mounts of its own: as the superuser, or with a user namespace.
const NAMESPACES: [&str; 2] = ["unshare --mount", "unshare --map-root-user --mount"];

/// The command that gives a process mounts of its own, if this system lets us.
fn namespace() -> Option<&'static str> {
    let works = |command: &&str| {
        let script = format!("{command} mount -t tmpfs none /mnt");
        let tried = Command::new("sh").args(["-c", &script]).output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    NAMESPACES.into_iter().find(works)
}

/// Starts the server from a script that ends by becoming it: `"$@"` is the whole command.
fn start_by(script: &str, sandbox: &Sandbox) -> Server {
    let path = sandbox.path("start");
    let text = format!("#!/bin/sh\nset -- '{PROGRAM}' \"$@\"\n{script}\n");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let launch = ServerLaunch::new(&path, sandbox).args(["--approval", "auto"]);
    launch.start().unwrap()
}

fn add(server: &Server, spec: &str) -> (u16, Value) {
    let request =
        Request::new("POST", &server.at_workspace("plugins")).json(&json!({ "spec": spec }));
    let answer = server.as_client(request).unwrap();
    let code = answer.json().unwrap()["code"].clone();
    (answer.status, code)
}

/// What the audit log tells of, oldest first.
fn recorded(server: &Server) -> Vec<Value> {
    let request = Request::new("GET", &server.at_workspace("audit"));
    let found = server.json(request).unwrap();
    let entries = found["items"].as_array().unwrap().iter().rev();
    entries.map(|entry| entry["summary"].clone()).collect()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// Everything that a write could leave something in.
fn all_names(workspace: &Path) -> Vec<Vec<String>> {
    let places = ["", ".opencode", ".opencode/openwork"];
    places.map(|place| names(&workspace.join(place))).into()
}

/// Takes all the space that is left.
fn fill(path: &Path) {
    let mut file = fs::File::create(path).unwrap();
    while file.write_all(&[b'x'; 512]).is_ok() {}
}

#[test]
fn a_full_disk_is_survived() {
    let Some(namespace) = namespace() else {
        eprintln!("skipped: no file system can be mounted here");
        return;
    };
    let sandbox = Sandbox::bare().unwrap();
    fs::create_dir(sandbox.home()).unwrap();
    fs::create_dir(sandbox.workspace()).unwrap();
    let mount = "mount -t tmpfs -o size=128k none ws && exec \"$@\"";
    let mut server = start_by(
        &format!("exec {namespace} sh -c '{mount}' sh \"$@\""),
        &sandbox,
    );
    // The mount is seen by the server alone, and goes with it; here it is looked at through proc(5).
    let pid = server.process().id();
    let outside = sandbox.workspace();
    let inside = outside.strip_prefix("/").unwrap();
    let workspace = PathBuf::from(format!("/proc/{pid}/root")).join(inside);

    assert_eq!(add(&server, "first"), (200, Value::Null));
    let filler = workspace.join("filler");
    fill(&filler);
    let before = fs::read(workspace.join("opencode.jsonc")).unwrap();
    let there = all_names(&workspace);
    // The log has room on its last page for some intents, and then for none.
    let refused: Vec<_> = (0..24)
        .map(|n| add(&server, &format!("no-room-{n}")))
        .collect();
    assert_eq!(refused.first(), Some(&(507, json!("storage_full"))));
    assert_eq!(refused.last(), Some(&(503, json!("audit_unavailable"))));
    assert_eq!(fs::read(workspace.join("opencode.jsonc")).unwrap(), before);
    assert_eq!(all_names(&workspace), there);
    assert_eq!(recorded(&server), [json!("Added first")]);

    fs::remove_file(&filler).unwrap();
    assert_eq!(add(&server, "second"), (200, Value::Null));
    let config: Value =
        serde_json::from_slice(&fs::read(workspace.join("opencode.jsonc")).unwrap()).unwrap();
    assert_eq!(config["plugin"], json!(["first", "second"]));
    assert_eq!(
        recorded(&server),
        [json!("Added first"), json!("Added second")]
    );
    assert_eq!(names(&outside), [""; 0], "the mount was seen by others");
}

#[test]
fn a_limit_of_file_sizes_is_survived() {
    let sandbox = Sandbox::new().unwrap();
    // In blocks of 512 bytes (POSIX): 8 KiB, for the log on standard error as well.
    let mut server = start_by("ulimit -S -f 16 && exec \"$@\"", &sandbox);
    let log_of_server = |server: &mut Server| server.process().stderr().len();
    while log_of_server(&mut server) < 8 << 10 {
        let read = Request::new("GET", &server.at_workspace("config"));
        assert_eq!(server.as_client(read).unwrap().status, 200);
    }
    assert_eq!(add(&server, "first"), (200, Value::Null));

    let workspace = sandbox.workspace();
    let there = all_names(&workspace);
    let body = "long\n".repeat(4 << 10);
    let skill = json!({ "name": "s", "description": "d", "content": body });
    let request = Request::new("POST", &server.at_workspace("skills")).json(&skill);
    let answer = server.as_client(request).unwrap();
    assert_eq!(answer.status, 507, "{}", answer.summary());
    assert_eq!(answer.json().unwrap()["code"], "storage_full");
    assert_eq!(all_names(&workspace), there);
    let grows = |n: usize| add(&server, &format!("plugin-{n}"));
    let answers: Vec<_> = (0..64).map(grows).collect();
    let made = answers.iter().take_while(|(status, _)| *status == 200);
    let made = made.count();
    assert_eq!(answers.get(made), Some(&(503, json!("audit_unavailable"))));
    assert!(made > 2, "{answers:?}");
    assert_eq!(all_names(&workspace), there);

    let pid = server.process().id().to_string();
    let relieved = Command::new("prlimit")
        .args(["--pid", &pid, "--fsize=unlimited:"])
        .status();
    if !relieved.is_ok_and(|status| status.success()) {
        eprintln!("skipped: prlimit is not here");
        return;
    }
    assert_eq!(add(&server, "last"), (200, Value::Null));
    // What there was room to make, and no room to record the end of, is made
    // up for: all that was acknowledged is there.
    let plugins = (0..made).map(|n| json!(format!("Added plugin-{n}")));
    let first = std::iter::once(json!("Added first"));
    let all: Vec<_> = first.chain(plugins).chain([json!("Added last")]).collect();
    assert_eq!(recorded(&server), all);
}
