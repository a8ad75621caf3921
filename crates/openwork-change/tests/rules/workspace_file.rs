use openwork_change::change::{Change, read};
use openwork_change::effect::{Level, weigh};
use openwork_change::plan::{PlanError, plan};
use openwork_model::files::{Location, MemoryFiles};
use openwork_model::invalid::Invalid;
use openwork_model::path::RelPath;
use serde_json::{Value, json};

use crate::outcome::{fields, outcome};

fn text(path: &str, content: &str) -> Value {
    json!({ "path": path, "content": content })
}

fn weighed(files: &MemoryFiles, path: &str, content: &str) -> (Level, String) {
    let change = read::write_text(&fields(text(path, content))).unwrap();
    let plan = plan(&change.clone().into(), files).unwrap();
    let weight = weigh(&change, &plan);
    assert_eq!(weight.effects.len(), 1);
    (weight.level, weight.effects[0].text.clone())
}

#[test]
fn a_file_is_written_and_held_whole() {
    let files = MemoryFiles::new().with("docs/plan.md", "old\n");
    let body = fields(text("docs/plan.md", "new\n"));
    insta::assert_snapshot!(outcome(&files, read::write_text(&body)), @r"
    workspace.file.write: Write docs/plan.md
    shows docs/plan.md
    holds docs/plan.md: all 4 bytes
    holds docs/plan.md: no program
    records /w/s/ws/docs/plan.md: Wrote docs/plan.md
    answers Done
    writes docs/plan.md
      | new
    ");
}

#[test]
fn what_could_run_is_grave_whatever_it_looks_like() {
    let files = MemoryFiles::new();
    for (path, content, level) in [
        ("a.md", "x", Level::Medium),
        ("AGENTS.md", "x", Level::Medium),
        // Texts have headers of their own.
        (
            "a.md",
            "---\ntitle: A\ndate: 2026-01-01\ntags: [b]\n---\nx",
            Level::Medium,
        ),
        (
            "a.md",
            "---\n---\nmail@example.com and @media",
            Level::Medium,
        ),
        ("a.png", "x", Level::Low),
        ("a.md", "#!/bin/sh\n", Level::High),
        ("a.svg", "x", Level::High),
        ("page.html", "x", Level::High),
        ("src/main.rs", "x", Level::High),
        ("package.json", "{}", Level::High),
        ("Makefile", "x", Level::High),
        ("a.unheard", "x", Level::High),
        ("tools/SKILL.md", "x", Level::Medium),
    ] {
        assert_eq!(weighed(&files, path, content).0, level, "{path}");
    }
    assert_eq!(
        weighed(&files, "x.sh", "x").1,
        "Creates `x.sh`, which programs of this machine may run or load."
    );
}

#[test]
fn a_file_that_is_a_program_stays_one_and_is_grave() {
    let mut files = MemoryFiles::new().with("tool.txt", "old");
    files.set_executable(Location::workspace(RelPath::new("tool.txt").unwrap()), true);
    let (level, text) = weighed(&files, "tool.txt", "new");
    assert_eq!(level, Level::High);
    assert_eq!(
        text,
        "Replaces `tool.txt`, which programs of this machine may run or load."
    );
}

#[test]
fn a_file_that_was_changed_meanwhile_is_left() {
    let files = MemoryFiles::new().with("a.md", "old");
    let with = |base: Value| {
        let mut body = fields(text("a.md", "new"));
        body.insert("baseUpdatedAt".to_owned(), base);
        read::write_text(&body)
    };
    let moved = plan(&with(json!(5)).unwrap().into(), &files).unwrap_err();
    assert!(matches!(
        moved,
        PlanError::Moved {
            base: 5,
            current: 1_700_000_000_000
        }
    ));
    assert!(plan(&with(json!(1_700_000_000_000.25)).unwrap().into(), &files).is_ok());
    assert!(with(json!("yesterday")).is_err());
    // What is not there cannot have changed.
    assert!(plan(&with(json!(5)).unwrap().into(), &MemoryFiles::new()).is_ok());
}

#[test]
fn files_of_the_engine_are_refused() {
    let files = MemoryFiles::new().with(
        "opencode.json",
        r#"{ "agent": { "a": { "prompt": "{file:./texts/p.txt}" } } }"#,
    );
    for path in [
        ".env.local",
        "opencode.jsonc",
        ".agents/skills/s/SKILL.md",
        "x/.git/hooks/pre-push",
    ] {
        let refused = read::write_text(&fields(text(path, "x"))).unwrap_err();
        assert!(matches!(refused, Invalid::ReservedFile { .. }), "{path}");
    }
    let change: Change = read::write_text(&fields(text("other/P.txt", "x"))).unwrap();
    let refused = plan(&change.into(), &files).unwrap_err();
    assert!(matches!(
        refused,
        PlanError::Invalid(Invalid::ReservedFile { .. })
    ));
}
