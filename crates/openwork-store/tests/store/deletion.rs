//! Deleting files that are too large to be held.

use std::fs::OpenOptions;

use openwork_change::plan::OldContents;
use openwork_change::preview::{preview_edits, reveal};
use openwork_change::store::{Store as _, StoreError};

use crate::support::system::write_at;
use crate::support::{Place, commit, delete_skill, order, shown, skill};

const SKILL: &str = ".opencode/skills/s/SKILL.md";
const ASSET: &str = ".opencode/skills/s/assets/data";
const MIB: u64 = 1 << 20;

/// A workspace with a skill that has a file of so many zeros.
fn with_asset(size: u64) -> Place {
    let place = Place::in_memory();
    place.write(SKILL, "---\nname: s\ndescription: d\n---\n");
    place.write(ASSET, "");
    let asset = OpenOptions::new().write(true).open(place.path(ASSET));
    asset.unwrap().set_len(size).unwrap();
    place
}

#[test]
fn a_skill_with_a_large_file_is_deleted() {
    let place = with_asset(5 * MIB);
    let receipt = commit(&place.store(), delete_skill("s")).unwrap();
    let edits = receipt.plan.edits;
    let held: Vec<bool> = edits.iter().map(|edit| edit.held().is_some()).collect();
    assert_eq!(held, [true, false]);
    assert!(!place.exists(".opencode/skills/s"));
    assert_eq!(place.entries(), 1);
}

#[test]
fn a_very_large_file_is_not_read_whole() {
    let place = with_asset(1 << 40);
    commit(&place.store(), delete_skill("s")).unwrap();
    assert!(!place.exists(".opencode/skills/s"));
}

#[test]
fn a_file_that_is_not_held_is_shown_as_its_size() {
    let place = with_asset(5 * MIB);
    let plan = place.store().plan(&order(delete_skill("s")).proposal);
    let plan = plan.unwrap();
    let note = "@@ -1 +0,0 @@\n-(not shown: 5242880 bytes)\n";
    assert_eq!(preview_edits(&plan)[1].diff, note);
    assert_eq!(reveal(&plan.edits[1]).diff, note);
}

#[test]
fn a_large_file_that_changed_since_it_was_shown_stays() {
    let place = with_asset(5 * MIB);
    let store = place.store();
    let preconditions = store.plan(&order(delete_skill("s")).proposal).unwrap();
    let asset = OpenOptions::new().write(true).open(place.path(ASSET));
    write_at(&asset.unwrap(), b"1", 3 * MIB);
    let order = shown(delete_skill("s"), preconditions.into_preconditions());
    let answer = store.commit(vec![order]).remove(0);
    match answer {
        Err(StoreError::Conflict { path }) => assert_eq!(path, place.path(ASSET)),
        other => panic!("{other:?}"),
    }
    assert!(place.exists(SKILL) && place.exists(ASSET));
}

#[test]
fn a_large_file_is_deleted_and_written_anew_together() {
    let place = Place::in_memory();
    let own = ["---\nname: s\ndescription: d\n---\n", &"x".repeat(1 << 20)].concat();
    place.write(SKILL, own);
    let store = place.store();
    let plan = store.plan(&order(delete_skill("s")).proposal).unwrap();
    let before = plan.edits[0].before.as_ref();
    assert!(matches!(before, Some(OldContents::Unread(_))));
    let orders = [delete_skill("s"), skill("s", "new"), skill("t", "new")].map(order);
    let answers = store.commit(orders.to_vec());
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert!(place.read(SKILL).ends_with("new\n"));
    assert_eq!(place.entries(), 3);
    assert_eq!(place.temporaries(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn outside_of_the_places_for_skills_only_the_skill_file_goes() {
    let place = Place::in_memory();
    place.write("opencode.json", r#"{ "skills": { "paths": ["."] } }"#);
    let text = |name: &str| format!("---\nname: {name}\ndescription: d\n---\n");
    place.write("src/SKILL.md", text("src"));
    place.write("src/main.rs", "fn main() {}");
    place.write("tools/alone/SKILL.md", text("alone"));
    let store = place.store();
    commit(&store, delete_skill("src")).unwrap();
    commit(&store, delete_skill("alone")).unwrap();
    assert!(!place.exists("src/SKILL.md"));
    assert_eq!(place.read("src/main.rs"), "fn main() {}");
    assert!(!place.exists("tools/alone") && place.exists("tools"));
}
