//! What is removed goes from every file of the workspace, in both forms of its name.

use openwork_change::change::Change;
use openwork_change::plan::{Plan, PlanError, plan};
use openwork_change::query::{Query, View, answer};
use openwork_model::command::CommandScope;
use openwork_model::files::{FileRoot, MemoryFiles};

use crate::outcome::outcome;

fn planned(files: &MemoryFiles, change: Result<Change, openwork_model::invalid::Invalid>) -> Plan {
    plan(&change.unwrap().into(), files).unwrap()
}

/// What each changed file holds afterwards; `-` for one that goes.
fn edits(plan: &Plan) -> Vec<(String, String)> {
    let text = |after: &[u8]| String::from_utf8_lossy(after).into_owned();
    let edits = plan.edits.iter().map(|edit| {
        let after = edit.after.as_deref().map_or_else(|| "-".to_owned(), text);
        (edit.path.to_string(), after)
    });
    edits.collect()
}

fn expected(edits: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    edits.iter().map(owned).collect()
}

fn commands(files: &MemoryFiles) -> Vec<String> {
    let query = Query::Commands {
        scope: CommandScope::Workspace,
        skipped: false,
    };
    let View::Commands(view) = answer(&query, files).unwrap() else {
        panic!("no commands");
    };
    view.items.into_iter().map(|item| item.name).collect()
}

#[test]
fn a_command_goes_from_files_and_from_settings() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/a.md", "file")
        .with(
            "opencode.jsonc",
            "{\n  // both forms\n  \"command\": { \"a\": { \"template\": \"x\" }, \"b\": { \"template\": \"y\" } },\n  \"commands\": { \"a\": { \"template\": \"z\" } }\n}\n",
        )
        .with("opencode.json", "{ \"commands\": { \"a\": { \"template\": \"t\" } } }\n")
        .with(".opencode/opencode.json", "{ \"command\": { \"a\": { \"template\": \"u\" } } }\n");
    let plan = planned(&files, Change::delete_command("a"));
    let left = "{\n  // both forms\n  \"command\": { \"b\": { \"template\": \"y\" } },\n  \"commands\": {}\n}\n";
    let after = [
        (".opencode/commands/a.md", "-"),
        (".opencode/opencode.json", "{ \"command\": {} }\n"),
        ("opencode.json", "{ \"commands\": {} }\n"),
        ("opencode.jsonc", left),
    ];
    assert_eq!(edits(&plan), expected(&after));
    assert_eq!(commands(&crate::outcome::applied(&files, &plan)), ["b"]);
}

#[test]
fn a_command_of_the_settings_alone_is_shown_and_recorded_where_it_stands() {
    let files = MemoryFiles::new().with(
        ".opencode/opencode.jsonc",
        "{ \"commands\": { \"a b\": { \"template\": \"x\" } } }\n",
    );
    insta::assert_snapshot!(outcome(&files, Change::delete_command("a b")), @r#"
commands.delete: Delete command a b
shows .opencode/opencode.jsonc
holds .opencode/opencode.jsonc: commands.a b = {"template":"x"}
records /w/s/ws/.opencode/opencode.jsonc: Deleted command a b
answers Done
writes .opencode/opencode.jsonc
  | { "commands": {} }
"#);
}

#[test]
fn a_command_that_stands_only_outside_cannot_be_removed() {
    let setting = "{ \"commands\": { \"c\": { \"template\": \"x\" } } }";
    for (root, file, text, path) in [
        (
            FileRoot::Ancestor(1),
            "opencode.json",
            setting,
            "/w/s/opencode.json",
        ),
        (
            FileRoot::Ancestor(1),
            ".opencode/command/c.md",
            "x",
            "/w/s/.opencode/command/c.md",
        ),
        (
            FileRoot::Global,
            "opencode.json",
            setting,
            "/home/.config/opencode/opencode.json",
        ),
        (
            FileRoot::Home,
            ".opencode/commands/f.md",
            "---\nname: c\n---\nx",
            "/home/.opencode/commands/f.md",
        ),
    ] {
        let outside = MemoryFiles::new()
            .with_ancestors(1)
            .with_at(root, file, text);
        let change = || Change::delete_command("c").unwrap().into();
        match plan(&change(), &outside) {
            Err(PlanError::DefinedElsewhere { path: at }) => {
                assert_eq!(at.display().to_string(), path);
            }
            other => panic!("{other:?}"),
        }
        // What the workspace has of it can go all the same.
        let both = outside.with(".opencode/commands/c.md", "x");
        let plan = plan(&change(), &both).unwrap();
        assert_eq!(edits(&plan), expected(&[(".opencode/commands/c.md", "-")]));
    }
}

#[test]
fn a_broken_file_keeps_nothing_else_from_being_removed() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/a.md", "file")
        .with("opencode.jsonc", "{ \"command\": ");
    let plan = planned(&files, Change::delete_command("a"));
    assert_eq!(edits(&plan), expected(&[(".opencode/commands/a.md", "-")]));
}

