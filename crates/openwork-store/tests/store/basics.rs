//! What every store does: views, plans, commits, records.

use openwork_change::query::View;
use openwork_change::store::{Store as _, StoreError};
use openwork_model::audit::AuditLine;
use openwork_model::workspace::Workspace;
use openwork_store::{FsOptions, FsStore};
use serde_json::json;

use crate::support::*;

fn summaries(store: &FsStore) -> Vec<String> {
    let entries = store.audit(200).unwrap();
    let summary = |entry: &AuditLine| {
        let entry: serde_json::Value = serde_json::from_str(entry.get()).unwrap();
        entry["summary"].as_str().unwrap().to_owned()
    };
    entries.iter().map(summary).collect()
}

#[test]
fn a_change_is_written_recorded_and_seen() {
    let place = Place::with_config();
    let store = place.store();
    assert_eq!(specs(&store), ["a"]);
    let receipt = commit(&store, plugin("b")).unwrap();
    assert_eq!(
        place.read("opencode.json"),
        "{\n  // mine\n  \"plugin\": [\"a\", \"b\"]\n}\n"
    );
    assert_eq!(specs(&store), ["a", "b"]);
    assert_eq!(summaries(&store), ["Added b"]);
    let View::Config(config) = &store.view(&config()).unwrap().view else {
        unreachable!()
    };
    assert_eq!(config.updated_at, Some(receipt.at));
    assert_eq!(place.temporaries(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn every_kind_of_change_leaves_one_entry() {
    let place = Place::new();
    let store = place.store();
    let changes = [
        patch(json!({ "opencode": { "a": 1 }, "openwork": { "b": 2 } })),
        plugin("p@1"),
        remove_plugin("p"),
        skill("s", "x"),
        mcp("m"),
        command("c", "do it"),
        delete_command("c"),
        delete_skill("s"),
        import(
            json!({ "openwork": { "c": 3 }, "skills": [{ "name": "t", "content": "y", "description": "d" }] }),
        ),
    ];
    for change in changes {
        commit(&store, change).unwrap();
    }
    assert_eq!(
        summaries(&store),
        [
            "Imported workspace config",
            "Deleted skill s",
            "Deleted command c",
            "Upserted command c",
            "Added MCP m",
            "Upserted skill s",
            "Removed p",
            "Added p@1",
            "Patched workspace config",
        ]
    );
    assert!(!place.exists(".opencode/skills/s") && !place.exists(".opencode/commands/c.md"));
    assert!(place.exists(".opencode/skills/t/SKILL.md"));
    assert!(!place.exists(".opencode/openwork/journal.json"));
    assert_eq!(place.log().len(), 18);
}

#[test]
fn a_change_of_nothing_writes_nothing() {
    let place = Place::with_config();
    let store = place.store();
    let receipt = commit(&store, plugin("a")).unwrap();
    assert!(receipt.plan.is_noop());
    assert!(summaries(&store).is_empty());
}

#[test]
fn orders_that_change_nothing_leave_no_trace() {
    let place = Place::with_config();
    let store = place.store();
    let answers = store.commit(vec![order(plugin("a")), order(delete_skill("none"))]);
    assert!(answers[0].is_ok() && answers[1].is_err());
    assert!(!place.exists(".opencode"));
}

#[test]
fn orders_are_committed_together_and_answered_each() {
    let place = Place::with_config();
    let store = place.store();
    let answers = store.commit(vec![
        order(plugin("b")),
        order(delete_skill("none")),
        order(skill("s", "x")),
        order(plugin("c")),
        order(remove_plugin("b")),
    ]);
    let ok: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, false, true, true, true]);
    assert!(matches!(answers[1], Err(StoreError::Plan(_))));
    assert_eq!(specs(&store), ["a", "c"]);
    assert_eq!(
        summaries(&store),
        ["Removed b", "Added c", "Upserted skill s", "Added b"]
    );
}

#[test]
fn what_the_host_was_shown_must_still_hold() {
    let place = Place::new();
    let store = place.store();
    let preconditions = store
        .plan(&order(skill("s", "mine")).proposal)
        .unwrap()
        .preconditions;
    place.write(".opencode/skills/s/SKILL.md", "theirs");
    let answer = store
        .commit(vec![shown(skill("s", "mine"), preconditions)])
        .remove(0);
    assert!(
        matches!(answer, Err(StoreError::Conflict { .. })),
        "{answer:?}"
    );
    assert_eq!(place.read(".opencode/skills/s/SKILL.md"), "theirs");
}

#[test]
fn a_missing_directory_is_reported_and_never_made() {
    let place = Place::new();
    std::fs::remove_dir_all(place.path("")).unwrap();
    let opened = FsStore::open(place.options());
    assert!(matches!(opened, Err(StoreError::Gone { .. })));
    let store = FsStore::open_deferred(place.options());
    assert!(matches!(store.access(), Err(StoreError::Gone { .. })));
    assert!(matches!(
        commit(&store, plugin("a")),
        Err(StoreError::Gone { .. })
    ));
    assert!(!place.exists(""));
    std::fs::create_dir(place.path("")).unwrap();
    commit(&store, plugin("a")).unwrap();
    std::fs::rename(place.path(""), place.beside("other")).unwrap();
    assert!(matches!(store.access(), Err(StoreError::Gone { .. })));
    std::fs::create_dir(place.path("")).unwrap();
    assert!(matches!(store.access(), Err(StoreError::Replaced { .. })));
    assert!(matches!(
        commit(&store, plugin("b")),
        Err(StoreError::Replaced { .. })
    ));
    assert!(std::fs::read_dir(place.path("")).unwrap().next().is_none());
}

#[test]
fn what_is_no_directory_cannot_be_opened() {
    let place = Place::new();
    place.write("file", "");
    for (path, is_gone) in [("file", true), ("none", true), ("", false)] {
        let opened = FsStore::open(FsOptions::at(place.path(path)).unwrap());
        let was_gone = matches!(opened, Err(StoreError::Gone { .. }));
        assert_eq!(was_gone, is_gone, "{path:?}");
    }
    let relative = FsOptions::new(Workspace::at("ws".as_ref()));
    let opened = FsStore::open(relative);
    assert!(matches!(opened, Err(StoreError::Io { .. })));
}

#[test]
fn a_relative_path_counts_from_the_working_directory() {
    let store = FsStore::open(FsOptions::at("src").unwrap()).unwrap();
    store.access().unwrap();
    assert!(FsOptions::at("").is_err());
}

#[test]
fn a_log_from_elsewhere_is_read_as_far_as_it_can_be() {
    let place = Place::new();
    let line = |n: u32| {
        format!(
            r#"{{"id":"id-{n}","workspaceId":"w","actor":{{"type":"remote"}},"action":"a","target":"t","summary":"s{n}","timestamp":170000000000{n}}}"#
        )
    };
    let cut = r#"{"id":"id-3","works"#;
    let log = format!("{}\nnot json\n\n{}\n{{\"no\":1}}\n{cut}", line(1), line(2));
    place.write(".opencode/openwork/audit.jsonl", &log);
    let store = place.store();
    assert_eq!(summaries(&store), ["s2", "s1"]);
    let View::Config(config) = &store.view(&config()).unwrap().view else {
        unreachable!()
    };
    assert_eq!(config.updated_at, Some(1_700_000_000_002));
    commit(&store, plugin("p")).unwrap();
    assert_eq!(summaries(&store), ["Added p", "s2", "s1"]);
    let text = place.read(".opencode/openwork/audit.jsonl");
    assert!(
        text.starts_with(&format!("{log}\n{{")) && text.ends_with("}\n"),
        "{text}"
    );
}
