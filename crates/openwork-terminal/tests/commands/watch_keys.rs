//! `approvals watch` in front of a person who presses single keys.

use std::time::Duration;

use insta::assert_snapshot;
use openwork_terminal::{ApprovalsCommand, ExitStatus, KeyPress, PagerChoice, TerminalCommand};
use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::agent::{permission, question};
use crate::fake::Fake;
use crate::item::{LONG, PLUGIN, SKILL, long, page, plugin, skill};
use crate::keys::KeySession;

const WATCH: TerminalCommand = TerminalCommand::Approvals(ApprovalsCommand::Watch);
const QUESTION: &str = "[a]llow [d]eny [m]essage [s]how [e]xtend [n]ext [?]";
const WORD: &str = "type `allow` to allow it:";

fn call(id: &str) -> String {
    format!("/approvals/{}", id.replace('-', "%2D"))
}

fn allowed() -> Value {
    json!({ "ok": true, "allowed": true, "applied": true })
}

fn posted(fake: &Fake) -> Vec<String> {
    let mut received = fake.received();
    received.retain(|call| call.starts_with("POST"));
    received
}

fn start(fake: &Fake, rows: usize) -> KeySession {
    KeySession::start(WATCH, &fake.search(), rows, PagerChoice::BuiltIn)
}

/// What follows the first line, which has the server's address.
fn below(screen: &str) -> &str {
    screen.split_once('\n').unwrap().1
}

#[tokio::test]
async fn one_key_answers() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[skill(), plugin()]);
        fake.answer(&format!("POST {}", call(SKILL)), 200, &allowed());
        let denied = json!({ "ok": true, "allowed": false });
        fake.answer(&format!("POST {}", call(PLUGIN)), 200, &denied);
        let session = start(&fake, 24);
        session.paper.wait_for(QUESTION, 1).await;
        session.read_and_press('a').await;
        session.paper.wait_for("(24 s left)", 1).await;
        session.read_and_press('d').await;
        session.paper.wait_for("Waiting for requests.", 1).await;
        session.press('q');
        let (exit, screen) = session.end().await;
        assert_eq!(exit, ExitStatus::Done);
        assert_snapshot!(below(&screen), @r#"

        ● medium  Change what agents read: expense-audit
          Upsert skill expense-audit
          skills.upsert, Finance, from "annas-phone" at 192.168.1.24
          7d30ffff-0000-4000-8000-000000000002, 29 s left
          ● medium  Agents will read this text as instructions.

        .opencode/skills/expense-audit/SKILL.md  create  +1 -0
        @@ -0,0 +1 @@
        +Audit.
        (masked: /mcp/x/headers/Authorization)
        7d30ffff allowed and written: Upsert skill expense-audit

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
        7d3088e2 denied, nothing was written: Add plugin opencode-notion
        "#);
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn what_is_rated_high_takes_the_whole_word() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[plugin()]);
        fake.answer(&format!("POST {}", call(PLUGIN)), 200, &allowed());
        let session = start(&fake, 24);
        session.paper.wait_for(QUESTION, 1).await;
        session.read_and_press('a').await;
        session.paper.wait_for(WORD, 1).await;
        // At once, and then other words than the one.
        session.type_line("allow");
        session.paper.wait_for("before this request", 1).await;
        tokio::time::sleep(Duration::from_millis(550)).await;
        for wrong in ["a", "yes", "d", ""] {
            let words = session.paper.text().matches(WORD).count();
            session.type_line(wrong);
            session
                .paper
                .wait_for("Not allowed. It goes on waiting.", 1)
                .await;
            session.read_and_press('a').await;
            session.paper.wait_for(WORD, words + 1).await;
            tokio::time::sleep(Duration::from_millis(550)).await;
        }
        assert_eq!(posted(&fake), [] as [&str; 0]);
        // What is pasted does not press Enter.
        let word: Vec<_> = "allow".chars().map(KeyPress::Character).collect();
        session.burst(&[word, vec![KeyPress::Enter]].concat());
        session.paper.wait_for("allow  ", 0).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(posted(&fake), [] as [&str; 0]);
        session.burst(&[KeyPress::Enter]);
        session.paper.wait_for("allowed and written", 1).await;
        session.press('q');
        session.end().await;
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn keys_that_were_not_pressed_at_a_request_do_not_answer_it() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[]);
        for id in [SKILL, PLUGIN] {
            fake.answer(&format!("POST {}", call(id)), 200, &allowed());
        }
        let session = start(&fake, 24);
        session.paper.wait_for("Waiting for requests.", 1).await;
        // Before there was one.
        for key in ['a', 'd', 'a'] {
            session.press(key);
        }
        fake.tell("approval.asked", &skill()).await;
        session.paper.wait_for(QUESTION, 1).await;
        // Held down from before it could be read until long after.
        for _ in 0..30 {
            session.press('a');
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        session
            .paper
            .wait_for("That came before this could be read", 1)
            .await;
        // Pasted.
        tokio::time::sleep(Duration::from_millis(550)).await;
        session.burst(&[KeyPress::Character('d'), KeyPress::Character('a')]);
        session.press('a');
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(posted(&fake), [] as [&str; 0]);
        session.read_and_press('a').await;
        session.paper.wait_for("allowed and written", 1).await;
        session.press('q');
        let (_, screen) = session.end().await;
        assert_eq!(screen.matches("That came before").count(), 1, "{screen}");
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn a_denial_says_why() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[plugin()]);
        let denied = json!({ "ok": true, "allowed": false });
        fake.answer(&format!("POST {}", call(PLUGIN)), 200, &denied);
        let session = start(&fake, 24);
        session.paper.wait_for(QUESTION, 1).await;
        session.press('m');
        session
            .paper
            .wait_for("message to the client: (24 s left)", 1)
            .await;
        session.type_line("  ");
        session.paper.wait_for("nothing denied", 1).await;
        session.press('m');
        session.press('x');
        session.burst(&[KeyPress::Escape]);
        session.paper.wait_for(QUESTION, 3).await;
        assert_eq!(posted(&fake), [] as [&str; 0]);
        session.press('m');
        let pasted: Vec<_> = "not\ntoday".chars().map(key_of).collect();
        session.burst(&pasted);
        session.type_line(", Anna");
        session
            .paper
            .wait_for("denied, nothing was written", 1)
            .await;
        session.press('q');
        session.end().await;
        let body = r#"{"reply":"deny","via":"terminal","message":"not today, Anna"}"#;
        assert_eq!(posted(&fake), [format!("POST {} {body}", call(PLUGIN))]);
    };
    LocalSet::new().run_until(body).await;
}

