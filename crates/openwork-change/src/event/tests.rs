use serde_json::{Value, json};

use super::*;
use crate::change::{Change, Fields, read};
use crate::plan::plan;
use openwork_model::files::{Location, MemoryFiles};

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn lines(triggers: &[EventTrigger]) -> Vec<String> {
    let lines = |trigger: &EventTrigger| {
        let action = trigger.action.map(EventAction::as_str);
        let path = trigger.path.as_ref().map(RelPath::as_str);
        [
            Some(trigger.reason.as_str()),
            action,
            trigger.name.as_deref(),
            path,
        ]
        .map(|part| part.unwrap_or("-"))
        .join(" ")
    };
    triggers.iter().map(lines).collect()
}

#[test]
fn files_that_the_engine_loads_have_a_reason_and_a_name() {
    for (file, expected) in [
        ("opencode.json", "config - "),
        (".opencode/opencode.jsonc", "config - "),
        (".opencode/skills/a/SKILL.md", "skills a "),
        (".opencode/skill/x/y/SKILL.md", "skills y "),
        (".opencode/skills/SKILL.md", "skills - "),
        (".claude/skills/.system/b/SKILL.md", "skills b "),
        (".agents/skills/c/SKILL.md", "skills c "),
        (".opencode/command/a/b.md", "commands a/b "),
        (".opencode/commands/daily.md", "commands daily "),
        (".opencode/agents/build.md", "agents build "),
        (".opencode/mode/plan.md", "agents plan "),
        (".opencode/plugins/x.ts", "plugins x.ts "),
        (".opencode/plugin/.y.js", "plugins .y.js "),
    ] {
        let trigger = EventTrigger::of_path(&path(file), EventAction::Updated).unwrap();
        let name = trigger.name.as_deref().unwrap_or("-");
        assert_eq!(format!("{} {name} ", trigger.reason.as_str()), expected);
        assert!(may_change_engine(&path(file)), "{file}");
    }
}

#[test]
fn other_files_have_none() {
    for file in [
        "README.md",
        "sub/opencode.json",
        ".opencode/openwork.json",
        ".opencode/openwork/audit.jsonl",
        ".opencode/openwork/journal.json",
        ".opencode/package.json",
        ".opencode/skills/a/notes.md",
        ".opencode/skills/.hidden/SKILL.md",
        ".opencode/skills/a/.openwork-00000000000000000000000000000007.tmp",
        ".opencode/plugins/sub/x.ts",
        ".opencode/plugins/x.mjs",
        ".opencode/commands/daily.txt",
        ".opencode/commands",
        ".claude/commands/daily.md",
        "skills/a/SKILL.md",
    ] {
        assert_eq!(EventReason::of_path(&path(file)), None, "{file}");
    }
}

#[test]
fn directories_on_the_way_matter_and_those_beside_it_do_not() {
    for way in [".opencode", ".claude/skills", ".opencode/skills/a"] {
        assert!(may_change_engine(&path(way)), "{way}");
    }
    assert!(may_change_engine(&RelPath::root()));
    for beside in [
        "src",
        ".opencode/openwork.json",
        ".opencode/openwork",
        ".git",
    ] {
        assert!(!may_change_engine(&path(beside)), "{beside}");
    }
}

#[test]
fn surveys_differ_by_what_changed_in_content() {
    let skill = ".opencode/skills/a/SKILL.md";
    let files = MemoryFiles::new()
        .with("opencode.json", "{}")
        .with(skill, "one")
        .with(".opencode/openwork.json", "{}");
    let before = EngineSurvey::take(&files);
    assert_eq!(
        before.triggers(&EngineSurvey::take(&files.clone().with(skill, "one"))),
        []
    );
    let other = files
        .with(skill, "two")
        .with(".opencode/openwork.json", "{ }")
        .with(".opencode/skills/a/notes.md", "x")
        .with(".opencode/plugins/p.ts", "x");
    let after = EngineSurvey::take(&other);
    assert_eq!(
        lines(&before.triggers(&after)),
        [
            "plugins added p.ts .opencode/plugins/p.ts",
            "skills updated a .opencode/skills/a/SKILL.md"
        ]
    );
    assert_eq!(
        lines(&after.triggers(&EngineSurvey::default())),
        [
            "plugins removed p.ts .opencode/plugins/p.ts",
            "skills removed a .opencode/skills/a/SKILL.md",
            "config removed - opencode.json"
        ]
    );
}

#[test]
fn several_things_of_one_part_are_reported_together() {
    let one = MemoryFiles::new().with(".opencode/commands/a.md", "a");
    let both = one.clone().with(".opencode/commands/b.md", "b");
    let none = EngineSurvey::default();
    assert_eq!(
        lines(&none.triggers(&EngineSurvey::take(&both))),
        ["commands added - -"]
    );
    let mixed = one
        .with(".opencode/commands/b.md", "c")
        .with(".opencode/commands/c.md", "c");
    assert_eq!(
        lines(&EngineSurvey::take(&both).triggers(&EngineSurvey::take(&mixed))),
        ["commands - - -"]
    );
}

