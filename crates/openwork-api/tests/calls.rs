//! What the client asks for is in the table of routes, and what is no answer
//! becomes an error that says why.

#![cfg(feature = "client")]
#![allow(
    clippy::unwrap_used,
    reason = "what a test is set up with has to be there"
)]

use std::borrow::Cow;

use openwork_api::approval::{AmendRequest, HistoryQuery, ReplyRequest, ReplyVerdict};
use openwork_api::client::{ApiClient, BaseUrl, ClientError};
use openwork_api::drops::ResolveRequest;
use openwork_api::env::SetEnvRequest;
use openwork_api::files::{WriteContentRequest, WriteRawRequest};
use openwork_api::pairing::{MakePairingRequest, PairRequest};
use openwork_api::request::{
    AddMcpRequest, AddPluginRequest, EnableMcpRequest, ImportRequest, PatchConfigRequest,
    SetAuthorizedFoldersRequest, SetDefaultModelRequest, UpsertCommandRequest, UpsertSkillRequest,
    WriteConfigRequest,
};
use openwork_api::route::{Endpoint, RouteAccess, table};
use openwork_api::token::{MakeTokenRequest, RenameTokenRequest};
use openwork_api::view::ExportedAgent;
use openwork_api::workspace::AddWorkspaceRequest;
use openwork_api::{DeviceScope, Scope};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A server that says the same to every call, and the calls that it got.
async fn server(answer: &'static str) -> (ApiClient, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = BaseUrl::from(listener.local_addr().unwrap());
    let (calls, received) = unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let mut socket = BufReader::new(socket);
            let mut line = String::new();
            socket.read_line(&mut line).await.unwrap();
            calls.send(line.clone()).unwrap();
            // The rest of the head, so that the client is not cut off.
            while line != "\r\n" {
                line.clear();
                socket.read_line(&mut line).await.unwrap();
            }
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (ApiClient::new(url, Some("host token".to_owned())), received)
}

/// What the row of the table asks for that a call is for.
fn access(line: &str) -> Option<RouteAccess> {
    endpoint(line).map(Endpoint::access)
}

