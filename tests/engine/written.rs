//! Each kind of write: the engine shows it with the right values, and no longer once it is undone.

use openwork_testkit::engine::View;
use serde_json::json;

use crate::trial::{
    Bench, Check, Verdict, assert_lacks, assert_lists, assert_loads, assert_refuses, assert_shows,
    delete, write,
};

pub(crate) const CHECKS: &[(&str, Check)] = &[
    ("written/skill", skill),
    ("written/command_with_a_model", command_with_a_model),
    ("written/command_without_a_model", command_without_a_model),
    ("written/edited_where_it_stands", edited_where_it_stands),
    ("written/mcp", mcp),
    ("written/plugin", plugin),
    ("written/config", config),
    ("written/agent", agent),
    ("written/newer_forms", newer_forms),
    (
        "written/texts_that_look_like_something_else",
        texts_that_look_like_something_else,
    ),
];

fn skill(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    let draft = json!({ "name": "expense-audit", "description": "Audits expenses", "content": "# Steps\n" });
    write(&server, "POST", "skills", &draft)?;
    let engine = bench.engine()?;
    let location = bench
        .sandbox
        .path("ws/.opencode/skills/expense-audit/SKILL.md");
    assert_lists(
        &engine.get("/skill")?,
        "expense-audit",
        &json!({ "description": "Audits expenses", "location": location, "content": "# Steps\n" }),
    )?;
    let other = json!({ "name": "other", "description": "Other", "content": "x" });
    let replace = json!({ "mode": { "skills": "replace" }, "skills": [other] });
    write(&server, "POST", "import", &replace)?;
    engine.dispose()?;
    let skills = engine.get("/skill")?;
    assert_lists(&skills, "other", &json!({ "description": "Other" }))?;
    assert_lacks(&skills, "expense-audit")
}

fn command_with_a_model(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    let draft = json!({
        "name": "daily-report",
        "description": "Daily report",
        "agent": "build",
        "model": "anthropic/claude",
        "subtask": true,
        "template": "Summarise $1\n\nand $ARGUMENTS",
    });
    write(&server, "POST", "commands", &draft)?;
    let engine = bench.engine()?;
    assert_lists(&engine.get("/command")?, "daily-report", &draft)?;
    delete(&server, "commands/daily-report")?;
    engine.dispose()?;
    assert_lacks(&engine.get("/command")?, "daily-report")
}

fn command_without_a_model(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    let draft = json!({ "name": "plain", "description": "Plain", "template": "Do it" });
    write(&server, "POST", "commands", &draft)?;
    let engine = bench.engine()?;
    assert_loads(&engine)?;
    let expected = json!({
        "description": "Plain",
        "template": "Do it",
        "model": null,
        "agent": null,
    });
    assert_lists(&engine.get("/command")?, "plain", &expected)
}

/// An edit reaches the engine, and there is nothing else of the name that could win.
fn edited_where_it_stands(bench: &Bench<'_>) -> Verdict {
    let command = "ws/.opencode/command/review/api.v2.md";
    let skill = "ws/.agents/skills/triage/SKILL.md";
    bench.sandbox.write(
        command,
        "---\ndescription: Old\nhint: kept # so\nsubtask: true\n---\n\nOld\n",
    )?;
    bench
        .sandbox
        .write(skill, "---\nname: triage\ndescription: Old\n---\n\nOld\n")?;
    let server = bench.server()?;
    let draft = json!({
        "name": "review/api.v2",
        "description": "New",
        "model": "anthropic/claude",
        "variant": "high",
        "template": "---\nagent: build\n---\nNew",
    });
    write(&server, "POST", "commands", &draft)?;
    let text = "---\nname: triage\ndescription: New\n---\n\n\nNew\n";
    let draft_of_skill = json!({ "name": "triage", "content": text });
    write(&server, "POST", "skills", &draft_of_skill)?;
    let engine = bench.engine()?;
    assert_loads(&engine)?;
    // Its list of commands has no variants.
    let variant = json!({ "command": { "review/api.v2": { "variant": "high" } } });
    assert_shows(&engine.get("/config")?, &variant)?;
    let expected = json!({
        "description": "New",
        "model": "anthropic/claude",
        "template": draft["template"],
        "subtask": null,
        "agent": null,
    });
    assert_lists(&engine.get("/command")?, "review/api.v2", &expected)?;
    let expected = json!({ "description": "New", "location": bench.sandbox.path(skill), "content": "\n\nNew\n" });
    assert_lists(&engine.get("/skill")?, "triage", &expected)?;
    delete(&server, "commands/review%2Fapi.v2")?;
    engine.dispose()?;
    assert_lacks(&engine.get("/command")?, "review/api.v2")
}

fn mcp(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    // Neither runs: what matters is that the engine takes the entries as they are.
    let local = json!({
        "type": "local",
        "command": ["npx", "-y", "server"],
        "environment": { "KEY": "v" },
        "enabled": false,
    });
    let remote = json!({
        "type": "remote",
        "url": "http://127.0.0.1:9/mcp",
        "headers": { "X-A": "b" },
        "oauth": false,
        "timeout": 1000,
        "enabled": false,
    });
    write(
        &server,
        "POST",
        "mcp",
        &json!({ "name": "files", "config": local }),
    )?;
    write(
        &server,
        "POST",
        "mcp",
        &json!({ "name": "search", "config": remote }),
    )?;
    let engine = bench.engine()?;
    assert_shows(
        &engine.get("/config")?,
        &json!({ "mcp": { "files": { "$exact": local }, "search": { "$exact": remote } } }),
    )?;
    let status = json!({ "status": "disabled" });
    assert_shows(
        &engine.get("/mcp")?,
        &json!({ "files": status, "search": status }),
    )?;
    delete(&server, "mcp/files")?;
    engine.dispose()?;
    assert_shows(
        &engine.get("/mcp")?,
        &json!({ "$exact": { "search": status } }),
    )
}

