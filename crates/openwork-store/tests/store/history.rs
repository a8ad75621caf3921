//! What is kept of files before and after changes: where, how much, for how long.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use openwork_change::change::{Change, KeptContents, RecordedChange, UndoDraft};
use openwork_change::store::{CommitReceipt, Store as _, StoreError};
use openwork_model::digest::Digest;
use openwork_model::path::RelPath;
use openwork_store::{FsOptions, FsStore, HistoryBounds, RecordPlace};
use uuid::Uuid;

use crate::support::{
    CONFIG, Place, command, commit, config, delete_skill, import, order, plugin, remove_plugin,
    skill,
};

const HISTORY: &str = ".opencode/openwork/history";

/// The files of the newest entry whose contents are not there, by what is missing.
pub(crate) fn gone(place: &Place, store: &FsStore) -> Vec<String> {
    let log = place.log();
    let mut entries = log.iter().rev().filter(|line| line.get("record").is_none());
    let Some(newest) = entries.find(|line| line["undoable"] == true) else {
        return Vec::new();
    };
    let id: Uuid = newest["id"].as_str().unwrap().parse().unwrap();
    let change = recorded(store, id);
    let files = change.files.unwrap();
    let is_gone = |kept: &KeptContents| matches!(kept, KeptContents::Gone(_));
    let gone = files
        .iter()
        .filter(|file| is_gone(&file.before) || is_gone(&file.after));
    gone.map(|file| file.path.to_string()).collect()
}

pub(crate) fn recorded(store: &FsStore, id: Uuid) -> RecordedChange {
    store.recorded(id).unwrap().unwrap()
}

pub(crate) fn undo(store: &FsStore, id: Uuid) -> Result<CommitReceipt, StoreError> {
    let draft = UndoDraft::of(recorded(store, id)).unwrap();
    commit(store, Change::Undo(Box::new(draft)))
}

fn made(store: &FsStore, change: Change) -> Uuid {
    commit(store, change).unwrap().entry.unwrap()
}

/// The names of what is kept, and how many bytes.
fn kept(place: &Place) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(place.path(HISTORY))
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().into_string().unwrap();
        if !name.starts_with('.') {
            found.push((name, entry.metadata().unwrap().len()));
        }
    }
    found.sort();
    found
}

fn path_of(contents: &str) -> String {
    format!("{HISTORY}/{}", Digest::of(contents.as_bytes()))
}

#[test]
fn both_sides_of_a_change_are_kept_once_and_for_the_owner_alone() {
    let place = Place::with_config();
    let store = place.store();
    let id = made(&store, plugin("b"));
    let after = place.read("opencode.json");
    for contents in [CONFIG, &after] {
        assert_eq!(place.read(&path_of(contents)), contents);
    }
    assert_eq!(kept(&place).len(), 2);
    for name in [".gitignore", ".ignore"] {
        assert_eq!(place.read(&format!("{HISTORY}/{name}")), "*\n");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for (name, _) in kept(&place) {
            let file = std::fs::metadata(place.path(&format!("{HISTORY}/{name}"))).unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600);
        }
    }
    // The same contents once more.
    made(&store, remove_plugin("b"));
    assert_eq!(kept(&place).len(), 2);
    let files = recorded(&store, id).files.unwrap();
    let kept = |text: &str| KeptContents::Kept(text.as_bytes().into());
    assert_eq!(
        (&files[0].before, &files[0].after),
        (&kept(CONFIG), &kept(&after))
    );
    assert_eq!(files[0].path, RelPath::new("opencode.json").unwrap());
}

#[test]
fn an_undo_leaves_the_bytes_that_were_there_and_can_be_undone() {
    let place = Place::with_config();
    let store = place.store();
    let added = made(&store, plugin("b"));
    let after = place.read("opencode.json");
    let undone = undo(&store, added).unwrap();
    assert_eq!(place.read("opencode.json"), CONFIG);
    assert_eq!(undone.plan.audit.summary, "Undid “Added b”");
    let undo_id = undone.entry.unwrap();
    assert_eq!(recorded(&store, added).undone_by, Some(undo_id));
    let redone = undo(&store, undo_id).unwrap();
    assert_eq!(place.read("opencode.json"), after);
    assert_eq!(redone.plan.audit.summary, "Redid “Added b”");
    assert_eq!(recorded(&store, added).undone_by, None);
    assert_eq!(recorded(&store, undo_id).undone_by, redone.entry);
    let log = place.log();
    let undoes = log.last().unwrap()["undoes"].as_str().unwrap();
    assert_eq!(undoes, undo_id.to_string());
}

