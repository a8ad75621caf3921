use openwork_http::route::{RouteAccess, RouteRow, table};
use openwork_model::files::MemoryFiles;
use serde_json::json;

use crate::world::{CLIENT, HOST_TOKEN, Setting, World, refused};

/// Six ways to have no right to a route.
fn bad_credentials(access: RouteAccess) -> [Vec<(&'static str, String)>; 6] {
    let (right, other) = match access {
        RouteAccess::Host(_) => (HOST_TOKEN, CLIENT),
        _ => (CLIENT, HOST_TOKEN),
    };
    let present = |token: &str| match access {
        RouteAccess::Host(_) => ("x-openwork-host-token", token.to_owned()),
        _ => ("authorization", format!("Bearer {token}")),
    };
    let elsewhere = match access {
        RouteAccess::Host(_) => ("authorization", format!("Bearer {right}")),
        _ => ("x-openwork-host-token", right.to_owned()),
    };
    [
        vec![],
        vec![present("")],
        vec![present(other)],
        vec![present(&right[..right.len() - 1])],
        vec![elsewhere],
        vec![present(right), present(right)],
    ]
}

#[tokio::test]
async fn no_route_admits_bad_credentials() {
    let setting = Setting {
        files: MemoryFiles::new().with("opencode.json", "{}\n"),
        ..Setting::default()
    };
    let world = setting.build();
    let mut tried = 0;
    for row in table()
        .iter()
        .filter(|row| row.access() != RouteAccess::Open)
    {
        for credentials in bad_credentials(row.access()) {
            // A token in the query is none either.
            let path = format!(
                "{}?token={CLIENT}&hostToken={HOST_TOKEN}",
                row.path().replace(":id", &world.id)
            );
            let mut request = world.bare(row.method(), &path);
            for (name, value) in &credentials {
                request = request.header(*name, value);
            }
            let answer = world.send(request, "not json").await;
            assert_eq!(
                answer.code(),
                refused(401, "unauthorized"),
                "{} {path} {credentials:?}",
                row.method()
            );
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            tried += 1;
        }
    }
    let open = table()
        .iter()
        .filter(|row| row.access() == RouteAccess::Open);
    let open: Vec<_> = open.map(RouteRow::path).collect();
    assert_eq!(open[0], "/health");
    assert!(
        open[1..].iter().all(|path| [
            "/approvals/answer",
            "/openapi.json",
            "/pair/preview",
            "/pair",
            "/w/:id/health"
        ]
        .contains(path)
            || path.starts_with("/console")),
        "{open:?}"
    );
    assert_eq!(tried, (table().len() - open.len()) * 6);
    assert_eq!(world.store.text("opencode.json").as_deref(), Some("{}\n"));
    assert_eq!(world.store.entries(), []);
}

#[tokio::test]
async fn messages_name_the_token_that_is_missing() {
    let world = World::new();
    let answer = world.send(world.host("GET", "/capabilities"), "").await;
    assert_eq!(
        answer.json(),
        json!({ "code": "unauthorized", "message": "Invalid bearer token" })
    );
    let answer = world.get("/approvals").await;
    assert_eq!(
        answer.json(),
        json!({ "code": "unauthorized", "message": "Invalid host token" })
    );
}

#[tokio::test]
async fn global_commands_need_both_tokens() {
    let world = World::new();
    let global = "W/commands?scope=global";
    assert_eq!(
        world.get(global).await.json()["message"],
        "Invalid host token"
    );
    assert_eq!(
        world.send(world.host("GET", global), "").await.json()["message"],
        "Invalid bearer token"
    );
    let both = world
        .client("GET", global)
        .header("x-openwork-host-token", HOST_TOKEN);
    assert_eq!(world.send(both, "").await.json(), json!({ "items": [] }));
    assert_eq!(world.get("W/commands?scope=other").await.status, 200);
}

#[tokio::test]
async fn impossible_client_ids_are_refused() {
    let world = World::new();
    let request = world
        .client("GET", "/capabilities")
        .header("x-openwork-client-id", "x".repeat(129));
    assert_eq!(
        world.send(request, "").await.code(),
        refused(400, "invalid_payload")
    );
}
