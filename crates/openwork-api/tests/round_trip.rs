//! What a server exports, and is brought in again as it went over the wire, changes no file.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what cannot be exported or imported fails the test"
)]

use openwork_api::view::ExportedWorkspace;
use openwork_change::change::read;
use openwork_change::plan::{Plan, plan};
use openwork_change::query::{Query, View, answer};
use openwork_model::files::{FileRoot, Location, MemoryFiles};
use openwork_model::path::RelPath;
use proptest::prelude::*;
use serde_json::{Value, json};

fn exported(files: &MemoryFiles) -> Value {
    let View::Export(view) = answer(&Query::Export, files).unwrap() else {
        panic!("no export");
    };
    serde_json::to_value(ExportedWorkspace::from(&view)).unwrap()
}

fn imported(body: &Value, files: &MemoryFiles) -> Plan {
    let change = read::import(body.as_object().unwrap());
    plan(&change.unwrap().into(), files).unwrap()
}

#[track_caller]
fn assert_stays(files: &MemoryFiles, about: &str) {
    let edits = imported(&exported(files), files).edits;
    let edited: Vec<String> = edits
        .iter()
        .map(|edit| {
            format!(
                "{}: {:?}",
                edit.path,
                edit.after.as_deref().map(String::from_utf8_lossy)
            )
        })
        .collect();
    assert_eq!(edited, [""; 0], "{about}");
}

/// A workspace of the comparison with the engine.
fn workspace(document: &Value) -> MemoryFiles {
    let above = document["above"].as_bool() == Some(true);
    let mut files = MemoryFiles::new();
    if above {
        files = files.with_ancestors(1);
    }
    for (path, contents) in document["files"].as_object().unwrap() {
        let text = match contents {
            Value::String(text) => text.clone(),
            Value::Array(lines) => lines.iter().map(line).collect(),
            Value::Object(object) if object.contains_key("json") => {
                format!("{:#}\n", object["json"])
            }
            // Links are followed by the reader of the disk.
            _ => continue,
        };
        files = match path.split_once('/') {
            Some(("ws", path)) => files.with(path, &text),
            Some(("home", path)) => files.with_at(FileRoot::Home, path, &text),
            _ if above => files.with_at(FileRoot::Ancestor(1), path, &text),
            _ => files,
        };
    }
    files
}

/// A line, or one that is repeated with its number.
fn line(line: &Value) -> String {
    let repeated = |line: &Value| {
        let times = line["repeat"].as_u64()?;
        let text = line["line"].as_str()?;
        let numbered = |number: u64| text.replace('#', &number.to_string()) + "\n";
        Some((0..times).map(numbered).collect())
    };
    let text = line.as_str().map(|text| text.to_owned() + "\n");
    text.or_else(|| repeated(line)).unwrap()
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the inputs are the repository's own"
)]
fn workspaces_as_they_are_found_stay_as_they_are() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/engine/workspaces");
    let mut tried = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let document = std::fs::read_to_string(&path).unwrap();
        let files = workspace(&serde_json::from_str(&document).unwrap());
        assert_stays(&files, &path.display().to_string());
        tried += 1;
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn a_command_comes_with_all_that_its_file_says() {
    let text = "---\n# the hint shows up\nargument-hint: \"[tag]\"\nhandoffs:\n  - label: Next # one\nagent: build   # writes\ndescription: Ships\n---\n\n\nShip.\n\n";
    let files = MemoryFiles::new()
        .with(".opencode/command/ship.md", text)
        .with(
            ".opencode/commands/file.md",
            text.replace("agent:", "name: named\nagent:").as_str(),
        )
        .with(
            ".opencode/commands/plain.md",
            "---\nname: plain\n---\n\nGo.\n",
        );
    let body = exported(&files);
    let plain = json!({ "name": "plain", "template": "Go." });
    assert_eq!(body["commands"][1], plain);
    let ship = json!({ "name": "ship", "description": "Ships", "template": "Ship.", "agent": "build", "content": text });
    assert_eq!(body["commands"][2], ship);
    let fresh = imported(&body, &MemoryFiles::new()).edits;
    let fresh: Vec<_> = fresh
        .iter()
        .map(|edit| {
            (
                edit.path.as_str(),
                str::from_utf8(edit.after.as_deref().unwrap()).unwrap(),
            )
        })
        .filter(|(path, _)| path.starts_with(".opencode/commands"))
        .collect();
    let named = text.replace("agent:", "name: named\nagent:");
    assert_eq!(
        fresh,
        [
            (".opencode/commands/named.md", named.as_str()),
            (
                ".opencode/commands/plain.md",
                "---\nname: plain\n---\n\nGo.\n"
            ),
            (".opencode/commands/ship.md", text),
        ]
    );
}

#[test]
fn an_items_own_words_count_over_those_of_its_text() {
    let content = "---\nargument-hint: x\ndescription: Old\nmodel: null\n---\nShip.\n";
    let body =
        json!({ "commands": [{ "name": "ship", "description": "New", "content": content }] });
    let edits = imported(&body, &MemoryFiles::new()).edits;
    let after = edits[0].after.as_deref().unwrap();
    // A `null` would make the engine refuse the workspace.
    assert_eq!(
        str::from_utf8(after).unwrap(),
        "---\nargument-hint: x\ndescription: New\n---\nShip.\n"
    );
    let other = MemoryFiles::new().with(
        ".opencode/command/a.md",
        "---\nname: ship\nhint: y\n---\nOld\n",
    );
    let edits = imported(&body, &other).edits;
    let after = edits[0].after.as_deref().unwrap();
    assert_eq!(edits[0].path.as_str(), ".opencode/command/a.md");
    assert_eq!(
        str::from_utf8(after).unwrap(),
        "---\nargument-hint: x\ndescription: New\nname: ship\n---\nShip.\n"
    );
}

