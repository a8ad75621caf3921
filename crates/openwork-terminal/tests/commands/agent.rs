//! What agents wait for, in the terminal.

use insta::assert_snapshot;
use openwork_terminal::{AgentReply, ApprovalsCommand, OutputForm, TerminalCommand};
use serde_json::{Value, json};

use crate::fake::Fake;
use crate::session::run;

const LIST: TerminalCommand = TerminalCommand::Approvals(ApprovalsCommand::List);

pub(crate) fn permission() -> Value {
    json!({
        "id": "per_1a", "workspaceId": "ws_1", "workspaceName": "Finance", "sessionId": "ses_1",
        "digest": "d1", "kind": "permission", "permission": "bash",
        "patterns": ["rm -rf build\u{1b}[2J"], "always": ["rm *"], "metadata": { "why": "tidy" },
    })
}

pub(crate) fn question() -> Value {
    json!({
        "id": "que_1b", "workspaceId": "ws_1", "workspaceName": "Finance", "sessionId": "ses_1",
        "digest": "d2", "kind": "question",
        "questions": [{
            "question": "Which one?", "header": "Pick", "multiple": false,
            "options": [{ "label": "A", "description": "the first" }],
        }],
    })
}

async fn fake() -> Fake {
    let fake = Fake::start().await;
    let agents = json!({ "items": [permission(), question()], "unreachable": ["ws_2"] });
    let list = json!({ "items": [], "agents": agents });
    fake.answer("GET /approvals?include=changes,engine", 200, &list);
    for id in ["per%5F1a", "que%5F1b"] {
        let call = format!("POST /approvals/agent/ws%5F1/{id}");
        fake.answer(&call, 200, &json!({ "ok": true }));
    }
    fake
}

fn answer(id: &str, reply: AgentReply) -> TerminalCommand {
    TerminalCommand::Approvals(ApprovalsCommand::Answer {
        id: id.to_owned(),
        reply,
    })
}

#[tokio::test]
async fn agents_are_listed_apart_from_requests() {
    let fake = fake().await;
    let ran = run(LIST, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    No requests are waiting.

    Agents wait for these; the words are theirs:
    ID      WORKSPACE  AGENT
    per_1a  Finance    The agent wants to run `rm -rf build\u{1b}[2J`
    que_1b  Finance    The agent asks: Which one?
    The engine of ws_2 does not say what its agents ask.
    "#);
}

#[tokio::test]
async fn an_answer_shows_what_it_is_for_and_names_it() {
    let fake = fake().await;
    let once = answer("per_1a", AgentReply::Once);
    let ran = run(once, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    The agent wants to run `rm -rf build\u{1b}[2J`
      for     rm -rf build\u{1b}[2J
      always  rm *
      with    {"why":"tidy"}
    Answered.
    "#);
    let labels = vec!["A".to_owned()];
    let choose = answer("que_1b", AgentReply::Choose { labels });
    let ran = run(choose, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r#"
    exit 0
    The agent asks: Which one?
      Which one?
        A: the first
    Answered.
    "#);
    let received = fake.received();
    let sent: Vec<_> = received
        .iter()
        .filter(|call| call.starts_with("POST"))
        .collect();
    assert_eq!(
        sent,
        [
            r#"POST /approvals/agent/ws%5F1/per%5F1a {"reply":"once","digest":"d1","via":"terminal"}"#,
            r#"POST /approvals/agent/ws%5F1/que%5F1b {"answers":[["A"]],"digest":"d2","via":"terminal"}"#,
        ]
    );
}

#[tokio::test]
async fn an_id_that_nothing_waits_under_is_told() {
    let fake = fake().await;
    let gone = answer("per_9", AgentReply::Reject { message: None });
    let ran = run(gone, &fake.search(), OutputForm::Text).await;
    assert_eq!(ran.exit.code(), 5);
    assert!(!fake.received().iter().any(|call| call.starts_with("POST")));
}

#[tokio::test]
async fn allow_and_deny_say_how_an_agent_is_answered() {
    let fake = fake().await;
    fake.answer("GET /approvals", 200, &json!({ "items": [] }));
    let history = "GET /approvals/history?limit=200";
    fake.answer(history, 200, &json!({ "items": [] }));
    let deny = TerminalCommand::Approvals(ApprovalsCommand::Deny {
        ids: vec!["per_1a".to_owned()],
        message: None,
    });
    let ran = run(deny, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 2
    error: `per_1a` changes nothing that agents can do: an agent waits for an answer
      help: `openwork-server approvals answer ID once`, `always` or `reject` answers it, and `--choose LABEL` a question
    ");
    assert!(!fake.received().iter().any(|call| call.starts_with("POST")));
}
