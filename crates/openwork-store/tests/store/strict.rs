//! The store on a disk with the habits of Windows.

use std::sync::Arc;

use openwork_change::plan::PlanError;
use openwork_change::store::{Store as _, StoreError};
use openwork_model::file_name::NameFault;
use openwork_model::invalid::Invalid;
use openwork_store::disk::{Disk as _, NativeDisk};
use openwork_store::{FsOptions, FsStore};
use serde_json::json;

use crate::support::strict::{MARK, StrictDisk};
use crate::support::{
    Place, command, commit, commit_in_turn, config, delete_command, delete_skill, import, order,
    plugin, skill, skills, specs,
};

fn store(place: &Place, disk: &StrictDisk) -> FsStore {
    FsStore::open(FsOptions {
        disk: Arc::new(disk.clone()),
        ..place.options()
    })
    .unwrap()
}

/// What has the name that a change would write to, if that is why it is
/// refused.
fn taken_by(answer: Result<impl Sized, StoreError>) -> Option<(String, std::path::PathBuf)> {
    match answer.err() {
        Some(StoreError::Plan(PlanError::NameTaken { taken_by, path, .. })) => {
            Some((taken_by, path))
        }
        _ => None,
    }
}

#[test]
fn the_directories_of_what_is_deleted_go() {
    let place = Place::new();
    place.write(".opencode/commands/a/b/c.md", "x");
    let disk = StrictDisk::default();
    let store = store(&place, &disk);
    commit(&store, skill("s", "x")).unwrap();
    commit(&store, delete_skill("s")).unwrap();
    assert!(!place.exists(".opencode/skills/s"));
    commit(&store, delete_command("a/b/c")).unwrap();
    assert!(!place.exists(".opencode/commands/a"));
    assert!(place.exists(".opencode/commands"));
}

#[test]
fn directories_that_were_made_for_nothing_go() {
    let place = Place::new();
    let disk = StrictDisk::default();
    let store = store(&place, &disk);
    disk.fill();
    assert!(commit(&store, command("a/b/c", "x")).is_err());
    assert!(place.exists(".opencode/openwork"));
    assert!(!place.exists(".opencode/commands"));
}

#[test]
fn nothing_but_the_workspace_is_open_between_calls() {
    let place = Place::with_config();
    place.write(
        ".opencode/skills/s/SKILL.md",
        "---\nname: s\ndescription: d\n---\n",
    );
    let disk = StrictDisk::default();
    let store = store(&place, &disk);
    let root = NativeDisk.stat(&place.workspace()).unwrap().id;
    for _ in 0..2 {
        store.view(&skills(false)).unwrap();
        store.view(&config()).unwrap();
        assert_eq!(disk.open_besides(&[root]), 0);
        commit(&store, plugin("b")).unwrap();
        commit(&store, skill("t", "x")).unwrap();
        assert_eq!(store.audit(9).unwrap().len(), 2);
        assert_eq!(disk.open_besides(&[root]), 0);
    }
}

#[test]
fn a_second_spelling_of_a_name_is_refused() {
    let place = Place::new();
    place.write(".opencode/commands/Foo.md", "mine");
    let store = store(&place, &StrictDisk::default());
    let there = ("Foo.md".to_owned(), place.path(".opencode/commands/Foo.md"));
    assert_eq!(
        taken_by(commit(&store, command("foo", "yours"))),
        Some(there.clone())
    );
    assert_eq!(store.commit(vec![order(delete_command("foo"))]).len(), 1);
    // Nobody is asked about it either.
    let planned = store.plan(&command("foo", "yours").into());
    assert_eq!(taken_by(planned), Some(there));
    assert_eq!(place.read(".opencode/commands/Foo.md"), "mine");
    assert_eq!(place.entries(), 0);
    commit(&store, command("Foo", "new")).unwrap();
    assert!(place.read(".opencode/commands/Foo.md").contains("new"));
}

