#![allow(clippy::disallowed_methods, reason = "the tests plant files")]

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};

use super::*;
use openwork_private as private;
use openwork_testkit::private::{PrivateDirectory, let_others_read};

#[cfg(unix)]
mod unix;

fn record(pid: u32, started_at: u64) -> RunRecord {
    RunRecord {
        pid,
        url: format!("http://127.0.0.1:{pid}"),
        listen: ([0, 0, 0, 0], 8787).into(),
        host_token: "h".to_owned(),
        client_token: Some("c".to_owned()),
        tls: false,
        public_url: None,
        version: "0.1.0".to_owned(),
        started_at,
    }
}

/// A process that has ended. While it is held, its id is not taken again on
/// Windows, and on Unix not soon.
fn ended() -> Child {
    let mut tests = Command::new(std::env::current_exe().unwrap());
    let mut child = tests.arg("--list").stdout(Stdio::null()).spawn().unwrap();
    child.wait().unwrap();
    child
}

/// A process that runs for long enough.
pub(crate) fn running_process() -> Child {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("ping");
        command.args(["-n", "60", "127.0.0.1"]);
        command
    } else {
        let mut command = Command::new("sleep");
        command.arg("60");
        command
    };
    command.stdout(Stdio::null()).spawn().unwrap()
}

#[test]
fn only_the_owner_may_read_it_and_it_goes_with_its_server() {
    let parent = PrivateDirectory::new().unwrap();
    let directory = parent.path().join("state").join("openwork").join("run");
    let own = record(std::process::id(), 1);
    let file = RunFile::write(&directory, &own).unwrap();
    let path = directory.join(format!("{}.json", own.pid));
    assert!(private::is_private_directory(&directory).unwrap());
    assert!(private::open(&path).is_ok());
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
      "tls": false,
      "version": "0.1.0",
      "startedAt": 7
    }
    "#);
    assert!(!format!("{:?}", record(42, 7)).contains("oken"));
}

#[test]
fn a_stale_file_is_cleaned_up() {
    let directory = PrivateDirectory::new().unwrap();
    let mut ended = ended();
    ended.wait().unwrap();
    std::mem::forget(RunFile::write(directory.path(), &record(ended.id(), 1)).unwrap());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    assert_eq!(running(directory.path()), []);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn several_are_listed_by_age() {
    let directory = PrivateDirectory::new().unwrap();
    let mut parent = running_process();
    let (young, old) = (record(std::process::id(), 9), record(parent.id(), 3));
    let _files = [&young, &old].map(|one| RunFile::write(directory.path(), one).unwrap());
    assert_eq!(running(directory.path()), [old, young]);
    parent.kill().unwrap();
    parent.wait().unwrap();
}

#[test]
fn damaged_files_are_passed_over() {
    let directory = PrivateDirectory::new().unwrap();
    let own = record(std::process::id(), 1);
    let _file = RunFile::write(directory.path(), &own).unwrap();
    for (name, text) in [
        ("1.json", "{"),
        ("x.json", "{}"),
        ("0.json", "{}"),
        ("1.draft", "{}"),
    ] {
        let mut file = private::create(&directory.path().join(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
    assert_eq!(running(directory.path()), [own]);
}

/// A file as any program makes it, in a directory that lets everyone in.
#[test]
fn a_file_that_others_may_read_is_not_read() {
    let directory = PrivateDirectory::new().unwrap();
    let own = record(std::process::id(), 1);
    let _file = RunFile::write(directory.path(), &own).unwrap();
    let path = directory.path().join(format!("{}.json", own.pid));
    assert_eq!(running(directory.path()).len(), 1);
    let_others_read(&path).unwrap();
    assert_eq!(running(directory.path()), []);
    let_others_read(directory.path()).unwrap();
    assert!(RunFile::write(directory.path(), &own).is_err());
}