fn endpoint(line: &str) -> Option<Endpoint> {
    let (method, rest) = line.split_once(' ')?;
    let path = rest.split([' ', '?']).next()?;
    let fits = |pattern: &str| {
        let (pattern, path) = (pattern.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern
                .zip(path)
                .all(|(own, given)| own == given || own.starts_with([':', '*']))
    };
    let mut rows = table().iter();
    let row = rows.find(|row| row.method() == method && fits(row.path()))?;
    Some(row.endpoint())
}

#[tokio::test]
async fn every_call_of_the_host_is_a_route_for_its_token() {
    let (client, mut calls) = server("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n").await;
    let id = "7d30/../8";
    let reply = ReplyRequest {
        reply: ReplyVerdict::Deny,
        via: None,
        remember: None,
        message: None,
        amend: None,
        digest: None,
    };
    assert!(client.approvals().await.is_err());
    assert!(client.approvals_with_changes().await.is_err());
    assert!(client.approval(id, true).await.is_err());
    assert!(
        client
            .diff_page(&ApiClient::diff_path(id, 3))
            .await
            .is_err()
    );
    assert!(client.reply(id, &reply).await.is_err());
    assert!(client.amended(id, &AmendRequest::default()).await.is_err());
    let query = HistoryQuery {
        limit: Some(5),
        client: Some("a&b".into()),
        changes: true,
        ..HistoryQuery::default()
    };
    assert!(client.history(&query).await.is_err());
    assert!(client.rules().await.is_err());
    assert!(client.revoke(id).await.is_err());
    assert!(client.events().await.is_err());
    let entries = Vec::new();
    assert!(client.env().await.is_err());
    assert!(client.env_keys().await.is_err());
    assert!(client.set_env(&SetEnvRequest { entries }).await.is_err());
    assert!(client.remove_env(id).await.is_err());
    let owners = RouteAccess::Host(Scope::Owner);
    assert!(client.pairing().await.is_err());
    let label = None;
    let scope = DeviceScope::Viewer;
    let wanted = MakePairingRequest { scope, label };
    assert!(client.make_pairing(&wanted).await.is_err());
    assert!(client.end_pairing().await.is_err());
    assert!(client.tokens().await.is_err());
    let rename = RenameTokenRequest { label: "x".into() };
    assert!(client.rename_token(id, &rename).await.is_err());
    assert!(client.end_token(id).await.is_err());
    let pair = PairRequest {
        code: "2222-2222".into(),
        label: None,
    };
    assert!(client.preview_pairing(&pair).await.is_err());
    assert!(client.pair(&pair).await.is_err());
    let token = MakeTokenRequest {
        scope: Scope::Viewer,
        label: None,
        expires_in_ms: None,
    };
    assert!(client.make_token(&token).await.is_err());
    let add = AddWorkspaceRequest {
        folder_path: "/w".into(),
        name: None,
        preset: None,
    };
    assert!(client.workspaces().await.is_err());
    assert!(client.add_workspace(&add).await.is_err());
    assert!(client.activate_workspace(id, true).await.is_err());
    assert!(client.remove_workspace(id).await.is_err());
    for _ in 0..10 {
        let line = calls.recv().await.unwrap();
        let expected = RouteAccess::Host(Scope::Approver);
        assert_eq!(access(&line), Some(expected), "{line}");
    }
    assert!(client.audit("ws", 5).await.is_err());
    assert!(client.audit_entry("ws", id).await.is_err());
    assert!(client.undo("ws", id).await.is_err());
    for _ in 0..4 {
        let line = calls.recv().await.unwrap();
        assert_eq!(access(&line), Some(RouteAccess::HostToken), "{line}");
    }
    // To list workspaces is a client's, by whose token beside its own the host asks.
    let (open, list) = ([RouteAccess::Open; 2], [RouteAccess::Client(Scope::Viewer)]);
    let expected = [
        &[owners; 6][..],
        &open,
        &[owners],
        &list,
        &[owners; 3],
        &[owners; 3],
    ];
    for expected in expected.concat() {
        let line = calls.recv().await.unwrap();
        assert_eq!(access(&line), Some(expected), "{line}");
    }
    assert!(calls.is_empty());
}

/// Calls each of these and fails if one has an answer.
macro_rules! call_all {
    ($workspace:ident: $($name:ident($($argument:expr),*);)*) => {
        $(assert!($workspace.$name($($argument),*).await.is_err());)*
    };
}

#[tokio::test]
async fn every_route_of_a_workspace_for_clients_has_a_call() {
    let (client, mut calls) = server("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n").await;
    let client = client.with_client_token(Some("client token".to_owned()));
    let workspace = client.workspace("ws/../1");
    let content = || "x".into();
    let name = "a/../b";
    call_all! { workspace:
        config();
        config_layers();
        patch_config(&PatchConfigRequest::default());
        config_text();
        write_config(&WriteConfigRequest { scope: None, content: content() });
        default_model();
        set_default_model(&SetDefaultModelRequest { model: None });
        authorized_folders();
        set_authorized_folders(&SetAuthorizedFoldersRequest { folders: Vec::new() });
        plugins();
        add_plugin(&AddPluginRequest { spec: content(), replace: false });
        remove_plugin(name);
        skills();
        skill(name);
        skill_file(name, "one");
        upsert_skill(&UpsertSkillRequest {
            name: content(), content: content(), description: None, files: Vec::new(),
            omitted: Vec::new(),
        });
        delete_skill(name);
        mcp();
        add_mcp(&AddMcpRequest { name: content(), config: Cow::default() });
        remove_mcp(name);
        enable_mcp(name, &EnableMcpRequest { enabled: true });
        sign_out_of_mcp(name);
        test_mcp(name);
        commands();
        command(name);
        upsert_command(&UpsertCommandRequest {
            name: content(), template: content(), description: None, agent: None, model: None,
            variant: None, subtask: None, content: None,
        });
        delete_command(name);
        agents();
        agent(name);
        upsert_agent(&ExportedAgent { name: content(), content: content(), folder: None });
        delete_agent(name);
        audit();
        events();
        follow(Some(3));
        export();
        import(&ImportRequest::default());
        reload_engine();
        inbox();
        inbox_file(name);
        upload(name, b"x");
        artifacts();
        artifact(name);
        resolve(&ResolveRequest { targets: Vec::new() });
        file_content(name);
        write_content(&WriteContentRequest {
            path: content(), content: content(), base_updated_at: None, force: false,
        });
        file_stat(name);
        file_bytes(name);
        write_bytes(&WriteRawRequest {
            path: content(), data_base64: content(), base_updated_at: None, force: false,
        });
    }
    let is_client = |endpoint: Endpoint| matches!(endpoint.access(), RouteAccess::Client(_));
    let mut called = Vec::new();
    while let Ok(line) = calls.try_recv() {
        let endpoint = endpoint(&line);
        assert!(endpoint.is_some_and(is_client), "{line}");
        called.extend(endpoint);
    }
    // Those of owners are the host's, and calls of his.
    let all = table()
        .iter()
        .filter(|row| row.path().starts_with("/workspace/") && is_client(row.endpoint()));
    let missing: Vec<_> = all
        .filter(|row| row.endpoint() != Endpoint::Engine && !called.contains(&row.endpoint()))
        .map(|row| format!("{} {}", row.method(), row.path()))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[tokio::test]
async fn a_clients_call_says_which_token_is_wrong() {
    let (client, mut calls) = server("HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n").await;
    let missing = client.workspace("ws_1").plugins().await.unwrap_err();
    assert!(
        matches!(missing, ClientError::ClientTokenMissing { .. }),
        "{missing}"
    );
    assert!(calls.try_recv().is_err());
    let client = client.with_client_token(Some("old".to_owned()));
    let refused = client.workspace("ws_1").plugins().await.unwrap_err();
    assert!(
        matches!(refused, ClientError::ClientTokenRefused { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn what_is_no_answer_says_why() {
    let failed = async |answer| {
        let (client, _calls) = server(answer).await;
        let url = client.url().to_string();
        let error = client.rules().await.unwrap_err();
        error.to_string().replace(&url, "URL")
    };
    for (answer, expected) in [
        (
            "HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n",
            "URL refused the host token",
        ),
        (
            "HTTP/1.1 502 x\r\nContent-Length: 2\r\n\r\nno",
            "URL does not answer as an OpenWork server: its answer is 502 Bad Gateway",
        ),
        (
            "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nno",
            "URL does not answer as an OpenWork server: its answer is not JSON",
        ),
        (
            "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\n{}",
            "URL does not answer as an OpenWork server: its answer has an unknown form, missing field `items`",
        ),
        (
            "SSH-2.0-x\r\n",
            "URL does not answer as an OpenWork server: its answer is not HTTP",
        ),
        (
            "HTTP/1.1 404 x\r\nContent-Length: 47\r\n\r\n{\"code\":\"rule_not_found\",\"message\":\"not there\"}",
            "not there",
        ),
    ] {
        assert_eq!(failed(answer).await, expected);
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let (client, mut calls) = server("").await;
    let client = ApiClient::new(client.url().clone(), None);
    let error = client.approvals().await.unwrap_err();
    assert!(matches!(error, ClientError::NoHostToken { .. }), "{error}");
    assert!(calls.try_recv().is_err());
}
