use insta::assert_snapshot;
use openwork_terminal::{ApprovalsCommand, ExitStatus, TerminalCommand};
use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::fake::Fake;
use crate::item::{HOSTILE, LONG, PLUGIN, SKILL, hostile, long, page, plugin, skill};
use crate::session::Session;

const WATCH: TerminalCommand = TerminalCommand::Approvals(ApprovalsCommand::Watch);
const QUESTION: &str = "[a]llow [d]eny [s]kip";
const AGAIN: &str = "type `allow` to allow it";

fn reply(id: &str) -> String {
    format!("POST /approvals/{}", id.replace('-', "%2D"))
}

fn shown(text: &str, fake: &Fake) -> String {
    text.replace(&fake.address.to_string(), "SERVER")
}

#[tokio::test]
async fn elsewhere_than_on_a_terminal_events_are_lines() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[plugin()]);
            let session = Session::start(WATCH, &fake.search(), false);
            session.paper.wait_for("\n", 1).await;
            fake.tell("approval.asked", &hostile()).await;
            fake.tell("server.heartbeat", &json!({})).await;
            session.paper.wait_for("\n", 3).await;
            fake.drop_watchers();
            session.paper.wait_for("\n", 4).await;

            let text = session.paper.text();
            assert!(
                text.bytes()
                    .all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)),
                "{text}"
            );
            let events: Vec<Value> = text
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            let kinds: Vec<_> = events
                .iter()
                .map(|event| event["type"].as_str().unwrap())
                .collect();
            assert_eq!(
                kinds,
                ["snapshot", "approval.asked", "server.heartbeat", "snapshot"]
            );
            assert_eq!(events[0]["properties"]["items"], json!([plugin()]));
            assert_eq!(events[1]["properties"], hostile());
        })
        .await;
}

#[tokio::test]
async fn a_person_is_asked_and_answers() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[plugin(), skill()]);
            fake.answer(
                &reply(PLUGIN),
                200,
                &json!({ "ok": true, "allowed": true, "applied": true }),
            );
            fake.answer(&reply(SKILL), 200, &json!({ "ok": true, "allowed": false }));
            let mut session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for(QUESTION, 1).await;
            session.type_line("yes").await;
            session.paper.wait_for(QUESTION, 2).await;
            session.read_and_type("a").await;
            session.paper.wait_for(AGAIN, 1).await;
            session.read_and_type("allow").await;
            session.paper.wait_for(QUESTION, 3).await;
            fake.tell(
                "approval.replied",
                &json!({ "id": PLUGIN, "allowed": true }),
            )
            .await;
            fake.tell("approval.applied", &json!({ "id": PLUGIN }))
                .await;
            session.type_line("d not today").await;
            session.paper.wait_for("denied", 1).await;
            let (exit, text) = session.end().await;
            assert_eq!(exit, ExitStatus::Done);
            assert_snapshot!(shown(&text, &fake), @r#"
            Watching http://SERVER. A request waits 30 s for its answer.

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
            [a]llow [d]eny [s]kip (24 s left, 1 more) Type a, d, s or e; e has it wait 5 minutes longer, and d may be followed by a message to the client.
            [a]llow [d]eny [s]kip (24 s left, 1 more) ▲ high  type `allow` to allow it (24 s left, 1 more) 7d3088e2 allowed and written: Add plugin opencode-notion

            ● medium  Change what agents read: expense-audit
              Upsert skill expense-audit
              skills.upsert, Finance, from "annas-phone" at 192.168.1.24
              7d30ffff-0000-4000-8000-000000000002, 29 s left
              ● medium  Agents will read this text as instructions.

            .opencode/skills/expense-audit/SKILL.md  create  +1 -0
            @@ -0,0 +1 @@
            +Audit.
            (masked: /mcp/x/headers/Authorization)
            [a]llow [d]eny [s]kip (29 s left) 7d30ffff denied, nothing was written: Upsert skill expense-audit
            "#);
            let posted: Vec<_> = fake
                .received()
                .into_iter()
                .filter(|call| call.starts_with("POST"))
                .collect();
            assert_eq!(
                posted,
                [
                    format!(r#"{} {{"reply":"allow","via":"terminal"}}"#, reply(PLUGIN)),
                    format!(
                        r#"{} {{"reply":"deny","via":"terminal","message":"not today"}}"#,
                        reply(SKILL)
                    ),
                ]
            );
        })
        .await;
}

