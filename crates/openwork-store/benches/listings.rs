//! What listing, planning and committing cost on a real disk.
//!
//! `cargo bench -p openwork-store`

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench lays out its own files")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use divan::{Bencher, black_box};
use openwork_change::change::{Change, Proposal};
use openwork_change::query::Query;
use openwork_change::store::{Order, Store as _};
use openwork_model::actor::{Actor, ActorKind, TokenHash};
use openwork_model::audit::ApprovedBy;
use openwork_model::name::PluginSpec;
use openwork_model::workspace::Workspace;
use openwork_store::{FsOptions, FsStore};
use tempfile::TempDir;

fn main() {
    divan::main();
}

const SKILLS: Query = Query::Skills {
    include_global: false,
    skipped: false,
};

/// A workspace of some skills that was not touched for a while, so that
/// answers about it can be kept.
fn workspace(skills: usize) -> (TempDir, FsStore) {
    let place = tempfile::tempdir().unwrap();
    for index in 0..skills {
        write_skill(place.path(), index);
    }
    fs::write(
        place.path().join("opencode.json"),
        "{ \"plugin\": [\"a\"] }\n",
    )
    .unwrap();
    sleep(Duration::from_millis(100));
    let store = FsStore::open(FsOptions::new(Workspace::at(place.path()))).unwrap();
    (place, store)
}

fn write_skill(place: &Path, index: usize) {
    let folder = place.join(format!(".opencode/skills/skill-{index}"));
    fs::create_dir_all(&folder).unwrap();
    let head = format!("---\nname: skill-{index}\ndescription: Number {index}.\n---\n\n");
    fs::write(folder.join("SKILL.md"), head + &"Do it.\n".repeat(250)).unwrap();
}

#[divan::bench(args = [30, 1_000])]
fn list_skills_again(bencher: Bencher<'_, '_>, skills: usize) {
    let (_place, store) = workspace(skills);
    store.view(&SKILLS).unwrap();
    bencher.bench(|| store.view(black_box(&SKILLS)).unwrap());
}

#[divan::bench(args = [30, 1_000], sample_count = 20)]
fn list_skills_first(bencher: Bencher<'_, '_>, skills: usize) {
    let (place, _) = workspace(skills);
    bencher
        .with_inputs(|| FsStore::open(FsOptions::new(Workspace::at(place.path()))).unwrap())
        .bench_refs(|store| store.view(&SKILLS).unwrap());
}

#[divan::bench]
fn plan_a_plugin(bencher: Bencher<'_, '_>) {
    let (_place, store) = workspace(0);
    let proposal = Proposal::from(Change::AddPlugin(PluginSpec::parse("b").unwrap()));
    bencher.bench(|| store.plan(black_box(&proposal)).unwrap());
}

/// Durable: two or three waits for the disk. Compare `bare_sequence`.
#[divan::bench(sample_count = 50)]
fn commit_a_plugin_and_take_it_back(bencher: Bencher<'_, '_>) {
    let (_place, store) = workspace(0);
    let order = |change: Change| Order {
        proposal: Arc::new(change.into()),
        shown: None,
        actor: Actor {
            kind: ActorKind::Host,
            client_id: None,
            token_hash: TokenHash::of("t"),
        },
        approval: ApprovedBy::Auto.into(),
    };
    let spec = PluginSpec::parse("b").unwrap();
    bencher.bench(|| {
        for change in [
            Change::AddPlugin(spec.clone()),
            Change::RemovePlugin("b".to_owned()),
        ] {
            store.commit(vec![order(change)]).remove(0).unwrap();
        }
    });
}

/// The least that two durable replacements take.
#[divan::bench(sample_count = 50)]
fn bare_sequence_twice(bencher: Bencher<'_, '_>) {
    let place = tempfile::tempdir().unwrap();
    let directory = fs::File::open(place.path()).unwrap();
    let (temporary, name) = (place.path().join("t"), place.path().join("f"));
    bencher.bench(|| {
        for _ in 0..2 {
            fs::write(&temporary, "{ \"plugin\": [\"a\"] }\n").unwrap();
            fs::File::open(&temporary).unwrap().sync_all().unwrap();
            fs::rename(&temporary, &name).unwrap();
            directory.sync_all().unwrap();
        }
    });
}
