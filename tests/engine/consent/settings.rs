//! Configurations that run programs, read files and send data, in their many forms.

use std::io;

use serde_json::{Value, json};

use super::addresses::address;
use super::case::{Case, Use};
use super::dice::Dice;
use super::ground::Ground;
use super::references::reference;
use super::trap::Trap;

/// One generated change of the configuration.
pub(super) fn case(dice: &mut Dice, ground: &mut Ground) -> io::Result<Case> {
    let trap = ground.trap()?;
    let make = *dice.one_of(&KINDS);
    Ok(make(dice, ground, &trap))
}

type Kind = fn(&mut Dice, &Ground, &Trap) -> Case;

/// What is more often wrong stands here more often.
const KINDS: [Kind; 15] = [
    local_mcp,
    local_mcp,
    remote_mcp,
    remote_mcp,
    remote_mcp_with_a_secret,
    remote_mcp_with_a_secret,
    prompt_with_a_reference,
    prompt_with_a_reference,
    reference_across_values,
    instructions,
    instructions,
    plugin,
    provider,
    fetched,
    language_server,
];

/// A case that changes the configuration by one of the ways that there are.
fn configured(dice: &mut Dice, trap: &Trap, settings: &Value) -> Case {
    let case = Case::new(vec![trap.clone()]);
    match dice.below(4) {
        0 => case.write("import", json!({ "opencode": settings })),
        1 => {
            let mode = json!({ "opencode": "replace" });
            case.write("import", json!({ "mode": mode, "opencode": settings }))
                .alone()
        }
        _ => case.write("config", json!({ "opencode": settings })),
    }
}

fn local_mcp(dice: &mut Dice, _ground: &Ground, trap: &Trap) -> Case {
    let touch = trap.touch();
    let script = trap.script();
    let entry = match dice.below(6) {
        0 => json!({ "type": "local", "command": ["sh", "-c", touch] }),
        1 => json!({ "type": "local", "command": [script], "environment": { "TOKEN": "x" } }),
        2 => json!({ "type": "local", "command": ["sh", "-c", "token=1", touch, touch] }),
        3 => json!({ "type": "local", "command": ["sh", "-c", format!("token={touch};{touch}")] }),
        4 => {
            json!({ "type": "local", "command": ["sh", "-c", "exec \"$API_KEY\""], "environment": { "API_KEY": script } })
        }
        _ => json!({
            "type": "local",
            "command": [script.file_name().map(|name| name.to_string_lossy())],
            "environment": { "PATH": script.parent() },
        }),
    };
    let name = trap.name();
    let with = |key: &str, value: bool| {
        let mut entry = entry.clone();
        entry[key] = value.into();
        entry
    };
    let flat = |entry: Value| json!({ "opencode": { "mcp": { name: entry } } });
    let newer = |entry: Value| json!({ "opencode": { "mcp": { "servers": { name: entry } } } });
    let case = Case::new(vec![trap.clone()]);
    match dice.below(6) {
        0 => case.write("mcp", json!({ "name": name, "config": entry })),
        1 => case.write("config", flat(entry.clone())),
        2 => case.write("import", newer(entry.clone())),
        3 => case
            .write(
                "mcp",
                json!({ "name": name, "config": with("enabled", false) }),
            )
            .write(&format!("mcp/{name}/enabled"), json!({ "enabled": true })),
        4 => case
            .write("config", flat(with("enabled", false)))
            .write("config", flat(with("enabled", true))),
        _ => case
            .write("config", newer(with("disabled", true)))
            .write("config", newer(with("disabled", false))),
    }
}

fn remote_mcp(dice: &mut Dice, ground: &Ground, trap: &Trap) -> Case {
    let entry =
        json!({ "type": "remote", "url": address(dice, ground, trap.name()), "oauth": false });
    entered(dice, trap, &entry)
}

fn remote_mcp_with_a_secret(dice: &mut Dice, ground: &Ground, trap: &Trap) -> Case {
    let url = format!("http://{}/{}", ground.host(), trap.name());
    let secret = reference(dice, trap);
    let entry = match dice.below(3) {
        0 => json!({ "type": "remote", "url": url, "headers": { "X-D": secret }, "oauth": false }),
        1 => {
            json!({ "type": "remote", "url": url, "headers": { "Authorization": format!("Bearer {secret}") }, "oauth": false })
        }
        _ => json!({ "type": "remote", "url": format!("{url}?q={secret}"), "oauth": false }),
    };
    entered(dice, trap, &entry)
}

/// An MCP entry, written in one of the ways that there are.
fn entered(dice: &mut Dice, trap: &Trap, entry: &Value) -> Case {
    let name = trap.name();
    match dice.below(3) {
        0 => Case::new(vec![trap.clone()]).write("mcp", json!({ "name": name, "config": entry })),
        1 => configured(dice, trap, &json!({ "mcp": { name: entry } })),
        _ => configured(
            dice,
            trap,
            &json!({ "mcp": { "servers": { name: entry } } }),
        ),
    }
}

