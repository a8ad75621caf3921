//! Each check on facts that it has something to say of, and on some that it has not.

use openwork_model::files::{FileRoot, MemoryFiles};
use serde_json::json;

use super::*;
use crate::facts::{
    DiskRoom, EngineAnswer, EngineFacts, ExposureFacts, OverriddenSetting, PortFacts, PortState,
    SecretFile, SettingsProblem, WorkspaceFacts, WorkspaceState,
};
use crate::finding::FindingLevel;

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
    ok       no file mixes older and newer forms
    ok       no setting is decided by another file than it seems
    ok       every skill is listed
    ok       every command is listed, and the engine takes it
    ok       every agent is listed, and the engine takes it
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
        place: Some("/s.json:3:18, key `workspaces`".into()),
        help: Some("write \"workspaces\": []".into()),
    });
    facts.settings.warnings.push("key `x` is set again".into());
    facts.settings.overridden.push(OverriddenSetting {
        key: "port".into(),
        counts: "OPENWORK_PORT".into(),
        others: vec!["/s.json:2".into()],
    });
    insta::assert_snapshot!(told(&facts, "settings"), @r#"
    error    invalid configuration: expected an array, found text `a\u{7}`
             /s.json:3:18, key `workspaces`
             why: the server does not start
             fix: write "workspaces": []
    warning  key `x` is set again
             why: a start goes on, and may not do what was meant
             fix: change the setting that it names

    1 error, 1 warning
    "#);
    insta::assert_snapshot!(brief(&facts, "overridden"), @"warning overridden.setting /s.json:2");
    // Nothing is known of workspaces then, so nothing is said.
    insta::assert_snapshot!(brief(&facts, "workspaces"), @"");
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
fn layers_that_the_engine_refuses() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  // ours\n  \"tools\": {\n    \"deny\": [\"bash\"]\n  }\n}\n",
        )
        .with(
            ".opencode/opencode.json",
            "{\n  \"model\": \"a/b\"\n  \"x\": 1\n}\n",
        )
        .with(".opencode/openwork.json", "{ // no comments\n}\n")
        .with_at(FileRoot::Global, "opencode.jsonc", "// nothing\n");
    insta::assert_snapshot!(of_files(&files, "layers"), @"
    error layers.blank /home/.config/opencode/opencode.jsonc
    error layers.value /ws/opencode.json:4
    error layers.broken /ws/.opencode/opencode.json:2
    error layers.openwork /ws/.opencode/openwork.json
    ");
}

#[test]
fn all_faults_of_a_configuration_file_are_told() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  \"instructions\": \"a\",\n  \"share\": \"sometimes\",\n  \"permissions\": [],\n  \"mcp\": { \"a\": { \"type\": \"local\" } }\n}\n",
        )
        .with(".opencode/opencode.json", "// none\n[]\n");
    insta::assert_snapshot!(all_of(&files, "layers"), @r#"
    error    `/instructions` is a text, and the engine takes a list
             /ws/opencode.json:2
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: write a list, or take it out
    error    `/share` is "sometimes", and the engine takes "manual", "auto" or "disabled"
             /ws/opencode.json:3
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: write "manual", "auto" or "disabled", or take it out
    error    `/permissions` is there, and the engine takes no such setting
             /ws/opencode.json:4
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: take it out; `permission` is the setting for what is allowed
    error    `/mcp/a/command` is missing, and the engine needs a list there
             /ws/opencode.json:5
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: write a list there, or take out what it belongs to
    error    the top level is a list, not an object
             /ws/.opencode/opencode.json:2
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write the settings in braces, as in `{ "model": "provider/model" }`, or remove the file

    5 errors, 0 warnings
    "#);
    let many: String = (0..30).map(|index| format!("\"k{index}\": 1,")).collect();
    let files = self::files().with("opencode.json", &format!("{{ \"tools\": {{ {many} }} }}"));
    assert_eq!(of_files(&files, "layers").lines().count(), 20);
}

