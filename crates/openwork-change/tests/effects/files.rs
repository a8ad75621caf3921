//! Files that come and go, and imports.

use openwork_change::change::{Change, read};
use openwork_change::effect::{Level, weigh};
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
    let change = read::upsert_command(body.as_object().unwrap()).unwrap();
    let shown = shown(&MemoryFiles::new(), &change);
    assert!(shown.changes[0].truncated);
    assert_eq!(shown.level.as_str(), "medium");
    assert!(!shown.rememberable);
}

#[test]
fn an_agents_file_is_weighed_as_the_configuration_would_be() {
    let agent = |header: &str| format!("---\n{header}\n---\nYou look.\n");
    let at = ".opencode/agent/a.md";
    let new =
        agent("mode: subagent\npermission:\n  edit: allow\n  bash: { \"*\": ask }\ncolor: info");
    let instructions = "medium instructions < .opencode/agent/a.md";
    assert_eq!(
        edited(at, None, Some(&new)),
        [
            "high permission agent.a.permission.edit (unset → allow)",
            "high permission agent.a (unset → {\"mode\":\"subagent\",\"permission\":{\"edit\":\"allow\",\"bash\":{\"*\":\"ask\"}},\"color\":\"info\"})",
            "high permission agent.a.mode (unset → subagent)",
            "high permission agent.a.permission.bash.* (unset → ask)",
            instructions,
            "low setting agent.a.color (unset → info)",
        ]
    );
    let other = new
        .replace("edit: allow", "edit: deny")
        .replace("You look", "Run !`evil`");
    assert_eq!(
        edited(at, Some(&new), Some(&other)),
        [
            "high command $ evil",
            "high permission agent.a.permission.edit (allow → deny)",
            instructions,
        ]
    );
    let body = new.replace("You look", "You see");
    assert_eq!(edited(at, Some(&new), Some(&body)), [instructions]);
    let plain = edited(".opencode/modes/build.md", None, Some("Be brief.\n"));
    assert_eq!(plain, ["medium instructions < .opencode/modes/build.md"]);
    let broken = edited(at, Some(&new), Some("---\na: [\n---\nx\n"));
    assert_eq!(broken[0], "high unknown < .opencode/agent/a.md");
}

#[test]
fn deletions_of_agents_are_as_grave_as_what_their_headers_said() {
    let at = ".opencode/agents/build.md";
    let low = format!("low deletes < {at}");
    for (text, grave) in [
        ("x", &[][..]),
        ("---\ndescription: Builds\ncolor: info\n---\nx", &[]),
        (
            "---\npermission:\n  \"*\": deny\n---\nx",
            &["high permission agent.build.permission.* (deny → unset)"],
        ),
        (
            "---\ndisable: true\n---\nx",
            &["high permission agent.build.disable (true → unset)"],
        ),
        (
            "---\ntools: { bash: false }",
            &["high permission agent.build.tools.bash (false → unset)"],
        ),
        (
            "---\na: [\n---\nx",
            &["high unknown < .opencode/agents/build.md"],
        ),
    ] {
        let mut expected: Vec<&str> = grave.to_vec();
        expected.push(&low);
        assert_eq!(edited(at, Some(text), None), expected, "{text}");
    }
}

#[test]
fn an_import_that_replaces_agents_says_what_they_forbade() {
    let files = MemoryFiles::new().with(
        ".opencode/agents/build.md",
        "---\npermission:\n  bash: deny\n---\nx\n",
    );
    let other = json!({ "name": "other", "content": "---\ndescription: Other\n---\nx\n" });
    let replace = import(&json!({ "mode": { "agents": "replace" }, "agents": [other] }));
    let weight = weigh(&replace, &planned(&files, &replace));
    assert_eq!(
        lines(&weight),
        [
            "high permission agent.build.permission.bash (deny → unset)",
            "high permission agent.other (unset → {\"description\":\"Other\"})",
            "medium instructions < .opencode/agents/other.md",
            "medium instructions agent.other.description",
            "low deletes < .opencode/agents/build.md",
        ]
    );
    assert_eq!(weight.edits, [Level::High, Level::High]);
}
