//! Waiting for approvals and answering them.

use std::time::Duration;

use openwork_testkit::expect::{Expected, Strictness};
use openwork_testkit::http::{Answer, Request, send};
use openwork_testkit::process::poll;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::run::Run;
use crate::step::{ReplyStep, WaitApproval};

const LIMIT: Duration = Duration::from_secs(5);

/// Waits until as many requests wait as expected, and judges the newest.
pub(super) fn wait(run: &mut Run<'_>, step: &WaitApproval) -> Result<(), Fault> {
    let count = step.count.unwrap_or(1);
    let mut items = Vec::new();
    let reached = poll(LIMIT, || {
        items = pending(run)?;
        Ok::<_, Fault>((items.len() == count).then_some(()))
    })?;
    if reached.is_none() {
        return Err(Fault::check(format!(
            "expected {count} waiting requests, found {items:?}"
        )));
    }
    let Some(newest) = items.last() else {
        return Ok(());
    };
    if let Some(expected) = &step.expect {
        let expected = Expected::parse(&run.scope.fill(expected)?)?;
        Fault::unless_empty(expected.differences(Some(newest), Strictness::Open))?;
    }
    if let (Some(name), Some(id)) = (&step.save, newest.get("id")) {
        run.scope.set(name, id.clone());
    }
    Ok(())
}

fn pending(run: &Run<'_>) -> Result<Vec<Value>, Fault> {
    let answer = as_host(run, Request::new("GET", "/approvals"))?;
    let items = answer
        .json()
        .and_then(|body| Some(body.get("items")?.as_array()?.clone()));
    items
        .filter(|_| answer.status == 200)
        .ok_or_else(|| Fault::check(format!("GET /approvals: {}", answer.summary())))
}

/// Answers a request and takes it for granted that the answer counts.
pub(super) fn reply(run: &Run<'_>, step: &ReplyStep) -> Result<(), Fault> {
    let target = format!("/approvals/{}", run.scope.text(&step.to)?);
    let request = Request::new("POST", &target).json(&json!({ "reply": step.reply }));
    let answer = as_host(run, request)?;
    let expected = json!({ "ok": true, "allowed": step.reply == "allow" });
    let found = answer.json();
    let differences = Expected::parse(&expected)?.differences(found.as_ref(), Strictness::Open);
    if answer.status == 200 {
        return Fault::unless_empty(differences);
    }
    Err(Fault::check(format!("POST {target}: {}", answer.summary())))
}

fn as_host(run: &Run<'_>, request: Request) -> Result<Answer, Fault> {
    let request = request.header("X-OpenWork-Host-Token", &run.scope.text("${HOST_TOKEN}")?);
    send(run.address, &request).map_err(|error| Fault::check(error.to_string()))
}
