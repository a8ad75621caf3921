//! What holds of masks whatever the value is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use openwork_change::change::{Change, ConfigPatch};
use openwork_change::plan::{FileEdit, Plan, plan};
use openwork_change::preview::{Preview, preview};
use openwork_jsonc::JsoncDocument;
use openwork_model::files::MemoryFiles;
use openwork_model::mask::{MASK, mask, mask_text, unmask};
use openwork_model::path::RelPath;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Stands in every secret and nowhere else.
const PLANTED: &str = "s3cr3t";

fn secret() -> impl Strategy<Value = String> {
    ("[a-zA-Z0-9]{0,6}", "[a-zA-Z0-9 .,+*!-]{0,8}")
        .prop_map(|(before, after)| format!("{before}{PLANTED}{after}"))
}

/// A secret that is one word: part of a URL or of a command. It has no ending of a
/// program, which would be shown.
fn word() -> impl Strategy<Value = String> {
    ("[a-zA-Z0-9]{0,6}", "([a-zA-Z0-9.+*_-]{0,7}[02-9+*_-])?")
        .prop_map(|(before, after)| format!("{before}{PLANTED}{after}"))
}

fn plain_key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-d]{1,3}",
        Just("plugin".to_owned()),
        Just("a/b~c".to_owned()),
        Just("ключ \" \\ \n".to_owned()),
    ]
}

fn secret_key() -> impl Strategy<Value = String> {
    let names = &[
        "headers",
        "key",
        "apiKey",
        "api_key",
        "X-Api-Key",
        "token",
        "accessToken",
        "GITHUB_TOKEN",
        "clientSecret",
        "password",
        "Authorization",
        "cookie",
        "credentials",
        "privatekey",
    ];
    prop::sample::select(names.as_slice()).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z {}:/\"\\\\é]{0,12}".prop_map(Value::from),
        Just(json!("{env:HOME}")),
    ]
}

fn container(
    key: impl Strategy<Value = String>,
    inner: impl Strategy<Value = Value> + Clone,
) -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
        prop::collection::vec((key, inner), 0..4)
            .prop_map(|members| Value::Object(Map::from_iter(members))),
    ]
}

/// A value that is secret because of where it stands.
fn below_secret_key() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![3 => secret().prop_map(Value::from), 1 => scalar()];
    let below = leaf.prop_recursive(3, 8, 3, |inner| container("[a-d]{1,3}", inner));
    (secret_key(), below).prop_map(|(key, below)| json!({ key: below }))
}

/// A value that holds credentials in URLs or on command lines.
fn with_credentials() -> impl Strategy<Value = Value> {
    prop_oneof![
        word().prop_map(|word| json!(format!("https://me:{word}@host/a"))),
        word().prop_map(|word| json!(format!("see wss://{word}@host, ok"))),
        word().prop_map(|word| json!(format!("https://host/?a=b&access_token={word}#c"))),
        word().prop_map(|word| json!({ format!("https://{word}@host/*"): "ask" })),
        word().prop_map(
            |word| json!({ "command": ["run", format!("--token={word}"), "--api-key", word] })
        ),
        word().prop_map(
            |word| json!({ "command": ["docker", "-e", format!("GITHUB_TOKEN={word}")] })
        ),
        word().prop_map(|word| json!({ "env": { "GITHUB_TOKEN": word, "LEVEL": "a" } })),
        word().prop_map(|word| json!({ "environment": [format!("GITHUB_TOKEN={word}")] })),
        word().prop_map(
            |word| json!({ "args": ["--header", format!("Authorization: Bearer {word}")] })
        ),
        word().prop_map(|word| json!({ "command": format!("TOKEN={word} run --password {word}") })),
    ]
}

/// Any tree, with secrets planted in it at any depth.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![2 => scalar(), 2 => below_secret_key(), 1 => with_credentials()];
    leaf.prop_recursive(5, 24, 4, |inner| container(plain_key(), inner))
}

