#![allow(
    clippy::disallowed_methods,
    reason = "tests lay out their files themselves"
)]

use std::fs;

use openwork_testkit::private::{is_private, let_others_read};

use super::*;
use crate::fs::disk::write_all;

/// A directory of its own, and the disk's handle on it.
fn place() -> (tempfile::TempDir, Arc<dyn DiskDir>) {
    let place = tempfile::tempdir().unwrap();
    let dir = opened(place.path());
    (place, dir)
}

fn opened(path: &Path) -> Arc<dyn DiskDir> {
    let top = WindowsDisk.top(path).unwrap();
    let below = path.components().filter_map(|component| match component {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    top.open_dir(&below.collect::<Vec<_>>().join("/")).unwrap()
}

fn written(dir: &Arc<dyn DiskDir>, name: &str, text: &str) {
    let mut file = dir.create(name, FileAccess::Default).unwrap();
    write_all(&mut *file, text.as_bytes()).unwrap();
    file.sync().unwrap();
}

fn kind_of<T>(result: io::Result<T>) -> Option<io::ErrorKind> {
    result.err().map(|error| error.kind())
}

#[test]
fn a_file_that_is_read_is_told_that_it_changed_now() {
    let (place, dir) = place();
    written(&dir, "a", "one");
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    let file = fs::File::options()
        .write(true)
        .open(place.path().join("a"))
        .unwrap();
    file.set_modified(long_ago).unwrap();
    drop(file);
    let before = dir.stat("a").unwrap().modified;
    let reading = dir.open_file("a").unwrap();
    reading.touch().unwrap();
    let after = dir.stat("a").unwrap().modified;
    let day = 24 * 60 * 60 * 1_000_000_000;
    assert!(before < day && after > before + day, "{before} {after}");
    assert_eq!(fs::read(place.path().join("a")).unwrap(), b"one");
}

#[test]
fn files_are_made_read_appended_and_listed() {
    let (place, dir) = place();
    written(&dir, "a", "one");
    let mut log = dir.append("log", FileAccess::Private).unwrap();
    write_all(&mut *log, b"1").unwrap();
    let mut again = dir.append("log", FileAccess::Private).unwrap();
    write_all(&mut *again, b"2").unwrap();
    write_all(&mut *log, b"3").unwrap();
    log.sync_data().unwrap();
    dir.make_dir("d").unwrap();
    let mut buffer = [0; 8];
    let read = dir
        .open_file("log")
        .unwrap()
        .read_at(&mut buffer, 1)
        .unwrap();
    assert_eq!(&buffer[..read], b"23");
    let mut names = dir.list().unwrap();
    names.sort_by(|(one, _), (other, _)| one.cmp(other));
    let expected = [
        ("a", FileKind::File),
        ("d", FileKind::Dir),
        ("log", FileKind::File),
    ];
    assert_eq!(names, expected.map(|(name, kind)| (name.to_owned(), kind)));
    // Once more, from the beginning.
    assert_eq!(dir.list().unwrap().len(), 3);
    assert_eq!(
        kind_of(dir.create("a", FileAccess::Default)),
        Some(io::ErrorKind::AlreadyExists)
    );
    assert_eq!(
        kind_of(dir.make_dir("d")),
        Some(io::ErrorKind::AlreadyExists)
    );
    assert_eq!(fs::read_to_string(place.path().join("a")).unwrap(), "one");
}

#[test]
fn what_is_seen_by_name_handle_and_path_is_the_same() {
    let (place, dir) = place();
    dir.make_dir("d").unwrap();
    written(&dir.open_dir("d").unwrap(), "f", "four");
    let by_name = dir.stat("d/f").unwrap();
    assert_eq!(by_name, dir.open_file("d/f").unwrap().stat().unwrap());
    assert_eq!(
        by_name,
        WindowsDisk.stat(&place.path().join("d/f")).unwrap()
    );
    assert_eq!((by_name.kind, by_name.size), (FileKind::File, 4));
    assert!(!by_name.is_executable());
    let age = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let age = i64::try_from(age.as_nanos()).unwrap() - by_name.modified;
    assert!((0..60_000_000_000).contains(&age), "{age}");
    let d = dir.stat("d").unwrap();
    assert_eq!(d, dir.open_dir("d").unwrap().stat_self().unwrap());
    assert_ne!(d.id, by_name.id);
    assert_eq!(kind_of(dir.stat("d/g")), Some(io::ErrorKind::NotFound));
    assert_eq!(kind_of(dir.stat("e/g")), Some(io::ErrorKind::NotFound));
    assert_eq!(
        kind_of(dir.open_dir("d/f")),
        Some(io::ErrorKind::NotADirectory)
    );
}

#[test]
fn a_file_is_replaced() {
    let (place, dir) = place();
    written(&dir, "f", "old");
    written(&dir, "t", "new");
    let id = dir.stat("t").unwrap().id;
    dir.rename("t", "f").unwrap();
    dir.sync().unwrap();
    assert_eq!(dir.stat("f").unwrap().id, id);
    assert_eq!(fs::read_to_string(place.path().join("f")).unwrap(), "new");
    assert_eq!(kind_of(dir.stat("t")), Some(io::ErrorKind::NotFound));
    assert_eq!(kind_of(dir.rename("t", "f")), Some(io::ErrorKind::NotFound));
}

#[test]
fn a_file_is_replaced_once_nobody_has_it_open() {
    let (place, dir) = place();
    written(&dir, "f", "old");
    written(&dir, "t", "new");
    let reader = fs::File::options()
        .read(true)
        .share_mode(1)
        .open(place.path().join("f"));
    let reader = reader.unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(30));
            drop(reader);
        });
        dir.rename("t", "f").unwrap();
    });
    assert_eq!(fs::read_to_string(place.path().join("f")).unwrap(), "new");
}

