//! Flag, environment, file, default: the first that is there wins.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::settings::layer::SettingSource;
use crate::settings::*;

use super::{Start, absolute, told_of};

/// A setting in every source that knows it, with a different value in each.
struct Row {
    key: &'static str,
    args: &'static [&'static str],
    variable: Option<(&'static str, &'static str)>,
    file: Option<&'static str>,
    /// How to show the setting.
    shown: fn(&Settings) -> String,
    /// What each source gives, flag first, default last; none if it cannot.
    expected: [Option<&'static str>; 4],
}

const SOURCES: [SettingSource; 4] = [
    SettingSource::Flag,
    SettingSource::Environment,
    SettingSource::File,
    SettingSource::Default,
];

const ROWS: &[Row] = &[
    Row {
        key: "host",
        args: &["--host", "a"],
        variable: Some(("OPENWORK_HOST", "b")),
        file: Some(r#""host": "c""#),
        shown: |s| s.host.clone(),
        expected: [Some("a"), Some("b"), Some("c"), Some("127.0.0.1")],
    },
    Row {
        key: "port",
        args: &["--port", "1"],
        variable: Some(("OPENWORK_PORT", "2")),
        file: Some(r#""port": 3"#),
        shown: |s| s.port.to_string(),
        expected: [Some("1"), Some("2"), Some("3"), Some("8787")],
    },
    Row {
        key: "token",
        args: &["--token", "a"],
        variable: Some(("OPENWORK_TOKEN", "007")),
        file: Some(r#""token": "true""#),
        shown: |s| s.token.value.expose().to_owned(),
        expected: [Some("a"), Some("007"), Some("true"), None],
    },
    Row {
        key: "hostToken",
        args: &["--host-token", "host-token-a"],
        variable: Some(("OPENWORK_HOST_TOKEN", "host-token-b")),
        file: Some(r#""hostToken": "host-token-c""#),
        shown: |s| s.host_token.value.expose().to_owned(),
        expected: [
            Some("host-token-a"),
            Some("host-token-b"),
            Some("host-token-c"),
            None,
        ],
    },
    Row {
        key: "allowedHosts",
        args: &["--allowed-host", "a,b", "--allowed-host=c"],
        variable: Some(("OPENWORK_ALLOWED_HOSTS", "d; e")),
        file: Some(r#""allowedHosts": ["f"]"#),
        shown: |s| s.allowed_hosts.join(" "),
        expected: [Some("a b c"), Some("d e"), Some("f"), Some("")],
    },
    Row {
        key: "corsOrigins",
        args: &["--cors", "http://a", "--cors", "tauri://b,http://c"],
        variable: Some(("OPENWORK_CORS_ORIGINS", r#"["http://d", "http://e"]"#)),
        file: Some(r#""corsOrigins": []"#),
        shown: |s| s.cors_origins.join(" "),
        expected: [
            Some("http://a tauri://b http://c"),
            Some("http://d http://e"),
            Some(""),
            Some("*"),
        ],
    },
    Row {
        key: "workspaces",
        args: &["--workspace", "/a, b", "--workspace", "/c/"],
        variable: Some(("OPENWORK_WORKSPACES", "/d;/e")),
        file: Some(r#""workspaces": [{ "path": "/f" }]"#),
        shown: |s| paths(s.workspaces.iter().map(|workspace| &workspace.path)),
        expected: [Some("/a, b|/c"), Some("/d|/e"), Some("/f"), Some("")],
    },
    Row {
        key: "tls.cert",
        args: &["--tls-cert", "/a.pem"],
        variable: Some(("OPENWORK_TLS_CERT", "/b.pem")),
        file: Some(r#""tls": { "cert": "/c.pem" }"#),
        shown: |s| paths(s.tls.cert.iter()),
        expected: [Some("/a.pem"), Some("/b.pem"), Some("/c.pem"), Some("")],
    },
    Row {
        key: "tls.key",
        args: &["--tls-key", "/a.pem"],
        variable: Some(("OPENWORK_TLS_KEY", "/b.pem")),
        file: Some(r#""tls": { "key": "/c.pem" }"#),
        shown: |s| paths(s.tls.key.iter()),
        expected: [Some("/a.pem"), Some("/b.pem"), Some("/c.pem"), Some("")],
    },
    Row {
        key: "readOnly",
        args: &["--read-only"],
        variable: Some(("OPENWORK_READONLY", "no")),
        file: Some(r#""readOnly": true"#),
        shown: |s| s.read_only.to_string(),
        expected: [Some("true"), Some("false"), Some("true"), Some("false")],
    },
    Row {
        key: "proxy.machine",
        args: &["--proxy-machine"],
        variable: Some(("OPENWORK_PROXY_MACHINE", "no")),
        file: Some(r#""proxy": { "machine": true }"#),
        shown: |s| s.proxy_machine.to_string(),
        expected: [Some("true"), Some("false"), Some("true"), Some("false")],
    },
    Row {
        key: "approval.mode",
        args: &["--approval", "auto"],
        variable: Some(("OPENWORK_APPROVAL_MODE", "manual")),
        file: Some(r#""approval": { "mode": "auto" }"#),
        shown: |s| format!("{:?}", s.approval.mode),
        expected: [Some("Auto"), Some("Manual"), Some("Auto"), Some("Manual")],
    },
    Row {
        key: "approval.timeoutMs",
        args: &["--approval-timeout", "1"],
        variable: Some(("OPENWORK_APPROVAL_TIMEOUT_MS", "2")),
        file: Some(r#""approval": { "timeoutMs": 3 }"#),
        shown: |s| s.approval.timeout.as_millis().to_string(),
        expected: [Some("1"), Some("2"), Some("3"), Some("30000")],
    },
    Row {
        key: "approval.watchedTimeoutMs",
        args: &[],
        variable: Some(("OPENWORK_APPROVAL_WATCHED_TIMEOUT_MS", "2s")),
        file: Some(r#""approval": { "watchedTimeoutMs": "3m" }"#),
        shown: |s| s.approval.watched_timeout.as_millis().to_string(),
        expected: [None, Some("2000"), Some("180000"), Some("300000")],
    },
    Row {
        key: "approval.asyncTimeoutMs",
        args: &[],
        variable: Some(("OPENWORK_APPROVAL_ASYNC_TIMEOUT_MS", "2")),
        file: Some(r#""approval": { "asyncTimeoutMs": 3 }"#),
        shown: |s| s.approval.async_timeout.as_millis().to_string(),
        expected: [None, Some("2"), Some("3"), Some("86400000")],
    },
    Row {
        key: "approval.hostWrites",
        args: &["--host-writes", "ask"],
        variable: Some(("OPENWORK_HOST_WRITES", "allow")),
        file: Some(r#""approval": { "hostWrites": "ask" }"#),
        shown: |s| format!("{:?}", s.approval.host_writes),
        expected: [Some("Ask"), Some("Allow"), Some("Ask"), Some("Allow")],
    },
    Row {
        key: "approval.maxPending",
        args: &[],
        variable: Some(("OPENWORK_APPROVAL_MAX_PENDING", "1000")),
        file: Some(r#""approval": { "maxPending": 3 }"#),
        shown: |s| s.approval.max_pending.to_string(),
        expected: [None, Some("1000"), Some("3"), Some("64")],
    },
    Row {
        key: "approval.maxPendingPerClient",
        args: &[],
        variable: Some(("OPENWORK_APPROVAL_MAX_PENDING_PER_CLIENT", "2")),
        file: Some(r#""approval": { "maxPendingPerClient": 3 }"#),
        shown: |s| s.approval.max_pending_per_client.to_string(),
        expected: [None, Some("2"), Some("3"), Some("16")],
    },
    Row {
        key: "audit.location",
        args: &["--audit-location", "state"],
        variable: Some(("OPENWORK_AUDIT_LOCATION", "workspace")),
        file: Some(r#""audit": { "location": "state" }"#),
        shown: |s| format!("{:?}", s.records.location),
        expected: [
            Some("State"),
            Some("Workspace"),
            Some("State"),
            Some("Workspace"),
        ],
    },
    Row {
        key: "history.maxBytes",
        args: &[],
        variable: Some(("OPENWORK_HISTORY_MAX_BYTES", "0")),
        file: Some(r#""history": { "maxBytes": 3 }"#),
        shown: |s| s.records.max_bytes.to_string(),
        expected: [None, Some("0"), Some("3"), Some("67108864")],
    },
    Row {
        key: "history.maxAgeMs",
        args: &[],
        variable: Some(("OPENWORK_HISTORY_MAX_AGE_MS", "0")),
        file: Some(r#""history": { "maxAgeMs": "3h" }"#),
        shown: |s| s.records.max_age.as_millis().to_string(),
        expected: [None, Some("0"), Some("10800000"), Some("7776000000")],
    },
    Row {
        key: "publicUrl",
        args: &["--public-url", "https://a.example"],
        variable: Some(("OPENWORK_PUBLIC_URL", "https://b.example")),
        file: Some(r#""publicUrl": "https://c.example""#),
        shown: |s| s.reach.public_url.iter().map(ToString::to_string).collect(),
        expected: [
            Some("https://a.example"),
            Some("https://b.example"),
            Some("https://c.example"),
            Some(""),
        ],
    },
    Row {
        key: "notify.command",
        args: &[],
        variable: Some(("OPENWORK_NOTIFY_COMMAND", r#"["a", " b,c "]"#)),
        file: Some(r#""notify": { "command": ["d", "e"] }"#),
        shown: |s| s.reach.command.join("|"),
        expected: [None, Some("a| b,c "), Some("d|e"), Some("")],
    },
    Row {
        key: "notify.url",
        args: &[],
        variable: Some(("OPENWORK_NOTIFY_URL", "http://a/x")),
        file: Some(r#""notify": { "url": "http://b/x" }"#),
        shown: |s| {
            s.reach
                .url
                .as_ref()
                .map_or("", SecretText::expose)
                .to_owned()
        },
        expected: [None, Some("http://a/x"), Some("http://b/x"), Some("")],
    },
    Row {
        key: "notify.format",
        args: &[],
        variable: Some(("OPENWORK_NOTIFY_FORMAT", "json")),
        file: Some(r#""notify": { "format": "ntfy" }"#),
        shown: |s| format!("{:?}", s.reach.format),
        expected: [None, Some("Json"), Some("Ntfy"), Some("Json")],
    },
    Row {
        key: "notify.answers",
        args: &[],
        variable: Some(("OPENWORK_NOTIFY_ANSWERS", "yes")),
        file: Some(r#""notify": { "answers": false }"#),
        shown: |s| s.reach.answers.to_string(),
        expected: [None, Some("true"), Some("false"), Some("true")],
    },
    Row {
        key: "notify.ended",
        args: &[],
        variable: Some(("OPENWORK_NOTIFY_ENDED", "no")),
        file: Some(r#""notify": { "ended": true }"#),
        shown: |s| s.reach.ended.to_string(),
        expected: [None, Some("false"), Some("true"), Some("false")],
    },
    Row {
        key: "notify.pushServices",
        args: &[],
        variable: Some(("OPENWORK_NOTIFY_PUSH_SERVICES", "https://a,https://b")),
        file: Some(r#""notify": { "pushServices": ["https://c"] }"#),
        shown: |s| s.reach.push_services.join("|"),
        expected: [
            None,
            Some("https://a|https://b"),
            Some("https://c"),
            Some(""),
        ],
    },
    Row {
        key: "notify.timeoutMs",
        args: &[],
        variable: Some(("OPENWORK_NOTIFY_TIMEOUT_MS", "1")),
        file: Some(r#""notify": { "timeoutMs": 2 }"#),
        shown: |s| s.reach.timeout.as_millis().to_string(),
        expected: [None, Some("1"), Some("2"), Some("10000")],
    },
    Row {
        key: "console",
        args: &["--console", "lan"],
        variable: Some(("OPENWORK_CONSOLE", "off")),
        file: Some(r#""console": "lan""#),
        shown: |s| format!("{:?}", s.console),
        expected: [Some("Lan"), Some("Off"), Some("Lan"), Some("Local")],
    },
    Row {
        key: "metrics",
        args: &["--metrics", "open"],
        variable: Some(("OPENWORK_METRICS", "host")),
        file: Some(r#""metrics": "open""#),
        shown: |s| format!("{:?}", s.metrics),
        expected: [Some("Open"), Some("Host"), Some("Open"), Some("Host")],
    },
    Row {
        key: "opencodeUsername",
        args: &["--opencode-username", "a"],
        variable: Some(("OPENWORK_OPENCODE_USERNAME", "b")),
        file: Some(r#""opencodeUsername": "c""#),
        shown: |s| s.engine.username.clone().unwrap_or_default(),
        expected: [Some("a"), Some("b"), Some("c"), Some("")],
    },
    Row {
        key: "opencodePassword",
        args: &["--opencode-password", "a"],
        variable: Some(("OPENWORK_OPENCODE_PASSWORD", "b")),
        file: Some(r#""opencodePassword": "c""#),
        shown: |s| {
            s.engine
                .password
                .as_ref()
                .map_or("", SecretText::expose)
                .to_owned()
        },
        expected: [Some("a"), Some("b"), Some("c"), Some("")],
    },
    Row {
        key: "logLevel",
        args: &["--verbose"],
        variable: Some(("OPENWORK_LOG_LEVEL", "warn")),
        file: Some(r#""logLevel": "error""#),
        shown: |s| format!("{:?}", s.log.level),
        expected: [Some("Debug"), Some("Warn"), Some("Error"), Some("Info")],
    },
    Row {
        key: "logFormat",
        args: &["--log-format", "json"],
        variable: Some(("OPENWORK_LOG_FORMAT", "pretty")),
        file: Some(r#""logFormat": "json""#),
        shown: |s| format!("{:?}", s.log.format),
        expected: [Some("Json"), Some("Pretty"), Some("Json"), Some("Pretty")],
    },
    Row {
        key: "logRequests",
        args: &["--no-log-requests"],
        variable: Some(("OPENWORK_LOG_REQUESTS", "YES")),
        file: Some(r#""logRequests": true"#),
        shown: |s| s.log.requests.to_string(),
        expected: [Some("false"), Some("true"), Some("true"), Some("false")],
    },
    Row {
        key: "runFile",
        args: &["--no-run-file"],
        variable: None,
        file: Some(r#""runFile": false"#),
        shown: |s| s.run_file.to_string(),
        expected: [Some("false"), None, Some("false"), Some("true")],
    },
    Row {
        key: "exit.withParent",
        args: &["--exit-with-parent"],
        variable: None,
        file: None,
        shown: |s| s.exit.with_parent.to_string(),
        expected: [Some("true"), None, None, Some("false")],
    },
    Row {
        key: "exit.onStdinClose",
        args: &["--exit-on-stdin-close"],
        variable: None,
        file: None,
        shown: |s| s.exit.on_stdin_close.to_string(),
        expected: [Some("true"), None, None, Some("false")],
    },
];

/// Paths as they were given: Windows adds the drive of the working directory.
fn paths<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> String {
    let given = |path: &PathBuf| {
        let root = path.ancestors().last().unwrap();
        format!("/{}", path.strip_prefix(root).unwrap().to_str().unwrap())
    };
    paths.map(given).collect::<Vec<_>>().join("|")
}

/// A path without a drive, as it is meant in a temporary directory.
fn rooted(path: &str) -> PathBuf {
    std::env::temp_dir().join(path)
}

/// Starts with a row's sources from the strongest allowed one down.
fn start(row: &Row, strongest: usize) -> Settings {
    let mut start = Start::new();
    if let (0..=2, Some(file)) = (strongest, row.file) {
        start = start.file(format!("{{ {file} }}"));
    }
    if let (0..=1, Some((name, value))) = (strongest, row.variable) {
        start = start.var(name, value);
    }
    if strongest == 0 {
        start = start.args(row.args);
    }
    start.settings()
}

#[test]
fn the_first_source_wins() {
    for row in ROWS {
        for (strongest, (source, expected)) in SOURCES.iter().zip(row.expected).enumerate() {
            let Some(expected) = expected else { continue };
            let settings = start(row, strongest);
            assert_eq!(
                (row.shown)(&settings),
                expected,
                "{} from {source}",
                row.key
            );
            let found = settings.sources.get(row.key);
            let known = *source != SettingSource::Default || found.is_some();
            assert_eq!(found, known.then_some(source), "{}", row.key);
        }
    }
}

#[test]
fn tokens_and_variables_are_kept_beside_the_file_unless_a_place_is_named() {
    let beside = |start: Start| {
        let root = start.root.path().to_owned();
        let place = start.settings().token_store.unwrap();
        place.strip_prefix(root).unwrap().to_owned()
    };
    let default = Path::new("home/.config/openwork/tokens.json");
    // The file need not be there.
    assert_eq!(beside(Start::new()), default);
    assert_eq!(beside(Start::new().file("{}")), default);
    let named = Start::new().var("OPENWORK_TOKEN_STORE", "kept/t.json");
    assert_eq!(beside(named), Path::new("cwd/kept/t.json"));
    let mut homeless = Start::new();
    homeless.environment.home = None;
    let homeless = homeless.settings();
    assert_eq!((homeless.token_store, homeless.env_store), (None, None));
    let start = Start::new();
    let root = start.root.path().to_owned();
    let beside = root.join("home/.config/openwork/env.json");
    assert_eq!(start.settings().env_store, Some(beside));
    let start = Start::new().var("OPENWORK_ENV_STORE", "kept/e.json");
    let root = start.root.path().to_owned();
    assert_eq!(
        start.settings().env_store,
        Some(root.join("cwd/kept/e.json"))
    );
}

#[test]
fn every_setting_has_a_row() {
    let own_test = [
        "engine.baseUrl",
        "engine.directory",
        "opencodeBaseUrl",
        "opencodeDirectory",
        "authorizedRoots",
        "tokenStore",
        "envStore",
    ];
    for key in table::KEYS {
        let Some(row) = ROWS.iter().find(|row| row.key == key.path) else {
            assert!(own_test.contains(&key.path), "{}", key.path);
            continue;
        };
        assert_eq!(
            row.variable.map(|(name, _)| name),
            key.variable,
            "{}",
            key.path
        );
        assert_eq!(row.file.is_some(), key.in_file, "{}", key.path);
        assert_eq!(
            row.args.is_empty(),
            key.flag.or(key.off_flag).is_none(),
            "{}",
            key.path
        );
    }
}

#[test]
fn empty_variables_are_not_set() {
    for row in ROWS {
        let (Some((name, _)), Some(file)) = (row.variable, row.file) else {
            continue;
        };
        let settings = Start::new()
            .file(format!("{{ {file} }}"))
            .var(name, "")
            .settings();
        assert_eq!(
            Some((row.shown)(&settings).as_str()),
            row.expected[2],
            "{name}"
        );
    }
}

#[test]
fn tokens_are_generated_where_none_is_given() {
    let settings = Start::new().args(&["--token", "c"]).settings();
    assert_eq!(settings.token.generated(), None);
    assert_eq!(settings.host_token.generated().map(str::len), Some(36));
    assert_eq!(settings.sources.get("hostToken"), None);
}

#[test]
fn the_parts_of_a_section_may_come_from_different_sources() {
    let settings = Start::new()
        .file(r#"{ "approval": { "mode": "auto", "timeoutMs": 5, "maxPending": 7 } }"#)
        .var("OPENWORK_APPROVAL_TIMEOUT_MS", "150")
        .args(&["--approval", "manual"])
        .settings();
    let expected = ApprovalSettings {
        mode: ApprovalModeSetting::Manual,
        timeout: Duration::from_millis(150),
        watched_timeout: Duration::from_millis(150),
        async_timeout: Duration::from_secs(24 * 60 * 60),
        host_writes: HostWritesSetting::Allow,
        max_pending: 7,
        max_pending_per_client: 16,
    };
    assert_eq!(settings.approval, expected);
}

/// A workspace of which only the path is said.
fn nothing_else(path: &str) -> WorkspaceSettings {
    WorkspaceSettings {
        path: absolute(path),
        id: None,
        name: None,
        display_name: None,
        preset: None,
        workspace_type: WorkspaceTypeSetting::Local,
        base_url: None,
        directory: None,
        login: EngineCredentials::default(),
    }
}

#[test]
fn engine_flags_overwrite_only_what_they_name() {
    let file = r#"{ "workspaces": [
        { "path": "/a", "name": "A", "workspaceType": "remote", "baseUrl": "http://f", "directory": "/d" },
        { "path": "/b", "baseUrl": "http://b" }
    ] }"#;
    let settings = Start::new()
        .file(file)
        .var("OPENWORK_OPENCODE_BASE_URL", "http://env")
        .args(&["--opencode-base-url", "http://flag"])
        .settings();
    let expected = WorkspaceSettings {
        name: Some("A".into()),
        workspace_type: WorkspaceTypeSetting::Remote,
        base_url: Some("http://flag".into()),
        directory: Some("/d".into()),
        ..nothing_else("/a")
    };
    assert_eq!(settings.workspaces[0], expected);
    assert_eq!(settings.workspaces[1].base_url.as_deref(), Some("http://b"));

    let settings = Start::new()
        .file(file)
        .var("OPENWORK_OPENCODE_DIRECTORY", "/e")
        .settings();
    assert_eq!(settings.workspaces[0].base_url.as_deref(), Some("http://f"));
    assert_eq!(settings.workspaces[0].directory.as_deref(), Some("/e"));
}

#[test]
fn relative_paths_are_relative_to_their_source() {
    let file = r#"{ "workspaces": [{ "path": "ws" }], "authorizedRoots": ["../roots/", "/r"] }"#;
    let from_file = Start::new().file(file);
    let (cwd, conf) = (from_file.environment.cwd.clone(), from_file.default_file());
    let conf = conf.parent().unwrap();
    let settings = from_file.settings();
    assert_eq!(settings.workspaces[0].path, conf.join("ws"));
    let roots = [conf.parent().unwrap().join("roots"), rooted("/r")];
    assert_eq!(settings.authorized_roots, roots);

    let settings = from_file.args(&["--workspace", "./ws/"]).settings();
    assert_eq!(settings.workspaces[0].path, cwd.join("ws"));
    assert_eq!(settings.authorized_roots, roots);

    let start = Start::new().var("OPENWORK_WORKSPACES", "ws, ../up");
    let cwd = start.environment.cwd.clone();
    let settings = start.settings();
    assert_eq!(settings.workspaces[0].path, cwd.join("ws"));
    assert_eq!(
        settings.workspaces[1].path,
        cwd.parent().unwrap().join("up")
    );
}

#[test]
fn a_program_lies_where_its_source_says() {
    let start = Start::new().file(r#"{ "notify": { "command": ["./tell.sh", "./a"] } }"#);
    let conf = start.default_file().with_file_name("tell.sh");
    let told = conf.to_str().unwrap();
    assert_eq!(start.settings().reach.command, [told, "./a"]);

    let start = Start::new().var("OPENWORK_NOTIFY_COMMAND", "bin/tell");
    let told = start.environment.cwd.join("bin").join("tell");
    assert_eq!(start.settings().reach.command, [told.to_str().unwrap()]);

    // A bare name is one of `PATH`.
    let start = Start::new().file(r#"{ "notify": { "command": ["tell"] } }"#);
    assert_eq!(start.settings().reach.command, ["tell"]);
}

#[test]
fn the_authorised_roots_are_the_workspaces_by_default() {
    let settings = Start::new()
        .args(&["--workspace", "/a", "--workspace", "/b"])
        .settings();
    assert_eq!(settings.authorized_roots, [rooted("/a"), rooted("/b")]);
}

#[test]
fn a_named_file_replaces_the_default_one() {
    let start = Start::new().file(r#"{ "host": "default" }"#);
    let named = start.root.path().join("named.json");
    std::fs::copy(start.default_file(), &named).unwrap();
    let start = start.file(r#"{ "host": "other" }"#);
    let settings = start
        .args(&["--config", named.to_str().unwrap()])
        .settings();
    assert_eq!(settings.host, "default");
    assert_eq!(settings.file, Some(named));
}

#[test]
fn comments_trailing_commas_and_a_byte_order_mark_are_read() {
    let text = "\u{feff}// ours\n{ \"port\": 1, /* the host */ \"host\": \"h\", }\n";
    let settings = Start::new().file(text).settings();
    assert_eq!((settings.port, settings.host.as_str()), (1, "h"));
    assert_eq!(settings.warnings, []);
}

#[test]
fn empty_fields_of_an_entry_are_absent() {
    let entry =
        r#"{ "path": "/a", "name": "", "workspaceType": "", "baseUrl": "", "directory": "" }"#;
    let settings = Start::new()
        .file(format!(r#"{{ "workspaces": [{entry}] }}"#))
        .settings();
    let expected = nothing_else("/a");
    assert_eq!(settings.workspaces, [expected]);
}

#[test]
fn oddities_are_warned_about() {
    let start = Start::new()
        .file(
            r#"{
  "$schema": "https://example.com/server.json",
  "token": "one-for-both", "hostToken": "one-for-both",
  "futureSetting": { "a": [1] }, "approval.mode": "auto",
  "approval": { "quorum": 2, "mode": "auto", "mode": "manual" },
  "workspaces": [{ "path": "/a", "id": "x" }, { "path": "/b/../a" }]
}"#,
        )
        .settings();
    let warnings = told_of(&start).join("\n");
    let file = start.file.unwrap();
    let warnings = warnings
        .replace(file.to_str().unwrap(), "server.json")
        // With its drive on Windows.
        .replace(start.workspaces[0].path.to_str().unwrap(), "/a");
    insta::assert_snapshot!(warnings, @r"
    unknown key `futureSetting` is ignored (server.json:4:3)
    unknown key `approval.mode` is ignored (server.json:4:34)
    key `approval.mode` is set again, the last one counts (server.json:5:46)
    unknown key `approval.quorum` is ignored (server.json:5:17)
    workspace `/a` is configured twice, the first entry counts
    the clients' token is the host's too: clients can answer approvals
    ");
    assert_eq!(start.workspaces.len(), 1);
    assert_eq!(start.approval.mode, ApprovalModeSetting::Manual);
}