#[test]
fn a_deleted_skill_comes_back_with_its_programs_and_large_files() {
    let place = Place::with_config();
    let store = place.store();
    commit(&store, skill("s", "text")).unwrap();
    let large = vec![7_u8; 2 << 20];
    place.write(".opencode/skills/s/assets/large.bin", &large);
    place.write(".opencode/skills/s/run.sh", "#!/bin/sh\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let program = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(place.path(".opencode/skills/s/run.sh"), program).unwrap();
    }
    let text = place.read(".opencode/skills/s/SKILL.md");
    let deleted = made(&store, delete_skill("s"));
    assert!(!place.exists(".opencode/skills/s"));
    undo(&store, deleted).unwrap();
    assert_eq!(place.read(".opencode/skills/s/SKILL.md"), text);
    let found = std::fs::read(place.path(".opencode/skills/s/assets/large.bin")).unwrap();
    assert!(found == large);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let program = std::fs::metadata(place.path(".opencode/skills/s/run.sh")).unwrap();
        assert_eq!(program.permissions().mode() & 0o111, 0o111);
    }
}

#[test]
fn changes_that_were_committed_together_are_undone_one_by_one() {
    let place = Place::with_config();
    let store = place.store();
    let orders = ["b", "c", "d"].map(|name| order(plugin(name)));
    let ids = store.commit(orders.to_vec()).into_iter();
    let ids: Vec<Uuid> = ids.map(|done| done.unwrap().entry.unwrap()).collect();
    undo(&store, ids[1]).unwrap();
    assert_eq!(crate::support::specs(&store), ["a", "b", "d"]);
    undo(&store, ids[0]).unwrap();
    assert_eq!(crate::support::specs(&store), ["a", "d"]);
}

#[test]
fn the_oldest_contents_go_first_and_an_undo_then_says_so() {
    let place = Place::in_memory();
    let block = 4 << 10;
    let bounds = HistoryBounds {
        max_bytes: 6 * block,
        ..HistoryBounds::default()
    };
    let store = FsStore::open(FsOptions {
        history: bounds,
        ..place.options()
    });
    let store = store.unwrap();
    let ids: Vec<Uuid> = (0..20)
        .map(|n| {
            // Times of files are coarse.
            std::thread::sleep(Duration::from_millis(5));
            made(&store, command(&format!("c{n}"), &format!("text {n}")))
        })
        .collect();
    let bytes: u64 = kept(&place)
        .iter()
        .map(|(_, bytes)| bytes.next_multiple_of(block))
        .sum();
    assert!((1..=bounds.max_bytes).contains(&bytes), "{bytes}");
    let after = |id: Uuid| recorded(&store, id).files.unwrap()[0].after.clone();
    assert!(matches!(after(ids[0]), KeptContents::Gone(_)));
    assert!(matches!(after(ids[19]), KeptContents::Kept(_)));
    // A file that is as the change left it can still go.
    undo(&store, ids[0]).unwrap();
    assert!(!place.exists(".opencode/commands/c0.md"));
}

#[test]
fn contents_that_are_too_old_go_and_what_is_switched_off_keeps_nothing() {
    let place = Place::in_memory();
    commit(&place.store(), command("c", "one")).unwrap();
    commit(&place.store(), command("c", "two")).unwrap();
    assert_eq!(kept(&place).len(), 2);
    let year = SystemTime::now() - Duration::from_secs(365 * 24 * 60 * 60);
    let old = kept(&place)
        .into_iter()
        .map(|(name, _)| place.path(&format!("{HISTORY}/{name}")));
    let old: Vec<PathBuf> = old.collect();
    for path in &old {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(year).unwrap();
    }
    // What a change still has is used anew.
    commit(&place.store(), command("c", "three")).unwrap();
    let left: Vec<bool> = old.iter().map(|path| path.exists()).collect();
    assert_eq!(left.iter().filter(|left| **left).count(), 1, "{left:?}");

    let place = Place::in_memory();
    let store = FsStore::open(FsOptions {
        history: HistoryBounds::NOTHING,
        ..place.options()
    });
    let store = store.unwrap();
    let id = made(&store, command("c", "one"));
    assert!(!place.exists(HISTORY));
    assert_eq!(recorded(&store, id).files, None);
    assert_eq!(place.log().last().unwrap().get("undoable"), None);
}

#[test]
fn contents_that_somebody_changed_are_not_taken_for_what_was() {
    let place = Place::with_config();
    let store = place.store();
    let id = made(&store, plugin("b"));
    place.write(&path_of(CONFIG), "{ \"plugin\": [\"evil\"] }\n");
    let before = recorded(&store, id).files.unwrap()[0].before.clone();
    assert_eq!(before, KeptContents::Gone(Digest::of(CONFIG.as_bytes())));
}

#[test]
fn a_change_that_a_crash_left_without_an_outcome_can_be_undone() {
    let place = Place::with_config();
    let id = made(&place.store(), plugin("b"));
    let log = place.read(".opencode/openwork/audit.jsonl");
    let (intent, _) = log.trim_end().rsplit_once('\n').unwrap();
    place.write(".opencode/openwork/audit.jsonl", format!("{intent}\n"));
    let store = place.store();
    undo(&store, id).unwrap();
    assert_eq!(place.read("opencode.json"), CONFIG);
}

