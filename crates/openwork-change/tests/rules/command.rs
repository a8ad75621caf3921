use openwork_change::change::{Change, CommandDraft, read};
use openwork_change::query::{Query, View, answer};
use openwork_model::command::{CommandItem, CommandScope};
use openwork_model::files::{FileRoot, MemoryFiles};
use serde_json::{Value, json};

use crate::outcome::{fields, outcome};

fn upsert(files: &MemoryFiles, body: Value) -> String {
    outcome(files, read::upsert_command(&fields(body)))
}

fn draft(body: Value) -> Result<CommandDraft, String> {
    CommandDraft::from_fields(&fields(body)).map_err(|invalid| invalid.to_string())
}

fn items(files: &MemoryFiles, scope: CommandScope) -> Vec<CommandItem> {
    match answer(
        &Query::Commands {
            scope,
            skipped: false,
        },
        files,
    )
    .unwrap()
    {
        View::Commands(view) => view.items,
        other => panic!("{other:?}"),
    }
}

/// What is not listed, one a line.
fn skipped(files: &MemoryFiles) -> String {
    let query = Query::Commands {
        scope: CommandScope::Workspace,
        skipped: true,
    };
    let View::Commands(view) = answer(&query, files).unwrap() else {
        panic!("no commands")
    };
    let lines = view.skipped.iter().flatten().map(|skipped| {
        let name = skipped.name.as_deref().unwrap_or("-");
        let rule = skipped.rule.as_str();
        let loaded = if skipped.loaded {
            "loaded"
        } else {
            "not loaded"
        };
        let path = skipped.path.display();
        format!("{path} ({name}), {rule}, {loaded}: {}\n", skipped.message)
    });
    lines.collect()
}

fn listed(files: &MemoryFiles, scope: CommandScope) -> String {
    items(files, scope)
        .iter()
        .map(|item| {
            format!(
                "{item:?}
"
            )
        })
        .collect::<Vec<_>>()
        .concat()
}

