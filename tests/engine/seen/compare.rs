//! The two views of one workspace, list by list.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use openwork_testkit::engine::View;
use openwork_testkit::http::Request;
use openwork_testkit::server::{HOST_TOKEN, Server};
use serde_json::Value;

use super::Fixture;
use crate::trial::Verdict;

/// Commands that every engine has.
const BUILT_IN: [&str; 2] = ["init", "review"];
/// Settings that the engine derives from more than these keys.
const DERIVED: [&str; 6] = ["agent", "command", "mode", "permission", "plugin", "tools"];
/// Settings of its next version that the engine reads and leaves out.
const LEFT_OUT: [&str; 1] = ["plugins"];

/// Compares everything that both report.
pub(super) fn all(fixture: &Fixture, server: &Server, engine: &View<'_>) -> Verdict {
    let config = engine.get("/config")?;
    skills(server, &engine.get("/skill")?)?;
    commands(fixture, server, &engine.get("/command")?)?;
    agents(server, &engine.get("/agent")?)?;
    plugins(server, &config)?;
    mcp(server, &engine.get("/mcp")?)?;
    effective(server, &config)
}

/// Every skill that the engine has is listed, or is skipped with a note that the engine loads it;
/// and the other way round. Of several with one name the engine takes any.
fn skills(server: &Server, engine: &Value) -> Verdict {
    let ours = read(server, "skills?includeGlobal=true&include=skipped")?;
    let theirs: BTreeMap<&str, &Value> = list(engine)
        .filter(|skill| skill["location"] != "<built-in>")
        .map(|skill| (text(skill, "name"), skill))
        .collect();
    let mut places: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for skipped in list(&ours["skipped"]).filter(|skipped| counts(skipped)) {
        places
            .entry(text(skipped, "name"))
            .or_default()
            .push(skipped);
    }
    for item in list(&ours["items"]) {
        places.entry(text(item, "name")).or_default().push(item);
    }
    // A skill that is only shadowed is not there without the one that shadows it.
    same("skills", &names(theirs.keys()), &names(places.keys()))?;
    for (name, skill) in theirs {
        let at = |place: &&&Value| place["path"] == skill["location"];
        let place = places.get(name).and_then(|places| places.iter().find(at));
        // Which of several with one name the engine takes varies.
        let is_twin = |skipped: &&Value| skipped["name"] == name && at(&skipped);
        let place = place
            .copied()
            .or_else(|| list(&ours["skipped"]).find(is_twin));
        let place =
            place.ok_or_else(|| format!("the engine has {name} from {}", skill["location"]))?;
        if place.get("rule").is_none() {
            same(name, &skill["description"], &place["description"])?;
            content(server, name, skill)?;
        }
    }
    Ok(())
}

fn counts(skipped: &Value) -> bool {
    skipped["loaded"] == true || skipped["rule"] == "shadowed"
}

/// What is read by name ends with the instructions that the engine has.
fn content(server: &Server, name: &str, skill: &Value) -> Verdict {
    let one = read(server, &format!("skills/{name}?includeGlobal=true"))?;
    if one["item"]["path"] != skill["location"]
        || text(&one, "content").ends_with(text(skill, "content"))
    {
        return Ok(());
    }
    Err(format!("the content of {name}: {one} is not {skill}").into())
}

/// The engine's commands are ours of both scopes, fields included.
fn commands(fixture: &Fixture, server: &Server, engine: &Value) -> Verdict {
    let is_users = |command: &&Value| {
        command["source"] != "skill" && !BUILT_IN.contains(&text(command, "name"))
    };
    let theirs: BTreeMap<&str, &Value> = list(engine)
        .filter(is_users)
        .map(|command| (text(command, "name"), command))
        .collect();
    let workspace = read(server, "commands")?;
    let global = read_as_host(server, "commands?scope=global")?;
    let ours: BTreeMap<&str, &Value> = list(&global["items"])
        .chain(list(&workspace["items"]))
        .map(|command| (text(command, "name"), command))
        .collect();
    let unlisted = fixture.unlisted.iter().map(String::as_str);
    let expected: BTreeSet<&str> = ours.keys().copied().chain(unlisted).collect();
    same("commands", &names(theirs.keys()), &names(expected.iter()))?;
    for (name, item) in ours {
        for field in ["template", "description", "agent", "model", "subtask"] {
            same(
                &format!("{field} of command {name}"),
                &theirs[name][field],
                &item[field],
            )?;
        }
    }
    Ok(())
}

