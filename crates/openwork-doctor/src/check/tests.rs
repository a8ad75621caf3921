//! Each check on facts that it has something to say of, and on some that it has not.

use openwork_model::files::{FileRoot, MemoryFiles};
use serde_json::json;

use super::*;
use crate::facts::{
    DiskRoom, EngineAnswer, EngineFacts, ExposureFacts, OddSetting, OverriddenSetting, PortFacts,
    PortState, SecretFile, SettingsProblem, WorkspaceFacts, WorkspaceState,
};
use crate::finding::{FindingLevel, FindingPlace};

mod broken_log;
mod workspace_files;

/// 2026.
const NOW: u64 = 1_780_000_000_000;

fn of_files(files: &MemoryFiles, name: &str) -> String {
    let facts = DoctorFacts {
        workspaces: vec![workspace(files)],
        now_ms: NOW,
        ..DoctorFacts::default()
    };
    brief(&facts, name)
}

fn workspace(files: &MemoryFiles) -> WorkspaceFacts<'_> {
    WorkspaceFacts::new("ws", "/ws", WorkspaceState::Readable(files))
}

/// What one check finds, a line each: the level, the rule and the place.
fn brief(facts: &DoctorFacts<'_>, name: &str) -> String {
    let diagnosis = examine(facts);
    let mut found = diagnosis.checked.iter();
    let found = found.find(|matter| matter.check == name).unwrap();
    let line = |finding: &DoctorFinding| {
        for said in [&finding.what, &finding.why, &finding.fix] {
            assert!(!said.is_empty(), "{finding:?}");
        }
        let level = match finding.level {
            FindingLevel::Error => "error",
            FindingLevel::Warning => "warning",
            FindingLevel::Ok => "ok",
        };
        let place = finding.place.as_ref().map(ToString::to_string);
        format!("{level} {} {}", finding.rule, place.unwrap_or_default())
    };
    let lines: Vec<String> = found.findings.iter().map(line).collect();
    lines.join("\n")
}

/// What one check says, without the others.
fn told(facts: &DoctorFacts<'_>, name: &str) -> String {
    let mut diagnosis = examine(facts);
    diagnosis.checked.retain(|matter| matter.check == name);
    assert_eq!(diagnosis.checked.len(), 1, "{name}");
    diagnosis.text()
}

/// All that one check says of the files of a workspace.
fn all_of(files: &MemoryFiles, name: &str) -> String {
    let facts = DoctorFacts {
        workspaces: vec![workspace(files)],
        now_ms: NOW,
        ..DoctorFacts::default()
    };
    told(&facts, name)
}

fn files() -> MemoryFiles {
    MemoryFiles::new().with_path("/ws")
}

