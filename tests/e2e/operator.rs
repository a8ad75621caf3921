//! The operator's commands on the real program: settings, the doctor, workspaces, tokens, a service.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::print_stderr, reason = "what is skipped has to be seen")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
#[cfg(target_os = "linux")]
use std::process::Command;
use std::time::Duration;

use openwork_testkit::process::{Launch, poll};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const LIMIT: Duration = Duration::from_secs(20);

/// What a command did.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(sandbox: &Sandbox, args: &str) -> Ran {
    let launch = Launch::new(PROGRAM, sandbox.root()).home(sandbox.home());
    let mut process = launch.args(args.split_whitespace()).start().unwrap();
    let status = process.wait(LIMIT).unwrap().expect("it has not ended");
    Ran {
        code: status.code(),
        out: process.stdout(),
        err: process.stderr(),
    }
}

fn json_of(sandbox: &Sandbox, args: &str) -> Value {
    let ran = run(sandbox, args);
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{args}: {ran:?}"))
}

const SETTINGS: &str = "home/.config/openwork/server.json";

/// A sandbox with settings of its user.
fn with_settings(settings: &Value) -> Sandbox {
    let sandbox = Sandbox::new().unwrap();
    sandbox
        .write(SETTINGS, serde_json::to_string_pretty(settings).unwrap())
        .unwrap();
    let mode = fs::Permissions::from_mode(0o600);
    fs::set_permissions(sandbox.path(SETTINGS), mode).unwrap();
    sandbox
}

#[test]
fn settings_are_checked_and_traced() {
    let sandbox =
        with_settings(&json!({ "port": 0, "token": "hush", "workspaces": [{ "path": "/gone" }] }));
    let file = sandbox.path(SETTINGS).display().to_string();
    assert_eq!(run(&sandbox, "config path").out, format!("{file}\n"));
    let path = json_of(&sandbox, "config path --json");
    assert_eq!(
        path,
        json!({ "path": file, "exists": true, "namedBy": null })
    );

    let checked = run(&sandbox, "config check");
    assert_eq!(checked.code, Some(0));
    assert_eq!(
        checked.out,
        format!("{file} and all other settings can be used\n")
    );
    let printed = json_of(&sandbox, "config print --json --host 127.0.0.2");
    let setting = |key: &str| {
        let all = printed["settings"].as_array().unwrap();
        all.iter().find(|one| one["key"] == key).unwrap().clone()
    };
    assert_eq!(
        setting("host"),
        json!({ "key": "host", "value": "127.0.0.2", "source": { "kind": "flag", "name": "--host" } })
    );
    assert_eq!(
        setting("port"),
        json!({ "key": "port", "value": 0, "source": { "kind": "file", "path": file, "line": 2 } })
    );
    assert!(!printed.to_string().contains("hush"), "{printed}");

    let wrong = run(&sandbox, "config check --port x --json");
    assert_eq!(wrong.code, Some(2));
    let error: Value = serde_json::from_str(&wrong.out).unwrap();
    assert_eq!(error["error"]["problems"][0]["help"], "write `--port 8787`");
    assert_eq!(run(&sandbox, "config print --port x").code, Some(2));
}

#[test]
fn the_doctor_says_why_a_skill_is_missing() {
    let sandbox = with_settings(&json!({ "port": 0 }));
    let skill = "ws/.opencode/skills/mismatch/SKILL.md";
    sandbox
        .write(skill, "---\nname: other\ndescription: d\n---\n")
        .unwrap();
    let ran = run(&sandbox, "doctor --workspace ws");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    let found = format!(
        "warning  skill `other` is skipped: its name is `other`, but its folder is `mismatch`\n         {}:2\n",
        sandbox.path(skill).display()
    );
    assert!(ran.out.contains(&found), "{}", ran.out);
    assert!(
        ran.out.contains("         fix: give the folder"),
        "{}",
        ran.out
    );
    // A warning fails only those who say so.
    assert_eq!(
        run(&sandbox, "doctor --strict --workspace ws").code,
        Some(1)
    );
    let answer = json_of(&sandbox, "doctor --json --workspace ws");
    assert_eq!(
        (&answer["ok"], &answer["warnings"]),
        (&json!(true), &json!(1)),
        "{answer}"
    );
    // Nothing was written: it is somebody's workspace.
    assert!(!sandbox.path("ws/.opencode/openwork").exists());
}

#[test]
fn the_doctor_finds_errors_and_a_start_tells_of_them() {
    let sandbox = with_settings(&json!({ "port": 0 }));
    sandbox.write("file", "").unwrap();
    sandbox.write("ws/opencode.json", "{ \"model\": }").unwrap();
    let args = "--workspace ws --workspace gone --workspace file";
    let ran = run(&sandbox, &format!("doctor {args}"));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for what in [
        "error    workspace `gone` is not there",
        "error    workspace `file` is no directory",
        "error    the text does not parse",
    ] {
        assert!(ran.out.contains(what), "{what}: {}", ran.out);
    }
    assert!(ran.out.contains("\n3 errors, "), "{}", ran.out);

    let launch = Launch::new(PROGRAM, sandbox.root()).home(sandbox.home());
    let server = launch.args(args.split_whitespace()).start().unwrap();
    let told = poll(LIMIT, || {
        let told = server.stderr();
        let is_told = told.contains("`openwork-server doctor` says what");
        Ok::<_, std::io::Error>(is_told.then_some(told))
    });
    let told = told.unwrap().expect("nothing was told");
    assert!(told.contains("errors=3"), "{told}");
}