#[test]
fn a_command_is_written_with_all_its_fields() {
    let body = json!({
        "name": "/daily-report", "description": "Daily report", "agent": "build",
        "model": "anthropic/claude", "variant": "high", "subtask": true, "template": "  Summarise yesterday\n\n",
    });
    insta::assert_snapshot!(upsert(&MemoryFiles::new(), body), @r#"
commands.upsert: Upsert command daily-report
shows .opencode/commands/daily-report.md
holds .opencode/commands/daily-report.md: absent
records /w/s/ws/.opencode/commands/daily-report.md: Upserted command daily-report
answers Commands
writes .opencode/commands/daily-report.md
  | ---
  | name: daily-report
  | description: Daily report
  | agent: build
  | model: anthropic/claude
  | variant: high
  | subtask: true
  | ---
  | 
  | Summarise yesterday
"#);
}

#[test]
fn a_field_without_a_value_has_no_line() {
    let body = json!({ "name": "c", "description": "", "agent": " ", "model": null, "subtask": "yes", "template": "x" });
    insta::assert_snapshot!(draft(body).unwrap().text(), @r#"
---
name: c
---

x
"#);
}

#[test]
fn texts_come_back_as_they_were() {
    for text in [
        "2024-01-01",
        "12:30",
        "1_000",
        "true",
        "null",
        "- x",
        "a: b",
        "it's \"q\"\\",
        " x ",
        "a\nb",
    ] {
        let body = json!({ "name": "c", "description": text, "agent": text, "model": text, "template": "x" });
        let files =
            MemoryFiles::new().with(".opencode/commands/c.md", &draft(body).unwrap().text());
        let item = items(&files, CommandScope::Workspace).remove(0);
        assert_eq!(item.description.as_deref(), Some(text));
        assert_eq!(item.agent.as_deref(), Some(text));
        assert_eq!(item.model.as_deref(), Some(text));
    }
}

#[test]
fn a_template_may_look_like_frontmatter() {
    let template = "---\na: b\n---\n# Titel ä日😀\n\n$ARGUMENTS";
    let text = draft(json!({ "name": "q", "template": template }))
        .unwrap()
        .text();
    let files = MemoryFiles::new().with(".opencode/commands/q.md", &text);
    assert_eq!(items(&files, CommandScope::Workspace)[0].template, template);
}

#[test]
fn a_command_replaces_all_that_are_listed_under_its_name() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/c.md", "---\nagent: build\n---\nOld\n")
        .with(".opencode/commands/file.md", "---\nname: c\n---\nOlder\n")
        .with(".opencode/commands/other.md", "x\n");
    insta::assert_snapshot!(upsert(&files, json!({ "name": "c", "template": "New" })), @r#"
commands.upsert: Upsert command c
shows .opencode/commands/c.md
shows .opencode/commands/file.md
holds .opencode/commands/file.md: all 22 bytes
holds .opencode/commands/c.md: all 25 bytes
records /w/s/ws/.opencode/commands/c.md: Upserted command c
answers Commands
writes .opencode/commands/c.md
  | ---
  | ---
  | New
removes .opencode/commands/file.md
"#);
}

#[test]
fn what_is_no_command_is_refused() {
    let name =
        "Command name must be of letters, digits, _, - and . (not first), with / between parts";
    let template = "Command template is required";
    for (body, message) in [
        (json!({ "template": "x" }), name),
        (json!({ "name": "/", "template": "x" }), name),
        (json!({ "name": "a b", "template": "x" }), name),
        (json!({ "name": "a//b", "template": "x" }), name),
        (json!({ "name": "a/.b", "template": "x" }), name),
        (json!({ "name": "ü", "template": "x" }), name),
        (json!({ "name": "..", "template": "x" }), name),
        (json!({ "name": 5, "template": "x" }), "name must be a text"),
        (json!({ "name": "a" }), template),
        (json!({ "name": "a", "template": null }), template),
        (json!({ "name": "a", "template": " \n\t " }), template),
        (
            json!({ "name": "a", "template": { "x": 1 } }),
            "template must be a text",
        ),
        (
            json!({ "name": "a", "template": "x", "description": { "x": 1 } }),
            "description must be a text",
        ),
        (
            json!({ "name": "a", "template": "x", "agent": 1 }),
            "agent must be a text",
        ),
        (
            json!({ "name": "a", "template": "x", "model": ["m"] }),
            "model must be a text",
        ),
        (
            json!({ "name": "a", "template": "x", "variant": true }),
            "variant must be a text",
        ),
    ] {
        assert_eq!(draft(body).unwrap_err(), message);
    }
}

#[test]
fn commands_are_listed_by_name() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/report.md", "---\ndescription: Daily\nagent: build\nmodel: a/b\nsubtask: true\n---\nSum up $ARGUMENTS\n")
        .with(".opencode/commands/plain.md", "\nJust text\n\nwith two parts\n\n")
        .with(".opencode/commands/z.md", "---\nname: a_1\nmodel: null\nsubtask: \"yes\"\nagent: 5\n---\n\nGo\n")
        .with(".opencode/commands/bad.md", "---\ndescription: [unclosed\n---\nx\n");
    insta::assert_snapshot!(listed(&files, CommandScope::Workspace), @r#"
CommandItem { name: "a_1", description: None, template: "Go", agent: None, model: None, variant: None, subtask: None, scope: Workspace }
CommandItem { name: "bad", description: None, template: "---\ndescription: [unclosed\n---\nx", agent: None, model: None, variant: None, subtask: None, scope: Workspace }
CommandItem { name: "plain", description: None, template: "Just text\n\nwith two parts", agent: None, model: None, variant: None, subtask: None, scope: Workspace }
CommandItem { name: "report", description: Some("Daily"), template: "Sum up $ARGUMENTS", agent: Some("build"), model: Some("a/b"), variant: None, subtask: Some(true), scope: Workspace }
"#);
}

#[test]
fn what_is_no_command_is_not_listed() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/note.txt", "x")
        .with(".opencode/commands/old.md.bak", "x")
        .with(".opencode/commands/folder.md/x.txt", "x")
        .with(
            ".opencode/commands/badname.md",
            "---\nname: ../up\n---\nx\n",
        )
        .with(".opencode/commands/large.md", &"x".repeat((1 << 20) + 1))
        .with(".opencode/commands/ .md", "x")
        .with_refused(".opencode/commands/out.md");
    assert_eq!(items(&files, CommandScope::Workspace), []);
    insta::assert_snapshot!(skipped(&files), @r"
    /w/s/ws/.opencode/commands/large.md (-), unreadable, loaded: it is larger than the 1048576 bytes that are read here
    /w/s/ws/.opencode/commands/out.md (-), link, loaded: it is or passes a link that leads out of what this server may read; the engine follows it
    /w/s/ws/.opencode/commands/ .md ( ), name, loaded: its name is too long, or has parts that are empty, dots alone or no plain text
    /w/s/ws/.opencode/commands/badname.md (../up), name, loaded: its name is too long, or has parts that are empty, dots alone or no plain text
    ");
    assert_eq!(items(&MemoryFiles::new(), CommandScope::Workspace), []);
    assert_eq!(
        items(
            &MemoryFiles::new().with(".opencode/commands", "x"),
            CommandScope::Workspace
        ),
        []
    );
}

#[test]
fn commands_that_lie_too_deep_are_skipped_with_a_word() {
    let deepest = format!(".opencode/commands{}", "/d".repeat(32));
    let files = MemoryFiles::new()
        .with(&format!("{deepest}/last.md"), "x")
        .with(&format!("{deepest}/d/lost.md"), "x");
    let names: Vec<_> = items(&files, CommandScope::Workspace)
        .into_iter()
        .map(|item| item.name)
        .collect();
    assert_eq!(names, [format!("{}last", "d/".repeat(32))]);
    assert_eq!(
        skipped(&files),
        format!(
            "/w/s/ws/{deepest} (-), limit, loaded: directories in it lie more than 32 deep \
             and are not looked at; the engine looks there\n"
        )
    );
}

#[test]
fn settings_that_make_no_command_are_skipped_with_a_word() {
    let files = MemoryFiles::new().with(
        "opencode.json",
        r#"{ "command": { "a": {}, "../b": { "template": "x" }, "d": { "template": "y" } } }"#,
    );
    assert_eq!(items(&files, CommandScope::Workspace).len(), 1);
    insta::assert_snapshot!(skipped(&files), @r"
    /w/s/ws/opencode.json (../b), name, loaded: its name is too long, or has parts that are empty, dots alone or no plain text
    /w/s/ws/opencode.json (a), template, not loaded: it has no template that is text
    ");
}

#[test]
fn global_commands_are_listed_apart() {
    let files = MemoryFiles::new().with_at(FileRoot::Global, "commands/g.md", "Global text\n");
    insta::assert_snapshot!(listed(&files, CommandScope::Global), @r#"
CommandItem { name: "g", description: None, template: "Global text", agent: None, model: None, variant: None, subtask: None, scope: Global }
"#);
    assert_eq!(items(&files, CommandScope::Workspace), []);
}

#[test]
fn what_is_listed_under_a_name_is_deleted() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/c.md", "x")
        .with(".opencode/commands/file.md", "---\nname: c\n---\ny")
        .with(".opencode/commands/other.md", "z");
    insta::assert_snapshot!(outcome(&files, Change::delete_command(" /c")), @r#"
commands.delete: Delete command c
shows .opencode/commands/c.md
shows .opencode/commands/file.md
holds .opencode/commands/c.md: all 1 bytes
holds .opencode/commands/file.md: all 17 bytes
records /w/s/ws/.opencode/commands: Deleted command c
answers Done
removes .opencode/commands/c.md
removes .opencode/commands/file.md
"#);
    insta::assert_snapshot!(outcome(&files, Change::delete_command("file")), @r#"
commands.delete: Delete command file
shows .opencode/commands/file.md
records /w/s/ws/.opencode/commands: Deleted command file
answers Done
"#);
}

#[test]
fn a_name_that_climbs_is_not_deleted() {
    for name in ["../x", "a/../b", "..", "", "/"] {
        assert_eq!(
            outcome(&MemoryFiles::new(), Change::delete_command(name)),
            "invalid: Command name must be of letters, digits, _, - and . (not first), with / between parts\n"
        );
    }
}

#[test]
fn commands_of_the_newer_form_are_listed() {
    let files = MemoryFiles::new().with(
        "opencode.jsonc",
        r#"{ "command": { "tidy": { "template": "As before" } },
            // next
            "commands": {
                "ship": { "template": "Ship $ARGUMENTS", "description": "Ships",
                    "model": { "providerID": "acme", "model": "small-1" }, "subtask": false },
                "tidy": { "template": "Anew", "description": "New" },
                "lost": { "template": "x", "subtask": "yes" } } }"#,
    );
    let shown: Vec<_> = items(&files, CommandScope::Workspace)
        .into_iter()
        .map(|item| {
            (
                item.name,
                item.template,
                item.description,
                item.model,
                item.subtask,
            )
        })
        .collect();
    let text = str::to_owned;
    let ship = (
        text("ship"),
        text("Ship $ARGUMENTS"),
        Some(text("Ships")),
        Some(text("acme/small-1")),
        Some(false),
    );
    assert_eq!(
        shown,
        [ship, (text("tidy"), text("As before"), None, None, None)]
    );
}
