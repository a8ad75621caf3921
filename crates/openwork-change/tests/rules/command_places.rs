use openwork_change::change::Change;
use openwork_change::query::{Query, View, answer};
use openwork_model::command::{CommandItem, CommandScope};
use openwork_model::config::ReadError;
use openwork_model::files::{FileRoot, MemoryFiles};

use crate::outcome::outcome;

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

fn listed(files: &MemoryFiles, scope: CommandScope) -> Vec<(String, String)> {
    let items = items(files, scope).into_iter();
    items.map(|item| (item.name, item.template)).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, template): &(&str, &str)| ((*name).to_owned(), (*template).to_owned());
    pairs.iter().map(owned).collect()
}

/// One command at each place, its template naming the place.
fn everywhere() -> MemoryFiles {
    MemoryFiles::new()
        .with_ancestors(1)
        .with(".opencode/commands/a.md", "commands")
        .with(".opencode/commands/deep/er/b.md", "nested")
        .with(".opencode/command/c.md", "command")
        .with("opencode.json", r#"{ "command": { "d": { "template": "setting" }, "in/d": { "template": "nested" }, "no d": { "template": "x" }, "bare": { "description": "x" }, "odd": 5 } }"#)
        .with(".opencode/opencode.json", r#"{ "command": { "e": { "template": "dir" } } }"#)
        .with(".claude/commands/not.md", "x")
        .with("commands/not.md", "x")
        .with_at(FileRoot::Ancestor(1), ".opencode/commands/f.md", "above")
        .with_at(FileRoot::Ancestor(1), "opencode.jsonc", r#"{ "command": { "g": { "template": "above" } } }"#)
        .with_at(FileRoot::Ancestor(2), ".opencode/commands/not.md", "x")
        .with_at(FileRoot::Global, "commands/h.md", "global")
        .with_at(FileRoot::Global, "command/x/i.md", "global")
        .with_at(FileRoot::Global, "opencode.json", r#"{ "command": { "j": { "template": "global" } } }"#)
        .with_at(FileRoot::Home, ".opencode/command/k.md", "home")
        .with_at(FileRoot::Custom, "commands/l.md", "custom")
}

#[test]
fn every_place_of_the_engine_is_looked_at() {
    let workspace = [
        ("a", "commands"),
        ("c", "command"),
        ("d", "setting"),
        ("deep/er/b", "nested"),
        ("e", "dir"),
        ("f", "above"),
        ("g", "above"),
        ("in/d", "nested"),
        ("no d", "x"),
    ];
    assert_eq!(
        listed(&everywhere(), CommandScope::Workspace),
        pairs(&workspace)
    );
    let global = [
        ("h", "global"),
        ("j", "global"),
        ("k", "home"),
        ("l", "custom"),
        ("x/i", "global"),
    ];
    assert_eq!(listed(&everywhere(), CommandScope::Global), pairs(&global));
}

#[test]
fn layers_are_laid_over_each_other_field_by_field() {
    let files = MemoryFiles::new()
        .with_ancestors(1)
        .with("opencode.json", r#"{ "command": { "a": { "template": "setting", "description": "setting", "subtask": true, "agent": 5 } } }"#)
        .with(".opencode/command/a.md", "---\nmodel: m/command\nagent: plan\n---\ncommand")
        .with(".opencode/commands/a.md", "---\nagent: build\n---\ncommands")
        .with_at(FileRoot::Ancestor(1), ".opencode/commands/x.md", "---\nname: a\nmodel: m/above\n---\n");
    let expected = CommandItem {
        name: "a".to_owned(),
        description: Some("setting".to_owned()),
        template: String::new(),
        agent: Some("build".to_owned()),
        model: Some("m/above".to_owned()),
        variant: None,
        subtask: Some(true),
        scope: CommandScope::Workspace,
    };
    assert_eq!(items(&files, CommandScope::Workspace), [expected]);
}

#[test]
fn links_that_may_be_followed_are() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/linked.md", "x")
        .with(".opencode/commands/folder/in.md", "y")
        .with_link(".opencode/commands/linked.md")
        .with_link(".opencode/commands/folder")
        .with_refused(".opencode/commands/out.md");
    assert_eq!(
        listed(&files, CommandScope::Workspace),
        pairs(&[("folder/in", "y"), ("linked", "x")])
    );
    assert_eq!(
        outcome(&files, Change::delete_command("linked")),
        "refused: /w/s/ws/.opencode/commands/linked.md is or passes a link that is not followed\n"
    );
}

#[test]
fn one_command_is_read_by_its_name() {
    let files = everywhere();
    let read = |name: &str| match answer(
        &Query::Command {
            name: name.to_owned(),
        },
        &files,
    ) {
        Ok(View::Command(item)) => Some(item.template),
        Err(ReadError::CommandNotFound) => None,
        other => panic!("{other:?}"),
    };
    assert_eq!(read("deep/er/b").as_deref(), Some("nested"));
    assert_eq!(read("d").as_deref(), Some("setting"));
    assert_eq!(read("no d").as_deref(), Some("x"));
    for name in ["h", "k", "../a", ""] {
        assert_eq!(read(name), None, "{name}");
    }
}

#[test]
fn an_export_has_what_an_import_can_make_again() {
    let View::Export(export) = answer(&Query::Export, &everywhere()).unwrap() else {
        panic!("no export")
    };
    let commands = export.commands.into_iter();
    let names: Vec<String> = commands.map(|command| command.item.name).collect();
    assert_eq!(names, ["a", "c", "deep/er/b"]);
}

#[test]
fn a_header_without_an_end_is_one_to_the_end() {
    for (text, template, description) in [
        ("---\ndescription: Open\n", "", Some("Open")),
        (
            "---\ndescription: Open\nSum up\n",
            "---\ndescription: Open\nSum up",
            None,
        ),
        ("---\nSum up\n", "---\nSum up", None),
    ] {
        let files = MemoryFiles::new().with(".opencode/commands/a.md", text);
        let item = items(&files, CommandScope::Workspace).remove(0);
        let found = (item.template.as_str(), item.description.as_deref());
        assert_eq!(found, (template, description), "{text:?}");
    }
}
