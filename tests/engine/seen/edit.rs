//! Edits of every kind, made in any workspace through our server.

use std::error::Error;
use std::io;

use openwork_testkit::http::Request;
use openwork_testkit::server::Server;
use serde_json::{Value, json};

use super::compare::{list, read, text};
use crate::trial::{Verdict, write};

/// What may stand in the way of a removal: it is not the workspace's own, or its file is a link.
const LEFT_ALONE: [&str; 2] = ["defined_elsewhere", "link_not_followed"];

/// Adds one of everything, and removes the first of everything that was there.
pub(super) fn all(server: &Server) -> Verdict {
    let before = ["mcp", "plugins", "commands", "agents"]
        .map(|kind| Ok((kind, read(server, kind)?)))
        .into_iter()
        .collect::<io::Result<Vec<_>>>()?;
    for (path, body) in added() {
        write(server, "POST", path, &body)?;
    }
    write(
        server,
        "PATCH",
        "config",
        &json!({ "opencode": { "username": "somebody" } }),
    )?;
    for (kind, listed) in before {
        let first = list(&listed["items"]).next();
        if let Some(name) = first.map(|item| name(kind, item)) {
            remove(server, kind, name).map_err(|error| format!("{kind} {name}: {error}"))?;
        }
    }
    Ok(())
}

fn added() -> [(&'static str, Value); 5] {
    let server = json!({ "type": "remote", "url": "http://127.0.0.1:9", "enabled": false });
    let agent = "---\ndescription: Adds\nmode: subagent\n---\n\nYou add.\n";
    [
        ("mcp", json!({ "name": "added", "config": server })),
        ("plugins", json!({ "spec": "opencode-added@1.0.0" })),
        (
            "commands",
            json!({ "name": "added", "template": "Add $1", "description": "Adds" }),
        ),
        (
            "skills",
            json!({ "name": "added", "description": "Adds", "content": "Add it.\n" }),
        ),
        ("agents", json!({ "name": "added", "content": agent })),
    ]
}

fn name<'i>(kind: &str, item: &'i Value) -> &'i str {
    text(item, if kind == "plugins" { "spec" } else { "name" })
}

fn remove(server: &Server, kind: &str, name: &str) -> Result<(), Box<dyn Error>> {
    let encoded = |name: String, byte: u8| name + &format!("%{byte:02X}");
    let name = name.bytes().fold(String::new(), encoded);
    let request = Request::new("DELETE", &server.at_workspace(&format!("{kind}/{name}")));
    let answer = server.as_client(request)?;
    let code = answer.json().map(|body| body["code"].clone());
    let is_left_alone = answer.status == 409
        && code.is_some_and(|code| LEFT_ALONE.iter().any(|known| code == *known));
    if answer.status == 200 || is_left_alone {
        Ok(())
    } else {
        Err(answer.summary().into())
    }
}
