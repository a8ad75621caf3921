use insta::assert_snapshot;
use openwork_terminal::{ApprovalsCommand, OutputForm, TerminalCommand};
use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::fake::Fake;
use crate::item::{LONG, PLUGIN, SKILL, hostile, long, plugin, skill};
use crate::session::{Session, both, run};

/// Allows them, those that are rated high, too.
fn allow(ids: &[&str], span: Option<&str>) -> TerminalCommand {
    allow_with(ids, span, true, false)
}

fn allow_with(ids: &[&str], span: Option<&str>, high: bool, all_seen: bool) -> TerminalCommand {
    let ids = ids.iter().map(|&id| id.to_owned()).collect();
    TerminalCommand::Approvals(ApprovalsCommand::Allow {
        ids,
        span: span.map(|span| span.parse().unwrap()),
        high,
        all_seen,
        without: Vec::new(),
    })
}

fn deny(ids: &[&str], message: Option<&str>) -> TerminalCommand {
    let ids = ids.iter().map(|&id| id.to_owned()).collect();
    TerminalCommand::Approvals(ApprovalsCommand::Deny {
        ids,
        message: message.map(str::to_owned),
    })
}

fn reply(id: &str) -> String {
    format!("POST /approvals/{}", id.replace('-', "%2D"))
}

/// What was posted.
fn posted(fake: &Fake) -> Vec<String> {
    fake.received()
        .into_iter()
        .filter(|call| call.starts_with("POST"))
        .collect()
}

async fn two_waiting() -> Fake {
    let fake = Fake::start().await;
    fake.waiting(&[plugin(), skill()]);
    fake.answer(
        "GET /approvals/history?limit=200",
        200,
        &json!({ "items": [] }),
    );
    fake
}

