//! Waiting for approvals and answering them, as the host does.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};

use crate::http::Request;
use crate::process::poll;
use crate::server::Server;

const LIMIT: Duration = Duration::from_secs(5);

/// Waits until exactly `count` requests wait for the host and returns them, oldest first.
pub fn wait_for(server: &Server, count: usize) -> io::Result<Vec<Value>> {
    let mut seen = Vec::new();
    let reached = poll(LIMIT, || {
        seen = pending(server)?;
        Ok::<_, io::Error>((seen.len() == count).then_some(()))
    })?;
    let found = seen.len();
    reached.map(|()| seen).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::TimedOut,
            format!("{found} requests wait, expected {count}"),
        )
    })
}

/// Returns the requests that wait for the host now, oldest first.
pub fn pending(server: &Server) -> io::Result<Vec<Value>> {
    let answer = server.as_host(Request::new("GET", "/approvals"))?;
    let items = answer
        .json()
        .and_then(|body| Some(body.get("items")?.as_array()?.clone()));
    items.ok_or_else(|| io::Error::other(answer.summary()))
}

/// Answers a request of [`pending`] with `allow` or `deny`.
pub fn reply(server: &Server, approval: &Value, reply: &str) -> io::Result<()> {
    let id = approval
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let request =
        Request::new("POST", &format!("/approvals/{id}")).json(&json!({ "reply": reply }));
    let answer = server.as_host(request)?;
    if answer.status == 200 {
        Ok(())
    } else {
        Err(io::Error::other(answer.summary()))
    }
}