#[test]
#[ignore = "Wine 8 does not replace what is open"]
fn a_file_is_replaced_also_while_it_is_read() {
    let (_place, dir) = place();
    written(&dir, "f", "old");
    written(&dir, "t", "new");
    let reader = dir.open_file("f").unwrap();
    dir.rename("t", "f").unwrap();
    let mut buffer = [0; 8];
    assert_eq!(reader.read_at(&mut buffer, 0).unwrap(), 3);
    assert_eq!(&buffer[..3], b"old");
}

#[test]
fn a_file_that_may_not_be_written_to_stays_one() {
    let (place, dir) = place();
    written(&dir, "f", "old");
    let path = place.path().join("f");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let old = dir.stat("f").unwrap();
    let file = dir.create("t", FileAccess::Private).unwrap();
    file.adopt(&old).unwrap();
    drop(file);
    dir.rename("t", "f").unwrap();
    assert!(fs::metadata(&path).unwrap().permissions().readonly());
    dir.remove_file("f").unwrap();
    assert_eq!(kind_of(dir.stat("f")), Some(io::ErrorKind::NotFound));
}

#[test]
fn a_private_file_is_its_users_alone() {
    let (place, dir) = place();
    drop(dir.create("a", FileAccess::Private).unwrap());
    drop(dir.append("log", FileAccess::Private).unwrap());
    for name in ["a", "log"] {
        assert!(is_private(&place.path().join(name)).unwrap(), "{name}");
        let file = dir.open_file(name).unwrap();
        assert_eq!(file.others_may().unwrap(), None, "{name}");
    }
    let_others_read(&place.path().join("log")).unwrap();
    drop(dir.append("log", FileAccess::Private).unwrap());
    let log = dir.open_file("log").unwrap();
    assert_eq!(log.others_may().unwrap(), Some("use"));
}

#[test]
fn a_replacement_has_the_list_of_what_it_replaces() {
    let (place, dir) = place();
    written(&dir, "f", "old");
    let_others_read(&place.path().join("f")).unwrap();
    let list = dir.access_list("f").unwrap().unwrap();
    let mut file = dir.create("t", FileAccess::Replacement).unwrap();
    file.set_access_list(&list).unwrap();
    drop(file);
    dir.rename("t", "f").unwrap();
    assert_eq!(dir.access_list("f").unwrap(), Some(list));
    assert!(!is_private(&place.path().join("f")).unwrap());
    assert_eq!(kind_of(dir.access_list("g")), Some(io::ErrorKind::NotFound));
}

#[test]
fn what_is_held_open_may_be_renamed_and_deleted_by_others() {
    let (place, dir) = place();
    dir.make_dir("d").unwrap();
    let held = dir.open_dir("d").unwrap();
    written(&held, "f", "x");
    let file = held.open_file("f").unwrap();
    fs::rename(place.path().join("d/f"), place.path().join("d/g")).unwrap();
    assert_eq!(file.read_at(&mut [0; 4], 0).unwrap(), 1);
    drop(file);
    fs::rename(place.path().join("d"), place.path().join("e")).unwrap();
    fs::remove_file(place.path().join("e/g")).unwrap();
    fs::remove_dir(place.path().join("e")).unwrap();
}

#[test]
#[ignore = "Wine 8 loses a directory that is renamed"]
fn a_handle_stays_on_its_directory() {
    let (place, dir) = place();
    dir.make_dir("d").unwrap();
    let held = dir.open_dir("d").unwrap();
    fs::rename(place.path().join("d"), place.path().join("e")).unwrap();
    dir.make_dir("d").unwrap();
    written(&held, "f", "x");
    written(&held, "g", "y");
    held.rename("g", "f").unwrap();
    assert_eq!(fs::read_to_string(place.path().join("e/f")).unwrap(), "y");
    assert_eq!(fs::read_dir(place.path().join("d")).unwrap().count(), 0);
}

