//! Who may use the files that the store writes, by mode or by access list.

use openwork_testkit::private::{is_private, keep_others_out, let_others_read};

use crate::support::{Place, commit, patch};
use serde_json::json;

const CONFIG: &str = "opencode.json";

#[test]
fn who_may_use_a_file_stays_as_it_is() {
    let place = Place::in_memory();
    place.write(CONFIG, "{}");
    let theme = |theme: &str| {
        commit(
            &place.store(),
            patch(json!({ "opencode": { "theme": theme } })),
        )
        .unwrap();
        is_private(&place.path(CONFIG)).unwrap()
    };
    keep_others_out(&place.path(CONFIG)).unwrap();
    assert!(theme("closed"));
    let_others_read(&place.path(CONFIG)).unwrap();
    assert!(!theme("open"));
}

#[test]
fn the_log_is_its_users_alone() {
    let place = Place::in_memory();
    place.write(CONFIG, "{}");
    let log = place.path(".opencode/openwork/audit.jsonl");
    let theme = |theme: &str| {
        commit(
            &place.store(),
            patch(json!({ "opencode": { "theme": theme } })),
        )
        .unwrap();
    };
    theme("a");
    assert!(is_private(&log).unwrap());
    // Somebody wants it read by others, and that is his to decide.
    let_others_read(&log).unwrap();
    theme("b");
    assert!(!is_private(&log).unwrap());
}