#[test]
fn references_that_stand_without_quotes() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  \"model\": \"{env:MODEL}\",\n  \"share\": \"{env:SHARE}\",\n  \"mcp\": { \"a\": { \"type\": \"local\", \"command\": [\"x\"],\n    \"timeout\": {env:T} } },\n  \"snapshot\": 1\n}\n",
        )
        .with(".opencode/opencode.json", "{ \"model\": {env:A}, \"x\" }\n");
    insta::assert_snapshot!(all_of(&files, "layers"), @r#"
    warning  `{env:T}` stands without quotes, which the engine takes and this server does not
             /ws/opencode.json:5
             why: clients can neither read nor change the file through this server; and where nothing is put in its place, the engine refuses every workspace that reads the file
             fix: write the value itself; a text may stand in quotes, as in `"{env:NAME}"`
    error    `/snapshot` is a number, and the engine takes true or false
             /ws/opencode.json:6
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: write true or false, or take it out
    error    the text does not parse: Expected string for object property at line 1, column 13
             /ws/.opencode/opencode.json:1
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: it is JSON with comments and trailing commas; mend it at the line that is named

    2 errors, 1 warning
    "#);
}

#[test]
fn files_that_are_referred_to_and_not_there() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  // {file:comment.txt}\n  \"model\": \"{file:nope.txt}\",\n  \"username\": \"{file:./there.txt}{file:nope.txt}{file:folder}{file:/elsewhere/x}{file:~/own.txt}{file:~/none.txt}\"\n}\n",
        )
        .with(".opencode/opencode.json", "{ \"username\": \"{file:../there.txt}{file:there.txt}\" }")
        .with("there.txt", "x")
        .with("folder/x", "x")
        .with_at(FileRoot::Home, "own.txt", "x");
    insta::assert_snapshot!(all_of(&files, "layers"), @"
    error    `{file:nope.txt}` names no file that is there
             /ws/opencode.json:3
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: make the file, or correct its path, which is meant from the file that names it
    error    `{file:folder}` names no file that is there
             /ws/opencode.json:4
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: make the file, or correct its path, which is meant from the file that names it
    error    `{file:~/none.txt}` names no file that is there
             /ws/opencode.json:4
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: make the file, or correct its path, which is meant from the file that names it
    error    `{file:there.txt}` names no file that is there
             /ws/.opencode/opencode.json:1
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: make the file, or correct its path, which is meant from the file that names it

    4 errors, 0 warnings
    ");
}

#[test]
fn mixed_forms_and_settings_that_do_not_count() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  \"model\": \"a/b\",\n  \"agent\": { \"a\": {} },\n  \"agents\": { \"b\": {} }\n}\n",
        )
        .with(
            ".opencode/opencode.json",
            r#"{ "model": "c/d", "mcp": { "x": { "type": "local", "command": ["theirs"] } } }"#,
        )
        .with_at(
            FileRoot::Global,
            "opencode.json",
            "{\n  \"model\": \"e/f\",\n  \"mcp\": {\n    \"x\": { \"type\": \"local\", \"command\": [\"ours\"] }\n  }\n}\n",
        );
    insta::assert_snapshot!(of_files(&files, "forms"), @"warning forms.mixed /ws/opencode.json:4");
    insta::assert_snapshot!(of_files(&files, "shadowed"), @"
    warning shadowed.code /home/.config/opencode/opencode.json:4
    warning shadowed.setting /ws/opencode.json:2
    ");
}

