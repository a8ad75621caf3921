//! Workspaces that come and go while the server runs.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use openwork_host::{
    NewWorkspace, OpenError, ServedWorkspace, StateFile, VolatileState, WorkspaceOpener,
};
use openwork_model::files::MemoryFiles;
use openwork_model::workspace::{Workspace, normalise};
use openwork_testkit::memory_store::MemoryStore;
use serde_json::{Value, json};

use crate::world::{Setting, World, refused};

struct Opener;

impl WorkspaceOpener for Opener {
    fn open(
        &self,
        wanted: &NewWorkspace,
        _: Option<&Workspace>,
    ) -> Result<ServedWorkspace, OpenError> {
        match wanted.path.as_str() {
            "/w/gone" => Err(OpenError::Missing),
            "/w/own" => Err(OpenError::HoldsServer),
            path if !path.starts_with('/') => Err(OpenError::Relative),
            path => Ok(ServedWorkspace {
                workspace: Workspace::at(path.as_ref()),
                store: Arc::new(MemoryStore::new(MemoryFiles::new())),
            }),
        }
    }
}

fn world(mut setting: Setting) -> World {
    setting.host.workspace_opener = Some(Arc::new(Opener));
    setting.host.server_log = Some(Arc::new(VolatileState::default()) as Arc<dyn StateFile>);
    setting.build()
}

/// A path as this system spells it.
fn as_shown(path: &str) -> String {
    normalise(path.as_ref()).display().to_string()
}

fn ids(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_workspace_comes_is_renamed_and_goes() {
    let world = world(Setting::default());
    let add = async |body: Value| {
        world
            .send(world.host("POST", "/workspaces/local"), body.to_string())
            .await
    };
    let added = add(json!({ "folderPath": "/w/new" })).await;
    assert_eq!(added.status, 201);
    let id = added.json()["activeId"].as_str().unwrap().to_owned();
    assert_eq!(ids(&added.json()), [id.as_str(), world.id.as_str()]);
    assert_eq!(added.json()["items"], added.json()["workspaces"]);
    assert_eq!(added.json()["persisted"], false);
    let status = world.get("/status").await.json();
    assert_eq!(status["authorizedRoots"], json!([as_shown("/w/new")]));
    // Once more, it changes nothing.
    assert_eq!(add(json!({ "folderPath": "/w/new" })).await.status, 200);

    let rename = async |name: Value| {
        let path = format!("/workspaces/rem_{id}/display-name");
        let body = json!({ "displayName": name }).to_string();
        world.send(world.host("PATCH", &path), body).await
    };
    let renamed = rename(json!(" Finance ")).await.json();
    assert_eq!(renamed["items"][0]["displayName"], "Finance");
    assert_eq!(
        rename(json!(null)).await.json()["items"][0].get("displayName"),
        None
    );

    let remove = format!("/workspaces/{id}");
    let removed = world.send(world.host("DELETE", &remove), "").await.json();
    assert_eq!(
        (&removed["ok"], &removed["deleted"], &removed["activeId"]),
        (&json!(true), &json!(true), &json!(world.id))
    );
    let unknown = refused(404, "workspace_not_found");
    assert_eq!(
        world.get(&format!("/workspace/{id}/mcp")).await.code(),
        unknown
    );
    let again = world.send(world.host("DELETE", &remove), "").await;
    assert_eq!(again.code(), unknown);

    let log = world.send(world.host("GET", "/approvals/audit"), "").await;
    let log = log.json();
    let actions = log["items"].as_array().unwrap().iter();
    let actions: Vec<_> = actions.map(|entry| entry["action"].clone()).collect();
    assert_eq!(
        actions,
        [
            "workspace.delete",
            "workspace.rename",
            "workspace.rename",
            "workspace.create"
        ]
    );
    assert_eq!(log["items"][3]["workspaceId"], id);
    assert_eq!(log["items"][3]["target"], as_shown("/w/new"));
}

#[tokio::test]
async fn what_cannot_be_served_is_refused() {
    let world = world(Setting::default());
    for (body, expected) in [
        (json!({}), refused(400, "invalid_payload")),
        (
            json!({ "folderPath": "new" }),
            refused(400, "invalid_payload"),
        ),
        (
            json!({ "folderPath": "/w/new", "name": "a\nb" }),
            refused(400, "invalid_payload"),
        ),
        (
            json!({ "folderPath": "/w/gone" }),
            refused(404, "workspace_missing"),
        ),
        (
            json!({ "folderPath": "/w/own" }),
            refused(403, "workspace_unauthorized"),
        ),
    ] {
        let request = world.host("POST", "/workspaces/local");
        let answer = world.send(request, body.to_string()).await;
        assert_eq!(answer.code(), expected, "{body}");
    }
    let client = world
        .post("/workspaces/local", r#"{ "folderPath": "/w/new" }"#)
        .await;
    assert_eq!(client.code().0, 401);
    let path = format!("/workspaces/{}/display-name", world.id);
    let nothing = world.send(world.host("PATCH", &path), "{}").await;
    assert_eq!(nothing.code(), refused(400, "invalid_payload"));
    assert_eq!(ids(&world.get("/workspaces").await.json()), [&world.id]);
}

#[tokio::test]
async fn what_is_open_in_a_workspace_ends_with_it() {
    let world = world(Setting::manual());
    let path = format!("/workspace/{}/events", world.id);
    let stream = world
        .client("GET", &path)
        .header("accept", "text/event-stream");
    let stream = stream
        .body(http_body_util::Empty::<bytes::Bytes>::new())
        .unwrap();
    let peer = crate::world::PEER.parse().unwrap();
    let mut stream = world.service.call(stream, peer).await.into_body();
    let (waiting, removed) =
        tokio::join!(world.post("W/plugins", r#"{ "spec": "notion" }"#), async {
            while world.host.gate().pending().is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let path = format!("/workspaces/{}", world.id);
            world.send(world.host("DELETE", &path), "").await
        },);
    assert_eq!(removed.status, 200);
    assert_eq!(waiting.code(), refused(404, "workspace_not_found"));
    assert_eq!(
        waiting.json()["message"],
        "The workspace was removed from this server meanwhile; nothing was changed"
    );
    let rest = tokio::time::timeout(Duration::from_secs(2), stream.frame()).await;
    assert!(rest.unwrap().is_none());
}
