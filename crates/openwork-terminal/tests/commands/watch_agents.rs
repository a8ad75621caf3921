//! `approvals watch` asks about what agents wait for.

use insta::assert_snapshot;
use openwork_terminal::{ApprovalsCommand, TerminalCommand};
use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::agent::{permission, question};
use crate::fake::Fake;
use crate::item::{SKILL, skill};
use crate::session::Session;

const WATCH: TerminalCommand = TerminalCommand::Approvals(ApprovalsCommand::Watch);
const PERMISSION: &str = "[o]nce [always] [r]eject [s]kip";
const CHANGE: &str = "[a]llow [d]eny [s]kip";

async fn watch(fake: &Fake, agents: &[Value]) -> Session {
    fake.waiting(&[]);
    for id in ["per%5F1a", "que%5F1b"] {
        let call = format!("POST /approvals/agent/ws%5F1/{id}");
        fake.answer(&call, 200, &json!({ "ok": true }));
    }
    let session = Session::start(WATCH, &fake.search(), true);
    session.paper.wait_for("No requests", 1).await;
    tell(fake, agents).await;
    session
}

async fn tell(fake: &Fake, agents: &[Value]) {
    fake.tell("agent.requests", &json!({ "items": agents }))
        .await;
}

fn posted(fake: &Fake) -> Vec<String> {
    let mut received = fake.received();
    received.retain(|call| call.starts_with("POST"));
    received
}

fn asked(text: &str) -> &str {
    text.split_once("Ctrl-C ends.\n").unwrap().1
}

#[tokio::test]
async fn a_person_answers_agents() {
    let body = async {
        let fake = Fake::start().await;
        let mut session = watch(&fake, &[permission(), question()]).await;
        session.paper.wait_for(PERMISSION, 1).await;
        session.read_and_type("a").await;
        session.paper.wait_for("Type one of", 1).await;
        session.read_and_type("o").await;
        session.paper.wait_for("[1] ", 1).await;
        // The server lists it until its engine has the answer.
        tell(&fake, &[permission(), question()]).await;
        session.read_and_type("2").await;
        session.paper.wait_for("Type one of", 2).await;
        session.read_and_type("1").await;
        session.paper.wait_for("answered", 1).await;
        let (_, text) = session.end().await;
        assert_snapshot!(asked(&text), @r#"

        ◆ agent  The agent wants to run `rm -rf build\u{1b}[2J`
          Finance, ses_1, per_1a; the words are the agent's
          for     rm -rf build\u{1b}[2J
          always  rm *
          with    {"why":"tidy"}
        [o]nce [always] [r]eject [s]kip (1 more) Type one of [o]nce [always] [r]eject [s]kip; r may be followed by a message to the agent.
        [o]nce [always] [r]eject [s]kip (1 more) per_1a allowed once: The agent wants to run `rm -rf build\u{1b}[2J`

        ◆ agent  The agent asks: Which one?
          Finance, ses_1, que_1b; the words are the agent's
            1  A: the first
        [1] [say WORDS] [r]eject [s]kip Type one of [1] [say WORDS] [r]eject [s]kip; r may be followed by a message to the agent.
        [1] [say WORDS] [r]eject [s]kip que_1b answered: The agent asks: Which one?
        "#);
        assert_eq!(
            posted(&fake),
            [
                r#"POST /approvals/agent/ws%5F1/per%5F1a {"reply":"once","digest":"d1","via":"terminal"}"#,
                r#"POST /approvals/agent/ws%5F1/que%5F1b {"answers":[["A"]],"digest":"d2","via":"terminal"}"#,
            ]
        );
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn keys_that_were_pressed_before_answer_nothing() {
    let body = async {
        let fake = Fake::start().await;
        let mut session = watch(&fake, &[permission()]).await;
        session.paper.wait_for(PERMISSION, 1).await;
        session.type_line("r").await;
        session.paper.wait_for("before this could be read", 1).await;
        session.paper.wait_for(PERMISSION, 2).await;
        session.end().await;
        assert_eq!(posted(&fake), Vec::<String>::new());
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn a_request_of_a_client_goes_first_and_is_not_answered_for_an_agent() {
    let body = async {
        let fake = Fake::start().await;
        let reply = format!("POST /approvals/{}", SKILL.replace('-', "%2D"));
        fake.answer(&reply, 200, &json!({ "ok": true, "allowed": false }));
        let mut session = watch(&fake, &[permission()]).await;
        session.paper.wait_for(PERMISSION, 1).await;
        fake.tell("approval.asked", &skill()).await;
        session.paper.wait_for(CHANGE, 1).await;
        // What was typed for the agent.
        session.read_and_type("always").await;
        session.paper.wait_for("Type a, d, s or e", 1).await;
        session.read_and_type("o").await;
        session.paper.wait_for("Type a, d, s or e", 2).await;
        assert_eq!(posted(&fake), Vec::<String>::new());
        session.read_and_type("d").await;
        session.paper.wait_for(PERMISSION, 2).await;
        session.read_and_type("r not now").await;
        session.paper.wait_for("rejected", 1).await;
        session.end().await;
        assert_eq!(
            posted(&fake),
            [
                format!(r#"{reply} {{"reply":"deny","via":"terminal"}}"#),
                r#"POST /approvals/agent/ws%5F1/per%5F1a {"reply":"reject","digest":"d1","message":"not now","via":"terminal"}"#
                    .to_owned(),
            ]
        );
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn what_waits_no_more_or_was_skipped_is_not_asked() {
    let body = async {
        let fake = Fake::start().await;
        let mut session = watch(&fake, &[permission(), question()]).await;
        session.paper.wait_for(PERMISSION, 1).await;
        tell(&fake, &[question()]).await;
        session.paper.wait_for("per_1a waits no more", 1).await;
        session.paper.wait_for("[1] ", 1).await;
        session.type_line("s").await;
        session.paper.wait_for("que_1b skipped", 1).await;
        tell(&fake, &[question()]).await;
        let mut other = permission();
        other["digest"] = "d3".into();
        other["patterns"] = json!(["rm -rf /"]);
        tell(&fake, &[question(), other]).await;
        session.paper.wait_for(PERMISSION, 2).await;
        let (_, text) = session.end().await;
        assert!(text.contains("wants to run `rm -rf /`"), "{text}");
        assert_eq!(
            text.matches("The agent asks: Which one?").count(),
            2,
            "{text}"
        );
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn an_answer_that_does_not_arrive_can_be_given_again() {
    let body = async {
        let fake = Fake::start().await;
        let mut session = watch(&fake, &[permission()]).await;
        let call = "POST /approvals/agent/ws%5F1/per%5F1a";
        let refused = |code: &str| json!({ "code": code, "message": "No \u{1b}[2J" });
        fake.answer(call, 502, &refused("engine_unreachable"));
        session.paper.wait_for(PERMISSION, 1).await;
        session.read_and_type("o").await;
        session.paper.wait_for(r"error: No \u{1b}[2J", 1).await;
        session.paper.wait_for(PERMISSION, 2).await;
        fake.answer(call, 409, &refused("conflict"));
        session.read_and_type("o").await;
        session.paper.wait_for(r"error: No \u{1b}[2J", 2).await;
        let mut other = permission();
        other["digest"] = "d3".into();
        tell(&fake, &[other]).await;
        session.paper.wait_for(PERMISSION, 3).await;
        session.end().await;
        assert_eq!(posted(&fake).len(), 2);
    };
    LocalSet::new().run_until(body).await;
}