#[test]
fn skills_commands_and_agents_that_are_not_listed() {
    let skill = |name: &str| format!(".opencode/skills/{name}/SKILL.md");
    let files = files()
        .with(
            &skill("mismatch"),
            "---\nlicense: MIT\nname: other\ndescription: d\n---\n",
        )
        .with(&skill("Upper"), "---\nname: Upper\ndescription: d\n---\n")
        .with(&skill("silent"), "---\nname: silent\n---\n")
        .with(&skill("headless"), "Steps.\n")
        .with(&skill("broken"), "---\nname: broken\ndescription: [\n---\n")
        .with(&skill("twice"), "---\nname: twice\ndescription: d\n---\n")
        .with(
            ".claude/skills/twice/SKILL.md",
            "---\nname: twice\ndescription: d\n---\n",
        )
        .with(
            "opencode.json",
            r#"{ "command": { "empty": {} }, "agent": { "off": { "disable": true } } }"#,
        );
    insta::assert_snapshot!(of_files(&files, "skills"), @"
    warning skills.name /ws/.opencode/skills/Upper/SKILL.md:2
    warning skills.frontmatter /ws/.opencode/skills/broken/SKILL.md:3
    warning skills.frontmatter /ws/.opencode/skills/headless/SKILL.md:1
    warning skills.folder /ws/.opencode/skills/mismatch/SKILL.md:3
    warning skills.description /ws/.opencode/skills/silent/SKILL.md:1
    warning skills.shadowed /ws/.claude/skills/twice/SKILL.md:2
    ");
    insta::assert_snapshot!(of_files(&files, "commands"), @"warning commands.template /ws/opencode.json");
    insta::assert_snapshot!(of_files(&files, "agents"), @"");
}

#[test]
fn commands_and_agents_that_the_engine_refuses() {
    let files = files()
        .with(
            ".opencode/commands/a.md",
            "---\ndescription: d\nmodel: null\nsubtask: \"yes\"\n---\nx\n",
        )
        .with(
            ".opencode/commands/b.md",
            "---\ndescription: Use when: x\n---\nx\n",
        )
        .with(
            ".opencode/commands/c.md",
            "---\ndescription: 2024-01-01\n---\nx\n",
        )
        .with(
            ".opencode/agents/a.md",
            "---\nmode: foo\ntemperature: hot\ntools: [a]\npermissions: {}\n---\nx\n",
        )
        .with(
            ".opencode/agents/b.md",
            "---\npermission:\n  edit: never\n---\nx\n",
        );
    insta::assert_snapshot!(all_of(&files, "commands"), @"
    error    command `a`: `model` is null, and the engine takes a text
             /ws/.opencode/commands/a.md:3
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write a text in quotes, or take the line out
    error    command `a`: `subtask` is a text, and the engine takes true or false
             /ws/.opencode/commands/a.md:4
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write true or false, or take the line out
    warning  command `b`: the frontmatter is broken at line 2: mapping values are not allowed in this context
             /ws/.opencode/commands/b.md:2
             why: the engine takes all of the file for the prompt, at the latest when it reads it once more, so nothing counts that the header says
             fix: mend the header: put texts with `: `, `#` or brackets in quotes, and name each field once
    error    command `c`: `description` is a date, or a number of a kind that JSON does not have, and the engine takes a text
             /ws/.opencode/commands/c.md:2
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write a text in quotes, or take the line out

    3 errors, 1 warning
    ");
    insta::assert_snapshot!(all_of(&files, "agents"), @r#"
    error    agent `a`: `mode` is "foo", and the engine takes "subagent", "primary" or "all"
             /ws/.opencode/agents/a.md:2
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write "subagent", "primary" or "all", or take the line out
    error    agent `a`: `temperature` is a text, and the engine takes a number
             /ws/.opencode/agents/a.md:3
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write a number, or take the line out
    error    agent `a`: `tools` is a list, and the engine takes an object
             /ws/.opencode/agents/a.md:4
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write an object, or take the line out
    warning  agent `a`: the engine does not read `permissions`
             /ws/.opencode/agents/a.md:5
             why: what it forbids is allowed; it goes to the model's provider as an option
             fix: write the rules as `permission`
    error    agent `b`: `permission/edit` is "never", and the engine takes "ask", "allow", "deny" or an object
             /ws/.opencode/agents/b.md:2
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write "ask", "allow", "deny" or an object, or take the line out

    4 errors, 1 warning
    "#);
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
    error engines.refuses /ws/opencode.json
    warning engines.left_out /ws/opencode.json
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
