//! What the host was shown, and what no longer is that.

use std::path::Path;
use std::sync::Arc;

use openwork_change::change::{Change, read};
use openwork_change::plan::plan;
use openwork_change::store::{Order, StoreError};
use openwork_model::actor::{Actor, ActorKind, TokenHash};
use openwork_model::audit::ApprovedBy;
use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::outcome::fields;

fn patch(settings: Value) -> Change {
    read::patch_config(&fields(json!({ "opencode": settings }))).unwrap()
}

/// Plans a change that was shown on some files on others.
fn after_move(change: Change, shown: &MemoryFiles, now: &MemoryFiles) -> Result<(), StoreError> {
    let preconditions = plan(&change.clone().into(), shown)
        .unwrap()
        .into_preconditions();
    let order = Order {
        proposal: Arc::new(change.into()),
        shown: Some(preconditions),
        actor: Actor {
            kind: ActorKind::Remote,
            client_id: None,
            token_hash: TokenHash::of("t"),
        },
        approval: ApprovedBy::Host.into(),
    };
    order.plan(now).map(drop)
}

/// The file that a change fails over, below the workspace.
fn moved(change: Change, shown: &MemoryFiles, now: &MemoryFiles) -> Option<String> {
    match after_move(change, shown, now) {
        Ok(()) => None,
        Err(StoreError::Conflict { path }) => {
            let path = path.strip_prefix(Path::new("/w/s/ws")).unwrap();
            Some(path.to_str().unwrap().to_owned())
        }
        Err(other) => panic!("{other}"),
    }
}

fn config(text: &str) -> MemoryFiles {
    MemoryFiles::new().with("opencode.json", text)
}

#[test]
fn a_value_that_is_another_is_a_conflict() {
    let shown = config(r#"{ "theme": "a", "model": "x" }"#);
    let change = || patch(json!({ "theme": "b" }));
    assert_eq!(moved(change(), &shown, &shown), None);
    let beside = config(r#"{ "theme": "a", "model": "y" }"#);
    assert_eq!(moved(change(), &shown, &beside), None);
    for now in [r#"{ "theme": "c" }"#, "{}", r#"{ "theme": ["a"] }"#] {
        let file = moved(change(), &shown, &config(now));
        assert_eq!(file.as_deref(), Some("opencode.json"), "{now}");
    }
}

#[test]
fn keys_in_another_order_are_another_value() {
    let shown = config(r#"{ "permission": { "*": "deny", "ls": "allow" } }"#);
    let now = config(r#"{ "permission": { "ls": "allow", "*": "deny" } }"#);
    let change = patch(json!({ "permission": { "ls": "ask" } }));
    assert_eq!(
        moved(change, &shown, &now).as_deref(),
        Some("opencode.json")
    );
}

#[test]
fn the_file_that_came_or_went_is_named() {
    let skill = |text: &str| MemoryFiles::new().with(".opencode/skills/s/SKILL.md", text);
    let text = "---\nname: s\ndescription: d\n---\n";
    let delete = || Change::delete_skill("s").unwrap();
    let more = skill(text).with(".opencode/skills/s/new.md", "new");
    let new = Some(".opencode/skills/s/new.md".to_owned());
    assert_eq!(moved(delete(), &skill(text), &more), new);
    assert_eq!(moved(delete(), &more, &skill(text)), new);
    let other = format!("{text}More.\n");
    let own = Some(".opencode/skills/s/SKILL.md".to_owned());
    assert_eq!(moved(delete(), &skill(text), &skill(&other)), own);
}