/// The engine's agents are ours, but for those that it has by itself and nobody says anything of.
fn agents(server: &Server, engine: &Value) -> Verdict {
    let theirs: BTreeMap<&str, &Value> = list(engine)
        .map(|agent| (text(agent, "name"), agent))
        .collect();
    let ours = read(server, "agents?includeGlobal=true")?;
    let ours: BTreeMap<&str, &Value> = list(&ours["items"])
        .map(|agent| (text(agent, "name"), agent))
        .collect();
    let is_users =
        |(name, agent): &(&&str, &&Value)| agent["native"] != true || ours.contains_key(**name);
    let expected = theirs.iter().filter(is_users).map(|(name, _)| name);
    same("agents", &names(expected), &names(ours.keys()))?;
    for (name, item) in ours {
        let agent = theirs[name];
        same(
            &format!("mode of agent {name}"),
            &agent["mode"],
            &item["mode"],
        )?;
        if !item["description"].is_null() {
            let field = format!("description of agent {name}");
            same(&field, &agent["description"], &item["description"])?;
        }
        let model = &agent["model"];
        let model = model
            .is_object()
            .then(|| format!("{}/{}", text(model, "providerID"), text(model, "modelID")));
        let field = format!("model of agent {name}");
        same(&field, &model.as_deref(), &item["model"].as_str())?;
    }
    Ok(())
}

/// Those that are not shadowed are what the engine loads.
fn plugins(server: &Server, config: &Value) -> Verdict {
    let ours = read(server, "plugins?includeGlobal=true")?;
    let loaded = list(&ours["items"]).filter(|item| item.get("shadowedBy").is_none());
    let specs = loaded.map(|item| {
        text(
            item,
            if item.get("resolved").is_some() {
                "resolved"
            } else {
                "spec"
            },
        )
    });
    let ours: BTreeSet<&str> = specs.collect();
    let theirs: BTreeSet<&str> = list(&config["plugin"]).map(spec).collect();
    same("plugins", &names(theirs.iter()), &names(ours.iter()))
}

/// The engine has every entry that says what it is, and knows which are off.
fn mcp(server: &Server, engine: &Value) -> Verdict {
    let ours = read(server, "mcp?includeGlobal=true&sensitive=include")?;
    let said = |item: &Value| item.get("effective").unwrap_or(&item["config"]).clone();
    let ours: BTreeMap<String, bool> = list(&ours["items"])
        .map(|item| (text(item, "name").to_owned(), said(item)))
        .filter(|(_, said)| said.get("type").is_some())
        .map(|(name, said)| (name, said["enabled"] == false))
        .collect();
    let status = |(name, entry): (&String, &Value)| (name.clone(), entry["status"] == "disabled");
    let theirs: BTreeMap<String, bool> = engine
        .as_object()
        .into_iter()
        .flatten()
        .map(status)
        .collect();
    same("mcp", &theirs, &ours)
}

/// Every setting that comes from configuration files alone is the engine's, plugins in its order.
fn effective(server: &Server, config: &Value) -> Verdict {
    let ours = read(server, "config?layers=true&sensitive=include")?;
    let effective = ours["effective"]
        .as_object()
        .ok_or("no effective configuration")?;
    for (key, value) in effective
        .iter()
        .filter(|(key, _)| !DERIVED.contains(&key.as_str()) && !LEFT_OUT.contains(&key.as_str()))
    {
        same(key, &config[key.as_str()], value)?;
    }
    let wanted: Vec<&Value> = list(&ours["effective"]["plugin"]).collect();
    let kept: Vec<&Value> = list(&config["plugin"])
        .filter(|entry| wanted.contains(entry))
        .collect();
    same("plugin", &kept, &wanted)
}

pub(super) fn read(server: &Server, path: &str) -> io::Result<Value> {
    server.json(Request::new("GET", &server.at_workspace(path)))
}

pub(super) fn read_as_host(server: &Server, path: &str) -> io::Result<Value> {
    let request = Request::new("GET", &server.at_workspace(path));
    server.json(request.header("X-OpenWork-Host-Token", HOST_TOKEN))
}

pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn spec(entry: &Value) -> &str {
    entry
        .as_str()
        .or_else(|| entry[0].as_str())
        .unwrap_or_default()
}

fn names<'n>(names: impl Iterator<Item = &'n &'n str>) -> Vec<&'n str> {
    names.copied().collect()
}

pub(super) fn same<T: PartialEq + std::fmt::Debug>(what: &str, engine: &T, ours: &T) -> Verdict {
    if engine == ours {
        return Ok(());
    }
    Err(format!("{what}: the engine has {engine:?}, we report {ours:?}").into())
}
