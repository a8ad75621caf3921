//! Files that are read and written in pieces.

use openwork_change::store::{FileStreams, FileWriting, Store, StoreError};
use openwork_model::config::ReadError;
use openwork_model::files::{EntryKind, FileError};
use openwork_model::path::RelPath;
use openwork_store::{FsOptions, FsStore};

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn folder() -> RelPath {
    path(".opencode/openwork/inbox")
}

fn store() -> (tempfile::TempDir, FsStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = FsStore::open(FsOptions::at(directory.path()).unwrap()).unwrap();
    (directory, store)
}

fn put(store: &FsStore, writing: Box<dyn FileWriting>, to: &str) -> Result<(), StoreError> {
    writing.place(&path(to), &|| store.files())
}

fn bring(store: &FsStore, to: &str, pieces: &[&[u8]]) {
    let mut writing = FileStreams::create(store, &folder()).unwrap();
    for piece in pieces {
        writing.write(piece).unwrap();
    }
    put(store, writing, to).unwrap();
}

fn read(store: &FsStore, at: &str) -> Option<Vec<u8>> {
    let file = FileStreams::open(store, &path(at)).unwrap()?;
    let mut bytes = vec![0; 100];
    let read = file.read_at(&mut bytes, 0).unwrap();
    bytes.truncate(read);
    assert_eq!(file.facts().size, bytes.len() as u64);
    Some(bytes)
}

fn listed(store: &FsStore) -> Vec<String> {
    let files = FileStreams::list(store, &folder()).unwrap();
    let mut paths: Vec<_> = files.iter().map(|file| file.path.to_string()).collect();
    paths.sort();
    paths
}

#[test]
fn a_file_is_there_once_it_is_whole() {
    let (directory, store) = store();
    assert!(store.streams().is_some());
    assert_eq!(listed(&store), [] as [&str; 0]);
    let mut writing = FileStreams::create(&store, &folder()).unwrap();
    writing.write(b"one").unwrap();
    assert_eq!(listed(&store), [] as [&str; 0]);
    writing.write(b"two").unwrap();
    put(&store, writing, "a.txt").unwrap();
    bring(&store, "deep/er/b.txt", &[b"b"]);
    // What is there is replaced.
    bring(&store, "deep/er/b.txt", &[b"c"]);
    assert_eq!(listed(&store), ["a.txt", "deep/er/b.txt"]);
    assert_eq!(
        read(&store, ".opencode/openwork/inbox/a.txt").as_deref(),
        Some(&b"onetwo"[..])
    );
    assert_eq!(
        read(&store, ".opencode/openwork/inbox/deep/er/b.txt").as_deref(),
        Some(&b"c"[..])
    );
    let inbox = directory.path().join(".opencode/openwork/inbox");
    let left = std::fs::read_dir(inbox).unwrap().count();
    assert_eq!(left, 2, "nothing that is unfinished");
}

#[test]
fn a_file_that_is_given_up_leaves_nothing() {
    let (directory, store) = store();
    let mut writing = FileStreams::create(&store, &folder()).unwrap();
    writing.write(b"half").unwrap();
    drop(writing);
    let inbox = directory.path().join(".opencode/openwork/inbox");
    assert_eq!(std::fs::read_dir(&inbox).unwrap().count(), 0);
    let writing = FileStreams::create(&store, &folder()).unwrap();
    std::fs::create_dir(inbox.join("taken")).unwrap();
    assert!(put(&store, writing, "taken").is_err());
    assert_eq!(std::fs::read_dir(&inbox).unwrap().count(), 1);
}

