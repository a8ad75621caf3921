//! `workspaces` and `tokens`.

use insta::assert_snapshot;
use openwork_api::Scope;
use openwork_terminal::{
    OutputForm, ServerSearch, TerminalCommand, TokensCommand, WorkspacesCommand,
};
use serde_json::{Value, json};

use crate::fake::Fake;
use crate::session::{both, run};

fn workspaces() -> Value {
    let item = |id: &str, name: &str, path: &str| {
        json!({
            "id": id, "name": name, "path": path, "preset": "", "workspaceType": "local",
            "baseUrl": "http://127.0.0.1:4096",
        })
    };
    let items = [
        item("ws_1111aaaa", "Fin\u{202e}ance", "/srv/finance"),
        item("ws_2222bbbb", "Notes", "/home/a/notes"),
    ];
    json!({ "activeId": "ws_1111aaaa", "items": items, "workspaces": items })
}

/// A server that knows its two workspaces, and how it is found.
async fn serving() -> (Fake, ServerSearch) {
    let fake = Fake::start().await;
    fake.answer("GET /workspaces", 200, &workspaces());
    let search = ServerSearch {
        client_token: Some("client".to_owned()),
        ..fake.search()
    };
    (fake, search)
}

fn asked(command: WorkspacesCommand) -> TerminalCommand {
    TerminalCommand::Workspaces(command)
}