fn key_of(character: char) -> KeyPress {
    match character {
        '\n' => KeyPress::Enter,
        other => KeyPress::Character(other),
    }
}

#[tokio::test]
async fn a_message_for_a_request_that_ended_is_sent_to_no_other() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[plugin(), skill()]);
        let session = start(&fake, 24);
        session.paper.wait_for(QUESTION, 1).await;
        session.press('m');
        session.press('n');
        session.paper.wait_for("left, 1 more) n", 1).await;
        fake.tell("approval.expired", &json!({ "id": PLUGIN }))
            .await;
        session.paper.wait_for("(29 s left)", 1).await;
        session.type_line("o");
        tokio::time::sleep(Duration::from_millis(100)).await;
        session.press('q');
        session.end().await;
        assert_eq!(posted(&fake), [] as [&str; 0]);
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn what_was_left_for_later_comes_back() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[plugin(), skill()]);
        let kept = json!({ "ok": true, "expiresAt": 1_290_000 });
        fake.answer(&format!("POST {}/keep", call(SKILL)), 200, &kept);
        let session = start(&fake, 24);
        session.paper.wait_for("(24 s left, 1 more)", 1).await;
        session.press('n');
        session.paper.wait_for("(29 s left, 1 more)", 1).await;
        session.press('e');
        session.paper.wait_for("(4 min 50 s left, 1 more)", 1).await;
        session.press('n');
        session.paper.wait_for("(24 s left, 1 more)", 2).await;
        fake.tell("approval.expired", &json!({ "id": PLUGIN }))
            .await;
        session.paper.wait_for("(4 min 50 s left)", 1).await;
        session.press('n');
        session.paper.wait_for("No other request waits.", 1).await;
        session.press('?');
        session.paper.wait_for("a        allow it", 1).await;
        session.burst(&[KeyPress::EndOfInput]);
        assert_eq!(session.end().await.0, ExitStatus::Done);
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn masked_values_are_shown_on_a_key() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[skill()]);
        let mut revealed = skill();
        revealed["changes"][0]["diff"] = "@@ -0,0 +1 @@\n+Audit hush.\n".into();
        revealed["changes"][0]["masked"] = json!([]);
        fake.answer(&format!("GET {}?reveal=true", call(SKILL)), 200, &revealed);
        let session = start(&fake, 24);
        session.paper.wait_for(QUESTION, 1).await;
        session.press('r');
        session.paper.wait_for("+Audit hush.", 1).await;
        session.paper.wait_for(QUESTION, 2).await;
        session.press('r');
        session
            .paper
            .wait_for("Nothing that is shown of it is masked.", 1)
            .await;
        session.press('q');
        session.end().await;
    };
    LocalSet::new().run_until(body).await;
}

