//! A cached answer is the one that a fresh scan would give.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use openwork_change::query::Query;
use openwork_change::store::{Store as _, VersionedView};
use openwork_model::command::CommandScope;
use openwork_store::{FsOptions, FsStore, HELD_DIRECTORIES};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};

use crate::support::system::symlink;
use crate::support::{ONE_IN, Place, commit, config, count, plugin, plugins, skills};

/// The answer that the store gives without blocking work.
fn ready(store: &FsStore, query: &Query) -> Option<Arc<VersionedView>> {
    store.ready()?.view(query)
}

/// What another program does.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Edit {
    Write(usize, u8),
    /// In place, the same length, the old time of change put back.
    Sly(usize, u8),
    Replace(usize, u8),
    Remove(usize),
    MoveAway(usize),
    MoveBack(usize),
    LinkTo(usize, usize),
    /// Long enough for answers to be trusted.
    Rest,
    Commit(u8),
}

const FILES: [&str; 12] = [
    "opencode.json",
    "opencode.jsonc",
    ".opencode/openwork.json",
    ".opencode/skills/s/SKILL.md",
    ".opencode/skills/t/SKILL.md",
    ".claude/skills/s/SKILL.md",
    ".opencode/commands/c.md",
    ".opencode/commands/d.md",
    ".opencode/plugins/p.js",
    "../home/.config/opencode/skills/s/SKILL.md",
    ".opencode/openwork/audit.jsonl",
    ".opencode/openwork/audit.1.jsonl",
];

const DIRS: [&str; 6] = [
    ".opencode",
    ".opencode/skills",
    ".opencode/skills/s",
    ".opencode/commands",
    ".opencode/openwork",
    "../home/.config/opencode",
];

#[expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the names are the ones above"
)]
fn text(file: &str, n: u8) -> String {
    if file.ends_with(".md") {
        let name = if file.contains("/t/") { "t" } else { "s" };
        format!("---\nname: {name}\ndescription: d{n:03}\n---\nbody\n")
    } else if file.ends_with(".jsonl") {
        format!("{{\"id\":\"{n:03}\",\"timestamp\":1{n:03}}}\n")
    } else {
        format!("{{ \"plugin\": [\"p{n:03}\"] }}\n")
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    let file = 0..FILES.len();
    let dir = 0..DIRS.len();
    prop_oneof![
        3 => (file.clone(), any::<u8>()).prop_map(|(file, n)| Edit::Write(file, n)),
        2 => (file.clone(), any::<u8>()).prop_map(|(file, n)| Edit::Sly(file, n)),
        3 => (file.clone(), any::<u8>()).prop_map(|(file, n)| Edit::Replace(file, n)),
        2 => file.clone().prop_map(Edit::Remove),
        1 => dir.clone().prop_map(Edit::MoveAway),
        2 => dir.clone().prop_map(Edit::MoveBack),
        1 => (dir.clone(), dir).prop_map(|(from, to)| Edit::LinkTo(from, to)),
        3 => Just(Edit::Rest),
        1 => any::<u8>().prop_map(Edit::Commit),
    ]
}

fn apply(place: &Place, edit: &Edit) {
    let aside = |dir: usize| place.beside(&format!("aside-{dir}"));
    match edit {
        Edit::Write(file, n) => write(place, FILES[*file], *n),
        Edit::Sly(file, n) => {
            let path = place.path(FILES[*file]);
            let Ok(metadata) = path.metadata() else {
                return;
            };
            if cfg!(windows) {
                // This is not noticed there, see "Other systems" in
                // docs/security.md.
                return;
            }
            write(place, FILES[*file], *n);
            let file = std::fs::File::options().append(true).open(path).unwrap();
            file.set_modified(metadata.modified().unwrap()).unwrap();
        }
        Edit::Replace(file, n) => {
            let path = place.path(FILES[*file]);
            std::fs::write(place.beside("new"), text(FILES[*file], *n)).unwrap();
            let _ = std::fs::rename(place.beside("new"), path);
        }
        Edit::Remove(file) => drop(std::fs::remove_file(place.path(FILES[*file]))),
        Edit::MoveAway(dir) => drop(std::fs::rename(place.path(DIRS[*dir]), aside(*dir))),
        Edit::MoveBack(dir) => {
            let path = place.path(DIRS[*dir]);
            if path
                .symlink_metadata()
                .is_ok_and(|found| found.is_symlink())
            {
                std::fs::remove_file(&path).unwrap();
            }
            let _ = std::fs::rename(aside(*dir), path);
        }
        Edit::LinkTo(from, to) => drop(symlink(aside(*to), place.path(DIRS[*from]))),
        Edit::Rest => thread::sleep(Duration::from_millis(60)),
        Edit::Commit(_) => {}
    }
}

/// The other program.
struct Editor {
    child: Child,
    edited: Lines<BufReader<ChildStdout>>,
}

impl Editor {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "fresh::editor", "--ignored", "--nocapture"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let edited = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, edited }
    }

    /// Returns when the edit is done.
    fn apply(&mut self, place: &Place, edit: &Edit) {
        let line = serde_json::to_string(&(place.beside(""), edit)).unwrap();
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
        let mut lines = self.edited.by_ref().map(Result::unwrap);
        assert!(lines.any(|line| line.ends_with(EDITED)), "it ended early");
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

const EDITED: &str = "edited";

/// Not a test: what the other program does.
#[test]
#[ignore = "run by the test below, in a process of its own"]
fn editor() {
    for line in std::io::stdin().lines() {
        let (root, edit): (PathBuf, Edit) = serde_json::from_str(&line.unwrap()).unwrap();
        apply(&Place::of_another(root), &edit);
        println!("{EDITED}");
    }
}

fn write(place: &Place, file: &str, n: u8) {
    let path = place.path(file);
    let made = path.parent().map(std::fs::create_dir_all);
    if made.is_some_and(|made| made.is_ok()) {
        let _ = std::fs::write(path, text(file, n));
    }
}

fn queries() -> Vec<Query> {
    vec![
        config(),
        plugins(false),
        skills(false),
        skills(true),
        Query::Commands {
            scope: CommandScope::Workspace,
            skipped: false,
        },
        Query::Export,
        Query::Audit { limit: 50 },
        Query::Audit { limit: 7 },
    ]
}

#[test]
fn cached_answers_are_those_of_a_fresh_scan() {
    let cases = u32::try_from(count("PROPTEST_CASES", 6 / ONE_IN.min(3))).unwrap();
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 50,
        ..Config::default()
    };
    let warm = std::cell::Cell::new(0);
    let edits = prop::collection::vec((edit(), 0..8_usize), 40);
    // Answers rest on more directories than some of these stores may hold open.
    let room = prop_oneof![0..8_usize, Just(HELD_DIRECTORIES)];
    let editor = std::cell::RefCell::new(Editor::start());
    TestRunner::new(config)
        .run(&(edits, room), |(edits, held_directories)| {
            let place = Place::in_memory();
            let store = FsStore::open(FsOptions {
                held_directories,
                ..place.options()
            })
            .unwrap();
            for (file, n) in FILES.iter().zip(0..) {
                write(&place, file, n);
            }
            for (edit, query) in edits {
                match &edit {
                    Edit::Commit(n) => drop(commit(&store, plugin(&format!("q{n}")))),
                    edit => editor.borrow_mut().apply(&place, edit),
                }
                let query = &queries()[query];
                let fresh = place.store();
                let wanted = fresh.view(query).map(|answer| format!("{:?}", answer.view));
                if let Some(answer) = ready(&store, query) {
                    warm.set(warm.get() + 1);
                    prop_assert_eq!(
                        format!("{:?}", answer.view),
                        wanted.as_deref().unwrap_or("an error")
                    );
                }
                let found = store.view(query).map(|answer| format!("{:?}", answer.view));
                prop_assert_eq!(
                    found.map_err(|e| e.to_string()),
                    wanted.map_err(|e| e.to_string())
                );
            }
            Ok(())
        })
        .unwrap();
    assert!(warm.get() > 0, "no answer came from the cache");
}