#[tokio::test]
async fn what_ends_while_it_is_asked_about_is_said() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[]);
            let session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for("No requests", 1).await;
            fake.tell("approval.asked", &plugin()).await;
            session.paper.wait_for(QUESTION, 1).await;
            fake.tell("approval.asked", &skill()).await;
            fake.tell("approval.expired", &json!({ "id": PLUGIN }))
                .await;
            session.paper.wait_for(QUESTION, 2).await;
            fake.tell("approval.withdrawn", &json!({ "id": SKILL }))
                .await;
            session.paper.wait_for("withdrawn", 1).await;
            let (_, text) = session.end().await;
            assert_snapshot!(shown(&text, &fake), @r#"
            Watching http://SERVER. A request waits 30 s for its answer.
            No requests are waiting. New ones appear here; Ctrl-C ends.

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
            [a]llow [d]eny [s]kip (24 s left) 
            7d3088e2 expired, nothing was written: Add plugin opencode-notion

            ● medium  Change what agents read: expense-audit
              Upsert skill expense-audit
              skills.upsert, Finance, from "annas-phone" at 192.168.1.24
              7d30ffff-0000-4000-8000-000000000002, 29 s left
              ● medium  Agents will read this text as instructions.

            .opencode/skills/expense-audit/SKILL.md  create  +1 -0
            @@ -0,0 +1 @@
            +Audit.
            (masked: /mcp/x/headers/Authorization)
            [a]llow [d]eny [s]kip (29 s left) 
            7d30ffff withdrawn, the client left: nothing was written: Upsert skill expense-audit
            "#);
        })
        .await;
}

#[tokio::test]
async fn an_answer_that_comes_too_soon_allows_nothing() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[plugin()]);
            let mut session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for(QUESTION, 1).await;
            session.type_line("a").await;
            session
                .paper
                .wait_for("before this request could be read", 1)
                .await;
            session.paper.wait_for(QUESTION, 2).await;
            session.end().await;
            assert!(!fake.received().iter().any(|call| call.starts_with("POST")));
        })
        .await;
}

#[tokio::test]
async fn a_skipped_request_is_not_asked_about_again() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[plugin(), skill()]);
            let mut session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for(QUESTION, 1).await;
            session.type_line("s").await;
            session.paper.wait_for(QUESTION, 2).await;
            fake.drop_watchers();
            session.paper.wait_for("Connection lost", 1).await;
            session.paper.wait_for("Watching", 2).await;
            session.paper.wait_for(QUESTION, 3).await;
            let (_, text) = session.end().await;
            assert_snapshot!(shown(&text, &fake), @r#"
            Watching http://SERVER. A request waits 30 s for its answer.

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
            [a]llow [d]eny [s]kip (24 s left, 1 more) 7d3088e2 skipped, it goes on waiting: Add plugin opencode-notion

            ● medium  Change what agents read: expense-audit
              Upsert skill expense-audit
              skills.upsert, Finance, from "annas-phone" at 192.168.1.24
              7d30ffff-0000-4000-8000-000000000002, 29 s left
              ● medium  Agents will read this text as instructions.

            .opencode/skills/expense-audit/SKILL.md  create  +1 -0
            @@ -0,0 +1 @@
            +Audit.
            (masked: /mcp/x/headers/Authorization)
            [a]llow [d]eny [s]kip (29 s left) 
            Connection lost. Trying again.
            [a]llow [d]eny [s]kip (29 s left) 
            Watching http://SERVER. A request waits 30 s for its answer.
            [a]llow [d]eny [s]kip (29 s left)
            "#);
        })
        .await;
}

