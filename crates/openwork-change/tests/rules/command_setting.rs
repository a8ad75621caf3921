//! A command that stands in the configuration is edited there, in the form that it has.

use openwork_change::change::read;
use openwork_change::plan::plan;
use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::outcome::fields;

fn written(files: &MemoryFiles, body: Value) -> Vec<(String, String)> {
    let change = read::upsert_command(&fields(body)).unwrap();
    let plan = plan(&change.into(), files).unwrap();
    let edits = plan.edits.iter().map(|edit| {
        let after = edit.after.as_deref().unwrap();
        (
            edit.path.to_string(),
            String::from_utf8_lossy(after).into_owned(),
        )
    });
    edits.collect()
}

fn one(path: &str, text: &str) -> Vec<(String, String)> {
    vec![(path.to_owned(), text.to_owned())]
}

#[test]
fn the_fields_are_those_of_the_request_and_other_keys_stay() {
    let files = MemoryFiles::new()
        .with("opencode.json", "{ \"command\": { \"a\": { \"template\": \"root\" } } }\n")
        .with(
            ".opencode/opencode.jsonc",
            "{\n  // mine\n  \"command\": { \"a\": { \"hint\": 1, \"template\": \"T\\n\", \"agent\": \"build\" } }\n}\n",
        );
    let at = ".opencode/opencode.jsonc";
    let body = json!({ "name": "a", "template": "T", "description": "D" });
    let text = "{\n  // mine\n  \"command\": { \"a\": { \"hint\": 1, \"template\": \"T\\n\", \"description\": \"D\" } }\n}\n";
    assert_eq!(written(&files, body), one(at, text));
    let same = json!({ "name": "a", "template": "T", "agent": "build" });
    assert_eq!(written(&files, same), []);
}

#[test]
fn the_newer_form_keeps_its_model_and_its_place() {
    let text = |model: &str, template: &str| {
        format!(
            "{{ \"commands\": {{ \"a\": {{ \"template\": \"{template}\", \"model\": {model} }} }} }}\n"
        )
    };
    let object = "{ \"providerID\": \"p\", \"model\": \"m\", \"variant\": \"v\" }";
    let files = MemoryFiles::new().with("opencode.json", &text(object, "x"));
    let body = |template: &str, variant: &str| json!({ "name": "a", "template": template, "model": "p/m", "variant": variant });
    assert_eq!(written(&files, body("x", "v")), []);
    let changed = written(&files, body("y", "v"));
    let after: Value = serde_json::from_str(&changed[0].1).unwrap();
    assert_eq!(
        after["commands"]["a"]["model"],
        serde_json::from_str::<Value>(object).unwrap()
    );
    let other = written(&files, body("x", "w"));
    assert_eq!(other, one("opencode.json", &text("\"p/m#w\"", "x")));
}

#[test]
fn a_command_with_a_file_is_edited_in_the_file() {
    let files = MemoryFiles::new()
        .with(
            "opencode.json",
            "{ \"command\": { \"a\": { \"template\": \"x\" } } }\n",
        )
        .with(".opencode/commands/a.md", "Old\n");
    let body = json!({ "name": "a", "template": "New" });
    assert_eq!(
        written(&files, body),
        one(".opencode/commands/a.md", "New\n")
    );
}

#[test]
fn the_second_file_of_a_directory_does_not_say_otherwise() {
    let files = MemoryFiles::new()
        .with(
            "opencode.jsonc",
            "{ \"command\": { \"a\": { \"template\": \"one\" } } }\n",
        )
        .with(
            "opencode.json",
            "{\n  \"model\": \"a/b\",\n  \"command\": { \"a\": { \"template\": \"two\" }, \"b\": { \"template\": \"b\" } }\n}\n",
        );
    let body = json!({ "name": "a", "template": "three" });
    assert_eq!(
        written(&files, body),
        [
            (
                "opencode.json".to_owned(),
                "{\n  \"model\": \"a/b\",\n  \"command\": { \"b\": { \"template\": \"b\" } }\n}\n"
                    .to_owned()
            ),
            (
                "opencode.jsonc".to_owned(),
                "{ \"command\": { \"a\": { \"template\": \"three\" } } }\n".to_owned()
            ),
        ]
    );
}