#[test]
fn names_are_taken_once_and_nothing_is_wrong_with_a_plain_workspace() {
    let files = files()
        .with("opencode.json", r#"{ "model": "a/b" }"#)
        .with(
            ".opencode/skills/audit/SKILL.md",
            "---\nname: audit\ndescription: Audits\n---\n",
        )
        .with(".opencode/commands/daily.md", "Sum up.\n");
    let facts = DoctorFacts {
        workspaces: vec![workspace(&files)],
        now_ms: NOW,
        ..DoctorFacts::default()
    };
    insta::assert_snapshot!(examine(&facts).text(), @"
    ok       the settings can be used
    ok       each setting is set in one place
    ok       the port is free, or our own server listens on it
    ok       who can reach the server fits what is asked of him
    ok       the server's secrets are for its user alone
    ok       every workspace is there and can be served
    ok       the engine takes every configuration file
    ok       no file mixes older and newer forms, or has one that is yet to be read
    ok       no setting is decided by another file than it seems
    ok       nothing is defined twice in one place
    ok       every skill is listed
    ok       every command is listed, and the engine takes it
    ok       every agent is listed, and the engine takes it
    ok       nothing lies where it only seems to be read
    ok       every engine answers, and reads the forms in use
    ok       the audit logs can be read
    ok       the clock is set
    ok       there is room on the disks

    0 errors, 0 warnings
    ");
    let mut names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CHECKS.len());
}

#[test]
fn settings_that_stop_a_start_and_those_that_are_odd() {
    let mut facts = DoctorFacts::default();
    facts.settings.problems.push(SettingsProblem {
        message: "invalid configuration: expected an array, found text `a\u{7}`".into(),
        place: Some(in_file("/s.json", 3)),
        help: Some("write \"workspaces\": []".into()),
    });
    facts.settings.odd.push(OddSetting {
        message: "key `x` is set again".into(),
        place: Some(in_file("/s.json", 2)),
        why: "what stands there first has no effect".into(),
        fix: "keep one of them".into(),
    });
    facts.settings.overridden.push(OverriddenSetting {
        key: "port".into(),
        counts: "OPENWORK_PORT".into(),
        place: in_file("/s.json", 2),
    });
    insta::assert_snapshot!(told(&facts, "settings"), @r#"
    error    invalid configuration: expected an array, found text `a\u{7}`
             /s.json:3
             why: the server does not start
             fix: write "workspaces": []
    warning  key `x` is set again
             /s.json:2
             why: what stands there first has no effect
             fix: keep one of them

    1 error, 1 warning
    "#);
    insta::assert_snapshot!(brief(&facts, "overridden"), @"warning overridden.setting /s.json:2");
}

fn in_file(path: &str, line: usize) -> FindingPlace {
    let (path, line) = (path.into(), Some(line));
    FindingPlace::File { path, line }
}

#[test]
fn nothing_is_well_that_was_not_looked_at() {
    let mut facts = DoctorFacts::default();
    facts.settings.are_unusable = true;
    facts.settings.problems.push(SettingsProblem {
        message: "the configuration file cannot be read".into(),
        place: None,
        help: None,
    });
    let diagnosis = examine(&facts);
    insta::assert_snapshot!(diagnosis.text(), @"
    error    the configuration file cannot be read
             why: the server does not start
             fix: change it; `openwork-server config check` tells when it is right
    skipped  17 other checks, until the settings can be used

    1 error, 0 warnings
    ");
    let answer = diagnosis.json();
    assert_eq!(answer["checks"].as_array().map(Vec::len), Some(1));
    let skipped = answer["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), CHECKS.len() - 1);
    assert!(skipped.contains(&"workspaces".into()), "{answer}");
}

#[test]
fn what_the_network_reaches() {
    let mut facts = DoctorFacts::default();
    let exposed = ExposureFacts {
        host: "0.0.0.0".into(),
        allows_all: true,
        console_on_network: true,
        token_length: Some(5),
        ..ExposureFacts::default()
    };
    facts.settings.exposure = Some(exposed.clone());
    insta::assert_snapshot!(brief(&facts, "exposure"), @"
    error exposure.unasked address 0.0.0.0
    warning exposure.plain_http address 0.0.0.0
    warning exposure.console address 0.0.0.0
    warning exposure.token address 0.0.0.0
    ");
    facts.settings.exposure = Some(ExposureFacts {
        is_loopback: true,
        ..exposed.clone()
    });
    assert_eq!(brief(&facts, "exposure"), "");
    facts.settings.exposure = Some(ExposureFacts {
        has_tls: true,
        is_read_only: true,
        token_length: Some(36),
        ..exposed
    });
    insta::assert_snapshot!(brief(&facts, "exposure"), @"");
}

#[test]
fn files_ports_and_disks() {
    let facts = DoctorFacts {
        port: Some(PortFacts {
            address: "127.0.0.1:8787".into(),
            state: PortState::Closed {
                message: "port 8787 is already in use on 127.0.0.1".into(),
                help: "use `--port 0`".into(),
            },
        }),
        secret_files: vec![SecretFile {
            path: "/c/tokens.json".into(),
            holds: "tokens",
            is_open_to_others: true,
            closing_command: "chmod 600 /c/tokens.json".into(),
        }],
        disks: vec![
            DiskRoom {
                path: "/a".into(),
                free_bytes: 1 << 20,
            },
            DiskRoom {
                path: "/b".into(),
                free_bytes: 200 << 20,
            },
            DiskRoom {
                path: "/c".into(),
                free_bytes: 1 << 40,
            },
        ],
        ..DoctorFacts::default()
    };
    insta::assert_snapshot!(told(&facts, "port"), @"
    error    port 8787 is already in use on 127.0.0.1
             127.0.0.1:8787
             why: the server does not start
             fix: use `--port 0`

    1 error, 0 warnings
    ");
    insta::assert_snapshot!(brief(&facts, "secret_files"), @"error secret_files.open /c/tokens.json");
    insta::assert_snapshot!(brief(&facts, "disks"), @"
    error disks.full /a
    warning disks.short /b
    ");
}

#[test]
fn workspaces_that_cannot_be_served() {
    let files = files();
    let mut closed = workspace(&files);
    closed.is_writable = false;
    let at = |state| WorkspaceFacts::new("ws", "/ws", state);
    let facts = DoctorFacts {
        workspaces: vec![
            closed,
            at(WorkspaceState::Missing),
            at(WorkspaceState::NoDirectory),
            at(WorkspaceState::Unauthorized),
            at(WorkspaceState::Unreadable {
                message: "permission denied".into(),
            }),
        ],
        ..DoctorFacts::default()
    };
    insta::assert_snapshot!(brief(&facts, "workspaces"), @"
    warning workspaces.read_only /ws
    error workspaces.missing /ws
    error workspaces.no_directory /ws
    error workspaces.unauthorized /ws
    error workspaces.unreadable /ws
    ");
    insta::assert_snapshot!(brief(&DoctorFacts::default(), "workspaces"), @"warning workspaces.none ");
}

#[test]
fn a_server_that_writes_nothing_needs_no_right_to_write() {
    let files = files();
    let mut closed = workspace(&files);
    closed.is_writable = false;
    let mut facts = DoctorFacts {
        workspaces: vec![closed],
        ..DoctorFacts::default()
    };
    facts.settings.exposure = Some(ExposureFacts::default());
    assert_eq!(
        brief(&facts, "workspaces"),
        "warning workspaces.read_only /ws"
    );
    facts.settings.exposure = Some(ExposureFacts {
        is_read_only: true,
        ..ExposureFacts::default()
    });
    assert_eq!(brief(&facts, "workspaces"), "");
}

#[test]
fn engines_that_do_not_answer_or_are_too_old() {
    let files = files().with(
        "opencode.json",
        r#"{ "agents": { "b": {} }, "compaction": { "buffer": 1000 } }"#,
    );
    let with = |answer| {
        let mut workspace = workspace(&files);
        let url = "http://127.0.0.1:4096".into();
        workspace.engine = Some(EngineFacts { url, answer });
        let facts = DoctorFacts {
            workspaces: vec![workspace],
            ..DoctorFacts::default()
        };
        brief(&facts, "engines")
    };
    insta::assert_snapshot!(with(EngineAnswer::Refused), @"error engines.refused http://127.0.0.1:4096");
    insta::assert_snapshot!(with(EngineAnswer::Silent { message: "connection refused".into() }), @"warning engines.silent http://127.0.0.1:4096");
    insta::assert_snapshot!(with(EngineAnswer::Version("1.17.11".into())), @"
    error engines.refuses /ws/opencode.json:1
    warning engines.left_out /ws/opencode.json:1
    ");
    insta::assert_snapshot!(with(EngineAnswer::Version("1.18.33".into())), @"");
}

#[test]
fn a_clock_that_is_not_set() {
    let facts = DoctorFacts {
        now_ms: 1_000,
        ..DoctorFacts::default()
    };
    insta::assert_snapshot!(brief(&facts, "clock"), @"warning clock.behind ");
}

#[test]
fn the_answer_for_programs() {
    let facts = DoctorFacts {
        disks: vec![DiskRoom {
            path: "/a".into(),
            free_bytes: 1 << 20,
        }],
        ..DoctorFacts::default()
    };
    let answer = examine(&facts).json();
    assert_eq!(
        (&answer["ok"], &answer["errors"]),
        (&false.into(), &1.into())
    );
    let disks = answer["checks"].as_array().unwrap().last().unwrap();
    assert_eq!(
        *disks,
        json!({
            "check": "disks",
            "level": "error",
            "findings": [{
                "level": "error",
                "rule": "disks.full",
                "what": "1 MiB are free on the disk",
                "place": { "path": "/a" },
                "why": "a change that cannot be written and recorded whole is refused",
                "fix": "make room on it",
            }],
        })
    );
}
