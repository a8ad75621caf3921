use insta::assert_snapshot;
use openwork_terminal::{ApprovalsCommand, HistoryFilter, OutputForm, TerminalCommand};
use serde_json::{Value, json};

use crate::fake::Fake;
use crate::item::{hostile, plugin, skill};
use crate::session::{run, run_on};

const LIST: TerminalCommand = TerminalCommand::Approvals(ApprovalsCommand::List);

#[tokio::test]
async fn requests_are_listed_oldest_first() {
    let fake = Fake::start().await;
    fake.waiting(&[plugin(), skill()]);
    let ran = run(LIST, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ID        LEVEL     AGE  LEFT  ACTION         WORKSPACE  FROM                           REQUEST
    7d3088e2  ▲ high    6 s  24 s  plugins.add    Finance    192.168.1.23                   Run a plugin: opencode-notion
    7d30ffff  ● medium  1 s  29 s  skills.upsert  Finance    "annas-phone" at 192.168.1.24  Change what agents read: expense-audit
    "#);
}

#[tokio::test]
async fn what_has_no_room_on_the_screen_stands_below() {
    let fake = Fake::start().await;
    fake.waiting(&[plugin(), skill()]);
    let ran = run_on(Some(80), LIST, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ID        LEVEL     AGE  LEFT  ACTION         WORKSPACE
      FROM                           REQUEST
    7d3088e2  ▲ high    6 s  24 s  plugins.add    Finance
      192.168.1.23                   Run a plugin: opencode-notion
    7d30ffff  ● medium  1 s  29 s  skills.upsert  Finance
      "annas-phone" at 192.168.1.24  Change what agents read: expense-audit
    "#);
}

#[tokio::test]
async fn an_empty_list_says_so() {
    let fake = Fake::start().await;
    fake.waiting(&[]);
    let ran = run(LIST, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    No requests are waiting.
    ");
    let ran = run(LIST, &fake.search(), OutputForm::Json).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    {"items":[]}
    "#);
}

#[tokio::test]
async fn json_is_what_the_server_sends_and_how_long_it_waits() {
    let fake = Fake::start().await;
    fake.waiting(&[plugin(), skill()]);
    let ran = run(LIST, &fake.search(), OutputForm::Json).await;
    assert_eq!(ran.out.lines().count(), 1);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        document,
        json!({ "items": [timed(plugin(), 6_000, 24_000), timed(skill(), 1_000, 29_000)] })
    );
    assert_eq!(ran.err, "");
}

/// A request as `list --json` has it.
fn timed(mut item: Value, age: u64, left: u64) -> Value {
    item["ageMs"] = age.into();
    item["leftMs"] = left.into();
    item
}

#[tokio::test]
async fn hostile_names_stay_inert() {
    let fake = Fake::start().await;
    fake.waiting(&[hostile()]);
    let ran = run(LIST, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ID        LEVEL   AGE  LEFT  ACTION         WORKSPACE         FROM                  REQUEST
    aaaa0000  ▲ high  1 s  29 s  skills.upsert  Fin\u{1b}[2Jance  "me\u{9b}31m" at ::1  Start \u{1b}]0;a\u{7} program: sh\u{200b}
    "#);
    let ran = run(LIST, &fake.search(), OutputForm::Json).await;
    assert!(
        ran.out
            .trim_end()
            .chars()
            .all(|one| one.is_ascii_graphic() || one == ' '),
        "{}",
        ran.out
    );
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        document,
        json!({ "items": [timed(hostile(), 1_000, 29_000)] })
    );
}

#[tokio::test]
async fn history_is_listed_newest_first() {
    let fake = Fake::start().await;
    let ended = |item: Value, outcome: &str, ended_at: u64, message: Option<&str>| {
        let mut item = item;
        item["outcome"] = outcome.into();
        item["endedAt"] = ended_at.into();
        item["message"] = message.into();
        item
    };
    let mut failed = ended(plugin(), "failed", 940_000, None);
    failed["error"] = "disk full".into();
    failed["by"] = "rule".into();
    let mut denied = ended(skill(), "denied", 998_000, Some("not \u{1b}[2Jtoday"));
    for (name, value) in [
        ("by", "host"),
        ("via", "page"),
        ("answeredFrom", "10.0.0.2"),
    ] {
        denied[name] = value.into();
    }
    let items = json!({ "items": [
        denied,
        failed,
        ended(plugin(), "applied", 900_000, None),
    ]});
    fake.answer("GET /approvals/history?limit=20", 200, &items);
    let history = TerminalCommand::Approvals(ApprovalsCommand::History {
        limit: 20,
        filter: HistoryFilter::default(),
    });
    let ran = run(history.clone(), &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ID        LEVEL     ENDED      OUTCOME                      BY                      ACTION         WORKSPACE  FROM                           REQUEST
    7d30ffff  ● medium  just now   denied: not \u{1b}[2Jtoday   host, page at 10.0.0.2  skills.upsert  Finance    "annas-phone" at 192.168.1.24  Change what agents read: expense-audit
    7d3088e2  ▲ high    1 min ago  the write failed: disk full  rule                    plugins.add    Finance    192.168.1.23                   Run a plugin: opencode-notion
    7d3088e2  ▲ high    1 min ago  allowed and written                                  plugins.add    Finance    192.168.1.23                   Run a plugin: opencode-notion
    "#);
    // Programs get the diffs as well.
    fake.answer(
        "GET /approvals/history?limit=20&include=changes",
        200,
        &items,
    );
    let ran = run(history, &fake.search(), OutputForm::Json).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), items);
}

#[tokio::test]
async fn an_empty_history_says_so() {
    let fake = Fake::start().await;
    fake.answer(
        "GET /approvals/history?limit=5",
        200,
        &json!({ "items": [] }),
    );
    let history = TerminalCommand::Approvals(ApprovalsCommand::History {
        limit: 5,
        filter: HistoryFilter::default(),
    });
    let ran = run(history, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 0
    No request has ended yet.
    ");
}
