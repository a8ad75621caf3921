//! Changes that were made: listed, shown, undone.

use openwork_terminal::{AuditCommand, ExitStatus, OutputForm, TerminalCommand, UndoTarget};
use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::fake::Fake;
use crate::session::{Session, run};

const FIRST: &str = "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11";
const SECOND: &str = "8e4088e2-5c1f-4a43-9b7e-0d4f5b2a6c11";
const UNDO: &str = "9f5088e2-5c1f-4a43-9b7e-0d4f5b2a6c11";

fn audit(command: AuditCommand) -> TerminalCommand {
    let workspace = None;
    TerminalCommand::Audit { workspace, command }
}

fn undo(target: UndoTarget, yes: bool) -> TerminalCommand {
    audit(AuditCommand::Undo { target, yes })
}

fn entry(id: &str, summary: &str) -> Value {
    json!({
        "id": id, "workspaceId": "ws_1", "action": "plugins.add", "summary": summary,
        "target": "opencode.json", "timestamp": 940_000, "undoable": true,
        "actor": { "type": "remote", "clientId": "phone", "address": "192.168.1.23", "tokenHash": "x" },
        "changes": [{ "path": "opencode.json", "kind": "modify", "added": 1, "removed": 0,
            "diff": "@@ -1 +1,2 @@\n {\n+  \"b\u{202e}\"\n", "truncated": false }],
    })
}

fn path(id: &str) -> String {
    format!("/workspace/ws%5F1/audit/{}", id.replace('-', "%2D"))
}

pub(crate) async fn fake() -> Fake {
    let fake = Fake::start().await;
    let workspace = json!({
        "id": "ws_1", "name": "Finance", "path": "/srv/finance", "workspaceType": "local",
    });
    fake.waiting(&[]).snapshot("workspaces", json!([workspace]));
    let undone = json!({
        "id": UNDO, "action": "audit.undo", "summary": "Undid “Added b”", "timestamp": 950_000,
        "undoable": true, "undoes": SECOND, "actor": { "type": "host", "tokenHash": "x" },
    });
    let items = json!({ "items": [undone, entry(SECOND, "Added b"), entry(FIRST, "Added a")] });
    for limit in [50, 200] {
        let call = format!("GET /approvals/audit?workspace=ws%5F1&limit={limit}");
        fake.answer(&call, 200, &items);
    }
    let preview = json!({
        "summary": "Undo “Added a”", "title": "Change the plugins", "level": "low", "effects": [
            { "kind": "setting", "level": "low", "text": "Removes the plugin a." },
        ],
        "changes": [{ "path": "opencode.json", "kind": "modify", "added": 0, "removed": 1,
            "diff": "@@ -1,2 +1 @@\n {\n-  \"a\"\n", "truncated": false, "masked": [] }],
    });
    let shown = json!({
        "item": entry(FIRST, "Added a"), "undo": { "possible": true, "preview": preview },
    });
    let refused = json!({ "item": entry(SECOND, "Added b"), "undo": {
        "possible": false, "code": "undo_conflict",
        "message": "It cannot be undone: /model of opencode.json was changed since",
        "details": { "conflicts": [{ "path": "opencode.json", "pointer": "/model" }] },
    } });
    let done = json!({ "ok": true, "undone": FIRST, "entry": UNDO, "files": ["opencode.json"] });
    fake.answer(&format!("GET {}", path(FIRST)), 200, &shown)
        .answer(&format!("GET {}", path(SECOND)), 200, &refused)
        .answer(&format!("POST {}/undo", path(FIRST)), 200, &done);
    fake
}

#[tokio::test]
async fn changes_are_listed_with_what_can_be_undone() {
    let fake = fake().await;
    let ran = run(
        audit(AuditCommand::List { limit: 50 }),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    insta::assert_snapshot!(ran.transcript(&fake.search()));
}

#[tokio::test]
async fn a_change_is_shown_with_what_it_would_be_to_undo_it() {
    let fake = fake().await;
    let show = |id: &str| audit(AuditCommand::Show { id: id.to_owned() });
    let first = run(show("7d30"), &fake.search(), OutputForm::Text).await;
    let second = run(show("8e40"), &fake.search(), OutputForm::Text).await;
    let unknown = run(show("abcd"), &fake.search(), OutputForm::Text).await;
    let all = [first, second, unknown].map(|ran| ran.transcript(&fake.search()));
    insta::assert_snapshot!(all.join("\n---\n"));
}

#[tokio::test]
async fn a_program_has_to_mean_it_and_the_last_change_is_no_undo() {
    let fake = fake().await;
    let unmeant = run(
        undo(UndoTarget::Last, false),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    let meant = run(
        undo(UndoTarget::Last, true),
        &fake.search(),
        OutputForm::Text,
    )
    .await;
    let refused = undo(UndoTarget::Id("8e40".to_owned()), true);
    let refused = run(refused, &fake.search(), OutputForm::Json).await;
    let all = [unmeant, meant, refused].map(|ran| ran.transcript(&fake.search()));
    insta::assert_snapshot!(all.join("\n---\n"));
    let posted = fake
        .received()
        .into_iter()
        .filter(|call| call.starts_with("POST"));
    assert_eq!(posted.count(), 1);
}

#[tokio::test]
async fn a_person_sees_what_would_be_written_and_says_yes() {
    LocalSet::new()
        .run_until(async {
            for (word, exit) in [("yes", ExitStatus::Done), ("y", ExitStatus::Failed)] {
                let fake = fake().await;
                let command = undo(UndoTarget::Id("7d30".to_owned()), false);
                let mut session = Session::start(command, &fake.search(), true);
                session.paper.wait_for("Type `yes` to undo it:", 1).await;
                session.type_line(word).await;
                let (found, text) = session.end().await;
                assert_eq!(found, exit, "{text}");
                assert!(
                    text.contains("-  \"a\"") && text.contains("Removes the plugin a."),
                    "{text}"
                );
            }
        })
        .await;
}

#[tokio::test]
async fn of_several_workspaces_one_has_to_be_named() {
    let fake = fake().await;
    let workspace = |id: &str| json!({ "id": id, "name": "n", "path": format!("/srv/{id}"), "workspaceType": "local" });
    fake.snapshot("workspaces", json!([workspace("ws_1"), workspace("ws_2")]));
    let list = |workspace: Option<&str>| TerminalCommand::Audit {
        workspace: workspace.map(str::to_owned),
        command: AuditCommand::List { limit: 50 },
    };
    let several = run(list(None), &fake.search(), OutputForm::Text).await;
    let unknown = run(list(Some("ws_9")), &fake.search(), OutputForm::Text).await;
    let all = [several, unknown].map(|ran| ran.transcript(&fake.search()));
    insta::assert_snapshot!(all.join("\n---\n"));
    let named = run(list(Some("/srv/ws_1")), &fake.search(), OutputForm::Text).await;
    assert_eq!(named.exit, ExitStatus::Done);
}
