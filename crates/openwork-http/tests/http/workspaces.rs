use std::sync::Arc;

use openwork_api::Scope;
use openwork_host::{Host, HostOptions, ServedWorkspace, StateFile, VolatileState};
use openwork_http::{HttpOptions, Server, Service};
use openwork_model::files::MemoryFiles;
use openwork_model::workspace::{EngineLogin, Workspace, WorkspaceId};
use openwork_testkit::memory_store::MemoryStore;
use serde_json::{Value, json};

use crate::world::{Answer, CLIENT, HOST_TOKEN, call, native, refused};

/// A server of two workspaces, the first with an engine and an id of its own.
fn service() -> Service {
    let first = Workspace {
        id: WorkspaceId::given("finance").unwrap(),
        display_name: Some("Finance".to_owned()),
        preset: "minimal".to_owned(),
        base_url: Some("http://127.0.0.1:4096".to_owned()),
        login: EngineLogin {
            username: Some("anna".to_owned()),
            password: Some("s3cret".to_owned()),
        },
        ..Workspace::at("/w/finance".as_ref())
    };
    let second = Workspace {
        id: WorkspaceId::given("notes").unwrap(),
        ..Workspace::at("/w/notes".as_ref())
    };
    let served = [first, second].map(|workspace| ServedWorkspace {
        workspace,
        store: Arc::new(MemoryStore::new(MemoryFiles::new())),
    });
    let options = HostOptions {
        tokens: Some(Arc::new(VolatileState::default()) as Arc<dyn StateFile>),
        ..HostOptions::default()
    };
    let host = Arc::new(Host::new(options, served.into()).unwrap());
    Server::new(host, HttpOptions::new(CLIENT, HOST_TOKEN)).service()
}

async fn sent(service: &Service, method: &str, path: &str, token: &str, body: &str) -> Answer {
    let request = hyper::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1")
        .header("authorization", format!("Bearer {token}"))
        .header(
            "x-openwork-host-token",
            if token == HOST_TOKEN { token } else { "none" },
        );
    let body = http_body_util::Full::new(bytes::Bytes::copy_from_slice(body.as_bytes()));
    call(service, request.body(body).unwrap()).await
}

async fn got(service: &Service, path: &str) -> Answer {
    sent(service, "GET", path, CLIENT, "").await
}

fn finance(opencode: &Value) -> Value {
    json!({
        "id": "finance",
        "name": "finance",
        "path": native("/w/finance"),
        "preset": "minimal",
        "workspaceType": "local",
        "baseUrl": "http://127.0.0.1:4096",
        "displayName": "Finance",
        "opencode": opencode,
    })
}

#[tokio::test]
async fn credentials_of_the_engine_go_to_who_may_use_them() {
    let service = service();
    let with =
        json!({ "baseUrl": "http://127.0.0.1:4096", "username": "anna", "password": "s3cret" });
    let without = json!({ "baseUrl": "http://127.0.0.1:4096" });
    for (scope, expected) in [
        (Scope::Viewer, &without),
        (Scope::Collaborator, &with),
        (Scope::Owner, &with),
    ] {
        let body = json!({ "scope": scope }).to_string();
        let made = sent(&service, "POST", "/tokens", HOST_TOKEN, &body)
            .await
            .json();
        let token = made["token"].as_str().unwrap();
        for path in ["/workspaces", "/w/finance/workspaces"] {
            let list = sent(&service, "GET", path, token, "").await.json();
            assert_eq!(list["items"][0], finance(expected), "{scope} {path}");
            assert_eq!(list["items"], list["workspaces"]);
        }
        let status = sent(&service, "GET", "/status", token, "").await.json();
        assert_eq!(status["workspace"], finance(expected), "{scope}");
    }
    assert_eq!(
        got(&service, "/workspaces").await.json()["items"][0],
        finance(&with)
    );
}

#[tokio::test]
async fn a_workspace_can_stand_for_the_whole_server() {
    let service = service();
    let list = got(&service, "/w/rem_notes/workspaces").await.json();
    assert_eq!(list["activeId"], "notes");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let status = got(&service, "/w/notes/status").await.json();
    assert_eq!(status["activeWorkspaceId"], "notes");
    assert_eq!(status["workspaceCount"], 1);
    assert_eq!(got(&service, "/w/notes/health").await.status, 200);
    assert_eq!(got(&service, "/w/notes/capabilities").await.status, 200);
    assert_eq!(
        got(&service, "/w/notes/workspace/notes/mcp").await.status,
        200
    );
    for path in [
        "/w/notes/workspace/finance/mcp",
        "/w/notes/tokens",
        "/w/notes",
    ] {
        assert_eq!(
            got(&service, path).await.code(),
            refused(404, "not_found"),
            "{path}"
        );
    }
    for path in [
        "/w/gone/health",
        "/w/gone/status",
        "/w/gone/workspace/gone/mcp",
    ] {
        let unknown = refused(404, "workspace_not_found");
        assert_eq!(got(&service, path).await.code(), unknown, "{path}");
    }
}

#[tokio::test]
async fn an_id_may_have_the_prefix_of_a_workspace_elsewhere() {
    let service = service();
    for path in [
        "/workspace/rem_notes/config",
        "/workspace/rem_notes/events",
        "/approvals/audit?workspace=rem_notes",
    ] {
        let answer = sent(&service, "GET", path, CLIENT, "").await;
        let answer = match answer.status.as_u16() {
            401 => {
                let request = hyper::Request::builder()
                    .uri(path)
                    .header("host", "127.0.0.1")
                    .header("x-openwork-host-token", HOST_TOKEN);
                let body = http_body_util::Empty::<bytes::Bytes>::new();
                call(&service, request.body(body).unwrap()).await
            }
            _ => answer,
        };
        assert_eq!(answer.status, 200, "{path}");
    }
}

#[tokio::test]
async fn an_owner_makes_a_workspace_the_active_one() {
    let service = service();
    let activate = async |query: &str, body: &str| {
        let path = format!("/workspaces/rem_notes/activate{query}");
        sent(&service, "POST", &path, HOST_TOKEN, body).await
    };
    for (query, body, code) in [
        ("?persist=maybe", "", "invalid_query"),
        ("", r#"{ "persist": "yes" }"#, "invalid_payload"),
        ("", "no", "invalid_json"),
    ] {
        assert_eq!(
            activate(query, body).await.code(),
            refused(400, code),
            "{query}{body}"
        );
    }
    assert_eq!(
        got(&service, "/workspaces").await.json()["activeId"],
        "finance"
    );
    for (query, body) in [
        ("", ""),
        ("?persist=on", ""),
        ("", r#"{ "persist": true }"#),
    ] {
        // Nothing is kept where there is no file.
        let answer = activate(query, body).await;
        assert_eq!(
            answer.json(),
            json!({
                "activeId": "notes",
                "workspace": {
                    "id": "notes",
                    "name": "notes",
                    "path": native("/w/notes"),
                    "preset": "starter",
                    "workspaceType": "local",
                },
                "persisted": false,
            })
        );
    }
    let list = got(&service, "/workspaces").await.json();
    assert_eq!(list["activeId"], "notes");
    assert_eq!(list["items"][1]["id"], "finance");
    let unknown = sent(
        &service,
        "POST",
        "/workspaces/gone/activate",
        HOST_TOKEN,
        "",
    )
    .await;
    assert_eq!(unknown.code(), refused(404, "workspace_not_found"));
}
