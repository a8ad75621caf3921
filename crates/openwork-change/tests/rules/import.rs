use openwork_change::change::{ImportBundle, read};
use openwork_change::plan::plan;
use openwork_change::query::{ExportView, Query, View, answer};
use openwork_model::files::{Files as _, Location, MemoryFiles};
use openwork_model::path::RelPath;
use serde_json::{Value, json};

use crate::outcome::{applied, fields, outcome};

fn import(files: &MemoryFiles, body: Value) -> String {
    outcome(files, read::import(&fields(body)))
}

fn populated() -> MemoryFiles {
    MemoryFiles::new()
        .with(
            "opencode.jsonc",
            "{\n  \"theme\": \"x\", // keep\n  \"plugin\": [\"old\"]\n}\n",
        )
        .with(".opencode/openwork.json", "{\"a\": 1}\n")
        .with(
            ".opencode/skills/s1/SKILL.md",
            "---\nname: s1\ndescription: One\n---\nBody\n",
        )
        .with(".opencode/skills/s1/more/notes.txt", "notes")
        .with(".opencode/commands/c1.md", "x\n")
        .with(
            ".claude/skills/k/SKILL.md",
            "---\nname: k\ndescription: K\n---\nBody\n",
        )
}

#[test]
fn settings_of_further_files_are_left_out_and_named() {
    let files = MemoryFiles::new()
        .with("opencode.json", r#"{ "model": "a/json" }"#)
        .with("opencode.jsonc", r#"{ "model": "a/jsonc" }"#)
        .with(".opencode/opencode.jsonc", r#"{ "username": "me" }"#);
    let view = export(&files);
    assert_eq!(Value::Object(view.opencode), json!({ "model": "a/jsonc" }));
    let omitted = view.omitted.iter();
    let omitted: Vec<_> = omitted
        .map(|file| (file.path.as_str(), file.reason.as_str()))
        .collect();
    let reason = "an export has the settings of the main file, opencode.jsonc, alone";
    assert_eq!(
        omitted,
        [
            ("opencode.json", reason),
            (".opencode/opencode.jsonc", reason)
        ]
    );
    let one = MemoryFiles::new().with("opencode.json", "{}");
    assert_eq!(export(&one).omitted, []);
}

pub(crate) fn export(files: &MemoryFiles) -> ExportView {
    match answer(&Query::Export, files).unwrap() {
        View::Export(view) => view,
        other => panic!("{other:?}"),
    }
}

/// An export as clients get it and send it back.
pub(crate) fn exported(view: &ExportView) -> Value {
    let skill = |skill: &openwork_change::query::SkillExport| {
        let item = &skill.item;
        json!({ "name": item.name, "description": item.description, "content": skill.text })
    };
    let command = |command: &openwork_change::bundle::CommandExport| {
        let item = &command.item;
        json!({
            "name": item.name, "description": item.description, "template": item.template,
            "agent": item.agent, "model": item.model, "subtask": item.subtask,
            "content": command.content,
        })
    };
    json!({
        "workspaceId": "ws_0", "exportedAt": 0,
        "opencode": view.opencode, "openwork": view.openwork,
        "skills": view.skills.iter().map(skill).collect::<Vec<_>>(),
        "commands": view.commands.iter().map(command).collect::<Vec<_>>(),
    })
}

fn sections(mode: &str) -> Value {
    json!({
        "mode": { "opencode": mode, "openwork": mode, "skills": mode, "commands": mode },
        "opencode": { "plugin": ["new"], "model": "a/b" },
        "openwork": { "b": 2 },
        "skills": [{ "name": "s2", "description": "Two", "content": "Body two" }],
        "commands": [{ "name": "c2", "template": "Two", "model": "a/b" }],
    })
}

#[test]
fn sections_are_merged() {
    insta::assert_snapshot!(import(&populated(), sections("merge")), @r#"
config.import: Import workspace config
shows opencode.jsonc
shows .opencode/openwork.json
shows .opencode/skills/s2/SKILL.md
shows .opencode/commands/c2.md
holds opencode.jsonc: plugin = ["old"]
holds opencode.jsonc: no model
holds .opencode/openwork.json: no b
holds .opencode/skills/s2/SKILL.md: absent
holds .opencode/commands/c2.md: absent
records workspace: Imported workspace config
answers Done
writes .opencode/commands/c2.md
  | ---
  | name: c2
  | model: a/b
  | ---
  | 
  | Two
writes .opencode/openwork.json
  | {
  |   "a": 1,
  |   "b": 2
  | }
writes .opencode/skills/s2/SKILL.md
  | ---
  | name: s2
  | description: Two
  | ---
  | Body two
writes opencode.jsonc
  | {
  |   "theme": "x", // keep
  |   "plugin": ["new"],
  |   "model": "a/b"
  | }
"#);
}

#[test]
fn sections_are_replaced_where_asked() {
    insta::assert_snapshot!(import(&populated(), sections("replace")), @r#"
config.import: Import workspace config
shows opencode.jsonc
shows .opencode/openwork.json
shows .opencode/skills/s2/SKILL.md
shows .opencode/commands/c2.md
shows .opencode/commands/c1.md
shows .opencode/skills/s1/SKILL.md
shows .opencode/skills/s1/more/notes.txt
holds opencode.jsonc: all 48 bytes
holds .opencode/openwork.json: all 9 bytes
holds .opencode/skills/s1/SKILL.md: all 39 bytes
holds .opencode/skills/s1/more/notes.txt: all 5 bytes
holds .opencode/skills/s2/SKILL.md: absent
holds .opencode/commands/c1.md: all 2 bytes
holds .opencode/commands/c2.md: absent
records workspace: Imported workspace config
answers Done
removes .opencode/commands/c1.md
writes .opencode/commands/c2.md
  | ---
  | name: c2
  | model: a/b
  | ---
  | 
  | Two
writes .opencode/openwork.json
  | {
  |   "b": 2
  | }
removes .opencode/skills/s1/SKILL.md
removes .opencode/skills/s1/more/notes.txt
writes .opencode/skills/s2/SKILL.md
  | ---
  | name: s2
  | description: Two
  | ---
  | Body two
writes opencode.jsonc
  | {
  |   "plugin": [
  |     "new"
  |   ],
  |   "model": "a/b"
  | }
"#);
}

#[test]
fn an_absent_section_is_not_touched_whatever_its_mode() {
    let body = json!({ "mode": { "opencode": "replace", "skills": "replace", "commands": "replace" }, "skills": [], "opencode": null });
    insta::assert_snapshot!(import(&populated(), body), @r#"
config.import: Import workspace config
shows opencode.jsonc
shows .opencode/openwork.json
records workspace: Imported workspace config
answers Done
"#);
}

#[test]
fn a_replaced_skill_is_not_removed_first() {
    let body = json!({
        "mode": { "skills": "replace" },
        "skills": [{ "name": "s1", "content": "---\nname: s1\ndescription: \"One\"\n---\nBody\n" }],
    });
    insta::assert_snapshot!(import(&populated(), body), @r#"
config.import: Import workspace config
shows opencode.jsonc
shows .opencode/openwork.json
shows .opencode/skills/s1/SKILL.md
shows .opencode/skills/s1/more/notes.txt
holds .opencode/skills/s1/SKILL.md: all 39 bytes
holds .opencode/skills/s1/more/notes.txt: all 5 bytes
records workspace: Imported workspace config
answers Done
writes .opencode/skills/s1/SKILL.md
  | ---
  | name: s1
  | description: "One"
  | ---
  | Body
removes .opencode/skills/s1/more/notes.txt
"#);
}

#[test]
fn of_one_name_the_last_counts() {
    let body = json!({ "skills": [
        { "name": "a", "description": "one", "content": "1" },
        { "name": "a", "description": "two", "content": "2" },
    ] });
    let files = MemoryFiles::new();
    let plan = plan(&read::import(&fields(body)).unwrap().into(), &files).unwrap();
    let descriptions: Vec<String> = export(&applied(&files, &plan))
        .skills
        .into_iter()
        .map(|skill| skill.item.description)
        .collect();
    assert_eq!(descriptions, ["two"]);
}

#[test]
fn a_command_is_kept_though_its_file_was_another_one() {
    let files = MemoryFiles::new().with(".opencode/commands/a.md", "---\nname: b\n---\nOld b\n");
    for names in [["a", "b"], ["b", "a"]] {
        let commands = names.map(|name| json!({ "name": name, "template": name }));
        let change = read::import(&fields(json!({ "commands": commands }))).unwrap();
        let after = export(&applied(&files, &plan(&change.into(), &files).unwrap()));
        let commands: Vec<_> = after
            .commands
            .iter()
            .map(|command| (command.item.name.as_str(), command.item.template.as_str()))
            .collect();
        assert_eq!(commands, [("a", "a"), ("b", "b")]);
    }
}

#[test]
fn of_one_name_the_last_command_counts_though_it_is_there_already() {
    let files = MemoryFiles::new().with(".opencode/commands/a.md", "Old\n");
    let commands = ["New", "Old"].map(|template| json!({ "name": "a", "template": template }));
    let change = read::import(&fields(json!({ "commands": commands }))).unwrap();
    assert!(plan(&change.into(), &files).unwrap().is_noop());
}

#[test]
fn a_command_may_bring_its_file() {
    let content =
        "---\nname: inner\ndescription: D\nagent: build\nmodel: a/b\nsubtask: true\n---\n\nText\n";
    let drafts = |item: Value| {
        let bundle = ImportBundle::from_fields(&fields(json!({ "commands": [item] })))?;
        Ok::<_, openwork_model::invalid::Invalid>(bundle.commands().unwrap().content[0].text())
    };
    insta::assert_snapshot!(drafts(json!({ "content": content })).unwrap(), @r#"
---
name: inner
description: D
agent: build
model: a/b
subtask: true
---

Text
"#);
    insta::assert_snapshot!(drafts(json!({ "name": "c", "description": "Own", "content": content })).unwrap(), @r#"
---
name: c
description: Own
agent: build
model: a/b
subtask: true
---

Text
"#);
    for (item, message) in [
        (
            json!({ "content": "Only text" }),
            "Command name is required",
        ),
        (
            json!({ "name": "c", "content": "---\nname: c\n---\n\n" }),
            "Command template is required",
        ),
        (
            json!({ "name": "a b", "content": content }),
            "Command name must be of letters, digits, _, - and . (not first), with / between parts",
        ),
        (
            json!({ "name": "c", "content": 5 }),
            "commands[0].content must be a text",
        ),
    ] {
        assert_eq!(drafts(item).unwrap_err().to_string(), message);
    }
    let broken = drafts(json!({ "name": "c", "content": "---\na: [b\n---\nx" })).unwrap_err();
    assert!(
        broken
            .to_string()
            .starts_with("Command content has broken frontmatter: "),
        "{broken}"
    );
}

#[test]
fn one_faulty_item_refuses_the_whole() {
    let good = json!({ "name": "good", "description": "d", "content": "x" });
    for (body, message) in [
        (
            json!({ "skills": [good, { "name": "Bad Name", "description": "d", "content": "x" }] }),
            "Skill name must be kebab-case (1-64 chars)",
        ),
        (
            json!({ "skills": [good], "commands": [{ "name": "c", "template": "" }] }),
            "Command template is required",
        ),
        (json!({ "opencode": "x" }), "opencode must be an object"),
        (json!({ "openwork": [1] }), "openwork must be an object"),
        (
            json!({ "skills": { "name": "a" } }),
            "skills must be a list",
        ),
        (json!({ "skills": [null] }), "skills[0] must be an object"),
        (
            json!({ "skills": [good, { "name": 1 }] }),
            "skills[1].name must be a text",
        ),
        (json!({ "commands": [1] }), "commands[0] must be an object"),
        (json!({ "mode": "replace" }), "mode must be an object"),
        (
            json!({ "mode": { "skills": 1 }, "skills": [good] }),
            "mode.skills must be a text",
        ),
    ] {
        assert_eq!(import(&populated(), body), format!("invalid: {message}\n"));
    }
}

#[test]
fn a_broken_file_is_replaced_but_never_merged_into() {
    let files = MemoryFiles::new()
        .with("opencode.json", "{ broken\n")
        .with(".opencode/openwork.json", "broken\n");
    let body = |mode: &str, key: &str| json!({ "mode": { key: mode }, key: { "a": 1 }, "commands": [{ "name": "c", "template": "x" }] });
    assert_eq!(
        import(&files, body("merge", "opencode")),
        "refused: Failed to parse JSONC\n"
    );
    assert_eq!(
        import(&files, body("merge", "openwork")),
        "refused: Failed to parse openwork.json\n"
    );
    for (key, path) in [
        ("opencode", "opencode.json"),
        ("openwork", ".opencode/openwork.json"),
    ] {
        let plan = plan(
            &read::import(&fields(body("replace", key))).unwrap().into(),
            &files,
        )
        .unwrap();
        assert_eq!(
            applied(&files, &plan).text(path).as_deref(),
            Some("{\n  \"a\": 1\n}\n")
        );
    }
}

#[test]
fn an_import_of_an_export_gives_the_same_lists() {
    let files = populated().with(
        ".opencode/commands/c2.md",
        "---\nname: shown\ndescription: '12'\nsubtask: true\nmodel: a/b\nagent: x\n---\n\nText ä\n",
    );
    let before = export(&files);
    let body = fields(exported(&before));
    let empty = MemoryFiles::new();
    let plan = plan(&read::import(&body).unwrap().into(), &empty).unwrap();
    let after = export(&applied(&empty, &plan));
    assert_eq!(after.commands, before.commands);
    assert_eq!(after.openwork, before.openwork);
    let names = |view: &ExportView| -> Vec<(String, String)> {
        let mut skills: Vec<_> = view
            .skills
            .iter()
            .map(|skill| (skill.item.name.clone(), skill.item.description.clone()))
            .collect();
        skills.sort();
        skills
    };
    assert_eq!(names(&after), names(&before));
    let mut opencode = after.opencode;
    opencode.shift_remove("$schema");
    assert_eq!(opencode, before.opencode);
}

#[test]
fn what_was_exported_here_does_not_outrank_what_outranks_it() {
    let inner = "{ \"model\": \"a/inner\", \"small_model\": \"a/same\" }\n";
    let files = MemoryFiles::new()
        .with(
            "opencode.json",
            r#"{ "model": "a/main", "provider": { "p": { "options": { "apiKey": "sk-1234567890abcdef" } } } }"#,
        )
        .with(".opencode/opencode.json", inner);
    for (import, expected) in [
        (json!({ "model": "a/main" }), None),
        (
            json!({ "provider": { "p": { "options": { "apiKey": "••••••" } } } }),
            None,
        ),
        (
            json!({ "model": "a/other" }),
            Some("{ \"model\": \"a/other\", \"small_model\": \"a/same\" }\n"),
        ),
    ] {
        let body = fields(json!({ "opencode": import }));
        let plan = plan(&read::import(&body).unwrap().into(), &files).unwrap();
        let after = applied(&files, &plan);
        let path = RelPath::new(".opencode/opencode.json").unwrap();
        let text = after.read(&Location::workspace(path), 1 << 20).unwrap();
        let text = String::from_utf8(text.unwrap().to_vec()).unwrap();
        assert_eq!(text, expected.unwrap_or(inner), "{body:?}");
        assert_eq!(plan.is_noop(), expected.is_none(), "{body:?}");
    }
}
