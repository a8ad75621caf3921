//! Several writers, several servers, and somebody who moves directories.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use openwork_change::store::{Store as _, StoreError};

use crate::support::system::symlink;
use crate::support::{
    Place, command, commit, commit_in_turn, config, count, delete_command, order, plugin, skill,
    specs,
};

/// A directory is swapped for a link outside while three threads write to it.
#[test]
#[cfg_attr(windows, ignore = "Wine 8 makes no links")]
fn nothing_lands_outside_while_a_directory_becomes_a_link() {
    let writes = count("OPENWORK_RACE_WRITES", 1500);
    let place = Place::in_memory();
    std::fs::create_dir_all(place.beside("outside/skills/s")).unwrap();
    std::fs::create_dir_all(place.beside("outside/commands")).unwrap();
    place.write(
        ".opencode/skills/s/SKILL.md",
        "---\nname: s\ndescription: d\n---\n",
    );
    let store = place.store();
    let (is_over, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            let (real, aside) = (place.path(".opencode"), place.path("aside"));
            while !is_over.load(Ordering::SeqCst) {
                if std::fs::rename(&real, &aside).is_ok() {
                    let _ = symlink(place.beside("outside"), &real);
                    thread::yield_now();
                    let _ = std::fs::remove_file(&real);
                    // A writer may have made the directory anew meanwhile.
                    let _ = std::fs::remove_dir_all(&real);
                    let _ = std::fs::rename(&aside, &real);
                }
                thread::yield_now();
            }
        });
        let threads: Vec<_> = (0..3)
            .map(|writer| {
                let (store, done) = (&store, &done);
                scope.spawn(move || {
                    for n in 0..writes / 3 {
                        let change = match n % 4 {
                            0 => skill("s", &format!("{writer}-{n}")),
                            1 => command("c", &format!("{writer}-{n}")),
                            2 => skill(&format!("n{n}"), "new"),
                            _ => delete_command("c"),
                        };
                        done.fetch_add(
                            usize::from(commit(store, change).is_ok()),
                            Ordering::SeqCst,
                        );
                    }
                })
            })
            .collect();
        let failed = threads.into_iter().any(|writer| writer.join().is_err());
        is_over.store(true, Ordering::SeqCst);
        assert!(!failed);
    });
    assert!(
        done.load(Ordering::SeqCst) > 0,
        "no write came through at all"
    );
    let outside = |path: &str| std::fs::read_dir(place.beside(path)).unwrap().count();
    let found = [
        "outside",
        "outside/skills",
        "outside/skills/s",
        "outside/commands",
    ]
    .map(outside);
    assert_eq!(found, [2, 1, 0, 0]);
}

/// So many that each has its turn in the seconds that one waits for the other
/// server, under Wine as well.
const MANY: usize = if cfg!(windows) { 8 } else { 50 };

