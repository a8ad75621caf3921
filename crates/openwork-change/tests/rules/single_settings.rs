use openwork_change::change::{Change, read};
use openwork_change::effect::{Level, weigh};
use openwork_change::plan::{PlanError, plan};
use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::outcome::{applied, fields, outcome};

fn model(files: &MemoryFiles, body: Value) -> String {
    outcome(files, read::set_default_model(&fields(body)))
}

fn folders(files: &MemoryFiles, folders: Value) -> String {
    let body = fields(json!({ "folders": folders }));
    outcome(files, read::set_authorized_folders(&body))
}

fn open(folders: Value) -> Change {
    read::set_authorized_folders(&fields(json!({ "folders": folders }))).unwrap()
}

#[test]
fn the_default_model_is_set_where_it_is_decided() {
    let files = MemoryFiles::new().with("opencode.jsonc", "{}\n").with(
        ".opencode/opencode.json",
        "{\n  \"model\": \"a/b\" // mine\n}\n",
    );
    let body = json!({ "model": { "providerID": "c", "modelID": "d/e" } });
    insta::assert_snapshot!(model(&files, body), @r#"
    config.patch: Set the default model to c/d/e
    shows .opencode/opencode.json
    holds opencode.jsonc: no model
    holds .opencode/opencode.json: model = "a/b"
    records opencode.json: Set the default model to c/d/e
    answers DefaultModel
    writes .opencode/opencode.json
      | {
      |   "model": "c/d/e" // mine
      | }
    "#);
}

#[test]
fn no_default_model_takes_it_away() {
    let files =
        MemoryFiles::new().with("opencode.json", "{ \"model\": \"a/b\", \"theme\": \"x\" }");
    insta::assert_snapshot!(model(&files, json!({ "model": null })), @r#"
    config.patch: Take away the default model
    shows opencode.json
    holds opencode.json: model = "a/b"
    records opencode.json: Took away the default model
    answers DefaultModel
    writes opencode.json
      | { "theme": "x" }
    "#);
}

#[test]
fn what_is_no_model_is_refused() {
    let files = MemoryFiles::new();
    for body in [
        json!({}),
        json!({ "model": { "providerID": "a" } }),
        json!({ "model": { "providerID": "a/b", "modelID": "c" } }),
    ] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(model(&files, body), @"invalid: model must be null or { providerID, modelID } with texts of 1-200 bytes, the provider without a `/`");
        }
    }
    let variant = json!({ "model": { "providerID": "a", "modelID": "b", "variant": "high" } });
    insta::assert_snapshot!(model(&files, variant), @"invalid: model must have no variant: the engine keeps none for the default model");
}

#[test]
fn folders_are_opened_and_shut_and_other_rules_stay() {
    let text = "{\n  \"permission\": {\n    \"external_directory\": {\n      \"*\": \"ask\", // mine\n      \"/old/*\": \"allow\",\n      \"/b/secret/*\": \"deny\"\n    }\n  }\n}\n";
    let files = MemoryFiles::new().with("opencode.jsonc", text);
    insta::assert_snapshot!(folders(&files, json!(["/b", "/b/", "/w/s/ws", "/w/s/ws/*"])), @r#"
    config.patch: Set the authorized folders
    shows opencode.jsonc
    holds opencode.jsonc: permission = {"external_directory":{"*":"ask","/old/*":"allow","/b/secret/*":"deny"}}
    records opencode.json: Set the authorized folders
    answers AuthorizedFolders
    writes opencode.jsonc
      | {
      |   "permission": {
      |     "external_directory": {
      |       "*": "ask", // mine
      |       "/b/*": "allow",
      |       "/b/secret/*": "deny"
      |     }
      |   }
      | }
    "#);
}

#[test]
fn opening_a_folder_is_grave() {
    let files = MemoryFiles::new().with("opencode.json", "{}");
    let change = open(json!(["/srv"]));
    let plan = plan(&change.clone().into(), &files).unwrap();
    let weight = weigh(&change, &plan);
    assert_eq!(weight.level, Level::High);
    assert_eq!(
        weight.title,
        "Let agents work outside of the workspace in `/srv/*` without asking"
    );
}

#[test]
fn a_folder_is_shut_in_every_file() {
    let rule = r#"{ "permission": { "external_directory": { "/a/*": "allow" } } }"#;
    let files = MemoryFiles::new()
        .with("opencode.json", rule)
        .with(".opencode/opencode.json", rule);
    let plan = plan(&open(json!([])).into(), &files).unwrap();
    let after = applied(&files, &plan);
    for path in ["opencode.json", ".opencode/opencode.json"] {
        assert_eq!(
            after.text(path).as_deref(),
            Some("{ \"permission\": {} }\n"),
            "{path}"
        );
    }
}

#[test]
fn a_word_for_all_folders_stays_a_rule() {
    let files = MemoryFiles::new().with(
        "opencode.json",
        r#"{ "permission": { "external_directory": "deny" } }"#,
    );
    let plan = plan(&open(json!(["/a"])).into(), &files).unwrap();
    let after: Value =
        serde_json::from_str(&applied(&files, &plan).text("opencode.json").unwrap()).unwrap();
    let rules = after["permission"]["external_directory"].to_string();
    assert_eq!(rules, r#"{"*":"deny","/a/*":"allow"}"#);
}

#[test]
fn a_folder_that_is_forbidden_stays_so_and_the_client_is_told() {
    let files = MemoryFiles::new().with(
        "opencode.json",
        r#"{ "permission": { "external_directory": { "/a/*": "deny" } } }"#,
    );
    insta::assert_snapshot!(folders(&files, json!(["/a"])), @r#"
    config.patch: Set the authorized folders
    shows opencode.json
    holds opencode.json: permission = {"external_directory":{"/a/*":"deny"}}
    records opencode.json: Set the authorized folders
    answers AuthorizedFolders
    warns rule_kept: There is another rule for /a already, which stays; change it in the file
    "#);
}

#[test]
fn what_cannot_be_a_folder_is_refused() {
    let files = MemoryFiles::new();
    insta::assert_snapshot!(folders(&files, json!(["notes"])), @"invalid: The folder notes must be an absolute path, or begin with ~/, without wildcards and `..`");
    insta::assert_snapshot!(folders(&files, json!([1])), @"invalid: folders must be a list of texts");
    insta::assert_snapshot!(folders(&files, json!(null)), @"invalid: folders must be a list of texts");
    let many: Vec<_> = (0..101).map(|n| format!("/{n}")).collect();
    insta::assert_snapshot!(folders(&files, json!(many)), @"invalid: folders must be at most 100");
    let word = MemoryFiles::new().with("opencode.json", r#"{ "permission": "allow" }"#);
    let refused = plan(&open(json!(["/a"])).into(), &word).unwrap_err();
    assert!(matches!(refused, PlanError::Shape { key, .. } if key == "permission"));
}
