//! Agents: written where they stand, removed from everywhere, exported and imported.

use openwork_change::change::{Change, read};
use openwork_change::plan::{PlanError, plan};
use openwork_change::query::{Query, View, answer};
use openwork_model::files::{FileRoot, MemoryFiles};
use serde_json::{Value, json};

use crate::outcome::{fields, outcome};

const PLANNER: &str = "---\ndescription: Plans\nmode: primary\n---\n\nYou plan.\n";

fn upsert(files: &MemoryFiles, name: &str, content: &str) -> String {
    let body = json!({ "name": name, "content": content });
    outcome(files, read::upsert_agent(&fields(body)))
}

/// What each changed file holds afterwards; `-` for one that goes.
fn edits(files: &MemoryFiles, change: Change) -> Vec<(String, String)> {
    let plan = plan(&change.into(), files).unwrap();
    let text = |after: &[u8]| String::from_utf8_lossy(after).into_owned();
    let edits = plan.edits.iter().map(|edit| {
        let after = edit.after.as_deref().map_or_else(|| "-".to_owned(), text);
        (edit.path.to_string(), after)
    });
    edits.collect()
}

fn written(files: &MemoryFiles, name: &str, content: &str) -> Vec<(String, String)> {
    let body = json!({ "name": name, "content": content });
    edits(files, read::upsert_agent(&fields(body)).unwrap())
}

fn one(path: &str, text: &str) -> Vec<(String, String)> {
    vec![(path.to_owned(), text.to_owned())]
}

#[test]
fn a_new_agent_is_a_file_of_its_own() {
    let files = MemoryFiles::new();
    let at = ".opencode/agents/team/planner.md";
    assert_eq!(written(&files, "team/planner", PLANNER), one(at, PLANNER));
}

#[test]
fn an_agent_is_edited_in_the_file_where_it_stands() {
    for at in [
        ".opencode/agent/deep/planner.md",
        ".opencode/agents/deep/planner.md",
    ] {
        let files = MemoryFiles::new().with(at, "old\n");
        assert_eq!(written(&files, "deep/planner", PLANNER), one(at, PLANNER));
        let same = MemoryFiles::new().with(at, PLANNER);
        assert_eq!(written(&same, "deep/planner", PLANNER), []);
    }
}

#[test]
fn a_file_of_another_name_keeps_the_agents_name() {
    let at = ".opencode/agents/file.md";
    let files = MemoryFiles::new().with(at, "---\nname: a/b\n---\nOld\n");
    let named = "---\nname: a/b\n---\nNew\n";
    assert_eq!(written(&files, "a/b", "New\n"), one(at, named));
    assert_eq!(written(&files, "a/b", named), one(at, named));
    let described = written(&files, "a/b", "---\nmode: all\n---\nNew\n");
    assert_eq!(described, one(at, "---\nmode: all\nname: a/b\n---\nNew\n"));
}

#[test]
fn a_mode_stays_primary() {
    let files = MemoryFiles::new().with(".opencode/modes/quiet.md", "Be brief.\n");
    let text = "---\nmode: primary\n---\nBe very brief.\n";
    assert_eq!(
        written(&files, "quiet", text),
        one(".opencode/modes/quiet.md", text)
    );
    let lost = upsert(&files, "quiet", "---\nmode: subagent\n---\nx\n");
    assert!(
        lost.contains("Agent frontmatter field mode would be lost"),
        "{lost}"
    );
}

#[test]
fn an_agent_of_the_configuration_is_edited_there() {
    let before = "{\n  \"agent\": {\n    // lints\n    \"linter\": { \"description\": \"Lints\", \"mode\": \"all\", \"prompt\": \"Run it.\" } // kept\n  }\n}\n";
    let files = MemoryFiles::new().with("opencode.jsonc", before);
    let text = "---\ndescription: Lints\nmode: subagent\n---\nRun it.\n";
    let after = before.replace("\"all\"", "\"subagent\"");
    assert_eq!(
        written(&files, "linter", text),
        one("opencode.jsonc", &after)
    );
    let same = "---\ndescription: Lints\nmode: all\n---\nRun it.\n";
    assert_eq!(written(&files, "linter", same), []);
}

#[test]
fn an_agent_of_the_newer_form_stays_in_it() {
    let before = "{\n  \"agents\": {\n    \"scout\": { \"system\": \"Look.\", \"model\": { \"providerID\": \"a\", \"model\": \"m\" } }\n  }\n}\n";
    let files = MemoryFiles::new().with("opencode.jsonc", before);
    let text = "---\nmodel: a/m\n---\nLook ahead.\n";
    let after = before.replace("Look.", "Look ahead.");
    assert_eq!(
        written(&files, "scout", text),
        one("opencode.jsonc", &after)
    );
    let lost = upsert(&files, "scout", "---\npermission: deny\n---\nLook.\n");
    assert!(
        lost.contains("Agent frontmatter field permission would be lost"),
        "{lost}"
    );
}