#[test]
fn an_unchanged_workspace_is_answered_once() {
    let place = Place::new();
    for (file, n) in FILES.iter().zip(0..) {
        write(&place, file, n);
    }
    // Of entries in several files nothing is kept.
    std::fs::remove_file(place.path(".opencode/openwork/audit.1.jsonl")).unwrap();
    let store = place.store();
    let kept = queries()
        .into_iter()
        .filter(|query| !query.is_one_of_many());
    for query in kept {
        assert!(ready(&store, &query).is_none());
        thread::sleep(Duration::from_millis(60));
        let first = store.view(&query).unwrap();
        let again = ready(&store, &query).unwrap_or_else(|| panic!("{query:?} is not known"));
        assert!(Arc::ptr_eq(&first, &again));
        assert!(Arc::ptr_eq(&first, &store.view(&query).unwrap()));
        place.write("opencode.json", text("opencode.json", 77));
        place.write(".opencode/commands/c.md", text("c.md", 77));
        std::fs::remove_file(place.path(".opencode/plugins/p.js")).unwrap();
        place.write(".opencode/plugins/p.js", "");
        place.write(".opencode/skills/s/SKILL.md", text("s.md", 77));
    }
}

#[test]
fn what_changes_in_a_directory_that_is_held_shows() {
    let changes: [fn(&Place); 4] = [
        |place| place.write(".opencode/commands/e.md", text("e.md", 1)),
        |place| place.write(".opencode/skills/s/t/SKILL.md", text("/t/.md", 1)),
        |place| std::fs::remove_file(place.path(".opencode/skills/t/SKILL.md")).unwrap(),
        |place| {
            let folder = place.path(".opencode/skills/s");
            std::fs::rename(&folder, place.beside("aside")).unwrap();
            place.write(".opencode/skills/s/SKILL.md", text("s.md", 9));
        },
    ];
    for held_directories in [0, 3, HELD_DIRECTORIES] {
        for (number, change) in changes.iter().enumerate() {
            let place = Place::in_memory();
            for (file, n) in FILES.iter().zip(0..) {
                write(&place, file, n);
            }
            thread::sleep(Duration::from_millis(60));
            let store = FsStore::open(FsOptions {
                held_directories,
                ..place.options()
            })
            .unwrap();
            let query = Query::Export;
            let before = format!("{:?}", store.view(&query).unwrap().view);
            assert!(ready(&store, &query).is_some());
            change(&place);
            assert!(
                ready(&store, &query).is_none(),
                "{held_directories} {number}"
            );
            let after = format!("{:?}", store.view(&query).unwrap().view);
            let fresh = format!("{:?}", place.store().view(&query).unwrap().view);
            assert_eq!(after, fresh, "{held_directories} {number}");
            // Of a skill within another the export says nothing.
            assert_eq!(before == after, number == 1, "{held_directories} {number}");
        }
    }
}
