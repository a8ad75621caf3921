//! What an export holds, brought into an empty workspace, is the same to the engine.

use std::collections::BTreeMap;

use openwork_testkit::engine::View;
use openwork_testkit::http::Request;
use openwork_testkit::server::Server;
use serde_json::Value;

use super::Fixture;
use super::compare::{list, read_as_host, same, text};
use crate::trial::{Bench, Verdict, write};

/// The engine's lists, the part of an export that fills each, and the fields that have to arrive.
const LISTS: [(&str, &str, &[&str]); 3] = [
    (
        "/command",
        "commands",
        &[
            "template",
            "description",
            "agent",
            "model",
            "variant",
            "subtask",
        ],
    ),
    ("/skill", "skills", &["description", "content"]),
    (
        "/agent",
        "agents",
        &[
            "description",
            "mode",
            "model",
            "variant",
            "prompt",
            "hidden",
        ],
    ),
];

/// Brings the export of a workspace into another one and compares what the engine has of both.
pub(super) fn arrives(
    fixture: &Fixture,
    bench: &Bench<'_>,
    server: &Server,
    engine: &View<'_>,
) -> Verdict {
    let export = read_as_host(server, "export?sensitive=include")?;
    let copy = bench.another()?;
    let there = copy.server()?;
    if let Some(code) = &fixture.import_refused {
        return is_refused(&there, &export, code);
    }
    write(&there, "POST", "import", &export)?;
    let is_elsewhere = |name: &str| fixture.exported_otherwise.iter().any(|known| known == name);
    let copied = copy.engine()?;
    for (path, part, fields) in LISTS {
        let (before, after) = (engine.get(path)?, copied.get(path)?);
        let (before, after) = (by_name(&before), by_name(&after));
        let names = list(&export[part]).map(|item| text(item, "name"));
        for name in names.filter(|name| !is_elsewhere(name)) {
            let Some((before, after)) = before.get(name).zip(after.get(name)) else {
                return Err(format!("{part}: the engine does not have {name} of both").into());
            };
            for field in fields {
                same(
                    &format!("{field} of {name}, exported"),
                    &before[field],
                    &after[field],
                )?;
            }
        }
    }
    let (before, after) = (engine.get("/config")?, copied.get("/config")?);
    servers(&before, &after, is_elsewhere)?;
    plugins(&before, &after)
}

fn is_refused(server: &Server, export: &Value, code: &str) -> Verdict {
    let request = Request::new("POST", &server.at_workspace("import")).json(export);
    let answer = server.as_client(request)?;
    let found = answer.json().map(|body| body["code"].clone());
    if found.is_some_and(|found| found == code) {
        Ok(())
    } else {
        Err(answer.summary().into())
    }
}

fn by_name(engine: &Value) -> BTreeMap<&str, &Value> {
    let named = list(engine).map(|item| (text(item, "name"), item));
    named.collect()
}

/// The servers of the copy are those of the workspace.
fn servers(before: &Value, after: &Value, is_elsewhere: impl Fn(&str) -> bool) -> Verdict {
    let servers = after["mcp"].as_object().into_iter().flatten();
    for (name, server) in servers.filter(|(name, _)| !is_elsewhere(name)) {
        let what = format!("the MCP server {name}, exported");
        same(&what, &before["mcp"][name], server)?;
    }
    Ok(())
}

/// The packages of the copy are among those of the workspace.
fn plugins(before: &Value, after: &Value) -> Verdict {
    let is_package = |entry: &&Value| {
        let spec = entry.as_str().or_else(|| entry[0].as_str());
        spec.is_some_and(|spec| !spec.starts_with("file:"))
    };
    let known: Vec<&Value> = list(&before["plugin"]).collect();
    let mut packages = list(&after["plugin"]).filter(is_package);
    match packages.find(|package| !known.contains(package)) {
        Some(package) => Err(format!("the plugin {package} was not there").into()),
        None => Ok(()),
    }
}