fn config() -> impl Strategy<Value = Map<String, Value>> {
    let key = |sections: &'static [&str]| prop::sample::select(sections).prop_map(str::to_owned);
    let field = (key(&["experimental", "a", "model", "plugin"]), tree());
    // Below a name that people give the fields begin.
    let named = key(&["mcp", "agent", "agents", "provider", "command", "lsp"]);
    let name = prop_oneof![plain_key(), secret_key()];
    let entry = (named, name, tree()).prop_map(|(section, name, tree)| {
        let tree = if tree.is_object() {
            tree
        } else {
            json!({ "a": tree })
        };
        (section, json!({ name: tree }))
    });
    prop::collection::vec(prop_oneof![field, entry], 0..5).prop_map(Map::from_iter)
}

/// The same with comments after every comma.
fn commented(config: &Map<String, Value>, secret: &str) -> String {
    let text = serde_json::to_string_pretty(config).unwrap();
    text.replace(
        ",\n",
        &format!(", // \"apiKey\": \"{secret}\" https://a:{secret}@b\n"),
    )
}

/// A plan that writes settings of any shape. The engine takes few of these, so
/// no client's change leads here, but a file may hold them all the same.
fn merging(settings: &Map<String, Value>, files: &MemoryFiles) -> Plan {
    let before = files.text("opencode.jsonc").unwrap();
    let mut document = JsoncDocument::parse(before.as_bytes()).unwrap();
    document.merge(settings).unwrap();
    let edit = FileEdit {
        path: RelPath::new("opencode.jsonc").unwrap(),
        before: Some(before.as_bytes().into()),
        after: Some(document.into_bytes().into()),
        executable: None,
    };
    let nothing = Change::PatchConfig(ConfigPatch::opencode_keys(Map::new()).unwrap());
    let changes = edit.is_change();
    Plan {
        edits: changes.then_some(edit).into_iter().collect(),
        ..plan(&nothing.into(), files).unwrap()
    }
}

fn texts(preview: &Preview) -> Vec<&str> {
    let changes = preview.changes.iter();
    let diffs = changes.clone().map(|change| change.diff.as_str());
    let labels = changes.flat_map(|change| change.masked.iter().map(String::as_str));
    preview
        .risk
        .iter()
        .map(String::as_str)
        .chain(diffs)
        .chain(labels)
        .collect()
}

proptest! {
    #[test]
    fn no_secret_is_left_in_a_masked_value(tree in tree()) {
        let masked = mask(&tree).to_string();
        prop_assert!(!masked.contains(PLANTED), "{masked}");
    }

    #[test]
    fn masking_twice_is_masking_once(tree in tree()) {
        let masked = mask(&tree);
        prop_assert_eq!(mask(&masked).to_string(), masked.to_string());
    }

    #[test]
    fn a_masked_value_is_taken_back_whole(tree in tree()) {
        let back = unmask(&mask(&tree), &tree).unwrap();
        prop_assert_eq!(back.to_string(), tree.to_string());
    }

    #[test]
    fn no_mask_is_ever_kept(sent in tree(), existing in tree()) {
        if let Ok(kept) = unmask(&mask(&sent), &existing) {
            prop_assert!(!kept.to_string().contains(MASK), "{kept}");
        }
    }

    #[test]
    fn masking_a_text_never_fails_and_is_done_once(text in any::<String>()) {
        let masked = mask_text(&text).into_owned();
        prop_assert_eq!(mask_text(&masked), masked.as_str());
    }

    #[test]
    fn no_secret_is_shown_in_a_preview(
        before in config(),
        after in config(),
        comment in word(),
        layout in 0..4_u8,
    ) {
        let before = match layout {
            0 => String::new(),
            1 => commented(&before, &comment),
            2 => commented(&before, &comment).replace('\n', "\r\n"),
            _ => Value::Object(before).to_string(),
        };
        let files = MemoryFiles::new().with("opencode.jsonc", &before);
        let plan = merging(&after, &files);
        // Only the plan decides what a preview shows, and most of these
        // settings are none that a client's change may have.
        let change = Change::PatchConfig(ConfigPatch::opencode_keys(Map::new()).unwrap());
        let preview = preview(&change, &plan);
        for text in texts(&preview) {
            prop_assert!(!text.contains(PLANTED), "{text}");
        }
        for (edit, shown) in plan.edits.iter().zip(&preview.changes) {
            prop_assert_eq!(!edit.is_change(), shown.diff.is_empty());
        }
    }
}
