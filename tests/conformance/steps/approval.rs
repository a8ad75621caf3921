//! Waiting for approvals and answering them.

use openwork_testkit::approval::Approver;
use openwork_testkit::expect::{Expected, Strictness};
use serde_json::json;

use crate::fault::Fault;
use crate::run::Run;
use crate::step::{ReplyStep, WaitApproval};

/// Waits until as many requests wait as expected, and judges the newest.
pub(super) fn wait(run: &mut Run<'_>, step: &WaitApproval) -> Result<(), Fault> {
    let items = approver(run)?.wait_for(step.count.unwrap_or(1))?;
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

/// Answers a request and takes it for granted that the answer counts.
pub(super) fn reply(run: &Run<'_>, step: &ReplyStep) -> Result<(), Fault> {
    let answer = approver(run)?.reply(&run.scope.text(&step.to)?, &step.reply)?;
    if answer.status != 200 {
        return Err(Fault::check(answer.summary()));
    }
    let expected = json!({ "ok": true, "allowed": step.reply == "allow" });
    let found = answer.json();
    Fault::unless_empty(Expected::parse(&expected)?.differences(found.as_ref(), Strictness::Open))
}

fn approver(run: &Run<'_>) -> Result<Approver, Fault> {
    Ok(Approver::new(run.address, run.scope.text("${HOST_TOKEN}")?))
}
