//! Files that come and go, and imports.

use openwork_change::change::Change;
use openwork_change::effect::weigh;
use openwork_change::plan::{FileEdit, Plan};
use openwork_model::files::MemoryFiles;
use openwork_model::name::SkillName;
use openwork_model::path::RelPath;
use serde_json::json;

use crate::support::{effects, import, is_rememberable, lines, opencode, patch, planned, shown};

fn edited(path: &str, before: Option<&str>, after: Option<&str>) -> Vec<String> {
    let change = patch(&json!({}));
    let plan = Plan {
        edits: vec![FileEdit {
            path: RelPath::new(path).unwrap(),
            before: before.map(|text| text.as_bytes().into()),
            after: after.map(|text| text.as_bytes().into()),
            executable: None,
        }],
        ..planned(&MemoryFiles::new(), &change)
    };
    lines(&weigh(&change, &plan))
}

#[test]
fn every_file_has_rules_or_is_unknown() {
    for (path, expected) in [
        ("opencode.json", "low setting theme (unset → x)"),
        ("opencode.jsonc", "low setting theme (unset → x)"),
        (".opencode/opencode.json", "low setting theme (unset → x)"),
        (".opencode/opencode.jsonc", "low setting theme (unset → x)"),
        (".opencode/openwork.json", "high unknown theme (unset → x)"),
        ("src/opencode.json", "high unknown < src/opencode.json"),
        (
            ".opencode/plugins/evil.ts",
            "high unknown < .opencode/plugins/evil.ts",
        ),
        (
            ".opencode/skills/a/run.sh",
            "high code < .opencode/skills/a/run.sh",
        ),
        (
            ".opencode/skills/a/more.md",
            "high code < .opencode/skills/a/more.md",
        ),
        (
            ".claude/skills/a/run.sh",
            "high code < .claude/skills/a/run.sh",
        ),
        (
            ".opencode/skills/a/SKILL.md",
            "medium instructions < .opencode/skills/a/SKILL.md",
        ),
        (
            ".opencode/command/a/b.md",
            "medium instructions < .opencode/command/a/b.md",
        ),
        (
            ".opencode/agents/a.md",
            "medium instructions < .opencode/agents/a.md",
        ),
        ("AGENTS.md", "high unknown < AGENTS.md"),
        (
            ".git/hooks/post-commit",
            "high unknown < .git/hooks/post-commit",
        ),
        ("README.md", "high unknown < README.md"),
    ] {
        assert_eq!(
            edited(path, None, Some("{\"theme\":\"x\"}")),
            [expected],
            "{path}"
        );
    }
}

#[test]
fn a_file_that_says_the_same_in_another_form_is_low() {
    assert_eq!(
        edited(
            "opencode.json",
            Some("{ \"theme\": \"x\" } // mine"),
            Some("{\"theme\":\"x\"}")
        ),
        ["low setting < opencode.json"]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_unknown() {
    let found = edited("opencode.json", Some("{ broken"), Some("{\"theme\":\"x\"}"));
    assert_eq!(
        found,
        [
            "high unknown < opencode.json",
            "low setting theme (unset → x)"
        ]
    );
    assert_eq!(
        edited("opencode.json", None, Some("{ broken")),
        ["high unknown < opencode.json"]
    );
}

#[test]
fn settings_that_go_with_their_file_are_weighed() {
    assert_eq!(
        edited(
            "opencode.json",
            Some("{\"permission\":{\"bash\":\"deny\"},\"theme\":\"x\"}"),
            None
        ),
        [
            "high permission permission.bash (deny → unset)",
            "low setting theme (x → unset)",
        ]
    );
}

#[test]
fn deletions_of_skills_and_commands_are_low() {
    let files = MemoryFiles::new()
        .with(
            ".opencode/skills/audit/SKILL.md",
            "---\nname: audit\ndescription: A\n---\nx\n",
        )
        .with(".opencode/skills/audit/run.sh", "x\n");
    let delete = Change::DeleteSkill(SkillName::parse("audit").unwrap());
    let shown = shown(&files, &delete);
    assert_eq!(shown.risk, ["Deletes 1 skill and 1 further file."]);
    assert_eq!(shown.title, "Delete 1 skill and 1 further file");
    assert_eq!(shown.level.as_str(), "low");
    assert!(shown.rememberable);
}

#[test]
fn files_that_belong_to_no_skill_are_named_one_by_one() {
    let found = edited("src/main.rs", Some("x"), None);
    assert_eq!(found, ["high deletes < src/main.rs"]);
    assert_eq!(
        edited(".opencode/plugins/guard.ts", Some("x"), None).len(),
        1
    );
}

#[test]
fn an_import_that_replaces_is_asked_about_each_time() {
    let files = opencode(&json!({ "theme": "a", "permission": { "bash": "deny" } }));
    let replace =
        import(&json!({ "mode": { "opencode": "replace" }, "opencode": { "theme": "a" } }));
    assert_eq!(
        effects(&files, &replace),
        [
            "high permission permission.bash (deny → unset)",
            "low deletes",
        ]
    );
    let files = opencode(&json!({ "theme": "a", "username": "b" }));
    let shown = shown(&files, &replace);
    assert_eq!(shown.level.as_str(), "low");
    assert!(!shown.rememberable);
    let skills = import(&json!({
        "mode": { "skills": "replace" },
        "skills": [{ "name": "a", "description": "A", "content": "x" }],
    }));
    assert!(!is_rememberable(&MemoryFiles::new(), &skills));
}

#[test]
fn an_import_that_only_adds_texts_may_be_remembered() {
    let merge = import(&json!({
        "skills": [{ "name": "a", "description": "A", "content": "x" }],
        "commands": [{ "name": "b", "template": "y" }],
    }));
    let shown = shown(&MemoryFiles::new(), &merge);
    assert_eq!(shown.covers, "medium: instructions");
    assert!(shown.rememberable);
}

#[test]
fn a_change_that_is_not_shown_whole_is_not_remembered() {
    let long = format!("Take notes.\n{}", "x\n".repeat(500));
    let body = json!({ "name": "daily", "template": long });
    let change = Change::upsert_command(body.as_object().unwrap()).unwrap();
    let shown = shown(&MemoryFiles::new(), &change);
    assert!(shown.changes[0].truncated);
    assert_eq!(shown.level.as_str(), "medium");
    assert!(!shown.rememberable);
}