#[test]
fn an_agent_goes_by_the_name_that_it_is_listed_under() {
    let files = MemoryFiles::new().with(
        "opencode.json",
        "{ \"agent\": { \"key\": { \"name\": \"shown\" }, \"b\": {} } }\n",
    );
    let plan = planned(&files, Change::delete_agent("shown"));
    let left = "{ \"agent\": { \"b\": {} } }\n";
    assert_eq!(edits(&plan), expected(&[("opencode.json", left)]));
}

#[test]
fn an_agent_that_the_engine_loses_can_be_removed() {
    let files = MemoryFiles::new().with(
        "opencode.json",
        "{ \"agents\": { \"lost\": { \"mode\": 5 } } }\n",
    );
    let plan = planned(&files, Change::delete_agent("lost"));
    let left = "{ \"agents\": {} }\n";
    assert_eq!(edits(&plan), expected(&[("opencode.json", left)]));
}

#[test]
fn a_server_goes_in_both_forms_from_every_file() {
    let files = MemoryFiles::new()
        .with(
            "opencode.json",
            "{ \"mcp\": { \"m\": { \"enabled\": false }, \"servers\": { \"m\": { \"disabled\": 5 }, \"n\": { \"type\": \"x\" } } } }\n",
        )
        .with(
            ".opencode/opencode.json",
            "{ \"mcp\": { \"servers\": { \"m\": { \"enabled\": true } } } }\n",
        );
    let plan = planned(&files, Change::remove_mcp("m"));
    let after = [
        (
            ".opencode/opencode.json",
            "{ \"mcp\": { \"servers\": {} } }\n",
        ),
        (
            "opencode.json",
            "{ \"mcp\": { \"servers\": { \"n\": { \"type\": \"x\" } } } }\n",
        ),
    ];
    assert_eq!(edits(&plan), expected(&after));
}

#[test]
fn a_plugin_goes_from_the_newer_list_as_well() {
    let files = MemoryFiles::new()
        .with(
            "opencode.json",
            "{ \"plugin\": [\"p@1\", \"q\"], \"plugins\": [\"q\", [\"p@2\", {}]] }\n",
        )
        .with_at(FileRoot::Global, "opencode.json", "{ \"plugin\": [\"p\"] }");
    let plan = planned(&files, Change::remove_plugin("p"));
    let left = "{ \"plugin\": [\"q\"], \"plugins\": [\"q\"] }\n";
    assert_eq!(edits(&plan), expected(&[("opencode.json", left)]));
    let newer = MemoryFiles::new().with("opencode.json", "{ \"plugins\": [\"p@2\"] }\n");
    let plan = planned(&newer, Change::remove_plugin("p"));
    assert_eq!(
        edits(&plan),
        expected(&[("opencode.json", "{ \"plugins\": [] }\n")])
    );
}
