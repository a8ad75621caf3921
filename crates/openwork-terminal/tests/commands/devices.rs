use insta::assert_snapshot;
use openwork_terminal::{DevicesCommand, OutputForm, TerminalCommand};
use serde_json::{Value, json};

use crate::fake::Fake;
use crate::session::{both, run};

const LIST: TerminalCommand = TerminalCommand::Devices(DevicesCommand::List);
const PATH: &str = "/tokens/c0ffee00%2D0000%2D4000%2D8000%2D000000000001";

pub(crate) fn tokens() -> Value {
    json!({ "items": [
        {
            "id": "c0ffee00-0000-4000-8000-000000000001", "scope": "approver",
            "createdAt": 400_000, "lastUsedAt": 998_000, "label": "Anna's \u{202e}phone",
        },
        {
            "id": "c0de0000-0000-4000-8000-000000000002", "scope": "viewer",
            "createdAt": 999_000, "expiresAt": 1_060_000,
        },
    ] })
}

fn rename(id: &str) -> TerminalCommand {
    let (id, name) = (id.to_owned(), "tablet".to_owned());
    TerminalCommand::Devices(DevicesCommand::Rename { id, name })
}

fn revoke(id: &str) -> TerminalCommand {
    TerminalCommand::Devices(DevicesCommand::Revoke { id: id.to_owned() })
}

#[tokio::test]
async fn devices_are_listed() {
    let fake = Fake::start().await;
    fake.answer("GET /tokens", 200, &tokens());
    let ran = run(LIST, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    ID        SCOPE     MADE        USED      ENDS      NAME
    c0ffee00  approver  10 min ago  just now  never     Anna's \u{202e}phone
    c0de0000  viewer    just now    never     in 1 min
    ");
    let ran = run(LIST, &fake.search(), OutputForm::Json).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), tokens());
    fake.answer("GET /tokens", 200, &json!({ "items": [] }));
    let ran = run(LIST, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    No devices: nobody has a token of its own.
    ");
}

#[tokio::test]
async fn a_device_is_renamed_by_the_beginning_of_its_id() {
    let fake = Fake::start().await;
    let renamed = json!({
        "id": "c0ffee00-0000-4000-8000-000000000001", "scope": "approver",
        "createdAt": 400_000, "label": "tablet",
    });
    fake.answer("GET /tokens", 200, &tokens())
        .answer(&format!("PATCH {PATH}"), 200, &renamed);
    assert_snapshot!(both(&rename("c0ff"), &fake.search()).await, @r#"
    exit 0
    c0ffee00 is called "tablet" now

    exit 0
    {"id":"c0ffee00-0000-4000-8000-000000000001","scope":"approver","createdAt":400000,"label":"tablet"}
    "#);
    let call = format!(r#"PATCH {PATH} {{"label":"tablet"}}"#);
    assert_eq!(fake.received().last(), Some(&call));
}

#[tokio::test]
async fn a_device_is_revoked_by_the_beginning_of_its_id() {
    let fake = Fake::start().await;
    fake.answer("GET /tokens", 200, &tokens()).answer(
        &format!("DELETE {PATH}"),
        200,
        &json!({ "ok": true }),
    );
    assert_snapshot!(both(&revoke("c0ff"), &fake.search()).await, @r#"
    exit 0
    c0ffee00 revoked: "Anna's \u{202e}phone", approver, is let in no more

    exit 0
    {"ok":true,"id":"c0ffee00-0000-4000-8000-000000000001"}
    "#);
    assert_eq!(fake.received().last(), Some(&format!("DELETE {PATH}")));
}

#[tokio::test]
async fn a_device_that_is_not_there_is_told() {
    let fake = Fake::start().await;
    fake.answer("GET /tokens", 200, &tokens());
    assert_snapshot!(both(&revoke("dddd"), &fake.search()).await, @r#"
    exit 5
    error: there is no device `dddd`
      help: `openwork-server devices list` shows the ids

    exit 5
    {"error":{"code":"token_not_found","message":"there is no device `dddd`","help":"`openwork-server devices list` shows the ids"}}
    "#);
    // The fake knows no such call: it was revoked in between.
    let ran = run(rename("c0ff"), &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 5
    error: there is no device `c0ff`
      help: `openwork-server devices list` shows the ids
    ");
    let short = run(revoke("c0f"), &fake.search(), OutputForm::Text).await;
    assert_snapshot!(short.transcript(&fake.search()), @r"
    exit 2
    error: `c0f` is too short for an id
      help: lists show the ids; their first 4 characters suffice
    ");
}
