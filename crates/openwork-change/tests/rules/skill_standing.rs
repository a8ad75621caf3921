//! Skills that are written where they stand, and texts that stay as they are.

use openwork_change::change::{Change, read};
use openwork_change::plan::{Plan, PlanReceipt, plan};
use openwork_change::query::{Query, View, answer};
use openwork_model::files::{FileRoot, MemoryFiles};
use openwork_model::skill::SkillsView;
use serde_json::{Value, json};

use crate::outcome::fields;

/// Three skills as people have them, each in another place.
const FOUND: [(&str, &str, &str); 3] = [
    (
        "colour-system",
        ".agents/skills/colour-system/SKILL.md",
        "---\nname: colour-system\ndescription: Use when choosing colours.\n---\n\n# Colour system\n",
    ),
    (
        "release-steps",
        ".claude/skills/release-steps/SKILL.md",
        "---\nlicense: MIT\ndescription: \"Steps: tag, notes\"\nname: release-steps\nmetadata: kept by the team\n---\n\n## Prepare\n\n---\n\n## Tag\n",
    ),
    (
        "triage",
        ".opencode/skill/team/triage/SKILL.md",
        "---\r\nname: triage\r\ndescription: >-\r\n  Sorts reports\r\n  by area.\r\n---\r\n\r\n\r\nText.\r\n",
    ),
];

fn found() -> MemoryFiles {
    FOUND
        .iter()
        .fold(MemoryFiles::new(), |files, (_, path, text)| {
            files.with(path, text)
        })
}

fn upsert(files: &MemoryFiles, name: &str, content: &str) -> Plan {
    let body = json!({ "name": name, "content": content });
    planned(files, read::upsert_skill(&fields(body)).unwrap())
}

fn planned(files: &MemoryFiles, change: Change) -> Plan {
    plan(&change.into(), files).unwrap()
}

/// The files that a plan changes.
fn changed(plan: &Plan) -> Vec<&str> {
    plan.edits.iter().map(|edit| edit.path.as_str()).collect()
}

fn skill(name: &str) -> String {
    format!("---\nname: {name}\ndescription: New\n---\n\nNew text\n")
}

#[test]
fn a_skill_is_written_where_it_stands() {
    for (name, path, _) in FOUND {
        let plan = upsert(&found(), name, &skill(name));
        assert_eq!(changed(&plan), [path]);
        let after = plan.edits[0].after.as_deref();
        assert_eq!(after, Some(skill(name).as_bytes()));
        let PlanReceipt::Skill(item) = &plan.receipt else {
            panic!("{:?}", plan.receipt)
        };
        assert!(item.path.ends_with(path), "{}", item.path.display());
        assert_eq!(plan.warnings(&found()), []);
    }
}

#[test]
fn a_text_that_is_saved_as_it_is_changes_nothing() {
    for (name, _, text) in FOUND {
        assert!(upsert(&found(), name, text).is_noop(), "{name}");
    }
}

#[test]
fn only_a_line_feed_is_added_to_a_text_with_a_header() {
    let text = "---\n# who reads them?\nname: notes\ndescription: >\n  Writes notes\n  for users.\n---\n\n\n# Notes\n\nShort.";
    let plan = upsert(&MemoryFiles::new(), "notes", text);
    assert_eq!(changed(&plan), [".opencode/skills/notes/SKILL.md"]);
    let after = plan.edits[0].after.as_deref();
    assert_eq!(after, Some(format!("{text}\n").as_bytes()));
}

#[test]
fn a_text_that_lacks_only_its_last_line_feed_is_left_alone() {
    let text = "---\nname: notes\ndescription: d\n---\nShort.";
    let path = ".agents/skills/notes/SKILL.md";
    let files = MemoryFiles::new().with(path, text);
    for sent in [text.to_owned(), format!("{text}\n")] {
        assert_eq!(changed(&upsert(&files, "notes", &sent)), [""; 0]);
    }
    let more = format!("{text}\n\n");
    assert_eq!(changed(&upsert(&files, "notes", &more)), [path]);
}

#[test]
fn a_skill_that_no_import_takes_is_not_exported() {
    let files = MemoryFiles::new()
        .with(
            ".opencode/skills/a/SKILL.md",
            "---\nname: a\ndescription: d\ncompatibility: 5\n---\n",
        )
        .with(".opencode/skills/b/SKILL.md", &skill("b"));
    let View::Export(export) = answer(&Query::Export, &files).unwrap() else {
        panic!("no export")
    };
    let names: Vec<_> = export
        .skills
        .iter()
        .map(|skill| skill.item.name.as_str())
        .collect();
    assert_eq!(names, ["b"]);
}

