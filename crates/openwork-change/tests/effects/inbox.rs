//! Settings that name what clients bring without being asked.

use openwork_change::effect::Level;
use openwork_model::files::MemoryFiles;
use serde_json::json;

use crate::support::{check, effects, opencode, patch, set, shown};

const INBOX: &str = ".opencode/openwork/inbox";

#[test]
fn what_clients_may_change_at_any_time_is_told_and_high() {
    let file = format!("{INBOX}/i.md");
    let server = json!({ "type": "local", "command": ["node", "in.js", file] });
    for (settings, kind, named) in [
        (
            json!({ "instructions": [file] }),
            "instructions",
            file.as_str(),
        ),
        (
            json!({ "instructions": [".opencode/**/*.md"] }),
            "instructions",
            ".opencode/**/*.md",
        ),
        (
            json!({ "skills": { "paths": [".opencode"] } }),
            "instructions",
            ".opencode",
        ),
        (
            json!({ "skills": [format!("./{INBOX}")] }),
            "instructions",
            "./.opencode/openwork/inbox",
        ),
        (
            json!({ "plugin": [format!("./{file}")] }),
            "code",
            "./.opencode/openwork/inbox/i.md",
        ),
        (json!({ "mcp": { "m": server } }), "command", file.as_str()),
    ] {
        let weight = shown(&opencode(&json!({})), &patch(&settings));
        let told = format!("they may change `{named}` at any time without being asked");
        let effect = weight
            .effects
            .iter()
            .find(|effect| effect.text.contains(&told));
        let effect = effect.unwrap_or_else(|| panic!("{settings}: {:?}", weight.effects));
        assert_eq!((effect.level, effect.kind.as_str()), (Level::High, kind));
        assert!(!weight.rememberable, "{settings}");
    }
}

#[test]
fn other_places_of_the_workspace_are_as_ever() {
    check(&[
        (
            json!({ "instructions": ["docs/*.md"] }),
            &["medium instructions instructions < docs/*.md"],
        ),
        (
            json!({ "command": { "c": { "template": "Tidy the inbox" } } }),
            &["medium instructions command.c.template"],
        ),
    ]);
    let outside = set(&json!({ "instructions": ["**/*.md"] }));
    assert_eq!(outside.len(), 1, "{outside:?}");
}

#[test]
fn what_stays_named_is_no_news() {
    let before = json!({ "instructions": [format!("{INBOX}/i.md")] });
    let after = json!({ "instructions": [format!("{INBOX}/i.md"), "docs/a.md"] });
    let found = effects(&opencode(&before), &patch(&after));
    assert!(
        found.iter().all(|line| line.starts_with("medium")),
        "{found:?}"
    );
}

#[test]
fn a_mention_of_such_a_file_is_high() {
    let template = format!("do @{INBOX}/t.md");
    let settings = json!({ "command": { "c": { "template": template } } });
    let found = effects(&MemoryFiles::new(), &patch(&settings));
    let mention = format!("high reads-file < {INBOX}/t.md");
    assert!(found.contains(&mention), "{found:?}");
}