fn prompt_with_a_reference(dice: &mut Dice, _ground: &Ground, trap: &Trap) -> Case {
    let secret = reference(dice, trap);
    let name = format!("n{}", trap.name());
    let settings = match dice.below(5) {
        0 => json!({ "agent": { &name: { "prompt": secret } } }),
        1 => json!({ "agents": { &name: { "system": format!("See {secret}") } } }),
        2 => {
            json!({ "agent": { &name: { "prompt": "p", "mode": "subagent", "description": secret } } })
        }
        3 => json!({ "agent": { &secret: { "mode": "subagent", "description": "d" } } }),
        _ => json!({ "command": { &name: { "template": secret } } }),
    };
    let uses = if settings.get("command").is_some() {
        Use::Command(name, String::new())
    } else {
        Use::Agent(name)
    };
    configured(dice, trap, &settings).used([uses])
}

/// What is not closed goes on into whatever follows it in the file.
fn reference_across_values(dice: &mut Dice, _ground: &Ground, trap: &Trap) -> Case {
    let name = format!("n{}", trap.name());
    let start = "{file:~/.kept/x";
    let end = format!("/../{}}}", trap.name());
    let case = match dice.below(3) {
        0 => configured(
            dice,
            trap,
            &json!({ "agent": { &name: { "prompt": start, "description": end } } }),
        ),
        1 => configured(dice, trap, &json!({ "username": start, "theme": end })),
        _ => configured(dice, trap, &json!({ "username": start }))
            .write("config", json!({ "opencode": { "theme": end } })),
    };
    case.used([Use::Agent(name)]).alone()
}

fn instructions(dice: &mut Dice, ground: &Ground, trap: &Trap) -> Case {
    let name = trap.name();
    let outside = trap.outside_file();
    let host = ground.host();
    let place = match dice.below(9) {
        0 => json!(trap.home_file()),
        1 => json!(outside),
        2 => json!(format!("../../outside/{name}")),
        3 => json!(format!("docs/../../../outside/{name}")),
        4 => json!(outside.with_file_name(format!("{}*", &name[..name.len()]))),
        5 => json!(format!("~/.kept/{{{name},none}}")),
        6 => json!(format!("http://{host}/{name}")),
        7 => json!(format!("http:///{host}/{name}?https://good.test/")),
        _ => json!(format!("http://127.1:{}/{name}", ground.stranger.port())),
    };
    configured(dice, trap, &json!({ "instructions": [place] }))
}

fn plugin(dice: &mut Dice, _ground: &Ground, trap: &Trap) -> Case {
    let spec = format!("file://{}", trap.module().display());
    match dice.below(4) {
        0 => Case::new(vec![trap.clone()]).write("plugins", json!({ "spec": spec })),
        1 => configured(dice, trap, &json!({ "plugin": [[spec, {}]] })),
        2 => configured(dice, trap, &json!({ "plugin": [trap.module()] })),
        _ => configured(dice, trap, &json!({ "plugin": [spec] })),
    }
}

fn provider(dice: &mut Dice, ground: &Ground, trap: &Trap) -> Case {
    let module = format!("file://{}", trap.module().display());
    let url = address(dice, ground, trap.name());
    let settings = match dice.below(6) {
        0 => json!({ "provider": { "fake": { "npm": module } } }),
        1 => {
            json!({ "provider": { "fake": { "models": { "m": { "provider": { "npm": module } } } } } })
        }
        2 => {
            json!({ "provider": { "fake": { "models": { "token": { "provider": { "npm": module } } } } }, "model": "fake/token" })
        }
        3 => json!({ "provider": { "fake": { "options": { "baseURL": url } } } }),
        4 => json!({ "provider": { "fake": { "api": url, "options": { "baseURL": null } } } }),
        _ => json!({
            "model": "other/m",
            "provider": { "other": {
                "npm": "@ai-sdk/openai-compatible",
                "env": [trap.variable()],
                "options": { "baseURL": url },
                "models": { "m": {} },
            } },
        }),
    };
    configured(dice, trap, &settings).alone()
}

fn fetched(dice: &mut Dice, ground: &Ground, trap: &Trap) -> Case {
    let url = format!("http://{}/{}", ground.host(), trap.name());
    let settings = match dice.below(6) {
        4 => json!({ "skills": { "paths": [trap.skills()] } }),
        5 => json!({ "skills": [trap.skills()] }),
        0 => json!({ "skills": { "urls": [url] } }),
        1 => json!({ "skills": [url] }),
        2 => json!({ "references": { "r": { "repository": format!("{url}.git") } } }),
        _ => json!({ "reference": { "r": format!("{url}.git") } }),
    };
    configured(dice, trap, &settings)
}

fn language_server(dice: &mut Dice, _ground: &Ground, trap: &Trap) -> Case {
    let name = trap.name();
    let settings = match dice.below(2) {
        0 => {
            json!({ "lsp": { name: { "command": ["sh", "-c", trap.touch()], "extensions": [".md"] } } })
        }
        _ => json!({ "shell": trap.script() }),
    };
    let mut case = configured(dice, trap, &settings)
        .alone()
        .used([Use::Command("read".to_owned(), String::new())]);
    case.files
        .push(("notes.md".to_owned(), "# Notes\n".to_owned()));
    let command = ".opencode/commands/read.md".to_owned();
    case.files.push((command, "!`true` @notes.md\n".to_owned()));
    case
}