#[tokio::test]
async fn workspaces_are_listed() {
    let (fake, search) = serving().await;
    let list = asked(WorkspacesCommand::List);
    assert_snapshot!(both(&list, &search).await, @r#"
    exit 0
    ID           ACTIVE  NAME             ENGINE                 PATH
    ws_1111aaaa  yes     Fin\u{202e}ance  http://127.0.0.1:4096  /srv/finance
    ws_2222bbbb          Notes            http://127.0.0.1:4096  /home/a/notes

    exit 0
    {"activeId":"ws_1111aaaa","items":[{"id":"ws_1111aaaa","name":"Fin\u202eance","path":"/srv/finance","preset":"","workspaceType":"local","baseUrl":"http://127.0.0.1:4096"},{"id":"ws_2222bbbb","name":"Notes","path":"/home/a/notes","preset":"","workspaceType":"local","baseUrl":"http://127.0.0.1:4096"}],"workspaces":[{"id":"ws_1111aaaa","name":"Fin\u202eance","path":"/srv/finance","preset":"","workspaceType":"local","baseUrl":"http://127.0.0.1:4096"},{"id":"ws_2222bbbb","name":"Notes","path":"/home/a/notes","preset":"","workspaceType":"local","baseUrl":"http://127.0.0.1:4096"}]}
    "#);
    fake.answer("GET /workspaces", 200, &json!({ "items": [] }));
    let ran = run(list.clone(), &search, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&search), @"
    exit 0
    No workspaces: add one with `openwork-server workspaces add PATH`.
    ");
    // The host's token alone is not enough for what is a client's.
    let ran = run(list, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&search), @"
    exit 4
    error: this takes the clients' token of http://SERVER, which is not known
      help: give it with `--token` or `OPENWORK_TOKEN`; on the server's machine the user who started it needs neither
    ");
}

#[tokio::test]
async fn a_workspace_comes_and_goes() {
    let (fake, search) = serving().await;
    let mut served = workspaces();
    served["persisted"] = false.into();
    served["warnings"] = json!(["server.json is someone else's\u{7}"]);
    fake.answer("POST /workspaces/local", 201, &served);
    let add = asked(WorkspacesCommand::Add {
        path: "/srv/finance".into(),
        name: Some("Finance".into()),
    });
    let ran = run(add, &search, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&search), @r"
    exit 0
    Fin\u{202e}ance (ws_1111aaaa) is served: /srv/finance
    warning: server.json is someone else's\u{7}
    ");
    assert_eq!(
        fake.received().last().map(String::as_str),
        Some(r#"POST /workspaces/local {"folderPath":"/srv/finance","name":"Finance"}"#)
    );

    served["ok"] = true.into();
    served["deleted"] = true.into();
    served["persisted"] = true.into();
    served["warnings"] = json!([]);
    fake.answer("DELETE /workspaces/ws%5F2222bbbb", 200, &served);
    let remove = |id: &str| asked(WorkspacesCommand::Remove { id: id.to_owned() });
    let ran = run(remove("ws_2"), &search, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&search), @"
    exit 0
    Notes (ws_2222bbbb) is served no more; its files stay
    ");
    let ran = run(remove("ws_9"), &search, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&search), @"
    exit 5
    error: the server has no workspace `ws_9`
      help: `openwork-server workspaces list` shows their ids
    ");
    // It went between the list and the call.
    let ran = run(remove("ws_1"), &search, OutputForm::Json).await;
    assert_snapshot!(ran.transcript(&search), @r#"
    exit 5
    {"error":{"code":"workspace_not_found","message":"the server has no workspace `ws_1`","help":"`openwork-server workspaces list` shows their ids"}}
    "#);
}

#[tokio::test]
async fn a_workspace_is_made_the_active_one() {
    let (fake, search) = serving().await;
    let call = "POST /workspaces/ws%5F2222bbbb/activate";
    let item = workspaces()["items"][1].clone();
    let activated = json!({ "activeId": "ws_2222bbbb", "workspace": item, "persisted": false });
    fake.answer(call, 200, &activated);
    let activate = |persist| {
        asked(WorkspacesCommand::Activate {
            id: "ws_2222".into(),
            persist,
        })
    };
    let ran = run(activate(false), &search, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&search), @"
    exit 0
    Notes (ws_2222bbbb) is the active workspace
    ");
    let ran = run(activate(true), &search, OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&search), @"
    exit 0
    Notes (ws_2222bbbb) is the active workspace
    warning: the next start does not know of it
    ");
    assert_eq!(
        fake.received().last(),
        Some(&format!(r#"{call} {{"persist":true}}"#))
    );
}

fn tokens() -> Value {
    json!({ "items": [
        { "id": "7d3088e2-0000-4000-8000-000000000001", "scope": "collaborator",
          "createdAt": 900_000, "label": "pho\u{202e}ne", "lastUsedAt": 990_000,
          "expiresAt": 8_200_000 },
        { "id": "c0ffee00-0000-4000-8000-000000000002", "scope": "viewer", "createdAt": 1 },
    ] })
}

#[tokio::test]
async fn tokens_are_listed_and_ended() {
    let fake = Fake::start().await;
    fake.answer("GET /tokens", 200, &tokens());
    let list = TerminalCommand::Tokens(TokensCommand::List);
    assert_snapshot!(both(&list, &fake.search()).await, @r#"
    exit 0
    ID        SCOPE         MADE        USED      ENDS    LABEL
    7d3088e2  collaborator  1 min ago   10 s ago  in 2 h  pho\u{202e}ne
    c0ffee00  viewer        16 min ago  never     never

    exit 0
    {"items":[{"id":"7d3088e2-0000-4000-8000-000000000001","scope":"collaborator","createdAt":900000,"label":"pho\u202ene","lastUsedAt":990000,"expiresAt":8200000},{"id":"c0ffee00-0000-4000-8000-000000000002","scope":"viewer","createdAt":1}]}
    "#);
    let call = "DELETE /tokens/c0ffee00%2D0000%2D4000%2D8000%2D000000000002";
    fake.answer(call, 200, &json!({ "ok": true }));
    let revoke = |id: &str| TerminalCommand::Tokens(TokensCommand::Revoke { id: id.to_owned() });
    assert_snapshot!(both(&revoke("c0ff"), &fake.search()).await, @r#"
    exit 0
    c0ffee00 ended: it lets nobody in any more

    exit 0
    {"ok":true,"id":"c0ffee00-0000-4000-8000-000000000002"}
    "#);
    assert_eq!(fake.received().last().map(String::as_str), Some(call));
    let ran = run(revoke("dddd"), &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @"
    exit 5
    error: there is no token `dddd`
      help: `openwork-server tokens list` shows their ids
    ");
}

#[tokio::test]
async fn a_token_is_made_and_told_once() {
    let fake = Fake::start().await;
    let made = json!({
        "token": "owt_0123", "id": "7d3088e2-0000-4000-8000-000000000001",
        "scope": "viewer", "createdAt": 1_000_000, "expiresAt": 8_200_000,
    });
    fake.answer("POST /tokens", 201, &made);
    let create = TerminalCommand::Tokens(TokensCommand::Create {
        scope: Scope::Viewer,
        label: None,
        lifetime_ms: Some(7_200_000),
    });
    assert_snapshot!(both(&create, &fake.search()).await, @r#"
    exit 0
    Token  owt_0123
    Id     7d3088e2-0000-4000-8000-000000000001
    Ends   in 2 h
    The token is told this once; whoever has it is let in.

    exit 0
    {"token":"owt_0123","id":"7d3088e2-0000-4000-8000-000000000001","scope":"viewer","createdAt":1000000,"expiresAt":8200000}
    "#);
    assert_eq!(
        fake.received().last().map(String::as_str),
        Some(r#"POST /tokens {"scope":"viewer","expiresInMs":7200000}"#)
    );
}
