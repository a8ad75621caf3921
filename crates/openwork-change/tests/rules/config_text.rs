use openwork_change::change::{Change, ConfigText};
use openwork_change::effect::{Level, weigh};
use openwork_change::plan::{Plan, PlanError, plan, plan_global};
use openwork_model::config::ReadError;
use openwork_model::files::MemoryFiles;
use openwork_model::invalid::Invalid;

use crate::outcome::outcome;

fn write(files: &MemoryFiles, text: &str) -> String {
    outcome(files, Ok(Change::WriteConfig(ConfigText::new(text))))
}

fn refused(files: &MemoryFiles, text: &str) -> PlanError {
    plan(&Change::WriteConfig(ConfigText::new(text)).into(), files).unwrap_err()
}

#[test]
fn a_file_is_written_as_it_is_sent() {
    let files = MemoryFiles::new().with("opencode.json", "{ \"theme\": \"a\" }\n");
    insta::assert_snapshot!(write(&files, "{\n  // mine\n  \"theme\": \"b\",\n}"), @r#"
    config.write: Write project OpenCode config
    shows opencode.json
    holds opencode.json: all 17 bytes
    records opencode.json: Updated project OpenCode config
    answers Written { path: "/w/s/ws/opencode.json" }
    writes opencode.json
      | {
      |   // mine
      |   "theme": "b",
      | }
    "#);
}

#[test]
fn a_file_that_is_not_there_is_created() {
    insta::assert_snapshot!(write(&MemoryFiles::new(), "{}"), @r#"
    config.write: Write project OpenCode config
    shows opencode.jsonc
    holds opencode.jsonc: absent
    records opencode.json: Updated project OpenCode config
    answers Written { path: "/w/s/ws/opencode.jsonc" }
    writes opencode.jsonc
      | {}
    "#);
}

#[test]
fn a_missing_line_feed_alone_is_no_change() {
    let files = MemoryFiles::new().with("opencode.json", "{}");
    let change = Change::WriteConfig(ConfigText::new("{}"));
    assert!(plan(&change.into(), &files).unwrap().is_noop());
}

#[test]
fn a_broken_file_can_be_mended_and_is_weighed_as_unknown() {
    let files = MemoryFiles::new().with("opencode.json", "{ \"theme\": ");
    let change = Change::WriteConfig(ConfigText::new("{ \"theme\": \"b\" }"));
    let plan = plan(&change.clone().into(), &files).unwrap();
    let weight = weigh(&change, &plan);
    assert_eq!(weight.level, Level::High);
    assert_eq!(weight.title, "Replace opencode.json, which cannot be read");
}

#[test]
fn what_a_text_sets_off_is_weighed() {
    let files = MemoryFiles::new().with("opencode.json", "{ \"permission\": \"ask\" }");
    let text = r#"{ "permission": "allow", "plugin": ["evil"] }"#;
    let change = Change::WriteConfig(ConfigText::new(text));
    let plan = plan(&change.clone().into(), &files).unwrap();
    let effects = weigh(&change, &plan).effects;
    let kinds: Vec<_> = effects.iter().map(|effect| effect.kind.as_str()).collect();
    assert_eq!(kinds, ["code", "permission"]);
}

#[test]
fn what_the_engine_refuses_is_not_written() {
    let files = MemoryFiles::new().with("opencode.json", "{ \"mcp\": [] }");
    assert!(matches!(
        refused(&files, "{ \"model\": "),
        PlanError::Read(ReadError::BrokenJsonc { .. })
    ));
    let engine = |pointer: &str, error| match error {
        PlanError::Invalid(Invalid::Engine { pointer: at, .. }) => assert_eq!(at, pointer),
        other => panic!("{other:?}"),
    };
    engine("/model", refused(&files, r#"{ "model": 1 }"#));
    engine(
        "/instructions/0",
        refused(&files, r#"{ "instructions": ["https://a@b/"] }"#),
    );
    engine(
        "/agent/a/prompt",
        refused(
            &files,
            r#"{ "agent": { "a": { "prompt": "{file:no.md}" } } }"#,
        ),
    );
    // What the file says already is the user's.
    let change = Change::WriteConfig(ConfigText::new("{ \"mcp\": [], \"theme\": \"a\" }"));
    assert!(plan(&change.into(), &files).is_ok());
}

#[test]
fn a_mask_is_not_written() {
    let files = MemoryFiles::new().with(
        "opencode.json",
        r#"{ "mcp": { "a": { "type": "remote", "url": "https://a/" } } }"#,
    );
    let text = r#"{ "mcp": { "a": { "type": "remote", "url": "https://a/", "headers": { "X": "••••••" } } } }"#;
    match refused(&files, text) {
        PlanError::Invalid(Invalid::Masked { pointer }) => assert_eq!(pointer, "/mcp/a/headers/X"),
        other => panic!("{other:?}"),
    }
}

fn global(text: &str, before: Option<&str>) -> Result<Plan, PlanError> {
    let path = "/home/anna/.config/opencode/opencode.jsonc".as_ref();
    plan_global(
        &ConfigText::new(text),
        path,
        before.map(|text| text.as_bytes().into()),
    )
}

#[test]
fn the_users_own_file_goes_by_the_same_rules() {
    let change = Change::WriteConfig(ConfigText::new(r#"{ "plugin": ["a"] }"#));
    let plan = global(r#"{ "plugin": ["a"] }"#, None).unwrap();
    assert_eq!(plan.action.as_str(), "config.global.write");
    assert_eq!(weigh(&change, &plan).title, "Run a plugin: a");
    assert!(global("{}", Some("{}")).unwrap().is_noop());
    assert!(global(r#"{ "model": 1 }"#, None).is_err());
    assert!(global(r#"{ "provider": { "a": { "apiKey": "••••••" } } }"#, None).is_err());
    // Nobody is told which files of the user there are.
    assert!(global(r#"{ "instructions": ["{file:no.md}"] }"#, None).is_ok());
}
