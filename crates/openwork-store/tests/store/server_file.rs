//! Files of the server's own: whole or not there, with one writer at a time.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use openwork_store::{ServerFile, ServerFileError};
use openwork_testkit::private::{is_private, keep_others_out, let_others_read};

use crate::support::faulty::{FAULTS, Fault, FaultyDisk, Plan};

fn at(path: &Path) -> ServerFile {
    ServerFile::at(path).unwrap()
}

fn write(file: &ServerFile, text: &str) -> Result<(), ServerFileError> {
    file.update(|_| Ok(Some(text.as_bytes().to_vec())))
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // Where directories have no locks, a file beside it is locked for them.
    names.filter(|name| name != ".tokens.json.lock").collect()
}

#[test]
fn what_is_written_is_its_owners_alone() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("config/openwork/tokens.json");
    let file = at(&path);
    assert_eq!(file.read().unwrap(), None);
    assert_eq!(file.version().unwrap(), None);
    write(&file, "one").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"one");
    assert!(is_private(&path).unwrap());
    let first = file.version().unwrap();
    assert_eq!(file.read().unwrap().map(|content| content.version), first);
    write(&file, "two").unwrap();
    assert_ne!(file.version().unwrap(), first);
    assert_eq!(names(path.parent().unwrap()), ["tokens.json"]);
}

#[test]
fn an_edit_that_changes_nothing_or_fails_writes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("tokens.json");
    fs::write(&path, "kept").unwrap();
    let file = at(&path);
    let before = file.version().unwrap();
    let mut seen = Vec::new();
    file.update(|bytes| {
        seen = bytes.unwrap_or_default().to_vec();
        Ok::<_, ServerFileError>(None)
    })
    .unwrap();
    assert_eq!(seen, b"kept");
    let refused = file.update(|_| Err(ServerFileError::Path { path: "no".into() }));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "no is no absolute path of a file"
    );
    assert_eq!(file.version().unwrap(), before);
}

/// Why a file is neither read nor written; the two are the same.
fn refusal(root: &Path, path: &Path) -> String {
    let file = at(path);
    let refusal = file.read().unwrap_err().to_string();
    assert_eq!(write(&file, "x").unwrap_err().to_string(), refusal);
    let below_root = refusal.replace(root.to_str().unwrap(), "");
    below_root.replace('\\', "/")
}

#[test]
fn what_is_no_file_or_too_long_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("tokens.json");
    fs::create_dir(&path).unwrap();
    let told = refusal(root.path(), &path);
    assert_eq!(told, "/tokens.json is not a regular file");
    fs::remove_dir(&path).unwrap();
    let file = fs::File::create(&path).unwrap();
    file.set_len((4 << 20) + 1).unwrap();
    let told = refusal(root.path(), &path);
    assert_eq!(told, "/tokens.json is longer than 4194304 bytes");
}

#[cfg(unix)]
#[test]
fn a_link_and_what_others_may_write_are_left_alone() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("tokens.json");
    fs::write(&path, "theirs").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o620)).unwrap();
    let told = refusal(root.path(), &path);
    assert_eq!(told, "others than its owner may write /tokens.json");
    fs::rename(&path, root.path().join("other")).unwrap();
    symlink("other", &path).unwrap();
    let told = refusal(root.path(), &path);
    assert_eq!(told, "/tokens.json is not a regular file");
    assert_eq!(fs::read(root.path().join("other")).unwrap(), b"theirs");
}

#[cfg(windows)]
#[test]
fn what_others_may_use_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("tokens.json");
    write(&at(&path), "mine").unwrap();
    let_others_read(&path).unwrap();
    let told = refusal(root.path(), &path);
    assert_eq!(told, "others than its owner may use /tokens.json");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
fn who_may_use_a_file_of_settings_stays_as_it_is() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("server.json");
    let file = at(&path).keeping_access();
    write(&file, "new").unwrap();
    assert!(is_private(&path).unwrap());
    let_others_read(&path).unwrap();
    write(&file, "open").unwrap();
    assert!(!is_private(&path).unwrap());
    keep_others_out(&path).unwrap();
    write(&file, "closed").unwrap();
    assert!(is_private(&path).unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"closed");
}

#[cfg(unix)]
#[test]
fn a_directory_may_be_a_link() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("kept")).unwrap();
    std::os::unix::fs::symlink("kept", root.path().join("config")).unwrap();
    write(&at(&root.path().join("config/tokens.json")), "x").unwrap();
    assert_eq!(
        fs::read(root.path().join("kept/tokens.json")).unwrap(),
        b"x"
    );
}

#[test]
fn a_path_has_to_be_absolute_and_one_of_a_file() {
    for path in ["tokens.json", "/", ""] {
        let refused = ServerFile::at(Path::new(path));
        assert!(
            matches!(refused, Err(ServerFileError::Path { .. })),
            "{path}"
        );
    }
}

#[test]
fn writers_lose_nothing_of_each_other() {
    const EACH: usize = 20;

    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("tokens.json");
    thread::scope(|scope| {
        for _ in 0..4 {
            // A handle of its own, as another server has.
            let file = at(&path);
            scope.spawn(move || {
                for _ in 0..EACH {
                    let longer = |bytes: Option<&[u8]>| {
                        let mut bytes = bytes.unwrap_or_default().to_vec();
                        bytes.push(b'x');
                        Ok::<_, ServerFileError>(Some(bytes))
                    };
                    file.update(longer).unwrap();
                }
            });
        }
    });
    assert_eq!(fs::read(&path).unwrap().len(), 4 * EACH);
}

#[test]
fn whatever_call_fails_the_file_is_the_old_or_the_new_one() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("tokens.json");
    let plan = Arc::new(Plan::default());
    let file = at(&path).on(Arc::new(FaultyDisk(Arc::clone(&plan))));
    let mut hits = 0;
    for fault in FAULTS {
        for call in 0.. {
            fs::write(&path, "old").unwrap();
            plan.arm(call, fault, false);
            let written = write(&file, "new and longer");
            let hit = plan.disarm();
            let text = fs::read_to_string(&path).unwrap();
            match written {
                Ok(()) => assert_eq!(text, "new and longer", "{fault:?} {hit:?}"),
                // A directory that is not synced may lose the rename, so nobody
                // is told that it is durable.
                Err(_) if hit == Some("sync dir") => {}
                Err(_) => assert_eq!(text, "old", "{fault:?} {hit:?}"),
            }
            if hit.is_none() {
                break;
            }
            hits += 1;
        }
        // The next writer takes away what was left.
        write(&file, "old").unwrap();
        assert_eq!(names(root.path()), ["tokens.json"], "{fault:?}");
    }
    assert!(hits > FAULTS.len(), "{hits}");
    assert!(matches!(FAULTS[0], Fault::NoSpace));
}
