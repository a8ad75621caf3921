//! What the engine makes of agents that are said in several places.

use super::*;
use crate::files::MemoryFiles;

fn list(files: &[(&str, &str)]) -> AgentsView {
    let memory = MemoryFiles::new();
    let memory = files
        .iter()
        .fold(memory, |memory, (path, text)| memory.with(path, text));
    list_agents(&memory, false).unwrap()
}

/// Each agent as `name mode model description`.
fn shown(files: &[(&str, &str)]) -> Vec<String> {
    let line = |item: AgentItem| {
        let model = item.model.unwrap_or_else(|| "-".to_owned());
        let description = item.description.unwrap_or_else(|| "-".to_owned());
        format!("{} {} {model} {description}", item.name, item.mode.as_str())
    };
    list(files).items.into_iter().map(line).collect()
}

#[test]
fn four_folders_and_three_settings_have_agents() {
    let files = [
        (
            ".opencode/agents/reader.md",
            "---\n# no\ndescription: Reads\nmode: subagent\nmodel: acme/small\n---\nx\n",
        ),
        (
            ".opencode/agent/team/planner.md",
            "---\nmode: primary\n---\nYou plan.\n",
        ),
        (".opencode/agent/.day end.md", "x"),
        (
            ".opencode/modes/quiet.md",
            "---\ndescription: Few words\nmode: subagent\n---\nx\n",
        ),
        (".opencode/mode/loud.md", "Be lively.\n"),
        (".opencode/mode/deep/not.md", "x\n"),
        (
            "opencode.jsonc",
            r#"{ "agent": { "linter": { "description": "Lints", "mode": "all" } },
                "mode": { "drafts": { "description": "Drafts", "mode": "subagent" } },
                "agents": { "scout": { "description": "Looks", "model": { "providerID": "a", "model": "b/c" } } } }"#,
        ),
    ];
    let expected = [
        ".day end all - -",
        "drafts primary - Drafts",
        "linter all - Lints",
        "loud primary - -",
        "quiet primary - Few words",
        "reader subagent acme/small Reads",
        "scout all a/b/c Looks",
        "team/planner primary - -",
    ];
    assert_eq!(shown(&files), expected);
}

#[test]
fn places_are_laid_over_each_other_field_by_field() {
    let files = [
        (
            "opencode.json",
            r#"{ "agent": { "a": { "description": "root", "model": "r/r" } } }"#,
        ),
        (
            ".opencode/opencode.json",
            r#"{ "agent": { "a": { "description": "dot" } } }"#,
        ),
        (".opencode/agents/a.md", "---\nmode: subagent\n---\nx\n"),
        (
            ".opencode/agents/other.md",
            "---\nname: a\ndescription: file\n---\nx\n",
        ),
    ];
    assert_eq!(shown(&files), ["a subagent r/r file"]);
    let item = &list(&files).items[0];
    assert_eq!(
        (item.source, item.scope),
        (AgentSource::File, AgentScope::Workspace)
    );
    assert!(item.path.ends_with(".opencode/agents/other.md"));
}

#[test]
fn the_setting_mode_counts_over_everything() {
    let files = [
        (
            "opencode.json",
            r#"{ "mode": { "a": { "description": "mode" } } }"#,
        ),
        (
            ".opencode/agents/a.md",
            "---\ndescription: file\nmode: subagent\n---\nx\n",
        ),
    ];
    assert_eq!(shown(&files), ["a primary - mode"]);
}

#[test]
fn of_both_forms_in_one_file_the_older_counts_alone() {
    let both = r#"{ "agent": { "a": { "description": "old" } },
        "agents": { "a": { "description": "new", "mode": "subagent" } } }"#;
    assert_eq!(shown(&[("opencode.json", both)]), ["a all - old"]);
    let old = r#"{ "agent": { "a": { "description": "old", "model": "o/o" } } }"#;
    let new = r#"{ "agents": { "a": { "description": "new", "mode": "subagent" } } }"#;
    let apart = [("opencode.json", old), (".opencode/opencode.json", new)];
    assert_eq!(shown(&apart), ["a subagent o/o new"]);
}

#[test]
fn the_engines_own_agents_keep_their_mode() {
    let files = [(
        "opencode.json",
        r#"{ "agent": { "build": {}, "general": {}, "plan": { "mode": "all" } } }"#,
    )];
    assert_eq!(
        shown(&files),
        ["build primary - -", "general subagent - -", "plan all - -"]
    );
}

#[test]
fn agents_that_are_off_or_lost_are_not_listed() {
    let files = [
        (
            "opencode.json",
            r#"{ "agent": { "a": { "disable": true }, "b": { "disable": true } },
                "agents": { "c": { "disabled": true }, "d": { "steps": 0 }, "e": { "disable": true } } }"#,
        ),
        (".opencode/agents/b.md", "---\ndisable: false\n---\nx\n"),
    ];
    let view = list(&files);
    let names: Vec<&str> = view.items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["b", "e"]);
    let skipped = view.skipped.unwrap();
    let mut skipped: Vec<_> = skipped
        .iter()
        .map(|one| (one.name.as_deref(), one.rule.as_str()))
        .collect();
    skipped.sort_unstable();
    assert_eq!(
        skipped,
        [
            (Some("a"), "disabled"),
            (Some("c"), "disabled"),
            (Some("d"), "lost")
        ]
    );
}

#[test]
fn an_agent_is_found_with_the_text_that_counts() {
    let text = "---\ndescription: Plans\n---\n\nYou plan.\n";
    let files = MemoryFiles::new()
        .with(".opencode/agent/team/planner.md", text)
        .with("opencode.json", r#"{ "agent": { "linter": { "mode": "all", "prompt": "Run it." }, "team/planner": {} } }"#);
    assert_eq!(
        find_agent(&files, "team/planner", false).unwrap().text,
        text
    );
    let linter = find_agent(&files, "linter", false).unwrap();
    assert_eq!(linter.text, "---\nmode: \"all\"\n---\nRun it.\n");
    assert_eq!(linter.item.source, AgentSource::Config);
    let none = find_agent(&files, "nobody", false);
    assert!(matches!(none, Err(ReadError::AgentNotFound)));
}
