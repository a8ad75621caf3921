//! Waiting for approvals and answering them, as the host does.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::http::{Answer, Request, send};
use crate::process::poll;

const LIMIT: Duration = Duration::from_secs(5);

/// The person who decides, known by the host token.
#[derive(Debug, Clone)]
pub struct Approver {
    server: SocketAddr,
    token: String,
}

impl Approver {
    /// Describes the host of a server.
    pub fn new(server: SocketAddr, token: impl Into<String>) -> Self {
        Self {
            server,
            token: token.into(),
        }
    }

    /// Waits until exactly `count` requests wait and returns them, oldest first.
    pub fn wait_for(&self, count: usize) -> io::Result<Vec<Value>> {
        let mut seen = Vec::new();
        let reached = poll(LIMIT, || {
            seen = self.pending()?;
            Ok::<_, io::Error>((seen.len() == count).then_some(()))
        })?;
        if reached.is_some() {
            return Ok(seen);
        }
        let found = Value::from(seen);
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("expected {count} waiting requests, found {found}"),
        ))
    }

    /// Returns the requests that wait now, oldest first.
    pub fn pending(&self) -> io::Result<Vec<Value>> {
        let answer = self.send(Request::new("GET", "/approvals"))?;
        let items = answer
            .json()
            .and_then(|body| Some(body.get("items")?.as_array()?.clone()));
        items
            .filter(|_| answer.status == 200)
            .ok_or_else(|| io::Error::other(format!("GET /approvals: {}", answer.summary())))
    }

    /// Answers the request with an id by `allow` or `deny`.
    pub fn reply(&self, id: &str, reply: &str) -> io::Result<Answer> {
        let request = Request::new("POST", &format!("/approvals/{id}"));
        self.send(request.json(&json!({ "reply": reply })))
    }

    fn send(&self, request: Request) -> io::Result<Answer> {
        let request = request.header("X-OpenWork-Host-Token", &self.token);
        send(self.server, &request).map_err(io::Error::other)
    }
}
