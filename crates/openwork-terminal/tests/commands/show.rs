use insta::assert_snapshot;
use openwork_terminal::{Approvals, Command, Form};
use serde_json::{Value, json};

use crate::fake::Fake;
use crate::item::{PLUGIN, hostile, plugin, skill};
use crate::session::{Ran, both, run};

async fn show(fake: &Fake, id: &str, form: Form) -> Ran {
    let show = Approvals::Show {
        id: id.to_owned(),
        reveal: false,
    };
    run(Command::Approvals(show), &fake.search(), form).await
}

#[tokio::test]
async fn a_request_is_shown_with_its_diff() {
    let fake = Fake::start().await;
    fake.waiting(&[plugin(), skill()]);
    let ran = show(&fake, "7d3088", Form::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    Add plugin opencode-notion
      plugins.add, Finance, from 192.168.1.23
      7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11, 24 s left
      ! Plugin code runs on this machine when the engine next loads.

    opencode.json  modify  +1 -1
    @@ -1,3 +1,3 @@
     {
    -  "plugin": ["a"]
    +  "plugin": ["a", "opencode-notion"]
     }

    answer with: openwork-server approvals allow 7d3088e2, or deny 7d3088e2 [-m TEXT]
    "#);
    let ran = show(&fake, "7d30ffff", Form::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    Upsert skill expense-audit
      skills.upsert, Finance, from "annas-phone" at 192.168.1.24
      7d30ffff-0000-4000-8000-000000000002, 29 s left
      ! Agents will read this text as instructions.

    .opencode/skills/expense-audit/SKILL.md  create  +1 -0
    @@ -0,0 +1 @@
    +Audit.
    (shortened: the whole change is larger than is shown here)
    (masked: /mcp/x/headers/Authorization)

    answer with: openwork-server approvals allow 7d30ffff [--for 10m], or deny 7d30ffff [-m TEXT]
    "#);
    let ran = show(&fake, PLUGIN, Form::Json).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), plugin());
}

#[tokio::test]
async fn masked_values_are_shown_when_asked_for() {
    let fake = Fake::start().await;
    let path = format!("GET /approvals/{}?reveal=true", PLUGIN.replace('-', "%2D"));
    fake.waiting(&[plugin()]).answer(&path, 200, &skill());
    let reveal = Approvals::Show {
        id: PLUGIN.to_owned(),
        reveal: true,
    };
    let ran = run(Command::Approvals(reveal), &fake.search(), Form::Json).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), skill());
}

#[tokio::test]
async fn a_hostile_request_stays_inert() {
    let fake = Fake::start().await;
    fake.waiting(&[hostile()]);
    let ran = show(&fake, "aaaa", Form::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    Upsert skill \u{202e}lave\u{202c}\u{d}\u{a}allowed and written\u{1b}]0;owned\u{7}
      skills.upsert, Fin\u{1b}[2Jance, from "me\u{9b}31m" at ::1
      aaaa0000-0000-4000-8000-000000000003, 29 s left
      ! Starts `sh\u{200b}`\u{a}

    a\u{8}\u{8}b.md  create  +2 -0
    @@ -0,0 +1,2 @@
    +	x\u{1b}[1A\u{1b}[2K\u{d}
    +\u{2067}y
    (masked: /a\u{1b}b)

    answer with: openwork-server approvals allow aaaa0000 [--for 10m], or deny aaaa0000 [-m TEXT]
    "#);
}

#[tokio::test]
async fn ids_that_mean_no_request_are_refused() {
    let fake = Fake::start().await;
    let ended = json!({
        "id": "bbbb0000-0", "action": "mcp.add", "summary": "Add MCP x", "outcome": "expired",
        "endedAt": 1,
    });
    fake.waiting(&[plugin(), skill()]);
    fake.answer(
        "GET /approvals/history?limit=200",
        200,
        &json!({ "items": [ended] }),
    );
    let mut transcripts = String::new();
    for id in ["7d3", "7d30", "ffff", "bbbb", "ff\u{1b}[2J"] {
        let show = Command::Approvals(Approvals::Show {
            id: id.to_owned(),
            reveal: false,
        });
        transcripts.push_str(&both(&show, &fake.search()).await);
        transcripts.push('\n');
    }
    assert_snapshot!(transcripts, @r#"
    exit 2
    error: `7d3` is too short for an id
      help: `openwork-server approvals list` shows the ids; their first 4 characters suffice

    exit 2
    {"error":{"code":"id_too_short","message":"`7d3` is too short for an id","help":"`openwork-server approvals list` shows the ids; their first 4 characters suffice"}}

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
    error: request bbbb0000 has ended: expired
      help: `openwork-server approvals history` shows how requests ended

    exit 5
    {"error":{"code":"approval_ended","message":"request bbbb0000 has ended: expired","help":"`openwork-server approvals history` shows how requests ended"}}

    exit 5
    error: no request `ff\u{1b}[2J` is waiting
      help: `openwork-server approvals list` shows the ids; their first 4 characters suffice

    exit 5
    {"error":{"code":"approval_not_found","message":"no request `ff\u001b[2J` is waiting","help":"`openwork-server approvals list` shows the ids; their first 4 characters suffice"}}
    "#);
}