#[test]
fn directories_on_the_way_have_one_spelling_too() {
    let place = Place::new();
    place.write(".opencode/commands/Team/a.md", "x");
    let store = store(&place, &StrictDisk::default());
    let answer = commit(&store, command("team/b", "x"));
    let there = ("Team".to_owned(), place.path(".opencode/commands/Team"));
    assert_eq!(taken_by(answer), Some(there));
}

#[test]
fn one_change_brings_no_two_spellings() {
    let place = Place::new();
    let store = store(&place, &StrictDisk::default());
    // Whether case is ignored is not known of an empty workspace; then it is as
    // the system has it.
    let bundle = json!({
        "commands": [{ "name": "Foo", "template": "a" }, { "name": "foo", "template": "b" }],
    });
    let answer = commit(&store, import(bundle));
    assert_eq!(
        taken_by(answer).map(|(name, _)| name),
        Some("Foo.md".to_owned())
    );
    let orders = ["Bar", "bar"].map(|name| order(command(name, "x")));
    let mut answers = store.commit(orders.to_vec());
    let second = answers.pop().unwrap();
    assert_eq!(
        taken_by(second).map(|(name, _)| name),
        Some("Bar.md".to_owned())
    );
    assert!(answers.pop().unwrap().is_ok());
}

#[test]
#[cfg_attr(windows, ignore = "the disk below ignores case there")]
fn where_case_counts_both_spellings_stand() {
    let place = Place::new();
    place.write(".opencode/commands/Foo.md", "mine");
    let store = store(&place, &StrictDisk::exact());
    commit(&store, command("foo", "yours")).unwrap();
    assert_eq!(place.read(".opencode/commands/Foo.md"), "mine");
    assert!(place.exists(".opencode/commands/foo.md"));
}

#[test]
fn names_that_no_file_has_are_refused() {
    let place = Place::new();
    let store = store(&place, &StrictDisk::default());
    let answer = commit(&store, command("a./b", "x"));
    let expected = Invalid::FileName {
        name: "a.".to_owned(),
        fault: NameFault::Ending,
    };
    match answer {
        Err(StoreError::Plan(PlanError::Invalid(fault))) => assert_eq!(fault, expected),
        other => panic!("{other:?}"),
    }
    assert!(!place.exists(".opencode"));
}

#[test]
fn what_came_from_elsewhere_stays_marked() {
    let place = Place::with_config();
    let disk = StrictDisk::default();
    let store = store(&place, &disk);
    commit(&store, plugin("b")).unwrap();
    assert_eq!(disk.marks(), [MARK]);
    commit(&store, command("c", "x")).unwrap();
    assert_eq!(disk.marks(), [MARK]);
}

#[test]
fn what_changes_nothing_leaves_no_lock_behind() {
    let place = Place::with_config();
    let store = store(&place, &StrictDisk::default());
    commit(&store, plugin("a")).unwrap();
    assert!(!place.exists(".opencode"));
}

#[test]
fn leftovers_are_swept_by_the_next_write() {
    const LEFTOVER: &str = ".opencode/skills/s/.openwork-0123456789abcdef0123456789abcdef.tmp";
    let place = Place::new();
    commit(&place.store(), plugin("a")).unwrap();
    place.write(LEFTOVER, "x");
    let store = store(&place, &StrictDisk::default());
    commit(&store, plugin("b")).unwrap();
    assert!(!place.exists(LEFTOVER));
}

#[test]
fn the_first_writes_of_two_servers_lose_nothing() {
    let place = Place::with_config();
    let disk = StrictDisk::default();
    let stores = [store(&place, &disk), store(&place, &disk)];
    std::thread::scope(|scope| {
        for (number, store) in stores.iter().enumerate() {
            scope.spawn(move || {
                for n in 0..10 {
                    commit_in_turn(store, &plugin(&format!("p{number}-{n}")));
                }
            });
        }
    });
    assert_eq!(specs(&stores[0]).len(), 21);
    assert_eq!(place.entries(), 20);
}
