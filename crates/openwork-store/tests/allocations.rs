//! How many allocations the hot paths may make.
//!
//! Times differ between machines and runs, these counts do not: a second
//! parse, a copy of a large file or a cost for each item of a kept answer
//! shows here. The bounds are the counts of the day they were written and some
//! room; `docs/performance.md` says more.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "the test lays out its own files")]

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use allocation_counter::{AllocationInfo, measure};
use openwork_change::change::{Change, ConfigPatch, Proposal, read};
use openwork_change::plan::Plan;
use openwork_change::preview::preview_edits;
use openwork_change::query::Query;
use openwork_change::store::Store as _;
use openwork_model::name::SkillName;
use openwork_model::workspace::Workspace;
use openwork_store::{FsOptions, FsStore};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

fn workspace(skills: usize, config: &str) -> (TempDir, FsStore) {
    let place = tempfile::tempdir().unwrap();
    for index in 0..skills {
        let folder = place
            .path()
            .join(format!(".opencode/skills/skill-{index:04}"));
        fs::create_dir_all(&folder).unwrap();
        let text =
            format!("---\nname: skill-{index:04}\ndescription: One of many.\n---\n\nText.\n");
        fs::write(folder.join("SKILL.md"), text).unwrap();
    }
    fs::write(place.path().join("opencode.json"), config).unwrap();
    // What was written just now cannot be told from what is written next.
    sleep(Duration::from_millis(100));
    let store = FsStore::open(FsOptions::new(Workspace::at(place.path()))).unwrap();
    (place, store)
}

fn config(entries: usize) -> String {
    let entry =
        |n| format!("    \"e{n}\": {{ \"type\": \"local\", \"command\": [\"run\", \"{n}\"] }}");
    let entries: Vec<String> = (0..entries).map(entry).collect();
    format!(
        "{{\n  \"model\": \"a/b\", // mine\n  \"mcp\": {{\n{}\n  }}\n}}\n",
        entries.join(",\n")
    )
}

fn skills() -> Query {
    Query::Skills {
        include_global: false,
        skipped: false,
    }
}

fn again(skills_there: usize) -> AllocationInfo {
    let (_place, store) = workspace(skills_there, &config(10));
    let first = store.view(&skills()).unwrap();
    let mut second = None;
    let spent = measure(|| second = Some(store.view(&skills()).unwrap()));
    assert!(second.is_some_and(|second| std::sync::Arc::ptr_eq(&first, &second)));
    spent
}

#[test]
#[cfg_attr(windows, ignore = "a file's name is spelt anew for each call there")]
fn a_kept_answer_costs_no_allocation_for_each_item() {
    let (few, many) = (again(10), again(300));
    assert_eq!(few.count_total, many.count_total);
    assert!(few.count_total <= 4, "{few:?}");
}

fn patch() -> Proposal {
    let fields = Map::from_iter([("model".to_owned(), Value::from("c/d"))]);
    Proposal::from(Change::PatchConfig(
        ConfigPatch::opencode_keys(fields).unwrap(),
    ))
}

fn planned(entries: usize) -> (AllocationInfo, Plan, usize) {
    let text = config(entries);
    let (_place, store) = workspace(0, &text);
    let (proposal, mut plan) = (patch(), None);
    // The rules of the schema are read once, by whoever comes first.
    store.plan(&proposal).unwrap();
    let spent = measure(|| plan = Some(store.plan(&proposal).unwrap()));
    let plan = plan.unwrap();
    assert_eq!(plan.edits.len(), 1);
    (spent, plan, text.len())
}

#[test]
#[cfg_attr(windows, ignore = "a file's name is spelt anew for each call there")]
fn planning_a_small_patch_costs_few_allocations() {
    let (spent, _, _) = planned(20);
    assert!(spent.count_total <= 200, "{spent:?}");
}

#[test]
fn planning_a_patch_of_a_large_file_costs_a_few_times_its_size() {
    let (spent, _, size) = planned(10_000);
    let size = u64::try_from(size).unwrap();
    assert!(spent.bytes_max <= 30 * size, "{spent:?} for {size}");
    assert!(spent.count_total <= size / 12, "{spent:?} for {size}");
}

#[test]
fn planning_a_deletion_holds_no_large_file() {
    const FILES: usize = 50;
    const SIZE: u64 = 4 << 20;
    let (place, store) = workspace(1, "{}");
    let folder = place.path().join(".opencode/skills/skill-0000");
    for index in 0..FILES {
        let file = fs::File::create(folder.join(format!("{index}"))).unwrap();
        file.set_len(SIZE).unwrap();
    }
    let name = SkillName::parse("skill-0000").unwrap();
    let (proposal, mut plan) = (Proposal::from(Change::DeleteSkill(name)), None);
    // The rules of the schema are read once, by whoever comes first.
    store.plan(&proposal).unwrap();
    let spent = measure(|| plan = Some(store.plan(&proposal).unwrap()));
    let plan = plan.unwrap();
    assert_eq!(plan.edits.len(), FILES + 1);
    assert!(spent.bytes_max < 1 << 20, "{spent:?}");
    assert!(spent.bytes_current < 100 << 10, "{spent:?}");
}

/// Wine needs milliseconds for what other systems do with a file in microseconds.
const MANY: usize = if cfg!(windows) { 500 } else { 5_000 };

/// An import of so many commands, each of them there already.
fn import_of(commands: usize) -> (AllocationInfo, Duration) {
    let (place, store) = workspace(0, "{}");
    let folder = place.path().join(".opencode/commands");
    fs::create_dir_all(&folder).unwrap();
    let command = |n: usize| {
        fs::write(folder.join(format!("c{n}.md")), "old\n").unwrap();
        json!({ "name": format!("c{n}"), "template": "new" })
    };
    let commands: Vec<Value> = (0..commands).map(command).collect();
    let fields = Map::from_iter([("commands".to_owned(), Value::from(commands.as_slice()))]);
    let (proposal, mut plan) = (Proposal::from(read::import(&fields).unwrap()), None);
    let begun = Instant::now();
    // The rules of the schema are read once, by whoever comes first.
    store.plan(&proposal).unwrap();
    let spent = measure(|| plan = Some(store.plan(&proposal).unwrap()));
    assert_eq!(plan.unwrap().edits.len(), commands.len());
    (spent, begun.elapsed())
}

#[test]
fn planning_an_import_costs_as_much_for_each_item() {
    let (few, few_took) = import_of(MANY / 10);
    let (many, many_took) = import_of(MANY);
    // Tables that grow by doubling have room to spare.
    assert!(many.count_total <= 11 * few.count_total, "{many:?} {few:?}");
    assert!(many.bytes_total <= 16 * few.bytes_total, "{many:?} {few:?}");
    assert!(many.bytes_max <= MANY as u64 * 3_000, "{many:?}");
    // The product of both numbers would be 100 times as much. Compared, as how long
    // either takes depends on the machine.
    assert!(many_took <= 40 * few_took, "{many_took:?} {few_took:?}");
}

#[test]
fn showing_a_change_costs_no_allocation_for_each_entry_around_it() {
    let shown = |entries| {
        let (_, plan, _) = planned(entries);
        let mut shown = Vec::new();
        let spent = measure(|| shown = preview_edits(&plan));
        assert!(shown[0].diff.contains("+  \"model\": \"c/d\""), "{shown:?}");
        spent
    };
    // Lists of lines grow with the file, each a few times.
    let (few, many) = (shown(20), shown(10_000));
    assert!(few.count_total <= 300, "{few:?}");
    assert!(many.count_total <= few.count_total + 50, "{many:?} {few:?}");
}