#[test]
fn files_and_directories_are_removed_as_what_they_are() {
    let (_place, dir) = place();
    dir.make_dir("d").unwrap();
    written(&dir.open_dir("d").unwrap(), "f", "x");
    assert_eq!(
        kind_of(dir.remove_file("d")),
        Some(io::ErrorKind::IsADirectory)
    );
    assert_eq!(
        kind_of(dir.remove_dir("d")),
        Some(io::ErrorKind::DirectoryNotEmpty)
    );
    let d = dir.open_dir("d").unwrap();
    assert_eq!(
        kind_of(d.remove_dir("f")),
        Some(io::ErrorKind::NotADirectory)
    );
    d.remove_file("f").unwrap();
    assert_eq!(kind_of(d.remove_file("f")), Some(io::ErrorKind::NotFound));
    drop(d);
    dir.remove_dir("d").unwrap();
    assert_eq!(kind_of(dir.stat("d")), Some(io::ErrorKind::NotFound));
}

#[test]
fn names_that_no_file_has_are_not_made_and_lead_nowhere() {
    let (place, dir) = place();
    written(&dir, "f", "x");
    for name in [
        "aux", "nul.md", "f:s", "f::$DATA", "f.", "f ", "a\\b", "..", ".",
    ] {
        assert_eq!(
            kind_of(dir.stat(name)),
            Some(io::ErrorKind::NotFound),
            "{name}"
        );
        assert_eq!(
            kind_of(dir.open_file(name)),
            Some(io::ErrorKind::NotFound),
            "{name}"
        );
        let made = kind_of(dir.create(name, FileAccess::Default));
        assert_eq!(made, Some(io::ErrorKind::InvalidFilename), "{name}");
        assert_eq!(
            kind_of(dir.make_dir(name)),
            Some(io::ErrorKind::InvalidFilename),
            "{name}"
        );
        assert_eq!(
            kind_of(dir.rename("f", name)),
            Some(io::ErrorKind::InvalidFilename),
            "{name}"
        );
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn one_handle_has_the_lock_at_a_time() {
    let (place, dir) = place();
    let other = opened(place.path());
    assert_eq!(dir.try_lock("d/lock").unwrap(), DiskLock::Absent);
    dir.make_dir("d").unwrap();
    assert_eq!(dir.try_lock("d/lock").unwrap(), DiskLock::Taken);
    assert_eq!(other.try_lock("d/lock").unwrap(), DiskLock::Busy);
    dir.unlock().unwrap();
    assert_eq!(other.try_lock("d/lock").unwrap(), DiskLock::Taken);
}

#[test]
fn another_case_is_the_same_file() {
    let (_place, dir) = place();
    written(&dir, "Foo", "x");
    assert_eq!(dir.stat("foo").unwrap().id, dir.stat("Foo").unwrap().id);
}

#[test]
fn short_names_lead_nowhere() {
    let (place, dir) = place();
    written(&dir, "a long name.jsonc", "x");
    written(&dir, "own~1", "x");
    // Where the system gives none, there is none to be refused.
    for short in ["ALONGN~1.JSO", "ALONGN~1"] {
        assert_eq!(
            kind_of(dir.stat(short)),
            Some(io::ErrorKind::NotFound),
            "{short}"
        );
    }
    assert!(dir.stat("own~1").is_ok());
    drop(place);
}

/// Wine 8 cannot make links, and Windows wants a right for it that few have.
#[test]
#[ignore = "needs a Windows on which links can be made"]
fn links_are_seen_and_not_passed() {
    use std::os::windows::fs::{symlink_dir, symlink_file};

    let (place, dir) = place();
    let at = |name: &str| place.path().join(name);
    dir.make_dir("d").unwrap();
    written(&dir.open_dir("d").unwrap(), "f", "x");
    symlink_dir(at("d"), at("dl")).unwrap();
    symlink_file(at("d").join("f"), at("fl")).unwrap();
    for name in ["dl", "fl"] {
        assert_eq!(dir.stat(name).unwrap().kind, FileKind::Link, "{name}");
    }
    assert_eq!(dir.read_link("dl").unwrap(), at("d"));
    assert!(dir.open_dir("dl").is_err());
    assert!(dir.open_file("fl").is_err());
    assert!(dir.open_file("dl/f").is_err());
    assert!(dir.stat("dl/f").is_err());
    assert!(dir.append("fl", FileAccess::Default).is_err());
    dir.remove_file("dl").unwrap();
    dir.remove_file("fl").unwrap();
    assert_eq!(fs::read_to_string(at("d").join("f")).unwrap(), "x");
}

#[test]
fn a_file_that_is_being_renamed_is_the_same_file() {
    const RENAMES: usize = 100;
    let (_place, dir) = place();
    written(&dir, "a", "one");
    let id = dir.stat("a").unwrap().id;
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..RENAMES {
                dir.rename(["a", "b"][n % 2], ["b", "a"][n % 2]).unwrap();
            }
            is_over.store(true, std::sync::atomic::Ordering::SeqCst);
        });
        while !is_over.load(std::sync::atomic::Ordering::SeqCst) {
            for name in ["a", "b"] {
                if let Ok(file) = dir.open_file(name) {
                    assert_eq!(file.stat().unwrap().id, id);
                }
            }
        }
    });
}
