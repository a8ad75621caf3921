//! The log of requests that were refused.

use std::fs;

use openwork_change::store::{RefusedRequest, Store as _};
use serde_json::{Value, json};

use crate::support::system::symlink;
use crate::support::{Place, actor, commit, plugin};

const LOG: &str = ".opencode/openwork/refused.jsonl";
const OLD: &str = ".opencode/openwork/refused.1.jsonl";
const CHANGES: &str = ".opencode/openwork/audit.jsonl";

fn refused(summary: &str, count: u64) -> RefusedRequest {
    RefusedRequest {
        request: None,
        actor: actor(),
        address: None,
        action: "skills.upsert",
        summary: summary.to_owned(),
        outcome: "withdrawn",
        count,
    }
}

fn lines(place: &Place) -> Vec<Value> {
    let text = place.read(LOG);
    let line = |line: &str| serde_json::from_str(line).unwrap();
    text.lines().map(line).collect()
}

#[test]
fn a_refusal_is_a_line_of_a_log_of_its_own() {
    let place = Place::new();
    let store = place.store();
    store.record(&refused("Upsert skill s", 12)).unwrap();
    let [line] = &lines(&place)[..] else {
        panic!("{:?}", lines(&place));
    };
    let told = ["record", "action", "summary", "outcome", "count"].map(|key| &line[key]);
    let expected = [
        json!("refused"),
        json!("skills.upsert"),
        json!("Upsert skill s"),
        json!("withdrawn"),
        json!(12),
    ];
    assert_eq!(told, expected.each_ref());
    assert!(!place.exists(CHANGES));
    assert_eq!(store.audit(9).unwrap(), []);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_of_refusals() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    place.store().record(&refused("s", 1)).unwrap();
    let mode = fs::metadata(place.path(LOG)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn no_flood_displaces_a_change_or_fills_the_disk() {
    let place = Place::in_memory();
    let store = place.store();
    commit(&store, plugin("mine")).unwrap();
    let changes = place.read(CHANGES);
    let summary = "x".repeat(2 << 10);
    for n in 0..2_000 {
        store.record(&refused(&summary, n)).unwrap();
    }
    assert_eq!(place.read(CHANGES), changes);
    assert_eq!(store.audit(9).unwrap().len(), 1);
    let size = |path: &str| fs::metadata(place.path(path)).unwrap().len();
    assert!(size(LOG) <= 1 << 20 && size(OLD) <= 1 << 20);
    assert!(size(OLD) > 1_000_000);
    assert_eq!(lines(&place).last().unwrap()["count"], 1_999);
    let names = fs::read_dir(place.path(".opencode/openwork")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name());
    // Where directories have no locks, a file is locked for them.
    let others = ["lock", "history"];
    let names = names.filter(|name| !others.iter().any(|other| name == other));
    assert_eq!(names.count(), 3);
}

#[test]
fn a_refusal_waits_for_no_commit() {
    let place = Place::new();
    let (store, other) = (place.store(), place.store());
    commit(&store, plugin("a")).unwrap();
    let locked = if cfg!(windows) {
        ".opencode/openwork/lock"
    } else {
        ""
    };
    let held = fs::File::open(place.path(locked)).unwrap();
    held.lock().unwrap();
    let begun = std::time::Instant::now();
    other.record(&refused("s", 1)).unwrap();
    assert!(begun.elapsed() < std::time::Duration::from_secs(1));
}

#[test]
fn a_line_that_was_cut_hides_no_other() {
    let place = Place::new();
    place.write(LOG, "{\"record\":\"ref");
    place.store().record(&refused("s", 1)).unwrap();
    let text = place.read(LOG);
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["summary"], "s");
}

#[test]
#[cfg_attr(windows, ignore = "Wine 8 makes no links")]
fn no_link_is_written_through() {
    let place = Place::new();
    place.write(".opencode/openwork/x", "");
    fs::write(place.beside("outside"), "theirs").unwrap();
    symlink(place.beside("outside"), place.path(LOG)).unwrap();
    assert!(place.store().record(&refused("s", 1)).is_err());
    assert_eq!(
        fs::read_to_string(place.beside("outside")).unwrap(),
        "theirs"
    );
}

#[test]
fn refusals_in_a_log_of_changes_are_still_passed_over() {
    let place = Place::new();
    let old = json!({ "record": "refused", "id": "i", "workspaceId": "w", "actor": { "type": "remote" },
        "action": "a", "summary": "s", "outcome": "denied", "timestamp": 1_700_000_000_000_u64 });
    place.write(CHANGES, format!("{old}\n"));
    let store = place.store();
    assert_eq!(store.audit(9).unwrap(), []);
    commit(&store, plugin("a")).unwrap();
    assert_eq!(store.audit(9).unwrap().len(), 1);
}
