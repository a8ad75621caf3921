//! Which routes the engine has, and through us.

use std::collections::BTreeSet;

use openwork_host::engine_routes;
use openwork_testkit::http::Request;
use openwork_testkit::server::HOST_TOKEN;
use serde_json::{Value, json};

use crate::trial::{Bench, Check, Verdict, assert_shows};

pub(crate) const CHECKS: &[(&str, Check)] = &[
    ("routes/are_those_of_the_table", are_those_of_the_table),
    ("routes/lead_to_the_engine", lead_to_the_engine),
    ("routes/tell_what_agents_ask", tell_what_agents_ask),
];

/// What a path of the engine's description may hold beside methods.
const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

fn are_those_of_the_table(bench: &Bench<'_>) -> Verdict {
    let description = bench.engine()?.get("/doc")?;
    let paths = description["paths"].as_object().ok_or("no paths")?;
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flat_map(|all| all.keys());
            let methods = methods.filter(|method| METHODS.contains(&method.as_str()));
            methods.map(move |method| (path.clone(), method.to_uppercase()))
        })
        .collect();
    let rows = engine_routes().iter();
    let known: BTreeSet<(String, String)> = rows
        .map(|row| (row.path.to_owned(), row.method.to_owned()))
        .collect();
    let unknown: Vec<_> = described.difference(&known).collect();
    if !unknown.is_empty() {
        return Err(format!("the table lacks {unknown:?}").into());
    }
    let gone: Vec<_> = known.difference(&described).collect();
    // The earlier version has a part of the routes of the latest.
    if bench.reads_newer_forms() && !gone.is_empty() {
        return Err(format!("the engine lacks {gone:?}").into());
    }
    Ok(())
}

fn lead_to_the_engine(bench: &Bench<'_>) -> Verdict {
    bench
        .sandbox
        .write("ws/opencode.json", r#"{ "model": "a/one" }"#)?;
    bench.sandbox.write("other/keep", "")?;
    let engine = bench.new_engine()?;
    let server = bench.server_for(&engine)?;
    let through = |path: &str| server.at_workspace(&format!("opencode/{path}"));
    let made = Request::new("POST", &through("session")).json(&json!({}));
    let session = server.json(made)?;
    let own = session["id"].as_str().ok_or("no id")?.to_owned();
    let listed = server.json(Request::new(
        "GET",
        &through("session?limit=200&scope=project"),
    ))?;
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let read = server.json(Request::new(
        "GET",
        &through(&format!("session/{own}/message")),
    ))?;
    assert_eq!(read, json!([]));
    let there = engine.at(bench.sandbox.path("other"));
    let other = there.post("/session", &json!({}))?;
    let other = other["id"].as_str().ok_or("no id")?;
    for method in ["GET", "DELETE"] {
        let request = Request::new(method, &through(&format!("session/{other}")));
        let answer = server.as_client(request)?;
        assert_eq!(answer.status, 404, "{}", answer.summary());
        let code = answer.json().map(|error| error["code"].clone());
        assert_eq!(code, Some(Value::from("session_not_found")));
    }
    let patch = Request::new("PATCH", &through("config")).json(&json!({ "model": "a/two" }));
    server.json(patch)?;
    let text = std::fs::read_to_string(bench.sandbox.path("ws/opencode.json"))?;
    assert!(text.contains(r#""model": "a/two""#), "{text}");
    // What the engine itself would have written.
    assert!(!bench.sandbox.path("ws/config.json").exists());
    let reloaded = server.json(Request::new("POST", &through("instance/dispose")))?;
    assert_eq!(reloaded, json!(true));
    let config = server.json(Request::new("GET", &through("config")))?;
    assert_shows(&config, &json!({ "model": "a/two" }))?;
    engine.stop()?;
    Ok(())
}

/// The shapes that the engine describes are those that are read, and it can be asked.
fn tell_what_agents_ask(bench: &Bench<'_>) -> Verdict {
    let description = bench.engine()?.get("/doc")?;
    let schemas = &description["components"]["schemas"];
    for (name, fields) in [
        (
            "PermissionRequest",
            &[
                "id",
                "sessionID",
                "permission",
                "patterns",
                "always",
                "metadata",
            ][..],
        ),
        ("QuestionRequest", &["id", "sessionID", "questions"]),
        (
            "QuestionInfo",
            &["question", "header", "options", "multiple", "custom"],
        ),
        ("QuestionOption", &["label", "description"]),
    ] {
        let has = |field: &&str| schemas[name]["properties"].get(*field).is_some();
        let lacking: Vec<_> = fields.iter().filter(|field| !has(field)).collect();
        if !lacking.is_empty() {
            return Err(format!("{name} lacks {lacking:?}").into());
        }
    }
    let engine = bench.new_engine()?;
    let server = bench.server_for(&engine)?;
    let list = Request::new("GET", "/approvals?include=engine");
    let list = server.json(list.header("X-OpenWork-Host-Token", HOST_TOKEN))?;
    assert_eq!(list["agents"], json!({ "items": [] }));
    Ok(())
}