#[test]
fn an_agent_is_removed_from_every_file_of_the_workspace() {
    let files = MemoryFiles::new()
        .with(".opencode/agent/a.md", "x\n")
        .with(".opencode/modes/a.md", "x\n")
        .with(".opencode/agents/b.md", "x\n")
        .with(
            "opencode.jsonc",
            "{\n  \"agent\": { \"a\": {}, \"b\": {} },\n  \"agents\": { \"a\": {} }\n}\n",
        )
        .with(".opencode/opencode.json", "{ \"mode\": { \"a\": {} } }\n");
    let left = "{\n  \"agent\": { \"b\": {} },\n  \"agents\": {}\n}\n";
    let expected = [
        (".opencode/agent/a.md", "-"),
        (".opencode/modes/a.md", "-"),
        (".opencode/opencode.json", "{ \"mode\": {} }\n"),
        ("opencode.jsonc", left),
    ];
    let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(edits(&files, Change::delete_agent("a").unwrap()), expected);
}

#[test]
fn a_mask_is_never_written_to_a_file() {
    let text = format!(
        "---\noptions: {{\"apiKey\": \"{}\"}}\n---\nP\n",
        openwork_model::mask::MASK
    );
    let refused = upsert(&MemoryFiles::new(), "a", &text);
    assert!(refused.contains("the value is masked"), "{refused}");
    // In a prompt it is a text like any other.
    let prompt = format!("Write {} for what is secret.\n", openwork_model::mask::MASK);
    let at = ".opencode/agents/a.md";
    assert_eq!(written(&MemoryFiles::new(), "a", &prompt), one(at, &prompt));
}

#[test]
fn what_stands_elsewhere_or_nowhere_cannot_be_removed() {
    let files = MemoryFiles::new().with_at(FileRoot::Global, "agents/mine.md", "x\n");
    let delete = |name: &str| plan(&Change::delete_agent(name).unwrap().into(), &files);
    let Err(PlanError::DefinedElsewhere { path }) = delete("mine") else {
        panic!("removed");
    };
    assert!(path.ends_with("agents/mine.md"), "{}", path.display());
    assert!(matches!(delete("nobody"), Err(PlanError::AgentNotFound)));
}

fn exported(files: &MemoryFiles) -> Value {
    let View::Export(export) = answer(&Query::Export, files).unwrap() else {
        panic!("no export");
    };
    let agent = |agent: &openwork_change::bundle::AgentExport| {
        let folder = agent.is_mode.then_some("modes");
        json!({ "name": agent.name, "content": agent.content, "folder": folder })
    };
    json!({ "agents": export.agents.iter().map(agent).collect::<Vec<_>>() })
}

#[test]
fn agents_are_exported_and_come_back() {
    let files = MemoryFiles::new()
        .with(".opencode/agent/team/planner.md", PLANNER)
        .with(".opencode/agents/day end.md", "x\n")
        .with(".opencode/mode/quiet.md", "Be brief.\n")
        .with("opencode.jsonc", "{ \"agent\": { \"linter\": {} } }\n");
    let export = exported(&files);
    let expected = json!({ "agents": [
        { "name": "quiet", "content": "Be brief.\n", "folder": "modes" },
        { "name": "team/planner", "content": PLANNER, "folder": null },
    ] });
    assert_eq!(export, expected);
    let import = read::import(&fields(export)).unwrap();
    assert_eq!(edits(&files, import.clone()), []);
    let fresh = [
        (".opencode/agents/team/planner.md", PLANNER),
        (".opencode/modes/quiet.md", "Be brief.\n"),
    ];
    let fresh = fresh.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(edits(&MemoryFiles::new(), import), fresh);
}

#[test]
fn an_import_that_replaces_removes_the_other_agents() {
    let files = MemoryFiles::new()
        .with(".opencode/agents/old.md", "x\n")
        .with(".opencode/agent/a.md", "x\n");
    let body =
        json!({ "mode": { "agents": "replace" }, "agents": [{ "name": "a", "content": "New\n" }] });
    let expected = [
        (".opencode/agent/a.md", "New\n"),
        (".opencode/agents/old.md", "-"),
    ];
    let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(
        edits(&files, read::import(&fields(body)).unwrap()),
        expected
    );
}

#[test]
fn what_the_engine_reads_later_is_warned_of() {
    let files = MemoryFiles::new()
        .with_at(FileRoot::Home, ".opencode/agents/a.md", "x\n")
        .with_at(FileRoot::Global, "agents/a.md", "x\n");
    let body = json!({ "name": "a", "content": "x\n" });
    let change = read::upsert_agent(&fields(body)).unwrap();
    let warnings = plan(&change.into(), &files).unwrap().warnings(&files);
    let paths: Vec<_> = warnings.iter().map(|warning| &warning.path).collect();
    assert_eq!(paths.len(), 1);
    assert!(paths[0].ends_with(".opencode/agents/a.md"));
}