#[tokio::test]
async fn several_are_allowed_by_their_beginnings() {
    let fake = two_waiting().await;
    fake.answer(
        &reply(PLUGIN),
        200,
        &json!({ "ok": true, "allowed": true, "applied": true }),
    );
    fake.answer(&reply(SKILL), 200, &json!({ "ok": true, "allowed": true }));
    let ran = run(
        allow(&["7d3088", "7D30FFFF"], None),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    7d3088e2 allowed and written: Add plugin opencode-notion
    7d30ffff allowed, it is being written: Upsert skill expense-audit
    ");
    let expected =
        [PLUGIN, SKILL].map(|id| format!(r#"{} {{"reply":"allow","via":"terminal"}}"#, reply(id)));
    assert_eq!(posted(&fake), expected);

    let ran = run(
        allow(&["7d3088", "7d30ffff"], None),
        &fake.search(),
        OutputForm::Json,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    {"items":[{"id":"7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11","ok":true,"allowed":true,"applied":true},{"id":"7d30ffff-0000-4000-8000-000000000002","ok":true,"allowed":true}]}
    "#);
}

fn allow_without(ids: &[&str]) -> TerminalCommand {
    TerminalCommand::Approvals(ApprovalsCommand::Allow {
        ids: ids.iter().map(|&id| id.to_owned()).collect(),
        span: None,
        high: false,
        all_seen: false,
        without: vec!["mcp/notion".to_owned()],
    })
}

#[tokio::test]
async fn what_is_left_out_is_shown_and_named_in_the_answer() {
    let fake = two_waiting().await;
    let mut amended = skill();
    amended["digest"] = "9f86".into();
    fake.answer(&format!("{}/amend", reply(SKILL)), 200, &amended);
    fake.answer(
        &reply(SKILL),
        200,
        &json!({ "ok": true, "allowed": true, "applied": true }),
    );
    let ran = run(allow_without(&[SKILL]), &fake.search(), OutputForm::Json).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    {"items":[{"id":"7d30ffff-0000-4000-8000-000000000002","ok":true,"allowed":true,"applied":true}]}
    "#);
    let expected = [
        format!(r#"{}/amend {{"without":["mcp/notion"]}}"#, reply(SKILL)),
        format!(
            r#"{} {{"reply":"allow","via":"terminal","amend":{{"without":["mcp/notion"]}},"digest":"9f86"}}"#,
            reply(SKILL)
        ),
    ];
    assert_eq!(posted(&fake), expected);

    let ran = run(
        allow_without(&[SKILL, PLUGIN]),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 2
    error: parts can be left out of one request at a time; name one
    ");
}

#[tokio::test]
async fn an_allowance_is_asked_for_in_minutes() {
    let fake = two_waiting().await;
    fake.answer(
        &reply(SKILL),
        200,
        &json!({ "ok": true, "allowed": true, "applied": true }),
    );
    let ran = run(
        allow(&[SKILL], Some("10m")),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    7d30ffff allowed and written: Upsert skill expense-audit; requests like it are not asked about for 10 minutes
    ");
    let body = r#"{"reply":"allow","via":"terminal","remember":{"minutes":10}}"#;
    assert_eq!(posted(&fake), [format!("{} {body}", reply(SKILL))]);
}

#[tokio::test]
async fn an_allowance_that_is_refused_is_told() {
    let fake = two_waiting().await;
    let refusal =
        json!({ "code": "not_rememberable", "message": "Plugins are always asked about" });
    fake.answer(&reply(PLUGIN), 400, &refusal);
    let ran = run(
        allow(&[PLUGIN], Some("5m")),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 1
    error: Plugins are always asked about
    ");
    let ran = run(
        allow(&[PLUGIN], Some("5m")),
        &fake.search(),
        OutputForm::Json,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 1
    {"items":[{"id":"7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11","error":{"code":"not_rememberable","message":"Plugins are always asked about"}}]}
    "#);
}

#[tokio::test]
async fn a_denial_carries_its_message() {
    let fake = two_waiting().await;
    fake.answer(
        &reply(PLUGIN),
        200,
        &json!({ "ok": true, "allowed": false }),
    );
    let ran = run(
        deny(&["7d3088"], Some("not \"today\"")),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    7d3088e2 denied, nothing was written: Add plugin opencode-notion
    ");
    let body = r#"{"reply":"deny","via":"terminal","message":"not \"today\""}"#;
    assert_eq!(posted(&fake), [format!("{} {body}", reply(PLUGIN))]);
}

#[tokio::test]
async fn a_write_that_fails_is_a_failure() {
    for error in [
        json!("disk full\u{1b}[2J"),
        json!({ "code": "c", "message": "disk full" }),
    ] {
        let fake = two_waiting().await;
        let answer = json!({ "ok": true, "allowed": true, "applied": false, "error": error });
        fake.answer(&reply(PLUGIN), 200, &answer);
        let ran = run(allow(&[PLUGIN], None), &fake.search(), OutputForm::Text).await;
        assert_eq!(ran.exit.code(), 1);
        assert_eq!(ran.out, "");
        let expected = "error: request 7d3088e2 was allowed, but the write failed: disk full";
        assert_eq!(ran.err.trim_end().trim_end_matches("\\u{1b}[2J"), expected);
    }
}

#[tokio::test]
async fn one_that_has_ended_does_not_keep_the_others() {
    let fake = two_waiting().await;
    fake.answer(
        &reply(PLUGIN),
        404,
        &json!({ "code": "approval_not_found", "message": "gone" }),
    );
    fake.answer(&reply(SKILL), 200, &json!({ "ok": true, "allowed": false }));
    let command = deny(&["ffff", PLUGIN, SKILL], None);
    let ran = run(command.clone(), &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 5
    7d30ffff denied, nothing was written
    error: no request `ffff` is waiting
      help: `openwork-server approvals list` shows the ids; their first 4 characters suffice
    error: no request `7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11` is waiting
      help: `openwork-server approvals list` shows the ids; their first 4 characters suffice
    ");
    let ran = run(command, &fake.search(), OutputForm::Json).await;
    assert_eq!(ran.exit.code(), 5);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let codes: Vec<_> = document["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["error"]["code"].clone())
        .collect();
    assert_eq!(
        codes,
        [
            json!("approval_not_found"),
            json!("approval_not_found"),
            Value::Null
        ]
    );
}

#[tokio::test]
async fn nothing_is_answered_if_an_id_makes_no_sense() {
    let fake = two_waiting().await;
    let ran = run(
        allow(&[PLUGIN, "7d30"], None),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    assert_eq!(ran.exit.code(), 2);
    assert_eq!(posted(&fake), [""; 0]);
}

#[tokio::test]
async fn hostile_names_stay_inert() {
    let fake = Fake::start().await;
    fake.waiting(&[hostile()]);
    let id = hostile()["id"].as_str().unwrap().to_owned();
    fake.answer(
        &reply(&id),
        200,
        &json!({ "ok": true, "allowed": true, "applied": true }),
    );
    let ran = run(allow(&["aaaa"], None), &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    aaaa0000 allowed and written: Upsert skill \u{202e}lave\u{202c}\u{d}\u{a}allowed and written\u{1b}]0;owned\u{7}
    ");
}

#[tokio::test]
async fn what_is_rated_high_is_not_allowed_like_any_other() {
    let fake = two_waiting().await;
    let command = allow_with(&[SKILL, "7d3088"], None, false, true);
    assert_snapshot!(both(&command, &fake.search()).await, @r#"
    exit 2
    error: request 7d3088e2 is rated high: Run a plugin: opencode-notion
      help: look at it with `show`, and if it is meant add `--high`

    exit 2
    {"error":{"code":"level_high","message":"request 7d3088e2 is rated high: Run a plugin: opencode-notion","help":"look at it with `show`, and if it is meant add `--high`"}}
    "#);
    assert_eq!(posted(&fake), [""; 0]);
}

#[tokio::test]
async fn what_has_no_level_is_high() {
    let fake = Fake::start().await;
    let mut item = skill();
    item.as_object_mut().unwrap().remove("level");
    fake.waiting(&[item]);
    let command = allow_with(&[SKILL], None, false, false);
    assert_eq!(
        run(command, &fake.search(), OutputForm::Json)
            .await
            .exit
            .code(),
        2
    );
    assert_eq!(posted(&fake), [""; 0]);
}

#[tokio::test]
async fn a_person_confirms_what_is_rated_high() {
    LocalSet::new()
        .run_until(async {
            for (typed, code) in [("yes", 0), ("y", 1), ("", 1), ("yes please", 1)] {
                let fake = two_waiting().await;
                let applied = json!({ "ok": true, "allowed": true, "applied": true });
                fake.answer(&reply(PLUGIN), 200, &applied);
                let command = allow_with(&["7d3088"], None, false, false);
                let mut session = Session::start(command, &fake.search(), true);
                session.paper.wait_for("Type `yes` to allow it: ", 1).await;
                assert_eq!(posted(&fake), [""; 0]);
                session.type_line(typed).await;
                let (exit, text) = session.end().await;
                assert_eq!(exit.code(), code, "{typed:?}");
                assert_eq!(posted(&fake).len(), usize::from(code == 0), "{typed:?}");
                if typed == "y" {
                    assert_snapshot!(text, @r"
                    ▲ high  Run a plugin: opencode-notion
                      Add plugin opencode-notion
                      plugins.add, Finance, from 192.168.1.23
                      7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11, 24 s left
                      ▲ high  Plugin code runs on this machine when the engine next loads.
                    Type `yes` to allow it: error: request 7d3088e2 was not allowed
                    ");
                }
            }
        })
        .await;
}

#[tokio::test]
async fn what_is_not_shown_to_its_end_is_allowed_by_who_says_so() {
    let fake = Fake::start().await;
    fake.waiting(&[long()]);
    let applied = json!({ "ok": true, "allowed": true, "applied": true });
    fake.answer(&reply(LONG), 200, &applied);
    let command = allow_with(&[LONG], None, true, false);
    assert_snapshot!(both(&command, &fake.search()).await, @r#"
    exit 2
    error: request 10900000 is longer than lists and `show` display it
      help: look at all of it with `show --full`, and if it is meant add `--all-seen`

    exit 2
    {"error":{"code":"not_all_seen","message":"request 10900000 is longer than lists and `show` display it","help":"look at all of it with `show --full`, and if it is meant add `--all-seen`"}}
    "#);
    assert_eq!(posted(&fake), [""; 0]);

    let command = allow_with(&[LONG], None, false, true);
    assert_eq!(
        run(command, &fake.search(), OutputForm::Text)
            .await
            .exit
            .code(),
        0
    );
    assert_eq!(posted(&fake).len(), 1);
}

#[tokio::test]
async fn a_full_id_needs_no_list() {
    let fake = two_waiting().await;
    // Whatever waits is too much to be read.
    fake.answer(
        "GET /approvals",
        503,
        &json!({ "code": "busy", "message": "Busy" }),
    );
    fake.answer(
        "GET /approvals?include=changes",
        503,
        &json!({ "code": "busy", "message": "" }),
    );
    fake.answer(
        &reply(PLUGIN),
        200,
        &json!({ "ok": true, "allowed": false }),
    );
    fake.answer(
        &reply(SKILL),
        200,
        &json!({ "ok": true, "allowed": true, "applied": true }),
    );
    let denied = run(
        deny(&[&PLUGIN.to_uppercase()], None),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    assert_eq!(denied.out, "7d3088e2 denied, nothing was written\n");
    let allowed = allow_with(&[SKILL], None, false, false);
    let allowed = run(allowed, &fake.search(), OutputForm::Text).await;
    assert_eq!(
        allowed.out,
        "7d30ffff allowed and written: Upsert skill expense-audit\n"
    );
    let request = reply(SKILL).replace("POST", "GET");
    assert_eq!(
        fake.received(),
        [
            format!(r#"{} {{"reply":"deny","via":"terminal"}}"#, reply(PLUGIN)),
            request,
            format!(r#"{} {{"reply":"allow","via":"terminal"}}"#, reply(SKILL)),
        ]
    );
}

#[tokio::test]
async fn the_beginning_of_an_id_is_looked_up_in_the_short_list() {
    let fake = two_waiting().await;
    fake.answer(
        &reply(PLUGIN),
        200,
        &json!({ "ok": true, "allowed": false }),
    );
    run(
        deny(&["7d3088", "7d3088e2"], None),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    let calls = fake.received();
    assert_eq!(
        calls
            .iter()
            .filter(|call| *call == "GET /approvals")
            .count(),
        1
    );
    assert!(
        !calls.iter().any(|call| call.contains("include")),
        "{calls:?}"
    );
}
