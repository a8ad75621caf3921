//! Directories one in another, thousands of them: a cloned repository may have
//! them, and a workspace has to work all the same.

use std::sync::Arc;
use std::time::{Duration, Instant};

use openwork_change::change::Change;
use openwork_change::query::{Query, View};
use openwork_change::store::Store as _;
use openwork_model::command::CommandScope;
use openwork_store::{FsOptions, FsStore};

use crate::support::deep::DeepTree;
use crate::support::faulty::{FaultyDisk, Plan};
use crate::support::{
    Place, command, commit, config, delete_command, delete_skill, plugin, plugins, skill, skills,
};

const TOPS: [&str; 4] = [
    ".opencode/skills",
    ".opencode/commands",
    ".opencode/plugins",
    ".agents/skills",
];

fn place(depth: usize) -> (Place, [DeepTree; 4]) {
    let place = Place::in_memory();
    let trees = TOPS.map(|top| DeepTree::make(&place.path(top), depth));
    place.write(
        "opencode.json",
        r#"{ "skills": { "paths": [".opencode"] } }"#,
    );
    place.write(
        ".opencode/skills/d/SKILL.md",
        "---\nname: d\ndescription: d\n---\n",
    );
    (place, trees)
}

fn queries() -> [Query; 5] {
    let commands = Query::Commands {
        scope: CommandScope::Workspace,
        skipped: false,
    };
    [
        skills(true),
        commands,
        config(),
        plugins(true),
        Query::Export,
    ]
}

fn changes() -> [Change; 5] {
    [
        skill("s", "x"),
        command("c", "t"),
        plugin("p"),
        delete_command("c"),
        delete_skill("d"),
    ]
}

/// The calls to the disk that everything takes.
fn calls(depth: usize) -> Vec<u64> {
    let (place, _trees) = place(depth);
    // A file that is younger than 50 ms is read once more before it is
    // replaced, so the count would depend on how fast the trees were made.
    std::thread::sleep(Duration::from_millis(60));
    let plan = Arc::new(Plan::default());
    let disk = Arc::new(FaultyDisk(Arc::clone(&plan)));
    let store = FsStore::open(FsOptions {
        disk,
        ..place.options()
    })
    .unwrap();
    let views = queries().map(|query| plan.counted(|| drop(store.view(&query).unwrap())).1);
    let survey = plan.counted(|| drop(store.survey().unwrap())).1;
    let commits = changes().map(|change| plan.counted(|| drop(commit(&store, change).unwrap())).1);
    assert!(!place.exists(".opencode/skills/d/SKILL.md"));
    views.into_iter().chain([survey]).chain(commits).collect()
}

#[test]
fn a_tree_costs_the_same_however_deep_it_is() {
    let begun = Instant::now();
    let thousand = calls(1_000);
    assert_eq!(calls(3_000), thousand);
    assert!(thousand.iter().all(|calls| *calls < 1_500), "{thousand:?}");
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn what_is_too_deep_to_be_looked_at_is_said() {
    let (place, _trees) = place(40);
    let query = Query::Skills {
        include_global: false,
        skipped: true,
    };
    let answer = place.store().view(&query).unwrap();
    let View::Skills(skills) = &answer.view else {
        unreachable!()
    };
    let skipped = skills.skipped.iter().flatten();
    let told: Vec<_> = skipped
        .map(|skipped| (skipped.rule.as_str(), skipped.path.clone()))
        .collect();
    let below =
        |top: &str, depth: usize| ("limit", place.path(top).join(["d"; 40][..depth].join("/")));
    // The last is what the configuration adds: a place that starts higher up.
    assert!(told.contains(&below(".opencode/skills", 32)), "{told:?}");
    assert!(told.contains(&below(".agents/skills", 32)), "{told:?}");
    assert!(told.contains(&below(".opencode/skills", 31)), "{told:?}");
    let ours = &skills.items[0];
    assert_eq!((ours.name.as_str(), skills.items.len()), ("d", 1));

    let query = Query::Commands {
        scope: CommandScope::Workspace,
        skipped: true,
    };
    let answer = place.store().view(&query).unwrap();
    let View::Commands(commands) = &answer.view else {
        unreachable!()
    };
    let told: Vec<_> = (commands.skipped.iter().flatten())
        .map(|skipped| (skipped.rule.as_str(), skipped.path.clone()))
        .collect();
    assert_eq!(told, [below(".opencode/commands", 32)]);
}

#[cfg(feature = "watch")]
#[test]
fn a_deep_tree_is_watched_and_surveyed() {
    let (place, _trees) = place(1_000);
    let store = place.store();
    let begun = Instant::now();
    let (tell, told) = std::sync::mpsc::channel();
    let changed = move || {
        let _ = tell.send(());
    };
    let mut watch = store.watch(Box::new(changed)).unwrap();
    let before = store.survey().unwrap();
    place.write(".opencode/skills/d/SKILL.md", "another");
    told.recv_timeout(Duration::from_secs(10)).unwrap();
    watch.renew().unwrap();
    assert_eq!(before.triggers(&store.survey().unwrap()).len(), 1);
    assert!(begun.elapsed() < Duration::from_secs(20));
}
