//! What a shell is offered for an id.

use openwork_terminal::{CompletableId, ServerSearch, candidates};
use serde_json::json;

use crate::fake::Fake;
use crate::{agent, audit, devices, item, rules};

async fn offered(what: CompletableId, search: &ServerSearch) -> Vec<String> {
    let found = candidates(&what, search).await;
    let line = |one: &openwork_terminal::IdCandidate| format!("{}: {}", one.id, one.about);
    found.iter().map(line).collect()
}

#[tokio::test]
async fn ids_are_offered_with_what_they_stand_for() {
    let fake = Fake::start().await;
    fake.waiting(&[item::plugin(), item::skill()]);
    fake.answer("GET /approvals/rules", 200, &rules::rules());
    fake.answer("GET /tokens", 200, &devices::tokens());
    let agents = json!({ "items": [agent::permission()] });
    let list = json!({ "items": [], "agents": agents });
    fake.answer("GET /approvals?include=changes,engine", 200, &list);
    let workspace = json!({
        "id": "ws_1", "name": "Finance\u{7}", "path": "/srv/finance", "workspaceType": "local",
    });
    // One whose id a shell would read as something else is not offered.
    let wild = json!({ "id": "$(reboot)", "name": "", "path": "/", "workspaceType": "local" });
    fake.snapshot("workspaces", json!([workspace, wild]));
    let search = fake.search();
    for (what, expected) in [
        (
            CompletableId::Request,
            &[
                "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11: Add plugin opencode-notion",
                "7d30ffff-0000-4000-8000-000000000002: Upsert skill expense-audit",
            ][..],
        ),
        (
            CompletableId::AgentRequest,
            &[r"per_1a: The agent wants to run `rm -rf build\u{1b}[2J`, Finance"],
        ),
        (
            CompletableId::Rule,
            &[
                r"c0ffee00-0000-4000-8000-000000000001: skills.upsert in Fin\u{202e}ance: instructions\u{202e}",
            ],
        ),
        (
            CompletableId::Token,
            &[
                r"c0ffee00-0000-4000-8000-000000000001: Anna's \u{202e}phone, approver",
                "c0de0000-0000-4000-8000-000000000002: without a name, viewer",
            ],
        ),
        (
            CompletableId::Workspace,
            &[r"ws_1: Finance\u{7}, /srv/finance"],
        ),
    ] {
        assert_eq!(offered(what.clone(), &search).await, expected, "{what:?}");
    }
}

#[tokio::test]
async fn changes_are_those_of_the_workspace_that_is_named() {
    let fake = audit::fake().await;
    let changes = |workspace: Option<&str>, undoable| CompletableId::Change {
        workspace: workspace.map(str::to_owned),
        undoable,
    };
    let search = fake.search();
    let all = offered(changes(Some("Finance"), false), &search).await;
    assert_eq!(
        all,
        [
            "9f5088e2-5c1f-4a43-9b7e-0d4f5b2a6c11: Undid “Added b”",
            "8e4088e2-5c1f-4a43-9b7e-0d4f5b2a6c11: Added b",
            "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11: Added a",
        ]
    );
    let undoable = offered(changes(None, true), &search).await;
    assert_eq!(
        undoable,
        [
            "9f5088e2-5c1f-4a43-9b7e-0d4f5b2a6c11: Undid “Added b”",
            "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11: Added a",
        ]
    );
    assert!(
        offered(changes(Some("other"), false), &search)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn whoever_cannot_ask_is_offered_nothing() {
    let nowhere = ServerSearch::default();
    assert!(offered(CompletableId::Token, &nowhere).await.is_empty());
    let fake = Fake::start().await;
    fake.answer("GET /tokens", 200, &json!({ "items": 1 }));
    assert!(
        offered(CompletableId::Token, &fake.search())
            .await
            .is_empty()
    );
    fake.refuse();
    assert!(
        offered(CompletableId::Request, &fake.search())
            .await
            .is_empty()
    );
}
