//! Random trees with links, written to.

use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::system::symlink;
use crate::support::{Place, commit, count, import, skill};

/// One entry of a random tree.
#[derive(Debug, Clone)]
enum Thing {
    File,
    Dir,
    Link(String),
}

const SPOTS: [&str; 9] = [
    ".opencode",
    ".opencode/skills",
    ".opencode/skills/s",
    ".opencode/skills/s/SKILL.md",
    ".opencode/openwork.json",
    "opencode.json",
    "a",
    "a/b",
    "a/c",
];

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
    "ABS/ws/opencode.json",
    "none",
];

fn thing() -> impl Strategy<Value = Option<Thing>> {
    prop_oneof![
        2 => Just(None),
        3 => Just(Some(Thing::File)),
        4 => Just(Some(Thing::Dir)),
        4 => (0..TARGETS.len()).prop_map(|target| Some(Thing::Link(TARGETS[target].to_owned()))),
    ]
}

fn build(place: &Place, things: &[Option<Thing>]) {
    std::fs::create_dir_all(place.beside("outside")).unwrap();
    std::fs::write(place.beside("outside/f"), "outside").unwrap();
    std::fs::write(place.beside("outside/SKILL.md"), "outside").unwrap();
    for (spot, thing) in SPOTS.iter().zip(things) {
        let path = place.path(spot);
        // Where a parent is a link, the rest of this branch stays away.
        let parent = path.parent().unwrap();
        if !parent.is_dir() || parent.canonicalize().ok().as_deref() != Some(parent) {
            continue;
        }
        match thing {
            None => {}
            Some(Thing::File) => std::fs::write(path, "inside").unwrap(),
            Some(Thing::Dir) => std::fs::create_dir(path).unwrap(),
            Some(Thing::Link(target)) => {
                let target = target.replace(
                    "ABS",
                    place.beside("").to_str().unwrap().trim_end_matches('/'),
                );
                symlink(target, path).unwrap();
            }
        }
    }
}

#[test]
#[cfg_attr(windows, ignore = "Wine 8 makes no links")]
fn writes_stay_inside_whatever_the_tree() {
    let cases = u32::try_from(count("PROPTEST_CASES", 60)).unwrap();
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let things = prop::collection::vec(thing(), SPOTS.len());
    TestRunner::new(config)
        .run(&things, |things| {
            let place = Place::in_memory();
            build(&place, &things);
            let links = |place: &Place| -> Vec<(PathBuf, PathBuf)> {
                let path = |spot: &&str| place.path(spot);
                let link = |path: PathBuf| Some((path.clone(), std::fs::read_link(path).ok()?));
                SPOTS.iter().map(path).filter_map(link).collect()
            };
            let before = links(&place);
            let store = place.store();
            let _ = commit(&store, skill("s", "x"));
            let bundle = serde_json::json!({
                "mode": { "skills": "replace", "opencode": "replace", "openwork": "replace" },
                "opencode": { "x": 1 }, "openwork": { "y": 1 },
                "skills": [{ "name": "s", "content": "y", "description": "d" }],
            });
            let _ = commit(&store, import(bundle));
            prop_assert_eq!(links(&place), before);
            let outside: Vec<_> = std::fs::read_dir(place.beside("outside"))
                .unwrap()
                .collect();
            prop_assert_eq!(outside.len(), 2);
            for file in ["f", "SKILL.md"] {
                let text = std::fs::read_to_string(place.beside("outside").join(file)).unwrap();
                prop_assert_eq!(text, "outside");
            }
            Ok(())
        })
        .unwrap();
}