fn fields(value: &Value) -> Fields {
    value.as_object().cloned().unwrap()
}

fn own(change: &Change, files: &MemoryFiles) -> Vec<String> {
    lines(&triggers_of_plan(
        change,
        &plan(&change.clone().into(), files).unwrap(),
    ))
}

#[test]
fn own_changes_are_reported_as_what_they_are() {
    let files = MemoryFiles::new().with("opencode.json", r#"{ "plugin": ["a@1"] }"#);
    let plugin = read::add_plugin(&fields(&json!({ "spec": "@s/b@2" }))).unwrap();
    assert_eq!(own(&plugin, &files), ["plugins added @s/b opencode.json"]);
    for spec in [
        "git+https://user:s3cret@host/x.git",
        "https://user:s3cret@host/x.tgz",
        "x@git+ssh://user:s3cret@host/x.git",
    ] {
        let plugin = read::add_plugin(&fields(&json!({ "spec": spec }))).unwrap();
        let told = own(&plugin, &files).concat();
        assert!(told.starts_with("plugins added "), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
    }
    let same = read::add_plugin(&fields(&json!({ "spec": "a" }))).unwrap();
    assert_eq!(own(&same, &files), [""; 0]);

    let mcp = json!({ "name": "m", "config": { "type": "remote", "url": "https://m.test" } });
    let mcp = read::add_mcp(&fields(&mcp)).unwrap();
    assert_eq!(own(&mcp, &files), ["mcp added m opencode.json"]);
    let there = MemoryFiles::new().with(
        "opencode.json",
        r#"{ "mcp": { "m": { "enabled": true } } }"#,
    );
    assert_eq!(own(&mcp, &there), ["mcp updated m opencode.json"]);
    let off = read::set_mcp_enabled("m", &fields(&json!({ "enabled": false }))).unwrap();
    assert_eq!(own(&off, &there), ["mcp updated m opencode.json"]);
    let gone = Change::remove_mcp("m").unwrap();
    assert_eq!(own(&gone, &there), ["mcp removed m opencode.json"]);

    let settings = json!({ "openwork": { "x": 1 } });
    let settings = read::patch_config(&fields(&settings)).unwrap();
    assert_eq!(own(&settings, &files), [""; 0]);
    let import = json!({
        "opencode": { "model": "a/b" }, "openwork": { "x": 1 },
        "commands": [{ "name": "c", "template": "t" }, { "name": "d", "template": "t" }],
    });
    let import = read::import(&fields(&import)).unwrap();
    assert_eq!(
        own(&import, &files),
        ["config updated - opencode.json", "commands added - -"]
    );
}

#[test]
fn own_edits_are_no_news_to_the_survey_that_saw_them() {
    let files = MemoryFiles::new().with("opencode.json", "{}");
    let change = read::add_plugin(&fields(&json!({ "spec": "a" }))).unwrap();
    let plan = plan(&change.into(), &files).unwrap();
    let mut survey = EngineSurvey::take(&files);
    assert!(survey.settle(&plan.edits));
    assert!(!survey.settle(&plan.edits));
    let mut written = files;
    for edit in &plan.edits {
        let at = Location::workspace(edit.path.clone());
        written.insert(at, edit.after.clone().unwrap());
    }
    assert_eq!(survey, EngineSurvey::take(&written));
}

fn trigger() -> EventTrigger {
    EventTrigger::of_path(&path("opencode.json"), EventAction::Updated).unwrap()
}

fn seqs(ring: &EventRing, since: u64) -> Vec<u64> {
    ring.since(since).iter().map(|event| event.seq).collect()
}

#[test]
fn a_ring_gives_what_is_newer() {
    let mut ring = EventRing::new(1000);
    assert_eq!((ring.cursor(), seqs(&ring, 0)), (1000, vec![]));
    assert_eq!(ring.push(Uuid::nil(), 5, trigger()).seq, 1001);
    ring.push(Uuid::nil(), 6, trigger());
    assert_eq!(seqs(&ring, 0), [1001, 1002]);
    assert_eq!(seqs(&ring, 1001), [1002]);
    assert_eq!(seqs(&ring, 1002), [0; 0]);
    assert_eq!(seqs(&ring, 1003), [1001, 1002], "from another time");
}

#[test]
fn a_ring_knows_how_far_it_reaches() {
    let mut ring = EventRing::new(0);
    assert!(ring.reaches(0));
    for _ in 0..=RING {
        ring.push(Uuid::nil(), 0, trigger());
    }
    assert_eq!(seqs(&ring, 0).len(), RING);
    assert_eq!(seqs(&ring, 0)[0], 2);
    assert!(!ring.reaches(0));
    assert!(ring.reaches(1));
}