#[test]
fn parallel_changes_all_survive() {
    let place = Place::in_memory();
    let stores = [place.store(), place.store()];
    thread::scope(|scope| {
        for n in 0..MANY {
            let store = &stores[n % 2];
            scope.spawn(move || {
                let changes = [
                    plugin(&format!("p{n}")),
                    skill(&format!("s{n}"), "x"),
                    command(&format!("c{n}"), "x"),
                ];
                for change in changes {
                    commit_in_turn(store, &change);
                }
            });
        }
    });
    let mut found = specs(&stores[0]);
    found.sort();
    let mut wanted: Vec<String> = (0..MANY).map(|n| format!("p{n}")).collect();
    wanted.sort();
    assert_eq!(found, wanted);
    for n in 0..MANY {
        assert!(
            place.exists(&format!(".opencode/skills/s{n}/SKILL.md")),
            "{n}"
        );
        assert!(place.exists(&format!(".opencode/commands/c{n}.md")), "{n}");
    }
    assert_eq!(place.entries(), 3 * MANY);
    assert_eq!(place.temporaries(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn two_servers_lose_nothing() {
    let writes = count("OPENWORK_TWO_SERVER_WRITES", 200);
    let place = Place::in_memory();
    let stores = [place.store(), place.store()];
    thread::scope(|scope| {
        for (server, store) in stores.iter().enumerate() {
            scope.spawn(move || {
                for n in 0..writes / 2 {
                    commit_in_turn(store, &plugin(&format!("s{server}-{n}")));
                }
            });
        }
    });
    assert_eq!(specs(&stores[0]).len(), writes / 2 * 2);
    assert_eq!(place.entries(), writes / 2 * 2);
}

/// Another program that replaces the file keeps its edits, or the order is
/// refused.
///
/// Between the last look at a file and its replacement lie some microseconds in
/// which no look can see anything. An edit in a thousand falls there when two
/// processors do nothing else; without the look, most would be lost.
#[test]
fn edits_of_other_programs_survive() {
    let place = Place::in_memory();
    place.write("opencode.json", "{}\n");
    let store = place.store();
    let is_over = AtomicBool::new(false);
    let (edits, lost) = thread::scope(|scope| {
        let editor = scope.spawn(|| {
            let (mut edits, mut lost) = (0, Vec::new());
            while !is_over.load(Ordering::SeqCst) {
                edits += 1;
                let file = place.path("opencode.json");
                let text = std::fs::read_to_string(&file).unwrap();
                let rest = text
                    .split_once("// edit")
                    .map_or("", |(_, rest)| rest.split_once('\n').unwrap().1);
                let rest = if rest.is_empty() { text.as_str() } else { rest };
                let aside = place.path("aside");
                std::fs::write(&aside, format!("// edit {edits}\n{rest}")).unwrap();
                while let Err(error) = std::fs::rename(&aside, &file) {
                    // Windows does not replace what somebody has open just now.
                    let is_open = error.kind() == std::io::ErrorKind::PermissionDenied;
                    assert!(cfg!(windows) && is_open, "{error}");
                }
                let seen = std::fs::read_to_string(&file).unwrap();
                if !seen.starts_with(&format!("// edit {edits}\n")) {
                    lost.push(edits);
                }
                thread::sleep(std::time::Duration::from_micros(700));
            }
            (edits, lost)
        });
        for n in 0..count("OPENWORK_EDITED_WRITES", 100) {
            match commit(&store, plugin(&format!("p{n}"))) {
                Ok(_) | Err(StoreError::Busy { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        is_over.store(true, Ordering::SeqCst);
        editor.join().unwrap()
    });
    assert!(edits > 10, "{edits}");
    assert!(lost.len() <= 2, "{lost:?} of {edits} edits are lost");
}

#[test]
fn readers_see_whole_files_only() {
    let place = Place::in_memory();
    place.write("opencode.json", "{}\n");
    let store = place.store();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    store.view(&config()).unwrap();
                    let text = std::fs::read_to_string(place.path("opencode.json")).unwrap();
                    serde_json::from_str::<serde_json::Value>(&text).unwrap();
                }
            });
        }
        for n in 0..count("OPENWORK_REWRITES", 16) {
            let value = "x".repeat(if n % 2 == 0 { 2_000 } else { 300_000 });
            let change = crate::support::patch(serde_json::json!({ "opencode": { "v": value } }));
            commit(&store, change).unwrap();
        }
        is_over.store(true, Ordering::SeqCst);
    });
}

#[test]
fn a_group_is_as_good_as_one_after_another() {
    let place = Place::in_memory();
    let store = place.store();
    let orders = (0..64).map(|n| order(plugin(&format!("p{n}")))).collect();
    assert!(store.commit(orders).iter().all(Result::is_ok));
    let wanted: Vec<String> = (0..64).map(|n| format!("p{n}")).collect();
    assert_eq!(specs(&store), wanted);
    assert_eq!(place.entries(), 64);
}