/// Whoever asks before a start hears what the start would say.
#[test]
fn a_certificate_that_is_missing_is_found_before_the_start() {
    let sandbox = with_settings(&json!({ "port": 0 }));
    for tls in ["--tls-cert none --tls-key none", "--tls-cert none"] {
        for command in ["", "config check", "service install --dry-run"] {
            let ran = run(&sandbox, &format!("{command} {tls}"));
            assert_eq!(ran.code, Some(2), "{command} {tls}: {ran:?}");
            assert!(ran.err.contains("--tls-cert"), "{command} {tls}: {ran:?}");
        }
        let ran = run(&sandbox, &format!("doctor --workspace gone {tls}"));
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(
            ran.out.contains("why: the server does not start"),
            "{ran:?}"
        );
        // All else is looked at none the less.
        assert!(ran.out.contains("workspace `gone` is not there"), "{ran:?}");
        assert!(!ran.out.contains("skipped"), "{ran:?}");
    }
}

/// What one check of the doctor found.
fn found(sandbox: &Sandbox, args: &str, check: &str) -> Value {
    let answer = json_of(sandbox, &format!("doctor --json {args}"));
    let checks = answer["checks"].as_array().unwrap().clone();
    let mut checks = checks.into_iter().filter(|one| one["check"] == check);
    checks
        .next()
        .map_or(Value::Null, |one| one["findings"].clone())
}

#[test]
fn what_is_odd_about_the_settings_has_a_place_and_a_reason() {
    let entry = json!({ "path": "/gone" });
    let settings = json!({ "port": 0, "token": "hush", "workspaces": [entry, entry] });
    let sandbox = with_settings(&settings);
    let file = sandbox.path(SETTINGS);
    let odd = found(&sandbox, "", "settings");
    let place = json!({ "path": file, "line": 4 });
    assert_eq!(odd[0]["place"], place, "{odd}");
    assert_eq!(odd[0]["fix"], "take one of the two out");
    let overridden = found(&sandbox, "--port 1", "overridden");
    let place = json!({ "path": file, "line": 2 });
    assert_eq!(overridden[0]["place"], place, "{overridden}");
    assert_eq!(found(&sandbox, "", "secret_files"), json!([]));

    let mode = fs::Permissions::from_mode(0o644);
    fs::set_permissions(&file, mode).unwrap();
    let open = found(&sandbox, "", "secret_files");
    assert_eq!(open[0]["place"], json!({ "path": file }), "{open}");
    let told = found(&sandbox, "", "settings");
    assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");

    let gone = found(&sandbox, "--config gone.json", "settings");
    let place = json!({ "path": sandbox.path("gone.json") });
    assert_eq!(gone[0]["place"], place, "{gone}");
    assert_eq!(
        found(&sandbox, "--config gone.json", "workspaces"),
        Value::Null
    );
}

#[test]
fn whoever_asks_for_json_reads_of_wrong_usage_in_json() {
    let sandbox = Sandbox::new().unwrap();
    for args in [
        "approvals show --json",
        "approvals list --json --nope",
        "tokens create bogus --json",
        "doctor --json --nope",
        "config print --json --port",
    ] {
        let ran = run(&sandbox, args);
        assert_eq!((ran.code, ran.err.as_str()), (Some(2), ""), "{args}");
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(answer["error"]["code"], "usage", "{args}: {answer}");
        assert!(answer["error"]["message"].is_string(), "{args}: {answer}");
    }
}

#[test]
fn a_doctor_is_asked_beside_a_running_server() {
    let sandbox = Sandbox::new().unwrap();
    let server = ServerLaunch::new(PROGRAM, &sandbox).start().unwrap();
    let port = server.address().port();
    let ran = run(&sandbox, &format!("doctor --workspace ws --port {port}"));
    let line = "ok       the port is free, or our own server listens on it\n";
    assert!(ran.out.contains(line), "{ran:?}");
}

#[test]
fn workspaces_come_and_go() {
    let sandbox = Sandbox::new().unwrap();
    let _server: Server = ServerLaunch::new(PROGRAM, &sandbox).start().unwrap();
    fs::create_dir(sandbox.path("other")).unwrap();
    let listed = json_of(&sandbox, "workspaces list --json");
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    let added = run(&sandbox, "workspaces add other --name Other");
    assert_eq!(added.code, Some(0), "{added:?}");
    assert!(added.out.starts_with("Other (ws_"), "{}", added.out);
    let first = listed["items"][0]["id"].as_str().unwrap();
    let activated = run(&sandbox, &format!("workspaces activate {}", &first[..8]));
    assert_eq!(activated.code, Some(0), "{activated:?}");
    let listed = json_of(&sandbox, "workspaces list --json");
    assert_eq!(listed["activeId"], first);
    let removed = run(&sandbox, &format!("workspaces remove {first}"));
    assert_eq!(removed.code, Some(0), "{removed:?}");
    assert_eq!(run(&sandbox, "workspaces remove ws_0000").code, Some(5));
    let missing = run(&sandbox, "workspaces add nowhere");
    assert_eq!(missing.code, Some(1), "{missing:?}");
}

