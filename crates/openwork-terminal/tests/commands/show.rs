use insta::assert_snapshot;
use openwork_terminal::{ApprovalsCommand, OutputForm, TerminalCommand};
use serde_json::{Value, json};

use crate::fake::Fake;
use crate::item::{LONG, PLUGIN, hostile, long, page, plugin, skill};
use crate::session::{Ran, both, run};

async fn show(fake: &Fake, id: &str, form: OutputForm) -> Ran {
    let show = ApprovalsCommand::Show {
        id: id.to_owned(),
        reveal: false,
        full: false,
    };
    run(TerminalCommand::Approvals(show), &fake.search(), form).await
}

#[tokio::test]
async fn a_request_is_shown_with_its_diff() {
    let fake = Fake::start().await;
    fake.waiting(&[plugin(), skill()]);
    let ran = show(&fake, "7d3088", OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ▲ high  Run a plugin: opencode-notion
      Add plugin opencode-notion
      plugins.add, Finance, from 192.168.1.23
      7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11, 24 s left
      ▲ high  Plugin code runs on this machine when the engine next loads.

    opencode.json  modify  +1 -1
    @@ -1,3 +1,3 @@
     {
    -  "plugin": ["a"]
    +  "plugin": ["a", "opencode-notion"]
     }

    answer with: openwork-server approvals allow 7d3088e2 --high, or deny 7d3088e2 [-m TEXT]
    "#);
    let ran = show(&fake, "7d30ffff", OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ● medium  Change what agents read: expense-audit
      Upsert skill expense-audit
      skills.upsert, Finance, from "annas-phone" at 192.168.1.24
      7d30ffff-0000-4000-8000-000000000002, 29 s left
      ● medium  Agents will read this text as instructions.

    .opencode/skills/expense-audit/SKILL.md  create  +1 -0
    @@ -0,0 +1 @@
    +Audit.
    (masked: /mcp/x/headers/Authorization)

    answer with: openwork-server approvals allow 7d30ffff [--for 10m], or deny 7d30ffff [-m TEXT]
    "#);
    let ran = show(&fake, PLUGIN, OutputForm::Json).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), plugin());
}

#[tokio::test]
async fn masked_values_are_shown_when_asked_for() {
    let fake = Fake::start().await;
    let path = format!("GET /approvals/{}?reveal=true", PLUGIN.replace('-', "%2D"));
    fake.waiting(&[plugin()]).answer(&path, 200, &skill());
    let reveal = ApprovalsCommand::Show {
        id: PLUGIN.to_owned(),
        reveal: true,
        full: false,
    };
    let ran = run(
        TerminalCommand::Approvals(reveal),
        &fake.search(),
        OutputForm::Json,
    )
    .await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), skill());
}