/// A server with a request that is longer than what it sends at first.
async fn with_a_long_request() -> Fake {
    let fake = Fake::start().await;
    fake.waiting(&[long()]);
    let lines: Vec<String> = (1..=8).map(|line| format!("+{line}\n")).collect();
    let first = format!("GET /approvals/{LONG}/files/0?lines=2000");
    fake.answer(&first, 200, &page("one.md", &lines.concat(), "d0", None));
    let second = format!("GET {}/files/1?lines=2000", call(LONG));
    fake.answer(&second, 200, &page("two.md", "+Two.\n", "d1", None));
    fake.answer(&format!("POST {}", call(LONG)), 200, &allowed());
    fake
}

#[tokio::test]
async fn a_long_request_is_allowed_once_its_end_was_seen() {
    let body = async {
        let fake = with_a_long_request().await;
        let session = start(&fake, 12);
        let rest = "[s]how all [d]eny";
        session.paper.wait_for(rest, 1).await;
        session.read_and_press('a').await;
        session.paper.wait_for("Press s to see the rest.", 1).await;
        session.press('s');
        session
            .paper
            .wait_for("11 of 19 lines: [space] on", 1)
            .await;
        session.press('q');
        session
            .paper
            .wait_for("It was not shown to its end.", 1)
            .await;
        session.read_and_press('a').await;
        session.paper.wait_for("Press s to see the rest.", 2).await;
        session.press(' ');
        session
            .paper
            .wait_for("11 of 19 lines: [space] on", 2)
            .await;
        session.press(' ');
        session.paper.wait_for("all 19 lines shown", 1).await;
        session.press(' ');
        session.paper.wait_for(QUESTION, 1).await;
        let screen = session.screen();
        let (_, end) = screen.rsplit_once("+Two.\n").unwrap();
        // What it comes down to is above the question again.
        assert_snapshot!(end, @r#"

        ● medium  Change what agents read: 2 skills
          Import 2 skills
          skills.upsert, Finance, from "annas-phone" at 192.168.1.24
          10900000-0000-4000-8000-000000000004, 29 s left
          ● medium  Agents will read this text as instructions.
        [a]llow [d]eny [m]essage [s]how [e]xtend [n]ext [?] (29 s left)
        "#);
        assert_eq!(posted(&fake), [] as [&str; 0]);
        session.read_and_press('a').await;
        session.paper.wait_for("allowed and written", 1).await;
        session.press('q');
        session.end().await;
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn a_program_of_the_persons_own_shows_it_instead() {
    let body = async {
        let fake = with_a_long_request().await;
        let session = KeySession::start(WATCH, &fake.search(), 40, PagerChoice::Program);
        session.paper.wait_for("[s]how all", 1).await;
        session.press('s');
        // One that is not there leaves it to ours.
        session
            .paper
            .wait_for("The pager cannot be used: `mess`: not found", 1)
            .await;
        session.paper.wait_for("all 19 lines shown", 1).await;
        session.press('q');
        session.paper.wait_for(QUESTION, 1).await;
        session.press('s');
        session.paper.wait_for(QUESTION, 2).await;
        session.press('q');
        let notes = std::sync::Arc::clone(&session.notes);
        session.end().await;
        let paged = notes.lock().unwrap().paged.clone();
        assert_eq!(paged.len(), 2);
        assert!(
            paged[1].starts_with("● medium  Change what agents read"),
            "{paged:?}"
        );
        assert!(
            paged[1].ends_with(
                "\n+8\n(masked: /mcp/x/headers/Authorization)\n\ntwo.md  create  +2 -0\n+Two.\n"
            ),
            "{paged:?}"
        );
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn what_came_during_the_pager_is_said_after_it() {
    let body = async {
        let fake = with_a_long_request().await;
        let session = start(&fake, 12);
        session.paper.wait_for("[s]how all", 1).await;
        session.press('s');
        session.paper.wait_for("[space] on", 1).await;
        fake.tell("approval.expired", &json!({ "id": LONG })).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!session.screen().contains("expired"));
        session.press('q');
        session
            .paper
            .wait_for("10900000 expired, nothing was written", 1)
            .await;
        session.paper.wait_for("Waiting for requests.", 1).await;
        session.press('q');
        session.end().await;
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn a_long_diff_has_its_effects_above_the_question_again() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[plugin()]);
        let session = start(&fake, 10);
        session.paper.wait_for(QUESTION, 1).await;
        let screen = session.screen();
        let effect = "  ▲ high  Plugin code runs on this machine";
        assert_eq!(screen.matches(effect).count(), 2, "{screen}");
        session.press('q');
        session.end().await;
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn agents_are_answered_with_keys_of_their_own() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[]);
        for id in ["per%5F1a", "que%5F1b"] {
            let call = format!("POST /approvals/agent/ws%5F1/{id}");
            fake.answer(&call, 200, &json!({ "ok": true }));
        }
        let session = start(&fake, 24);
        session.paper.wait_for("Waiting for requests.", 1).await;
        let agents = json!({ "items": [permission(), question()] });
        fake.tell("agent.requests", &agents).await;
        session.paper.wait_for("[o]nce a[l]ways [r]eject", 1).await;
        session.read_and_press('a').await;
        session.press('d');
        session.press('l');
        session
            .paper
            .wait_for("type `always` to allow the like as well:", 1)
            .await;
        session.type_line("allow");
        session.paper.wait_for("That is no answer to it.", 1).await;
        assert_eq!(posted(&fake), [] as [&str; 0]);
        session.press('n');
        session.paper.wait_for("[1] ", 1).await;
        session.press('1');
        session.paper.wait_for("That came before", 1).await;
        session.read_and_press('1').await;
        session.paper.wait_for("answered", 1).await;
        session.paper.wait_for("[o]nce a[l]ways [r]eject", 3).await;
        session.press('m');
        session.paper.wait_for("message to the agent:", 1).await;
        tokio::time::sleep(Duration::from_millis(550)).await;
        session.type_line("not that folder");
        session.paper.wait_for("per_1a rejected", 1).await;
        session.press('q');
        session.end().await;
        let posted = posted(&fake);
        assert_eq!(posted.len(), 2, "{posted:?}");
        assert!(
            posted[0].contains(r#""answers":[["A"]],"digest":"#),
            "{posted:?}"
        );
        assert!(
            posted[1].contains(r#""message":"not that folder""#),
            "{posted:?}"
        );
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn a_server_that_goes_away_leaves_the_keyboard_as_it_was() {
    let body = async {
        let fake = Fake::start().await;
        fake.waiting(&[plugin()]);
        let session = start(&fake, 24);
        session.paper.wait_for(QUESTION, 1).await;
        fake.refuse();
        fake.drop_watchers();
        let (exit, screen) = session.end().await;
        assert_eq!(exit, ExitStatus::Token);
        assert!(
            screen.contains("\nConnection lost. Trying again.\nerror: "),
            "{screen}"
        );
    };
    LocalSet::new().run_until(body).await;
}