#[test]
fn an_import_of_its_own_export_changes_no_skill() {
    let View::Export(export) = answer(&Query::Export, &found()).unwrap() else {
        panic!("no export")
    };
    let skills: Vec<Value> = export
        .skills
        .iter()
        .map(|skill| json!({ "name": skill.item.name, "content": skill.text }))
        .collect();
    assert_eq!(skills.len(), 3);
    let import = read::import(&fields(json!({ "skills": skills }))).unwrap();
    assert!(planned(&found(), import).is_noop());
}

#[test]
fn a_broken_or_misnamed_skill_gets_no_second_copy() {
    for (path, text) in [
        (".agents/skills/s/SKILL.md", "---\nname: [s\n---\n"),
        (".agents/skills/s/SKILL.md", "---\nname: s\n---\n"),
        (".claude/skills/s/SKILL.md", "# No header\n"),
        (
            ".claude/skills/other/SKILL.md",
            "---\nname: s\ndescription: d\n---\n",
        ),
    ] {
        let files = MemoryFiles::new().with(path, text);
        assert_eq!(changed(&upsert(&files, "s", &skill("s"))), [path]);
    }
}

#[test]
fn a_skill_that_only_others_have_is_a_new_one_here() {
    let files = MemoryFiles::new()
        .with_ancestors(1)
        .with_at(
            FileRoot::Ancestor(1),
            ".opencode/skills/s/SKILL.md",
            "---\nname: s\ndescription: Above\n---\n",
        )
        .with_at(FileRoot::Home, ".claude/skills/s/SKILL.md", &skill("s"));
    let plan = upsert(&files, "s", &skill("s"));
    assert_eq!(changed(&plan), [".opencode/skills/s/SKILL.md"]);
}

#[test]
fn a_link_to_a_skill_is_no_place_of_its_own() {
    let files = MemoryFiles::new()
        .with(
            ".claude/skills/s/SKILL.md",
            "---\nname: s\ndescription: d\n---\n",
        )
        .with_link(".claude/skills")
        .with(
            ".agents/skills/s/SKILL.md",
            "---\nname: s\ndescription: d\n---\n",
        );
    let plan = upsert(&files, "s", &skill("s"));
    assert_eq!(changed(&plan), [".agents/skills/s/SKILL.md"]);
}

#[test]
fn of_several_skills_of_a_name_one_is_loaded() {
    let text = "---\nname: tuning\ndescription: d\n---\n";
    let twins = MemoryFiles::new()
        .with(".opencode/skills/a/SKILL.md", text)
        .with(".opencode/skills/b/SKILL.md", text);
    assert_eq!(loaded(&twins), [("a", true), ("b", false)]);
    // The listed one is the loaded one.
    let third = twins.with(".agents/skills/tuning/SKILL.md", text);
    assert_eq!(loaded(&third), [("a", false), ("b", false)]);
    let message = &view(&third).skipped.unwrap()[1].message;
    assert_eq!(
        message,
        "its name is `tuning`, but its folder is `b`; /w/s/ws/.agents/skills/tuning/SKILL.md \
         gives itself the same name, and the engine takes either, not always the same"
    );
}

fn view(files: &MemoryFiles) -> SkillsView {
    let query = Query::Skills {
        include_global: false,
        skipped: true,
    };
    match answer(&query, files).unwrap() {
        View::Skills(view) => view,
        other => panic!("{other:?}"),
    }
}

/// The folders of what is skipped, and whether it is loaded.
fn loaded(files: &MemoryFiles) -> Vec<(&'static str, bool)> {
    let skipped = view(files).skipped.unwrap().into_iter();
    let row = |path: &std::path::Path| {
        ["a", "b"]
            .into_iter()
            .find(|folder| path.parent().unwrap().ends_with(folder))
            .unwrap()
    };
    skipped
        .map(|skill| (row(&skill.path), skill.loaded))
        .collect()
}

#[test]
fn a_skill_of_a_directory_above_is_not_written_as_it_is() {
    let above = |text: &str| {
        MemoryFiles::new()
            .with_ancestors(1)
            .with_at(FileRoot::Ancestor(1), ".claude/skills/s/SKILL.md", text)
            .with_at(FileRoot::Ancestor(1), ".claude/skills/s/a.md", "A")
    };
    let import = |file: &str| {
        let file = json!({ "path": "a.md", "content": file });
        let skill = json!({ "name": "s", "content": skill("s"), "files": [file] });
        read::import(&fields(json!({ "skills": [skill] }))).unwrap()
    };
    let same = above(&skill("s"));
    assert!(planned(&same, import("A")).is_noop());
    assert!(upsert(&same, "s", &skill("s")).is_noop());
    let both = [".opencode/skills/s/SKILL.md", ".opencode/skills/s/a.md"];
    assert_eq!(changed(&planned(&same, import("B"))), both);
    let different = above("---\nname: s\ndescription: Old\n---\n");
    assert_eq!(changed(&planned(&different, import("A"))), both);
}