#[test]
fn entries_of_earlier_versions_and_unknown_ones_have_nothing_to_undo() {
    let place = Place::with_config();
    let id = Uuid::from_u128(7);
    let entry = format!(
        r#"{{"id":"{id}","workspaceId":"w","actor":{{"type":"host","tokenHash":"x"}},"action":"plugins.add","target":"t","summary":"Added x","timestamp":1}}"#
    );
    place.write(".opencode/openwork/audit.jsonl", format!("{entry}\n"));
    let store = place.store();
    let found = recorded(&store, id);
    assert_eq!((found.files, found.summary.as_str()), (None, "Added x"));
    assert_eq!(store.recorded(Uuid::from_u128(8)).unwrap(), None);
}

fn elsewhere(place: &Place, records: RecordPlace) -> FsStore {
    let options = FsOptions {
        records,
        record_directory: Some(place.beside("state/openwork/workspaces/w")),
        ..place.options()
    };
    FsStore::open(options).unwrap()
}

#[test]
fn answers_are_kept_while_nothing_lies_elsewhere() {
    let place = Place::with_config();
    let store = elsewhere(&place, RecordPlace::Workspace);
    made(&store, plugin("b"));
    // Long enough for what was read to be trusted.
    std::thread::sleep(Duration::from_millis(60));
    let first = store.view(&config()).unwrap();
    assert!(Arc::ptr_eq(&first, &store.view(&config()).unwrap()));
}

#[test]
fn the_log_can_lie_elsewhere_and_both_places_are_read() {
    let place = Place::with_config();
    let first = made(&elsewhere(&place, RecordPlace::Workspace), plugin("b"));
    let store = elsewhere(&place, RecordPlace::Elsewhere);
    let before = place.read(".opencode/openwork/audit.jsonl");
    let second = made(&store, plugin("c"));
    // A change of several files, which takes a journal.
    commit(
        &store,
        import(serde_json::json!({
            "opencode": { "model": "m/x" }, "commands": [{ "name": "c", "template": "t" }],
        })),
    )
    .unwrap();
    assert_eq!(place.read(".opencode/openwork/audit.jsonl"), before);
    assert!(!place.exists(".opencode/openwork/journal.json"));
    let log = place.beside("state/openwork/workspaces/w/audit.jsonl");
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(
        log.lines()
            .filter(|line| !line.contains("\"record\""))
            .count(),
        2
    );
    assert_eq!(store.audit(9).unwrap().len(), 3);
    assert_eq!(store.audit(2).unwrap().len(), 2);
    undo(&store, first).unwrap();
    undo(&store, second).unwrap();
    assert_eq!(crate::support::specs(&store), ["a"]);
    // And back again.
    let store = elsewhere(&place, RecordPlace::Workspace);
    assert_eq!(store.audit(9).unwrap().len(), 5);
    assert!(recorded(&store, first).undone_by.is_some());
}

#[test]
fn a_log_elsewhere_that_cannot_be_read_is_named_where_it_lies() {
    let place = Place::with_config();
    made(&elsewhere(&place, RecordPlace::Workspace), plugin("b"));
    let log = place.beside("state/openwork/workspaces/w/audit.jsonl");
    std::fs::create_dir_all(&log).unwrap();
    let unread = |records| {
        let error = elsewhere(&place, records).audit(9).unwrap_err();
        error.to_string()
    };
    // Systems differ in what stands between the names of a path.
    let plain = |text: &str| text.replace('\\', "/");
    for records in [RecordPlace::Elsewhere, RecordPlace::Workspace] {
        let told = plain(&unread(records));
        assert!(told.contains(&plain(log.to_str().unwrap())), "{told}");
    }
    std::fs::remove_dir(&log).unwrap();
    let own = ".opencode/openwork/audit.jsonl";
    std::fs::remove_file(place.path(own)).unwrap();
    std::fs::create_dir(place.path(own)).unwrap();
    let told = plain(&unread(RecordPlace::Elsewhere));
    assert!(
        told.contains(&plain(place.path(own).to_str().unwrap())),
        "{told}"
    );
}

#[test]
fn a_crash_before_the_log_was_moved_is_settled() {
    let place = Place::with_config();
    made(&place.store(), plugin("b"));
    let log = place.read(".opencode/openwork/audit.jsonl");
    let (intent, _) = log.trim_end().rsplit_once('\n').unwrap();
    place.write(".opencode/openwork/audit.jsonl", format!("{intent}\n"));
    let store = elsewhere(&place, RecordPlace::Elsewhere);
    assert_eq!(place.entries(), 1);
    assert_eq!(store.audit(9).unwrap().len(), 1);
}
