//! What is left out of a change, or worded differently, before it is allowed.

use openwork_change::change::{AmendError, Amendment, Change, ChangePart, read};
use openwork_change::plan::{FileEdit, plan};
use openwork_model::files::MemoryFiles;
use openwork_model::invalid::Invalid;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::outcome::fields;

fn import(body: Value) -> Change {
    read::import(&fields(body)).unwrap()
}

fn part(name: &str) -> ChangePart {
    ChangePart::parse(name).unwrap_or_else(|| panic!("{name} names no part"))
}

fn without(names: &[&str]) -> Amendment {
    Amendment {
        without: names.iter().map(|name| part(name)).collect(),
        texts: Vec::new(),
    }
}

fn saying(name: &str, text: &str) -> Amendment {
    Amendment {
        without: Vec::new(),
        texts: vec![(part(name), text.to_owned())],
    }
}

/// The whole of an import, each name with its content.
fn bundle() -> Value {
    json!({
        "opencode": { "mcp": {
            "one": { "type": "remote", "url": "https://one" },
            "two": { "type": "remote", "url": "https://two" },
        }},
        "skills": [
            { "name": "audit", "description": "Audits", "content": "Steps.", "files": [
                { "path": "run.sh", "content": "echo hi\n" },
                { "path": "deep/a.txt", "content": "a\n" },
            ]},
            { "name": "other", "description": "Other", "content": "Other." },
        ],
        "commands": [{ "name": "daily", "template": "Sum up." }],
        "agents": [{ "name": "team/reader", "content": "You read.\n" }],
    })
}

fn edits(change: Change) -> Vec<FileEdit> {
    let files = MemoryFiles::new().with("opencode.json", "{}\n");
    plan(&change.into(), &files).unwrap().edits
}

fn written(change: Change) -> Vec<String> {
    let edits = edits(change).into_iter();
    edits.map(|edit| edit.path.as_str().to_owned()).collect()
}

#[test]
fn parts_are_named_by_their_list_or_by_their_path() {
    let change = import(bundle());
    let names: Vec<String> = change.parts().iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "mcp/one",
            "mcp/two",
            "skills/audit",
            "skills/audit/run.sh",
            "skills/audit/deep/a.txt",
            "skills/other",
            "commands/daily",
            "agents/team/reader",
        ]
    );
    for (path, name) in [
        (".opencode/skills/audit/SKILL.md", "skills/audit"),
        (".claude/skills/audit/run.sh", "skills/audit/run.sh"),
        (".opencode/command/daily.md", "commands/daily"),
        (".opencode/agents/team/reader.md", "agents/team/reader"),
        ("mcp/a/b.md", "mcp/a/b.md"),
    ] {
        assert_eq!(part(path).to_string(), name, "{path}");
    }
    for text in [
        "",
        "skills",
        "skills/",
        "opencode.json",
        ".opencode/mcp/one",
        "/skills/a",
    ] {
        assert_eq!(ChangePart::parse(text), None, "{text}");
    }
}

#[test]
fn what_is_left_out_is_not_written_and_all_else_is() {
    let amended = import(bundle()).amended(&without(&[
        "mcp/one",
        "skills/audit/run.sh",
        ".opencode/skills/other/SKILL.md",
        "agents/team/reader",
    ]));
    let amended = amended.unwrap();
    assert_eq!(
        written(amended.clone()),
        [
            ".opencode/commands/daily.md",
            ".opencode/skills/audit/SKILL.md",
            ".opencode/skills/audit/deep/a.txt",
            "opencode.json",
        ]
    );
    let settings = edits(amended).remove(3).after.unwrap();
    let settings = String::from_utf8(settings.to_vec()).unwrap();
    assert!(
        settings.contains("https://two") && !settings.contains("https://one"),
        "{settings}"
    );
}

#[test]
fn a_section_without_anything_left_leaves_its_file_alone() {
    let amended = import(bundle()).amended(&without(&["mcp/one", "mcp/two", "commands/daily"]));
    assert_eq!(
        written(amended.unwrap()),
        [
            ".opencode/agents/team/reader.md",
            ".opencode/skills/audit/SKILL.md",
            ".opencode/skills/audit/deep/a.txt",
            ".opencode/skills/audit/run.sh",
            ".opencode/skills/other/SKILL.md",
        ]
    );
}

#[test]
fn entries_of_the_newer_form_are_left_out_as_well() {
    let body = json!({ "opencode": { "mcp": { "servers": {
        "one": { "type": "remote", "url": "https://one" },
    }}}});
    let change = import(body);
    assert_eq!(change.parts(), [part("mcp/one")]);
    assert_eq!(
        written(change.amended(&without(&["mcp/one"])).unwrap()),
        Vec::<String>::new()
    );
    let unknown = change.amended(&without(&["mcp/servers"])).unwrap_err();
    assert_eq!(
        unknown,
        AmendError::UnknownPart {
            part: "mcp/servers".to_owned()
        }
    );
}