/// Lines of headers, sound ones and others.
const LINES: [&str; 22] = [
    "description: Does it",
    "description: \"12:30\"",
    "description: 2024-01-01",
    "description: >\n  over\n  lines",
    "description: Use when: broken",
    "agent: build # why",
    "model: null",
    "model: a/b",
    "variant: high",
    "subtask: true",
    "subtask: \"yes\"",
    "argument-hint: \"[m]\"",
    "handoffs:\n  - label: Next # one\n    send: true",
    "# a comment",
    "",
    "mode: subagent",
    "permission:\n  bash: ask",
    "license: MIT",
    "metadata: x",
    "allowed-tools: [Read]",
    "tools: {\"b*\": false}",
    "other: &a [1, *a]",
];

fn header(own: &str) -> impl Strategy<Value = String> + use<> {
    let own = own.to_owned();
    let lines = proptest::sample::subsequence(LINES.to_vec(), 0..5);
    (lines, any::<bool>(), any::<bool>()).prop_map(move |(lines, is_closed, is_crlf)| {
        let end = if is_closed { "---\n" } else { "" };
        let text = format!("---\n{own}{}\n{end}", lines.join("\n"));
        if is_crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    })
}

fn text(own: &str) -> impl Strategy<Value = String> + use<> {
    let header = prop_oneof![4 => header(own), 1 => Just(String::new()), 1 => Just("\u{feff}---\nhint: x\n---\n".to_owned())];
    (header, "\n{0,2}[ -~ä]{0,12}\n{0,2}").prop_map(|(header, body)| header + &body)
}

fn files() -> impl Strategy<Value = MemoryFiles> {
    let skill = text("name: s\ndescription: d\n");
    let command = || text("");
    let named = text("name: one\n");
    (
        (command(), command(), named, command()),
        (text(""), text(""), text("name: shown\n")),
        (skill, any::<[bool; 2]>(), any::<[u8; 3]>()),
    )
        .prop_map(|(commands, agents, (skill, executable, bytes))| {
            let bytes: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            let mut files = MemoryFiles::new()
                .with(".opencode/commands/one.md", &commands.0)
                .with(".opencode/command/one.md", &commands.1)
                .with(".opencode/commands/other.md", &commands.2)
                .with(".opencode/command/deep/three.v2.md", &commands.3)
                .with(".opencode/agents/a.md", &agents.0)
                .with(".opencode/modes/m.md", &agents.1)
                .with(".opencode/agent/team/file.md", &agents.2)
                .with(".agents/skills/s/SKILL.md", &skill)
                .with(".agents/skills/s/run.sh", "#!/bin/sh\n")
                .with(".agents/skills/s/data/x", &bytes);
            for (path, executable) in ["run.sh", "data/x"].into_iter().zip(executable) {
                let at = RelPath::new(&format!(".agents/skills/s/{path}")).unwrap();
                files.set_executable(Location::workspace(at), executable);
            }
            files
        })
}

proptest! {
    #[test]
    fn an_import_of_an_own_export_plans_nothing(files in files()) {
        let body = exported(&files);
        let plan = imported(&body, &files);
        prop_assert!(plan.is_noop(), "{:#?}", plan.edits);
    }
}

/// A skill of many files, all that an export takes of them.
fn large(file: &str, size: usize, count: usize) -> MemoryFiles {
    let mut files = MemoryFiles::new().with(
        ".opencode/skills/s/SKILL.md",
        "---\nname: s\ndescription: d\n---\n",
    );
    for number in 0..count {
        let path = format!(".opencode/skills/s/{file}{number}");
        files = files.with(&path, &"\u{1}".repeat(size));
    }
    files
}

#[test]
fn what_is_exported_can_be_imported_in_one_request() {
    for (files, exported_files) in [
        // Eight mebibytes of what JSON would need six bytes each for.
        (large("f", 512 << 10, 20), 16),
        (large("f", 100, 900), 900),
    ] {
        let body = exported(&files);
        let skill = &body["skills"][0];
        assert_eq!(skill["files"].as_array().unwrap().len(), exported_files);
        let length = body.to_string().len();
        assert!(length <= openwork_change::bundle::IMPORT_BODY, "{length}");
        assert!(imported(&body, &files).is_noop());
    }
}

#[test]
fn large_texts_leave_less_room_for_files() {
    let text = format!(
        "---\nname: t\ndescription: d\n---\n{}\n",
        "\n".repeat(1 << 19)
    );
    let mut files = large("f", 512 << 10, 16);
    for number in 0..6 {
        let name = format!("t{number}");
        let text = text.replace("name: t", &format!("name: {name}"));
        files = files.with(&format!(".opencode/skills/{name}/SKILL.md"), &text);
    }
    let body = exported(&files);
    let length = body.to_string().len();
    assert!(length <= openwork_change::bundle::IMPORT_BODY, "{length}");
    assert!(length > 10 << 20, "{length}");
    assert!(!body["skills"][0]["omitted"].as_array().unwrap().is_empty());
}
