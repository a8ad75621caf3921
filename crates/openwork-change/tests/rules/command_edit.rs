//! Commands that are edited where they stand, and what of their files stays.

use openwork_change::change::{Change, read};
use openwork_change::plan::{Plan, plan};
use openwork_change::query::{Query, View, answer};
use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::outcome::fields;

const PLAN: &str = ".opencode/command/speckit.plan.md";

fn planned(files: &MemoryFiles, change: Change) -> Plan {
    plan(&change.into(), files).unwrap()
}

fn upsert(files: &MemoryFiles, body: Value) -> Plan {
    planned(files, read::upsert_command(&fields(body)).unwrap())
}

fn changed(plan: &Plan) -> Vec<&str> {
    plan.edits.iter().map(|edit| edit.path.as_str()).collect()
}

/// What a file becomes by an edit.
#[track_caller]
fn edited(path: &str, old: &str, body: Value) -> String {
    let files = MemoryFiles::new().with(path, old);
    let plan = upsert(&files, body);
    match plan.edits.as_slice() {
        [] => old.to_owned(),
        [edit] if edit.path.as_str() == path => {
            String::from_utf8(edit.after.as_deref().unwrap().to_vec()).unwrap()
        }
        others => panic!("{others:?}"),
    }
}

#[test]
fn an_edit_leaves_what_it_does_not_know() {
    let old = "---\n# in step with the wiki\ndescription: Plans\nagent: build   # primary\nhandoffs:\n  - label: Next # one\nargument-hint: \"[m]\"\n---\n\nPlan it.\n\n";
    let body = json!({
        "name": "speckit.plan", "description": "Plans well", "agent": "build",
        "template": "Plan $ARGUMENTS",
    });
    assert_eq!(
        edited(PLAN, old, body),
        "---\n# in step with the wiki\ndescription: Plans well\nagent: build   # primary\nhandoffs:\n  - label: Next # one\nargument-hint: \"[m]\"\n---\n\nPlan $ARGUMENTS\n\n"
    );
}

#[test]
fn the_known_fields_are_those_of_the_request() {
    let old = "---\ndescription: Old\nagent: build\nmodel: null\nvariant: low\nsubtask: true # so far\nhint: x\n---\nOld\n";
    let fields = |more: Value| {
        let mut body = json!({ "name": "speckit.plan", "template": "Old" });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        edited(PLAN, old, body)
    };
    assert_eq!(fields(json!({})), "---\nhint: x\n---\nOld\n");
    assert_eq!(
        fields(json!({ "subtask": false, "variant": "low", "model": "m/n" })),
        "---\nmodel: m/n\nvariant: low\nsubtask: false # so far\nhint: x\n---\nOld\n"
    );
}

#[test]
fn a_command_is_edited_where_it_stands_however_it_is_named() {
    for (path, name, old, new) in [
        (
            ".opencode/command/review/api.md",
            "review/api",
            "Old\n",
            "New\n",
        ),
        (
            ".opencode/commands/review/deep/all.v2.md",
            "review/deep/all.v2",
            "Old",
            "New\n",
        ),
        (
            ".opencode/commands/status.md",
            "ops/status",
            "---\nname: ops/status\n---\nOld\n",
            "---\nname: ops/status\n---\nNew\n",
        ),
    ] {
        let body = json!({ "name": name, "template": "New" });
        assert_eq!(edited(path, old, body), new, "{path}");
    }
}

#[test]
fn what_a_command_says_already_changes_nothing() {
    for old in [
        "---\ndescription: 'D' # why\n---\n\n\n  T\nmore\n\n\n",
        "---\r\ndescription: D\r\n---\r\nT\nmore\r\n",
        "\u{feff}---\ndescription: >-\n  D\n---\nT\nmore",
    ] {
        let body = json!({ "name": "speckit.plan", "description": "D", "template": "T\nmore" });
        assert_eq!(edited(PLAN, old, body), old);
    }
}

#[test]
fn a_template_that_looks_like_a_header_becomes_none() {
    let template = "---\nagent: evil\n---\nText";
    for old in ["Old\n", "---\ndescription: Old\n---\nOld\n"] {
        let files = MemoryFiles::new().with(PLAN, old);
        let plan = upsert(
            &files,
            json!({ "name": "speckit.plan", "template": template }),
        );
        let after = plan.edits[0].after.as_deref().unwrap();
        let after = std::str::from_utf8(after).unwrap();
        let files = MemoryFiles::new().with(PLAN, after);
        let query = Query::Command {
            name: "speckit.plan".to_owned(),
        };
        let View::Command(item) = answer(&query, &files).unwrap() else {
            panic!("no command")
        };
        assert_eq!((item.template.as_str(), item.agent), (template, None));
    }
}