#[tokio::test]
async fn a_hostile_request_stays_inert() {
    let fake = Fake::start().await;
    fake.waiting(&[hostile()]);
    let ran = show(&fake, "aaaa", OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ▲ high  Start \u{1b}]0;a\u{7} program: sh\u{200b}
      Upsert skill \u{202e}lave\u{202c}\u{d}\u{a}allowed and written\u{1b}]0;owned\u{7}
      skills.upsert, Fin\u{1b}[2Jance, from "me\u{9b}31m" at ::1
      aaaa0000-0000-4000-8000-000000000003, 29 s left
      ● medium  Starts `sh\u{200b}`\u{a}
          de\u{202e}ny → al\u{d}low
          $ sh\u{1b}[2J
          $ 	-c x

    a\u{8}\u{8}b.md  create  +2 -0
    @@ -0,0 +1,2 @@
    +	x\u{1b}[1A\u{1b}[2K\u{d}
    +\u{2067}y
    (masked: /a\u{1b}b)

    answer with: openwork-server approvals allow aaaa0000 --high [--for 10m], or deny aaaa0000 [-m TEXT]
    "#);
}

#[tokio::test]
async fn what_has_ended_is_shown_with_its_end() {
    let fake = Fake::start().await;
    let other = json!({ "id": "cccc0000-0", "action": "", "summary": "", "outcome": "applied" });
    let ended = json!({
        "id": "bbbb0000-0", "action": "mcp.add", "summary": "Add MCP x", "workspaceName": "Finance",
        "outcome": "denied", "endedAt": 900_000, "by": "host", "via": "page",
        "answeredFrom": "10.0.0.2", "message": "Not\u{1b}[2J now.",
        "changes": [{ "path": "opencode.json", "kind": "modify", "added": 1, "removed": 0,
            "diff": "@@ -1 +1,2 @@\n {\n+  \"x\": 1\n" }],
    });
    fake.waiting(&[plugin()]);
    // It is found on whatever page of the history it is.
    for include in ["", "&include=changes"] {
        let page = |cursor: &str| format!("GET /approvals/history?limit=200{cursor}{include}");
        let first = json!({ "items": [other], "next": "cccc" });
        fake.answer(&page(""), 200, &first);
        fake.answer(&page("&cursor=cccc"), 200, &json!({ "items": [ended] }));
    }
    let ran = show(&fake, "bbbb", OutputForm::Json).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), ended);
    let ran = show(&fake, "bbbb", OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ▲ high  Add MCP x
      mcp.add, Finance, from a client without a name
      bbbb0000-0, denied: Not\u{1b}[2J now., 1 min ago; answered by host, page at 10.0.0.2

    opencode.json  modify  +1 -0
    @@ -1 +1,2 @@
     {
    +  "x": 1
    "#);
}

#[tokio::test]
async fn ids_that_mean_no_request_are_refused() {
    let fake = Fake::start().await;
    fake.waiting(&[plugin(), skill()]);
    fake.answer(
        "GET /approvals/history?limit=200",
        200,
        &json!({ "items": [] }),
    );
    let mut transcripts = String::new();
    for id in ["7d3", "7d30", "ffff", "ff\u{1b}[2J"] {
        let show = TerminalCommand::Approvals(ApprovalsCommand::Show {
            id: id.to_owned(),
            reveal: false,
            full: false,
        });
        transcripts.push_str(&both(&show, &fake.search()).await);
        transcripts.push('\n');
    }
    assert_snapshot!(transcripts, @r#"
    exit 2
    error: `7d3` is too short for an id
      help: lists show the ids; their first 4 characters suffice

    exit 2
    {"error":{"code":"id_too_short","message":"`7d3` is too short for an id","help":"lists show the ids; their first 4 characters suffice"}}

    exit 2
    error: `7d30` is the beginning of several ids: 7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11, 7d30ffff-0000-4000-8000-000000000002
      help: write more of it

    exit 2
    {"error":{"code":"id_ambiguous","message":"`7d30` is the beginning of several ids: 7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11, 7d30ffff-0000-4000-8000-000000000002","help":"write more of it"}}

    exit 5
    error: no request `ffff` is waiting
      help: `openwork-server approvals list` shows the ids; their first 4 characters suffice

    exit 5
    {"error":{"code":"approval_not_found","message":"no request `ffff` is waiting","help":"`openwork-server approvals list` shows the ids; their first 4 characters suffice"}}

    exit 5
    error: no request `ff\u{1b}[2J` is waiting
      help: `openwork-server approvals list` shows the ids; their first 4 characters suffice

    exit 5
    {"error":{"code":"approval_not_found","message":"no request `ff\u001b[2J` is waiting","help":"`openwork-server approvals list` shows the ids; their first 4 characters suffice"}}
    "#);
}

/// A server that has the rest of a long request, on three pages of two files.
async fn with_rest() -> Fake {
    let fake = Fake::start().await;
    let (first, second) = (
        format!("/approvals/{LONG}/files/0?lines=2000"),
        format!("/approvals/{LONG}/files/0?from=2&lines=2000"),
    );
    let other = format!("/approvals/{}/files/1?lines=2000", LONG.replace('-', "%2D"));
    let one = page("one.md", "@@ -0,0 +1,2 @@\n+Audit.\n", "d0", Some(&second));
    let two = page("one.md", "+\\u{200b}Pay\u{1b}[2J.\n", "d0", None);
    let three = page("two.md", "@@ -0,0 +1 @@\n+Two.\n", "d1", None);
    fake.waiting(&[long()])
        .answer(&format!("GET {first}"), 200, &one)
        .answer(&format!("GET {second}"), 200, &two)
        .answer(&format!("GET {other}"), 200, &three);
    fake
}

async fn show_full(fake: &Fake, form: OutputForm) -> Ran {
    let show = ApprovalsCommand::Show {
        id: LONG.to_owned(),
        reveal: false,
        full: true,
    };
    run(TerminalCommand::Approvals(show), &fake.search(), form).await
}

#[tokio::test]
async fn what_is_shortened_says_how_to_see_the_rest() {
    let fake = with_rest().await;
    let ran = show(&fake, LONG, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ● medium  Change what agents read: 2 skills
      Import 2 skills
      skills.upsert, Finance, from "annas-phone" at 192.168.1.24
      10900000-0000-4000-8000-000000000004, 29 s left
      ● medium  Agents will read this text as instructions.

    .opencode/skills/expense-audit/SKILL.md  create  +1 -0
    @@ -0,0 +1 @@
    +Audit.
    (shortened: the whole change is longer than is shown here)
    (masked: /mcp/x/headers/Authorization)

    (and 1 more file)

    not all of it is shown; see the rest with: openwork-server approvals show 10900000 --full
    or answer with: openwork-server approvals deny 10900000 [-m TEXT]
    "#);
}

#[tokio::test]
async fn every_file_is_shown_to_its_end() {
    let fake = with_rest().await;
    let ran = show_full(&fake, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ● medium  Change what agents read: 2 skills
      Import 2 skills
      skills.upsert, Finance, from "annas-phone" at 192.168.1.24
      10900000-0000-4000-8000-000000000004, 29 s left
      ● medium  Agents will read this text as instructions.

    one.md  create  +2 -0
    @@ -0,0 +1,2 @@
    +Audit.
    +\u{200b}Pay\u{1b}[2J.
    (masked: /mcp/x/headers/Authorization)

    two.md  create  +2 -0
    @@ -0,0 +1 @@
    +Two.

    answer with: openwork-server approvals allow 10900000 --all-seen, or deny 10900000 [-m TEXT]
    "#);
    let ran = show_full(&fake, OutputForm::Json).await;
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        document["files"],
        json!([
            {
                "path": "one.md", "kind": "create", "added": 2, "removed": 0, "digest": "d0",
                "diff": "@@ -0,0 +1,2 @@\n+Audit.\n+\\u{200b}Pay\u{1b}[2J.\n",
            },
            {
                "path": "two.md", "kind": "create", "added": 2, "removed": 0, "digest": "d1",
                "diff": "@@ -0,0 +1 @@\n+Two.\n",
            },
        ])
    );
}

#[tokio::test]
async fn pages_of_different_diffs_are_not_put_together() {
    let fake = with_rest().await;
    let second = format!("GET /approvals/{LONG}/files/0?from=2&lines=2000");
    fake.answer(&second, 200, &page("one.md", "+Other.\n", "d9", None));
    let ran = show_full(&fake, OutputForm::Text).await;
    assert_eq!(ran.exit.code(), 1);
    assert!(!ran.out.contains("Other."), "{}", ran.out);
    assert_snapshot!(ran.err, @r"
    error: the files changed while request 10900000 was shown
      help: show it again
    ");
    let moved = json!({ "code": "file_changed", "message": "The files changed" });
    fake.answer(&second, 409, &moved);
    let ran = show_full(&fake, OutputForm::Text).await;
    assert_eq!(
        (ran.exit.code(), ran.err.as_str()),
        (1, "error: The files changed\n")
    );
}

#[tokio::test]
async fn masked_values_of_the_rest_are_shown_when_asked_for() {
    let fake = with_rest().await;
    let show = TerminalCommand::Approvals(ApprovalsCommand::Show {
        id: LONG.to_owned(),
        reveal: true,
        full: true,
    });
    let document = format!("GET /approvals/{}?reveal=true", LONG.replace('-', "%2D"));
    fake.answer(&document, 200, &long());
    let ran = run(show, &fake.search(), OutputForm::Text).await;
    assert_eq!(ran.exit.code(), 1);
    let first = format!("GET /approvals/{LONG}/files/0?lines=2000&reveal=true");
    assert_eq!(fake.received().last(), Some(&first));
}

#[tokio::test]
async fn an_older_server_tells_risks_and_no_rest() {
    let fake = Fake::start().await;
    let mut item = long();
    for key in ["title", "level", "effects", "moreChanges"] {
        item.as_object_mut().unwrap().remove(key);
    }
    item["changes"][0].as_object_mut().unwrap().remove("full");
    fake.waiting(&[item]);
    let ran = show(&fake, LONG, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    ▲ high  Import 2 skills
      skills.upsert, Finance, from "annas-phone" at 192.168.1.24
      10900000-0000-4000-8000-000000000004, 29 s left
      ! Agents will read this text as instructions.

    .opencode/skills/expense-audit/SKILL.md  create  +1 -0
    @@ -0,0 +1 @@
    +Audit.
    (shortened: the whole change is longer than is shown here)
    (masked: /mcp/x/headers/Authorization)

    not all of it is shown; see the rest with: openwork-server approvals show 10900000 --full
    or answer with: openwork-server approvals deny 10900000 [-m TEXT]
    "#);
    let ran = show_full(&fake, OutputForm::Text).await;
    assert_eq!(ran.exit.code(), 1);
    assert_snapshot!(ran.err, @"error: the server does not show the rest of .opencode/skills/expense-audit/SKILL.md, which request 10900000 changes");
}