#[tokio::test]
async fn a_request_is_kept_waiting_and_its_deadline_moves() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[plugin()]);
            let left = |minutes: u64| plugin()["createdAt"].as_u64().unwrap() + minutes * 60_000;
            let kept = json!({ "ok": true, "expiresAt": left(10) });
            fake.answer(&format!("{}/keep", reply(PLUGIN)), 200, &kept);
            let mut session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for(QUESTION, 1).await;
            session.type_line("e").await;
            session.paper.wait_for(QUESTION, 2).await;
            let moved = json!({ "id": PLUGIN, "expiresAt": left(60) });
            fake.tell("approval.rescheduled", &moved).await;
            session.read_and_type("").await;
            session.paper.wait_for(QUESTION, 3).await;
            let (_, text) = session.end().await;
            let questions: Vec<_> = text.lines().filter(|line| line.contains(QUESTION)).collect();
            assert_eq!(
                questions,
                [
                    "[a]llow [d]eny [s]kip (24 s left) [a]llow [d]eny [s]kip (9 min 54 s left) [a]llow [d]eny [s]kip (59 min 54 s left) ",
                ]
            );
        })
        .await;
}

#[tokio::test]
async fn an_answer_that_fails_is_said() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[plugin(), skill()]);
            fake.answer(
                "GET /approvals/history?limit=200",
                200,
                &json!({ "items": [] }),
            );
            fake.answer(
                &reply(SKILL),
                400,
                &json!({ "code": "x", "message": "No \u{1b}[2J" }),
            );
            let mut session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for(QUESTION, 1).await;
            session.type_line("d").await;
            session.paper.wait_for(QUESTION, 2).await;
            session.type_line("d").await;
            session.paper.wait_for(QUESTION, 3).await;
            let (_, text) = session.end().await;
            assert_snapshot!(shown(&text, &fake), @r#"
            Watching http://SERVER. A request waits 30 s for its answer.

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
            [a]llow [d]eny [s]kip (24 s left, 1 more) error: no request `7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11` is waiting
              help: `openwork-server approvals list` shows the ids; their first 4 characters suffice

            ● medium  Change what agents read: expense-audit
              Upsert skill expense-audit
              skills.upsert, Finance, from "annas-phone" at 192.168.1.24
              7d30ffff-0000-4000-8000-000000000002, 29 s left
              ● medium  Agents will read this text as instructions.

            .opencode/skills/expense-audit/SKILL.md  create  +1 -0
            @@ -0,0 +1 @@
            +Audit.
            (masked: /mcp/x/headers/Authorization)
            [a]llow [d]eny [s]kip (29 s left) error: No \u{1b}[2J
            [a]llow [d]eny [s]kip (29 s left)
            "#);
        })
        .await;
}

#[tokio::test]
async fn a_hostile_request_stays_inert() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[hostile()]);
            let session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for(QUESTION, 1).await;
            fake.tell("approval.expired", &json!({ "id": HOSTILE }))
                .await;
            session.paper.wait_for("expired", 1).await;
            let (_, text) = session.end().await;
            assert_snapshot!(shown(&text, &fake), @r#"
            Watching http://SERVER. A request waits 30 s for its answer.

            ▲ high  Start \u{1b}]0;a\u{7} program: sh\u{200b}
              Upsert skill \u{202e}lave\u{202c}\u{d}\u{a}allowed and
                written\u{1b}]0;owned\u{7}
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
            [a]llow [d]eny [s]kip (29 s left) 
            aaaa0000 expired, nothing was written: Upsert skill \u{202e}lave\u{202c}\u{d}\u{a}allowed and written\u{1b}]0;owned\u{7}
            "#);
        })
        .await;
}

#[tokio::test]
async fn a_server_that_asks_nobody_says_so() {
    let local = LocalSet::new();
    local
        .run_until(async {
            for (key, value, expected) in [
                (
                    "mode",
                    json!("auto"),
                    "Approvals are off: every write is applied at once.",
                ),
                (
                    "readOnly",
                    json!(true),
                    "It is read-only: writes are refused.",
                ),
            ] {
                let fake = Fake::start().await;
                fake.waiting(&[]).snapshot(key, value);
                let session = Session::start(WATCH, &fake.search(), true);
                session.paper.wait_for(expected, 1).await;
                session.end().await;
            }
        })
        .await;
}