#[test]
fn a_broken_header_is_written_anew() {
    let old = "---\ndescription: [x\n---\nOld\n";
    let body = json!({ "name": "speckit.plan", "description": "D", "template": "T" });
    let new = "---\nname: speckit.plan\ndescription: D\n---\n\nT\n";
    assert_eq!(edited(PLAN, old, body), new);
}

#[test]
fn a_header_in_braces_is_not_overwritten() {
    let files = MemoryFiles::new().with(PLAN, "---\n{ hint: x }\n---\nOld\n");
    let body = json!({ "name": "speckit.plan", "description": "D", "template": "T" });
    let change = read::upsert_command(&fields(body)).unwrap();
    let refused = plan(&change.into(), &files).unwrap_err().to_string();
    assert_eq!(
        refused,
        "Command content has broken frontmatter: the field \"description\" cannot be set in a \
         frontmatter written like this"
    );
}

#[test]
fn a_new_command_in_folders_gets_its_name() {
    let plan = upsert(
        &MemoryFiles::new(),
        json!({ "name": "review/api.v2", "template": "T" }),
    );
    assert_eq!(changed(&plan), [".opencode/commands/review/api.v2.md"]);
    let after = plan.edits[0].after.as_deref();
    assert_eq!(after, Some(&b"---\nname: review/api.v2\n---\n\nT\n"[..]));
}

#[test]
fn a_link_to_a_command_is_no_second_one() {
    let files = MemoryFiles::new()
        .with(".opencode/command/c.md", "Old\n")
        .with_link(".opencode/command")
        .with(".opencode/commands/c.md", "Old\n");
    let plan = upsert(&files, json!({ "name": "c", "template": "New" }));
    assert_eq!(changed(&plan), [".opencode/commands/c.md"]);
    let gone = planned(&files, Change::delete_command("c").unwrap());
    assert_eq!(changed(&gone), [".opencode/commands/c.md"]);
}

#[test]
fn what_may_not_be_written_is_listed_and_deleted() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/day end.md", "Bye\n")
        .with(".opencode/commands/.hidden/x.md", "x\n");
    for (name, path) in [
        ("day end", ".opencode/commands/day end.md"),
        (".hidden/x", ".opencode/commands/.hidden/x.md"),
    ] {
        let query = Query::Command {
            name: name.to_owned(),
        };
        assert!(answer(&query, &files).is_ok(), "{name}");
        let body = fields(json!({ "name": name, "template": "x" }));
        assert!(read::upsert_command(&body).is_err(), "{name}");
        let gone = planned(&files, Change::delete_command(name).unwrap());
        assert_eq!(changed(&gone), [path]);
    }
}

#[test]
fn an_import_of_its_own_export_changes_no_command() {
    let files = MemoryFiles::new()
        .with(
            PLAN,
            "---\ndescription: Plans # x\nvariant: high\nhint: y\n---\n\nPlan\n",
        )
        .with(
            ".opencode/commands/status.md",
            "---\nname: ops/status\nsubtask: false\n---\nS",
        )
        .with(".opencode/commands/day end.md", "Bye\n");
    let View::Export(export) = answer(&Query::Export, &files).unwrap() else {
        panic!("no export")
    };
    let commands: Vec<Value> = export
        .commands
        .iter()
        .map(|command| {
            let item = &command.item;
            json!({
                "name": item.name, "description": item.description, "template": item.template,
                "variant": item.variant, "subtask": item.subtask,
            })
        })
        .collect();
    let names: Vec<&str> = export
        .commands
        .iter()
        .map(|command| command.item.name.as_str())
        .collect();
    assert_eq!(names, ["ops/status", "speckit.plan"]);
    let import = read::import(&fields(json!({ "commands": commands }))).unwrap();
    assert!(planned(&files, import).is_noop());
}

#[test]
fn a_new_command_takes_no_file_of_another() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/a.md", "---\nname: b\n---\nB\n")
        .with(".opencode/commands/a-2.md", "A2\n");
    let plan = upsert(&files, json!({ "name": "a", "template": "A" }));
    assert_eq!(changed(&plan), [".opencode/commands/a-3.md"]);
    let after = plan.edits[0].after.as_deref();
    assert_eq!(after, Some(&b"---\nname: a\n---\n\nA\n"[..]));
}
