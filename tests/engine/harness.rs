//! Checks of the means: the engine is quiet, sees files, refuses what it should and reads again.

use serde_json::json;

use crate::trial::{
    Bench, Check, Verdict, assert_lacks, assert_lists, assert_refuses, assert_shows, write,
};

pub(crate) const CHECKS: &[(&str, Check)] = &[
    (
        "harness/sees_files_and_reads_them_again",
        sees_files_and_reads_them_again,
    ),
    (
        "harness/refuses_a_broken_workspace",
        refuses_a_broken_workspace,
    ),
    ("harness/fetches_nothing", fetches_nothing),
    (
        "harness/is_reloaded_by_the_server",
        is_reloaded_by_the_server,
    ),
];

fn sees_files_and_reads_them_again(bench: &Bench<'_>) -> Verdict {
    let skill = "ws/.opencode/skills/by-hand/SKILL.md";
    bench
        .sandbox
        .write(skill, "---\nname: by-hand\ndescription: One\n---\nBody\n")?;
    bench
        .sandbox
        .write("ws/opencode.json", r#"{ "model": "a/one" }"#)?;
    let engine = bench.engine()?;
    assert_shows(&engine.get("/config")?, &json!({ "model": "a/one" }))?;
    assert_lists(
        &engine.get("/skill")?,
        "by-hand",
        &json!({ "description": "One" }),
    )?;
    bench
        .sandbox
        .write("ws/opencode.json", r#"{ "model": "a/two" }"#)?;
    std::fs::remove_file(bench.sandbox.path(skill))?;
    assert_shows(&engine.get("/config")?, &json!({ "model": "a/one" }))?;
    engine.dispose()?;
    assert_shows(&engine.get("/config")?, &json!({ "model": "a/two" }))?;
    assert_lacks(&engine.get("/skill")?, "by-hand")?;
    Ok(())
}

fn is_reloaded_by_the_server(bench: &Bench<'_>) -> Verdict {
    let config = "ws/opencode.json";
    bench.sandbox.write(config, r#"{ "model": "a/one" }"#)?;
    let engine = bench.new_engine()?;
    let view = engine.at(bench.sandbox.workspace());
    assert_shows(&view.get("/config")?, &json!({ "model": "a/one" }))?;
    bench.sandbox.write(config, r#"{ "model": "a/two" }"#)?;
    let server = bench.server_for(&engine)?;
    let answer = write(&server, "POST", "engine/reload", &json!({}))?;
    assert_shows(&answer, &json!({ "ok": true }))?;
    assert_shows(&view.get("/config")?, &json!({ "model": "a/two" }))?;
    engine.stop()?;
    Ok(())
}

fn refuses_a_broken_workspace(bench: &Bench<'_>) -> Verdict {
    bench.sandbox.write(
        "ws/.opencode/commands/bad.md",
        "---\nmodel: null\n---\nDo it\n",
    )?;
    assert_refuses(&bench.engine()?)
}

fn fetches_nothing(bench: &Bench<'_>) -> Verdict {
    let plugin = r#"{ "plugin": ["opencode-notion"] }"#;
    bench.sandbox.write("ws/opencode.json", plugin)?;
    bench
        .sandbox
        .write("ws/.opencode/commands/c.md", "Do it\n")?;
    let engine = bench.new_engine()?;
    let view = engine.at(bench.sandbox.workspace());
    assert_shows(
        &view.get("/config")?,
        &json!({ "plugin": ["opencode-notion"] }),
    )?;
    view.get("/command")?;
    engine.stop()?;
    for fetched in [
        "ws/.opencode/node_modules",
        "home/.cache/opencode/node_modules",
    ] {
        if bench.sandbox.path(fetched).exists() {
            return Err(format!("fetched into {fetched}").into());
        }
    }
    Ok(())
}
