use insta::assert_snapshot;
use openwork_terminal::{ApprovalsCommand, OutputForm, TerminalCommand};
use serde_json::{Value, json};

use crate::fake::Fake;
use crate::session::run;

const RULES: TerminalCommand = TerminalCommand::Approvals(ApprovalsCommand::Rules);

pub(crate) fn rules() -> Value {
    json!({ "items": [{
        "id": "c0ffee00-0000-4000-8000-000000000001", "action": "skills.upsert",
        "workspaceId": "ws_1", "workspaceName": "Fin\u{202e}ance", "clientId": "annas-phone",
        "address": "192.168.1.24", "expiresAt": 1_599_000, "uses": 3,
        "level": "medium", "covers": "instructions\u{202e}",
    }] })
}

fn revoke(id: &str) -> TerminalCommand {
    TerminalCommand::Approvals(ApprovalsCommand::Revoke { id: id.to_owned() })
}

#[tokio::test]
async fn allowances_are_listed() {
    let fake = Fake::start().await;
    fake.answer("GET /approvals/rules", 200, &rules());
    let ran = run(RULES, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ID        LEVEL     LEFT        ACTION         WORKSPACE        FROM                           USES  COVERS
    c0ffee00  ● medium  9 min 59 s  skills.upsert  Fin\u{202e}ance  "annas-phone" at 192.168.1.24  3     instructions\u{202e}
    "#);
    let ran = run(RULES, &fake.search(), OutputForm::Json).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), rules());
    fake.answer("GET /approvals/rules", 200, &json!({ "items": [] }));
    let ran = run(RULES, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    No rules: every request is asked about.
    ");
}

#[tokio::test]
async fn an_allowance_is_revoked_by_its_beginning() {
    let fake = Fake::start().await;
    let call = "DELETE /approvals/rules/c0ffee00%2D0000%2D4000%2D8000%2D000000000001";
    fake.answer("GET /approvals/rules", 200, &rules())
        .answer_text(call, 204, "");
    let ran = run(revoke("c0ff"), &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    c0ffee00 ended: skills.upsert in Fin\u{202e}ance from "annas-phone" at 192.168.1.24 is asked about again
    "#);
    assert_eq!(fake.received().last().map(String::as_str), Some(call));
    fake.answer(call, 200, &json!({ "ok": true }));
    let ran = run(revoke("c0ff"), &fake.search(), OutputForm::Json).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    {"ok":true,"id":"c0ffee00-0000-4000-8000-000000000001"}
    "#);
}

#[tokio::test]
async fn a_rule_that_is_not_there_cannot_be_revoked() {
    let fake = Fake::start().await;
    fake.answer("GET /approvals/rules", 200, &rules());
    let ran = run(revoke("dddd"), &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 5
    error: there is no rule `dddd`
      help: `openwork-server approvals rules` lists them
    ");
    // The fake knows no such call: it ended in between.
    let ran = run(revoke("c0ff"), &fake.search(), OutputForm::Json).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 5
    {"error":{"code":"rule_not_found","message":"there is no rule `c0ff`","help":"`openwork-server approvals rules` lists them"}}
    "#);
}
