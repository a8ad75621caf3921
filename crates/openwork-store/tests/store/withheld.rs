//! Files that whoever serves a workspace keeps for himself.

use std::fs::{create_dir_all, write};
use std::path::Path;

use openwork_change::change::read;
use openwork_change::plan::PlanError;
use openwork_change::store::{Order, Store, StoreError};
use openwork_model::config::ReadError;
use openwork_model::files::{FileError, Location};
use openwork_model::path::RelPath;
use openwork_store::{FsOptions, FsStore};
use serde_json::json;

use crate::support::order;

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

/// A home directory that is served with what the server keeps in it.
fn store(home: &Path) -> FsStore {
    create_dir_all(home.join(".config/openwork")).unwrap();
    create_dir_all(home.join(".local/state/openwork/run")).unwrap();
    for file in [
        ".config/openwork/server.json",
        ".config/openwork/notes.md",
        ".local/state/openwork/run/1.json",
        "seen.md",
    ] {
        write(home.join(file), "s3cret").unwrap();
    }
    FsStore::open(FsOptions {
        withheld: [
            ".config/openwork/server.json",
            ".config/openwork/added.json",
            ".local/state/openwork",
        ]
        .map(|file| home.join(file))
        .into(),
        ..FsOptions::at(home).unwrap()
    })
    .unwrap()
}

const WITHHELD: [&str; 7] = [
    ".config/openwork/server.json",
    ".config/openwork/SERVER.json",
    ".config/openwork/added.json",
    ".config/openwork/.added.json.0.tmp",
    ".local/state/openwork/run/1.json",
    ".local/state/openwork/new/deep",
    ".local/state/openwork",
];

fn is_withheld<T>(answer: Result<T, StoreError>) -> bool {
    use ReadError::File;
    matches!(
        answer.map(drop),
        Err(StoreError::Read(File(FileError::Withheld { .. }))
            | StoreError::Plan(PlanError::Read(File(FileError::Withheld { .. }))))
    )
}

fn writing(at: &str) -> Order {
    let draft = json!({ "path": at, "content": "mine" });
    order(read::write_text(draft.as_object().unwrap()).unwrap())
}

#[test]
fn nothing_is_given_of_them() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    let streams = store.streams().unwrap();
    for at in WITHHELD {
        assert!(is_withheld(streams.facts(&path(at))), "{at}");
        assert!(is_withheld(streams.open(&path(at))), "{at}");
        let files = store.files().unwrap();
        let at = Location::workspace(path(at));
        let read = files.read(&at, 100);
        assert!(matches!(read, Err(FileError::Withheld { .. })), "{at:?}");
    }
    assert!(is_withheld(
        streams.list(&path(".local/state/openwork/run"))
    ));
    for at in ["seen.md", ".config/openwork/notes.md"] {
        assert!(streams.open(&path(at)).unwrap().is_some(), "{at}");
    }
    let files = store.files().unwrap();
    let listed = files.list(&Location::workspace(path(".config/openwork")));
    let listed = listed.unwrap().unwrap();
    let names: Vec<&str> = listed.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["notes.md"]);
    let listed = streams.list(&path(".config/openwork")).unwrap();
    assert_eq!(listed.len(), 1);
}

#[test]
fn nothing_is_taken_in_their_place() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    for at in WITHHELD {
        let answer = store.commit(vec![writing(at)]).remove(0);
        assert!(is_withheld(answer), "{at}");
    }
    assert!(store.commit(vec![writing("seen.md")]).remove(0).is_ok());
    let kept = home.path().join(".config/openwork/server.json");
    assert_eq!(std::fs::read(kept).unwrap(), b"s3cret");
    assert!(!home.path().join(".config/openwork/added.json").exists());
}

#[cfg(unix)]
#[test]
fn another_name_of_them_leads_to_them() {
    use std::os::unix::fs::symlink;

    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    let at = |name: &str| home.path().join(name);
    std::fs::hard_link(at(".config/openwork/server.json"), at("hard.md")).unwrap();
    assert!(is_withheld(store.streams().unwrap().open(&path("hard.md"))));
    symlink(at(".config/openwork/server.json"), at("soft.md")).unwrap();
    symlink(at(".local/state/openwork"), at("linked")).unwrap();
    let files = store.files().unwrap();
    for name in ["hard.md", "soft.md", "linked/run/1.json"] {
        let read = files.read(&Location::workspace(path(name)), 100);
        assert!(matches!(read, Err(FileError::Withheld { .. })), "{name}");
    }
}

/// Links out of a workspace lead into other directories that are served.
#[cfg(unix)]
#[test]
fn they_are_withheld_outside_of_the_workspace_as_well() {
    use std::os::unix::fs::symlink;

    let home = tempfile::tempdir().unwrap();
    drop(store(home.path()));
    let workspace = home.path().join("w");
    create_dir_all(&workspace).unwrap();
    symlink("../.config/openwork", workspace.join("linked")).unwrap();
    let store = FsStore::open(FsOptions {
        withheld: vec![home.path().join(".config/openwork/server.json")],
        authorized_roots: vec![home.path().to_owned()],
        ..FsOptions::at(&workspace).unwrap()
    });
    let store = store.unwrap();
    let files = store.files().unwrap();
    let read = |name: &str| files.read(&Location::workspace(path(name)), 100);
    assert!(matches!(
        read("linked/server.json"),
        Err(FileError::Withheld { .. })
    ));
    assert!(read("linked/notes.md").unwrap().is_some());
}