#[test]
fn a_file_that_may_not_be_there_leaves_what_is() {
    let (directory, store) = store();
    for to in ["a", "deep/a"] {
        bring(&store, to, &[b"kept"]);
        let writing = FileStreams::create(&store, &folder()).unwrap();
        let path = directory.path().to_path_buf();
        let refused = writing.place(&self::path(to), &|| {
            Err(StoreError::Busy { path: path.clone() })
        });
        assert!(matches!(refused, Err(StoreError::Busy { .. })), "{to}");
        let at = format!(".opencode/openwork/inbox/{to}");
        assert_eq!(read(&store, &at).as_deref(), Some(&b"kept"[..]), "{to}");
    }
    let inbox = directory.path().join(".opencode/openwork/inbox");
    assert_eq!(std::fs::read_dir(inbox.join("deep")).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(inbox).unwrap().count(), 2);
}

/// What is refused, as the error of a read.
fn refusal<T>(answer: Result<T, StoreError>) -> FileError {
    match answer.map(drop) {
        Err(StoreError::Read(ReadError::File(error))) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_where_a_directory_belongs_is_named() {
    let (directory, store) = store();
    bring(&store, "taken", &[b"kept"]);
    for below in ["taken/a", "taken/deep/a"] {
        let writing = FileStreams::create(&store, &folder()).unwrap();
        match refusal(put(&store, writing, below)) {
            FileError::NotRegular { path } => assert!(path.ends_with(below), "{path:?}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(listed(&store), ["taken"]);
    let inbox = directory.path().join(".opencode/openwork/inbox");
    assert_eq!(std::fs::read(inbox.join("taken")).unwrap(), b"kept");
    std::fs::remove_dir_all(&inbox).unwrap();
    std::fs::write(&inbox, "no directory").unwrap();
    match refusal(FileStreams::create(&store, &folder())) {
        FileError::NotRegular { path } => assert!(path.ends_with(".opencode/openwork/inbox")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_stands_at_a_path_is_told() {
    let (directory, store) = store();
    std::fs::create_dir(directory.path().join("d")).unwrap();
    std::fs::write(directory.path().join("d/f"), "1234").unwrap();
    let facts = |at: &str| FileStreams::facts(&store, &path(at)).unwrap();
    let file = facts("d/f").unwrap();
    assert_eq!((file.kind, file.size), (EntryKind::File, 4));
    assert!(file.modified > 1_600_000_000_000);
    assert_eq!(facts("d").unwrap().kind, EntryKind::Dir);
    for absent in ["x", "d/x", "d/f/x"] {
        assert_eq!(facts(absent), None, "{absent}");
        assert_eq!(read(&store, absent), None, "{absent}");
    }
    assert!(FileStreams::open(&store, &path("d")).is_err());
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    use std::os::unix::fs::symlink;

    let (directory, store) = store();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "s").unwrap();
    std::fs::create_dir_all(directory.path().join(".opencode/openwork/inbox")).unwrap();
    let inbox = directory.path().join(".opencode/openwork/inbox");
    symlink(outside.path(), inbox.join("out")).unwrap();
    symlink(outside.path().join("secret"), inbox.join("key")).unwrap();
    assert_eq!(listed(&store), [] as [&str; 0]);
    for at in ["out/secret", "key", "out"] {
        let at = folder().join_path(&path(at));
        assert!(FileStreams::open(&store, &at).is_err(), "{at}");
        assert!(FileStreams::facts(&store, &at).is_err(), "{at}");
    }
    let writing = FileStreams::create(&store, &folder()).unwrap();
    let refused = refusal(put(&store, writing, "out/planted"));
    assert!(matches!(refused, FileError::Link { .. }), "{refused:?}");
    assert!(!outside.path().join("planted").exists());
    // A link in the place of the file is replaced and not followed.
    bring(&store, "key", &[b"mine"]);
    assert_eq!(std::fs::read(outside.path().join("secret")).unwrap(), b"s");
    let (linked, _store) = (tempfile::tempdir().unwrap(), ());
    symlink(outside.path(), linked.path().join(".opencode")).unwrap();
    let store = FsStore::open(FsOptions::at(linked.path()).unwrap()).unwrap();
    let refused = refusal(FileStreams::create(&store, &folder()));
    assert!(matches!(refused, FileError::Link { .. }), "{refused:?}");
    assert!(FileStreams::list(&store, &folder()).is_err());
}