fn plugin(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    for spec in ["opencode-notion", "@scope/pair@1.2.3"] {
        write(&server, "POST", "plugins", &json!({ "spec": spec }))?;
    }
    let engine = bench.engine()?;
    let both = json!({ "plugin": ["opencode-notion", "@scope/pair@1.2.3"] });
    assert_shows(&engine.get("/config")?, &both)?;
    delete(&server, "plugins/opencode-notion")?;
    engine.dispose()?;
    assert_shows(
        &engine.get("/config")?,
        &json!({ "plugin": ["@scope/pair@1.2.3"] }),
    )
}

fn config(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    let patch = |model: &str| json!({ "opencode": { "model": model, "share": "disabled" } });
    write(&server, "PATCH", "config", &patch("anthropic/one"))?;
    let engine = bench.engine()?;
    let shown = |model: &str| json!({ "model": model, "share": "disabled" });
    assert_shows(&engine.get("/config")?, &shown("anthropic/one"))?;
    // The engine may have added its schema line; the next change has to live with that.
    write(&server, "PATCH", "config", &patch("anthropic/two"))?;
    engine.dispose()?;
    assert_shows(&engine.get("/config")?, &shown("anthropic/two"))
}

fn agent(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    let content =
        "---\ndescription: \"12:30\"\nmode: subagent\nmodel: acme/small\n---\n\nYou look.\n";
    let draft = json!({ "name": "team/look.er", "content": content });
    write(&server, "POST", "agents", &draft)?;
    let engine = bench.engine()?;
    let expected = json!({
        "description": "12:30",
        "mode": "subagent",
        "model": { "providerID": "acme", "modelID": "small" },
        "prompt": "You look.",
    });
    assert_lists(&engine.get("/agent")?, "team/look.er", &expected)?;
    delete(&server, "agents/team%2Flook.er")?;
    engine.dispose()?;
    assert_lacks(&engine.get("/agent")?, "team/look.er")
}

/// An engine that refuses what was written is warned of, one that reads it is not.
fn newer_forms(bench: &Bench<'_>) -> Verdict {
    let engine = bench.new_engine()?;
    let server = bench.server_for(&engine)?;
    let patch = json!({ "opencode": { "agents": { "scout": { "description": "Looks" } } } });
    let answer = write(&server, "PATCH", "config", &patch)?;
    let view = engine.at(bench.sandbox.workspace());
    if bench.reads_newer_forms() {
        assert_shows(&answer, &json!({ "warnings": { "$absent": true } }))?;
        assert_lists(
            &view.get("/agent")?,
            "scout",
            &json!({ "description": "Looks" }),
        )?;
    } else {
        let warning = json!({ "code": "engine_version", "message": { "$text": "1.18.24" } });
        assert_shows(
            &answer,
            &json!({ "warnings": { "$contains": [{ "$subset": warning }] } }),
        )?;
        assert_refuses(&view)?;
    }
    engine.stop()?;
    Ok(())
}

/// Texts that a reader of YAML 1.1 takes for a date, a number, a list, two fields, …
const TEXTS: [&str; 16] = [
    "2024-01-01",
    "12:30",
    "1_000",
    "0b11",
    "0o17",
    "1e3",
    "yes",
    "null",
    "~",
    "- x",
    "a: b",
    "a #b",
    "\"quoted\" and 'quoted'",
    "Grüße, 日本 🎉",
    "two\nlines",
    " blanks at the ends ",
];

fn texts_that_look_like_something_else(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    for (i, text) in TEXTS.iter().enumerate() {
        let skill = json!({ "name": format!("s{i}"), "description": text, "content": "x" });
        write(&server, "POST", "skills", &skill)?;
        let command = json!({ "name": format!("c{i}"), "description": text, "template": "x" });
        write(&server, "POST", "commands", &command)?;
    }
    let engine = bench.engine()?;
    assert_texts(&engine).map_err(|difference| format!("at first: {difference}"))?;
    engine.dispose()?;
    assert_texts(&engine).map_err(|difference| format!("read again: {difference}"))?;
    let engine = bench.new_engine()?;
    assert_texts(&engine.at(bench.sandbox.workspace()))
        .map_err(|difference| format!("after a new start: {difference}"))?;
    Ok(())
}

fn assert_texts(engine: &View<'_>) -> Verdict {
    let (skills, commands) = (engine.get("/skill")?, engine.get("/command")?);
    for (i, text) in TEXTS.iter().enumerate() {
        let expected = json!({ "description": text });
        assert_lists(&skills, &format!("s{i}"), &expected)
            .and_then(|()| assert_lists(&commands, &format!("c{i}"), &expected))
            .map_err(|difference| format!("{text:?}: {difference}"))?;
    }
    Ok(())
}