#[tokio::test]
async fn what_is_rated_high_takes_a_second_word() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[plugin()]);
            let mut session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for(QUESTION, 1).await;
            session.read_and_type("a").await;
            session.paper.wait_for(AGAIN, 1).await;
            // Neither the same letter again, nor a word that was typed ahead.
            session.type_line("allow").await;
            session.paper.wait_for("before this request", 1).await;
            session.paper.wait_for(AGAIN, 2).await;
            session.read_and_type("a").await;
            session.paper.wait_for(AGAIN, 3).await;
            session.type_line("").await;
            session.paper.wait_for(QUESTION, 2).await;
            let (_, text) = session.end().await;
            assert!(!fake.received().iter().any(|call| call.starts_with("POST")));
            let asked = text.split_once(" }\n").unwrap().1;
            assert_snapshot!(asked, @r"
            [a]llow [d]eny [s]kip (24 s left) ▲ high  type `allow` to allow it (24 s left) That came before this request could be read. Answer again.
            ▲ high  type `allow` to allow it (24 s left) ▲ high  type `allow` to allow it (24 s left) Not allowed. It goes on waiting.
            [a]llow [d]eny [s]kip (24 s left)
            ");
        })
        .await;
}

#[tokio::test]
async fn what_has_a_rest_is_allowed_once_it_was_shown() {
    const FULL: &str = "[f]ull [d]eny [s]kip";

    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            fake.waiting(&[long()]);
            let first = format!("GET /approvals/{LONG}/files/0?lines=2000");
            let other = LONG.replace('-', "%2D");
            let other = format!("GET /approvals/{other}/files/1?lines=2000");
            fake.answer(&first, 200, &page("one.md", "+One.\n", "d0", None));
            fake.answer(&reply(LONG), 200, &json!({ "ok": true, "allowed": true }));
            let mut session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for(FULL, 1).await;
            session.read_and_type("a").await;
            session.paper.wait_for("Not all of it was shown.", 1).await;
            // The second file cannot be had.
            session.paper.wait_for(FULL, 2).await;
            session.read_and_type("f").await;
            session.paper.wait_for(FULL, 3).await;
            fake.answer(&other, 200, &page("two.md", "+Two.\n", "d1", None));
            session.read_and_type("f").await;
            session.paper.wait_for(QUESTION, 1).await;
            assert!(!fake.received().iter().any(|call| call.starts_with("POST")));
            session.read_and_type("a").await;
            session
                .paper
                .wait_for("allowed, it is being written", 1)
                .await;
            let (_, text) = session.end().await;
            assert_snapshot!(shown(&text, &fake), @r#"
            Watching http://SERVER. A request waits 30 s for its answer.

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
            [f]ull [d]eny [s]kip (29 s left) Not all of it was shown. Type f to see the rest.
            [f]ull [d]eny [s]kip (29 s left) 
            one.md  create  +2 -0
            +One.
            (masked: /mcp/x/headers/Authorization)
            error: Not found
            [f]ull [d]eny [s]kip (29 s left) 
            one.md  create  +2 -0
            +One.
            (masked: /mcp/x/headers/Authorization)

            two.md  create  +2 -0
            +Two.

            ● medium  Change what agents read: 2 skills
              Import 2 skills
              skills.upsert, Finance, from "annas-phone" at 192.168.1.24
              10900000-0000-4000-8000-000000000004, 29 s left
              ● medium  Agents will read this text as instructions.
            [a]llow [d]eny [s]kip (29 s left) 10900000 allowed, it is being written: Import 2 skills
            "#);
        })
        .await;
}

#[tokio::test]
async fn effects_that_an_event_leaves_out_are_read() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let fake = Fake::start().await;
            let mut item = plugin();
            let effects = item["effects"].take();
            item["effects"] = json!([]);
            item["moreEffects"] = 1.into();
            fake.waiting(&[item.clone()]);
            item["effects"] = effects;
            item["moreEffects"] = 0.into();
            let id = PLUGIN.replace('-', "%2D");
            fake.answer(&format!("GET /approvals/{id}"), 200, &item);
            let session = Session::start(WATCH, &fake.search(), true);
            session.paper.wait_for(QUESTION, 1).await;
            let (_, text) = session.end().await;
            assert!(text.contains("  ▲ high  Plugin code runs"), "{text}");
        })
        .await;
}
