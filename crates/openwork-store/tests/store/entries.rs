//! What an entry of the audit log says of a change.

use openwork_change::change::Change;
use openwork_change::store::{Order, Store as _};
use openwork_model::audit::{Approval, ApprovedBy};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Place, commit, import, order, patch};

const LOG: &str = ".opencode/openwork/audit.jsonl";

fn approval() -> Approval {
    Approval {
        by: ApprovedBy::Page,
        address: Some("127.0.0.1".parse().unwrap()),
        rule_id: None,
        request_id: Some(Uuid::from_u128(7)),
        answered_at: Some(1_700_000_000_000),
    }
}

fn allowed(change: Change) -> Order {
    Order {
        approval: approval(),
        ..order(change)
    }
}

fn both() -> Change {
    patch(json!({ "opencode": { "theme": "a" }, "openwork": { "x": 1 } }))
}

/// What the newest entry says of who allowed what to be done to which files.
fn newest(place: &Place) -> Value {
    let entries = place.store().audit(1).unwrap();
    let entry: Value = serde_json::from_str(entries[0].get()).unwrap();
    let said = |key: &str| entry[key].clone();
    json!([
        said("target"),
        said("files"),
        said("moreFiles"),
        said("approval")
    ])
}

fn expected() -> Value {
    let approval = json!({
        "by": "page",
        "address": "127.0.0.1",
        "requestId": "00000000-0000-0000-0000-000000000007",
        "answeredAt": 1_700_000_000_000_u64,
    });
    json!([
        "opencode.json",
        [".opencode/openwork.json", "opencode.jsonc"],
        null,
        approval
    ])
}

#[test]
fn an_entry_names_the_files_and_who_allowed_it() {
    let place = Place::new();
    place.write("opencode.jsonc", "{}");
    place
        .store()
        .commit(vec![allowed(both())])
        .remove(0)
        .unwrap();
    assert_eq!(newest(&place), expected());
}

#[test]
fn an_entry_that_is_made_up_for_says_the_same() {
    let place = Place::new();
    place.write("opencode.jsonc", "{}");
    place
        .store()
        .commit(vec![allowed(both())])
        .remove(0)
        .unwrap();
    let log = place.read(LOG);
    let intent = log.split_inclusive('\n').next().unwrap();
    // As a crash would leave it, and as an earlier version wrote it.
    for intent in [
        intent.to_owned(),
        intent.replace("\"notes\":", "\"files\":"),
    ] {
        place.write(LOG, &intent);
        assert_eq!(newest(&place), expected(), "{intent}");
    }
}

#[test]
fn of_very_many_files_some_are_named() {
    let place = Place::in_memory();
    let command = |n: usize| json!({ "name": format!("c{n:03}"), "template": "t" });
    let commands: Vec<Value> = (0..103).map(command).collect();
    commit(&place.store(), import(json!({ "commands": commands }))).unwrap();
    let entry = newest(&place);
    assert_eq!(entry[1].as_array().map(Vec::len), Some(100));
    assert_eq!(entry[1][99], ".opencode/commands/c099.md");
    assert_eq!(entry[2], 3);
}
