//! Random trees with links, compared with what the system itself would open.
#![allow(
    clippy::disallowed_methods,
    reason = "tests lay out their files themselves"
)]

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use openwork_model::files::{CONFIG_LIMIT, Files as _, Location};
use openwork_model::path::RelPath;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::fs::disk::NativeDisk;
use crate::fs::resolve::KnownTrails;

/// One entry of a random tree.
#[derive(Debug, Clone)]
enum Thing {
    File,
    Dir,
    Link(&'static str),
}

const SPOTS: [&str; 7] = ["a", "a/b", "a/b/c", "a/c", "b", "b/c", "c"];

const TARGETS: [&str; 16] = [
    "a",
    "b",
    "c",
    "../a",
    "../a/b",
    "../../a",
    "../..",
    "../../outside",
    "../outside/f",
    "/",
    "/etc",
    "ABS/outside",
    "ABS/ws/a",
    "ABS/ws/a/c",
    "ABS/shared/f",
    "none",
];

fn thing() -> impl Strategy<Value = Option<Thing>> {
    prop_oneof![
        1 => Just(None),
        3 => Just(Some(Thing::File)),
        4 => Just(Some(Thing::Dir)),
        4 => prop::sample::select(&TARGETS[..]).prop_map(|target| Some(Thing::Link(target))),
    ]
}

/// A workspace `ws` beside `outside` and `shared`, the latter authorised.
fn build(root: &Path, things: &[Option<Thing>]) {
    for dir in ["outside", "shared", "ws"] {
        std::fs::create_dir(root.join(dir)).unwrap();
        std::fs::write(root.join(dir).join("f"), dir).unwrap();
    }
    for (spot, thing) in SPOTS.iter().zip(things) {
        let path = root.join("ws").join(spot);
        // Where a parent is a link, the rest of this branch stays away.
        let parent = path.parent().unwrap();
        if !parent.is_dir() || parent.canonicalize().ok().as_deref() != Some(parent) {
            continue;
        }
        match thing {
            None => {}
            Some(Thing::File) => std::fs::write(path, *spot).unwrap(),
            Some(Thing::Dir) => std::fs::create_dir(path).unwrap(),
            Some(Thing::Link(target)) => {
                symlink(target.replace("ABS", root.to_str().unwrap()), path).unwrap();
            }
        }
    }
}

fn context(root: &Path) -> FsContext {
    let workspace = root.join("ws");
    let roots = vec![workspace.clone(), root.join("shared")];
    FsContext {
        anchor: RootAnchor::new(Arc::new(NativeDisk), workspace, roots),
        global: None,
        home: None,
        custom: None,
        withheld: WithheldPaths::new(Vec::new()),
        known_paths: KnownTrails::new(true),
        last_write: LastWrite::default(),
        records: RecordHomes {
            current: RecordHome::Workspace,
            former: None,
        },
        held_directories: 2,
    }
}

/// A chain of directories, each looked at through the one before where that is
/// held, and otherwise by its whole path.
#[test]
fn reading_a_deep_tree_takes_time_that_grows_with_its_depth() {
    const DEPTH: usize = 600;
    let directory = directory();
    let root = directory.path().canonicalize().unwrap();
    let all = ["d"; DEPTH].join("/");
    std::fs::create_dir_all(root.join("ws").join(&all)).unwrap();
    std::fs::create_dir(root.join("shared")).unwrap();
    let context = context(&root);
    let held = context.anchor.open().unwrap();
    let files = context.reader(Arc::clone(&held));
    let begun = std::time::Instant::now();
    for depth in 1..=DEPTH {
        let path = RelPath::new(&all[..2 * depth - 1]).unwrap();
        let found = files.list(&Location::workspace(path)).unwrap();
        assert_eq!(found.unwrap().len(), usize::from(depth < DEPTH));
    }
    let spent = begun.elapsed();
    assert!(spent < std::time::Duration::from_secs(2), "{spent:?}");
}

/// Where the system's own resolution leads, if that may be read.
fn allowed(root: &Path, path: &Path) -> Option<PathBuf> {
    let real = path.canonicalize().ok()?;
    let inside = ["ws", "shared"]
        .iter()
        .any(|dir| real.starts_with(root.join(dir)));
    inside.then_some(real)
}

fn paths() -> Vec<RelPath> {
    let below = [
        "",
        "/a",
        "/b",
        "/c",
        "/f",
        "/a/b",
        "/b/c",
        "/outside/f",
        "/passwd",
    ];
    let all = SPOTS
        .iter()
        .flat_map(|spot| below.iter().map(move |rest| format!("{spot}{rest}")));
    all.map(|path| RelPath::new(&path).unwrap()).collect()
}

fn names(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Where it costs least to make many files.
fn directory() -> TempDir {
    TempDir::new_in("/dev/shm")
        .or_else(|_| TempDir::new())
        .unwrap()
}

/// A quarter of what is usual: a tree costs as much as many other cases.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases / 4,
        failure_persistence: None,
        ..usual
    }
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn links_are_followed_exactly_where_they_stay_inside(
        things in prop::collection::vec(thing(), SPOTS.len()),
    ) {
        let directory = directory();
        let root = directory.path().canonicalize().unwrap();
        build(&root, &things);
        let context = context(&root);
        let held = context.anchor.open().unwrap();
        for path in paths() {
            let at = Location::workspace(path.clone());
            let real = allowed(&root, &path.below(&root.join("ws")));
            let file = real.clone().filter(|real| real.is_file());
            let wanted = file.map(|real| std::fs::read(real).unwrap());
            let found = context.reader(Arc::clone(&held)).read(&at, CONFIG_LIMIT).ok().flatten();
            prop_assert_eq!(found.as_deref(), wanted.as_deref(), "reading {}", path);
            let wanted = real.filter(|real| real.is_dir()).map(|real| names(&real));
            let found = context.reader(Arc::clone(&held)).list(&at).ok().flatten();
            let found = found.map(|list| list.into_iter().map(|entry| entry.name).collect());
            prop_assert_eq!(found, wanted, "listing {}", path);
        }
    }
}