#[test]
fn a_token_is_made_and_ended() {
    let sandbox = Sandbox::new().unwrap();
    let _server = ServerLaunch::new(PROGRAM, &sandbox).start().unwrap();
    let made = json_of(
        &sandbox,
        "tokens create viewer --label phone --for 1h --json",
    );
    assert!(
        made["token"].as_str().unwrap().starts_with("owt_"),
        "{made}"
    );
    let listed = run(&sandbox, "tokens list");
    assert!(
        listed.out.contains("viewer") && listed.out.contains("phone"),
        "{listed:?}"
    );
    assert!(!listed.out.contains(made["token"].as_str().unwrap()));
    let id = &made["id"].as_str().unwrap()[..8];
    let ended = run(&sandbox, &format!("tokens revoke {id}"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(run(&sandbox, &format!("tokens revoke {id}")).code, Some(5));
}

#[test]
#[cfg(target_os = "linux")]
fn a_unit_is_printed_and_nothing_is_done() {
    let sandbox = Sandbox::new().unwrap();
    let ran = run(&sandbox, "service install --workspace ws --dry-run");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let path = "home/.config/systemd/user/openwork-server.service";
    let heading = format!("# {}\n", sandbox.path(path).display());
    let rest = ran.out.strip_prefix(&heading).unwrap();
    let unit = rest.split("\n# then\n").next().unwrap();
    assert!(!sandbox.path(path).exists());
    assert_eq!(run(&sandbox, "service status").code, Some(1));
    let secret = run(&sandbox, "service install --token hush --dry-run");
    assert_eq!(secret.code, Some(2), "{secret:?}");

    verified_by_systemd(&sandbox, unit);
}

#[test]
#[cfg(target_os = "linux")]
fn a_service_that_the_system_refuses_leaves_nothing_behind() {
    let sandbox = Sandbox::new().unwrap();
    let refusing = "#!/bin/sh\necho \"$2\" >>\"$HOME/calls\"\n[ \"$2\" != enable ] || { echo no bus >&2; exit 1; }\n";
    sandbox.write("bin/systemctl", refusing).unwrap();
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(sandbox.path("bin/systemctl"), mode).unwrap();
    let unit = "home/.config/systemd/user/openwork-server.service";
    let install = || {
        let launch = Launch::new(PROGRAM, sandbox.root()).home(sandbox.home());
        let launch = launch.env("PATH", sandbox.path("bin"));
        let args = ["service", "install", "--workspace", "ws"];
        let mut process = launch.args(args).start().unwrap();
        let status = process.wait(LIMIT).unwrap().expect("it has not ended");
        (status.code(), process.stderr())
    };
    let (code, said) = install();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no bus"), "{said}");
    assert!(!sandbox.path(unit).exists());
    let calls = sandbox.read("home/calls").unwrap();
    assert_eq!(calls, "daemon-reload\nenable\ndisable\ndaemon-reload\n");
    // One that was there stays as it was.
    sandbox.write(unit, "[Unit]\n").unwrap();
    assert_eq!(install().0, Some(1));
    assert_eq!(sandbox.read(unit).unwrap(), "[Unit]\n");
}

/// systemd's own word on a unit, where there is one. Its programs refuse to start where
/// there is no directory for what runs, so it gets one of its own.
#[cfg(target_os = "linux")]
fn verified_by_systemd(sandbox: &Sandbox, unit: &str) {
    let verify = |name: &str, unit: &str| {
        sandbox.write(name, unit).unwrap();
        let run = sandbox.path("run");
        fs::create_dir_all(&run).unwrap();
        let mut verify = Command::new("systemd-analyze");
        verify.args(["--user", "--man=no", "verify"]);
        verify.arg(sandbox.path(name)).env("XDG_RUNTIME_DIR", run);
        let verified = verify.output().ok()?;
        let said = String::from_utf8_lossy(&verified.stderr).into_owned();
        // Of this unit; the machine's others are none of ours.
        let lines = said.lines().filter(|line| line.contains(name));
        Some((verified.status.success(), lines.count(), said))
    };
    let Some(good) = verify("openwork-server.service", unit) else {
        eprintln!("skipped: there is no systemd-analyze here");
        return;
    };
    assert_eq!((good.0, good.1), (true, 0), "{}", good.2);
    // That it says nothing means something: it does say what it does not know.
    let bad = unit.replace("RestartSec=", "RestartSecs=");
    let bad = verify("misspelt.service", &bad).unwrap();
    assert_eq!(bad.1, 1, "{}", bad.2);
}
