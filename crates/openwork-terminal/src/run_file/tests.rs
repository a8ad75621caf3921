#![allow(clippy::disallowed_methods, reason = "the tests plant files")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn record(pid: u32, started_at: u64) -> RunRecord {
    RunRecord {
        pid,
        url: format!("http://127.0.0.1:{pid}"),
        listen: ([0, 0, 0, 0], 8787).into(),
        host_token: "h".to_owned(),
        client_token: Some("c".to_owned()),
        version: "0.1.0".to_owned(),
        started_at,
    }
}

fn private_directory() -> tempfile::TempDir {
    tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// A process that has ended, and whose id is not taken yet.
fn ended() -> u32 {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    child.id()
}

#[test]
fn only_the_owner_may_read_it_and_it_goes_with_its_server() {
    let parent = private_directory();
    let directory = parent.path().join("state/openwork/run");
    let own = record(std::process::id(), 1);
    let file = RunFile::write(&directory, &own).unwrap();
    let path = directory.join(format!("{}.json", own.pid));
    assert_eq!((mode(&directory), mode(&path)), (0o700, 0o600));
    assert_eq!(running(&directory), [own]);
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    drop(file);
    assert_eq!(running(&directory), []);
    assert!(!path.exists());
}

#[test]
fn the_form_of_the_file() {
    let text = serde_json::to_string_pretty(&record(42, 7)).unwrap();
    insta::assert_snapshot!(text, @r#"
    {
      "pid": 42,
      "url": "http://127.0.0.1:42",
      "listen": "0.0.0.0:8787",
      "hostToken": "h",
      "clientToken": "c",
      "version": "0.1.0",
      "startedAt": 7
    }
    "#);
    assert!(!format!("{:?}", record(42, 7)).contains("oken"));
}

#[test]
fn a_stale_file_is_cleaned_up() {
    let directory = private_directory();
    std::mem::forget(RunFile::write(directory.path(), &record(ended(), 1)).unwrap());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    assert_eq!(running(directory.path()), []);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn several_are_listed_by_age() {
    let directory = private_directory();
    let mut parent = std::process::Command::new("sleep")
        .arg("60")
        .spawn()
        .unwrap();
    let (young, old) = (record(std::process::id(), 9), record(parent.id(), 3));
    let _files = [&young, &old].map(|one| RunFile::write(directory.path(), one).unwrap());
    assert_eq!(running(directory.path()), [old, young]);
    parent.kill().unwrap();
    parent.wait().unwrap();
}

#[test]
fn what_others_could_have_planted_is_not_read() {
    let directory = private_directory();
    let own = record(std::process::id(), 1);
    let _file = RunFile::write(directory.path(), &own).unwrap();
    let path = directory.path().join(format!("{}.json", own.pid));

    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(running(directory.path()), []);
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(running(directory.path()).len(), 1);

    let elsewhere = directory.path().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    assert_eq!(running(directory.path()), []);
    fs::remove_file(&path).unwrap();
    fs::rename(&elsewhere, &path).unwrap();

    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(running(directory.path()), []);
    assert!(RunFile::write(directory.path(), &own).is_err());
}

#[test]
fn a_link_to_a_directory_is_refused() {
    let parent = private_directory();
    let (real, link) = (parent.path().join("real"), parent.path().join("link"));
    let _file = RunFile::write(&real, &record(std::process::id(), 1)).unwrap();
    symlink(&real, &link).unwrap();
    assert_eq!(running(&link), []);
    let error = RunFile::write(&link, &record(1, 1)).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
}

#[test]
fn damaged_files_are_passed_over() {
    let directory = private_directory();
    let own = record(std::process::id(), 1);
    let _file = RunFile::write(directory.path(), &own).unwrap();
    for (name, text) in [
        ("1.json", "{"),
        ("x.json", "{}"),
        ("0.json", "{}"),
        ("1.draft", "{}"),
    ] {
        fs::write(directory.path().join(name), text).unwrap();
        fs::set_permissions(directory.path().join(name), Permissions::from_mode(0o600)).unwrap();
    }
    assert_eq!(running(directory.path()), [own]);
}
