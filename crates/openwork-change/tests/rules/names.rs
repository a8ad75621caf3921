//! Names that no file can have, and second spellings of names that are there.

use openwork_change::change::{Change, read};
use openwork_change::plan::{PlanError, plan};
use openwork_model::file_name::{NameFault, NameRules};
use openwork_model::files::MemoryFiles;
use openwork_model::invalid::Invalid;
use serde_json::{Value, json};

use crate::outcome::fields;

fn upsert(body: Value) -> Change {
    read::upsert_command(&fields(body)).unwrap()
}

fn command(name: &str) -> Change {
    upsert(json!({ "name": name, "template": "x" }))
}

/// A skill with a file besides its text.
fn skill_with(file: &str) -> Change {
    let body = json!({
        "name": "s", "content": "x", "description": "d", "files": [{ "path": file, "content": "contents" }],
    });
    read::upsert_skill(&fields(body)).unwrap()
}

/// The name that a change may not take, and where it is.
fn taken(files: &MemoryFiles, change: Change) -> Option<(String, String)> {
    match plan(&change.into(), files) {
        Err(PlanError::NameTaken { taken_by, path, .. }) => {
            Some((taken_by, path.display().to_string()))
        }
        Err(other) => panic!("{other}"),
        Ok(_) => None,
    }
}

#[test]
fn a_spelling_that_is_there_is_the_only_one() {
    let there = [
        ".opencode/commands/Foo.md",
        "/w/s/ws/.opencode/commands/Foo.md",
    ];
    let files = |rules| {
        MemoryFiles::new()
            .with(there[0], "x")
            .with_name_rules(rules)
    };
    let found = Some(("Foo.md".to_owned(), there[1].to_owned()));
    for rules in [NameRules::WINDOWS, NameRules::APPLE] {
        assert_eq!(taken(&files(rules), command("foo")), found);
        assert_eq!(taken(&files(rules), command("Foo")), None);
        assert_eq!(taken(&files(rules), command("fooo")), None);
    }
    assert_eq!(taken(&files(NameRules::EXACT), command("foo")), None);
}

#[test]
fn a_directory_on_the_way_has_one_spelling() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/Team/a.md", "x")
        .with_name_rules(NameRules::WINDOWS);
    let there = "/w/s/ws/.opencode/commands/Team".to_owned();
    let found = Some(("Team".to_owned(), there));
    assert_eq!(taken(&files, command("team/b")), found);
    assert_eq!(taken(&files, command("Team/b")), None);
}

#[test]
fn forms_of_unicode_are_one_name_where_the_system_says_so() {
    let files = |rules| {
        MemoryFiles::new()
            .with(
                ".opencode/skills/s/SKILL.md",
                "---\nname: s\ndescription: d\n---\nx\n",
            )
            .with(".opencode/skills/s/caf\u{e9}.md", "x")
            .with_name_rules(rules)
    };
    let change = || skill_with("cafe\u{301}.md");
    let there = "/w/s/ws/.opencode/skills/s/caf\u{e9}.md".to_owned();
    let found = Some(("caf\u{e9}.md".to_owned(), there));
    assert_eq!(taken(&files(NameRules::APPLE), change()), found);
    assert_eq!(taken(&files(NameRules::WINDOWS), change()), None);
}

#[test]
fn names_that_windows_refuses_are_refused_there() {
    let fault = |rules, file: &str| {
        let files = MemoryFiles::new().with_name_rules(rules);
        match plan(&skill_with(file).into(), &files) {
            Err(PlanError::Invalid(Invalid::FileName { name, fault })) => Some((name, fault)),
            Err(other) => panic!("{other}"),
            Ok(_) => None,
        }
    };
    for (file, name, expected) in [
        ("aux", "aux", NameFault::Device),
        ("a/nul.txt/b", "nul.txt", NameFault::Device),
        ("a.", "a.", NameFault::Ending),
        ("a /b", "a ", NameFault::Ending),
        ("a:b", "a:b", NameFault::Character),
    ] {
        let found = fault(NameRules::WINDOWS, file);
        assert_eq!(found, Some((name.to_owned(), expected)), "{file}");
        assert_eq!(fault(NameRules::APPLE, file), None, "{file}");
        assert_eq!(fault(NameRules::EXACT, file), None, "{file}");
    }
}