#[test]
fn texts_say_what_the_host_has_written() {
    let skill = Change::upsert_skill("audit", "Audits", "Steps.").unwrap();
    let text = skill.text_of(&part("skills/audit")).unwrap();
    let edited = text.replace("Steps.", "Fewer steps.");
    let amended = skill.amended(&saying("skills/audit", &edited)).unwrap();
    assert_eq!(
        amended,
        Change::upsert_skill("audit", "Audits", "Fewer steps.").unwrap()
    );

    let agent = Change::upsert_agent("reader", "You read.\n").unwrap();
    let amended = agent
        .amended(&saying("agents/reader", "You look."))
        .unwrap();
    assert_eq!(
        amended,
        Change::upsert_agent("reader", "You look.\n").unwrap()
    );

    let command = Change::upsert_command("daily", "Sum up.").unwrap();
    let text = command.text_of(&part("commands/daily")).unwrap();
    let amended = command.amended(&saying("commands/daily", &text.replace("Sum", "Add")));
    let after = edits(amended.unwrap()).remove(0).after.unwrap();
    assert_eq!(after.to_vec(), text.replace("Sum", "Add").into_bytes());

    let amended = import(bundle()).amended(&saying("skills/other", "Another."));
    let amended = amended.unwrap();
    assert!(
        amended
            .text_of(&part("skills/other"))
            .unwrap()
            .ends_with("Another.\n")
    );
    assert_eq!(written(amended), written(import(bundle())));
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let change = import(bundle());
    let refused = |amendment: &Amendment| change.amended(amendment).unwrap_err();
    assert_eq!(
        refused(&without(&["skills/none"])),
        AmendError::UnknownPart {
            part: "skills/none".to_owned()
        }
    );
    assert_eq!(
        refused(&saying("skills/audit/run.sh", "rm -rf /\n")),
        AmendError::NoText {
            part: part("skills/audit/run.sh")
        }
    );
    assert_eq!(
        refused(&saying("agents/team/reader", " ")),
        AmendError::Invalid(Invalid::AgentContentRequired)
    );
    let skill = Change::upsert_skill("audit", "Audits", "Steps.").unwrap();
    assert_eq!(
        skill.amended(&without(&["skills/audit"])).unwrap_err(),
        AmendError::Whole {
            part: part("skills/audit")
        }
    );
    let plugin = Change::add_plugin("notion").unwrap();
    assert_eq!(
        plugin.amended(&without(&["skills/audit"])).unwrap_err(),
        AmendError::UnknownPart {
            part: "skills/audit".to_owned()
        }
    );
}

#[test]
fn what_an_import_replaces_cannot_be_left_alone() {
    let mut body = bundle();
    body["mode"] = json!({ "skills": "replace", "opencode": "replace" });
    let change = import(body);
    for name in ["skills/audit", "skills/audit/run.sh", "mcp/one"] {
        assert_eq!(
            change.amended(&without(&[name])).unwrap_err(),
            AmendError::Replaces { part: part(name) },
        );
    }
    assert!(change.amended(&without(&["commands/daily"])).is_ok());
}

/// None that some system keeps for a device, such as `aux`.
fn names() -> impl Strategy<Value = std::collections::BTreeSet<String>> {
    proptest::collection::btree_set("w[a-z0-9]{1,5}", 0..4)
}

proptest! {
    #[test]
    fn of_any_import_any_parts_can_be_left_out(
        (mcp, skills, commands) in (names(), names(), names()),
        chosen in proptest::collection::vec(any::<bool>(), 16),
    ) {
        let servers: serde_json::Map<String, Value> = mcp
            .iter()
            .map(|name| (name.clone(), json!({ "type": "remote", "url": "https://m" })))
            .collect();
        let skills: Vec<Value> = skills
            .iter()
            .map(|name| json!({
                "name": name, "description": "d", "content": "c",
                "files": [{ "path": "a.txt", "content": "a\n" }],
            }))
            .collect();
        let commands: Vec<Value> = commands
            .iter()
            .map(|name| json!({ "name": name, "template": "t" }))
            .collect();
        let body = json!({ "opencode": { "mcp": servers }, "skills": skills, "commands": commands });
        let change = import(body);
        prop_assert_eq!(&change.amended(&Amendment::default()).unwrap(), &change);

        let all = change.parts();
        let parts = all.iter().zip(&chosen).filter(|(_, is_chosen)| **is_chosen);
        let without: Vec<ChangePart> = parts.map(|(part, _)| part.clone()).collect();
        // A file of a skill that goes is not there to be left out as well.
        let is_gone = |part: &ChangePart| matches!(
            part,
            ChangePart::SkillFile { skill, .. } if without.contains(&ChangePart::Skill(skill.clone()))
        );
        let named: Vec<ChangePart> = without.iter().filter(|part| !is_gone(part)).cloned().collect();
        let amended = change.amended(&Amendment { without: named, texts: Vec::new() }).unwrap();

        let left: Vec<ChangePart> = all
            .iter()
            .filter(|part| !without.contains(part) && !is_gone(part))
            .cloned()
            .collect();
        prop_assert_eq!(amended.parts(), left);
        for edit in edits(amended) {
            let text = edit.after.map(|after| String::from_utf8(after.to_vec()).unwrap());
            let writes = |part: &ChangePart| match part {
                ChangePart::Mcp(name) => {
                    text.as_deref().is_some_and(|text| text.contains(&format!("\"{name}\"")))
                        && edit.path.as_str() == "opencode.json"
                }
                part => ChangePart::parse(edit.path.as_str()).as_ref() == Some(part),
            };
            prop_assert!(!without.iter().any(writes), "{} is written", edit.path);
        }
    }
}
