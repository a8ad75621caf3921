//! Every call of every change fails once, in every way.

use std::sync::Arc;

use openwork_model::change::Change;
use openwork_model::store::StoreError;
use openwork_store::{FsOptions, FsStore};
use serde_json::json;

use crate::support::faulty::{FAULTS, Fault, FaultyDisk, Plan};
use crate::support::{CONFIG, Place, command, commit, delete_skill, import, patch, plugin, skill};

/// A change, and the files that it concerns.
struct Case {
    name: &'static str,
    change: fn() -> Change,
    files: &'static [&'static str],
}

const CASES: [Case; 6] = [
    Case {
        name: "edit a file",
        change: || plugin("b"),
        files: &["opencode.json"],
    },
    Case {
        name: "new directories",
        change: || skill("s", "new"),
        files: &[".opencode/skills/s/SKILL.md"],
    },
    Case {
        name: "replace a file",
        change: || skill("old", "new"),
        files: &[".opencode/skills/old/SKILL.md"],
    },
    Case {
        name: "remove a file",
        change: || delete_skill("old"),
        files: &[".opencode/skills/old/SKILL.md"],
    },
    Case {
        name: "two files",
        change: || patch(json!({ "opencode": { "x": 1 }, "openwork": { "y": 2 } })),
        files: &["opencode.json", ".opencode/openwork.json"],
    },
    Case {
        name: "import",
        change: || {
            import(json!({
                "mode": { "skills": "replace" },
                "opencode": { "x": 1 },
                "skills": [{ "name": "n", "content": "x", "description": "d" }],
                "commands": [{ "name": "c", "template": "t" }],
            }))
        },
        files: &[
            "opencode.json",
            ".opencode/skills/old/SKILL.md",
            ".opencode/skills/n/SKILL.md",
            ".opencode/commands/c.md",
        ],
    },
];

fn place() -> Place {
    let place = Place::in_memory();
    place.write("opencode.json", CONFIG);
    place.write(
        ".opencode/skills/old/SKILL.md",
        "---\nname: old\ndescription: d\n---\nold\n",
    );
    place
}

fn contents(place: &Place, case: &Case) -> Vec<Option<String>> {
    case.files
        .iter()
        .map(|file| std::fs::read_to_string(place.path(file)).ok())
        .collect()
}

fn after(case: &Case) -> Vec<Option<String>> {
    let place = place();
    commit(&place.store(), (case.change)()).unwrap();
    contents(&place, case)
}

/// Entries that clients are shown.
fn entries(place: &Place) -> usize {
    place
        .log()
        .iter()
        .filter(|line| line.get("record").is_none())
        .count()
}

/// Commits with the n-th call failing; `false` if there is no n-th call.
fn check(case: &Case, nth: u64, fault: Fault, lasting: bool, new: &[Option<String>]) -> bool {
    let place = place();
    let old = contents(&place, case);
    let plan = Arc::new(Plan::default());
    let disk = Arc::new(FaultyDisk(Arc::clone(&plan)));
    let store = FsStore::open(FsOptions {
        disk,
        ..place.options()
    });
    plan.arm(nth, fault, lasting);
    let answer = commit(&store, (case.change)());
    let Some(call) = plan.disarm() else {
        return false;
    };
    let context = format!(
        "{}: call {nth} ({call}), {fault:?}, lasting: {lasting}: {answer:?}",
        case.name
    );

    let now = contents(&place, case);
    if answer.is_ok() {
        assert_eq!(now, new, "{context}");
    }
    for ((now, old), new) in now.iter().zip(&old).zip(new) {
        assert!(now == old || now == new, "{context}: {now:?}");
    }
    assert_recovered(&place, &store, case, [&old, new], &answer, &context);
    true
}

fn assert_recovered(
    place: &Place,
    store: &FsStore,
    case: &Case,
    [old, new]: [&[Option<String>]; 2],
    answer: &Result<openwork_model::store::Receipt, StoreError>,
    context: &str,
) {
    commit(store, command("after", "wards"))
        .unwrap_or_else(|error| panic!("{context}: then {error}"));
    let now = contents(place, case);
    assert!(now == old || now == new, "{context}: half of it: {now:?}");
    if answer.is_ok() {
        assert_eq!(now, new, "{context}");
    }
    assert_eq!(
        entries(place),
        if now == new { 2 } else { 1 },
        "{context}: {:#?}",
        place.log()
    );
    assert_eq!(
        place.temporaries(),
        Vec::<std::path::PathBuf>::new(),
        "{context}"
    );
    assert!(
        !place.exists(".opencode/openwork/journal.json"),
        "{context}"
    );
}

#[test]
fn one_failing_call_leaves_old_or_new_bytes() {
    for case in &CASES {
        let new = after(case);
        for fault in FAULTS {
            let calls = (0..)
                .take_while(|nth| check(case, *nth, fault, false, &new))
                .count();
            let least = if matches!(fault, Fault::ShortWrite | Fault::HalfWrite) {
                2
            } else {
                20
            };
            assert!(
                calls >= least,
                "{}: {fault:?} came to {calls} calls only",
                case.name
            );
        }
    }
}

#[test]
fn a_disk_that_fails_for_good_leaves_old_or_new_bytes() {
    for case in &CASES {
        let new = after(case);
        let fails = |nth: &u64| check(case, *nth, Fault::InputOutput, true, &new);
        let calls = (0..).take_while(fails).count();
        assert!(calls >= 20, "{}: {calls} calls only", case.name);
    }
}
